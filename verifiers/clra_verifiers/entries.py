"""Relations between tuples, vectors and matrices, taken apart into relations between their entries.

Covered: sums, differences, products with numbers, products of matrices, whole powers, inverses up to 3 by 3,
transposes, dot and cross products, norms, determinants. A tuple, a row and a column of the same entries are one vector.
Not covered: shapes that do not fit together, points minus numbers, rank, eigenvalues, names of matrices.
"""

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from clra.parsing.tree import (
    Bracket,
    Call,
    Collection,
    Expression,
    Matrix,
    Number,
    Operation,
    Relation,
    Relator,
    Statement,
    Symbol,
    walk,
)
from clra_verifiers.rational import integer, value
from clra_verifiers.undecided import TooBigError, UndecidedError, UnsupportedError

MAX_SIDE = 8
MAX_POWER = 64
MAX_NODES = 4_000
MAX_INVERTED = 3
MAX_EXPANDED = 5

_MATRIX_NAME = re.compile(r"[A-Z]|bold_|vec_")
_ZERO = Number(Fraction(0))
_ONE = Number(Fraction(1))
_TWO = Number(Fraction(2))
_LINES = frozenset({Bracket.TUPLE, Bracket.LIST})
_ENTRYWISE = frozenset({Relator.EQUAL, Relator.ABOUT, Relator.CONGRUENT})

Entries: TypeAlias = tuple[Expression, ...]


class Grid(NamedTuple):
    """The entries of a matrix or vector, row by row."""

    rows: tuple[Entries, ...]
    line: bool = False
    """Written in one line as a tuple, so that it is neither a row nor a column."""

    @property
    def vector(self) -> Entries | None:
        """The entries, if it has only one row or one column."""
        if len(self.rows) == 1:
            return self.rows[0]
        return tuple(row[0] for row in self.rows) if len(self.rows[0]) == 1 else None

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        return len(self.rows), len(self.rows[0])


Value: TypeAlias = Grid | Expression


def entrywise(relation: Relation) -> tuple[Relation, ...]:
    """The relations between numbers that a relation between tuples, vectors or matrices says all together.

    Raises:
        UndecidedError: the sides have different shapes, or hold what is not covered.
    """
    if relation.relator not in _ENTRYWISE:
        raise UnsupportedError("vectors and matrices have no order")
    left, right = _value(relation.left), _value(relation.right)
    if isinstance(left, Grid) and isinstance(right, Grid):
        pairs = _paired(left, right)
    elif isinstance(left, Grid) or isinstance(right, Grid):
        raise UnsupportedError("a number and a vector or matrix")
    else:
        pairs = ((left, right),)
    return tuple(replace(relation, left=one, right=other) for one, other in pairs)


def _paired(left: Grid, right: Grid) -> tuple[tuple[Expression, Expression], ...]:
    if left.vector is not None and right.vector is not None and (left.line or right.line):
        left, right = Grid((left.vector,)), Grid((right.vector,))
    if left.shape != right.shape:
        raise UnsupportedError("the sides have different shapes")
    return tuple(pair for rows in zip(left.rows, right.rows, strict=True) for pair in zip(*rows, strict=True))


def _value(tree: Expression) -> Value:
    match tree:
        case Collection(bracket=bracket, items=items) if bracket in _LINES:
            return _grid((tuple(_scalar(item) for item in items),), line=True)
        case Matrix(rows=rows):
            return _grid(tuple(tuple(_scalar(entry) for entry in row) for row in rows))
        case Operation(operator=operator, arguments=arguments) if _holds_compound(tree):
            return _applied(operator, [_value(argument) for argument in arguments])
    return _scalar(tree)


def _grid(rows: tuple[Entries, ...], *, line: bool = False) -> Grid:
    if not rows or not rows[0] or max(len(rows), len(rows[0])) > MAX_SIDE:
        raise TooBigError("a matrix of unusual size")
    return Grid(rows, line)


def _holds_compound(tree: Statement) -> bool:
    return any(isinstance(node, Collection | Matrix) for node in walk(tree))


def _scalar(tree: Statement) -> Expression:
    if isinstance(tree, Number | Symbol | Operation | Call) and not _holds_compound(tree):
        return tree
    raise UnsupportedError("an entry is no number")


def _applied(operator: str, values: list[Value]) -> Value:
    match operator, values:
        case "add", [first, *others]:
            return _folded(first, others, _sum)
        case "mul", [first, *others]:
            return _folded(first, others, _product)
        case "neg", [Grid() as inner]:
            return _mapped(inner, _negative)
        case "div", [Grid() as grid, below] if not isinstance(below, Grid):
            return _mapped(grid, lambda entry: _number(Operation("div", (entry, below))))
        case "pow", [Grid() as base, exponent] if not isinstance(exponent, Grid):
            return _power(base, integer(value(exponent), "the exponent of a matrix"))
        case "transpose", [Grid(line=False) as grid]:
            return Grid(tuple(zip(*grid.rows, strict=True)))
        case "determinant", [Grid(line=False) as grid]:
            return _determinant(grid.rows)
        case "dot", [Grid() as first, Grid() as second]:
            return _dot(_vector(first), _vector(second))
        case "cross", [Grid() as first, Grid() as second]:
            return Grid((_cross(_vector(first), _vector(second)),), line=True)
        case (("abs" | "norm"), [Grid() as grid]) if grid.vector is not None and len(grid.vector) > 1:
            return _number(Operation("root", (_TWO, _dot(_vector(grid), _vector(grid)))))
        case "abs", [Grid(line=False) as grid]:
            return _determinant(grid.rows)
    if any(isinstance(each, Grid) for each in values):
        raise UnsupportedError(f"no {operator} of vectors or matrices")
    return _number(Operation(operator, tuple(each for each in values if not isinstance(each, Grid))))


def _folded(first: Value, others: list[Value], combine: Callable[[Value, Value], Value]) -> Value:
    result = first
    for each in others:
        result = combine(result, each)
    return result


def _sum(first: Value, second: Value) -> Value:
    if isinstance(first, Grid) and isinstance(second, Grid):
        entries = [_added(pair) for pair in _paired(first, second)]
        width = (second if first.line else first).shape[1]
        rows = tuple(tuple(entries[start : start + width]) for start in range(0, len(entries), width))
        return Grid(rows, first.line and second.line)
    if isinstance(first, Grid) or isinstance(second, Grid):
        raise UnsupportedError("a number plus a vector or matrix")
    return _added((first, second))


def _product(first: Value, second: Value) -> Value:
    if isinstance(first, Grid) and isinstance(second, Grid):
        return _matrix_product(first, second)
    if isinstance(first, Grid):
        first, second = second, first
    if isinstance(first, Grid):
        raise UnsupportedError("not a number")
    if isinstance(second, Grid):
        factor = first
        if any(isinstance(node, Symbol) and _MATRIX_NAME.match(node.name) for node in walk(factor)):
            raise UnsupportedError("a factor that may be a matrix")
        return _mapped(second, lambda entry: _multiplied((factor, entry)))
    return _multiplied((first, second))


def _matrix_product(first: Grid, second: Grid) -> Grid:
    if first.line or second.line or first.shape[1] != second.shape[0]:
        raise UnsupportedError("a product of vectors that may be meant in several ways")
    columns = tuple(zip(*second.rows, strict=True))
    return Grid(tuple(tuple(_dot(row, column) for column in columns) for row in first.rows))


def _mapped(grid: Grid, function: Callable[[Expression], Expression]) -> Grid:
    return Grid(tuple(tuple(function(entry) for entry in row) for row in grid.rows), grid.line)


def _power(base: Grid, exponent: int) -> Grid:
    size = len(base.rows)
    if base.line or base.shape != (size, size) or abs(exponent) > MAX_POWER:
        raise UnsupportedError("no such power of a matrix")
    result = Grid(tuple(tuple(_ONE if row == column else _ZERO for column in range(size)) for row in range(size)))
    factor = _inverse(base) if exponent < 0 else base
    for _ in range(abs(exponent)):
        result = _matrix_product(result, factor)
    return result


def _inverse(grid: Grid) -> Grid:
    """Cramer's rule; a division by zero shows when an entry is evaluated."""
    size = len(grid.rows)
    if size > MAX_INVERTED:
        raise TooBigError("the inverse of a large matrix")
    determinant = _determinant(grid.rows)

    def entry(row: int, column: int) -> Expression:
        others = (line for number, line in enumerate(grid.rows) if number != column)
        minor = tuple(tuple(each for place, each in enumerate(line) if place != row) for line in others)
        cofactor = _determinant(minor) if minor else _ONE
        signed = cofactor if (row + column) % 2 == 0 else _negative(cofactor)
        return _number(Operation("div", (signed, determinant)))

    return Grid(tuple(tuple(entry(row, column) for column in range(size)) for row in range(size)))


def _determinant(rows: tuple[Entries, ...]) -> Expression:
    """Leibniz' formula."""
    size = len(rows)
    if any(len(row) != size for row in rows):
        raise UnsupportedError("the determinant of a matrix that is not square")
    if size > MAX_EXPANDED:
        raise TooBigError("the determinant of a large matrix")
    terms: list[Expression] = []
    for order in itertools.permutations(range(size)):
        product = _multiplied(tuple(rows[row][column] for row, column in enumerate(order)))
        swaps = sum(order[low] > order[high] for low, high in itertools.combinations(range(size), 2))
        terms.append(_negative(product) if swaps % 2 else product)
    return _added(tuple(terms))


def _vector(grid: Grid) -> Entries:
    if grid.vector is None:
        raise UnsupportedError("not a vector")
    return grid.vector


def _dot(first: Entries, second: Entries) -> Expression:
    if len(first) != len(second):
        raise UnsupportedError("vectors of different lengths")
    return _added(tuple(_multiplied(pair) for pair in zip(first, second, strict=True)))


def _cross(first: Entries, second: Entries) -> Entries:
    if not len(first) == len(second) == 3:
        raise UnsupportedError("a cross product of vectors that are not of length 3")
    return tuple(
        _added((_multiplied((first[one], second[other])), _negative(_multiplied((first[other], second[one])))))
        for one, other in ((1, 2), (2, 0), (0, 1))
    )


def _added(terms: Entries) -> Expression:
    return _number(Operation("add", terms)) if len(terms) > 1 else terms[0]


def _multiplied(factors: Entries) -> Expression:
    return _number(Operation("mul", factors)) if len(factors) > 1 else factors[0]


def _negative(tree: Expression) -> Expression:
    return _number(Operation("neg", (tree,)))


def _number(tree: Operation) -> Expression:
    """The term itself, as a literal where it is rational and exact, so that powers of matrices stay small."""
    nodes = list(itertools.islice(walk(tree), MAX_NODES + 1))
    if len(nodes) > MAX_NODES:
        raise TooBigError("an entry of a matrix is too big")
    if any(isinstance(node, Number) and node.decimals is not None for node in nodes):
        return tree
    try:
        return Number(value(tree))
    except UndecidedError:
        return tree
