"""What a problem or a chain redefines, so that its formulas do not mean what they usually mean."""

import re
from dataclasses import dataclass

from clra.parsing.tree import Number, Operation, Relation, Relator, Statement, walk
from clra.types import Problem

_NAMES = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_NUMERAL = rf"[\s$\\({{-]*(\d{{1,2}}|{'|'.join(_NAMES)}|[a-z])(?![A-Za-z\d])"
_BASE = re.compile(
    rf"\b(?:in|to|into|from)\s+base{_NUMERAL}|\bbase{_NUMERAL}[\s$)}}-]*"
    r"(?:numbers?|numerals?|digits?|integers?|systems?|equivalents?|representations?|expansions?|arithmetic)\b",
    re.IGNORECASE,
)
_SUBSCRIPTED = re.compile(r"\d_\{?(\d{1,2})\b")
_OPERATION = re.compile(r"\b(?:binary )?operations?\b", re.IGNORECASE)
_DEFINED = re.compile(
    r"\b[a-z]\s*(\\(?:star|ast|oplus|otimes|odot|diamond|Diamond|spadesuit|heartsuit|clubsuit|bowtie|triangle|square|"
    r"nabla|bullet|dagger|cdot|#|&|\$|@)|[*@#&★☆⋆◇♦♠♥♣⊕⊗⊙△□$~])\s*[a-z]\s*(?:=|\\equiv|:=|is defined|denotes?|means?)"
)
_BINARY = re.compile(r"\bbinary\b|\bbase[ -](?:2|two)\b", re.IGNORECASE)
_BITS = re.compile(r"(?<!\d)[01]{5,}(?!\d)")
_DOUBTFUL = re.compile(r"\w/\w+[ ]+/[ ]+\w+/\w")
"""``5/3 / 5/3``, where the spaces tell what is divided by what."""
_PADDED = re.compile(r"(?<![\d.,])0\d")
"""Digits that are no decimal numeral, or one of a code or a clock."""
_MODULUS = re.compile(r"(?:\b|\\[pb]?)(?:mod(?:ulo)?|Z_|\\mathbb\{?Z\}?_)[\s$\\({]*(\d{1,4})\b", re.IGNORECASE)
_MODULAR = re.compile(r"\bmod(?:ulo|ulus)?\b|\bclock\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """The redefinitions that hold for a chain."""

    signs: frozenset[str] = frozenset()
    """Signs that stand for an operation the problem defines."""
    base: int = 10
    """The largest base below ten that is spoken of."""
    binary: bool = False
    """Whether binary numerals are spoken of."""
    modulus: int = 0
    """The largest modulus of the problem: an equation with a smaller right side may be a congruence."""

    def redefines(self, text: str, statement: Statement | None) -> bool:
        """Whether a statement may mean something else here than it says."""
        if statement is None or _PADDED.search(text) or any(sign in text for sign in self.signs):
            return True
        if _DOUBTFUL.search(text) or (self.binary and _BITS.search(text)):
            return True
        if self.base < 10 and _digits_below(statement, self.base):
            return True
        match statement:
            case Relation(relator=Relator.EQUAL, right=Number(value=value, decimals=None)):
                return value < self.modulus
            case _:
                return False


def setting_of(text: str, problem: Problem | None) -> Setting:
    """Read the redefinitions from a chain and its problem."""
    asked = problem.text if problem else ""
    source = f"{asked}\n{text[:20_000]}"
    signs = {match[1] for match in _DEFINED.finditer(source) if match[1] != "*" or _OPERATION.search(source)}
    bases = [_base(match[1] or match[2]) for match in _BASE.finditer(source)]
    bases += [int(match[1]) for match in _SUBSCRIPTED.finditer(source) if "base" in source]
    moduli = [int(match[1]) for match in _MODULUS.finditer(asked)]
    return Setting(
        signs=frozenset(signs),
        base=max((base for base in bases if 1 < base < 10), default=10),
        binary=_BINARY.search(source) is not None,
        modulus=max(moduli, default=0),
    )


def _base(word: str) -> int:
    return int(word) if word.isdigit() else _NAMES.get(word.lower(), 9)


def _digits_below(statement: Statement, base: int) -> bool:
    """Whether a statement holds a numeral of several digits, and all digits in it could stand in the base."""
    numbers = [node for node in walk(statement) if isinstance(node, Number)]
    if any(isinstance(node, Operation) and node.operator == "base" for node in walk(statement)):
        return False
    numerals = [str(number.value) for number in numbers]
    return any(len(numeral) > 1 for numeral in numerals) and all(
        digit in "/-" or int(digit) < base for numeral in numerals for digit in numeral
    )


def may_be_congruence(relation: Relation, sentence: str, vicinity: str) -> bool:
    """Whether an equation between numbers may be meant modulo something that the words around it speak of.

    Args:
        relation: the equation.
        sentence: the words around it in its sentence.
        vicinity: the text some lines before and after it.
    """
    if relation.relator is not Relator.EQUAL:
        return False
    if _MODULAR.search(sentence):
        return True
    moduli = [int(match[1]) for match in _MODULUS.finditer(vicinity)]
    if isinstance(relation.right, Number):
        return relation.right.value < max(moduli, default=0)
    return bool(moduli) and any(_is_inverse(node) for node in walk(relation))


def _is_inverse(node: Statement) -> bool:
    match node:
        case Operation(operator="pow", arguments=(_, Operation(operator="neg"))):
            return True
        case _:
            return False
