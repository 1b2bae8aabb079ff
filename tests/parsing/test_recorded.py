import gzip
import itertools
import json
import tracemalloc

import pytest

from clra.errors import InputError
from clra.parsing.recorded import RecordedProblem, critique_row, find_span, read_recorded, write_recorded
from clra.types import Chain, CheckedClaim, Claim, FinishReason, Outcome, Problem, ProblemKind, Reason, Span, Verdict

ROW = {"id": "p1", "problem": "What is 3 + 4?", "chains": [{"text": "3 + 4 = 7"}]}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "chains.jsonl"


def rows(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return list(read_recorded(path))


def complaint(path):
    with pytest.raises(InputError) as caught:
        list(read_recorded(path))
    assert str(caught.value).startswith(str(path))
    return str(caught.value).removeprefix(str(path))


def test_the_least_that_a_row_may_hold(path):
    (recorded,) = rows(path, ROW)
    assert recorded == RecordedProblem(
        problem=Problem(id="p1", text="What is 3 + 4?"), chains=(Chain(text="3 + 4 = 7"),), critiques=(None,)
    )
    assert recorded.chains[0].finish_reason is FinishReason.STOP


def test_everything_that_a_row_may_hold(path):
    chain = {
        "text": "3 + 4 = 7", "model": "m", "answer": 7, "finish_reason": "length", "tokens": 5, "logprobs": [-1, -0.5],
        "seed": 3, "prompt_tokens": 9, "critique": [{"claim": "4 = 7", "outcome": "REFUTED", "evidence": "no"}],
    }  # fmt: skip
    (recorded,) = rows(path, {"id": 1, "problem": "p", "gold": 7, "chains": [chain]})
    assert recorded.problem == Problem(id="1", text="p", gold="7")
    assert recorded.answers == ("7",)
    assert recorded.chains == (
        Chain(
            text="3 + 4 = 7", model="m", seed=3, finish_reason=FinishReason.LENGTH, prompt_tokens=9, tokens=5,
            logprobs=(-1.0, -0.5),
        ),
    )  # fmt: skip
    ((claim,),) = recorded.critiques
    assert claim.claim == Claim(text="4 = 7", span=Span(4, 9))
    assert claim.verdicts == (Verdict(outcome=Outcome.REFUTED, method="model:m", evidence="no", proof=False),)


@pytest.mark.parametrize("kind", ProblemKind)
def test_the_kind_of_a_problem(path, kind):
    (recorded,) = rows(path, ROW | {"kind": kind.value})
    assert recorded.problem.kind is kind
    write_recorded(path, [recorded])
    assert list(read_recorded(path)) == [recorded]
    (plain,) = rows(path, ROW)
    assert plain.problem.kind is ProblemKind.OPEN


def test_a_kind_that_there_is_not(path):
    path.write_text(json.dumps(ROW | {"kind": "poem"}), "utf-8")
    assert 'expected "kind" to be one of number, expression, choice, program, open' in complaint(path)


def test_other_keys_empty_lines_and_null_are_passed_over(path):
    nothing = dict.fromkeys(["model", "answer", "finish_reason", "tokens", "logprobs", "seed", "critique"])
    row = {**ROW, "gold": None, "source": {"x": 1}, "chains": [{"text": "a", "score": 1, **nothing}]}
    path.write_text("\ufeff\n" + json.dumps(row) + "\r\n\n  \n" + json.dumps(ROW))
    first, second = read_recorded(path)
    assert first.chains == (Chain(text="a"),)
    assert first.critiques == (None,)
    assert second.problem.id == "p1"


def test_a_finish_reason_that_is_not_ours_casts_no_vote(path):
    (recorded,) = rows(path, {**ROW, "chains": [{"text": "a", "finish_reason": "tool_calls"}]})
    assert recorded.chains[0].finish_reason is FinishReason.UNKNOWN


def test_a_problem_without_chains_stays(path):
    assert rows(path, {**ROW, "chains": []})[0].chains == ()


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_what_is_written_is_read_back(tmp_path, name):
    def checked(text, outcome, **fields):
        verdict = Verdict(outcome=outcome, method="model:m", evidence="why", proof=False, **fields)
        return CheckedClaim(claim=Claim(text=text, span=find_span(text, "3 + 4 = 7\u2028\u20ac")), verdicts=(verdict,))

    problems = [
        RecordedProblem(
            problem=Problem(id="a", text="p", gold="7"),
            chains=(
                Chain(
                    text="3 + 4 = 7\u2028\u20ac", model="m", seed=1, prompt_tokens=3, tokens=2, logprobs=(-0.5, -0.25)
                ),
                Chain(text="", index=1, finish_reason=FinishReason.ABORTED),
            ),
            critiques=(
                (checked("3 + 4", Outcome.CONFIRMED), checked("x", Outcome.UNKNOWN, reason=Reason.UNAVAILABLE)),
                None,
            ),
            answers=("7", None),
        ),
        RecordedProblem(problem=Problem(id="b", text="q"), chains=(), critiques=()),
    ]
    path = tmp_path / name
    write_recorded(path, iter(problems))
    assert list(read_recorded(path)) == problems
    before = path.read_bytes()
    write_recorded(path, problems)
    assert path.read_bytes() == before


def test_what_the_strategies_count_is_kept(path):
    chains = (
        Chain(text="a", logprobs=(-0.5,), confidences=(7.5, 8.0), self_certainty=11.25),
        Chain(text="b", index=1),
    )
    recorded = RecordedProblem(
        problem=Problem(id="p", text="q"),
        chains=chains,
        critiques=(None, None),
        selected=({"universal": 0.25, "genselect": 1.0}, None),
    )
    write_recorded(path, [recorded])
    assert list(read_recorded(path)) == [recorded]
    (kept,) = map(json.loads, path.read_text().splitlines())
    assert kept["chains"][0]["selected"] == {"universal": 0.25, "genselect": 1.0}
    assert "selected" not in kept["chains"][1]


def test_where_nobody_chose_nothing_is_selected(path):
    assert rows(path, ROW)[0].selected == ()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"confidences": 7}, 'expected "confidences" to be a list, got a number'),
        ({"confidences": [1, "2"]}, 'expected "confidences" to be a number, got a string'),
        ({"confidences": [1e999]}, 'expected "confidences" to be a number, got a number beyond all use'),
        ({"self_certainty": "high"}, 'expected "self_certainty" to be a number, got a string'),
        ({"self_certainty": float("inf")}, 'expected "self_certainty" to be a number, got a number beyond all use'),
        ({"selected": ["universal"]}, 'expected "selected" to be an object, got a list'),
        ({"selected": {"universal": 2}}, 'expected "universal" to be a number from 0 to 1, got 2'),
    ],
)
def test_what_the_strategies_cannot_count(path, fields, expected):
    path.write_text(json.dumps({**ROW, "chains": [{"text": "a", **fields}]}), "utf-8")
    assert expected in complaint(path)


def test_the_probability_and_the_proof_of_a_critique_are_kept(path):
    opinion = Verdict(outcome=Outcome.CONFIRMED, method="model:m", evidence="yes", proof=False, probability=0.75)
    proof = Verdict(outcome=Outcome.REFUTED, method="exact:rational", evidence="3 + 4 = 7")
    claim = Claim(text="3 + 4 = 8", span=Span(0, 9))
    overruled = CheckedClaim(claim=claim, verdicts=(opinion, proof))
    assert critique_row(overruled) == {
        "claim": "3 + 4 = 8",
        "outcome": "CONFIRMED",
        "evidence": "yes",
        "method": "model:m",
        "probability": 0.75,
        "proved": {"outcome": "REFUTED", "method": "exact:rational", "evidence": "3 + 4 = 7"},
    }
    assert critique_row(CheckedClaim(claim=claim)) == {"claim": "3 + 4 = 8", "outcome": "UNKNOWN"}
    recorded = RecordedProblem(
        problem=Problem(id="p", text="q"), chains=(Chain(text="3 + 4 = 8"),), critiques=((overruled,),)
    )
    write_recorded(path, [recorded])
    assert list(read_recorded(path)) == [recorded]


def test_half_characters_do_not_stop_a_run_from_being_written(path):
    write_recorded(
        path, [RecordedProblem(problem=Problem(text="p"), chains=(Chain(text="a\ud83d"),), critiques=(None,))]
    )
    assert next(read_recorded(path)).chains[0].text == "a?"


def test_gzip_is_known_by_its_bytes_not_its_name(path):
    path.write_bytes(gzip.compress(json.dumps(ROW).encode()))
    assert next(read_recorded(path)).problem.id == "p1"


def test_reading_does_not_hold_the_file_in_memory(path):
    line = json.dumps({**ROW, "chains": [{"text": "x" * 100_000}]}) + "\n"
    with path.open("w") as file:
        file.writelines(itertools.repeat(line, 200))
    tracemalloc.start()
    assert sum(1 for _ in read_recorded(path)) == 200
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([], "expected an object, got a list"),
        ("x", "expected an object, got a string"),
        ({"problem": "p", "chains": []}, "expected \"id\", got only 'problem', 'chains'"),
        ({}, 'expected "id", got only an empty object'),
        ({**ROW, "id": True}, 'expected "id" to be a string, got a boolean'),
        ({**ROW, "problem": 3}, 'expected "problem" to be a string, got a number'),
        ({**ROW, "problem": " "}, 'expected "problem" to be a text, got an empty one'),
        ({**ROW, "gold": [7]}, 'expected "gold" to be a string, got a list'),
        ({**ROW, "chains": "x"}, 'expected "chains" to be a list, got a string'),
        ({**ROW, "chains": None}, 'expected "chains" to be a list, got null'),
        ({**ROW, "chains": ["x"]}, 'expected "chains" to be a list of objects, got a string in it'),
    ],
)
def test_a_row_that_is_not_one(path, row, said):
    path.write_text(json.dumps(ROW) + "\n\n" + json.dumps(row))
    assert complaint(path) == f", line 3: {said}"


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        ({}, 'expected "text", got only an empty object'),
        ({"text": None}, 'expected "text" to be a string, got null'),
        ({"text": "\ud800"}, 'expected "text" to be a string, got half a character (a lone surrogate)'),
        ({"text": "a", "tokens": 1.5}, 'expected "tokens" to be a whole number, got a number'),
        ({"text": "a", "tokens": -1}, 'expected "tokens" to be 0 or more, got -1'),
        ({"text": "a", "seed": "x"}, 'expected "seed" to be a whole number, got a string'),
        ({"text": "a", "finish_reason": 1}, 'expected "finish_reason" to be a string, got a number'),
        ({"text": "a", "logprobs": "x"}, 'expected "logprobs" to be a list, got a string'),
        ({"text": "a", "logprobs": [0, None]}, 'expected "logprobs" to be a list of numbers, got null in it'),
        ({"text": "a", "critique": [{"claim": "c"}]}, "claim 1: expected \"outcome\", got only 'claim'"),
        (
            {"text": "a", "critique": [{"claim": "c", "outcome": "REFUTED", "probability": 1.5}]},
            'claim 1: expected "probability" to be a number from 0 to 1, got 1.5',
        ),
        (
            {"text": "a", "critique": [{"claim": "c", "outcome": "REFUTED", "proved": {"outcome": "UNKNOWN"}}]},
            'claim 1: expected "proved" to be an outcome that is known, got UNKNOWN',
        ),
        (
            {"text": "a", "critique": [{"claim": "c", "outcome": "REFUTED", "proved": "yes"}]},
            'claim 1: expected "proved" to be an object, got a string',
        ),
        (
            {"text": "a", "critique": [{"claim": "c", "outcome": "true"}]},
            "claim 1: expected \"outcome\" to be one of CONFIRMED, REFUTED, UNKNOWN, got 'true'",
        ),
    ],
)  # fmt: skip
def test_a_chain_that_is_not_one(path, chain, said):
    path.write_text(json.dumps({**ROW, "chains": [{"text": "a"}, chain]}))
    assert complaint(path) == f", line 1, chain 2{', ' if said.startswith('claim') else ': '}{said}"


@pytest.mark.parametrize("number", [10**400, float("nan")])
def test_numbers_beyond_all_use(path, number):
    path.write_text(json.dumps({**ROW, "chains": [{"text": "a", "logprobs": [-0.5, number]}]}))
    assert complaint(path).endswith('expected "logprobs" to be a list of numbers, got a number beyond all use in it')


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"id": ' + "1" * 5000 + "}"])
def test_what_is_not_json(path, text):
    path.write_text(text)
    assert complaint(path).startswith(f", line 1: expected JSON, got {text[:40]!r}")


def test_the_example_of_the_contract(path):
    path.write_text("\n".join([json.dumps(ROW), json.dumps(ROW), json.dumps({**ROW, "chains": "x"})]))
    assert complaint(path) == ', line 3: expected "chains" to be a list, got a string'


def test_rows_before_a_bad_one_are_still_read(path):
    path.write_text(json.dumps(ROW) + "\nbad\n")
    reading = read_recorded(path)
    assert next(reading).problem.id == "p1"
    with pytest.raises(InputError, match="line 2"):
        next(reading)


def test_files_that_are_none(tmp_path, path):
    assert "cannot be read: no such file" in complaint(path)
    assert "cannot be read: is a directory" in complaint(tmp_path)
    for empty in ["", "\n \n"]:
        path.write_text(empty)
        assert complaint(path) == ": expected recorded chains, but the file is empty"
    path.write_bytes(b'{"id": "\xff"}')
    assert complaint(path) == ", line 1: expected UTF-8, got byte 0xff"


def test_damaged_gzip(path):
    packed = gzip.compress(json.dumps(ROW).encode() * 50)
    path.write_bytes(packed[:-20])
    assert complaint(path) == ", line 1: the compressed file is cut short"
    path.write_bytes(packed[:10] + b"\xff" * 20)
    assert "the compressed file is damaged" in complaint(path)
    path.write_bytes(gzip.compress(json.dumps(ROW).encode() + b"\n") + b"rest")
    assert "line 2: the compressed file is damaged" in complaint(path)


def test_a_place_that_cannot_be_written(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_recorded(tmp_path, [])
    with pytest.raises(InputError, match="cannot be written"):
        write_recorded(tmp_path / "no" / "folder.jsonl", [])


def test_spans():
    assert find_span("b c", "a b c") == Span(2, 5)
    assert find_span("x", "a b c") == find_span("", "abc") == Span(0, 0)
