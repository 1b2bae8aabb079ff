"""How exact a problem wants its answer: rounded, and to how many digits."""

import re

_ROUNDED = re.compile(
    r"\bnearest\b|\bround|\bdecimal (?:place|value|answer|form)|\bsignificant\b|\bapproximate decimal", re.IGNORECASE
)
_PLACES = re.compile(
    r"nearest (?P<nearest>tenth|hundredth|thousandth|ten-thousandth|cent)|(?P<count>\w+) decimal places?", re.IGNORECASE
)
_SIGNIFICANT = re.compile(r"(?P<count>\w+) significant", re.IGNORECASE)
_DECIMALS = {"tenth": 1, "hundredth": 2, "cent": 2, "thousandth": 3, "ten-thousandth": 4}
_SMALL = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def is_rounded(text: str) -> bool:
    """Whether a text asks for a rounded answer."""
    return _ROUNDED.search(text) is not None


def places_in(text: str) -> int | None:
    """To how many decimals a text asks to round."""
    match = _PLACES.search(text)
    if match is None:
        return None
    return _DECIMALS[match["nearest"].lower()] if match["nearest"] else _count(match["count"])


def significant_in(text: str) -> int | None:
    """To how many significant digits a text asks to round."""
    match = _SIGNIFICANT.search(text)
    return _count(match["count"]) if match else None


def _count(word: str) -> int | None:
    return int(word) if word.isdecimal() else _SMALL.get(word.lower())
