"""Letters that may be units of measurement: in ``d = 40 m`` the m is a metre, whatever else m stands for."""

import re

from clra.types import Span

_UNIT = r"(?:[munkcMG]?[mgslLNJWVAKCTF]|[kM]?Wh|h|Hz|Pa|eV|c|Ω)(?:\^?\{?-?\d\}?|[²³])?"
_GAP = r"(?:[ \t~]|\\[,;: ])"
_QUANTITY = re.compile(
    rf"[^A-Za-z\\]*[\d)½¼¾]"
    rf"(?:{_GAP}+(?:{_UNIT})(?:{_GAP}*[/·*]?{_GAP}*(?:{_UNIT})){{0,2}}|m/s|{_UNIT}/{_UNIT}|m(?:\^?\{{?[23]\}}?|[²³]))[\s$).,;]*"
)
_FOLLOWING = re.compile(rf"\s*(?:\$|\\\)|\\\]){_GAP}*(?:{_UNIT})(?![A-Za-z])")
_SIDES = re.compile(r"<=|>=|[=<>≤≥≈]|\\(?:approx|leq?|geq?)(?![A-Za-z])")


def may_stand_measured(text: str, span: Span) -> bool:
    """Whether a relation in a text may be one of numbers with units, the last of which may stand behind its formula."""
    return may_be_measured(text[span.start : span.end]) or _FOLLOWING.match(text, span.end) is not None


def may_be_measured(text: str) -> bool:
    """Whether a side of a relation, as it is written, may be a number with a unit: ``40 m``, ``20 m/s``.

    Not covered: units without a space before them, other than ``m/s``, squares and cubes; units of more letters, which
    are read as units anyway.
    """
    return any(_QUANTITY.fullmatch(side) for side in _SIDES.split(text))
