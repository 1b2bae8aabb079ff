import asyncio
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from clra import verdict_cache
from clra.config import Settings
from clra.engine import open_judges
from clra.types import (
    Answer,
    CheckedClaim,
    CheckProgram,
    Claim,
    ClaimKind,
    Outcome,
    Problem,
    ProblemKind,
    Reason,
    Review,
    Span,
    Step,
    Verdict,
)
from clra.verdict_cache import VerdictCache, cache_folder, cache_size, fingerprint, open_cache

PROBLEM = Problem(text="What is 3 + 4?", id="p1", gold="7")
TEXT = "First 3 + 4 = 8.\n\nSo the answer is 8."


def claim(outcome=Outcome.REFUTED, reason=None):
    verdict = Verdict(outcome=outcome, method="exact", reason=reason, evidence="3 + 4 is 7", statement="3 + 4 = 8")
    return CheckedClaim(
        claim=Claim(text="3 + 4 = 8", span=Span(6, 15), kind=ClaimKind.EQUALITY, formal="3 + 4 = 8"),
        verdicts=(verdict,),
    )


def review(problem=PROBLEM, text=TEXT, **changes):
    made = Review(
        problem=problem,
        text=text,
        steps=(Step(index=0, span=Span(0, 16)),),
        claims=(claim(),),
        answer=Answer(key="8", text="8", span=Span(18, 36)),
        seconds=0.25,
    )
    return replace(made, **changes)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setattr(verdict_cache, "fingerprint", lambda: "of a test")  # the code may be edited while tests run
    monkeypatch.setattr(verdict_cache, "_BUSY_SECONDS", 120.0)
    return Settings(verifiers=("exact",), cache=str(tmp_path / "cache"))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "cache" / "verdicts-1.sqlite3"


def kept(settings, *reviews):
    cache = open_cache(settings)
    for each in reviews:
        cache.keep(each)
    cache.close()


def found(settings, problem=PROBLEM, text=TEXT):
    cache = open_cache(settings)
    try:
        return cache.find(problem, text)
    finally:
        cache.close()


def test_what_was_kept_is_found_by_the_next_run(settings):
    kept(settings, review())
    assert found(settings) == review()


def test_what_was_kept_is_found_before_it_is_written(settings):
    cache = open_cache(settings)
    cache.keep(review())
    assert cache.find(PROBLEM, TEXT) == review()
    cache.close()


def test_names_and_right_answers_change_nothing(settings):
    kept(settings, review())
    other = replace(PROBLEM, id="p2", gold=None)
    assert found(settings, other) == review(other)
    assert found(settings.having(jobs=7)) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"verifiers": ("exact", "context")},
        {"claim_seconds": 3.0},
        {"chain_seconds": 11.0},
        {"memory_mb": 2048},
        {"program_seconds": 6.0},
        {"chain_program_seconds": 31.0},
        {"sandbox": "docker"},
    ],
)
def test_other_verifiers_or_budgets_are_another_matter(settings, change):
    kept(settings, review())
    assert found(settings.having(**change)) is None


def test_other_problems_and_solutions_are_another_matter(settings):
    kept(settings, review())
    assert found(settings, replace(PROBLEM, text="What is 3 + 5?")) is None
    assert found(settings, replace(PROBLEM, kind=ProblemKind.NUMBER)) is None
    assert found(settings, text=TEXT + " ") is None


def test_other_code_is_another_matter(settings, monkeypatch):
    kept(settings, review())
    monkeypatch.setattr(verdict_cache, "fingerprint", lambda: "of other code")
    assert found(settings) is None


@pytest.mark.parametrize("reason", [Reason.TIMED_OUT, Reason.CRASHED, Reason.UNAVAILABLE])
def test_failures_are_not_kept(settings, reason):
    kept(settings, review(claims=(claim(), claim(Outcome.UNKNOWN, reason))))
    assert found(settings) is None


@pytest.mark.parametrize("reason", set(Reason) - {Reason.TIMED_OUT, Reason.CRASHED, Reason.UNAVAILABLE})
def test_what_cannot_be_known_is_kept(settings, reason):
    unknown = review(claims=(claim(Outcome.UNKNOWN, reason),))
    kept(settings, unknown)
    assert found(settings) == unknown


def test_what_a_model_took_part_in_is_not_kept(settings):
    kept(settings, review(check_programs=(CheckProgram(code="print(7)", value="7"),)))
    assert found(settings) is None


def test_programming_problems_are_not_kept(settings):
    problem = Problem(text="Add two numbers.", kind=ProblemKind.PROGRAM)
    kept(settings, review(problem))
    assert found(settings, problem) is None


def test_a_verifier_without_a_version_keeps_nothing(settings, caplog):
    assert open_cache(settings.having(verifiers=["tests.hostile_verifiers:Honest"])) is None
    assert "the verifier 'tests.hostile_verifiers:Honest' is not an installed plug-in" in caplog.text


def test_no_cache_where_it_is_switched_off(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert open_cache(Settings(cache="")) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("home", "expected"), [("/somewhere", "/somewhere/clra"), ("", "~/.cache/clra"), ("not/absolute", "~/.cache/clra")]
)
def test_the_folder_of_the_user(monkeypatch, home, expected):
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    assert cache_folder(Settings(cache=None)) == Path(expected).expanduser()
    assert cache_folder(Settings(cache="here")) == Path("here")


def test_a_folder_that_cannot_be_made(tmp_path, caplog):
    (tmp_path / "file").touch()
    assert open_cache(Settings(cache=str(tmp_path / "file" / "cache"))) is None
    assert "verdicts are not cached" in caplog.text


def test_a_file_that_is_no_database_is_moved_aside(settings, file, caplog):
    file.parent.mkdir()
    file.write_bytes(b"this is no database " * 1000)
    kept(settings, review())
    assert found(settings) == review()
    assert file.with_name(f"{file.name}.damaged").read_bytes().startswith(b"this is no database")
    assert "is damaged" in caplog.text


def test_a_database_that_is_damaged_in_the_middle(settings, file, caplog):
    kept(settings, *(review(text=f"{TEXT} {number}") for number in range(500)))
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + os.urandom(len(whole) - 8192))
    cache = open_cache(settings)
    for number in range(500):
        assert cache is None or cache.find(PROBLEM, f"{TEXT} {number}") in (None, review(text=f"{TEXT} {number}"))
    if cache is not None:
        cache.keep(review())
        cache.close()
    assert "damaged" in caplog.text
    kept(settings, review())
    assert found(settings) == review()


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"not packed",
        zlib.compress(b"\xff"),
        zlib.compress(b"[" * 100_000),
        zlib.compress(b'["0", {}]'),
        zlib.compress(b"[1]"),
        "text",
        None,
    ],
)
def test_a_damaged_row_is_not_there(settings, file, value):
    kept(settings, review())
    if value is None:  # the row of another solution
        kept(settings, review(text=TEXT + "!"))
    with sqlite3.connect(file) as database:
        value = value if value is not None else database.execute("SELECT value FROM reviews").fetchall()[1][0]
        database.execute("UPDATE reviews SET value = ?", (value,))
    database.close()
    assert found(settings) is None


@pytest.mark.parametrize(
    "change",
    [
        {"claims": None},
        {"claims": [[]]},
        {"steps": [[0, 0, len(TEXT) + 1]]},
        {"answer": ["8", "8", 0, len(TEXT) + 1]},
        {"seconds": "soon"},
    ],
)
def test_a_review_of_another_form_is_not_there(settings, file, change):
    kept(settings, review())
    with sqlite3.connect(file) as database:
        key, packed = json.loads(zlib.decompress(database.execute("SELECT value FROM reviews").fetchone()[0]))
        packed |= change
        database.execute("UPDATE reviews SET value = ?", (zlib.compress(json.dumps([key, packed]).encode()),))
    database.close()
    assert found(settings) is None


def test_the_least_used_go_when_it_grows_too_large(settings, file):
    cache = open_cache(settings, largest=200_000)
    for number in range(2000):
        cache.keep(review(text=f"{TEXT} {os.urandom(100).hex()} {number}", steps=()))
    last = review(text=f"{TEXT} last")
    cache.keep(last)
    cache.close()
    assert found(settings, text=last.text) == last
    with sqlite3.connect(file) as database:
        assert 0 < database.execute("SELECT count(*) FROM reviews").fetchone()[0] < 2000
    database.close()
    assert cache_size(file.parent) < 400_000


def test_what_is_used_stays(settings, file):
    kept(settings, review(), review(text=TEXT + "!"))
    with sqlite3.connect(file) as database:
        database.execute("UPDATE reviews SET used = 1000")
    database.close()
    assert found(settings) is not None
    with sqlite3.connect(file) as database:
        used = sorted(used for (used,) in database.execute("SELECT used FROM reviews"))
    database.close()
    assert used[0] == 1000
    assert used[1] > time.time() - 100


def test_a_file_that_another_process_holds(settings, file, caplog, monkeypatch):
    monkeypatch.setattr(verdict_cache, "_BUSY_SECONDS", 0.05)
    cache = open_cache(settings)
    other = sqlite3.connect(file)
    other.execute("BEGIN IMMEDIATE")
    cache.keep(review())
    cache.flush()
    assert "verdicts are cached no longer: database is locked" in caplog.text
    cache.keep(review(text=TEXT + "!"))
    assert cache.find(PROBLEM, TEXT + "!") is None
    cache.close()
    other.close()
    assert found(settings) is None
    assert not file.with_name(f"{file.name}.damaged").exists()


WRITER = """
import sys
from tests.test_verdict_cache import PROBLEM, TEXT, review
from clra import verdict_cache
from clra.config import Settings
from clra.verdict_cache import open_cache
verdict_cache.fingerprint = lambda: "of a test"
verdict_cache._BUSY_SECONDS = 120.0
folder, name, count = sys.argv[1:]
cache = open_cache(Settings(verifiers=("exact",), cache=folder))
for number in range(int(count)):
    text = f"{TEXT} {name} {number}"
    cache.keep(review(text=text))
    if number % 50 == 49:
        cache.flush()
        print(number, flush=True)
    assert cache.find(PROBLEM, text) == review(text=text)
cache.close()
"""


def writer(settings, name, count):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, settings.cache, name, str(count)], stdout=subprocess.PIPE, text=True
    )


def test_processes_share_it(settings):
    writers = [writer(settings, name, 300) for name in "abc"]
    assert [(process.communicate()[1], process.returncode) for process in writers] == [(None, 0)] * 3
    cache = open_cache(settings)
    texts = [f"{TEXT} {name} {number}" for name in "abc" for number in range(300)]
    assert all(cache.find(PROBLEM, text) == review(text=text) for text in texts)
    cache.close()


def test_a_kill_loses_no_more_than_the_last_batch(settings, file):
    for attempt in range(3):
        process = writer(settings, f"{attempt}", 1_000_000)
        written = [int(process.stdout.readline()) for _ in range(2 + attempt)][-1]
        process.send_signal(signal.SIGKILL)
        process.communicate()
        cache = open_cache(settings)
        texts = [f"{TEXT} {attempt} {number}" for number in range(written + 1)]
        assert all(cache.find(PROBLEM, text) == review(text=text) for text in texts)
        cache.close()
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_the_fingerprint_is_that_of_the_code(tmp_path, monkeypatch):
    monkeypatch.setattr(verdict_cache, "_CODE", ("some_code_to_read", "no_such_code"))
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "some_code_to_read"
    (package / "within").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "within" / "module.py").write_text("x = 1\n")
    before = fingerprint.__wrapped__()
    assert fingerprint.__wrapped__() == before
    (package / "within" / "module.py").write_text("x = 2\n")
    changed = fingerprint.__wrapped__()
    (package / "within" / "module.py").rename(package / "module.py")
    assert len({before, changed, fingerprint.__wrapped__()}) == 3


def reviewed(settings, problem=PROBLEM, *, cached=True, model=None):
    async def run():
        async with open_judges(settings, cached=cached) as judges:
            return await judges.review(problem, TEXT, model)

    return asyncio.run(run())


def test_the_engine_checks_nothing_twice(settings, monkeypatch):
    first = reviewed(settings)
    assert [each.outcome for each in first.claims if each.claim.kind is ClaimKind.EQUALITY] == [Outcome.REFUTED]

    async def unexpected(*_):
        raise AssertionError("this was checked before")

    monkeypatch.setattr("clra.verification.VerifierPool.review", unexpected)
    assert reviewed(settings, replace(PROBLEM, id="again")) == replace(first, problem=replace(PROBLEM, id="again"))
    with pytest.raises(AssertionError, match="checked before"):
        reviewed(settings, cached=False)


def test_the_engine_asks_for_nothing_where_a_model_takes_part(settings):
    kept(settings, review())
    assert reviewed(settings, model=object()) != review()
    assert reviewed(settings) == review()


def test_nothing_is_told_while_all_is_well(settings, caplog):
    caplog.set_level(logging.INFO, "clra.verdict_cache")
    kept(settings, review())
    assert found(settings) == review()
    assert caplog.text == ""


def test_it_closes_twice(file):
    file.parent.mkdir()
    cache = VerdictCache(file, "")
    cache.close()
    cache.close()
    assert cache.find(PROBLEM, TEXT) is None
