"""Mathematics as read: a small immutable tree. Reading never evaluates; equal trees mean equal readings.

A node knows the characters it was read from (`span`), which do not count when trees are compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from clra.types import NOWHERE, Span


class ReadError(ValueError):
    """The text is not mathematics that can be read with certainty."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message, position)
        self.message = message
        self.position = position
        """The character at which reading stopped."""

    def __str__(self) -> str:
        return f"{self.message} (at character {self.position})"


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
    NOT_ELEMENT = "not in"
    SUBSET_EQUAL = "⊆"
    SUBSET = "⊂"
    """A part of the other set, to some a proper one, to others not."""
    PROPER_SUBSET = "⊊"
    NOT_SUBSET = "⊈"


class Bracket(StrEnum):
    """How a collection is enclosed, which is part of what it is."""

    SET = "{}"
    TUPLE = "()"
    LIST = "[]"
    """Three or more values in square brackets; two of them are a closed interval."""
    ANY = "or"
    """Alternatives, of which at least one holds: ``x = 2 or x = 3``."""
    OPEN_INTERVAL = "(,)"
    CLOSED_INTERVAL = "[,]"
    LEFT_OPEN_INTERVAL = "(,]"
    RIGHT_OPEN_INTERVAL = "[,)"
    BUILDER = "{:}"
    """All values of the first item for which the other items, relations, hold: ``{2k : k in {1, 2}}``."""
    CASES = "cases"
    """A definition in pieces, whose items are collections of the kind `CASE`: the whole right side of an equation."""
    CASE = "case"
    """A value, and the relations under which it is taken, all of them; none in the last case: otherwise."""


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number, never negative as read: ``-3`` is ``neg`` of 3."""

    value: Fraction
    decimals: int | None = None
    """Digits after the decimal point as written, before any that repeat; None for an integer literal."""
    repeating: int = 0
    """Digits that repeat for ever after those: 1 in a third written as a decimal."""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A letter or a named thing: ``x``, ``alpha``, ``x_1``, ``x_{n+1}``, ``x'``, ``AB`` (one name, not a product).

    Named constants: ``pi``, ``e``, ``i``, ``oo`` (infinity); ``RR``, ``ZZ``, ``NN``, ``QQ``, ``CC`` (sets of numbers);
    signs over letters come first, as in ``bar_AB``, ``vec_v``, ``hat_x``, ``angle_ABC``, ``triangle_ABC``.
    """

    name: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    r"""An operator or a function with a settled meaning, applied to its arguments.

    Arithmetic: ``add`` and ``mul`` (two arguments or more), ``neg``, ``div``, ``pow``, ``root`` (degree, radicand),
    ``factorial``, ``double_factorial``, ``binomial`` (n, k), ``permutations`` (n, k), ``abs`` (of a set: its size),
    ``floor``, ``ceil``, ``mod`` (a, m), ``gcd``, ``lcm``, ``max``, ``min``, ``plus_minus`` (a, b) or (b), ``ratio``
    (two or more; not a quotient), ``base`` (the digits as an integer literal, the base).

    Arithmetic functions, which only the notation names: ``divisor_count``, ``divisor_sum``, ``totient``. A text's
    ``\tau(n)``, ``\sigma(n)`` or ``\phi(n)`` is a `Call`, for the letters are used for much else.

    Functions: ``exp``, ``ln``, ``log`` (x), whose base is not stated, or (base, x), ``sin cos tan cot sec csc``, each
    also with ``arc`` before it, and ``sinh cosh tanh``.

    As written: ``percent``, ``degrees``, ``mixed`` (whole, fraction), ``unit`` (quantity, Symbol of the unit, such as
    ``cm``, ``m^2`` or ``mile/hour``), ``money`` (quantity, Symbol of the currency).

    With a bound variable, a Symbol: ``sum`` and ``product`` (variable, low, high, body; high may be ``oo``),
    ``integral`` (variable, body) or (variable, low, high, body), ``limit`` (variable, point, body), whose point is
    ``above`` or ``below`` of a term where it is approached from one side.

    Derivatives: ``derivative`` (variable, body) and ``partial`` (variable, body), one within the other for higher
    orders. In ``\frac{dy}{dx}`` the body is the Symbol ``y``. ``f'(x)`` is the Call of ``f'``, ``y'`` a Symbol.

    Sets, matrices, vectors: ``union``, ``intersection``, ``difference``; ``determinant`` (of a `Matrix`, as ``vmatrix``
    is, or of what stands for one), ``transpose``; an inverse is a ``pow`` to ``-1``, a product of matrices a ``mul``.
    ``cross`` (a, b) and ``dot`` (a, b), only between what is surely a vector; ``norm``, of double bars.

    ``either`` (reading, reading): the text can be read both ways, and only what holds for both is certain.
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
    """A set, tuple, list or interval, alternatives, or a definition in pieces.

    Relations are items only of alternatives, sets given by conditions, and cases.
    """

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
    """Text in the place of mathematics: ``Evelyn``, ``Total cost``."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Relation:
    """Two expressions and the sign between them. A chain ``a = b < c`` is read as several relations."""

    relator: Relator
    left: "Expression"
    right: "Expression"
    modulus: "Expression | None" = None
    """Set when, and only when, the relator is CONGRUENT."""
    span: Span = field(default=NOWHERE, compare=False)


Expression: TypeAlias = Number | Symbol | Operation | Call | Collection | Matrix | Words
Statement: TypeAlias = Expression | Relation
LEAVES = (Number, Symbol, Words)
"""The kinds of nodes without parts."""
_APPLIED = (Operation, Call)


def children(tree: Statement) -> tuple[Statement, ...]:
    """The parts a node is made of, in order."""
    if isinstance(tree, LEAVES):  # most nodes are
        return ()
    if isinstance(tree, _APPLIED):
        return tree.arguments
    if isinstance(tree, Relation):
        return (tree.left, tree.right) if tree.modulus is None else (tree.left, tree.right, tree.modulus)
    if isinstance(tree, Matrix):
        return tuple(entry for row in tree.rows for entry in row)
    return tree.items


def walk(tree: Statement) -> Iterator[Statement]:
    """The node and everything below it, each part before its own parts, without recursion."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Operation):
            waiting.extend(reversed(node.arguments))
        elif not isinstance(node, LEAVES):
            waiting.extend(reversed(children(node)))


def symbol_names(tree: Statement) -> frozenset[str]:
    """The names of all symbols in a tree, bound ones and constants among them."""
    return frozenset(node.name for node in walk(tree) if isinstance(node, Symbol))


def has_decimals(tree: Statement) -> bool:
    """Whether a number in it is written with digits after the point, and may be rounded."""
    return any(isinstance(node, Number) and node.decimals is not None for node in walk(tree))


def is_literal(tree: Statement) -> bool:
    """Whether it is one number as written, which may have a sign, a unit or a mark of percent or degrees."""
    if isinstance(tree, Operation) and tree.operator in {"neg", "percent", "degrees", "unit", "money"}:
        return is_literal(tree.arguments[0])
    return isinstance(tree, Number)
