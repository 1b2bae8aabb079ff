import gzip
import itertools
import json
import random

import pytest

from clra.errors import InputError
from clra.parsing.recorded import read_recorded
from clra.parsing.recordings import read_recordings
from tests.parsing.foreign.logs import (
    archive,
    harness_sample,
    inspect_header,
    inspect_sample,
    lighteval_detail,
    lines,
    nemo_output,
    parquet,
)

OWN = {"id": "p1", "problem": "What is 3 + 4?", "gold": "7", "chains": [{"text": "3 + 4 = 7", "answer": "7"}]}


def complaint(*paths):
    with pytest.raises(InputError) as caught:
        list(read_recordings(*paths))
    return caught.value


def json_log(path, indent):
    path.write_text(json.dumps({**inspect_header(), "samples": [inspect_sample()]}, indent=indent), "utf-8")
    return path


@pytest.mark.parametrize(
    "write",
    [
        lambda path: lines(path, OWN),
        lambda path: lines(path, harness_sample()),
        lambda path: lines(path, nemo_output()),
        lambda path: archive(path, inspect_sample()),
        lambda path: json_log(path, 2),
        lambda path: json_log(path, None),
        lambda path: parquet(path, lighteval_detail()),
    ],
)
def test_formats_are_told_apart_by_what_they_hold(tmp_path, write):
    (recorded,) = read_recordings(write(tmp_path / "recording"))
    assert (recorded.problem.text, recorded.problem.gold) == ("What is 3 + 4?", "7")
    assert recorded.chains[0].text


@pytest.mark.parametrize("rows", [[OWN], [harness_sample()], [nemo_output()]])
def test_gzip(tmp_path, rows):
    plain = list(read_recordings(lines(tmp_path / "plain.jsonl", *rows)))
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress((tmp_path / "plain.jsonl").read_bytes()))
    assert list(read_recordings(packed)) == plain


def test_our_own_rows_are_read_as_ever(tmp_path):
    path = lines(tmp_path / "chains.jsonl", OWN, {**OWN, "id": "again"})
    assert list(read_recordings(path)) == list(read_recorded(path))


def test_one_file_is_a_stream(tmp_path):
    path = tmp_path / "chains.jsonl"
    path.write_text(json.dumps(OWN) + "\nnot JSON\n", "utf-8")
    assert next(iter(read_recordings(path))).problem.id == "p1"


def test_the_seeds_of_a_folder_are_chains(tmp_path):
    for seed in (0, 10, 2):
        lines(
            tmp_path / f"output-rs{seed}.jsonl",
            nemo_output(f"seed {seed}"),
            nemo_output(f"other {seed}", problem="What is 5?", expected_answer="5"),
        )
    lines(tmp_path / "output-rs10_chunk_0.jsonl", nemo_output("a part of seed 10"))
    (tmp_path / "output-rs2.jsonl-async").write_text("half a li", "utf-8")
    (tmp_path / "metrics.json").write_text('{"math": {"pass@1": 1}}', "utf-8")
    first, second = read_recordings(tmp_path)
    assert [(chain.index, chain.seed, chain.text) for chain in first.chains] == [
        (0, 0, "seed 0"),
        (1, 2, "seed 2"),
        (2, 10, "seed 10"),
    ]
    assert [chain.text for chain in second.chains] == ["other 0", "other 2", "other 10"]
    assert first.critiques == (None,) * 3


def test_parts_count_where_the_whole_is_missing(tmp_path):
    for part in (0, 1):
        lines(tmp_path / f"output_chunk_{part}.jsonl", nemo_output(f"part {part}", problem=f"What is {part}?"))
    assert [each.chains[0].text for each in read_recordings(tmp_path)] == ["part 0", "part 1"]


def test_one_problem_several_times_in_a_file(tmp_path):
    path = lines(tmp_path / "output.jsonl", nemo_output("first"), nemo_output("second"))
    (recorded,) = read_recordings(path)
    assert [chain.text for chain in recorded.chains] == ["first", "second"]


def test_several_files_of_different_formats(tmp_path):
    own = lines(tmp_path / "own.jsonl", OWN)
    log = archive(tmp_path / "log.eval", inspect_sample())
    (recorded,) = read_recordings(log, own)
    assert [chain.index for chain in recorded.chains] == [0, 1]
    assert recorded.answers == (None, "7")


def test_names_stay_unique(tmp_path):
    for name in ("a", "b"):
        lines(tmp_path / f"{name}.jsonl", {**OWN, "problem": f"What is {name}?"})
    assert [each.problem.id for each in read_recordings(tmp_path)] == ["p1", "p1#2"]


def test_two_right_answers(tmp_path):
    path = lines(tmp_path / "output.jsonl", nemo_output(), nemo_output(expected_answer="8"))
    assert "has two right answers: '7' and '8'" in str(complaint(path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1, "b": 2}', ": JSON lines of an unknown format, with 'a', 'b'"),
        ("{}", ": JSON lines of an unknown format, with nothing"),
        ("", ": expected recorded chains, but the file is empty"),
        ("nonsense", ", line 1: expected JSON"),
        ('{"id": 1, "problem": "p"}', ', line 1: expected "chains"'),
        ("\xff", ", line 1: expected UTF-8"),
    ],
)  # fmt: skip
def test_what_is_no_recording(tmp_path, text, expected):
    path = tmp_path / "file"
    path.write_text(text, "latin-1")
    assert str(complaint(path)).removeprefix(str(path)).startswith(expected)


def test_an_unknown_format_names_those_that_there_are(tmp_path):
    hint = complaint(lines(tmp_path / "file", {"a": 1})).hint
    assert all(name in hint for name in ("lm-evaluation-harness", "inspect_ai", "lighteval", "NeMo-Skills"))


@pytest.mark.parametrize("name", ["metrics.json", ".hidden.jsonl", "notes.txt"])
def test_a_folder_without_recordings(tmp_path, name):
    lines(tmp_path / name, OWN)
    assert "a folder without recordings" in str(complaint(tmp_path))


def test_no_such_file(tmp_path):
    assert str(complaint(tmp_path / "none")).endswith("none cannot be read: no such file or directory")


def places(value, *keys):
    """Every place in nested JSON."""
    if keys:
        yield keys
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(part, *keys, key)


def changed(value, keys, new):
    if not keys:
        return new
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[keys[0]] = changed(copy[keys[0]], keys[1:], new)
    return copy


RUBBISH = [None, 1, -1, True, "", "x", "\ud800", [], [None], [[]], ["x"], {}, {"x": None}, 10**400, "[" * 9]


@pytest.mark.parametrize(
    "row",
    [
        OWN,
        harness_sample(),
        nemo_output(logprobs=[-1.0], top_logprobs=[{"7": -1.0}], usage={"prompt_tokens": 1}),
        {**inspect_header(), "samples": [inspect_sample(choices=["1", "2"])]},
    ],
)
def test_rubbish_in_any_place_is_read_or_refused(tmp_path, row):
    for number, (keys, rubbish) in enumerate(itertools.product(places(row), RUBBISH)):
        path = lines(tmp_path / str(number), changed(row, keys, rubbish))
        try:
            for recorded in read_recordings(path):
                recorded.problem.text.encode()
                "".join(chain.text for chain in recorded.chains).encode()
        except InputError as error:
            assert str(path) in str(error)  # noqa: PT017 -- it may be read as well


@pytest.mark.parametrize(
    "write", [lambda path: archive(path, inspect_sample()), lambda path: parquet(path, lighteval_detail())]
)
def test_damaged_bytes_are_read_or_refused(tmp_path, write):
    chance = random.Random(0)  # noqa: S311 -- it chooses bytes to damage
    whole = write(tmp_path / "whole").read_bytes()
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        path = tmp_path / "damaged"
        path.write_bytes(damaged)
        try:
            list(read_recordings(path))
        except InputError as error:
            assert str(path) in str(error)  # noqa: PT017 -- it may be read as well
