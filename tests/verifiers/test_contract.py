"""Every verifier that comes in by an entry point keeps the same promises, each shown on claims of its own."""

import asyncio
import pickle
from dataclasses import replace
from importlib.metadata import entry_points
from typing import NamedTuple

import pytest

from clra.config import Settings
from clra.protocols import Verifier
from clra.types import (
    CheckedClaim,
    Claim,
    ClaimKind,
    Modality,
    Outcome,
    Premise,
    Problem,
    Program,
    Reason,
    Review,
    Span,
    Verdict,
)

PROBLEM = Problem(text="What is it?")


def claim(
    formal: str | None,
    *,
    kind: ClaimKind = ClaimKind.EQUALITY,
    rounded: bool = False,
    universal: bool = False,
    premises: tuple[Premise, ...] = (),
) -> Claim:
    text = formal or "as can be seen"
    span = Span(0, len(text))
    return Claim(
        text=text, span=span, kind=kind, formal=formal, rounded=rounded, universal=universal, premises=premises
    )


def program(code: str, output: str, *, before: tuple[str, ...] = ()) -> Claim:
    told = Program(code, output, before=before)
    return Claim(text=output, span=Span(0, len(output)), kind=ClaimKind.PROGRAM, program=told)


class Promise(NamedTuple):
    confirms: list[Claim]
    refutes: list[Claim]
    leaves_open: list[tuple[Claim, Reason]]
    declines: list[Claim]


PROMISES = {
    "exact": Promise(
        confirms=[
            claim("135 - 45 = 90"),
            claim("(x + 1)^2 = x^2 + 2*x + 1"),
            claim("2^10 == 1 mod 11", kind=ClaimKind.CONGRUENCE),
            claim("7 | 91", kind=ClaimKind.DIVISIBILITY),
            claim("sqrt(2) < 3/2", kind=ClaimKind.INEQUALITY),
        ],
        refutes=[
            claim("135 - 45 = 80"),
            claim("sqrt(2) > 3/2", kind=ClaimKind.INEQUALITY),
            claim("2^10 == 2 mod 11", kind=ClaimKind.CONGRUENCE),
            claim("7 | 92", kind=ClaimKind.DIVISIBILITY),
        ],
        leaves_open=[
            (claim("x + 1 = 5"), Reason.CONTEXTUAL),
            (claim("x^2 = 2*x"), Reason.CONTEXTUAL),
            (claim("1/0 = 5"), Reason.SOLVER_UNKNOWN),
            (claim("= = ="), Reason.NOT_TRANSLATED),
        ],
        declines=[claim(None), claim("x in ZZ", kind=ClaimKind.OTHER)],
    ),
    "context": Promise(
        confirms=[
            claim("x = 4", premises=(Premise("2*x + 3 = 11"),)),
            claim("f(3) = 10", premises=(Premise("f(x) = x^2 + 1", universal=True),)),
            claim("x > 3", premises=(Premise("x^2 = 16"), Premise("x > 0")), kind=ClaimKind.INEQUALITY),
            claim("n^2 == 1 mod 8", premises=(Premise("n == 1 mod 2"),), kind=ClaimKind.CONGRUENCE),
        ],
        refutes=[
            claim("x = 5", premises=(Premise("2*x + 3 = 11"),)),
            claim("f(3) = 11", premises=(Premise("f(x) = x^2 + 1", universal=True),)),
            claim("x < 1", premises=(Premise("x > 2"),), kind=ClaimKind.INEQUALITY),
            claim("6 | n", premises=(Premise("n == 1 mod 2"),), kind=ClaimKind.DIVISIBILITY),
            claim('"answer" = 7/2', premises=(Premise('"answer" in ZZ'),), kind=ClaimKind.ANSWER),
        ],
        leaves_open=[
            (claim("x = 3", premises=(Premise("x + y = 5"),)), Reason.CONTEXTUAL),
            (claim("x = 3", premises=(Premise("x = 1"), Premise("x = 2"))), Reason.CONTEXTUAL),
            (claim("= = =", premises=(Premise("x = 1"),)), Reason.NOT_TRANSLATED),
            (claim("x = 3"), Reason.NOT_APPLICABLE),
        ],
        declines=[claim(None, premises=(Premise("x = 1"),)), claim("x = 3")],
    ),
    "symbolic": Promise(
        confirms=[
            claim("derivative(x, x^3) = 3*x^2"),
            claim("integral(x, 0, 1, x^2) = 1/3"),
            claim("integral(x, cos(x)) = sin(x) + C"),
            claim("limit(x, 0, sin(x)/x) = 1"),
            claim("sum(k, 0, oo, 1/2^k) = 2"),
            claim("sum(k, 1, n, k) = n*(n + 1)/2"),
            claim("determinant(matrix(a, b; c, d)) = a*d - b*c"),
            claim("y = C*e^(2*x)", premises=(Premise("y' = 2*y", universal=True),)),
            claim("x in {2, 3}", kind=ClaimKind.OTHER, premises=(Premise("x^2 - 5*x + 6 = 0"),)),
        ],
        refutes=[
            claim("derivative(x, x^3) = 2*x^2"),
            claim("integral(x, 0, 1, x^2) = 1/2"),
            claim("integral(x, cos(x)) = cos(x) + C"),
            claim("sum(k, 0, oo, 1/2^k) = 3"),
            claim("sum(k, 1, n, k) = n*(n - 1)/2"),
            claim("determinant(matrix(a, b; c, d)) = a*d + b*c"),
            claim("y = C*e^(3*x)", premises=(Premise("y' = 2*y", universal=True),)),
            claim("x in set(2)", kind=ClaimKind.OTHER, universal=True, premises=(Premise("x^2 = 4"),)),
        ],
        leaves_open=[
            (claim("derivative(x, x^2) = 6"), Reason.CONTEXTUAL),
            (claim("f'(x) = 2*x"), Reason.CONTEXTUAL),
            (claim("limit(x, oo, ln(x)/x) = 1"), Reason.SOLVER_UNKNOWN),
            (claim("x + 1 = 5"), Reason.NOT_APPLICABLE),
            (claim("= = ="), Reason.NOT_TRANSLATED),
        ],
        declines=[claim(None), claim("x + 1 = 5"), claim("2 + 2 = 5")],
    ),
}

CHECKED = {
    "execution": Promise(
        confirms=[
            program("print(6 * 7)", "42"),
            program("x * 7", "42", before=("x = 6",)),
            program("print(1 / 3)", "0.333"),
            program("print(1 / 0)", "ZeroDivisionError: division by zero"),
        ],
        refutes=[
            program("print(6 * 7)", "43"),
            program("x * 7", "43", before=("x = 6",)),
            program("print('ways:', len([n for n in range(100) if n % 7 == 0]))", "14"),
            program("print(91 % 7 == 0)", "False"),
        ],
        leaves_open=[
            (program("while True: pass", "42"), Reason.TIMED_OUT),
            (program("print(1 / 0)", "42"), Reason.CRASHED),
            (program("import no_such_module", "42"), Reason.UNAVAILABLE),
            (program("import random\nprint(random.random())", "0.5"), Reason.NOT_TRANSLATED),
        ],
        declines=[claim("2 + 2 = 5"), claim(None)],
    ),
}
"""What those promise that check by running programs."""

FOUND = {point.name: point for point in entry_points(group="clra.verifiers")}
"""Plug-ins by name; critics, which judge whole chains by asking a model, come in by the same group."""


KINDS = {name: point.load() for name, point in FOUND.items()}
CHECKERS = {name: kind for name, kind in KINDS.items() if hasattr(kind, "check")}
VERIFIERS: dict[str, Verifier] = {name: kind() for name, kind in KINDS.items() if hasattr(kind, "verify")}


@pytest.fixture(params=sorted(VERIFIERS))
def verifier(request) -> Verifier:
    return VERIFIERS[request.param]


@pytest.fixture
def promise(verifier) -> Promise:
    assert verifier.name in PROMISES, "say in PROMISES what this verifier does"
    return PROMISES[verifier.name]


def judged(verifier: Verifier, one: Claim) -> Verdict:
    verdict = verifier.verify(one, PROBLEM)
    assert (verdict.reason is None) is (verdict.outcome is not Outcome.UNKNOWN)
    assert verdict.method.split(":")[0] == verifier.name
    assert verdict.statement == (one.formal or "")
    assert verdict.seconds >= 0
    assert pickle.loads(pickle.dumps(verdict)) == verdict  # noqa: S301 - it comes from the line above
    return verdict


def test_the_exact_verifier_is_found():
    assert "exact" in VERIFIERS


def test_its_name_is_that_of_its_entry_point():
    assert all(name == found.name for name, found in VERIFIERS.items())


def test_it_confirms_what_it_can_prove(verifier, promise):
    for one in promise.confirms:
        assert verifier.accepts(one)
        verdict = judged(verifier, one)
        assert (one.formal, verdict.outcome) == (one.formal, Outcome.CONFIRMED)
        assert verdict.evidence


def test_it_refutes_what_it_can_disprove(verifier, promise):
    for one in promise.refutes:
        assert verifier.accepts(one)
        verdict = judged(verifier, one)
        assert (one.formal, verdict.outcome) == (one.formal, Outcome.REFUTED)
        assert one.text in verdict.evidence


def test_it_says_why_it_does_not_know(verifier, promise):
    for one, reason in promise.leaves_open:
        verdict = judged(verifier, one)
        assert (one.formal, verdict.outcome, verdict.reason) == (one.formal, Outcome.UNKNOWN, reason)


def test_it_declines_what_is_not_its_business(verifier, promise):
    for one in promise.declines:
        assert not verifier.accepts(one)
        assert judged(verifier, one).outcome is Outcome.UNKNOWN


def test_it_judges_the_statement_whatever_the_chain_does_with_it(verifier, promise):
    for one in promise.refutes:
        for modality in Modality:
            assert judged(verifier, replace(one, modality=modality)).outcome is Outcome.REFUTED


class Checked(NamedTuple):
    promise: Promise
    claims: dict[Claim, CheckedClaim]
    """Each claim of the promise, as the checker gives it back."""


@pytest.fixture(scope="module", params=sorted(CHECKERS))
def checked(request) -> Checked:
    """All claims of a checker's promise in one review, checked without a model; skipped where no sandbox holds."""
    assert request.param in CHECKED, "say in CHECKED what this checker does"
    promise = CHECKED[request.param]
    claims = [*promise.confirms, *promise.refutes, *(one for one, _ in promise.leaves_open), *promise.declines]
    review = Review(
        problem=PROBLEM, text="", steps=(), claims=tuple(CheckedClaim(claim=one) for one in claims), answer=None
    )

    async def check() -> Review:
        checker = CHECKERS[request.param](Settings(program_seconds=10.0))
        try:
            return await checker.check(review, None, seed=0)
        finally:
            await checker.aclose()

    found = asyncio.run(check()).claims
    first = found[0].telling
    if first is not None and first.reason is Reason.UNAVAILABLE:
        pytest.skip(first.evidence)
    assert [one.claim for one in found[: len(claims)]] == claims
    return Checked(promise, dict(zip(claims, found, strict=False)))


def test_a_checker_has_the_name_of_its_entry_point():
    assert all(kind.name == name for name, kind in CHECKERS.items())


def test_a_checker_confirms_and_refutes(checked):
    for outcome, claims in ((Outcome.CONFIRMED, checked.promise.confirms), (Outcome.REFUTED, checked.promise.refutes)):
        for one in claims:
            verdict = checked.claims[one].telling
            assert (one.program, verdict.outcome, verdict.proof) == (one.program, outcome, True)
            assert outcome is Outcome.CONFIRMED or one.text in verdict.evidence
            assert verdict.evidence
            assert verdict.seconds > 0


def test_a_checker_says_why_it_does_not_know(checked):
    for one, reason in checked.promise.leaves_open:
        verdict = checked.claims[one].telling
        assert (one.program, verdict.outcome, verdict.reason) == (one.program, Outcome.UNKNOWN, reason)


def test_a_checker_leaves_alone_what_is_not_its_business(checked):
    assert all(checked.claims[one].verdicts == () for one in checked.promise.declines)
