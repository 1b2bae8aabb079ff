import builtins

import pytest

from clra.errors import InputError
from clra.parsing.foreign import lighteval_details
from clra.parsing.foreign.lighteval_details import read_lighteval_details
from clra.types import Chain, FinishReason, Problem
from tests.parsing.foreign.logs import lighteval_detail, parquet


def complaint(path):
    with pytest.raises(InputError) as caught:
        list(read_lighteval_details(path))
    return str(caught.value).removeprefix(str(path))


def test_a_row_of_the_later_form(tmp_path):
    path = tmp_path / "details" / "org" / "small" / "2026-01-01T10-00-00" / "details_sums.parquet"
    (recorded,) = read_lighteval_details(parquet(path, lighteval_detail()))
    assert recorded.problem == Problem(id="0", text="What is 3 + 4?", gold="7")
    assert recorded.chains == (
        Chain(text="<think>3 + 4 = 7</think>\nIt is 7.", model="org/small", prompt_tokens=3, tokens=3),
        Chain(
            text="It is probab", index=1, model="org/small", prompt_tokens=3, tokens=4,
            finish_reason=FinishReason.LENGTH,
        ),
    )  # fmt: skip


def test_columns_in_underscores(tmp_path):
    row = {f"__{name}__": value for name, value in lighteval_detail().items()}
    (recorded,) = read_lighteval_details(parquet(tmp_path / "d.parquet", row))
    assert len(recorded.chains) == 2
    assert recorded.chains[0].model == ""


def test_a_row_of_the_older_form(tmp_path):
    row = {
        "example": "What is 3 + 4?", "full_prompt": "Solve. What is 3 + 4?", "predictions": ["It is 7.", "It is 8."],
        "gold": ["7"], "cont_tokens": [[1, 2], [3]], "input_tokens": [[1], [1]], "choices": [],
    }  # fmt: skip
    (recorded,) = read_lighteval_details(parquet(tmp_path / "d.parquet", row))
    assert recorded.problem == Problem(id="1", text="What is 3 + 4?", gold="7")
    assert [(chain.text, chain.tokens, chain.prompt_tokens) for chain in recorded.chains] == [
        ("It is 7.", 2, 1),
        ("It is 8.", 1, 1),
    ]


def test_more_rows_than_a_batch(tmp_path):
    rows = [lighteval_detail(doc=lighteval_detail()["doc"] | {"id": str(index)}) for index in range(150)]
    read = read_lighteval_details(parquet(tmp_path / "d.parquet", *rows))
    assert [each.problem.id for each in read] == [str(index) for index in range(150)]


def test_several_right_choices_are_none(tmp_path):
    doc = lighteval_detail()["doc"] | {"choices": ["7", "seven"], "gold_index": [0, 1]}
    (recorded,) = read_lighteval_details(parquet(tmp_path / "d.parquet", lighteval_detail(doc=doc)))
    assert recorded.problem.gold is None


def test_likelihoods_are_no_chains(tmp_path):
    row = lighteval_detail(model_response={"text": [], "logprobs": [-1.0, -2.0]})
    assert complaint(parquet(tmp_path / "d.parquet", row)).startswith(
        ", row 1: recognised as lighteval details; expected"
    )


def test_other_tables(tmp_path):
    assert "not lighteval details: expected columns doc and model_response, got a, b" in complaint(
        parquet(tmp_path / "d.parquet", {"a": 1, "b": 2})
    )


def test_a_file_that_is_cut_short(tmp_path):
    path = parquet(tmp_path / "d.parquet", lighteval_detail())
    path.write_bytes(path.read_bytes()[:-20])
    assert ": recognised as Parquet; it is damaged" in complaint(path)


def test_a_file_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(lighteval_details, "_LARGEST", 100)
    assert "a row group larger than" in complaint(parquet(tmp_path / "d.parquet", lighteval_detail()))


def test_without_pyarrow(tmp_path, monkeypatch):
    path = parquet(tmp_path / "d.parquet", lighteval_detail())
    real = builtins.__import__

    def missing(name, *rest):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(InputError) as caught:
        list(read_lighteval_details(path))
    assert caught.value.hint == "pip install 'clra[parquet]'"
