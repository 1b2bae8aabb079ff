"""What a problem or a chain redefines, so that its formulas do not mean what they usually mean."""

import re
from dataclasses import dataclass
from functools import lru_cache

from clra.parsing.spans import in_small_letters, places_of
from clra.parsing.tree import Number, Operation, Relation, Relator, Statement, Symbol, walk
from clra.types import Problem

_NAMES = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_NUMERATIONS = {"binary": 2, "ternary": 3, "octal": 8, "duodecimal": 12, "hex": 16, "hexadecimal": 16}
_NUMERAL = rf"[\s$\\({{-]*(\d{{1,2}}|{'|'.join(_NAMES)}|[a-z])(?![A-Za-z\d])"
_BASE = re.compile(
    rf"\b(?:in|to|into|from)\s+base{_NUMERAL}|\bbase{_NUMERAL}[\s$)}}-]*"
    r"(?:numbers?|numerals?|digits?|integers?|systems?|equivalents?|representations?|expansions?|arithmetic)\b",
    re.IGNORECASE,
)
_NAMED_BASE = re.compile(
    rf"\(\s*base{_NUMERAL}\s*\)|\bbase-(\d{{1,2}}|{'|'.join(_NAMES)})\b|\b({'|'.join(_NUMERATIONS)})\b", re.IGNORECASE
)
_LARGE_BASE = re.compile(
    r"\bhex(?:adecimal)?\b|\bduodecimal\b|\bbase[ -]?(?:1[1-9]|[2-9]\d|twelve|sixteen)\b", re.IGNORECASE
)
_HEXADECIMAL = re.compile(r"\bhex|\b0[xX](?:[\dA-Fa-f]*[A-Fa-f]|\d{3})")
_SUBSCRIPTED = re.compile(r"\d_\{?(\d{1,2})\b")
_OPERATION = re.compile(r"\b(?:binary )?operations?\b", re.IGNORECASE)
_DEFINED = re.compile(
    r"\b[a-z]\s*(\\(?:star|ast|oplus|otimes|odot|diamond|Diamond|spadesuit|heartsuit|clubsuit|bowtie|triangle|square|"
    r"nabla|bullet|dagger|cdot|circ|#|&|\$|@)|[*@#&★☆⋆◇♦♠♥♣⊕⊗⊙△□∘◦•$~])\s*[a-z]\s*"
    r"(?:=|\\equiv|:=|is defined|denotes?|means?)"
)
_REDEFINED = re.compile(
    r"\b(?:let\b(?=[^.;=\n]{0,40}(?:[*·×⋅]|cdot|times))|define\b)[^.;=\n]{0,30}?"
    r"\b([a-z])\s*([-*·×⋅+/^]|\\(?:cdot|times))\s*([a-z])\s*(?::=|=|to be|as)"
    r"(?=[^.;=\n]{0,80}(?<![a-z]{2})\1(?![a-z]{2}))(?=[^.;=\n]{0,80}(?<![a-z]{2})\3(?![a-z]{2}))",
    re.IGNORECASE,
)
"""A usual sign between two letters, said to be something else of both."""
_NUMBERED = re.compile(
    r"\b(?:equations?|eqs?\.?|from|in|by|into|and|using|add(?:ing)?|subtract(?:ing)?|multiply(?:ing)?)\s+\(\d{1,2}\)",
    re.IGNORECASE,
)
"""Equations called by their numbers."""
_NUMBER = r"\(\d{1,2}\)"
_NUMBER_ALONE = re.compile(_NUMBER)
_NUMBER_BEHIND = re.compile(rf"\s{_NUMBER}")
_ALONE = re.compile(rf"(?<![\w)}}]){_NUMBER}(?![\w(^])")
_TERM = rf"\s*(?:\d+\s*[*·×]?\s*)?{_NUMBER}\s*"
_OF_NUMBERED = re.compile(rf"(?=.*(?:^|[-−+])\s*{_NUMBER}\s*(?:$|[-−+]))[-−+]?{_TERM}(?:[-−+]{_TERM})*")
"""A sum that may be one of equations, called by their numbers: ``(1) - 2*(2)``."""
_COARSE_PI = re.compile(
    r"(?:π|pi(?<!\wpi))[\s$\\)]*(?:=|≈|\\approx|to be|as|is|by)[\s$\\(]*3(?![\w/\\]|\.\d|\s*[-*+^(])"
)
_RANGE = re.compile(r"\s*(\d+)[-–](\d+)\s*=\s*\d+(?=\s*[A-Za-z])|\s*([12]\d{3})\s?[-–]\s?([12]\d{3})\s*=")
"""A range and how long it is."""
_SIDES = re.compile(r"[=<>≤≥≈]")
_BINARY = re.compile(r"\bbinary\b|\bbase[ -](?:2|two)\b", re.IGNORECASE)
_BITS = re.compile(r"(?<!\d)[01]{5,}(?!\d)")
_DOUBTFUL = re.compile(r"\w/\w+[ ]+/[ ]+\w+/\w")
"""``5/3 / 5/3``, where the spaces tell what is divided by what."""
_PADDED = re.compile(r"0(?<![\d.,]0)\d")
"""Digits that are no decimal numeral, or one of a code or a clock."""
_MODULUS = re.compile(
    r"(?:\b|\\[pb]?)(?:mod(?:ulo)?|Z_|fields?\s+\$?F_|GF|Z/|math(?:bb|bf)\s*\{?[ZF]\}?(?:_|\s*/))"
    r"[\s$\\({]*(\d{1,4})(?!\d)",
    re.IGNORECASE,
)
_MODULAR = re.compile(r"\bmod(?:ulo|ulus)?\b|\bclock\b", re.IGNORECASE)
_DIGITS = re.compile(r"\b(?:last|final|units?|ones?)(?: (two|three|2|3))? digits?\b", re.IGNORECASE)
_TRUTHS = re.compile(r"\bboolean\b|\bxor\b|\bfield (?:of|with) (?:two|2) elements\b", re.IGNORECASE)
_BASED = ("base", *_NUMERATIONS)
_CUES_OF_ELSEWHERE = {
    "mod": (_MODULAR, _MODULUS),
    "clock": (_MODULAR,),
    "base": (_LARGE_BASE,),
    "hex": (_LARGE_BASE,),
    "duodecimal": (_LARGE_BASE,),
    "z_": (_MODULUS,),
    "z/": (_MODULUS,),
    "gf": (_MODULUS,),
    "math": (_MODULUS,),
    "field": (_MODULUS, _TRUTHS),
    "digit": (_DIGITS,),
    "boolean": (_TRUTHS,),
    "xor": (_TRUTHS,),
}
"""What may tell of another arithmetic, by words in small letters of which one is in it."""
_POWERS = {"": 10, "two": 100, "2": 100, "three": 1000, "3": 1000}
"""Modulo what the last so many digits are told."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The redefinitions that hold for a chain."""

    signs: frozenset[str] = frozenset()
    """Signs that stand for an operation the problem defines."""
    base: int = 10
    """The largest base below ten that is spoken of."""
    binary: bool = False
    """Whether binary numerals are spoken of."""
    coarse_pi: bool = False
    """Whether pi is taken to be 3."""
    numbered: bool = False
    """Whether equations are called by numbers in brackets."""
    elsewhere: bool = False
    """Whether the chain speaks of moduli, last digits, truth values or large bases at all."""
    modulus: int = 0
    """The largest modulus of the problem: an equation with a smaller right side may be a congruence."""

    def redefines(self, text: str, statement: Statement | None) -> bool:
        """Whether a statement may mean something else here than it says."""
        if statement is None or _PADDED.search(text) or any(sign in text for sign in self.signs):
            return True
        if self.coarse_pi and Symbol("pi") in walk(statement):
            return True
        if (" / " in text and _DOUBTFUL.search(text)) or (self.binary and _BITS.search(text)):
            return True
        if _is_range(text):
            return True
        if _NUMBER_ALONE.search(text) and self._relates_numbered([side.strip(" $") for side in _SIDES.split(text)]):
            return True
        if self.base < 10 and _digits_below(statement, self.base):
            return True
        match statement:
            case Relation(relator=Relator.EQUAL, right=Number(value=value, decimals=None)):
                return value < self.modulus
            case _:
                return False

    def _relates_numbered(self, sides: list[str]) -> bool:
        """Whether a side may be made of equations that are called by their numbers."""
        if self.numbered and any(_ALONE.search(side) for side in sides):
            return True
        made = [side for side in sides if _OF_NUMBERED.fullmatch(side)]
        return len(made) == len(sides) or any(side.count("(") > 1 for side in made)


def _is_range(text: str) -> bool:
    match = _RANGE.match(text)
    return match is not None and int(match[1] or match[3]) < int(match[2] or match[4])


def setting_of(text: str, problem: Problem | None) -> Setting:
    """Read the redefinitions from a chain and its problem."""
    asked = problem.text if problem else ""
    source = f"{asked}\n{text[:20_000]}"
    small = in_small_letters(source)
    signs = {match[1] for match in _DEFINED.finditer(source) if match[1] != "*" or _OPERATION.search(source)}
    redefining = (_REDEFINED.match(source, place) for word in ("let", "define") for place in places_of(word, small))
    signs.update(match[2] for match in redefining if match)
    if "xor" in small or "bitwise" in small:
        signs.add("^")
    if "0x" in small and _HEXADECIMAL.search(source):
        signs.update(("0x", "0X"))
    bases: list[int] = []
    based = any(word in small for word in _BASED)
    if based:
        bases += [_base(match[1] or match[2]) for match in _BASE.finditer(source)]
        bases += [_base(match[1] or match[2] or match[3]) for match in _NAMED_BASE.finditer(source)]
        bases += [int(match[1]) for match in _SUBSCRIPTED.finditer(source) if "base" in source]
    return Setting(
        signs=frozenset(signs),
        base=max((base for base in bases if 1 < base < 10), default=10),
        binary=based and _BINARY.search(source) is not None,
        coarse_pi="3" in source and ("pi" in small or "π" in small) and _COARSE_PI.search(source) is not None,
        numbered=_NUMBER_BEHIND.search(source) is not None and _NUMBERED.search(source) is not None,
        elsewhere=_speaks_of_elsewhere(text),
        modulus=_modulus_of(asked),
    )


def _speaks_of_elsewhere(text: str) -> bool:
    return any(cue.search(text) for cue in _cues_in(text))


def _cues_in(text: str) -> set[re.Pattern[str]]:
    """What may tell of another arithmetic in a text, by its words."""
    small = text.lower()
    return {cue for word, cues in _CUES_OF_ELSEWHERE.items() if word in small for cue in cues}


@lru_cache(maxsize=64)
def _modulus_of(asked: str) -> int:
    """The largest modulus of a problem; 0 where it has none."""
    return max((int(match[1]) for match in _MODULUS.finditer(asked)), default=0)


def _base(word: str) -> int:
    return int(word) if word.isdigit() else (_NAMES | _NUMERATIONS).get(word.lower(), 9)


def _digits_below(statement: Statement, base: int) -> bool:
    """Whether a statement holds a numeral of several digits, and all digits in it could stand in the base."""
    numbers = [node for node in walk(statement) if isinstance(node, Number)]
    if any(isinstance(node, Operation) and node.operator == "base" for node in walk(statement)):
        return False
    numerals = [str(number.value) for number in numbers]
    return any(len(numeral) > 1 for numeral in numerals) and all(
        digit in "/-" or int(digit) < base for numeral in numerals for digit in numeral
    )


def may_be_elsewhere(relation: Relation, sentence: str, vicinity: str) -> bool:
    """Whether an equation between numbers may be meant modulo something, or in a base, that the words around speak of.

    Args:
        relation: the equation.
        sentence: the words around it in its sentence.
        vicinity: the text some lines before and after it.
    """
    if relation.relator is not Relator.EQUAL:
        return False
    cues = _cues_in(sentence)
    if (_MODULAR in cues and _MODULAR.search(sentence)) or (_LARGE_BASE in cues and _LARGE_BASE.search(sentence)):
        return True
    moduli: list[int] = []
    near = _cues_in(vicinity)
    if _MODULUS in near:
        moduli += [int(match[1]) for match in _MODULUS.finditer(vicinity)]
    if _DIGITS in near or _DIGITS in cues:
        multiplies = any(isinstance(node, Operation) and node.operator in {"mul", "pow"} for node in walk(relation))
        digits = _DIGITS.finditer(vicinity if multiplies else sentence)
        moduli += [_POWERS[(match[1] or "").lower()] for match in digits]
    if _TRUTHS in near:
        moduli += [2 for _ in _TRUTHS.finditer(vicinity)]
    if isinstance(relation.right, Number):
        return relation.right.value < max(moduli, default=0)
    return bool(moduli) and any(_is_inverse(node) for node in walk(relation))


def _is_inverse(node: Statement) -> bool:
    match node:
        case Operation(operator="pow", arguments=(_, Operation(operator="neg"))):
            return True
        case _:
            return False
