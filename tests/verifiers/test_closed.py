"""Relations without letters, membership in sets of numbers among them."""

import pytest

from clra.types import Outcome
from clra_verifiers.closed import truth_of
from clra_verifiers.formulas import formula_of, readings
from clra_verifiers.undecided import UndecidedError


@pytest.mark.parametrize(
    ("formal", "outcome"),
    [
        ("2 + 2 = 4", Outcome.CONFIRMED),
        ("2 + 2 = 5", Outcome.REFUTED),
        ("x = 5", Outcome.UNKNOWN),
        ("2 = 3 or 2 + 2 = 4", Outcome.CONFIRMED),
        ("2 = 3 or 2 = 4", Outcome.REFUTED),
        ("2 = 3 or x = 4", Outcome.UNKNOWN),
        ("2 = 2 and 3 = 4", Outcome.REFUTED),
        ("(1, 2) = (1, 3)", Outcome.REFUTED),
        ("3 in ZZ", Outcome.CONFIRMED),
        ("7/2 in ZZ", Outcome.REFUTED),
        ("7/2 not in ZZ", Outcome.CONFIRMED),
        ("3.5 in ZZ", Outcome.REFUTED),
        ("3.99 in ZZ", Outcome.UNKNOWN),
        ("4.0 in ZZ", Outcome.UNKNOWN),
        ("3 in NN", Outcome.CONFIRMED),
        ("0 in NN", Outcome.UNKNOWN),
        ("-1 in NN", Outcome.REFUTED),
        ("1/3 in QQ", Outcome.CONFIRMED),
        ("sqrt(2) in QQ", Outcome.UNKNOWN),
        ("sqrt(2) in ZZ", Outcome.UNKNOWN),
        ("2 in {1, 2}", Outcome.CONFIRMED),
        ("5 in {1, 2}", Outcome.REFUTED),
        ("sqrt(4) in {1, 2}", Outcome.CONFIRMED),
        ("1 in (0, 1]", Outcome.CONFIRMED),
        ("1 in [0, 1)", Outcome.REFUTED),
        ("0 in [0, 1]", Outcome.CONFIRMED),
        ("-3 in (-oo, 0)", Outcome.CONFIRMED),
        ("3 in (-oo, 0)", Outcome.REFUTED),
        ("sqrt(2) in (1, oo)", Outcome.CONFIRMED),
        ("x in (1, oo)", Outcome.UNKNOWN),
        ("7 == 2 mod 5", Outcome.CONFIRMED),
        ("3 | 7", Outcome.REFUTED),
    ],
)
def test_truth(formal, outcome):
    assert truth_of(formula_of(formal)) is outcome


def test_of_all_values_or_of_some():
    assert truth_of(formula_of("(x + 1)^2 = x^2 + 1"), universal=True) is Outcome.REFUTED
    assert truth_of(formula_of("(x + 1)^2 = x^2 + 1")) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("formal", "cases"),
    [
        ("x = 2", 1),
        ("x = 2 or x = 3", 2),
        ("x = 5 ± 1", 2),
        ("x in {1, 2, 3}", 3),
        ("(x, y) = (1, 2) or (x, y) = (2, 1)", 2),
        ("x = ±1 and y = ±1", 4),
        ("x = ±1 ± sqrt(2)", 4),
    ],
)
def test_cases(formal, cases):
    assert len(formula_of(formal)) == cases


@pytest.mark.parametrize("formal", ["x + 1", "x in {" + ", ".join(map(str, range(20))) + "}", "x = ±1 ± 2 ± 3 ± 4"])
def test_what_is_no_statement_or_has_too_many_cases(formal):
    with pytest.raises(UndecidedError):
        formula_of(formal)


@pytest.mark.parametrize(
    ("formal", "count"),
    [("x = 2", 1), ("x = log(y)", 3), ("sin(x) = 1/2", 1), ("x = sin(30)", 2), ("x = 30°", 1), ("x in ZZ", 1)],
)
def test_readings(formal, count):
    assert len(readings(formula_of(formal))) == count
