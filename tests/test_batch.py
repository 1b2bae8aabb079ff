import asyncio
import fcntl
import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import clra.batch
from clra.batch import BatchSummary, verify_batch
from clra.config import Settings
from clra.engine import Judges
from clra.errors import InputError, StoreError
from clra.verification import VerifierPool
from clra.workers import Limits
from tests.hanging import no_hang

HERE = str(Path(__file__).parent)
READING = "hostile_verifiers:read_solution"
ROWS = [
    {"id": "a", "problem": "p", "steps": ["x; y", "no z; pass", ""]},
    {"id": 2, "problem": "p", "solution": "x\nno y\nloop"},
    {"id": "c", "problem": "", "steps": [], "label": -1},
    {"id": "d", "problem": "π", "solution": "slow ∀ \ud800"},
    {"id": "d", "problem": "p", "solution": "no"},
]


@pytest.fixture(autouse=True)
def pools(monkeypatch):
    """Pools that read with the readers of `hostile_verifiers`; the pools that were opened."""
    opened = []

    @asynccontextmanager
    async def open_judges(settings: Settings):
        verifiers = {name: f"hostile_verifiers:{name}" for name in settings.verifiers}
        limits = Limits(claim_seconds=settings.claim_seconds, chain_seconds=600.0, start_seconds=300.0)
        opened.append(
            VerifierPool(verifiers, workers=settings.jobs, limits=limits, search_path=[HERE], reading=READING)
        )
        async with opened[-1] as pool:
            yield Judges(pool)

    monkeypatch.setattr(clra.batch, "open_judges", open_judges)
    return opened


def lines(rows) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "in.jsonl").write_bytes(lines(ROWS))
    return tmp_path / "in.jsonl", tmp_path / "out.jsonl"


def run(files, *, jobs=2, verifiers=("Truthful",), on_progress=None, stop=None, **choices) -> BatchSummary:
    settings = Settings(jobs=jobs, verifiers=verifiers, **choices)
    return asyncio.run(verify_batch(*files, settings=settings, on_progress=on_progress, stop=stop))


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def without_seconds(path: Path) -> list[dict]:
    rows = read(path)
    for row in rows:
        assert row.pop("seconds") >= 0
    return rows


def test_one_row_comes_out_for_each_in_their_order(files):
    progress = []
    summary = run(files, on_progress=progress.append)
    rows = read(files[1])
    assert [row["id"] for row in rows] == ["a", 2, "c", "d", "d"]
    assert [row["first_error"] for row in rows] == [1, 1, None, None, 0]
    assert all(set(row) == {"id", "first_error", "claims", "seconds"} for row in rows)
    assert progress == [1, 2, 3, 4, 5]
    assert (summary.rows, summary.resumed, summary.claims, summary.refuted) == (5, 0, 9, 3)
    assert summary.complete
    assert summary.incidents == {}
    assert summary.seconds > 0


def test_claims_say_what_was_found_and_where(files):
    run(files)
    rows = read(files[1])
    for given, row in zip(ROWS, rows, strict=True):
        for claim in row["claims"]:
            text = given["steps"][claim["step"]] if "steps" in given else given["solution"]
            assert text[claim["start"] : claim["end"]] == claim["text"]
    claim = rows[0]["claims"][2]
    expected = {
        "step": 1,
        "start": 0,
        "end": 4,
        "text": "no z",
        "formal": "no z",
        "outcome": "REFUTED",
        "method": "test",
        "reason": None,
        "evidence": "it says no",
    }
    assert expected.items() <= claim.items()
    assert rows[0]["claims"][3]["outcome"] == "UNKNOWN"


def test_the_number_of_jobs_changes_nothing(files, tmp_path):
    run(files, jobs=1)
    run((files[0], tmp_path / "other.jsonl"), jobs=3)
    assert without_seconds(files[1]) == without_seconds(tmp_path / "other.jsonl")


@pytest.mark.parametrize("name", ["in.jsonl.gz", "named_anything"])
def test_gzipped_input_is_read(files, name):
    packed = files[0].with_name(name)
    packed.write_bytes(gzip.compress(lines(ROWS)))
    assert run((packed, files[1])).rows == len(ROWS)


def test_blank_lines_and_a_byte_order_mark_are_no_rows(files):
    files[0].write_bytes(b"\xef\xbb\xbf" + lines(ROWS[:1]) + b"\n  \n" + lines(ROWS[1:]).rstrip())
    assert run(files).rows == len(ROWS)


def test_an_empty_input_comes_to_an_empty_output(files):
    files[0].write_bytes(b"")
    assert run(files).rows == 0
    assert files[1].read_bytes() == b""


def test_a_verifier_that_hangs_costs_its_claim_only(files):
    summary = run(files, verifiers=("Hostile",), claim_seconds=4.0)
    rows = read(files[1])
    assert len(rows) == len(ROWS)
    assert rows[1]["claims"][2]["reason"] == "timed out"
    assert rows[1]["seconds"] >= 4
    assert summary.incidents == {"timed out": 1}


# --- resuming


def test_an_output_cut_off_anywhere_is_continued(files, pools):
    run(files)
    whole, expected = files[1].read_bytes(), without_seconds(files[1])
    ends = [end + 1 for end, byte in enumerate(whole) if byte == ord("\n")]
    for cut in sorted({0, 1, *ends, *(end - 1 for end in ends), *(end + 5 for end in ends[:-1])}):
        files[1].write_bytes(whole[:cut])
        kept = sum(end <= cut for end in ends)
        progress = []
        summary = run(files, jobs=1, on_progress=progress.append)
        assert without_seconds(files[1]) == expected
        assert files[1].read_bytes().startswith(whole[: ends[kept - 1] if kept else 0])
        assert (summary.resumed, summary.rows, summary.claims, summary.refuted) == (kept, 5, 9, 3)
        assert progress == list(range(kept + 1, 6))


def test_a_finished_output_is_left_as_it_is(files):
    run(files)
    before = files[1].read_bytes()
    assert run(files).resumed == len(ROWS)
    assert files[1].read_bytes() == before


def test_a_longer_input_is_continued(files):
    run(files)
    files[0].write_bytes(lines([*ROWS, {"id": "e", "problem": "p", "solution": "no"}]))
    summary = run(files)
    assert (summary.resumed, summary.rows) == (5, 6)


@pytest.mark.parametrize(
    ("others", "line"),
    [(ROWS[1:], 1), (ROWS[:2], 3), ([ROWS[0], {**ROWS[1], "id": "2"}, *ROWS[2:]], 2), ([], 1)],
)
def test_an_output_of_another_input_is_refused_and_not_touched(files, others, line):
    run(files)
    before = files[1].read_bytes()
    files[0].write_bytes(lines(others))
    with pytest.raises(StoreError, match=rf"out\.jsonl, line {line}: ") as caught:
        run(files)
    assert "remove the file" in caught.value.hint
    assert files[1].read_bytes() == before


@pytest.mark.parametrize("content", [b"not json\n", b"[]\n", b'{"id": "a"}\n', b"\0\0\0\n", b"[" * 100_000 + b"\n"])
def test_an_output_that_is_something_else_is_refused_and_not_touched(files, content):
    files[1].write_bytes(content)
    with pytest.raises(StoreError, match="line 1: is not what this input comes to"):
        run(files)
    assert files[1].read_bytes() == content


def test_the_input_is_never_taken_for_the_output(files):
    before = files[0].read_bytes()
    files[1].symlink_to(files[0])
    for output in files:
        with pytest.raises(StoreError, match="is the input itself"):
            run((files[0], output))
    assert files[0].read_bytes() == before


def test_two_runs_do_not_write_one_file(files):
    with files[1].open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match="another run is writing it"):
            run(files)


# --- interruptions


def test_stopping_keeps_what_is_done(files):
    files[0].write_bytes(lines({"id": n, "problem": f"{n}", "solution": "slow"} for n in range(100)))

    async def stopped() -> BatchSummary:
        stop = asyncio.Event()
        settings = Settings(jobs=1, verifiers=("Truthful",))
        return await verify_batch(*files, settings=settings, on_progress=lambda _: stop.set(), stop=stop)

    with no_hang():
        summary = asyncio.run(stopped())
    assert not summary.complete
    assert 1 <= summary.rows < 100
    assert [row["id"] for row in read(files[1])] == list(range(summary.rows))


def test_stopping_does_not_wait_for_a_slow_row(files):
    files[0].write_bytes(lines([{"id": 1, "problem": "", "solution": "sleep"}]))

    async def stopped() -> BatchSummary:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.3, stop.set)
        settings = Settings(jobs=1, verifiers=("Hostile",), claim_seconds=600)
        return await asyncio.wait_for(verify_batch(*files, settings=settings, stop=stop), timeout=120)

    assert asyncio.run(stopped()) == BatchSummary(rows=0, complete=False, seconds=pytest.approx(60, abs=60))


SCRIPT = """
import asyncio, sys
sys.path.insert(0, {here!r})
from contextlib import asynccontextmanager
from pathlib import Path
import clra.batch
from clra.config import Settings
from clra.engine import Judges
from clra.verification import VerifierPool
from clra.workers import Limits

@asynccontextmanager
async def open_judges(settings):
    verifiers = {{name: f"hostile_verifiers:{{name}}" for name in ("Truthful", "Hostile")}}
    limits = Limits(claim_seconds=600, chain_seconds=600, start_seconds=300)
    async with VerifierPool(verifiers, workers=2, limits=limits, reading={reading!r}) as pool:
        yield Judges(pool)

clra.batch.open_judges = open_judges
asyncio.run(clra.batch.verify_batch(Path({input!r}), Path({output!r}), settings=Settings()))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_killed_batch_is_continued_without_a_row_lost_or_repeated(files, number):
    rows = [{"id": n, "problem": f"{n}", "solution": "slow" if n % 2 == 0 else f"no {n}"} for n in range(40)]
    rows[30]["solution"] = "sleep"  # which `Hostile` does: by itself the batch never comes to its end
    files[0].write_bytes(lines(rows))
    script = SCRIPT.format(here=HERE, reading=READING, input=str(files[0]), output=str(files[1]))
    with subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL) as batch:
        while not files[1].exists() or not files[1].read_bytes():
            assert batch.poll() is None
            time.sleep(0.01)
        batch.send_signal(number)
        batch.wait()
    kept = files[1].read_bytes().count(b"\n")
    assert 1 <= kept <= 30
    summary = run(files)
    assert summary.resumed == kept
    assert [row["id"] for row in read(files[1])] == list(range(40))


# --- input and output that cannot be


GOOD = {"id": 1, "problem": "p", "solution": "no"}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"{", "it is not JSON"),
        (b"\xff\xfe{}", "expected UTF-8, got byte 0xff"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[1]", "it is not an object"),
        (b'"text"', "it is not an object"),
        (b'{"problem": "p", "solution": "s"}', "is missing"),
        (b'{"id": 1, "solution": "s"}', "is missing"),
        (b'{"id": 1, "problem": "p"}', "is missing"),
        (b'{"id": null, "problem": "p", "solution": "s"}', "of another type"),
        (b'{"id": 1, "problem": 2, "solution": "s"}', "of another type"),
        (b'{"id": 1, "problem": "p", "solution": ["s"]}', "of another type"),
        (b'{"id": 1, "problem": "p", "steps": "s"}', "of another type"),
        (b'{"id": 1, "problem": "p", "steps": ["s", 1]}', '"steps" holds what is not text'),
        (b'{"id": 1, "problem": "p", "steps": [], "solution": ""}', 'both "steps" and "solution"'),
    ],
)
def test_a_bad_row_ends_the_batch_after_what_came_before_it(files, line, complaint):
    files[0].write_bytes(lines([GOOD, GOOD]) + b"\n" + line + b"\n" + lines([GOOD]))
    with pytest.raises(InputError) as caught:
        run(files)
    assert str(caught.value).startswith(f"{files[0]}, line 4: ")
    assert complaint in str(caught.value)
    assert '"steps": [text, ...]' in caught.value.hint
    assert len(read(files[1])) == 2
    files[0].write_bytes(lines([GOOD] * 4))
    assert run(files).resumed == 2


def test_a_torn_archive_is_told_after_what_came_before_it(files):
    packed = files[0].with_name("in.jsonl.gz")
    packed.write_bytes(gzip.compress(lines([{**GOOD, "id": os.urandom(600).hex()} for _ in range(100)]))[:-5000])
    with pytest.raises(InputError, match=r"in\.jsonl\.gz, line \d+: the compressed file is cut short"):
        run((packed, files[1]))
    assert read(files[1])


def test_an_endless_line_is_not_read_to_its_end(files, monkeypatch):
    monkeypatch.setattr(clra.batch, "_LONGEST_ROW", 1000)
    files[0].write_bytes(b"x" * 5000)
    with pytest.raises(InputError, match="line 1: longer than 1,000 bytes"):
        run(files)


def test_input_that_cannot_be_opened_is_told(files, tmp_path):
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(InputError, match=r"no such file|is a directory"):
            run((path, files[1]))
    assert not files[1].exists()


def test_output_that_cannot_be_opened_is_told(files, tmp_path):
    for path in (tmp_path / "missing" / "out.jsonl", tmp_path, tmp_path / "out.jsonl.gz"):
        with pytest.raises(StoreError, match=r"no such file|is a directory|plain JSON lines"):
            run((files[0], path))


def test_a_full_disk_is_told(files):
    with pytest.raises(StoreError, match="/dev/full: no space left"):
        run((files[0], Path("/dev/full")))


def test_the_output_may_be_a_pipe(files, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    run((files[0], pipe))
    reader.join()
    assert [json.loads(line)["id"] for line in received[0].splitlines()] == ["a", 2, "c", "d", "d"]
