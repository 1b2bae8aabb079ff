"""The greatest or least value of a term, whose letters range over what conditions tell: ``min({x^2 : x in RR}) = 0``.

One point of the range with a better value refutes it; it is found by a search with floats and then proved exactly, with
rational numbers. Quadratic polynomials of any real numbers are decided both ways, by completing squares.

Covered: ranges told by inequalities, and by equations that are linear in a letter, which is put out of the way.
Not covered: whole numbers; confirming any other term; refuting what no point exceeds.
"""

import math
import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from clra.parsing.closedforms import number
from clra.parsing.coefficients import coefficients, worth
from clra.parsing.tree import Bracket, Collection, Expression, Number, Operation, ReadError, Relation, Relator, Symbol
from clra_verifiers.comparison import compare_strictly
from clra_verifiers.differentiation import letters_of, minus, plus, put
from clra_verifiers.findings import Finding
from clra_verifiers.undecided import UndecidedError, UnsupportedError
from clra_verifiers.wording import describe

MAX_LETTERS: Final = 4
_STARTS: Final = 12
_STEPS: Final = 120
"""Moves of one search."""
_SMALLEST_STEP: Final = 1e-9
_SCALES: Final = (0.1, 0.5, 1.0, 2.0, 5.0, -1.0, -3.0)
_FAR: Final = 1e9
_DENOMINATORS: Final = (1, 10, 1_000, 100_000)
_REALS: Final = Symbol("RR")
_OUTSIDE: Final = -math.inf
_ORDERS: Final = {Relator.LESS, Relator.LESS_EQUAL, Relator.GREATER, Relator.GREATER_EQUAL}

_Function = Callable[[dict[str, float]], float]


class _Range(NamedTuple):
    """Where the letters of a term may be."""

    free: tuple[str, ...]
    """The letters that are left, in order."""
    solved: tuple[tuple[str, Expression], ...]
    """The others, each with what it is worth; later ones may speak of earlier ones' letters only."""
    conditions: tuple[Relation, ...]
    """Inequalities, in all letters."""


def is_optimum(relation: Relation) -> bool:
    """Whether a relation says what the greatest or least member of a set is that conditions tell."""
    match relation:
        case Relation(relator=Relator.EQUAL, left=Operation(operator="max" | "min", arguments=(members,))):
            built = isinstance(members, Collection) and members.bracket is Bracket.BUILDER
            return built and not letters_of(relation.right)
    return False


def judge_optimum(relation: Relation) -> Finding:
    """How such a relation stands.

    Raises:
        UndecidedError: the range is of no kind that is searched here.
    """
    match relation.left:
        case Operation(operator=operator, arguments=(Collection(items=(term, *told)),)) if not isinstance(
            term, Relation
        ):
            pass
        case _:
            raise UnsupportedError("no greatest or least value")
    greatest = operator == "max"
    within = _range(term, [each for each in told if isinstance(each, Relation)])
    if not within.conditions and not within.solved:
        extreme = _of_quadratic(term, list(within.free), greatest=greatest)
        if extreme is not None:
            found = compare_strictly(Relation(Relator.EQUAL, number(extreme), relation.right))
            if found.truth is not None:
                return Finding(found.truth, f"completing squares, it is {describe(extreme)}")
    point = _better_point(term, relation.right, within, greatest=greatest)
    if point is None:
        return Finding(None)
    place = ", ".join(f"{name} = {describe(value)}" for name, value in point.items())
    closed = _at(term, point)
    shown = compare_strictly(Relation(Relator.EQUAL, closed, relation.right)).left
    worth_there = "" if shown is None else f": {describe(shown)}"
    return Finding(False, f"at {place} it is {'more' if greatest else 'less'}{worth_there}")


def _range(term: Expression, told: Sequence[Relation]) -> _Range:
    conditions: list[Relation] = []
    equations: list[Relation] = []
    ranging: set[str] = set()
    for relation in told:
        ranging |= letters_of(relation.left) | letters_of(relation.right)
        match relation:
            case Relation(relator=Relator.ELEMENT, left=Symbol(), right=right) if right == _REALS:
                continue
            case Relation(relator=Relator.EQUAL):
                equations.append(relation)
            case Relation(relator=relator) if relator in _ORDERS:
                conditions.append(relation)
            case _:
                raise UnsupportedError("a condition of another kind")
    letters = sorted(letters_of(term) | ranging)
    if not letters_of(term) <= ranging or len(letters) > MAX_LETTERS + len(equations):
        raise UnsupportedError("the range of the letters is not known")
    solved: list[tuple[str, Expression]] = []
    for equation in equations:
        difference = plus(equation.left, minus(equation.right))
        for name, value in solved:
            difference = put(difference, name, value)
        solved.append(_solved_for(difference, [name for name in letters if name not in dict(solved)]))
    return _Range(tuple(name for name in letters if name not in dict(solved)), tuple(solved), tuple(conditions))


def _solved_for(difference: Expression, letters: Sequence[str]) -> tuple[str, Expression]:
    """A letter in which an equation is linear, and what it is worth then."""
    for name in letters:
        try:
            found = coefficients(difference, name)
        except ReadError:
            continue
        if len(found) == 2:
            return name, Operation("div", (Operation("neg", (found[0],)), found[1]))
    raise UnsupportedError("an equation that is linear in no letter")


def _of_quadratic(term: Expression, letters: list[str], *, greatest: bool) -> Fraction | None:
    """The extreme value of a quadratic polynomial of real letters; None where it is another term, or has none."""
    for name in letters:
        try:
            found = coefficients(term, name)
        except ReadError:
            return None
        if len(found) == 1:
            term = found[0]
            continue
        lead = worth(found[2]) if len(found) == 3 else None
        if lead is None or (lead < 0) is not greatest:
            return None
        square = Operation("pow", (found[1], Number(Fraction(2))))
        term = plus(found[0], minus(Operation("mul", (number(1 / (4 * lead)), square))))
    try:
        value = compare_strictly(Relation(Relator.EQUAL, term, Number(Fraction(0)))).left
    except UndecidedError:
        return None
    return value if isinstance(value, Fraction) else None


def _better_point(term: Expression, bound: Expression, within: _Range, *, greatest: bool) -> dict[str, Fraction] | None:
    """A rational point of the range whose value is surely better than the bound."""
    try:
        limit = _float(bound, {}) * (1 if greatest else -1)
    except (ArithmeticError, ValueError):
        return None
    if not math.isfinite(limit):
        return None
    margin = 1e-9 * max(1.0, abs(limit))
    for summit in _summits(term, within, greatest):
        if summit.height <= limit + margin:
            return None
        for denominator in _DENOMINATORS:
            near = {name: Fraction(value).limit_denominator(denominator) for name, value in summit.point}
            point = _exact(near, within)
            if point is not None and _is_proved(term, bound, point, within, greatest=greatest):
                return point
    return None


class _Summit(NamedTuple):
    """Where a search ended."""

    height: float
    point: tuple[tuple[str, float], ...]
    """The free letters."""


@lru_cache(maxsize=64)
def _summits(term: Expression, within: _Range, greatest: bool) -> tuple[_Summit, ...]:
    """Where searches end that climb a term, the highest first; the same for every answer to a problem."""
    sign = 1.0 if greatest else -1.0

    def height(free: dict[str, float]) -> float:
        try:
            point = _completed(free, within)
            if not all(_holds(condition, point) for condition in within.conditions):
                return _OUTSIDE
            value = sign * _float(term, point)
        except (ArithmeticError, ValueError):
            return _OUTSIDE
        return value if abs(value) < _FAR else _OUTSIDE

    chance = random.Random(0)  # noqa: S311 - a search, not a secret
    found = [_climbed(height, within.free, chance) for _ in range(_STARTS)]
    return tuple(sorted((summit for summit in found if summit.height > _OUTSIDE), reverse=True))


def _climbed(height: _Function, names: Sequence[str], chance: random.Random) -> _Summit:
    here = {name: chance.choice(_SCALES) * chance.uniform(0.5, 1.5) for name in names}
    top = height(here)
    step = 1.0
    for _ in range(_STEPS):
        moved = False
        directions = [{name: 1.0} for name in names] + [{name: chance.gauss(0, 1) for name in names} for _ in names]
        for direction in directions:
            for way in (step, -step):
                there = {name: here[name] + way * direction.get(name, 0.0) for name in names}
                value = height(there)
                if value > top:
                    here, top, moved = there, value, True
                    break
        step = step * 1.3 if moved else step / 2
        if step < _SMALLEST_STEP:
            break
    return _Summit(top, tuple(here.items()))


def _completed(free: dict[str, float], within: _Range) -> dict[str, float]:
    point = dict(free)
    for name, value in reversed(within.solved):
        point[name] = _float(value, point)
    return point


def _exact(free: dict[str, Fraction], within: _Range) -> dict[str, Fraction] | None:
    point = dict(free)
    for name, value in reversed(within.solved):
        found = compare_strictly(Relation(Relator.EQUAL, _at(value, point), Number(Fraction(0)))).left
        if not isinstance(found, Fraction):
            return None
        point[name] = found
    return dict(sorted(point.items()))


def _is_proved(
    term: Expression, bound: Expression, point: dict[str, Fraction], within: _Range, *, greatest: bool
) -> bool:
    """Whether a point is in the range and its value is better than the bound, exactly."""
    claims = [
        Relation(condition.relator, _at(condition.left, point), _at(condition.right, point))
        for condition in within.conditions
    ]
    claims.append(Relation(Relator.GREATER if greatest else Relator.LESS, _at(term, point), bound))
    try:
        return all(compare_strictly(claim).truth is True for claim in claims)
    except UndecidedError:
        return False


def _at(tree: Expression, point: dict[str, Fraction]) -> Expression:
    for name, value in point.items():
        tree = put(tree, name, number(value))
    return tree


def _holds(condition: Relation, point: dict[str, float]) -> bool:
    left, right = _float(condition.left, point), _float(condition.right, point)
    return left > right if condition.relator in {Relator.GREATER, Relator.GREATER_EQUAL} else left < right


def _float(tree: Expression, point: dict[str, float]) -> float:
    """About the value of a term at a point; not a number where it is of another kind."""
    match tree:
        case Number(value=value):
            return float(value)
        case Symbol(name=name) if name in point:
            return point[name]
        case Symbol(name="pi"):
            return math.pi
        case Symbol(name="e"):
            return math.e
        case Operation(operator=operator, arguments=arguments):
            parts = [_float(part, point) for part in arguments]
            return _CALCULATED[operator](parts) if operator in _CALCULATED else math.nan
    return math.nan


def _power(parts: list[float]) -> float:
    value = parts[0] ** parts[1]
    return math.nan if isinstance(value, complex) else value


def _root(parts: list[float]) -> float:
    degree, radicand = parts
    return math.nan if radicand < 0 else radicand ** (1 / degree)


_CALCULATED: Final[dict[str, Callable[[list[float]], float]]] = {
    "add": math.fsum,
    "mul": math.prod,
    "neg": lambda parts: -parts[0],
    "div": lambda parts: parts[0] / parts[1],
    "pow": _power,
    "root": _root,
    "abs": lambda parts: abs(parts[0]),
    "floor": lambda parts: float(math.floor(parts[0])),
    "ceil": lambda parts: float(math.ceil(parts[0])),
    "exp": lambda parts: math.exp(parts[0]),
    "ln": lambda parts: math.log(parts[0]),
}
