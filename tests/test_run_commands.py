"""What `clra runs` shows, writes and puts together."""

import gzip
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from clra import cli
from clra.config import Settings
from clra.errors import ConfigError, StoreError
from clra.parsing.recorded import read_recorded
from clra.protocols import Completion
from clra.run_merging import merge_runs
from clra.run_settings import differences, public_settings, run_header
from clra.run_tables import writer
from clra.store import RunStore
from clra.types import (
    Answer,
    Chain,
    CheckedClaim,
    Claim,
    Outcome,
    Problem,
    Reliability,
    ScoredChain,
    Solution,
    Span,
    Tally,
    TallyRow,
    Usage,
    Verdict,
)

PROBLEMS = tuple(
    Problem(text=f"What is {n} + 1?", id=f"sum-{n}", gold=None if n == 3 else str(n + 1)) for n in range(4)
)
SETTINGS = Settings(model="clra-nano", chains=2, seed=5)


def solved(problem, *answers):
    """A solution whose chains give these answers; the first one wins."""
    claim = Claim(text="1 = 1", span=Span(0, 5), formal="1 = 1")
    verdict = Verdict(outcome=Outcome.CONFIRMED, method="exact", evidence="both sides are 1")
    chains = tuple(
        ScoredChain(
            chain=Chain(text=f"1 = 1. The answer is {answer}.", index=index, model="m", seed=index, tokens=8,
                        logprobs=(-0.5, -1.0)),
            answer=Answer(key=answer, text=answer),
            claims=(CheckedClaim(claim=claim, verdicts=(verdict,)),),
            reliability=Reliability(value=0.75),
            selected={"universal": 0.5},
        )
        for index, answer in enumerate(answers)
    )  # fmt: skip
    winner = chains[0].answer if chains else None
    rows = (TallyRow(answer=winner, weight=1.0, chains=(0,)),) if winner else ()
    return Solution(
        problem=problem,
        answer=winner,
        reliability=Reliability(value=0.5),
        tally=Tally(strategy="clra", rows=rows),
        majority=Tally(strategy="majority", rows=rows),
        chains=chains,
        usage=Usage(tokens=8 * len(chains), prompt_tokens=3, chains=len(chains), asked=2, seconds=1.5),
    )


def begin(path, *, shard=None, repeats=1, solutions=(), **changes):
    """A closed run with the solutions of some positions."""
    header = run_header(path.stem, SETTINGS.having(**changes), dataset="sums.jsonl", repeats=repeats, shard=shard)
    with RunStore.create(path, header) as store:
        store.add_problems(PROBLEMS)
        for position, answers in solutions:
            store.add_completion(f"key {position}", Completion(index=0, text=str(answers)))
            store.add_solution(position, 0, solved(PROBLEMS[position], *answers))
    return path


@pytest.fixture
def run_clra(capsys, monkeypatch, tmp_path):
    """Run the command line in a folder of its own; its exit code and what it says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["clra", "runs", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        out, err = capsys.readouterr()
        return caught.value.code, out, err

    return run


@pytest.fixture
def runs(tmp_path):
    (tmp_path / "clra-runs").mkdir()
    return tmp_path / "clra-runs"


@pytest.fixture
def first(runs):
    path = begin(runs / "first.sqlite", solutions=[(0, "11"), (1, "97"), (3, "44")])
    with RunStore.open(path, write=True) as store:
        store.add_failure(1, 0, "solved later")
        store.add_failure(2, 0, "the server went away")
    return path


def test_list_shows_how_far_and_how_right(run_clra, first, runs):
    begin(runs / "second.sqlite", repeats=2, solutions=[(0, "1"), (1, "2"), (2, "3"), (3, "4")])
    (runs / "broken.sqlite").write_bytes(b"what is this? " * 100)
    (runs / "notes.txt").write_text("nothing of ours")
    code, out, _ = run_clra("list")
    assert code == 0
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert any(line.startswith("first 20") and "sums.jsonl clra-nano 3/4 50.0 48 partial" in line for line in lines)
    assert any(line.startswith("second 20") and "sums.jsonl clra-nano 4/8 100.0 32 partial" in line for line in lines)
    assert "broken.sqlite cannot be read: file is not a database" in lines[-1]
    code, out, _ = run_clra("list", runs, "--json")
    rows = json.loads(out)
    told = [(row["name"], row["done"], row["tasks"], row["right"], row["judged"], row["failures"]) for row in rows[:2]]
    assert told == [("first", 3, 4, 1, 2, 1), ("second", 4, 8, 3, 3, 0)]
    assert rows[0]["accuracy"] == 0.5
    assert rows[0]["complete"] is False
    assert rows[2].keys() == {"path", "error"}


def test_list_without_runs(run_clra, runs):
    assert "no runs yet" in run_clra("list")[1]
    runs.rmdir()
    assert "no runs yet" in run_clra("list")[1]
    code, _, err = run_clra("list", "elsewhere")
    assert code == 2
    assert "there is no folder elsewhere" in err


def test_a_complete_run_says_so_and_one_in_use_too(run_clra, runs):
    path = begin(runs / "a.sqlite", solutions=[(position, "1") for position in range(4)])
    assert run_clra("list")[1].rstrip().endswith("✓")
    assert "a complete" in run_clra("show", "a")[1]
    with RunStore.open(path, write=True):
        assert f"in use by process {os.getpid()}" in run_clra("show", "a")[1]
        assert run_clra("list")[1].rstrip().endswith("running")
    assert writer(path) is None


def test_show_tells_what_became_of_each_problem(run_clra, first):
    code, out, _ = run_clra("show", "first")
    assert code == 0
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "sum-0 1 1 ✓ 0.50 2 16" in lines
    assert "sum-1 9 2 ✗ 0.50 2 16" in lines
    assert "sum-3 4 0.50 2 16" in lines
    assert "model clra-nano chains 2 strategy clra" in out.replace("   ", " ")
    assert "seed 5" in out
    assert "temperature" not in out
    assert "3 of 4 solved (4 problems)" in lines
    assert "1 of 2 right: 50.0 %" in lines
    assert "1 without a right answer to compare with" in lines
    assert "failed: sum-2: the server went away" in lines
    assert "solved later" not in out


def test_show_by_path_and_as_json(run_clra, first):
    code, out, _ = run_clra("show", first, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["settings"]["seed"] == 5
    assert [row["right"] for row in found["solved"]] == [True, False, None]
    assert [(row["id"], row["message"]) for row in found["failed"]] == [("sum-2", "the server went away")]
    assert found["tokens"] == 48


def test_nothing_that_is_shown_drives_the_terminal(run_clra, runs):
    evil = "\x1b[31m[bold]red[/bold]\x07"
    path = runs / "evil.sqlite"
    problem = Problem(text=evil, id=evil, gold=evil)
    header = replace(run_header("evil", SETTINGS, dataset=evil), name=evil, version=evil, created=evil)
    with RunStore.create(path, header) as store:
        store.add_problems([problem])
        store.add_failure(0, 0, evil)
    for arguments in (("list",), ("show", "evil")):
        out = run_clra(*arguments)[1]
        assert "\x1b" not in out
        assert "\x07" not in out
        assert "[bold]red[/bold]" in out
    with RunStore.open(path, write=True) as store:
        store.add_solution(0, 0, solved(problem, evil))
    out = run_clra("show", "evil")[1]
    assert "\x1b" not in out


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_export_as_recorded_chains(run_clra, first, tmp_path, name):
    code, out, _ = run_clra("export", "first", "-o", name)
    assert (code, out) == (0, f"3 solved problems in {name}\n")
    recorded = [*read_recorded(tmp_path / name)]
    assert [each.problem for each in recorded] == [PROBLEMS[0], PROBLEMS[1], PROBLEMS[3]]
    with RunStore.open(first) as store:
        for each, stored in zip(recorded, store.solutions(), strict=True):
            assert each.chains == tuple(scored.chain for scored in stored.solution.chains)
    assert recorded[1].answers == ("9", "7")
    opened = gzip.open if name.endswith("gz") else open
    with opened(tmp_path / name, "rt") as file:
        row = json.loads(file.readline())
    assert row["repeat"] == row["position"] == 0
    assert row["solution"]["answer"] == "1"
    assert row["solution"]["tally"] == [{"answer": "1", "weight": 1.0, "chains": [0]}]
    assert row["chains"][0]["claims"][0]["verdicts"][0]["evidence"] == "both sides are 1"
    assert row["chains"][0]["reliability"] == 0.75
    assert row["chains"][0]["logprobs"] == [-0.5, -1.0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clra-runs", name]


def test_export_as_parquet(run_clra, first, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    code, out, _ = run_clra("export", "first", "-o", "out.parquet", "--json")
    assert (code, json.loads(out)) == (0, {"path": "out.parquet", "solved": 3})
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [(row["id"], row["index"], row["answer"], row["right"]) for row in rows] == [
        ("sum-0", 0, "1", True), ("sum-0", 1, "1", True), ("sum-1", 0, "9", False), ("sum-1", 1, "7", False),
        ("sum-3", 0, "4", None), ("sum-3", 1, "4", None),
    ]  # fmt: skip
    assert rows[0]["logprobs"] == [-0.5, -1.0]
    assert json.loads(rows[0]["claims"])[0]["outcome"] == "CONFIRMED"
    assert json.loads(rows[0]["selected"]) == {"universal": 0.5}


def test_half_characters_do_not_stop_an_export(run_clra, runs):
    pytest.importorskip("pyarrow")
    begin(runs / "half.sqlite", solutions=[(0, ["\ud800"])])
    for name in ("out.parquet", "out.jsonl"):
        assert run_clra("export", "half", "-o", name)[0] == 0


def test_parquet_without_its_extra(first, tmp_path, monkeypatch):
    from clra.run_exports import export_run

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with RunStore.open(first) as store, pytest.raises(ConfigError) as caught:
        export_run(store, tmp_path / "out.parquet")
    assert caught.value.hint == "pip install 'clra[parquet]'"


def test_an_export_that_cannot_be(run_clra, first, runs, tmp_path):
    from clra.run_exports import export_run

    assert ".jsonl, .jsonl.gz or .parquet" in run_clra("export", "first", "-o", "out.csv")[2]
    code, _, err = run_clra("export", "first", "-o", "nowhere/out.jsonl")
    assert code == 2
    assert "nowhere/out.jsonl cannot be written" in err
    begin(runs / "empty.sqlite")
    assert "no problem is solved yet" in run_clra("export", "empty", "-o", "out.jsonl")[2]

    def interrupt(_):
        raise KeyboardInterrupt

    with RunStore.open(first) as store, pytest.raises(KeyboardInterrupt):
        export_run(store, tmp_path / "out.jsonl", on_progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["clra-runs"]


def test_an_unknown_run_names_those_that_there_are(run_clra, first):
    code, _, err = run_clra("show", "secnd")
    assert code == 2
    assert "there is no run 'secnd'" in err
    assert "there are: first" in err


def shards(runs):
    return [
        begin(runs / "odd.sqlite", shard=(1, 2), jobs=1, solutions=[(0, "11"), (2, "39")]),
        begin(runs / "even.sqlite", shard=(2, 2), jobs=2, solutions=[(1, "22")]),
    ]


def test_in_a_narrow_terminal_long_texts_are_cut_and_numbers_and_names_are_not(run_clra, runs, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    long = Problem(text="?", id="a-problem-with-a-long-name", gold="x+" * 30)
    path = runs / "a-run-with-a-long-name.sqlite"
    with RunStore.create(path, run_header("it", SETTINGS, dataset="a-data-set-with-a-long-name.jsonl")) as store:
        store.add_problems([long])
        store.add_solution(0, 0, solved(long, "y+" * 30))
    first, *more = run_clra("list")[1].splitlines()[1:]
    name = first.split()[0] + "".join(line.strip() for line in more)
    assert name == "a-run-with-a-long-name"
    assert first.split()[-3:] == ["0.0", "8", "✓"]
    first, *_ = [line for line in run_clra("show", path)[1].splitlines() if line.startswith("a-prob")]
    assert [word[:4] for word in first.split()[1:3]] == ["y+y+", "x+x+"]
    assert first.split()[-1] == "8"


def test_merge(run_clra, runs):
    odd, even = shards(runs)
    with RunStore.open(even, write=True) as store:
        store.add_scored(3, 0, solved(PROBLEMS[3], "4").chains[0])
        store.add_failure(3, 0, "gone")
    code, out, _ = run_clra("merge", "whole", "odd", even)
    assert code == 0
    assert "3 of 4 solved (4 problems)" in out
    assert "not among them" not in out
    with RunStore.open(runs / "whole.sqlite") as whole, RunStore.open(odd) as first, RunStore.open(even) as second:
        assert whole.header.shard is None
        assert whole.header.name == "whole"
        assert whole.header.settings["chains"] == 2
        assert whole.problems() == PROBLEMS
        assert [*whole.solutions()] == sorted([*first.solutions(), *second.solutions()], key=lambda each: each[:2])
        assert [whole.completion(f"key {position}").text for position in range(3)] == ["11", "22", "39"]
        assert [failure.message for failure in whole.failures()] == ["gone"]
        assert whole.scored(3, 0) == ()
    assert sorted(path.name for path in runs.iterdir()) == ["even.sqlite", "odd.sqlite", "whole.sqlite"]


def test_merging_tells_what_is_missing(run_clra, runs):
    shards(runs)
    code, out, _ = run_clra("merge", "part.sqlite", "even", "--json")
    assert code == 0
    assert json.loads(out) == {"path": "part.sqlite", "problems": 4, "done": 1, "tasks": 4, "missing": ["1/2"]}
    assert "not among them: shard 1/2" in run_clra("merge", "part", "even")[1]
    assert "not among them: shard 1/2" in run_clra("merge", "twice", "even", "even")[1]


def test_a_merge_that_is_interrupted_leaves_nothing(runs, tmp_path):
    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        merge_runs(tmp_path / "out.sqlite", shards(runs), on_progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["clra-runs"]


def test_a_merge_that_cannot_be(run_clra, runs, tmp_path):
    odd, even = shards(runs)
    other = begin(runs / "other.sqlite", shard=(2, 2), chains=3, temperature=0.5)
    code, _, err = run_clra("merge", "whole", "odd", "other")
    assert code == 2
    assert "chains: 2 and 3; temperature: None and 0.5" in err
    twice = begin(runs / "twice.sqlite", shard=(2, 2), solutions=[(2, "55"), (1, "22")])
    with pytest.raises(StoreError, match=r"problem 'sum-2', repeat 1, in .*odd.sqlite and .*twice.sqlite$"):
        merge_runs(tmp_path / "out.sqlite", [odd, twice])
    with pytest.raises(StoreError, match="there already"):
        merge_runs(even, [odd])
    assert not (tmp_path / "out.sqlite").exists()
    assert merge_runs(tmp_path / "out.sqlite", [even, twice]).done == 2, "the same solution in two is no conflict"
    with RunStore.create(runs / "foreign.sqlite", run_header("x", SETTINGS, dataset="sums.jsonl")) as store:
        store.add_problems(PROBLEMS[:2])
    with pytest.raises(StoreError, match="their problems differ"):
        merge_runs(tmp_path / "new.sqlite", [odd, runs / "foreign.sqlite"])
    assert other.exists()


def test_secrets_stay_out_of_the_store():
    settings = Settings(
        model="openai:http://me:hunter2@host:8000/v1?key=hunter2#qwen,http://me:hunter2@other/v1#qwen",
        base_url="https://me:hunter2@host/v1?api=hunter2",
        api_key="hunter2",
        vllm={"hf_token": "hunter2", "tensor_parallel_size": 2},
    )
    kept = public_settings(settings)
    assert "hunter2" not in json.dumps(kept)
    assert "api_key" not in kept
    assert kept["model"] == "openai:http://host:8000/v1#qwen,http://other/v1#qwen"
    assert kept["vllm"] == {"tensor_parallel_size": 2}


def test_where_the_servers_stand_is_no_difference():
    def header(**settings):
        return run_header("a", Settings(**settings), dataset="d")

    here = header(model="openai:http://one:8000/v1#qwen", jobs=1, concurrency=4)
    assert [*differences(here, header(model="openai:http://two:8001/v1#qwen", jobs=2, concurrency=8))] == []
    assert [*differences(here, header(model="openai:http://one:8000/v1#llama"))] == [
        "model: 'openai:qwen' and 'openai:llama'"
    ]
    assert [*differences(header(seed=1), header(seed=2))] == ["seed: 1 and 2"]
    assert [*differences(header(), replace(header(), dataset="e", repeats=2))] == [
        "dataset: 'd' and 'e'", "repeats: 1 and 2",
    ]  # fmt: skip


def test_a_setting_that_an_older_clra_did_not_know_is_no_difference_as_usual():
    new = run_header("a", Settings(), dataset="d")
    old = replace(new, settings={name: value for name, value in new.settings.items() if name not in {"window", "vllm"}})
    assert [*differences(old, new)] == [*differences(new, old)] == []
    chosen = replace(new, settings={**new.settings, "window": 4})
    assert [*differences(old, chosen)] == ["window: None and 4"]
    assert [*differences(replace(old, settings={**old.settings, "gone": 1}), new)] == ["gone: 1 and None"]


def test_help_imports_nothing_heavy():
    program = "import sys; from clra import cli; print([name for name in ('sqlite3', 'sympy') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
