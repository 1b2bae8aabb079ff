"""Units of measurement: one name for each, however it is written."""

import re
from types import MappingProxyType

from clra.parsing.mathematics.vocabulary import words

_NAMES = (
    "mm millimeter millimeters millimetre millimetres",
    "cm centimeter centimeters centimetre centimetres",
    "m meter meters metre metres",
    "km kilometer kilometers kilometre kilometres",
    "in inch inches",
    "ft foot feet",
    "yd yard yards",
    "mile miles mi",
    "mg milligram milligrams",
    "g gram grams",
    "kg kilogram kilograms",
    "lb lbs pound pounds",
    "oz ounce ounces",
    "ml mL milliliter milliliters",
    "l L liter liters litre litres",
    "gallon gallons gal",
    "second seconds sec secs s",
    "minute minutes min mins",
    "hour hours hr hrs h",
    "day days",
    "week weeks",
    "month months",
    "year years yr yrs",
    "dollar dollars",
    "cent cents",
    "unit units",
    "radian radians rad",
    "degree degrees deg",
)
UNITS = MappingProxyType({name: row.split()[0] for row in _NAMES for name in row.split()})
"""The name of each unit by every way of writing it."""

PLAIN_UNITS = frozenset(name for name in UNITS if len(name) > 1) - {"in", "mi", "rad", "degree", "degrees", "deg"}
r"""Units that are certain behind a number without ``\text``."""

SPEEDS = MappingProxyType({"mph": "mile/hour", "kph": "km/hour", "kmh": "km/hour"})
POWERS = MappingProxyType({"square": "^2", "sq": "^2", "cubic": "^3", "cu": "^3"})

NO_UNITS = words(
    "a an and are as at be because but by for from gcd given has have hence if in into is it lcm let mod "
    "modulo more no not of on only or otherwise remainder since so some st such than that the then there "
    "therefore thus to unless was we when where which while with nd rd th r percent dozen hundred thousand "
    "million billion trillion times plus minus divided less all any each every equals equal even odd"
)
"""Words that are no unit, alone or within one: some of them change what is stated."""

_DIVISION = re.compile(r"\s*(?:/|\bper\b)\s*")
_PART = re.compile(r"(?:(square|sq|cubic|cu)\.?\s+)?([A-Za-z°]+(?:[ -][A-Za-z]+){0,2})\.?(?:\^?\{?([23])\}?)?")


def unit_name(text: str) -> str | None:
    """The name of a unit as written, such as ``cm^2`` for ``square centimeters``; None where it is none."""
    parts = [_part_name(part) for part in _DIVISION.split(text.strip().replace("²", "^2").replace("³", "^3"))]
    names = [part for part in parts if part is not None]
    return "/".join(names) if len(names) == len(parts) <= 2 else None


def _part_name(text: str) -> str | None:
    match = _PART.fullmatch(text)
    if match is None:
        return None
    prefix, name, power = match.groups()
    if (prefix and power) or any(word.lower() in NO_UNITS and word != "in" for word in re.split("[ -]", name)):
        return None
    known = UNITS.get(name) or UNITS.get(name.lower()) or SPEEDS.get(name.lower()) or name
    return known + (POWERS[prefix] if prefix else f"^{power}" if power else "")
