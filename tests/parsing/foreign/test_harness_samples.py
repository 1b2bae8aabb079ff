import json

import pytest

from clra.errors import InputError
from clra.parsing.foreign.harness_samples import read_harness_samples
from clra.types import Chain, Problem
from tests.parsing.foreign.logs import harness_sample, lines


def only(path, row):
    (recorded,) = read_harness_samples(lines(path, row))
    return recorded


def complaint(path):
    with pytest.raises(InputError) as caught:
        list(read_harness_samples(path))
    return str(caught.value).removeprefix(str(path))


def test_a_document_with_its_repeats(tmp_path):
    recorded = only(tmp_path / "org__small-1b" / "samples.jsonl", harness_sample())
    assert recorded.problem == Problem(id="0", text="What is 3 + 4?", gold="7")
    assert recorded.chains == (
        Chain(text="3 + 4 = 7. The answer is 7.", index=0, model="org/small-1b"),
        Chain(text="3 + 4 = 8. The answer is 8.", index=1, model="org/small-1b"),
    )
    assert recorded.critiques == (None, None)


def test_further_filters_repeat_the_same_texts(tmp_path):
    rows = [harness_sample(doc_id=each, filter=name) for name in ("strict", "flexible") for each in (0, 1)]
    assert [each.problem.id for each in read_harness_samples(lines(tmp_path / "s.jsonl", *rows))] == ["0", "1"]


def test_a_folder_without_a_model_names_none(tmp_path):
    assert {chain.model for chain in only(tmp_path / "plain" / "s.jsonl", harness_sample()).chains} == {""}


@pytest.mark.parametrize(
    ("target", "gold"),
    [
        ("7", "7"),
        (7, "7"),
        ("12 - 5 = 7\n#### 7", "7"),
        (r"So $3 + 4 = \boxed{7}$.", "7"),
        ("", None),
        (None, None),
    ],
)
def test_the_right_answer_alone(tmp_path, target, gold):
    assert only(tmp_path / "s.jsonl", harness_sample(target=target)).problem.gold == gold


def test_the_options_of_a_document(tmp_path):
    doc = {"Question": "Which is even?", "choices": ["1", "2", "3"]}
    assert only(tmp_path / "s.jsonl", harness_sample(doc=doc)).problem.text == "Which is even?\n\n(A) 1\n(B) 2\n(C) 3"
    doc = {"question": "Which is even? (A) 1 (B) 2", "choices": {"text": ["1", "2"], "label": ["A", "B"]}}
    assert only(tmp_path / "s.jsonl", harness_sample(doc=doc)).problem.text == "Which is even? (A) 1 (B) 2"


CONVERSATION = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is 3 + 4?"}]


@pytest.mark.parametrize(
    "arguments",
    [
        {"gen_args_0": {"arg_0": "What is 3 + 4?", "arg_1": {}}},
        [["What is 3 + 4?", {"until": []}]],
        {"gen_args_0": {"arg_0": [json.dumps(CONVERSATION)], "arg_1": {}}},
    ],
)
def test_the_prompt_where_the_document_has_no_known_field(tmp_path, arguments):
    row = harness_sample(doc={"level": 3}, arguments=arguments)
    assert only(tmp_path / "s.jsonl", row).problem.text == "What is 3 + 4?"


def test_a_problem_that_stands_nowhere(tmp_path):
    path = lines(tmp_path / "s.jsonl", harness_sample(doc={"level": 3}, arguments={}))
    assert complaint(path).startswith(", line 1: recognised as lm-evaluation-harness samples; expected the problem")


@pytest.mark.parametrize(
    "row",
    [
        harness_sample(resps=[[["-1.25", "False"]], [["-0.5", "True"]]], arguments={}),
        harness_sample(resps=[["-1.25"]], arguments={"gen_args_0": {"arg_0": "Q:", "arg_1": " yes"}, "gen_args_1": {}}),
    ],
)
def test_likelihoods_are_no_chains(tmp_path, row):
    assert "compares the likelihoods" in complaint(lines(tmp_path / "s.jsonl", row))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{"resps": 1, "doc": {}}',
            ', line 1: recognised as lm-evaluation-harness samples; expected "resps" to be a l',
        ),
        ("[1]", ", line 1: recognised as lm-evaluation-harness samples; expected an object, got a list"),
        ("{", ", line 1: recognised as lm-evaluation-harness samples; expected JSON"),
    ],
)
def test_what_is_not_of_the_form(tmp_path, text, expected):
    path = tmp_path / "s.jsonl"
    path.write_text(text, "utf-8")
    assert complaint(path).startswith(expected)


def test_half_characters_are_mended(tmp_path):
    recorded = only(tmp_path / "s.jsonl", harness_sample(resps=[["7 \ud83d é"]]))
    assert recorded.chains[0].text == "7 \ufffd é"
