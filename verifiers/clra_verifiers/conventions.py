"""Notation that has more than one settled meaning, written out in each of them. Angles come out in radians."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from clra.parsing.tree import Expression, Number, Operation, Relation, Relator, Symbol, walk
from clra_verifiers.features import Features

MAX_READINGS = 64

_CIRCULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_ARCS = frozenset({"arcsin", "arccos", "arctan"})
_AMBIGUOUS = frozenset({"percent", "degrees", "log", "mixed", "either"}) | _CIRCULAR | _ARCS
_BASES: tuple[Expression, ...] = (Number(Fraction(10)), Symbol("e"), Number(Fraction(2)))
_PI = Symbol("pi")
_HALF_TURN = Number(Fraction(180))
_DEGREE = Operation("div", (_PI, _HALF_TURN))


@dataclass(frozen=True, slots=True)
class _Convention:
    hundredths: tuple[bool, bool] = (True, True)
    """Whether 50% is 0.5 on the left and on the right; otherwise it is 50."""
    plain_degrees: bool = True
    """Whether 60° outside of a circular function is 60; otherwise it is pi/3."""
    bare_angles: bool = False
    """Whether angles without a degree sign are in degrees."""
    base: int = 0
    """Which base a bare logarithm has."""
    mixed_product: bool = False
    branches: tuple[int, ...] = ()
    """The branch to take at each ``either`` node, in the order in which they are met."""


class Settled(NamedTuple):
    """A relation under each convention that its notation leaves open, the likeliest first."""

    relations: tuple[Relation, ...]
    complete: bool = True
    """False where they are too many to list them all, or go on beyond those of the notation."""


def settled(relation: Relation, features: Features) -> Settled:
    """Rewrite a relation without percent and degree signs, bare logarithms, mixed numbers and ``either`` nodes."""
    if not features.operators & _AMBIGUOUS:
        return Settled((relation,))
    conventions = tuple(itertools.islice(_conventions(relation, features), MAX_READINGS + 1))
    relations = dict.fromkeys(_Settler(convention).relation(relation) for convention in conventions)
    complete = len(conventions) <= MAX_READINGS and not _adds_percent(relation)
    return Settled(tuple(relations), complete)


def loosely_written(relation: Relation, features: Features) -> tuple[Relation, ...]:
    """The relation as it would be meant by somebody who leaves out signs.

    Brackets: ``-3^2`` for the square of -3 (not so a minus between two terms), ``6 + 7 + 8 / 3`` for an average.
    Degrees: ``pi/3 = 60``.
    """
    averages = any(isinstance(side, Operation) and side.operator == "add" for side in (relation.left, relation.right))
    averages = averages and "div" in features.operators
    if not (averages or features.operators >= {"neg", "pow"} or "pi" in features.constants):
        return ()
    ways = [replace(relation, left=_loose(relation.left), right=_loose(relation.right))]
    equated = "pi" in features.constants and relation.relator in {Relator.EQUAL, Relator.ABOUT}
    circular = features.operators & (_CIRCULAR | _ARCS)
    if equated and not circular and (_PI in walk(relation.left)) is not (_PI in walk(relation.right)):
        ways.append(replace(relation, left=_in_half_turns(relation.left), right=_in_half_turns(relation.right)))
    return tuple(way for way in ways if way != relation)


def _in_half_turns(tree: Expression) -> Expression:
    if tree == _PI:
        return _HALF_TURN
    if not isinstance(tree, Operation):
        return tree
    return replace(tree, arguments=tuple(_in_half_turns(argument) for argument in tree.arguments))


def _loose(side: Expression) -> Expression:
    match side:
        case Operation("add", (*terms, Operation("div", (last, Number(count, None))))) if count == len(terms) + 1 > 2:
            return Operation("div", (Operation("add", (*terms, last)), Number(count)))
        case _:
            return _drawn_in(side)


def _drawn_in(tree: Expression) -> Expression:
    match tree:
        case Operation("neg", (Operation("pow", (Number() as base, Number(power, None))),)) if power % 2 == 0:
            return Operation("pow", (Operation("neg", (base,)), Number(power)))
        case Operation("neg", (Operation("mul" | "div" as operator, (first, *others)),)):
            signed = Operation("neg", (first,))
            drawn = _drawn_in(signed)
            if drawn == signed:
                return Operation("neg", (_drawn_in(tree.arguments[0]),))
            return Operation(operator, (drawn, *(_drawn_in(other) for other in others)))
        case Operation("add", (first, *others)):
            return Operation("add", (_drawn_in(first), *(_subtracted(other) for other in others)))
        case Operation(operator, arguments):
            return Operation(operator, tuple(_drawn_in(argument) for argument in arguments))
        case _:
            return tree


def _subtracted(term: Expression) -> Expression:
    match term:
        case Operation("neg", (inner,)):
            return Operation("neg", (_drawn_in(inner),))
        case _:
            return _drawn_in(term)


def _adds_percent(relation: Relation) -> bool:
    """Whether a part of a sum may be a percentage of the rest, as on a calculator: ``50 + 20% = 60``."""
    sums = [node for node in walk(relation) if isinstance(node, Operation) and node.operator == "add"]
    return any(len({_is_percentage(part) for part in node.arguments}) > 1 for node in sums)


def _is_percentage(tree: Expression) -> bool:
    match tree:
        case Operation(operator="neg", arguments=(inner,)):
            return _is_percentage(inner)
        case _:
            return isinstance(tree, Operation) and tree.operator == "percent"


def _conventions(relation: Relation, features: Features) -> Iterator[_Convention]:
    operators = features.operators
    both = (True, False)
    percents = tuple(itertools.product(both, both)) if "percent" in operators else ((True, True),)
    degrees = both if "degrees" in operators else (True,)
    bare = (False, True) if operators & (_CIRCULAR | _ARCS) else (False,)
    bases = range(len(_BASES)) if "log" in operators else (0,)
    mixed = (False, True) if "mixed" in operators else (False,)
    sizes = [
        len(node.arguments) for node in walk(relation) if isinstance(node, Operation) and node.operator == "either"
    ]
    branches = itertools.product(*(range(max(sizes)) for _ in sizes)) if sizes else ((),)
    # the last factor of a product changes fastest, and the first convention is the likeliest
    for chosen in branches:
        for percent, degree, angle, base, product in itertools.product(percents, degrees, bare, bases, mixed):
            yield _Convention(percent, degree, angle, base, product, tuple(chosen))


class _Settler:
    """Rewrites one relation under one convention."""

    def __init__(self, convention: _Convention) -> None:
        self.convention = convention
        self.branches = iter(convention.branches)
        self.right = False

    def relation(self, relation: Relation) -> Relation:
        left = self.settle(relation.left)
        self.right = True
        right = self.settle(relation.right)
        modulus = None if relation.modulus is None else self.settle(relation.modulus)
        return replace(relation, left=left, right=right, modulus=modulus)

    def settle(self, tree: Expression, *, angle: bool = False) -> Expression:
        if not isinstance(tree, Operation):
            return tree
        operator = tree.operator
        if operator == "either":
            branch = next(self.branches, 0)
            return self.settle(tree.arguments[min(branch, len(tree.arguments) - 1)], angle=angle)
        if operator in _CIRCULAR:
            return Operation(operator, (self._angle(tree.arguments[0]), *tree.arguments[1:]), tree.span)
        arguments = tuple(self.settle(argument, angle=angle) for argument in tree.arguments)
        match operator:
            case "percent":
                return self._percent(arguments[0])
            case "degrees" if angle or not self.convention.plain_degrees:
                return Operation("mul", (arguments[0], _DEGREE))
            case "degrees":
                return arguments[0]
            case "log" if len(arguments) == 1:
                return Operation("log", (_BASES[self.convention.base], arguments[0]))
            case "mixed":
                return Operation("mul" if self.convention.mixed_product else "add", arguments)
            case "arcsin" | "arccos" | "arctan" if self.convention.bare_angles:
                return Operation("div", (Operation(operator, arguments), _DEGREE))
        return Operation(operator, arguments, tree.span)

    def _percent(self, amount: Expression) -> Expression:
        if not self.convention.hundredths[self.right]:
            return amount
        if isinstance(amount, Number):  # stays a literal, so that 33% can be seen as a rounded third
            return Number(amount.value / 100, (amount.decimals or 0) + 2, amount.repeating)
        return Operation("div", (amount, Number(Fraction(100))))

    def _angle(self, tree: Expression) -> Expression:
        plain = not any(
            (isinstance(node, Operation) and node.operator == "degrees") or node == Symbol("pi") for node in walk(tree)
        )
        angle = self.settle(tree, angle=True)
        return Operation("mul", (angle, _DEGREE)) if plain and self.convention.bare_angles else angle
