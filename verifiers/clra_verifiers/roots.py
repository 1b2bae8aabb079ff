"""Lists of the solutions of an equation in one letter: whether each solves it, and whether a real one is missing.

Covered: polynomials and quotients of them with rational coefficients, whose real roots FLINT isolates; lists of rounded
solutions. Not covered: roots and absolute values of the letter, decimals in the equation, complex solutions, which are
neither asked for nor found missing.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flint import arb, ctx, fmpq, fmpq_poly

from clra.parsing.reader import read_relation
from clra.parsing.tree import Bracket, Collection, Expression, Number, Operation, ReadError, Relation, Relator, Symbol
from clra.types import Premise
from clra_verifiers.balls import ball_of, enclosure
from clra_verifiers.differentiation import ZERO, letters_of, minus, plus, put
from clra_verifiers.features import features_of
from clra_verifiers.findings import Finding
from clra_verifiers.identity import identical
from clra_verifiers.rational import value
from clra_verifiers.rounding import last_place, literal_of
from clra_verifiers.undecided import TooBigError, UnsupportedError
from clra_verifiers.wording import describe

MAX_DEGREE = 24
PRECISION = 128
_REALS = Symbol("RR")


class _Quotient(NamedTuple):
    above: fmpq_poly
    below: fmpq_poly
    """The product of all that is divided by: where it is zero, the term has no value."""


def lists_solutions(relation: Relation, premises: Sequence[Premise]) -> bool:
    """Whether a relation lists the solutions of an equation, its only premise, or says that no real one exists."""
    match relation:
        case Relation(Relator.ELEMENT, Symbol(), Collection(Bracket.SET)):
            return len(premises) == 1
        case Relation(Relator.NOT_ELEMENT, Symbol(), right):
            return right == _REALS and len(premises) == 1
    return False


def judge_solution_set(
    relation: Relation, premises: Sequence[Premise], *, complete: bool, rounded: bool = False
) -> Finding:
    """How ``x in {2, 3}`` or ``x not in RR`` stands with the equation that x solves.

    Args:
        relation: the list.
        premises: the equation alone.
        complete: whether the list is surely meant to hold every real solution, and no other number.
        rounded: whether its numbers are the solutions rounded to the digits that they have.

    Raises:
        UndecidedError: the equation is of no kind that is solved here.
    """
    try:
        equation = read_relation(premises[0].formal)
    except ReadError as unreadable:
        raise UnsupportedError("an equation that cannot be read") from unreadable
    name = relation.left.name if isinstance(relation.left, Symbol) else ""
    if equation.relator is not Relator.EQUAL or letters_of(equation.left) | letters_of(equation.right) != {name}:
        raise UnsupportedError("no equation in this letter alone")
    if features_of(equation).decimals or (features_of(relation).decimals and not rounded):
        raise UnsupportedError("decimals may be rounded")
    difference = plus(equation.left, minus(equation.right))
    with ctx.workprec(PRECISION):
        roots = _real_roots(_quotient(difference, name))
        if relation.relator is Relator.NOT_ELEMENT:
            return _judge_absence(roots, complete=complete)
        items = relation.right.items if isinstance(relation.right, Collection) else ()
        members = [item for item in items if not isinstance(item, Relation)]
        if rounded:
            return _judge_rounded(members, roots) if complete else Finding(None)
        return _judge_members(members, roots, difference, name, complete=complete)


def _judge_rounded(members: Sequence[Expression], roots: list[arb]) -> Finding:
    """False where a number is off by a whole unit of its last digit; open where it is off by more than half of one."""
    literals = [literal for member in members if (literal := literal_of(member)) is not None]
    if len(literals) < len(members):
        raise UnsupportedError("not a list of numerals")
    near = True
    for literal in literals:
        gaps = [abs(root - ball_of(literal.value)) for root in roots]
        unit = ball_of(last_place(literal))
        if all(gap > unit for gap in gaps):
            return Finding(False, f"{describe(literal.value)} is no solution, not even rounded")
        near = near and any(2 * gap < unit or gap == 0 for gap in gaps)
    for root in roots:
        missed = [abs(root - ball_of(literal.value)) > ball_of(last_place(literal)) for literal in literals]
        if all(missed):
            return Finding(False, f"{describe(root)} is a solution too")
    if near and len(literals) == len(roots):
        return Finding(True, "these are all real solutions, rounded")
    return Finding(None)


def _judge_absence(roots: list[arb], *, complete: bool) -> Finding:
    if not roots:
        return Finding(True, "the equation has no real solution")
    return Finding(False, f"{describe(roots[0])} is a solution") if complete else Finding(None)


def _judge_members(
    members: Sequence[Expression], roots: list[arb], difference: Expression, name: str, *, complete: bool
) -> Finding:
    balls = [enclosure(member) for member in members]
    for ball in balls:
        if not any(ball.overlaps(root) for root in roots):
            return Finding(False if complete else None, f"{describe(ball)} is no solution")
    missing = [root for root in roots if not any(root.overlaps(ball) for ball in balls)]
    if missing:
        return Finding(False, f"{describe(missing[0])} is a solution too") if complete else Finding(None)
    if all(identical(put(difference, name, member), ZERO) for member in members):
        return Finding(True, "each solves the equation, which has no further real solution")
    return Finding(None)


def _real_roots(found: _Quotient) -> list[arb]:
    """Balls around the real roots, each around one of them alone."""
    above = found.above
    if not above:
        raise UnsupportedError("every number solves the equation")
    while (common := above.gcd(found.below)).degree() > 0:
        above = above / common
    above = above / above.gcd(above.derivative())
    if above.degree() < 1:
        return []
    roots: list[Any] = above.numer().complex_roots()  # pairs of a root and its multiplicity, whatever the stub says
    return [_sharpened(root.real, above) for root, _ in roots if root.imag == 0]


def _sharpened(root: arb, polynomial: fmpq_poly) -> arb:
    """A root that is a whole number, exactly."""
    whole = root.unique_fmpz()
    return root if whole is None or polynomial(whole) != 0 else arb(whole)


def _quotient(tree: Expression, name: str) -> _Quotient:
    """A term as a quotient of polynomials.

    Raises:
        UndecidedError: it is none, or too long.
    """
    one = fmpq_poly([1])
    match tree:
        case Symbol(name=letter) if letter == name:
            return _Quotient(fmpq_poly([0, 1]), one)
        case Operation(operator="neg", arguments=(inner,)):
            found = _quotient(inner, name)
            return _Quotient(-found.above, found.below)
        case Operation(operator="add", arguments=parts):
            total = _Quotient(fmpq_poly([0]), one)
            for part in parts:
                each = _quotient(part, name)
                total = _bounded(total.above * each.below + each.above * total.below, total.below * each.below)
            return total
        case Operation(operator="mul", arguments=parts):
            result = _Quotient(one, one)
            for part in parts:
                each = _quotient(part, name)
                result = _bounded(result.above * each.above, result.below * each.below)
            return result
        case Operation(operator="div", arguments=(first, second)):
            above, below = _quotient(first, name), _quotient(second, name)
            if not below.above:
                raise UnsupportedError("division by zero")
            # where the divisor has no value, there is none either
            return _bounded(above.above * below.below * below.below, above.below * below.above * below.below)
        case Operation(operator="pow", arguments=(base, Number(value=exponent))) if exponent.denominator == 1:
            found = _quotient(base, name)
            if not 0 < exponent <= MAX_DEGREE:
                raise TooBigError("too high a power")
            return _bounded(found.above ** int(exponent), found.below ** int(exponent))
    if letters_of(tree):
        raise UnsupportedError("no polynomial equation")
    number = value(tree)
    return _Quotient(fmpq_poly([fmpq(number.numerator, number.denominator)]), one)


def _bounded(above: fmpq_poly, below: fmpq_poly) -> _Quotient:
    if max(above.degree(), below.degree()) > MAX_DEGREE:
        raise TooBigError("too high a degree")
    return _Quotient(above, below)
