from fractions import Fraction

import pytest

from clra.parsing.units import is_known, unit


@pytest.mark.parametrize(
    ("name", "factor", "dimension"),
    [
        ("m", 1, (("m", 1),)),
        ("cm^2", Fraction(1, 10_000), (("m", 2),)),
        ("l", Fraction(1, 1000), (("m", 3),)),
        ("mile/hour", Fraction(1397, 3125), (("m", 1), ("s", -1))),
        ("km/h", Fraction(5, 18), (("m", 1), ("s", -1))),
        ("kN", 1000, (("kg", 1), ("m", 1), ("s", -2))),
        ("m/s^2", 1, (("m", 1), ("s", -2))),
        ("cent", Fraction(1, 100), (("$", 1),)),
        ("year", 12, (("month", 1),)),
        ("apples", 1, ()),
    ],
)
def test_worth(name, factor, dimension):
    worth = unit(name)
    if is_known(name):
        assert worth == (factor, dimension)
    else:
        assert worth == (1, ())


def test_only_money_and_angles_go_without_a_unit():
    assert not unit("cm").plain
    assert unit("cent").plain
    assert unit("degree").plain
    assert not unit("second").plain
    assert not unit("m/s").plain


def test_prefixes_need_a_unit_behind_them():
    assert is_known("mg")
    assert not is_known("kx")
    assert not is_known("")
    assert not is_known("/")
