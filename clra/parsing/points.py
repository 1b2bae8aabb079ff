"""What problems ask of two points that are given by their coordinates."""

import re

from clra.parsing.closedforms import number, sum_of
from clra.parsing.reader import read_expression
from clra.parsing.tree import Bracket, Collection, Expression, Operation, ReadError, Relation


def midpoint(first: str, second: str) -> Expression:
    """The point halfway between two points, as a tuple.

    Raises:
        ReadError: these are not two points of one plane or space.
    """
    p, q = _points(first, second)
    halves = tuple(Operation("div", (Operation("add", (a, b)), number(2))) for a, b in zip(p, q, strict=True))
    return Collection(Bracket.TUPLE, halves)


def distance(first: str, second: str) -> Expression:
    """How far two points are from each other; raises as `midpoint`."""
    squares: list[Expression] = [
        Operation("pow", (Operation("add", (a, Operation("neg", (b,)))), number(2)))
        for a, b in zip(*_points(first, second), strict=True)
    ]
    return Operation("root", (number(2), sum_of(squares)))


def _points(*texts: str) -> list[tuple[Expression, ...]]:
    points = []
    for text in texts:
        tree = read_expression(re.sub(r"^[A-Z]\s*=?\s*(?=\\left|\()", "", text))
        if isinstance(tree, Operation) and tree.operator == "either":
            tree = tree.arguments[0]
        if not isinstance(tree, Collection) or tree.bracket not in {Bracket.TUPLE, Bracket.OPEN_INTERVAL}:
            raise ReadError("not a point")
        items = tuple(item for item in tree.items if not isinstance(item, Relation))
        if len(items) not in {2, 3}:
            raise ReadError("not a point")
        points.append(items)
    if len(points[0]) != len(points[1]):
        raise ReadError("points of different spaces")
    return points
