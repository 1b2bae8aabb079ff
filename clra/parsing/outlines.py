"""What the text of a formal statement shows without reading it again: its letters, its sign, its two sides.

The notation of `clra.parsing.notation` is regular: brackets are balanced, words stand in quotes, units behind a number
and a space, and one sign with spaces around it relates the sides. Reading a statement anew costs ten times as much.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from clra.parsing.mathematics.vocabulary import CONSTANTS, ELEMENTARY, NAMED_CALLS, NOTATION_CALLS

_NAME = re.compile(
    r"\"[^\"]*\"|(?<![\w}])(?P<unit>(?<=\d )(?!or |mod |in |not )[^\W\d_]+)"
    r"|(?<![\w}])(?P<name>[^\W\d_][^\W_]*(?:_\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|_[^\W_]+)*'*)(?P<call>\()?"
)
_SIGN = re.compile(r" (=|!=|≈|<=|>=|<|>|==|\||∤|in|not in) ")
_SETS = frozenset({"RR", "ZZ", "NN", "QQ", "CC"})
_WORDS = frozenset({"or", "mod", "in", "not"})
_KNOWN_CALLS = ELEMENTARY | frozenset(NAMED_CALLS.values()) | NOTATION_CALLS | {"repeating", "factorial"}
_BASE = re.compile(r"log_\{?([^\W\d_]\w*)")
CACHED = 8_192


class Outline(NamedTuple):
    """A formal statement from outside."""

    names: frozenset[str]
    """Its letters; constants, sets of numbers, units and the names of functions are none."""
    functions: frozenset[str]
    """The names before brackets that have no settled meaning."""
    operators: frozenset[str]
    """The functions and notations with a settled meaning that stand before brackets."""
    sign: str
    """The sign between the sides; empty for alternatives and for what is no relation."""
    left: str
    right: str

    @property
    def is_open(self) -> bool:
        """Whether it depends on what letters or functions stand for."""
        return bool(self.names or self.functions)

    @property
    def is_equation(self) -> bool:
        """Whether two terms are said to be equal."""
        return self.sign == "="

    @property
    def is_simple(self) -> bool:
        """Whether it relates one letter alone to a number, or is no relation of two sides."""
        return not self.sign or (self.names == {self.left} and not self.functions)

    @property
    def gives_value(self) -> bool:
        """Whether one letter is said to be a number."""
        return self.sign == "=" and self.names == {self.left} and not self.functions and self.left not in self.right


@lru_cache(maxsize=CACHED)
def outline(formal: str) -> Outline:
    """The outline of a statement in the notation of `clra.parsing.notation`."""
    names, functions, operators = set(), set(), set()
    for match in _NAME.finditer(formal):
        name = match["name"]
        if name is None or name in _WORDS:
            continue
        if not match["call"]:
            names.add(name)
        elif name in _KNOWN_CALLS:
            operators.add(name)
        elif base := _BASE.match(name):
            names.add(base[1].rstrip("}"))
        elif not name.startswith("log_"):
            functions.add(name)
    parts = _SIGN.split(formal)
    sign, left, right = ("", formal, "") if len(parts) != 3 or " or " in formal else (parts[1], parts[0], parts[2])
    return Outline(frozenset(names - CONSTANTS - _SETS), frozenset(functions), frozenset(operators), sign, left, right)
