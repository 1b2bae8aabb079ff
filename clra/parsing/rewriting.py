"""Rewriting of trees: plus-minus into its two cases, arithmetic of matrices into that of their entries."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from clra.parsing.algebra.polynomials import TooBigError, UnknownValueError
from clra.parsing.tree import (
    Bracket,
    Collection,
    Expression,
    Matrix,
    Number,
    Operation,
    Relation,
    Statement,
    Symbol,
    walk,
)

MAX_SIGNS = 4
MAX_PRODUCTS = 1_000

Rows = Sequence[Sequence[Expression]]


def signed(tree: Statement) -> Iterator[Statement]:
    """The tree with every plus-minus taken as plus, then as minus; the tree itself where it has none.

    Raises:
        TooBigError: if there are many.
    """
    count = sum(isinstance(node, Operation) and node.operator == "plus_minus" for node in walk(tree))
    if count > MAX_SIGNS:
        raise TooBigError
    if not count:
        yield tree
    elif isinstance(tree, Relation):
        for minus in (False, True):
            left, right = _signed(tree.left, minus=minus), _signed(tree.right, minus=minus)
            yield Relation(tree.relator, left, right, tree.modulus)
    else:
        yield _signed(tree, minus=False)
        yield _signed(tree, minus=True)


def _signed(tree: Expression, *, minus: bool) -> Expression:
    if not isinstance(tree, Operation):
        return tree
    parts = tuple(_signed(part, minus=minus) for part in tree.arguments)
    if tree.operator != "plus_minus":
        return Operation(tree.operator, parts)
    *before, last = parts
    last = Operation("neg", (last,)) if minus else last
    return Operation("add", (*before, last)) if before else last


def holds_matrix(tree: Statement) -> bool:
    """Whether a matrix stands anywhere in it."""
    return any(isinstance(node, Matrix) for node in walk(tree))


_LISTS = (Bracket.LIST, Bracket.CLOSED_INTERVAL)


def listed_rows(tree: Collection) -> Rows | None:
    """The rows of a matrix in the notation of programs, ``[[1, 2], [3, 4]]``; None where it is none."""
    if tree.bracket not in _LISTS:
        return None
    rows: list[Sequence[Expression]] = []
    for row in tree.items:
        if not isinstance(row, Collection) or row.bracket not in _LISTS:
            return None
        entries = [entry for entry in row.items if not isinstance(entry, Relation)]
        if not entries or len(entries) != len(row.items):
            return None
        rows.append(entries)
    return rows if len({len(row) for row in rows}) == 1 else None


def matrix_rows(tree: Expression) -> Rows:
    """The rows of a sum or product of matrices, their entries not evaluated.

    Raises:
        UnknownValueError: if it is not one, or the shapes do not fit.
        TooBigError: if there would be many entries.
    """
    match tree:
        case Matrix(rows=rows):
            return rows
        case Operation(operator="neg", arguments=(inner,)):
            return [[Operation("neg", (entry,)) for entry in row] for row in matrix_rows(inner)]
        case Operation(operator="add", arguments=parts) if all(map(holds_matrix, parts)):
            matrices = [matrix_rows(part) for part in parts]
            if len({(len(each), len(each[0])) for each in matrices}) != 1:
                raise UnknownValueError
            sums = zip(*matrices, strict=True)
            return [[Operation("add", entries) for entries in zip(*rows, strict=True)] for rows in sums]
        case Operation(operator="mul", arguments=(first, *others)):
            result: Expression = first
            for other in others:
                result = _product(result, other)
            return matrix_rows(result)
        case Operation(operator="div", arguments=(above, below)) if not holds_matrix(below):
            return [[Operation("div", (entry, below)) for entry in row] for row in matrix_rows(above)]
    raise UnknownValueError


def _product(first: Expression, second: Expression) -> Expression:
    if not holds_matrix(first) and not holds_matrix(second):
        return Operation("mul", (first, second))
    if not holds_matrix(first) or not holds_matrix(second):
        scalar, matrix = (second, first) if holds_matrix(first) else (first, second)
        return _matrix([[Operation("mul", (scalar, entry)) for entry in row] for row in matrix_rows(matrix)])
    left, right = matrix_rows(first), matrix_rows(second)
    if len(left[0]) != len(right):
        raise UnknownValueError
    if len(left) * len(right) * len(right[0]) > MAX_PRODUCTS:
        raise TooBigError
    columns = list(zip(*right, strict=True))
    return _matrix([[_scalar_product(row, column) for column in columns] for row in left])


def _scalar_product(row: Sequence[Expression], column: Sequence[Expression]) -> Expression:
    products = tuple(Operation("mul", pair) for pair in zip(row, column, strict=True))
    return Operation("add", products) if len(products) > 1 else products[0]


def _matrix(rows: Rows) -> Matrix:
    return Matrix(tuple(tuple(row) for row in rows))


def is_pair(tree: Statement) -> bool:
    """Whether it is written as an open interval may be, but among alternatives is a pair."""
    return isinstance(tree, Collection) and tree.bracket is Bracket.TUPLE


def unit_names(node: Statement) -> tuple[str, ...]:
    """The unit of a quantity."""
    match node:
        case Operation(operator="unit", arguments=(_, Symbol(name=name))):
            return (name,)
    return ()


def is_time_of_day(parts: Sequence[Expression]) -> bool:
    """Whether ``a : b`` can be a time that cancelling would change: ``4:20``."""
    match parts:
        case (Number(value=hours), Number(value=minutes)) if hours <= 24 and 10 <= minutes < 60:
            return Fraction(hours, minutes).denominator != minutes
    return False
