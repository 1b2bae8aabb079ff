"""The run store keeps what it is given, gives it back whole, and says what is wrong with a file."""

import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clra.errors import StoreError
from clra.protocols import Completion
from clra.store import RunHeader, RunStore
from clra.store_file import APPLICATION_ID
from clra.types import (
    Answer,
    Chain,
    CheckedClaim,
    Claim,
    FinishReason,
    Outcome,
    Problem,
    Program,
    Reason,
    Reliability,
    ScoredChain,
    Solution,
    Span,
    Tally,
    TallyRow,
    Usage,
    Verdict,
)

ROOT = Path(__file__).parents[1]
NUMBERS = itertools.count()
HEADER = RunHeader(
    name="sums",
    created="2026-01-01T00:00:00+00:00",
    version="0",
    settings={"seed": 0, "verifiers": ["exact"]},
    dataset="sums",
    repeats=2,
    shard=(1, 2),
)
PROBLEMS = (Problem(text="What is 3 + 4?", id="a", gold="7"), Problem(text="What is 5 + 4?", id="b"))

# any text, half characters and control characters among it
texts = st.text(st.characters(), max_size=8)
counts = st.integers(0, 2**40)
numbers = st.floats(allow_nan=False)
spans = st.tuples(counts, counts).map(lambda ends: Span(min(ends), max(ends)))
answers = st.builds(Answer, key=texts, text=texts, span=spans)
reliabilities = st.builds(Reliability, value=numbers, calibration=texts)


def some(values, **sizes):
    return st.lists(values, max_size=3, **sizes).map(tuple)


def weights(values):
    return st.dictionaries(texts, values, max_size=3)


@st.composite
def verdicts(draw):
    outcome = draw(st.sampled_from(Outcome))
    verdict = draw(
        st.builds(
            Verdict,
            outcome=st.just(outcome),
            method=texts,
            reason=st.sampled_from(Reason) if outcome is Outcome.UNKNOWN else st.none(),
            evidence=texts,
            statement=texts,
            probability=st.none() | st.floats(0, 1),
        )
    )
    return replace(verdict, seconds=draw(st.floats(0, 1e9)), proof=draw(st.booleans()))


claims = st.builds(
    Claim,
    text=texts,
    span=spans,
    step=counts,
    formal=st.none() | texts,
    uses=some(counts),
    program=st.none() | st.builds(Program, texts, texts, texts, texts, some(texts)),
)
checked = st.builds(CheckedClaim, claim=claims, verdicts=some(verdicts()), follows_error=st.none() | counts)
chains = st.builds(
    Chain,
    text=texts,
    index=counts,
    model=texts,
    logprobs=st.none() | some(numbers),
    confidences=st.none() | some(numbers),
    self_certainty=st.none() | numbers,
)
scored_chains = st.builds(
    ScoredChain,
    chain=chains,
    answer=st.none() | answers,
    claims=some(checked),
    critique=st.none() | some(checked),
    reliability=reliabilities,
    selected=st.none() | weights(numbers),
)
tallies = st.builds(
    Tally,
    strategy=texts,
    rows=some(st.builds(TallyRow, answer=answers, weight=numbers, chains=some(counts))),
)
usages = st.builds(
    Usage,
    prompt_tokens=counts,
    tokens=counts,
    seconds=numbers,
    stage_seconds=weights(numbers),
    stage_tokens=weights(counts),
    full_stage_tokens=weights(counts),
    cut=weights(counts),
)
solutions = st.builds(
    Solution,
    problem=st.just(PROBLEMS[0]),
    answer=st.none() | answers,
    reliability=reliabilities,
    tally=tallies,
    majority=tallies,
    chains=some(scored_chains),
    usage=usages,
    confidence=st.none() | numbers,
    complete=st.booleans(),
    notes=some(texts),
)
completions = st.builds(
    Completion,
    index=st.just(0),
    text=texts,
    reasoning=texts,
    seed=st.none() | counts,
    finish_reason=st.sampled_from([each for each in FinishReason if each is not FinishReason.ABORTED]),
    prompt_tokens=st.none() | counts,
    tokens=st.none() | counts,
    logprobs=st.none() | some(numbers),
    confidences=st.none() | some(numbers),
    self_certainty=st.none() | numbers,
    top_logprobs=st.none() | some(weights(numbers)),
)


def solved(problem=PROBLEMS[0], answer="7", texts=("The answer is 7.",), **fields):
    found = Answer(key=answer, text=answer)
    scored = tuple(ScoredChain(chain=Chain(text=text, index=i, tokens=5), answer=found) for i, text in enumerate(texts))
    tally = Tally(strategy="majority", rows=(TallyRow(answer=found, weight=1.0, chains=(0,)),))
    return Solution(
        **{
            "problem": problem,
            "answer": found,
            "reliability": Reliability(value=0.5),
            "tally": tally,
            "majority": tally,
            "chains": scored,
            "usage": Usage(tokens=5 * len(texts), chains=len(texts), asked=len(texts)),
            **fields,
        }
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs" / "sums.sqlite"


@pytest.fixture
def store(path):
    with RunStore.create(path, HEADER) as store:
        store.add_problems(PROBLEMS)
        yield store


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
@given(solution=solutions)
def test_a_solution_comes_back_whole(store, path, solution):
    store.add_solution(0, 1, solution)
    assert store.solution(0, 1) == solution
    with RunStore.open(path) as reader:
        assert [each.solution for each in reader.solutions()] == [solution]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
@given(completion=completions)
def test_a_completion_comes_back_whole(store, path, completion):
    key = str(next(NUMBERS))
    assert store.completion(key) is None
    store.add_completion(key, completion)
    with RunStore.open(path) as reader:
        assert reader.completion(key) == completion


def test_header_and_problems_come_back(store, path):
    with RunStore.open(path) as reader:
        assert reader.header == HEADER
        assert reader.problems() == PROBLEMS


def test_the_first_completion_of_a_key_stays(store):
    store.add_completion("k", Completion(index=0, text="one"))
    store.add_completion("k", Completion(index=0, text="two"))
    assert store.completion("k").text == "one"


def test_what_was_cut_off_is_not_kept(store):
    with pytest.raises(ValueError, match="cut off"):
        store.add_completion("k", Completion(index=0, text="one", finish_reason=FinishReason.ABORTED))
    assert store.completion("k") is None


def test_solutions_come_in_order_and_the_later_one_replaces(store):
    store.add_solution(1, 0, solved(PROBLEMS[1], "9"))
    store.add_solution(0, 1, solved(texts=("a", "b", "c")))
    store.add_solution(0, 0, solved())
    store.add_solution(0, 1, solved(texts=("d",)))
    assert [each[:2] for each in store.solutions()] == [(0, 0), (0, 1), (1, 0)] == list(store.solved())
    assert [scored.chain.text for scored in store.solution(0, 1).chains] == ["d"]
    assert store.solution(1, 1) is None


def test_solutions_without_their_chains(store):
    store.add_solution(0, 0, solved())
    (light,) = store.solutions(chains=False)
    assert light.solution == replace(solved(), chains=())


def test_a_solution_of_another_problem_is_refused(store):
    with pytest.raises(StoreError, match="problem 2 is not 'a'"):
        store.add_solution(1, 0, solved())
    with pytest.raises(StoreError, match="problem 8 is not 'a'"):
        store.add_solution(7, 0, solved())


def test_the_right_answer_is_that_of_the_data_set(store):
    store.add_solution(0, 0, solved(replace(PROBLEMS[0], gold=None)))
    assert store.solution(0, 0).problem == PROBLEMS[0]


def test_chains_are_kept_before_their_task_is_done(store, path):
    chains = solved(texts=("a", "b")).chains
    for scored in reversed(chains):
        store.add_scored(0, 0, scored)
    with RunStore.open(path) as reader:
        assert reader.scored(0, 0) == chains
        assert reader.solution(0, 0) is None
        assert reader.solved() == ()


def test_failures_are_told_and_are_no_results(store):
    store.add_failure(1, 1, "the server went away \ud800")
    (failure,) = store.failures()
    assert failure[:2] == (1, 1)
    assert failure.message == "the server went away \ud800"
    assert store.solved() == ()
    assert store.solution(1, 1) is None


def test_a_solution_that_cannot_be_kept_whole_leaves_the_old_one(store):
    store.add_solution(0, 0, solved())
    unfit = ScoredChain(chain=Chain(text="x", model=object()), answer=None)
    with pytest.raises(TypeError):
        store.add_solution(0, 0, solved(texts=("other",), chains=(*solved(texts=("other",)).chains, unfit)))
    assert store.solution(0, 0) == solved()


def test_the_same_problems_may_be_said_again_and_others_not(store):
    store.add_problems(PROBLEMS)
    with pytest.raises(StoreError, match="problem 'b' is not the same"):
        store.add_problems([PROBLEMS[0], replace(PROBLEMS[1], gold="9")])
    with pytest.raises(StoreError, match="a run of 2 problems, not of 1"):
        store.add_problems(PROBLEMS[:1])
    assert store.problems() == PROBLEMS


def test_ids_are_unique(path):
    with RunStore.create(path, HEADER) as store:
        with pytest.raises(StoreError, match="problems 1 and 3 have the same id 'a'"):
            store.add_problems([*PROBLEMS, PROBLEMS[0]])
        assert store.problems() == ()


def test_a_second_writer_is_told_who_writes(store, path):
    with pytest.raises(StoreError, match=f"in use by process {os.getpid()}"):
        RunStore.open(path, write=True)
    program = f"from clra.store import RunStore\nRunStore.open({str(path)!r}, write=True)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert f"in use by process {os.getpid()}" in done.stderr
    assert store.problems() == PROBLEMS


def test_readers_see_what_was_written_while_they_read(store, path):
    with RunStore.open(path) as reader:
        store.add_solution(0, 0, solved())
        assert reader.solved() == ((0, 0),)
        running = reader.solutions()
        assert next(running).position == 0
        store.add_solution(1, 0, solved(PROBLEMS[1]))
        with pytest.raises(StoreError, match="read only"):
            reader.add_failure(0, 0, "x")


def test_a_closed_run_is_one_file_and_can_be_written_again(store, path):
    assert path.with_name("sums.sqlite.lock").exists()
    store.close()
    assert [each.name for each in path.parent.iterdir()] == ["sums.sqlite"]
    with RunStore.open(path, write=True) as again:
        again.add_solution(0, 0, solved())
    with RunStore.open(path) as reader:
        assert reader.solution(0, 0) == solved()


def test_the_right_to_write_is_given_back_where_opening_fails(path):
    path.parent.mkdir()
    path.write_bytes(b"not a database, however long this text may be" * 100)
    for _ in range(2):
        with pytest.raises(StoreError, match="file is not a database"):
            RunStore.open(path, write=True)


def test_a_run_in_a_read_only_folder_can_be_read(store, path):
    store.close()
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        with RunStore.open(path) as reader:
            assert reader.problems() == PROBLEMS
    finally:
        path.parent.chmod(0o755)


def test_a_run_is_not_begun_twice(store, path):
    store.close()
    with pytest.raises(StoreError, match="there already") as caught:
        RunStore.create(path, HEADER)
    assert "resume" in caught.value.hint
    with RunStore.open(path) as reader:
        assert reader.problems() == PROBLEMS


def test_the_log_of_a_removed_run_is_not_taken_for_that_of_a_new_one(path):
    with RunStore.create(path, HEADER) as store:
        store.add_problems(PROBLEMS)
        log = path.with_name("sums.sqlite-wal").read_bytes()
    path.unlink()
    path.with_name("sums.sqlite-wal").write_bytes(log)
    with RunStore.create(path, HEADER) as store:
        assert store.problems() == ()
        store.add_problems(PROBLEMS[:1])
        assert store.problems() == PROBLEMS[:1]


def test_a_missing_run(path):
    for write in (False, True):
        with pytest.raises(StoreError, match="there is no run at"):
            RunStore.open(path, write=write)
    assert not path.parent.exists()


def test_a_foreign_database(path):
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE run (header)")
    connection.close()
    with pytest.raises(StoreError, match="is no run of clra"):
        RunStore.open(path)


def test_a_newer_form(store, path):
    store.close()
    change(path, "PRAGMA user_version = 2")
    with pytest.raises(StoreError, match="has the form 2") as caught:
        RunStore.open(path)
    assert "newer clra" in caught.value.hint


def change(path, statement, *values):
    connection = sqlite3.connect(path)
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def packed(value):
    return zlib.compress(json.dumps(value).encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"x", packed({}), packed(7), packed([]), zlib.compress(b"{"), packed({})[:-1], None, "text", 3.5,
     packed({"text": 7, "index": 0, "finish_reason": "stop"}),
     packed({"text": "", "index": 0, "model": "", "finish_reason": "stop", "logprobs": {"doubles": "AAAA"}}),
     packed({"text": "", "index": 0, "model": "", "finish_reason": "stop", "seed": "x"}),
     zlib.compress(b"[" * 100_000)],
)  # fmt: skip
@pytest.mark.parametrize(
    ("table", "read"),
    [
        ("UPDATE run SET header = ?", lambda store: store.header),
        ("UPDATE problems SET data = ?", lambda store: store.problems()),
        ("UPDATE completions SET data = ?", lambda store: store.completion("k")),
        ("UPDATE solutions SET data = ?", lambda store: list(store.solutions())),
        ("UPDATE scored SET chain = ?", lambda store: list(store.solutions())),
        ("UPDATE scored SET data = ?", lambda store: list(store.solutions())),
    ],
)
def test_a_damaged_entry_is_an_error_of_ours(store, path, table, read, data):
    store.add_completion("k", Completion(index=0, text="one"))
    store.add_solution(0, 0, solved())
    store.close()
    try:
        change(path, table, data)
    except sqlite3.IntegrityError:
        return  # it cannot even be put there
    with pytest.raises(StoreError) as caught, RunStore.open(path) as reader:
        read(reader)
    assert str(path) in str(caught.value)
    assert caught.value.hint


def test_a_writer_that_was_killed_in_the_old_journal_mode_is_cleared_up_after(store, path, tmp_path):
    store.add_solution(0, 0, solved())
    store.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN")
    for number in range(50):
        connection.execute("INSERT INTO completions VALUES (?, ?)", (str(number), b"x" * 9000))
    killed = tmp_path / "killed.sqlite"
    shutil.copy(path, killed)
    shutil.copy(f"{path}-journal", f"{killed}-journal")
    connection.close()
    with RunStore.open(killed) as reader:
        assert reader.solution(0, 0) == solved()
        assert reader.completion("1") is None
        with pytest.raises(StoreError, match="read only"):
            reader.add_failure(0, 0, "x")


@pytest.mark.parametrize("place", [100, 4096, -12_000])
def test_a_file_with_holes(store, path, place):
    for number in range(40):
        store.add_completion(str(number), Completion(index=0, text=os.urandom(300).hex()))
    store.close()
    whole = bytearray(path.read_bytes())
    place %= len(whole)
    whole[place : place + 4000] = b"\xff" * 4000
    path.write_bytes(whole)
    with pytest.raises(StoreError):
        read_all(path)


def read_all(path):
    with RunStore.open(path) as reader:
        found = [reader.completion(str(number)) for number in range(40)]
        assert None not in found
        return found, reader.problems(), list(reader.solutions())


def test_a_bomb_is_not_unpacked(store, path, monkeypatch):
    store.close()
    monkeypatch.setattr("clra.store_file.LARGEST", 1000)
    change(path, "UPDATE run SET header = ?", zlib.compress(b" " * 2000))
    with pytest.raises(StoreError, match="too large"):
        RunStore.open(path)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be"):
        RunStore.create(tmp_path / "file" / "run.sqlite", HEADER)


def test_the_file_says_what_it_is(store, path):
    store.close()
    assert path.read_bytes()[68:72] == APPLICATION_ID.to_bytes(4, "big") == b"clra"


def test_shards_own_every_problem_once():
    shards = [replace(HEADER, shard=(index, 3)) for index in (1, 2, 3)]
    assert [[shard.owns(position) for shard in shards].count(True) for position in range(10)] == [1] * 10
    assert replace(HEADER, shard=None).owns(5)


def test_a_store_belongs_to_its_thread(store):
    caught = []

    def elsewhere():
        try:
            store.problems()
        except StoreError as error:
            caught.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert "thread" in str(caught[0])
