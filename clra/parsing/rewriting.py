"""Rewriting of trees: plus-minus into its two cases, arithmetic of matrices into that of their entries."""

from collections.abc import Iterator, Sequence

from clra.parsing.algebra.polynomials import TooBigError, UnknownValueError
from clra.parsing.tree import Expression, Matrix, Operation, Relation, Statement, walk

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
