"""The one way each name is written: subscripts, primes, figures and letters with a sign over them."""

import re

from clra.parsing.mathematics.vocabulary import COMMANDS, GREEK, SUBSCRIPTS
from clra.parsing.tree import ReadError

UPPER_RUN = re.compile(r"(?:[A-Z](?:_(?:\d|\{\d+\}))?['′’]*){2,}(?![a-z])")
"""Points one after the other, which name a segment or a figure."""

_POINTS = r"(?:[A-Z](?:_\d|_\{\d+\})?['′]*\s*){1,4}|[a-z]"
FIGURE = re.compile(rf"\s*(?:\{{\s*({_POINTS})\}}|({_POINTS})(?![A-Za-z]))")
r"""What stands behind ``\angle`` and ``\triangle``."""

_GREEK = "|".join(sorted(GREEK, key=len, reverse=True))
_LETTERS = rf"(?:[A-Za-z]{{1,4}}|\\(?:{_GREEK}))['′]*(?:_\{{\w+\}}|_\w)?['′]*"
DECORATED = re.compile(
    rf"\s*(?:\{{\s*({_LETTERS}|(?:[A-Z](?:_\d|_\{{\d+\}})?['′]*\s*){{2,4}}|\d)\s*\}}|([A-Za-z]|\\(?:{_GREEK})(?![A-Za-z])))"
)
r"""What stands under ``\overline`` and its kin."""

CHANGE = re.compile(r"\s*(?:([a-zA-Z](?:_\w|_\{\w+\})?)(?![A-Za-z])|([A-Z]{3,4})(?![A-Za-z]))")
r"""What stands behind ``\Delta``: the quantity that changes, or the corners of a triangle."""

SCRIPT_STARTS = frozenset("_'′’₀₁₂₃₄₅₆₇₈₉ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼ \\^")

_SUBSCRIPT = re.compile(
    r"\s*_\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|\\(?:text|mathrm)\s*\{([^{}]*)\}|(\d+|[A-Za-z]+)|(\\[A-Za-z]+))"
)
_SMALL = re.compile("[₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼ]+")
_PRIMES = re.compile(r"['′’]+|\s*\^\s*(?:\\prime|\{\s*(?:\\prime\s*)+\})")
_TEXT = re.compile(r"\\(?:text|mathrm|mathit|operatorname)\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+|[,;:! ])\s*")
_ALLOWED = re.compile(r"[A-Za-z0-9+\-*/,'()=<>_{}.]+")
_BRACED_DIGITS = re.compile(r"_\{(\d+)\}")
_LONGEST_RUN = 4


def with_scripts(base: str, text: str, end: int, *, latex: bool) -> tuple[str, int]:
    """The name with the primes and subscripts that stand from ``end`` on, and where they end."""
    primes, end = _primes(text, end)
    subscript, end = subscript_at(text, end, latex=latex)
    more, end = _primes(text, end)
    return base + subscript + primes + more, end


def _primes(text: str, end: int) -> tuple[str, int]:
    match = _PRIMES.match(text, end)
    if match is None:
        return "", end
    return "'" * (match[0].count("prime") or len(match[0])), match.end()


def subscript_at(text: str, end: int, *, latex: bool) -> tuple[str, int]:
    """The subscript at a place, in the one way it is written, and where it ends; empty where there is none."""
    match = _SUBSCRIPT.match(text, end)
    if match is None:
        small = _SMALL.match(text, end)
        return (subscript(small[0].translate(SUBSCRIPTS), end), small.end()) if small else ("", end)
    braced, worded, plain, command = match.groups()
    if plain is None or not plain.isalpha() or len(plain) == 1:
        raw = next(part for part in (braced, worded, plain, command) if part is not None)
        return subscript(raw, match.end()), match.end()
    if latex or text[match.end() : match.end() + 1] == "_":
        return f"_{plain[0]}", match.start(3) + 1
    raise ReadError("a subscript of one letter or of several", match.start(3))


def subscript(raw: str, position: int) -> str:
    """A subscript in the one way it is written: ``_1``, ``_n``, ``_{n+1}``."""
    text = _TEXT.sub(r"\1", raw)
    text = _COMMAND.sub(lambda match: _plain_command(match[1], position), text)
    text = re.sub(r"\s+", "", text).replace("−", "-").replace("′", "'")
    if not _ALLOWED.fullmatch(text) or text.count("{") != text.count("}"):
        raise ReadError("a subscript that is not a name", position)
    return f"_{text}" if (len(text) == 1 and text.isalnum()) or text.isdigit() else f"_{{{text}}}"


def _plain_command(command: str, position: int) -> str:
    if command in ",;:! ":
        return ""
    sign = COMMANDS.get(command)
    if sign is None or sign[0] not in {"symbol", "relator", "*"}:
        raise ReadError(f"a command that is not known in a subscript: \\{command}", position)
    return sign[1] or sign[0]


def points(match: re.Match[str]) -> str:
    """The name that a run of points makes."""
    name = _BRACED_DIGITS.sub(lambda sub: f"_{sub[1]}" if len(sub[1]) == 1 else sub[0], match[0])
    letters = [letter for letter in name if letter.isalpha()]
    if len(letters) > _LONGEST_RUN and letters != sorted(letters):
        raise ReadError(f"a word, not a name: {match[0]}", match.start())
    return name.replace("′", "'").replace("’", "'")
