"""Units of measure and money: how many of one make another.

The everyday units stand in a table, which a test compares with `pint`; the others are asked of `pint` itself, which is
imported, in about a second, only when a claim names one of them.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pint import UnitRegistry


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as a multiple of its dimension's base unit."""

    dimension: str
    size: Fraction


def unit_named(name: str) -> Unit | None:
    """The unit of that name or symbol, singular or plural, with an optional power: ``cm^2``; None where unknown."""
    base, _, exponent = name.strip().partition("^")
    found = _UNITS.get(base) or _UNITS.get(base.lower()) or _UNITS.get(base.lower().removesuffix("s"))
    if found is None and (rare := _RARE.get(base.lower().removesuffix("s"))):
        found = measured(rare)
    if found is None or not exponent:
        return found
    if not exponent.isdecimal() or not 0 < int(exponent) < 10:
        return None
    return Unit(f"{found.dimension}^{int(exponent)}", found.size ** int(exponent))


def measured(name: str) -> Unit:
    """The unit that `pint` knows by a name."""
    root = _registry().Quantity(Fraction(1), name).to_root_units()
    dimension = " ".join(f"{base}^{power}" for base, power in sorted(root.dimensionality.items()))
    return Unit(_ALIKE.get(dimension, dimension), Fraction(root.magnitude))


@cache
def _registry() -> "UnitRegistry[Fraction]":
    from pint import UnitRegistry  # noqa: PLC0415 - few claims need it

    return UnitRegistry(non_int_type=Fraction)


def siblings(unit: Unit) -> frozenset[Fraction]:
    """The sizes of all units that measure the same."""
    base, _, exponent = unit.dimension.partition("^")
    power = int(exponent or 1)
    return frozenset(other.size**power for other in _UNITS.values() if other.dimension == base)


_ALIKE = {"[length]^1": "length", "[mass]^1": "mass", "[time]^1": "time"}
"""The dimensions that the table has too, in metres, grams and seconds."""
_RARE = {
    "micrometer": "micrometer",
    "micrometre": "micrometer",
    "nanometer": "nanometer",
    "nanometre": "nanometer",
    "hectometer": "hectometer",
    "decameter": "decameter",
    "microsecond": "microsecond",
    "nanosecond": "nanosecond",
    "nautical mile": "nautical_mile",
    "light year": "light_year",
    "stone": "stone",
    "grain": "grain",
    "carat": "carat",
    "knot": "knot",
    "newton": "newton",
    "joule": "joule",
    "kilojoule": "kilojoule",
    "watt": "watt",
    "kilowatt": "kilowatt",
    "hertz": "hertz",
    "pascal": "pascal",
}
"""What `pint` calls them; none is defined by the American survey foot, as its furlong and its acre are."""

_TABLE: dict[str, dict[str, str]] = {
    "time": {
        "millisecond ms": "1/1000",
        "second sec s": "1",
        "minute min": "60",
        "hour hr h": "3600",
        "day": "86400",
        "week wk": "604800",
        "fortnight": "1209600",
    },
    "calendar": {"month": "1", "year yr": "12", "decade": "120", "century centuries": "1200"},
    "length": {
        "mm millimeter millimetre": "1/1000",
        "cm centimeter centimetre": "1/100",
        "dm decimeter decimetre": "1/10",
        "m meter metre": "1",
        "km kilometer kilometre": "1000",
        "in inch inches": "127/5000",
        "ft foot feet": "381/1250",
        "yd yard": "1143/1250",
        "mi mile": "201168/125",
    },
    "mass": {
        "mg milligram": "1/1000",
        "g gram": "1",
        "kg kilogram kilo": "1000",
        "tonne": "1000000",
        "oz ounce": "45359237/1600000",
        "lb pound": "45359237/100000",
    },
    "volume": {
        "ml milliliter millilitre": "1/1000",
        "cl centiliter centilitre": "1/100",
        "l liter litre": "1",
    },
    "us volume": {
        "teaspoon tsp": "1/768",
        "tablespoon tbsp": "1/256",
        "cup": "1/16",
        "pint pt": "1/8",
        "quart qt": "1/4",
        "gallon gal": "1",
    },
    "money": {
        "cent ¢ penny pennies c": "1/100",
        "nickel": "1/20",
        "dime": "1/10",
        "quarter": "1/4",
        "$ dollar usd buck": "1",
    },
    "angle": {"degree deg °": "1"},
    "count": {"one piece": "1", "pair": "2", "dozen": "12", "score": "20", "gross": "144", "hundred": "100"},
}
_UNITS: dict[str, Unit] = {
    name: Unit(dimension, Fraction(size))
    for dimension, rows in _TABLE.items()
    for names, size in rows.items()
    for name in names.split()
}
