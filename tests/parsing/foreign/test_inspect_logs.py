import json
import struct
import zipfile

import pytest

from clra.errors import InputError
from clra.parsing.foreign import inspect_logs
from clra.parsing.foreign.inspect_logs import read_inspect_archive, read_inspect_log
from clra.types import Chain, FinishReason, Problem
from tests.parsing.foreign.logs import archive, inspect_header, inspect_sample


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.eval"


def only(path, *samples):
    (recorded,) = read_inspect_archive(archive(path, *samples))
    return recorded


def complaint(path):
    with pytest.raises(InputError) as caught:
        list(read_inspect_archive(path))
    return str(caught.value).removeprefix(str(path))


def output(content, **choice):
    message = {"role": "assistant", "content": content}
    return {"output": {"choices": [{"message": message, "stop_reason": "stop", **choice}]}}


def test_epochs_are_chains_in_their_order(path):
    samples = [inspect_sample(epoch=epoch, text=f"try {epoch}") for epoch in (10, 2, 1)]
    recorded = only(path, *samples)
    assert recorded.problem == Problem(id="1", text="What is 3 + 4?", gold="7")
    assert recorded.chains == tuple(
        Chain(text=f"try {epoch}", index=index, model="org/small", prompt_tokens=20, tokens=5)
        for index, epoch in enumerate((1, 2, 10))
    )


def test_samples_in_the_order_of_their_names(path):
    names = [10, "b", 2, "a_epoch_1", 1]
    read = read_inspect_archive(archive(path, *(inspect_sample(name, text=str(name)) for name in names)))
    assert [each.problem.id for each in read] == ["1", "2", "10", "a_epoch_1", "b"]


def test_the_json_log_says_the_same(tmp_path, path):
    samples = [inspect_sample(name, epoch) for epoch in (1, 2) for name in (1, 2)]
    log = tmp_path / "log.json"
    log.write_text(json.dumps({**inspect_header(), "samples": samples}, indent=2), "utf-8")
    assert list(read_inspect_log(log)) == list(read_inspect_archive(archive(path, *samples)))


@pytest.mark.parametrize(("header", "model"), [(True, "org/of-the-header"), (False, "org/of-the-journal")])
def test_the_model_of_the_whole_log(path, header, model):
    (recorded,) = read_inspect_archive(archive(path, inspect_sample(**output("7")), header=header))
    assert recorded.chains[0].model == model


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("7", "7"),
        ([{"type": "reasoning", "reasoning": "3 + 4"}, {"type": "text", "text": "7"}], "<think>3 + 4</think>\n7"),
        ([{"type": "reasoning", "reasoning": "gAAB", "redacted": True, "summary": "a sum"}], "<think>a sum"),
        ([{"type": "text", "text": "a"}, {"type": "image", "image": "data:"}, {"type": "text", "text": "b"}], "ab"),
        ("attachment://k", "kept apart"),
        ([{"type": "text", "text": "tc://k"}], "kept apart"),
        ("attachment://lost", "attachment://lost"),
    ],
)
def test_the_text_of_a_message(path, content, text):
    assert only(path, inspect_sample(**output(content), attachments={"k": "kept apart"})).chains[0].text == text


def test_reasoning_of_older_logs(path):
    sample = inspect_sample()
    sample["output"]["choices"][0]["message"] |= {"content": "7", "reasoning": "3 + 4"}
    assert only(path, sample).chains[0].text == "<think>3 + 4</think>\n7"


@pytest.mark.parametrize(
    ("word", "changes", "reason"),
    [
        ("stop", {}, FinishReason.STOP),
        ("max_tokens", {}, FinishReason.LENGTH),
        ("model_length", {}, FinishReason.LENGTH),
        ("content_filter", {}, FinishReason.UNKNOWN),
        ("stop", {"limit": {"type": "token", "limit": 5}}, FinishReason.LENGTH),
        ("stop", {"error": {"message": "lost"}}, FinishReason.ABORTED),
    ],
)
def test_why_it_ended(path, word, changes, reason):
    chain = only(path, inspect_sample(**output("7", stop_reason=word), **changes)).chains[0]
    assert chain.finish_reason is reason


def test_an_epoch_that_failed_without_an_output_is_no_chain(path):
    lost = inspect_sample(epoch=2, output={"choices": []}, error={"message": "no server"})
    assert len(only(path, inspect_sample(), lost).chains) == 1


def test_probabilities_of_tokens(path):
    likeliest = [{"token": "7", "logprob": -0.5}, {"token": "8", "logprob": -1.5}]
    content = {"content": [{"token": "7", "logprob": -0.5, "top_logprobs": likeliest}]}
    chain = only(path, inspect_sample(**output("7", logprobs=content))).chains[0]
    assert (chain.logprobs, chain.confidences) == ((-0.5,), (1.0,))


def test_several_choices_of_an_output_share_their_usage_with_nobody(path):
    sample = inspect_sample()
    sample["output"]["choices"] *= 2
    assert [(chain.index, chain.tokens) for chain in only(path, sample).chains] == [(0, None), (1, None)]


def test_options_and_messages(path):
    asked = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Which is even?"}]
    recorded = only(path, inspect_sample(input=asked, choices=["1", "2"], target=["B"]))
    assert recorded.problem == Problem(id="1", text="Which is even?\n\n(A) 1\n(B) 2", gold="B")
    assert only(path, inspect_sample(target=["7", "seven"])).problem.gold is None


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([inspect_sample(input=" ")], ', samples/1_epoch_1.json: recognised as an inspect_ai log; expected "input"'),
        (
            [inspect_sample(), inspect_sample(epoch=2, input="What is 5?")],
            ", samples/1_epoch_2.json: recognised as an inspect_ai log; expected the input of the other epochs",
        ),
        ([], ": a zip archive, but not an inspect_ai log with samples"),
    ],
)
def test_what_is_not_of_the_form(path, samples, expected):
    assert complaint(archive(path, *samples)).startswith(expected)


def test_a_sample_without_a_name(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("samples/1_epoch_1.json", '{"epoch": 1}')
    assert "expected \"id\", got only 'epoch'" in complaint(path)


def test_json_that_is_none(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("samples/1_epoch_1.json", "[" * 100_000)
    assert complaint(path).startswith(", samples/1_epoch_1.json: recognised as an inspect_ai log; expected JSON")


def test_a_bomb_is_not_unpacked(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("samples/1_epoch_1.json", b" " * (32 << 20))
    assert "packed more tightly than any log" in complaint(path)


def test_a_member_that_is_too_large(path, monkeypatch):
    monkeypatch.setattr(inspect_logs, "_LARGEST", 100)
    assert complaint(archive(path, inspect_sample())).endswith(": larger than 0 MiB")


def test_an_archive_that_is_cut_short(path):
    whole = archive(path, inspect_sample()).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert ": the archive is damaged" in complaint(path)


def test_an_archive_whose_bytes_were_changed(path):
    archive(path, inspect_sample(), compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"3 + 4 = 7", b"3 + 4 = 8"))
    assert "damaged" in complaint(path)


def test_a_method_of_packing_that_is_not_known(path):
    whole = bytearray(archive(path, inspect_sample()).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = whole.find(mark)
        while place >= 0:
            struct.pack_into("<H", whole, place + offset, 77)
            place = whole.find(mark, place + 1)
    path.write_bytes(whole)
    with pytest.raises(InputError) as caught:
        list(read_inspect_archive(path))
    assert "cannot read" in str(caught.value)
    assert "inspect log convert" in caught.value.hint


def test_a_log_without_samples(tmp_path):
    path = tmp_path / "log.json"
    path.write_text(json.dumps(inspect_header()), "utf-8")
    with pytest.raises(InputError, match="no-log-samples"):
        list(read_inspect_log(path))
