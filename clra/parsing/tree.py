"""Mathematics as read: a small immutable tree. Reading never evaluates; equal trees mean equal readings.

A node knows the characters it was read from (`span`), which do not count when trees are compared.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from clra.types import Span

NOWHERE = Span(0, 0)


class Relator(StrEnum):
    """The signs that relate two expressions."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    ABOUT = "~"
    """Approximately equal."""
    CONGRUENT = "=="
    """Equal modulo the relation's modulus."""
    DIVIDES = "|"
    NOT_DIVIDES = "!|"
    ELEMENT = "in"


class Bracket(StrEnum):
    """How a collection is enclosed, which is part of what it is."""

    SET = "{}"
    TUPLE = "()"
    LIST = ","
    """Values side by side without brackets: ``1, 2``."""
    OPEN_INTERVAL = "(,)"
    CLOSED_INTERVAL = "[,]"
    LEFT_OPEN_INTERVAL = "(,]"
    RIGHT_OPEN_INTERVAL = "[,)"


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number."""

    value: Fraction
    decimals: int | None = None
    """Digits after the decimal point as written; None for an integer literal."""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A letter or a named constant: ``x``, ``alpha``, ``x_1``, ``pi``, ``e``, ``i``, ``oo``."""

    name: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or a function with a settled meaning, applied to its arguments.

    Operators: ``add`` (n-ary), ``mul`` (n-ary), ``neg``, ``div``, ``pow``, ``root`` (degree, radicand), ``factorial``,
    ``double_factorial``, ``binomial``, ``abs``, ``floor``, ``ceil``, ``mod`` (a, m), ``percent``, ``degrees``,
    ``mixed`` (whole, fraction), ``plus_minus`` (a, b) or (b), ``subscript_log`` is ``log`` with (base, x), ``log``
    with one argument has no stated base, ``ln``, ``exp``, ``sin`` ... ``arctan``, ``gcd``, ``lcm``, ``max``, ``min``,
    ``sum`` and ``product`` (variable, low, high, body), ``derivative``, ``integral``, ``limit``, ``union``,
    ``intersection``, ``unit`` (quantity, Symbol of the unit, such as ``cm`` or ``m^2``), ``money`` (quantity, Symbol).
    """

    operator: str
    arguments: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function without a settled meaning: ``f(x)``, ``P(A)``."""

    name: str
    arguments: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Collection:
    """A set, tuple, list or interval."""

    bracket: Bracket
    items: tuple["Statement", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of equal length."""

    rows: tuple[tuple["Expression", ...], ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Words:
    """Text in the place of mathematics: ``Evelyn``, ``even``."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Relation:
    """Two expressions and the sign between them. A chain ``a = b < c`` is read as several relations."""

    relator: Relator
    left: "Expression"
    right: "Expression"
    modulus: "Expression | None" = None
    span: Span = field(default=NOWHERE, compare=False)


Expression: TypeAlias = Number | Symbol | Operation | Call | Collection | Matrix | Words
Statement: TypeAlias = Expression | Relation
