"""What Z3 is asked, and what is made of its answers."""

import subprocess
import sys

import pytest

from clra.parsing.tree import Call, Symbol
from clra_verifiers.formulas import formula_of
from clra_verifiers.smt import Question
from clra_verifiers.sorts import Sort, declared_of, sorts_of
from clra_verifiers.undecided import UndecidedError

X, Y, N, M = Symbol("x"), Symbol("y"), Symbol("n"), Symbol("m")
SORTS = {X: Sort.REAL, Y: Sort.REAL, N: Sort.WHOLE, M: Sort.WHOLE}


def impossible(*texts: str, rounded: bool = False) -> bool:
    question = Question(SORTS, rounded=rounded)
    for text in texts:
        question.require(formula_of(text))
    return question.unsatisfiable


@pytest.mark.parametrize(
    "texts",
    [
        ("x > 2", "x < 1"),
        ("x^2 = -1",),
        ("2*n = 7",),
        ("n > 2", "n < 3"),
        ("n == 2 mod 5", "n == 3 mod 5"),
        ("6 | n", "2 ∤ n"),
        ("n mod 4 = 5",),
        ("sqrt(x) = -2",),
        ("sqrt(x) = 3", "x != 9"),
        ("x^(1/2) = 3", "x != 9"),
        ("x^(-1) = 0",),
        ("abs(x) < 0",),
        ("abs(x) = 3", "x < 3", "x > -3"),
        ("floor(x) = 3", "x >= 4"),
        ("ceil(x) = 3", "x <= 2"),
        ("max(x, y) = 3", "x > 3"),
        ("min(x, y) = 3", "x < 3"),
        ("1/x = 0",),
        ("x/y = 2", "y = 0"),
        ("x = 1 or x = 2", "x > 2"),
        ("x in (0, 1)", "x >= 1"),
        ("x in [1, oo)", "x < 1"),
        ("n not in {1, 2, 3}", "n > 0", "n < 4"),
        ("x in ZZ", "x = 1/2"),
        ("n in NN", "n < 0"),
        ("sin(x) > 1",),
        ("2^n < 0",),
        ("pi > 3.15",),
        ("x = 5!", "x != 120"),
        ("(x, y) = (1, 2)", "x + y = 4"),
    ],
)
def test_it_finds_contradictions(texts):
    assert impossible(*texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("x > 2", "x < 3"),
        ("x^2 = 2",),
        ("n > 2", "n < 4"),
        ("sqrt(x) = 3",),
        ("root(3, x) = -2",),
        ("x = 1 or 1/x = 3",),
        ("sin(x) = y", "cos(x) = y"),
        ("ln(x) = 5", "x = 1"),  # true or not, nothing is claimed of logarithms
        ("2^n = 5",),
        ("n in NN", "n = 0"),
        ("pi > 3.14159", "pi < 3.1416"),
    ],
)
def test_it_claims_nothing_more(texts):
    assert not impossible(*texts)


def test_no_division_by_zero_in_one_case_says_nothing_of_the_others():
    assert not impossible("x = 0 or 1/x = 3", "x = 0")
    assert impossible("1/x = 3 or 2/x = 5", "x = 0")


def test_a_formula_that_is_denied_has_a_meaning():
    question = Question(SORTS)
    question.require(formula_of("x = 0"))
    question.require_not(formula_of("1/x = 3"))
    assert question.unsatisfiable


def test_zero_is_a_natural_number_only_where_that_helps_nobody():
    question = Question(SORTS)
    question.require(formula_of("n = 0"))
    question.require_not(formula_of("n in NN"))
    assert not question.unsatisfiable


def test_decimals_may_stand_for_what_was_rounded_to_them():
    assert impossible("x = 0.33", "3*x = 1")
    assert not impossible("x = 0.33", "3*x = 1", rounded=True)
    assert impossible("x = 0.43", "3*x = 1", rounded=True)


@pytest.mark.parametrize(
    "text", ["z = 1", "z > 0", "n/2 == 1 mod 3", "3 | x", "n == 1 mod m", "x = oo", "gamma(x) = 2"]
)
def test_it_asks_nothing_about_what_it_does_not_know(text):
    with pytest.raises(UndecidedError):
        Question(SORTS).require(formula_of(text))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("n in ZZ",), {N: Sort.WHOLE}),
        (("n in NN",), {N: Sort.WHOLE}),
        (("x in RR",), {X: Sort.REAL}),
        (("x > 0", "x in ZZ"), {X: Sort.WHOLE}),
        (("x + y > 0",), {X: Sort.REAL, Y: Sort.REAL}),
        (("n == 2 mod 5",), {N: Sort.WHOLE}),
        (("3 | n + m",), {N: Sort.WHOLE, M: Sort.WHOLE}),
        (("f(3) > 2",), {Call("f", (formula_of("3 = 3")[0][0].left,)): Sort.REAL}),
        (("abs(x) < 5",), {}),  # of a complex number, perhaps
        (("floor(x) == 1 mod 2",), {}),
        (("x = 3",), {}),
        (("x in CC",), {}),
        (("x > 0 or x = 2",), {}),
    ],
)
def test_sorts_are_what_statements_presuppose(texts, expected):
    assert sorts_of(map(formula_of, texts)) == expected


def test_declared_is_what_is_said_of_a_letter_alone():
    texts = ("x > 0", "x + y > 0", "n in ZZ", "3 | m")
    assert declared_of(map(formula_of, texts)) == {X, N, M}


REPEATED = """
from clra.types import Claim, ClaimKind, Premise, Problem, Span
from clra_verifiers.context import ContextVerifier

given = ["n in ZZ", "m in ZZ", "n > 0", "m > 0", "n*m = 360", "n + m < 45", "n == 0 mod 4", "x > 0", "x^3 + x = n"]
claims = ["n < 30", "n > 12", "m >= 9", "n = 24", "n = 16", "m = 18", "n*m^2 > 5000", "x < 4", "x > 3", "n < m"]
for formal in claims:
    premises = tuple(map(Premise, given))
    claim = Claim(text=formal, span=Span(0, 1), kind=ClaimKind.EQUALITY, formal=formal, premises=premises)
    verdict = ContextVerifier().verify(claim, Problem(text=""))
    print(formal, verdict.outcome, verdict.method, verdict.reason, verdict.evidence)
"""


def test_verdicts_repeat_in_a_fresh_process():
    seen = {
        subprocess.run(
            [sys.executable, "-c", REPEATED], check=True, capture_output=True, text=True, timeout=1200
        ).stdout
        for _ in range(2)
    }
    assert len(seen) == 1
    assert "context:z3" in seen.pop()


def test_z3_is_loaded_only_where_it_is_asked():
    loads = "import sys, clra_verifiers.context; assert not {'z3', 'sympy', 'pint'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", loads], check=True, timeout=600)
