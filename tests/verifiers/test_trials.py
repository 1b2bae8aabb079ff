"""Points at which premises hold tell what no proof can show."""

import pytest

from clra.parsing.tree import Symbol
from clra_verifiers.formulas import Letter, formula_of
from clra_verifiers.sorts import Sort
from clra_verifiers.trials import truths_of

WHOLE: dict[Letter, Sort] = {Symbol("m"): Sort.WHOLE, Symbol("n"): Sort.WHOLE}
REAL: dict[Letter, Sort] = {Symbol("x"): Sort.REAL}


@pytest.mark.parametrize(
    ("formal", "premises", "sorts", "truths"),
    [
        ("n = 24", ["n in ZZ", "n > 0"], WHOLE, {True, False}),
        ("n = -24", ["n in ZZ", "n > 0"], WHOLE, {False}),
        ("n > 0", ["n in ZZ", "n > 0"], WHOLE, {True}),
        ("m + n > 0", ["m > 0", "n > 0"], WHOLE, {True}),
        ("x = 1/2", ["x > 0"], REAL, {True, False}),
        ("n = 1/2", ["n > 0"], WHOLE, {False}),
        ("x > 5", ["x > 20", "x < 30"], REAL, set()),
        ("sqrt(x) = pi", ["x > 0"], REAL, set()),
        ("1/(x - 1) > 0", ["x < 2", "x > 0"], REAL, set()),
        ("f(x) = 2", ["x > 0"], REAL, set()),
    ],
)
def test_a_formula_is_tried_where_its_premises_hold(
    formal: str, premises: list[str], sorts: dict[Letter, Sort], truths: set[bool]
) -> None:
    assert truths_of(formula_of(formal), map(formula_of, premises), sorts) == truths
