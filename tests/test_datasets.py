"""Benchmarks are read from files, presets and data sets, and no right answer is seen by who solves them."""

import base64
import gzip
import json
import os
import pickle
import sys
import zlib

import pytest

from clra.benchmarks.layouts import Layout, presets, read_columns
from clra.benchmarks.livecode import MOST_CHARACTERS, read_tests, row_tests
from clra.benchmarks.rows import Row, as_problem
from clra.benchmarks.sources import hub_rows, load_benchmark
from clra.errors import ConfigError, InputError
from clra.parsing.answers import key_for
from clra.parsing.choices import options
from clra.parsing.examples import Example, public_examples
from clra.parsing.programming import is_programming
from clra.types import Problem, ProblemKind


def written(tmp_path, *rows, name="set.jsonl"):
    path = tmp_path / name
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_rows_of_a_file(tmp_path):
    path = written(
        tmp_path,
        {"id": "sum", "problem": "1 + 1?", "gold": 2, "kind": "number"},
        "",
        {"question": "2 + 2?", "answer": "4", "else": [1]},
        {"problem": "3 + 3?"},
    )
    benchmark = load_benchmark(str(path))
    assert benchmark.name == "set.jsonl"
    assert benchmark.problems == (
        Problem(text="1 + 1?", id="sum", kind=ProblemKind.NUMBER, gold="2"),
        Problem(text="2 + 2?", id="2", gold="4"),
        Problem(text="3 + 3?", id="3"),
    )
    assert load_benchmark(str(path), limit=1).problems == benchmark.problems[:1]


def test_a_compressed_file_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "set.jsonl.gz"
    path.write_bytes(gzip.compress(b'\xef\xbb\xbf{"problem": "1 + 1?", "answer": "2"}\n'))
    assert load_benchmark(str(path)).problems[0].gold == "2"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (['{"problem": "a"}', "not JSON"], "line 2: expected JSON, got 'not JSON"),
        (['{"problem": "a"}', "[1]"], "line 2: expected an object, got list"),
        (['{"text": "a", "gold": "1"}'], """line 1: expected "problem" or "question", got only 'text', 'gold'"""),
        (['{"problem": ["a"]}'], 'line 1: expected "problem" (problem) to be a text or a number, got list'),
        (['{"problem": " "}'], 'line 1: expected "problem" or "question"'),
        (['{"problem": "a", "gold": true}'], 'line 1: expected "gold" (gold) to be a text or a number, got bool'),
        (['{"problem": "a", "kind": "poem"}'], 'line 1: expected "kind" to be one of number, expression'),
        (['{"problem": "a", "id": 7}', "", '{"problem": "b", "id": "7"}'], "line 3: the id '7' is there twice"),
        (['{"problem": "\\ud800"}'], "line 1: expected text, got half a character"),
        (["", " "], "expected problems, it holds none"),
        ([json.dumps({"problem": "a" * 200_001})], "line 1: expected a problem of at most 200,000 characters"),
    ],
)
def test_a_row_that_is_not_what_it_should_be(tmp_path, rows, told):
    path = written(tmp_path, *rows)
    with pytest.raises(InputError) as raised:
        load_benchmark(str(path))
    assert told in str(raised.value)
    assert str(path) in str(raised.value)


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_benchmark(str(tmp_path / "nothing.jsonl"))
    with pytest.raises(InputError, match="directory"):
        load_benchmark(f"{tmp_path}/.")
    (tmp_path / "bytes.jsonl").write_bytes(b'{"problem": "\xff"}\n')
    with pytest.raises(InputError, match="line 1: expected UTF-8, got byte 0xff"):
        load_benchmark(str(tmp_path / "bytes.jsonl"))
    (tmp_path / "short.jsonl.gz").write_bytes(gzip.compress(b'{"problem": "1 + 1?"}\n' * 99)[:-20])
    with pytest.raises(InputError, match=r"short\.jsonl\.gz"):
        load_benchmark(str(tmp_path / "short.jsonl.gz"))


def test_a_name_that_nothing_has():
    with pytest.raises(InputError) as raised:
        load_benchmark("aime-1776")
    assert "aime-2024" in raised.value.hint


def test_columns_by_hand(tmp_path):
    path = written(tmp_path, {"Q": "1 + 1?", "A": 2, "nr": 5, "problem": "another"})
    problem = load_benchmark(str(path), columns=read_columns(["problem=Q", "gold=A", "id=nr"])).problems[0]
    assert problem == Problem(text="1 + 1?", id="5", gold="2")


def test_a_column_that_no_row_has(tmp_path):
    path = written(tmp_path, {"Q": "x?"}, {"Q": "y?", "A": 1})
    assert len(load_benchmark(str(path), columns=read_columns(["problem=Q", "gold=A"])).problems) == 2
    with pytest.raises(InputError, match="no row has a column 'answer'") as caught:
        load_benchmark(str(path), columns=read_columns(["problem=Q", "gold=answer"]))
    assert caught.value.hint == "there are: A, Q"


@pytest.mark.parametrize("pair", ["Q", "problem=", "question=Q", "=Q"])
def test_a_mapping_that_is_none(pair):
    with pytest.raises(InputError, match="expected FIELD=COLUMN"):
        read_columns([pair])


def test_every_preset_says_where_it_lies_and_what_it_was_checked_against():
    assert {
        "aime-2024",
        "aime-2025",
        "aime-2026",
        "brumo-2025",
        "math-500",
        "gsm8k",
        "gpqa-diamond",
    } <= presets().keys()
    for preset in presets().values():
        assert preset.dataset.count("/") == 1
        assert preset.split
        assert preset.confirmed
        assert preset.layout.every_kind is not None


def test_what_stands_behind_the_mark_is_the_answer_of_gsm8k(tmp_path):
    row = {"question": "How many?", "answer": "2 and 3 #### no\nmake 1,005.\n#### 1,005"}
    problem = load_benchmark(str(written(tmp_path, row)), like="gsm8k").problems[0]
    assert (problem.text, problem.gold, problem.kind) == ("How many?", "1,005", ProblemKind.NUMBER)
    with pytest.raises(InputError, match='line 1: expected "####" and the answer'):
        load_benchmark(str(written(tmp_path, {"question": "How many?", "answer": "5"})), like="gsm8k")


def choice(number, right="the right one", layout="gpqa-diamond"):
    values = {
        "Record ID": f"rec{number}",
        "Question": f"Which of these,\nin case {number}?",
        "Correct Answer": f"{right} ",
        "Incorrect Answer 1": "a  wrong\none",
        "Incorrect Answer 2": "another",
        "Incorrect Answer 3": "x^2",
        "Explanation": "the right one is the right one, says nobody else",
    }
    return as_problem(Row("somewhere", number, values), presets()[layout].layout)


def test_options_are_shuffled_and_the_letter_of_the_right_one_is_kept():
    for number in range(40):
        problem = choice(number)
        offered = options(problem.text)
        assert sorted(offered) == ["A", "B", "C", "D"]
        assert offered[problem.gold] == "the right one"
        assert key_for(problem.gold, problem) == problem.gold == key_for("the right one", problem)
        assert not is_programming(problem)


def test_the_order_of_options_is_the_same_each_time_and_tells_nothing():
    assert [choice(number) for number in range(20)] == [choice(number) for number in range(20)]
    letters = [choice(number).gold for number in range(400)]
    assert all(60 <= letters.count(letter) <= 140 for letter in "ABCD")
    swapped = as_problem(
        Row(
            "somewhere",
            1,
            {
                "Record ID": "rec1",
                "Question": "Which of these,\nin case 1?",
                "Correct Answer": "another",
                "Incorrect Answer 1": "a  wrong\none",
                "Incorrect Answer 2": "the right one",
                "Incorrect Answer 3": "x^2",
            },
        ),
        presets()["gpqa-diamond"].layout,
    )
    assert swapped.text == choice(1).text
    assert "Explanation" not in choice(1).text
    assert "nobody else" not in choice(1).text


def case(given, output, kind="stdin"):
    return {"input": given, "output": output, "testtype": kind}


def packed(cases):
    return base64.b64encode(zlib.compress(pickle.dumps(json.dumps(cases)))).decode()


def programming(**changes):
    return {
        "question_id": "7",
        "question_content": "Print the sum of the numbers.",
        "starter_code": "",
        "metadata": "{}",
        "public_test_cases": json.dumps([case("1 2\n", "3\n")]),
        "private_test_cases": packed([case("4 5\n", "9\n"), case("1 2\n", "3\n")]),
        **changes,
    }


@pytest.mark.parametrize("pack", [packed, json.dumps])
def test_private_tests_are_read_without_unpickling(monkeypatch, pack):
    monkeypatch.setattr(pickle, "loads", None)
    tests = row_tests(programming(private_test_cases=pack([case("4 5\n", "9\n")])))
    assert tests.private
    assert tests.examples == (Example("1 2\n", "", "3\n"), Example("4 5\n", "", "9\n"))


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/clra-was-here",)


class Shy:
    def __reduce__(self):
        return str, ('[{"input": "4 5", "output": "9", "testtype": "stdin"}]',)


@pytest.mark.parametrize(
    "private",
    [
        base64.b64encode(zlib.compress(pickle.dumps(Evil()))).decode(),
        base64.b64encode(zlib.compress(pickle.dumps(Shy()))).decode(),
        base64.b64encode(zlib.compress(pickle.dumps([case("4 5", "9")]))).decode(),
        base64.b64encode(zlib.compress(pickle.dumps([json.dumps([case("4 5", "9")])]))).decode(),
        base64.b64encode(zlib.compress(b"\x80\x04")).decode(),
        base64.b64encode(b"not zipped").decode(),
        "not base64!",
        None,
    ],
)
def test_whatever_else_private_tests_are_is_left_alone(private):
    tests = row_tests(programming(private_test_cases=private))
    assert not tests.private
    assert tests.examples == (Example("1 2\n", "", "3\n"),)
    assert not os.path.exists("/tmp/clra-was-here")  # noqa: S108, PTH110


def test_a_benchmark_tells_that_private_tests_are_missing(tmp_path):
    row = programming(private_test_cases="?")
    benchmark = load_benchmark(str(written(tmp_path, row)), like="livecodebench")
    assert benchmark.notes == ("1 problems are scored by their public tests alone: the private ones cannot be read",)
    assert load_benchmark(str(written(tmp_path, programming())), like="livecodebench").notes == ()


def test_a_programming_problem_shows_no_test_of_its_own(tmp_path):
    problem = load_benchmark(str(written(tmp_path, programming())), like="livecodebench").problems[0]
    assert is_programming(problem)
    assert problem.text.endswith("\n\nPrint the sum of the numbers.")
    assert "4 5" not in problem.text
    assert read_tests(problem.gold).examples[1] == Example("4 5\n", "", "9\n")


STARTER = "class Solution:\n    def add(self, a: List[int], b: int) -> int:\n        "


def test_calls_of_the_wanted_function(tmp_path):
    row = programming(
        question_content="Add up.\n\nExample 1:\n\nInput: a = [1, 2], b = 3\nOutput: 6",
        starter_code=STARTER,
        metadata='{"func_name": "add"}',
        public_test_cases=json.dumps([case("[1, 2]\n3", "6", "functional")]),
        private_test_cases=packed([case("[]\n-1", "-1", "functional"), case("[\n3", "6", "functional")]),
    )
    problem = load_benchmark(str(written(tmp_path, row)), like="livecodebench").problems[0]
    tests = read_tests(problem.gold)
    assert [(each.call, each.output) for each in tests.examples] == [
        ("Solution().add([1, 2], 3)", "6"),
        ("Solution().add([], -1)", "-1"),
    ]
    assert tests.left_out == 1
    assert [each.output for each in public_examples(problem.text)] == ["6"]


def test_tests_that_are_too_large_are_left_out_and_counted():
    cases = [
        case("1" * (MOST_CHARACTERS // 2 + 1), "2"),
        case("3" * (MOST_CHARACTERS // 2), "4"),
        case("5", "6" * 70_000),
    ]
    tests = row_tests(programming(private_test_cases=packed(cases)))
    assert [len(each.stdin) for each in tests.examples] == [4, MOST_CHARACTERS // 2]
    assert tests.left_out == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"public_test_cases": "{}"},
        {"public_test_cases": None},
        {"public_test_cases": '[{"input": "1"}]'},
        {"public_test_cases": "[]", "private_test_cases": ""},
        {"starter_code": 5},
        {"metadata": "{"},
    ],
)
def test_a_programming_problem_that_is_none(tmp_path, changes):
    with pytest.raises(InputError, match="line 1: expected a programming problem"):
        load_benchmark(str(written(tmp_path, programming(**changes))), like="livecodebench")


@pytest.mark.parametrize("gold", [None, "", "5", "tests:", "tests:[]", 'tests:{"tests": [[1]], "private": true}'])
def test_a_gold_answer_that_holds_no_tests(gold):
    assert read_tests(gold) is None


class TestHub:
    """Data sets that `datasets` reads, here out of a folder."""

    @pytest.fixture(autouse=True)
    def _installed(self):
        pytest.importorskip("datasets")

    def test_a_folder_is_read_as_a_data_set(self, tmp_path):
        written(tmp_path, {"question": "1 + 1?", "answer": "it is\n#### 2"}, name="test.jsonl")
        benchmark = load_benchmark(f"hf:{tmp_path}", like="gsm8k")
        assert benchmark.problems == (Problem(text="1 + 1?", id="1", kind=ProblemKind.NUMBER, gold="2"),)
        assert load_benchmark(f"hf:{tmp_path}::test").problems[0].gold == "it is\n#### 2"

    def test_columns_of_parquet(self, tmp_path):
        import pyarrow as pa
        from pyarrow import parquet

        parquet.write_table(pa.table({"p": ["1 + 1?"], "a": [2]}), tmp_path / "train-0.parquet")
        problems = load_benchmark(f"hf:{tmp_path}", columns={"problem": "p", "gold": "a"}).problems
        assert problems == (Problem(text="1 + 1?", id="1", gold="2"),)

    def test_a_row_that_is_not_what_it_should_be(self, tmp_path):
        written(tmp_path, {"x": "1 + 1?"}, name="test.jsonl")
        with pytest.raises(InputError, match=r'row 1: expected "problem" or "question", got only \'x\''):
            load_benchmark(f"hf:{tmp_path}")

    def test_one_of_several_splits_must_be_named(self, tmp_path):
        for split in ("train", "validation"):
            written(tmp_path, {"problem": split}, name=f"{split}.jsonl")
        with pytest.raises(InputError, match="expected one split, it has train, validation") as raised:
            load_benchmark(f"hf:{tmp_path}")
        assert "::SPLIT" in raised.value.hint
        assert load_benchmark(f"hf:{tmp_path}::validation").problems[0].text == "validation"

    def test_one_that_cannot_be_loaded(self, tmp_path):
        written(tmp_path, {"problem": "a"}, name="test.jsonl")
        with pytest.raises(InputError, match="cannot be loaded"):
            load_benchmark(f"hf:{tmp_path}::train")


def test_without_the_library_a_data_set_tells_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ConfigError) as raised:
        next(hub_rows("somebody/something"))
    assert raised.value.hint == "pip install 'clra[eval]'"


def test_the_usual_columns():
    row = Row("somewhere", 3, {"problem": "a", "question": "b", "gold": "c", "answer": "d"})
    assert as_problem(row, Layout()) == Problem(text="a", id="3", gold="c")
