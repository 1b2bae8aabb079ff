import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from clra import workers
from clra.config import Settings
from clra.errors import UnknownPluginError
from clra.types import (
    CheckedClaim,
    Claim,
    ClaimKind,
    Modality,
    Outcome,
    Premise,
    Problem,
    ProblemKind,
    Reason,
    Span,
    Verdict,
)
from clra.verification import VerifierPool, open_pool
from clra.workers import Limits

HERE = str(Path(__file__).parent)
PROBLEM = Problem(text="What is it?")
READING = "hostile_verifiers:read_solution"
PATIENT = Limits(claim_seconds=120.0, chain_seconds=600.0, start_seconds=300.0)
"""For what is to come to its end, on however busy a machine."""
QUICK = replace(PATIENT, claim_seconds=5.0)
"""For what never ends; what is asked beside it has as long."""


def pool_of(*names: str, **choices) -> VerifierPool:
    choices = {"workers": 1, "search_path": [HERE], "reading": READING, "limits": PATIENT, **choices}
    return VerifierPool({name: f"hostile_verifiers:{name}" for name in names}, **choices)


def claims(*texts: str) -> list[Claim]:
    return [Claim(text=text, span=Span(0, len(text))) for text in texts]


def verdict_of(checked: CheckedClaim) -> Verdict:
    (verdict,) = checked.verdicts
    return verdict


def outcomes(checked: tuple[CheckedClaim, ...]) -> list[Outcome]:
    return [claim.outcome for claim in checked]


def check_once(*texts: str, verifiers: tuple[str, ...] = ("Truthful",), problem: Problem = PROBLEM, **choices):
    async def run():
        async with pool_of(*verifiers, **choices) as pool:
            return await pool.check(claims(*texts), problem), pool.incidents

    return asyncio.run(run())


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def gone(pid: int) -> bool:
    """Whether a process ends before long."""
    for _ in range(5000):
        if not alive(pid):
            return True
        time.sleep(0.02)
    return False


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.fixture(scope="module", autouse=True)
def _reaped():
    """A killed worker is waited for until it is gone: `children` counts those that are dying too."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(workers, "_REAP_SECONDS", 120.0)
        yield


# --- what it is for


def test_each_claim_gets_the_verdicts_of_the_verifiers_that_accept_it_in_order():
    checked, incidents = check_once("yes", "pass", "no", "open", "yes", verifiers=("Truthful", "Echo"))
    assert [claim.claim.text for claim in checked] == ["yes", "pass", "no", "open", "yes"]
    assert [len(claim.verdicts) for claim in checked] == [2, 1, 2, 2, 2]
    assert [claim.verdicts[0].outcome for claim in checked] == [
        Outcome.CONFIRMED,
        Outcome.CONFIRMED,
        Outcome.REFUTED,
        Outcome.UNKNOWN,
        Outcome.CONFIRMED,
    ]
    assert checked[3].verdicts[0].reason is Reason.SOLVER_UNKNOWN
    assert checked[0].verdicts[0].seconds > 0
    assert not incidents


def test_a_verifier_sees_all_of_a_claim_and_of_its_problem_but_not_the_right_answer():
    claim = Claim(
        text="≈ 3.14 \ud800",
        span=Span(3, 11),
        step=2,
        kind=ClaimKind.EQUALITY,
        modality=Modality.NEGATED,
        formal="x = 157/50",
        rounded=True,
        universal=True,
        tentative=True,
        premises=(Premise("f(x) = x^2", universal=True, source=0), Premise("x > 3")),
        uses=(0, 1),
    )
    problem = Problem(text="π?", id="p1", kind=ProblemKind.NUMBER, gold="secret")

    async def run():
        async with pool_of("Echo") as pool:
            return await pool.check([claim], problem)

    (checked,) = asyncio.run(run())
    assert checked.claim is claim
    assert verdict_of(checked).evidence == repr(claim)
    assert verdict_of(checked).statement == repr(Problem(text="π?", id="p1", kind=ProblemKind.NUMBER))


def test_nothing_to_check_starts_nothing():
    before = children()

    async def run():
        async with pool_of("Truthful") as pool:
            return await pool.check([], PROBLEM), children()

    assert asyncio.run(run()) == ((), before)


def test_settings_name_the_verifiers():
    with pytest.raises(UnknownPluginError):
        open_pool(Settings(verifiers=("no-such",)))
    pool = open_pool(Settings(verifiers=("hostile_verifiers:Truthful",), jobs=3))
    assert pool.size == 3


# --- verifiers that misbehave

DEEDS = {
    "raise in accepts": (Reason.CRASHED, "RuntimeError: not even this"),
    "loop": (Reason.TIMED_OUT, "within 5 s"),
    "sleep": (Reason.TIMED_OUT, "within 5 s"),
    "loop in c": (Reason.TIMED_OUT, "within 5 s"),
    "stop itself": (Reason.TIMED_OUT, "within 5 s"),
    "ignore signals": (Reason.TIMED_OUT, "within 5 s"),
    "memory at once": (Reason.CRASHED, "MemoryError"),
    "memory bit by bit": (Reason.CRASHED, "MemoryError"),
    "exit": (Reason.CRASHED, "exit status 3"),
    "system exit": (Reason.CRASHED, "SystemExit: 4"),
    "segfault": (Reason.CRASHED, "SIGSEGV"),
    "abort": (Reason.CRASHED, "SIGABRT"),
    "raise error": (Reason.CRASHED, "ValueError: first line"),
    "raise unprintable": (Reason.CRASHED, "Unprintable"),
    "interrupt": (Reason.CRASHED, "KeyboardInterrupt"),
    "recurse": (Reason.CRASHED, "RecursionError"),
    "recurse in c": (Reason.CRASHED, "SIGSEGV"),
    "rubbish": (Reason.CRASHED, "returned str, not a Verdict"),
    "rubbish outcome": (Reason.CRASHED, "'SURELY'"),
    "rubbish evidence": (Reason.CRASHED, "TypeError"),
    "unknown without reason": (Reason.CRASHED, "not a verdict"),
    "write into protocol": (Reason.CRASHED, "outside the agreed form"),
    "forge": (Reason.CRASHED, "outside the agreed form"),
    "nest deeply": (Reason.CRASHED, "outside the agreed form"),
    "close everything": (Reason.CRASHED, "SIGKILL"),
    "endless evidence": (None, "eee"),
    "not text": (None, "\ud800 and \0"),
    "print much": (None, ""),
    "read stdin": (None, "''"),
    "leave a thread": (None, ""),
    "leave a child": (None, ""),
}


@pytest.fixture(scope="module")
def after_all_deeds():
    """Every deed, and in the same chain a harmless claim after it."""

    async def run(deeds, limits):
        async with pool_of("Hostile", workers=2, limits=replace(limits, memory=64 << 20)) as pool:
            checked = await asyncio.gather(*(pool.check(claims(deed, f"fine #{deed}"), PROBLEM) for deed in deeds))
            return dict(zip(deeds, checked, strict=True)), Counter(pool.incidents)

    before = children()
    hanging = [deed for deed, (reason, _) in DEEDS.items() if reason is Reason.TIMED_OUT]
    late, timeouts = asyncio.run(run(hanging, QUICK))
    checked, incidents = asyncio.run(run([deed for deed in DEEDS if deed not in late], PATIENT))
    assert children() == before
    return checked | late, incidents + timeouts


@pytest.mark.parametrize("deed", DEEDS)
def test_whatever_a_verifier_does_only_its_claim_stays_open(after_all_deeds, deed):
    reason, evidence = DEEDS[deed]
    bad, fine = map(verdict_of, after_all_deeds[0][deed])
    assert bad.outcome is (Outcome.CONFIRMED if reason is None else Outcome.UNKNOWN)
    assert bad.reason is reason
    assert evidence in bad.evidence
    assert len(bad.evidence) <= 10_000
    assert bad.method == ("test" if reason is None else "Hostile")
    assert fine.outcome is Outcome.CONFIRMED


def test_incidents_are_counted(after_all_deeds):
    assert after_all_deeds[1] == Counter(reason for reason, _ in DEEDS.values() if reason)


def test_what_a_verifier_started_ends_with_its_worker(after_all_deeds):
    checked, _ = after_all_deeds
    assert gone(int(verdict_of(checked["leave a child"][0]).evidence))


def test_one_hanging_verifier_does_not_cost_the_verdict_of_another():
    checked, incidents = check_once("loop", "no", verifiers=("Hostile", "Truthful"), limits=QUICK)
    assert [verdict.reason for verdict in checked[0].verdicts] == [Reason.TIMED_OUT, None]
    assert outcomes(checked) == [Outcome.CONFIRMED, Outcome.REFUTED]
    assert incidents == {Reason.TIMED_OUT: 1}


def test_what_cannot_be_loaded_is_unavailable_and_the_rest_goes_on():
    names = ("NotAVerifier", "RaisesAtStart", "DiesAtStart", "HangsAtStart", "NoSuchClass", "Truthful")
    checked, incidents = check_once("yes", "no", verifiers=names, limits=replace(PATIENT, start_seconds=10.0))
    assert outcomes(checked) == [Outcome.CONFIRMED, Outcome.REFUTED]
    assert incidents == {Reason.UNAVAILABLE: 10}
    evidence = [verdict.evidence for verdict in checked[0].verdicts[:5]]
    assert [verdict.reason for verdict in checked[0].verdicts[:5]] == [Reason.UNAVAILABLE] * 5
    expected = ("accepts", "OSError: its engine is not installed", "exit status 7", "within 10 s", "NoSuchClass")
    assert all(part in text for part, text in zip(expected, evidence, strict=True))


def test_without_any_process_everything_is_unavailable(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    checked, incidents = check_once("yes", "no")
    assert [verdict_of(claim).reason for claim in checked] == [Reason.UNAVAILABLE] * 2
    assert "/no/such/python" in verdict_of(checked[0]).evidence
    assert incidents == {Reason.UNAVAILABLE: 2}


def test_an_interpreter_that_does_not_come_up_is_nobodys_fault(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    checked, _ = check_once("yes")
    assert "no worker process comes up" in verdict_of(checked[0]).evidence


# --- budgets


def test_a_chain_has_a_budget_of_its_own():
    limits = replace(PATIENT, claim_seconds=4.0, chain_seconds=7.0)
    checked, incidents = check_once("yes", "loop", "sleep", "yes #2", verifiers=("Hostile",), limits=limits)
    assert [verdict_of(claim).reason for claim in checked] == [None, *[Reason.TIMED_OUT] * 3]
    assert "within 4 s" in verdict_of(checked[1]).evidence
    assert "the chain's 7 s were used up" in verdict_of(checked[3]).evidence
    assert incidents == {Reason.TIMED_OUT: 3}


def test_what_a_chain_had_no_time_for_is_judged_for_the_next_chain():
    async def run():
        limits = replace(PATIENT, claim_seconds=4.0, chain_seconds=4.0)
        async with pool_of("Hostile", limits=limits) as pool:
            first = await pool.check(claims("loop", "yes"), PROBLEM)
            return first, await pool.check(claims("yes"), PROBLEM)

    first, second = asyncio.run(run())
    assert outcomes(first) == [Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert outcomes(second) == [Outcome.CONFIRMED]


def test_waiting_for_a_free_worker_costs_nothing():
    async def run():
        async with pool_of("Truthful", limits=replace(PATIENT, claim_seconds=4.0, chain_seconds=4.0)) as pool:
            return await asyncio.gather(*(pool.check(claims(f"slow {n}"), PROBLEM) for n in range(24)))

    assert all(outcomes(checked) == [Outcome.CONFIRMED] for checked in asyncio.run(run()))


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def judged(log: Path) -> list[str]:
    return [line.partition(" ")[2] for line in log.read_text().splitlines()]


def test_a_busy_event_loop_is_not_taken_for_a_hanging_verifier(log):
    problem = Problem(text="p", id=str(log))

    async def run():
        async with pool_of("Truthful", limits=replace(PATIENT, claim_seconds=4.0)) as pool:
            await pool.check(claims("yes"), problem)
            checking = asyncio.create_task(pool.check(claims("slow 1", "slow 2", "last"), problem))
            await asyncio.sleep(0.05)
            begun = time.monotonic()
            while time.monotonic() < begun + 5.0 or judged(log)[-1] != "last":
                time.sleep(0.1)  # noqa: ASYNC251 -- the very point
            return await checking

    assert outcomes(asyncio.run(run())) == [Outcome.CONFIRMED] * 3


# --- equal claims


def test_equal_claims_are_judged_once_in_all_chains(log):
    problem = Problem(text="p", id=str(log))

    async def run():
        async with pool_of("Truthful", workers=2) as pool:
            together = await asyncio.gather(*(pool.check(claims("slow", "no", "slow"), problem) for _ in range(4)))
            later = await pool.check(claims("slow", "yes"), problem)
            other = await pool.check(claims("no"), Problem(text="another", id=str(log)))
            return together, later, other

    together, later, other = asyncio.run(run())
    assert all(outcomes(c) == [Outcome.CONFIRMED, Outcome.REFUTED, Outcome.CONFIRMED] for c in together)
    assert outcomes(later) == [Outcome.CONFIRMED] * 2
    assert outcomes(other) == [Outcome.REFUTED]
    assert sorted(judged(log)) == ["no", "no", "slow", "yes"]


def test_claims_are_equal_when_they_say_the_same_however_they_are_written(log):
    base = {"span": Span(0, 1), "formal": "x = 1"}
    same = [
        Claim(text="x=1", **base),
        Claim(text="x is 1", step=3, **base),
        Claim(text="x is 1", uses=(0,), **base),
    ]
    different = [
        Claim(text="x = 1", span=Span(0, 1)),
        Claim(text="x=1", modality=Modality.NEGATED, **base),
        Claim(text="x=1", kind=ClaimKind.EQUALITY, **base),
        Claim(text="x=1", rounded=True, **base),
        Claim(text="x=1", universal=True, **base),
        Claim(text="x=1", tentative=True, **base),
        Claim(text="x=1", premises=(Premise("2*x = 2", source=4),), **base),
    ]
    same.append(Claim(text="x = 1", premises=(Premise("2*x = 2"),), **base))

    async def run():
        async with pool_of("Truthful") as pool:
            return await pool.check([*same, *different], Problem(text="p", id=str(log)))

    checked = asyncio.run(run())
    assert [claim.claim for claim in checked] == [*same, *different]
    assert len(judged(log)) == 1 + len(different)  # the last of the same says what the last of the different does


def test_what_stands_on_a_refuted_claim_follows_from_an_error():
    uses = {"yes": (), "no": (), "yes, by no": (1,), "no, by that": (2,), "yes, by yes": (0,), "by both": (0, 3)}
    texts = [Claim(text=text, span=Span(0, 1), uses=used) for text, used in uses.items()]

    async def run():
        async with pool_of("Truthful") as pool:
            return await pool.check(texts, PROBLEM)

    checked = asyncio.run(run())
    assert [claim.follows_error for claim in checked] == [None, None, 1, 1, None, 1]


def test_an_equality_among_congruences_is_no_congruence_whatever_came_before():
    async def run(*solutions):
        async with open_pool(Settings(verifiers=("exact",), jobs=1)) as pool:
            return [[claim.outcome for claim in (await pool.review(PROBLEM, text)).claims] for text in solutions]

    congruence, equality = "17 ≡ 5 (mod 12).", "29 ≡ 17 = 5 (mod 12)."
    expected = [Outcome.CONFIRMED], [Outcome.CONFIRMED, Outcome.UNKNOWN]
    assert tuple(asyncio.run(run(congruence, equality))) == expected
    assert tuple(asyncio.run(run(equality, congruence))) == expected[::-1]


def test_what_several_verifiers_decline_is_told_apart_from_what_they_judge():
    mixed = ["pass", "yes", "pass", "pass", "no", "pass"]
    checked, _ = check_once(*mixed, verifiers=("Truthful", "Echo"))
    assert [len(claim.verdicts) for claim in checked] == [1, 2, 1, 1, 2, 1]
    checked, _ = check_once(*mixed)
    assert [len(claim.verdicts) for claim in checked] == [0, 1, 0, 0, 1, 0]


def test_a_failure_is_tried_once_more_and_then_stands():
    async def run():
        async with pool_of("Hostile") as pool:
            checked = [await pool.check(claims("exit"), PROBLEM) for _ in range(4)]
            return checked, pool.incidents[Reason.CRASHED]

    checked, crashes = asyncio.run(run())
    assert all(verdict_of(claim).reason is Reason.CRASHED for (claim,) in checked)
    assert crashes == 2


def test_the_memory_of_judgements_is_bounded(log):
    async def run():
        async with pool_of("Truthful", remember=2) as pool:
            for text in ("a", "b", "a", "c", "a", "b"):
                await pool.check(claims(text), Problem(text="p", id=str(log)))

    asyncio.run(run())
    assert judged(log) == ["a", "b", "c", "b"]


# --- processes


def test_chains_are_checked_by_several_workers_at_the_same_time(log):
    async def run():
        async with pool_of("Truthful", workers=2) as pool:
            await asyncio.gather(*(pool.check(claims(f"slow {n}"), Problem(text="p", id=str(log))) for n in range(6)))

    asyncio.run(run())
    assert len({line.split()[0] for line in log.read_text().splitlines()}) == 2


def test_a_worker_serves_many_chains_and_is_replaced_in_the_end(log):
    async def run():
        async with pool_of("Truthful", limits=replace(PATIENT, judgements=3)) as pool:
            for n in range(6):
                await pool.check(claims(f"{n}"), Problem(text="p", id=str(log)))

    asyncio.run(run())
    pids = [line.split()[0] for line in log.read_text().splitlines()]
    assert pids == [pids[0]] * 3 + [pids[3]] * 3
    assert pids[0] != pids[3]


def test_a_worker_that_died_while_idle_is_replaced(log):
    async def run():
        async with pool_of("Truthful") as pool:
            await pool.check(claims("a"), Problem(text="p", id=str(log)))
            worker = int(log.read_text().split()[0])
            os.kill(worker, signal.SIGKILL)
            assert gone(worker)
            await asyncio.sleep(0.05)  # in which the event loop hears of it
            return await pool.check(claims("b"), Problem(text="p", id=str(log)))

    assert outcomes(asyncio.run(run())) == [Outcome.CONFIRMED]


def test_a_cancelled_check_leaves_a_pool_that_works():
    async def run():
        before = children()
        async with pool_of("Hostile", limits=replace(PATIENT, claim_seconds=600.0)) as pool:
            for _ in range(3):
                checking = asyncio.create_task(pool.check(claims("loop"), PROBLEM))
                waiting = asyncio.create_task(pool.check(claims("loop", "yes"), PROBLEM))
                await asyncio.sleep(0.2)
                checking.cancel()
                await asyncio.wait({checking})
                assert checking.cancelled()
                waiting.cancel()
                await asyncio.wait({waiting})
            assert outcomes(await pool.check(claims("yes"), PROBLEM)) == [Outcome.CONFIRMED]
        assert children() == before

    asyncio.run(run())


def test_a_check_takes_over_what_a_cancelled_one_was_having_judged():
    async def run():
        async with pool_of("Truthful", workers=2) as pool:
            first = asyncio.create_task(pool.check(claims("slow"), PROBLEM))
            second = asyncio.create_task(pool.check(claims("slow"), PROBLEM))
            await asyncio.sleep(0.1)
            first.cancel()
            return await second

    assert outcomes(asyncio.run(run())) == [Outcome.CONFIRMED]


def test_closing_ends_everything():
    async def run():
        before = children()
        pool = pool_of("Hostile", workers=2, limits=replace(PATIENT, claim_seconds=600.0))
        checking = [asyncio.create_task(pool.check(claims(deed), PROBLEM)) for deed in ("loop", "sleep", "loop in c")]
        await asyncio.sleep(0.3)
        await pool.aclose()
        for result in await asyncio.gather(*checking, return_exceptions=True):
            assert isinstance(result, RuntimeError)
        assert children() == before
        with pytest.raises(RuntimeError, match="closed"):
            await pool.check(claims("yes"), PROBLEM)
        await pool.aclose()

    asyncio.run(run())


# --- reading


def review_of(solution, **choices):
    async def run():
        async with pool_of("Truthful", **choices) as pool:
            return await pool.review(PROBLEM, solution), pool.incidents

    return asyncio.run(run())


def test_a_solution_is_read_and_judged():
    text = "a; no b\nc; pass"
    review, incidents = review_of(text)
    assert (review.problem, review.text) == (PROBLEM, text)
    assert [text[slice(*step.span)] for step in review.steps] == ["a; no b", "c; pass"]
    assert [claim.claim.text for claim in review.claims] == ["a", "no b", "c", "pass"]
    assert outcomes(review.claims) == [Outcome.CONFIRMED, Outcome.REFUTED, Outcome.CONFIRMED, Outcome.UNKNOWN]
    assert review.first_error == 0
    assert review.answer is not None
    assert review.answer.text == "pass"
    assert review.seconds > 0
    assert not incidents


def test_steps_that_are_given_are_kept():
    review, _ = review_of(["a\nb", "", "no c"])
    assert review.text == "a\nb\n\n\n\nno c"
    assert [review.text[slice(*step.span)] for step in review.steps] == ["a\nb", "", "no c"]
    assert review.first_error == 2


def test_an_empty_solution_holds_no_claim():
    assert [review_of(nothing)[0].claims for nothing in ("", [], [""])] == [(), (), ()]


@pytest.mark.parametrize(
    ("text", "reason", "evidence"),
    [
        ("hang the reader", Reason.TIMED_OUT, "within 1 s"),
        ("crash the reader", Reason.CRASHED, "exit status 5"),
        ("fail the reader", Reason.CRASHED, "ValueError: cannot read this"),
        ("misplace a claim", Reason.CRASHED, "outside the agreed form"),
    ],
)
def test_what_cannot_be_read_is_one_open_claim(text, reason, evidence):
    limits = replace(PATIENT, chain_seconds=1.0) if reason is Reason.TIMED_OUT else PATIENT
    review, incidents = review_of(text, limits=limits)
    (claim,) = review.claims
    assert claim.claim.text == text
    assert verdict_of(claim).reason is reason
    assert verdict_of(claim).method == "reading"
    assert evidence in verdict_of(claim).evidence
    assert review.first_error is None
    assert incidents == {reason: 1}


# --- where it is used from

SCRIPT = """
import asyncio, sys, threading
from clra.types import Claim, Problem, Span
from clra.verification import VerifierPool
from clra.workers import Limits

print("once")
LIMITS = Limits(claim_seconds=600, chain_seconds=600, start_seconds=300)

async def main():
    async with VerifierPool({"h": "hostile_verifiers:Hostile"}, workers=1, search_path=[HERE], limits=LIMITS) as pool:
        (checked,) = await pool.check([Claim(text=DEED, span=Span(0, 1))], Problem(text="", id=LOG))
        print(checked.outcome, flush=True)

LAST
"""


def script(deed: str = "fine", last: str = "asyncio.run(main())", log: str = "") -> str:
    return (
        SCRIPT.replace("HERE", repr(HERE)).replace("DEED", repr(deed)).replace("LAST", last).replace("LOG", repr(log))
    )


@pytest.mark.parametrize(
    "last", ["asyncio.run(main())", "t = threading.Thread(target=asyncio.run, args=(main(),))\nt.start()\nt.join()"]
)
def test_it_works_from_a_script_without_a_guard(tmp_path, last):
    path = tmp_path / "user_script.py"
    path.write_text(script(last=last))
    done = subprocess.run(
        [sys.executable, "-W", "error", path], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.stdout, done.stderr, done.returncode) == ("once\nCONFIRMED\n", "", 0)


def test_it_works_from_standard_input(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-"], input=script(), capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.stdout, done.stderr, done.returncode) == ("once\nCONFIRMED\n", "", 0)


def test_modules_in_the_working_directory_do_not_get_in_the_way(tmp_path):
    (tmp_path / "json.py").write_text("raise ImportError('the wrong json')")
    path = tmp_path / "elsewhere" / "user_script.py"
    path.parent.mkdir()
    path.write_text(script())
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("once\nCONFIRMED\n", "")


@contextmanager
def busy_script(tmp_path: Path, deed: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A script whose worker is busy with a deed: its process, and its worker's process id."""
    path, log = tmp_path / "user_script.py", tmp_path / "log"
    path.write_text(script(deed, log=str(log)))
    with subprocess.Popen(
        [sys.executable, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        try:
            while not log.exists() or not log.read_text().endswith("\n"):
                assert parent.poll() is None
                time.sleep(0.02)
            yield parent, int(log.read_text().split()[0])
        finally:
            parent.kill()


@pytest.mark.parametrize("deed", ["loop", "sleep"])
def test_workers_die_with_a_killed_parent(tmp_path, deed):
    with busy_script(tmp_path, deed) as (parent, worker):
        parent.kill()
        parent.wait()
        assert gone(worker)


def test_ctrl_c_is_the_parents_to_handle(tmp_path):
    with busy_script(tmp_path, "sleep") as (parent, worker):
        os.killpg(parent.pid, signal.SIGINT)
        _, errors = parent.communicate(timeout=120)
        assert "KeyboardInterrupt" in errors
        assert not alive(worker)
