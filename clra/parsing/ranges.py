"""Trees as sets of real numbers: intervals, their unions, and chains of inequalities in one unknown."""

from collections.abc import Sequence
from dataclasses import dataclass

from clra.parsing.algebra.evaluation import Evaluator
from clra.parsing.algebra.polynomials import UnknownValueError
from clra.parsing.algebra.quotients import Quotient
from clra.parsing.realsets import EVERYTHING, Interval, RealSet, intersection, solution_set, union, without_point
from clra.parsing.tree import (
    Bracket,
    Collection,
    Expression,
    Matrix,
    Operation,
    Relation,
    Relator,
    Statement,
    Symbol,
    Words,
)

CLOSED_ENDS = {
    Bracket.OPEN_INTERVAL: (False, False),
    Bracket.CLOSED_INTERVAL: (True, True),
    Bracket.LEFT_OPEN_INTERVAL: (False, True),
    Bracket.RIGHT_OPEN_INTERVAL: (True, False),
    Bracket.TUPLE: (False, False),
}
"""Which ends belong to an interval. A pair in parentheses can be an open one."""
_ORDERED = frozenset({Relator.LESS, Relator.LESS_EQUAL, Relator.GREATER, Relator.GREATER_EQUAL, Relator.UNEQUAL})


def infinite(tree: Statement) -> bool:
    """Whether it is plus or minus infinity."""
    match tree:
        case Symbol(name="oo") | Operation(operator="neg", arguments=(Symbol(name="oo"),)):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Described:
    """A set of real numbers, and what the relations that describe it say it of."""

    unknown: str
    numbers: RealSet


@dataclass(frozen=True, slots=True)
class RangeReader:
    """Reads sets of real numbers, within the allowance of work of an evaluator."""

    evaluator: Evaluator

    def number(self, tree: Statement) -> Quotient:
        """The value of an expression that is one number."""
        if isinstance(tree, Relation | Collection | Matrix | Words):
            raise UnknownValueError
        return self.evaluator.value(tree)

    def of_chain(self, chain: Sequence[Statement]) -> Described | None:
        """What a chain of inequalities describes; None if it is not a chain of them in one unknown."""
        result: Described | None = None
        for each in chain:
            if not isinstance(each, Relation) or each.relator not in _ORDERED:
                return None
            found = self._of_relation(each)
            if found is None or (result and found.unknown != result.unknown):
                return None
            if result is not None:
                numbers = intersection(self.evaluator.algebra, result.numbers, found.numbers)
                found = Described(found.unknown, numbers)
            result = found
        return result

    def _of_relation(self, relation: Relation) -> Described | None:
        if infinite(relation.left) or infinite(relation.right):
            inner = relation.right if infinite(relation.left) else relation.left
            return Described(inner.name, EVERYTHING) if isinstance(inner, Symbol) else None
        algebra = self.evaluator.algebra
        difference = algebra.plus(self.number(relation.left), self.number(relation.right), -1)
        found = solution_set(algebra, relation.relator, difference)
        return found and Described(*found)

    def of_tree(self, tree: Statement) -> RealSet | None:
        """The tree as a set of real numbers; None where it is not one."""
        algebra = self.evaluator.algebra
        match tree:
            case Symbol(name="RR"):
                return EVERYTHING
            case Collection(bracket=bracket, items=(low, high)) if bracket in CLOSED_ENDS:
                ends = [None if infinite(end) else self.number(end) for end in (low, high)]
                return union(algebra, [Interval(ends[0], ends[1], *CLOSED_ENDS[bracket])])
            case Collection(bracket=Bracket.SET, items=items):
                numbers = [self.number(item) for item in items]
                return union(algebra, [Interval(each, each, low_closed=True, high_closed=True) for each in numbers])
            case Operation(operator="union" | "intersection" | "difference" as operator, arguments=parts):
                return self._combined(operator, parts)
            case Relation(relator=Relator.ELEMENT, right=right):
                return self.of_tree(right)
            case Relation():
                described = self.of_chain([tree])
                return described.numbers if described else None
        return None

    def _combined(self, operator: str, parts: Sequence[Expression]) -> RealSet | None:
        algebra = self.evaluator.algebra
        sets: list[RealSet] = []
        for part in parts:
            each = self.of_tree(part)
            if each is None:
                return None
            sets.append(each)
        if operator == "union":
            return union(algebra, [interval for each in sets for interval in each])
        result, *others = sets
        for other in others:
            if operator == "intersection":
                result = intersection(algebra, result, other)
                continue
            for interval in other:
                if interval.point is None:
                    return None
                result = intersection(algebra, result, without_point(interval.point))
        return result
