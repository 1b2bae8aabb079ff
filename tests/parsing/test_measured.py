"""A letter behind a number may be a unit."""

import pytest

from clra.parsing.measured import may_be_measured
from tests.hanging import no_hang


@pytest.mark.parametrize(
    "text",
    [
        "20·2 = 40 m",
        "V = 12 V",
        "v = 20 m/s",
        "v = 20m/s",
        "a = 3 m/s²",
        "A = 12 m^2",
        "6000 g = 6 kg",
        "120 cm³ = 0.12 l",
        r"F = 6\,N",
        "E = 300 Wh",
        "R = 4 Ω",
        "k = 200 N/m",
    ],
)
def test_a_side_may_be_a_quantity(text: str) -> None:
    assert may_be_measured(text)


@pytest.mark.parametrize(
    "text", ["x = 3m", "x + y = 7", "V/R = 12/4", "y = 2 x", "P = 4s", "3x + 2 = 5", "m = 3g", "F = ma", ""]
)
def test_letters_that_are_no_units(text: str) -> None:
    assert not may_be_measured(text)


def test_long_texts() -> None:
    with no_hang():
        for text in ("1 " * 100_000, "1" * 100_000 + "m", " " * 100_000 + "= 1", "1 m " * 50_000):
            may_be_measured(text)
