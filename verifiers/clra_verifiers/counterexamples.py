"""Counterexamples to what a chain says of all values of its letters.

A relation with letters is refuted at points: each letter gets a number, and the closed relation that results is judged
like any other. A chain may well mean a condition that it does not repeat (n is whole, x is positive, the angles are
those of a triangle), so one false point is not enough: the relation must be false at every point of a list that holds
small and large, whole, fractional and negative numbers, wherever it has a value at all, and at three of them at least.
(Rational functions may agree at one of them by chance.) All premises about the letters must hold at these points.

Not covered, that is, never refuted: relations in names that may be no numbers (``AB``, ``phi``, ``I``), with functions
without a settled meaning, under premises that cannot be checked at a point; definitions; ``a + b = 10``, rather
a condition; circular functions of several letters without an addition of them, which may be angles of one triangle.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from clra.parsing.reader import read_relation
from clra.parsing.tree import (
    Call,
    Collection,
    Expression,
    Matrix,
    Operation,
    ReadError,
    Relation,
    Relator,
    Symbol,
    symbol_names,
    walk,
)
from clra.types import Outcome, Premise
from clra_verifiers.features import Features, features_of
from clra_verifiers.substitution import number_tree

MAX_LETTERS = 6
NEEDED = 3
_TWO = 2

Point: TypeAlias = Mapping[str, Fraction]

_GREEK = "alpha|beta|gamma|delta|epsilon|varepsilon|eta|theta|vartheta|kappa|lambda|mu|nu|xi|rho|sigma|tau|chi|psi"
_LETTER = re.compile(rf"(?:[A-Za-z]|{_GREEK})(?:_\d+|_\{{\d+\}})?'*")
_NAME = re.compile(r"[A-Za-z]+(?:_(?:\w+|\{[^}]*\}))?'*")
_SPECIAL = frozenset({"I", "O"})
"""Names that are rather an identity matrix, an order of magnitude."""
_DIFFERENTIAL = "d"
_COUNTING = re.compile(r"[nkmjNKM](?:_\d+|_\{\d+\})?")
_DISCRETE = frozenset({"factorial", "double_factorial", "binomial", "mod", "gcd", "lcm", "sum", "product", "base"})
_CIRCULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_RATIONAL = frozenset({"add", "mul", "neg", "div", "pow"})
"""What rational functions are made of. Two of them agree nowhere or at single points, or wherever both are defined."""
_BINDERS = frozenset({"sum", "product", "integral", "derivative", "limit"})
_MEASURES = frozenset({"unit", "money"})
_WHOLE_RELATORS = frozenset({Relator.CONGRUENT, Relator.DIVIDES, Relator.NOT_DIVIDES})
_ORDER_RELATORS = frozenset({Relator.EQUAL, Relator.LESS, Relator.LESS_EQUAL, Relator.GREATER, Relator.GREATER_EQUAL})


class Judged(NamedTuple):
    """How a closed relation stands at a point."""

    outcome: Outcome
    note: str = ""
    """What its sides are, where it is refuted."""


class Counterexample(NamedTuple):
    """A point at which a relation is false."""

    point: Point
    note: str

    @property
    def place(self) -> str:
        """The point in words: ``x = 1, y = 2 and z = 3``."""
        *most, last = (f"{name} = {value}" for name, value in self.point.items())
        return f"{', '.join(most)} and {last}" if most else last


Judge: TypeAlias = Callable[[Relation], Judged]


def counterexample(
    relation: Relation, features: Features, premises: tuple[Premise, ...], judge: Judge
) -> Counterexample | None:
    """A point at which a relation that is said of all values of its letters is false; None where there is doubt.

    Args:
        relation: the relation, with letters.
        features: of the relation.
        premises: what the letters may be bound to.
        judge: decides a closed relation.
    """
    if not _is_universal_in_form(relation, features):
        return None
    discrete = _is_discrete(relation, features)
    chances = 1 if features.operators <= _RATIONAL and not discrete else 0
    points = _points(len(features.symbols), discrete=discrete)
    return false_at_all(relation, features, premises, judge, points, chances=chances)


def false_at_all(
    relation: Relation,
    features: Features,
    premises: tuple[Premise, ...],
    judge: Judge,
    points: Iterable[tuple[Fraction, ...]],
    *,
    chances: int = 0,
) -> Counterexample | None:
    """The first of several points at which a relation is false, if it is so at all that agree with the premises.

    Args:
        relation: the relation, with letters.
        features: of the relation.
        premises: what the letters may be bound to.
        judge: decides a closed relation.
        points: values of the letters in the order of the alphabet.
        chances: at how many points it may be true by chance.
    """
    if not _stands_for_numbers(features) or not _angles_are_free(relation, features.symbols):
        return None
    conditions = _conditions(premises, features.symbols)
    if conditions is None:
        return None
    names = sorted(features.symbols)
    found: list[Counterexample] = []
    for numbers in points:
        point = dict(zip(names, numbers, strict=True))
        if any(judge(_put(condition, point)).outcome is not Outcome.CONFIRMED for condition in conditions):
            continue
        judged = judge(_put(relation, point))
        if judged.outcome is Outcome.CONFIRMED:
            chances -= 1
        if chances < 0:
            return None
        if judged.outcome is Outcome.REFUTED:
            found.append(Counterexample(point, judged.note))
    return found[0] if len(found) >= NEEDED else None


def _stands_for_numbers(features: Features) -> bool:
    """Whether all letters do, as far as their names tell."""
    letters = features.symbols
    if features.calls or not 0 < len(letters) <= MAX_LETTERS:
        return False
    return all(_LETTER.fullmatch(name) and name not in _SPECIAL for name in letters)


def _is_universal_in_form(relation: Relation, features: Features) -> bool:
    """Whether a relation can be an identity: rewritten from left to right, in letters that stand for numbers."""
    letters = features.symbols
    if relation.relator not in _ORDER_RELATORS | _WHOLE_RELATORS or _DIFFERENTIAL in letters:
        return False
    left, right = _letters(relation.left, letters), _letters(relation.right, letters)
    return relation.relator not in _ORDER_RELATORS or (
        bool(right) and right <= left and isinstance(relation.left, Operation)
    )


def _angles_are_free(relation: Relation, letters: frozenset[str]) -> bool:
    """Whether the letters in circular functions, if several, are added there: else they may be angles of one figure."""
    circular = (node for node in walk(relation) if isinstance(node, Operation) and node.operator in _CIRCULAR)
    inside = [_letters(node.arguments[0], letters) for node in circular]
    together: frozenset[str] = frozenset().union(*inside)
    return len(together) < _TWO or (len(together) == _TWO and together in inside)


def _letters(tree: Expression, letters: frozenset[str]) -> frozenset[str]:
    return letters & symbol_names(tree)


def _is_discrete(relation: Relation, features: Features) -> bool:
    """Whether the letters are rather whole numbers."""
    return (
        relation.relator in _WHOLE_RELATORS
        or bool(features.operators & _DISCRETE)
        or any(_COUNTING.fullmatch(name) for name in features.symbols)
        or any(
            isinstance(node, Operation) and node.operator == "pow" and _letters(node.arguments[1], features.symbols)
            for node in walk(relation)
        )
    )


def _points(count: int, *, discrete: bool) -> Iterator[tuple[Fraction, ...]]:
    """Numbers for ``count`` letters, the plainest first: both parities, both orders, small and large."""
    places = range(count)
    if not discrete:
        yield tuple(Fraction(1 + place) for place in places)
    yield tuple(Fraction(3 + place) for place in places)
    yield tuple(Fraction(2 * count + 2 - 2 * place) for place in places)
    yield tuple(Fraction(5 + 2 * place) for place in places)
    yield tuple(Fraction(6 + 5 * place) for place in places)
    yield tuple(Fraction(1001 - 7 * place) if place % 2 else Fraction(1002 + 9 * place) for place in places)
    if not discrete:
        yield tuple(Fraction(1, 3 + 2 * place) for place in places)
        yield tuple(Fraction(-2 - 3 * place) for place in places)
        yield tuple(Fraction(-1, 2 + place) for place in places)
        yield tuple(Fraction((-1) ** place * (7 + place), 2) for place in places)


def _conditions(premises: tuple[Premise, ...], letters: frozenset[str]) -> list[Relation] | None:
    """The premises that speak of the letters, all others struck; None where one of them cannot be checked."""
    conditions: list[Relation] = []
    for premise in premises:
        if not letters & set(_NAME.findall(premise.formal)):
            continue
        try:
            relation = read_relation(premise.formal)
        except ReadError:
            return None
        known = features_of(relation)
        bound = _parameters(relation) if premise.universal else frozenset[str]()
        if not (known.symbols - bound) & letters:
            continue
        if known.calls:
            return None
        conditions.append(relation)
    elsewhere = Counter(name for premise in premises for name in set(_NAME.findall(premise.formal)))
    return _without_definitions(conditions, letters, elsewhere)


def _parameters(relation: Relation) -> frozenset[str]:
    """The letters in the brackets of a definition's left side, or in its index."""
    if isinstance(relation.left, Call):
        return symbol_names(relation.left)
    name = relation.left.name if isinstance(relation.left, Symbol) else ""
    return frozenset(re.findall(r"[A-Za-z]+", name.partition("_")[2]))


def _without_definitions(
    conditions: list[Relation], letters: frozenset[str], mentions: Mapping[str, int]
) -> list[Relation] | None:
    """The conditions without those that only say what a further letter is, such as ``y = x^2``."""
    kept: list[Relation] = []
    for relation in conditions:
        others = features_of(relation).symbols - letters
        alone = {side.name for side in (relation.left, relation.right) if isinstance(side, Symbol)}
        once = all(mentions[name] == 1 for name in others)
        if relation.relator is Relator.EQUAL and len(others) == 1 and others <= alone and once:
            continue
        if others:
            return None
        kept.append(relation)
    return kept


def _put(relation: Relation, point: Point) -> Relation:
    modulus = None if relation.modulus is None else _replaced(relation.modulus, point)
    return replace(
        relation, left=_replaced(relation.left, point), right=_replaced(relation.right, point), modulus=modulus
    )


def _replaced(tree: Expression, point: Point) -> Expression:
    match tree:
        case Symbol(name=name) if name in point:
            return number_tree(point[name])
        case Operation(operator=operator, arguments=(first, *others)) if operator in _MEASURES:
            return replace(tree, arguments=(_replaced(first, point), *others))
        case Operation(operator=operator, arguments=(Symbol(name=name), *others)) if operator in _BINDERS:
            inner = {each: value for each, value in point.items() if each != name}
            return replace(tree, arguments=(tree.arguments[0], *(_replaced(other, inner) for other in others)))
        case Operation(arguments=arguments):
            return replace(tree, arguments=tuple(_replaced(argument, point) for argument in arguments))
        case Collection(items=items):
            return replace(
                tree, items=tuple(item if isinstance(item, Relation) else _replaced(item, point) for item in items)
            )
        case Matrix(rows=rows):
            return replace(tree, rows=tuple(tuple(_replaced(entry, point) for entry in row) for row in rows))
        case _:
            return tree
