"""What prose says of a matrix that it writes out: its determinant, trace, inverse, transpose, its eigenvalues."""

from collections.abc import Sequence
from fractions import Fraction

from clra.parsing.closedforms import number
from clra.parsing.prose.templates.building import equal, operation
from clra.parsing.prose.templates.rules import LINK, Parts, Rule, rule
from clra.parsing.prose.templates.sentences import Operand, UnfitError, is_closed
from clra.parsing.tree import Expression, Matrix, Number, Relation, has_decimals

_LARGEST = 5


def _matrix(operand: Operand) -> Matrix:
    """The matrix of numbers that an operand writes out, perhaps behind its name.

    Raises:
        UnfitError: it writes none.
    """
    found = operand.sides[-1]
    if not isinstance(found, Matrix) or not all(is_closed(entry) for row in found.rows for entry in row):
        raise UnfitError
    return found


def _square(operand: Operand) -> Matrix:
    found = _matrix(operand)
    if len(found.rows) != len(found.rows[0]) or len(found.rows) > _LARGEST:
        raise UnfitError
    return found


def _determinant(parts: Parts) -> Sequence[Relation]:
    return (equal(operation("determinant", _square(parts.operand(0))), parts.value(1)),)


def _trace(parts: Parts) -> Sequence[Relation]:
    rows = _square(parts.operand(0)).rows
    return (equal(operation("add", *(row[place] for place, row in enumerate(rows))), parts.value(1)),)


def _inverse(parts: Parts) -> Sequence[Relation]:
    given, told = _square(parts.operand(0)), _square(parts.operand(1))
    return (equal(operation("pow", given, number(-1)), told),)


def _transpose(parts: Parts) -> Sequence[Relation]:
    return (equal(operation("transpose", _matrix(parts.operand(0))), _matrix(parts.operand(1))),)


def _eigenvalues(parts: Parts) -> Sequence[Relation]:
    """Each makes the matrix singular when it is taken from its diagonal."""
    rows = _square(parts.operand(0)).rows
    values = parts.numbers(1)
    if any(map(has_decimals, values)):
        raise UnfitError
    return tuple(equal(operation("determinant", _shifted(rows, value)), Number(Fraction(0))) for value in values)


def _shifted(rows: tuple[tuple[Expression, ...], ...], value: Expression) -> Matrix:
    return Matrix(
        tuple(
            tuple(operation("sub", entry, value) if place == column else entry for column, entry in enumerate(row))
            for place, row in enumerate(rows)
        )
    )


_OF = r"of (?:the )?(?:(?:square |given |coefficient )?matrix )?#"

MATRICES: tuple[Rule, ...] = (
    rule("determinant", rf"(?:the )?determinant {_OF}{LINK} #", _determinant),
    rule("trace", rf"(?:the )?trace {_OF}{LINK} #", _trace),
    rule("inverse", rf"(?:the )?inverse {_OF}{LINK} #", _inverse),
    rule("transpose", rf"(?:the )?transpose {_OF}{LINK} #", _transpose),
    rule("eigenvalue", rf"(?:the )?(?:(?:two|three|distinct) )*eigenvalues? {_OF}{LINK} @", _eigenvalues),
)
