"""Proofs that two terms are equal wherever both have a value.

Letters stand for real numbers. Two terms that differ for one choice of their letters are told apart first, rational
functions are compared at one point that decides (`clra_verifiers.kronecker`), all others are written as quotients of
polynomials in atoms (`clra.parsing.algebra`): if the normal forms agree, the terms are equal; if not, nothing is known.
"""

from contextlib import suppress
from fractions import Fraction
from functools import lru_cache

from flint import ctx

from clra.parsing.algebra.evaluation import Evaluator, letter
from clra.parsing.algebra.polynomials import TooBigError as TooLongError
from clra.parsing.algebra.polynomials import UndefinedError as NoValueError
from clra.parsing.algebra.polynomials import UnknownValueError, single
from clra.parsing.algebra.quotients import Field, Quotient
from clra.parsing.tree import Call, Expression, Number, Operation, Symbol, symbol_names, walk
from clra_verifiers.balls import Environment, enclosure
from clra_verifiers.features import CONSTANTS
from clra_verifiers.kronecker import same_function
from clra_verifiers.rational import value
from clra_verifiers.undecided import IrrationalError, TooBigError, UndecidedError, UndefinedError, UnsupportedError

PRECISION = 64
_SAMPLES = (
    tuple(map(Fraction, (5, 11, 3, 17, 8, 13, 19, 23))),
    tuple(Fraction(1, number) for number in (5, 11, 3, 17, 8, 13, 19, 23)),
)
"""Letters take these values in turn where two terms are told apart; the second ones where a term has no value there."""


def identical(left: Expression, right: Expression) -> bool:
    """Whether the two terms are proved equal for all values of their letters for which both are defined.

    Raises:
        UndecidedError: the terms hold something that cannot be expressed, or grow beyond the limits.
    """
    if _is_foreign(left, right) or _is_foreign(right, left):
        return False
    names = symbol_names(left) | symbol_names(right)
    if _told_apart(left, right, sorted(names - CONSTANTS)):
        return False
    try:
        return same_function(left, right, sorted(names - {"i", "oo"}))
    except UndecidedError:
        return _same_normal_form(left, right)


@lru_cache(maxsize=1_024)
def _same_normal_form(left: Expression, right: Expression) -> bool:
    try:
        if not difference(left, right).numerator:
            return True
        positive = _positive_letters(left) | _positive_letters(right)
        return bool(positive) and not difference(left, right, positive).numerator
    except TooLongError:
        if left == right and symbol_names(left) - CONSTANTS:
            return True
        raise TooBigError("the terms are too big to write out") from None
    except NoValueError:
        raise UndefinedError("a side has no value") from None
    except UnknownValueError:
        raise UnsupportedError("a side holds what is not known here") from None


def difference(left: Expression, right: Expression, positive: frozenset[str] = frozenset()) -> Quotient:
    """The left side minus the right side, exactly.

    Args:
        left: a term.
        right: another.
        positive: letters that stand for squares of others.

    Raises:
        clra.parsing.algebra.polynomials.TooBigError, UndefinedError, UnknownValueError: as its evaluator.
    """
    algebra = Field()
    letters = {name: algebra.of(single(letter(name), 2)) for name in positive}
    evaluator = Evaluator(algebra, letters, as_written=True)
    return algebra.plus(evaluator.value(left), evaluator.value(right), -1)


def _positive_letters(tree: Expression) -> frozenset[str]:
    """Letters that stand by themselves under a logarithm or an even root, and so are positive where it has a value."""
    found: set[str] = set()
    for node in walk(tree):
        match node:
            case (
                Operation(operator="ln", arguments=(Symbol(name=name),))
                | Operation(operator="log", arguments=(*_, Symbol(name=name)))
                | Operation(operator="root", arguments=(Number(value=Fraction(numerator=2)), Symbol(name=name)))
            ):
                found.add(name)
    return frozenset(found - CONSTANTS)


def _told_apart(left: Expression, right: Expression, letters: list[str]) -> bool:
    """Whether the values of the terms differ for one choice of their letters."""
    for numbers in _SAMPLES if len(letters) <= len(_SAMPLES[0]) else ():
        with suppress(UndefinedError):
            return _differ_at(dict(zip(letters, numbers, strict=False)), left, right)
    return False


def _differ_at(sample: Environment, left: Expression, right: Expression) -> bool:
    """Whether the values of the terms surely differ there.

    Raises:
        UndefinedError: a term has no value there.
    """
    try:
        return value(left, sample) != value(right, sample)
    except (IrrationalError, UnsupportedError):
        return _balls_are_apart(left, right, sample)
    except UndefinedError:
        raise
    except UndecidedError:
        return False


def _is_foreign(name: Expression, term: Expression) -> bool:
    """Whether one side is a letter or call by itself that does not occur on the other side."""
    match name:
        case Symbol() if name.name not in CONSTANTS:
            return name not in walk(term)
        case Call():
            return not any(isinstance(node, Call) for node in walk(term))
        case _:
            return False


def _balls_are_apart(left: Expression, right: Expression, sample: Environment) -> bool:
    try:
        with ctx.workprec(PRECISION):
            return not enclosure(left, sample).overlaps(enclosure(right, sample))
    except UndefinedError:
        raise
    except UndecidedError:
        return False
