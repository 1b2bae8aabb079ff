"""Congruences of polynomials, against brute force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clra.parsing.tree import Symbol
from clra.types import Outcome
from clra_verifiers.formulas import formula_of
from clra_verifiers.residues import by_residues

WHOLE = frozenset({Symbol("n"), Symbol("m")})


def found(formal: str, *premises: str) -> Outcome:
    return by_residues(formula_of(formal), map(formula_of, premises), WHOLE)


@pytest.mark.parametrize(
    ("formal", "premises", "outcome"),
    [
        ("n^2 == 1 mod 8", ["n == 1 mod 2"], Outcome.CONFIRMED),
        ("n^2 == 2 mod 4", [], Outcome.REFUTED),
        ("6 | n*(n + 1)*(n + 2)", [], Outcome.CONFIRMED),
        ("3 ∤ n^2 + 1", [], Outcome.CONFIRMED),
        ("n mod 3 != 0", ["n^2 mod 3 = 1"], Outcome.CONFIRMED),
        ("n*m == 2 mod 3", ["n == 1 mod 3", "m == 2 mod 3"], Outcome.CONFIRMED),
        ("n == 1 mod 3", ["n == 1 mod 2"], Outcome.UNKNOWN),
        ("n == 1 mod 3", ["n == 1 mod 6", "n == 0 mod 4"], Outcome.UNKNOWN),  # no number is like that
        ("n/2 == 1 mod 3", ["n == 2 mod 3"], Outcome.UNKNOWN),
        ("x == 1 mod 3", ["x == 1 mod 3"], Outcome.UNKNOWN),  # x may be no whole number
        ("n mod 3 = 4", [], Outcome.UNKNOWN),
        ("n == 1 mod 1009", ["n == 1 mod 1009"], Outcome.UNKNOWN),  # too many residues
        ("2^n == 1 mod 3", ["2 | n"], Outcome.UNKNOWN),
        ("n = 3", ["n == 0 mod 3"], Outcome.UNKNOWN),
    ],
)
def test_what_follows_from_residues(formal, premises, outcome):
    assert found(formal, *premises) is outcome


MODULI = st.integers(2, 12)
COEFFICIENTS = st.lists(st.integers(-9, 9), min_size=2, max_size=4)


@given(COEFFICIENTS, MODULI, st.integers(0, 11), MODULI, st.integers(0, 11))
def test_it_agrees_with_brute_force(coefficients, modulus, rest, other, other_rest):
    polynomial = " + ".join(f"({factor})*n^{power}" for power, factor in enumerate(coefficients, 1))
    outcome = found(f"{polynomial} == {rest} mod {modulus}", f"n == {other_rest} mod {other}")
    truths = {
        sum(factor * n**power for power, factor in enumerate(coefficients, 1)) % modulus == rest % modulus
        for n in range(modulus * other)
        if n % other == other_rest % other
    }
    assert outcome is {(True,): Outcome.CONFIRMED, (False,): Outcome.REFUTED}.get(tuple(truths), Outcome.UNKNOWN)
