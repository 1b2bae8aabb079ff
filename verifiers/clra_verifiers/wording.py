"""Values and findings in words that a person can check."""

from fractions import Fraction

from flint import arb

MAX_DIGITS = 40
MAX_QUOTE = 120


def quote(text: str) -> str:
    """A claim's own words on one line, cut where they are long."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_QUOTE else line[: MAX_QUOTE - 1] + "…"


def describe(number: Fraction | arb) -> str:
    """A value: whole numbers and short decimals as they are, other fractions with an approximation."""
    if isinstance(number, arb):
        whole = number.unique_fmpz() if number.is_exact() else None
        if whole is not None:
            return _whole(int(whole))
        return "about " + str(number.mid().str(10, radius=False))
    if number.denominator == 1:
        return _whole(number.numerator)
    decimal = _decimal(number)
    if decimal is not None:
        return decimal
    if max(abs(number.numerator), number.denominator) >= 10**MAX_DIGITS:
        return "a fraction with large parts"
    return f"{number.numerator}/{number.denominator} (about {_approximate(number)})"


def _whole(number: int) -> str:
    if abs(number) < 10**MAX_DIGITS:
        return str(number)
    return f"a whole number of about {int(number.bit_length() * 0.30103) + 1} digits"


def _decimal(number: Fraction) -> str | None:
    """The finite decimal expansion, if it has at most 8 digits after the point."""
    for digits in range(1, 9):
        scaled = number * 10**digits
        if scaled.denominator == 1 and abs(scaled.numerator) < 10**MAX_DIGITS:
            sign = "-" if number < 0 else ""
            text = str(abs(scaled.numerator)).rjust(digits + 1, "0")
            return f"{sign}{text[:-digits]}.{text[-digits:]}"
    return None


def _approximate(number: Fraction) -> str:
    try:
        return f"{float(number):.6g}"
    except OverflowError:
        return "beyond any measure"
