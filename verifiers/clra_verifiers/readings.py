"""The ways in which a relation may be meant. It is refuted only if it is false in every one of them."""

from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from clra.parsing.tree import Expression, Number, Operation, Relation, Symbol, walk
from clra_verifiers.conventions import loosely_written, settled
from clra_verifiers.features import Features
from clra_verifiers.units import Unit, siblings, unit_named

_MEASURES = frozenset({"unit", "money"})


class Reading(NamedTuple):
    """One way to mean a relation, without ambiguous notation and without units."""

    relation: Relation
    firm: bool = True
    """False for a way that may excuse a relation but cannot confirm it."""


class Readings(NamedTuple):
    """The ways to mean a relation, the likeliest first."""

    ways: tuple[Reading, ...]
    complete: bool = True
    """False where not all ways are listed, so that nothing can be refuted by them."""


def readings_of(relation: Relation, features: Features) -> Readings:
    """List the admissible readings of a relation."""
    found = _strictly(relation, features)
    if features.symbols or features.calls:
        return found
    more = [_strictly(loose, features) for loose in loosely_written(relation, features)]
    ways = found.ways + tuple(way._replace(firm=False) for one in more for way in one.ways)
    return Readings(ways, found.complete and all(one.complete for one in more))


def _strictly(relation: Relation, features: Features) -> Readings:
    relations, complete = settled(relation, features)
    if not features.operators & _MEASURES:
        return Readings(tuple(Reading(one) for one in relations), complete)
    measured = [_without_units(one) for one in relations]
    ways = tuple(way for one in measured for way in one.ways)
    return Readings(ways, complete and all(one.complete for one in measured))


def _without_units(relation: Relation) -> Readings:
    """Strike or convert the units.

    Where all units are the same, or only one side has one, they are struck; a side without unit may be meant in any
    unit of the kind, so that ``3 * 20 = 1 hour`` is excused. Different units of one kind are converted; then only sums
    are refuted. Whatever else is mixed, such as hours and metres, can be neither confirmed nor refuted.
    """
    if _is_patchy(relation.left) or _is_patchy(relation.right):
        return Readings((), complete=False)
    left, right = _unit_names(relation.left), _unit_names(relation.right)
    rated = _is_amount(relation.left) and _is_amount(relation.right) and left != right
    struck = replace(relation, left=_strike(relation.left), right=_strike(relation.right))
    units = {name: unit_named(name) for name in left | right}
    known = {name: unit for name, unit in units.items() if unit is not None}
    if len({unit or name for name, unit in units.items()}) == 1:
        if left and right:
            return Readings((Reading(struck),))
        scaled = tuple(_scaled(struck, unit, left=not left) for unit in known.values())
        return Readings((Reading(struck), *(way for ways in scaled for way in ways)))
    if len(known) < len(units):
        return Readings((Reading(struck, firm=False),), complete=False)
    dimensions = {unit.dimension for unit in known.values()}
    if len(dimensions) == 1:
        converted = replace(relation, left=_convert(relation.left, known), right=_convert(relation.right, known))
        ways: tuple[Reading, ...] = (Reading(converted), Reading(struck, firm=False))
        if not left or not right:
            ways += _scaled(converted, Unit(dimensions.pop(), Fraction(1)), left=not left)
        return Readings(ways, complete=not (rated or _multiplies(relation.left) or _multiplies(relation.right)))
    bases = {name.partition("^")[0] for name in units}
    return Readings((Reading(struck, firm=len(bases) == 1),), complete=len(bases) == 1)


def _is_patchy(tree: Expression) -> bool:
    """Whether a sum has units at some of its terms only: ``3 + 55/60 hours``."""
    sums = [node for node in walk(tree) if isinstance(node, Operation) and node.operator == "add"]
    return any(len({bool(_unit_names(part)) for part in node.arguments}) > 1 for node in sums)


def _is_amount(tree: Expression) -> bool:
    """Whether a side is a numeral with its unit; two of them may tell a scale or a rule of thumb: ``1 cm = 5 km``."""
    return isinstance(tree, Operation) and tree.operator == "unit" and isinstance(tree.arguments[0], Number)


def _multiplies(tree: Expression) -> bool:
    """Whether a side multiplies or divides, which may itself be the conversion: ``120 seconds / 60 = 2 minutes``."""
    return any(isinstance(node, Operation) and node.operator in {"mul", "div"} for node in walk(tree))


def _unit_names(tree: Expression) -> set[str]:
    return {
        node.arguments[1].name
        for node in walk(tree)
        if isinstance(node, Operation) and node.operator in _MEASURES and isinstance(node.arguments[1], Symbol)
    }


def _strike(tree: Expression) -> Expression:
    return _convert(tree, {})


def _convert(tree: Expression, units: dict[str, Unit]) -> Expression:
    if not isinstance(tree, Operation):
        return tree
    if tree.operator in _MEASURES:
        quantity, unit = tree.arguments
        bare = _convert(quantity, units)
        size = units[unit.name].size if isinstance(unit, Symbol) and unit.name in units else Fraction(1)
        return bare if size == 1 else Operation("mul", (bare, Number(size)))
    return replace(tree, arguments=tuple(_convert(argument, units) for argument in tree.arguments))


def _scaled(relation: Relation, unit: Unit, *, left: bool) -> tuple[Reading, ...]:
    """The relation with the side that has no unit meant in another unit of the same kind."""
    ways = []
    for size in siblings(unit) - {unit.size}:
        scale = Number(size / unit.size)
        if left:
            scaled = replace(relation, left=Operation("mul", (relation.left, scale)))
        else:
            scaled = replace(relation, right=Operation("mul", (relation.right, scale)))
        ways.append(Reading(scaled, firm=False))
    return tuple(ways)
