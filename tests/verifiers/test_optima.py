import pytest

from clra.parsing.reader import read_relation
from clra.types import Claim, ClaimKind, Outcome, Problem, Span
from clra_verifiers.optima import is_optimum
from clra_verifiers.symbolic import SymbolicVerifier

CONFIRMED, REFUTED, UNKNOWN = Outcome


def judged(formal: str) -> tuple[Outcome, str]:
    claim = Claim(text=formal, span=Span(0, len(formal)), kind=ClaimKind.ANSWER, formal=formal)
    verifier = SymbolicVerifier()
    assert verifier.accepts(claim)
    verdict = verifier.verify(claim, Problem(text=""))
    return verdict.outcome, verdict.evidence


@pytest.mark.parametrize(
    ("formal", "outcome"),
    [
        ("min(builder(x^2 + 4*x, x in RR)) = -4", CONFIRMED),
        ("min(builder(x^2 + 4*x, x in RR)) = -3", REFUTED),
        ("min(builder(x^2 + 4*x, x in RR)) = -5", REFUTED),
        ("max(builder(x^2 + 4*x, x in RR)) = 100", REFUTED),
        ("max(builder(2*x*y - x^2 - 2*y^2 + 6*y, x in RR, y in RR)) = 9", CONFIRMED),
        ("max(builder(2*x*y - x^2 - 2*y^2 + 6*y, x in RR, y in RR)) = 10", REFUTED),
        ("min(builder(x + 1/x, x > 0)) = 2", UNKNOWN),
        ("min(builder(x + 1/x, x > 0)) = 5/2", REFUTED),
        ("min(builder(x + 1/x, x > 0)) = 1", UNKNOWN),
        ("min(builder(a + b, a*b = 9, a > 0, b > 0)) = 6", UNKNOWN),
        ("min(builder(a + b, a*b = 9, a > 0, b > 0)) = 7", REFUTED),
        ("max(builder(sqrt(4 - x^2), x >= 0)) = 3/2", REFUTED),
        ("max(builder(sqrt(4 - x^2), x >= 0)) = 3", UNKNOWN),
        ("min(builder(n^2 - n, n in ZZ)) = 1", UNKNOWN),
        ("min(builder(x + y, x > 0)) = 1", UNKNOWN),
        ("min(builder(x + y, x^2 + y^2 = 1, x in RR, y in RR)) = 0", UNKNOWN),
        ("min(builder(f(x), x > 0)) = 1", UNKNOWN),
        ("min(builder(x + 1/x, x > 0)) = 1/0", UNKNOWN),
        ("max(builder(x, x > 0, x < 3)) = 10^400", UNKNOWN),
    ],
)
def test_the_greatest_and_the_least_value(formal, outcome):
    assert judged(formal)[0] is outcome


def test_the_point_is_shown():
    outcome, evidence = judged("max(builder(x*(10 - x), x > 0)) = 20")
    assert outcome is REFUTED
    assert "at x = " in evidence
    assert "it is more" in evidence


def test_what_is_no_optimum():
    assert not is_optimum(read_relation("max(2, 3) = 3"))
    assert not is_optimum(read_relation("min(x, y) = 3"))
    assert not is_optimum(read_relation("min(builder(x^2, x in RR)) = y"))
