r"""What a unit is worth: a factor and a dimension.

A number without a unit counts as dollars, degrees or percent, so those are plain factors here; every other dimension
stays with the number, except that a length or area noted beside a formula as ``\text{meters}``, or as ``m²``, does not
(`clra.parsing.readings`). A unit that nobody knows (``apples``, ``ways``) counts for nothing: what is counted is asked,
not answered.
"""

import re
from collections import Counter
from fractions import Fraction
from typing import NamedTuple


class Unit(NamedTuple):
    """A factor and the exponents of the base units, in their order: ``(("kg", 1), ("s", -2))``."""

    factor: Fraction
    dimension: tuple[tuple[str, int], ...] = ()

    @property
    def plain(self) -> bool:
        """Whether it is a mere factor, so that a number without a unit can be meant."""
        return all(base == "$" for base, _ in self.dimension)


_TABLE = """
m 1 m | in 0.0254 m | ft 0.3048 m | yd 0.9144 m | mile 1609.344 m | mi 1609.344 m
l 0.001 m^3 | L 0.001 m^3 | gallon 0.003785411784 m^3 | quart 0.000946352946 m^3 | pint 0.000473176473 m^3
acre 4046.8564224 m^2 | hectare 10000 m^2
s 1 s | second 1 s | min 60 s | minute 60 s | h 3600 s | hour 3600 s
day 86400 s | week 604800 s | month 1 month | year 12 month
g 0.001 kg | ton 1000 kg | tonne 1000 kg | lb 0.45359237 kg | oz 0.028349523125 kg
A 1 A | K 1 K | mol 1 mol | bit 1 bit | byte 8 bit | eV 1 eV | Hz 1 s^-1 | N 1 kg m s^-2 | J 1 kg m^2 s^-2
W 1 kg m^2 s^-3 | Pa 1 kg m^-1 s^-2 | C 1 A s | V 1 kg m^2 s^-3 A^-1
dollar 1 $ | cent 0.01 $ | unit 1 | degree 1 | radian 1
"""
_PREFIXES = {"k": 3, "M": 6, "G": 9, "c": -2, "d": -1, "m": -3, "n": -9, "h": 2, "u": -6, "μ": -6, "µ": -6}
_PREFIXED = frozenset({"m", "g", "s", "l", "L", "N", "J", "W", "Pa", "Hz", "V", "A", "C", "mol", "eV"})
_NO_PREFIX = frozenset({"min", "cd", "ft", "hg", "dg"})
_PART = re.compile(r"([A-Za-zμµ]+)(?:\^?\{?(-?\d)\}?)?")


def unit(name: str) -> Unit:
    """The worth of a unit by its canonical name, such as ``cm^2`` or ``mile/hour``; 1 where it is not known."""
    return _known(name) or Unit(Fraction(1))


def is_known(name: str) -> bool:
    """Whether a name is that of a unit with a worth."""
    return _known(name) is not None


def _known(name: str) -> Unit | None:
    above, *below = name.split("/")
    factor = Fraction(1)
    dimension: Counter[str] = Counter()
    parts = [(part, 1) for part in re.split(r"[ *·]", above)] + [(part, -1) for part in below]
    for part, side in parts:
        match = _PART.fullmatch(part.strip())
        known = match and _simple(match[1])
        if not match or not known:
            return None
        exponent = side * int(match[2] or 1)
        factor *= known.factor**exponent
        for base, power in known.dimension:
            dimension[base] += power * exponent
    return Unit(factor, tuple(sorted((base, power) for base, power in dimension.items() if power)))


def _simple(name: str) -> Unit | None:
    """A unit without an exponent, with or without a metric prefix."""
    if name in _UNITS:
        return _UNITS[name]
    if name[0] in _PREFIXES and name[1:] in _PREFIXED and name not in _NO_PREFIX:
        rest = _UNITS[name[1:]]
        return Unit(rest.factor * Fraction(10) ** _PREFIXES[name[0]], rest.dimension)
    return None


def _row(words: str) -> tuple[str, Unit]:
    name, factor, *bases = words.split()
    powers = (base.partition("^") for base in bases)
    return name, Unit(Fraction(factor), tuple(sorted((base, int(power or 1)) for base, _, power in powers)))


_UNITS = dict(_row(words) for words in re.split(r"[|\n]", _TABLE.strip()))


SYSTEMS = (
    frozenset({"mm", "cm", "dm", "m", "km"}),
    frozenset({"in", "inch", "ft", "yd", "mile", "mi"}),
    frozenset({"s", "second", "min", "minute", "h", "hour", "day", "week"}),
    frozenset({"mg", "g", "kg"}),
    frozenset({"ml", "mL", "cl", "l", "L"}),
    frozenset({"gallon", "quart", "pint"}),
    frozenset({"lb", "oz"}),
    frozenset({"dollar", "cent"}),
)
"""Units that are whole multiples of each other wherever they are used; a ton, a cup and a month are not."""
