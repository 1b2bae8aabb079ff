"""Relations without anything unknown, decided by the exact verifier, and membership in sets of numbers."""

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from clra.parsing.notation import to_text
from clra.parsing.tree import (
    Bracket,
    Collection,
    Expression,
    Matrix,
    Number,
    Operation,
    ReadError,
    Relation,
    Relator,
    Symbol,
    walk,
)
from clra.types import NOWHERE, Claim, ClaimKind, Outcome, Problem
from clra_verifiers.balls import leeway
from clra_verifiers.exact import ExactVerifier
from clra_verifiers.formulas import Formula
from clra_verifiers.rational import value
from clra_verifiers.undecided import UndecidedError

_EXACT = ExactVerifier()
_NO_PROBLEM = Problem(text="")
_OUTCOMES = {True: Outcome.CONFIRMED, False: Outcome.REFUTED, None: Outcome.UNKNOWN}
_KINDS = {
    Relator.EQUAL: ClaimKind.EQUALITY,
    Relator.CONGRUENT: ClaimKind.CONGRUENCE,
    Relator.DIVIDES: ClaimKind.DIVISIBILITY,
    Relator.NOT_DIVIDES: ClaimKind.DIVISIBILITY,
}
_INTERVALS = frozenset(
    {
        Bracket.OPEN_INTERVAL,
        Bracket.CLOSED_INTERVAL,
        Bracket.LEFT_OPEN_INTERVAL,
        Bracket.RIGHT_OPEN_INTERVAL,
        Bracket.TUPLE,
    }
)


def truth_of(formula: Formula, *, rounded: bool = False, universal: bool = False) -> Outcome:
    """How a formula stands, whose relations may hold letters that do not matter.

    Args:
        formula: cases, of which at least one must hold.
        rounded: whether its decimals are said to be rounded.
        universal: whether it is said of all values of its letters.
    """
    cases = [[_truth(relation, rounded, universal) for relation in case] for case in formula]
    if any(all(truth is Outcome.CONFIRMED for truth in case) for case in cases):
        return Outcome.CONFIRMED
    if all(Outcome.REFUTED in case for case in cases):
        return Outcome.REFUTED
    return Outcome.UNKNOWN


@lru_cache(maxsize=4_096)
def _truth(relation: Relation, rounded: bool, universal: bool) -> Outcome:
    if relation.relator in {Relator.ELEMENT, Relator.NOT_ELEMENT}:
        member = _is_member(relation.left, relation.right)
        negated = relation.relator is Relator.NOT_ELEMENT
        return _OUTCOMES[member if member is None else member is not negated]
    if isinstance(relation.left, Collection | Matrix) is not isinstance(relation.right, Collection | Matrix):
        return Outcome.UNKNOWN  # x = {2, -2} lists what x may be
    try:
        formal = to_text(relation)
    except ReadError:
        return Outcome.UNKNOWN
    kind = _KINDS.get(relation.relator, ClaimKind.INEQUALITY)
    claim = Claim(text=formal, span=NOWHERE, kind=kind, formal=formal, rounded=rounded, universal=universal)
    return _EXACT.verify(claim, _NO_PROBLEM).outcome


def _is_member(term: Expression, numbers: Expression) -> bool | None:
    if isinstance(numbers, Symbol):
        return _is_of_kind(term, numbers.name)
    if not isinstance(numbers, Collection) or any(isinstance(item, Relation) for item in numbers.items):
        return None
    if numbers.bracket is Bracket.SET:
        return _any(_equal(term, item) for item in numbers.items if not isinstance(item, Relation))
    if numbers.bracket in _INTERVALS and len(numbers.items) == 2:
        return _is_between(term, numbers)
    return None


def _any(truths: Iterable[Outcome]) -> bool | None:
    found = set(truths)
    if Outcome.CONFIRMED in found:
        return True
    return None if Outcome.UNKNOWN in found else False


def _equal(term: Expression, other: Expression) -> Outcome:
    return _truth(Relation(Relator.EQUAL, term, other), rounded=False, universal=False)


def _is_between(term: Expression, interval: Collection) -> bool | None:
    low, high = interval.items
    open_low = interval.bracket not in {Bracket.CLOSED_INTERVAL, Bracket.RIGHT_OPEN_INTERVAL}
    open_high = interval.bracket not in {Bracket.CLOSED_INTERVAL, Bracket.LEFT_OPEN_INTERVAL}
    bounds = []
    if low != Operation("neg", (Symbol("oo"),)) and not isinstance(low, Relation):
        bounds.append(Relation(Relator.LESS if open_low else Relator.LESS_EQUAL, low, term))
    if high != Symbol("oo") and not isinstance(high, Relation):
        bounds.append(Relation(Relator.LESS if open_high else Relator.LESS_EQUAL, term, high))
    truths = {_truth(bound, rounded=False, universal=False) for bound in bounds}
    if Outcome.REFUTED in truths:
        return False
    return None if Outcome.UNKNOWN in truths else True


def _is_of_kind(term: Expression, numbers: str) -> bool | None:
    """Whether a closed term is whole, natural, rational or real. Zero may or may not be a natural number."""
    try:
        number = value(term)
    except UndecidedError:
        return None
    numbers_in = (node for node in walk(term) if isinstance(node, Number))
    slack = max((leeway(node) for node in numbers_in if node.decimals is not None), default=Fraction(0))
    is_whole = None if _near_whole(number, slack) and slack else number.denominator == 1
    match numbers:
        case "ZZ":
            return is_whole
        case "NN":
            if is_whole and number == 0:
                return None
            return is_whole if number + slack > 0 else False
        case "QQ" | "RR" | "CC":
            return True
    return None


def _near_whole(number: Fraction, slack: Fraction) -> bool:
    return abs(number - round(number)) <= slack
