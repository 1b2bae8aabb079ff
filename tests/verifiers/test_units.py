import subprocess
import sys
from fractions import Fraction

import pytest

from clra.parsing.units import unit
from clra_verifiers.units import measured, siblings, unit_named

SAME = [
    ("minute", "minute"),
    ("hour", "hour"),
    ("day", "day"),
    ("week", "week"),
    ("fortnight", "fortnight"),
    ("mm", "millimeter"),
    ("km", "kilometer"),
    ("inch", "inch"),
    ("feet", "foot"),
    ("yards", "yard"),
    ("miles", "mile"),
    ("mg", "milligram"),
    ("kg", "kilogram"),
    ("tonne", "metric_ton"),
    ("ounces", "ounce"),
    ("lb", "pound"),
]
RATIOS = [
    ("ml", "l", "milliliter", "liter"),
    ("cup", "gallon", "cup", "gallon"),
    ("pint", "gallon", "pint", "gallon"),
    ("quart", "gallon", "quart", "gallon"),
    ("tablespoon", "cup", "tablespoon", "cup"),
    ("teaspoon", "cup", "teaspoon", "cup"),
]
ANSWERS = [
    ("in", "inch"),
    ("ft", "foot"),
    ("yd", "yard"),
    ("mi", "mile"),
    ("l", "liter"),
    ("gallon", "gallon"),
    ("quart", "quart"),
    ("pint", "pint"),
    ("hectare", "hectare"),
    ("minute", "minute"),
    ("week", "week"),
    ("lb", "pound"),
    ("oz", "ounce"),
    ("J", "joule"),
    ("mile/hour", "mile/hour"),
    ("km/h", "kilometer/hour"),
]


@pytest.mark.parametrize(("name", "known"), SAME)
def test_the_table_agrees_with_pint(name, known):
    assert unit_named(name) == measured(known)


@pytest.mark.parametrize(("small", "large", "known_small", "known_large"), RATIOS)
def test_volumes_agree_with_pint(small, large, known_small, known_large):
    first, second = unit_named(small), unit_named(large)
    assert first.dimension == second.dimension
    assert first.size / second.size == measured(known_small).size / measured(known_large).size


@pytest.mark.parametrize(("name", "known"), ANSWERS)
def test_the_table_of_answers_agrees_with_pint(name, known):
    grams = sum(power for base, power in unit(name).dimension if base == "kg")
    assert unit(name).factor * 1000**grams == measured(known).size


@pytest.mark.parametrize(
    ("name", "dimension", "size"),
    [
        ("nanometers", "length", Fraction(1, 10**9)),
        ("stone", "mass", Fraction(317514659, 50000)),
        ("microsecond", "time", Fraction(1, 10**6)),
        ("nautical mile", "length", Fraction(1852)),
    ],
)
def test_rare_units_are_asked_of_pint(name, dimension, size):
    found = unit_named(name)
    assert (found.dimension, found.size) == (dimension, size)
    assert Fraction(1) in siblings(found)


@pytest.mark.parametrize("name", ["apples", "", "^2", "parsnip", "km^0"])
def test_what_nobody_knows_is_no_unit(name):
    assert unit_named(name) is None


def test_powers_of_a_unit():
    assert unit_named("cm^2").size == Fraction(1, 10_000)
    assert unit_named("cm^2").dimension == unit_named("m^2").dimension != unit_named("m").dimension


def test_pint_is_not_imported_for_everyday_units():
    names = {"pint", "numpy"}
    code = "import sys; from clra_verifiers.units import unit_named; unit_named('hours'); unit_named('apples'); "
    code += f"assert not {names!r} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
