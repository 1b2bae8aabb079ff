"""Which equations a text says of all values of their letters, so that one counterexample refutes them.

``x^2 + 2x = 3x + 6`` is a condition on x, and false for most x. But ``(x + 1)^2 = x^2 + 1`` that comes of expanding is
a mistake, and so is a later link of a chain of terms in the same letters: ``A = (x + 1)^2 - x = x^2 + x``. Neither is
where something said before ties the letters: given ``a + b = 1``, ``(a + b)^2 - 2ab = 1 - 2ab`` is right.

Not covered: an equation between terms that nothing marks as a transformation, letters that stand for vectors, matrices
or angles of a figure, terms in which a whole or a positive number would differ from any other.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from clra.parsing.prose.discourse import Discourse
from clra.parsing.prose.ties import ARITHMETIC, CONSTANTS, Ties, letters_of, ratio
from clra.parsing.tree import Number, Operation, Relation, Relator, Statement, Symbol, symbol_names, walk
from clra.types import Span


class Stated(NamedTuple):
    """A relation of a text, with its place in a chain of relations."""

    span: Span
    statement: Statement | None
    """None where it could not be read."""
    link: int
    """How many relations of the same chain stand before it."""
    firm: bool
    """Whether the text asserts it, and exactly."""


_LETTER = re.compile(r"[A-Za-z](?:_\d)?|alpha|beta|gamma|delta|lambda|mu|phi|rho|sigma|tau|theta")
"""A symbol that usually stands for any number; subscripts of letters, bold letters and primes do not."""
_CIRCULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_ZERO = Number(Fraction(0))
_EXACT_DIGITS = 2
"""Decimals with more digits may be rounded."""

_ELSE = 1_000_003
"""Another value of a letter than the one it has by itself, in a trial."""

_TRANSFORMS = re.compile(
    r"\b(?:expand(?:s|ed|ing)?|factor(?:s|ed|ing|i[sz]e[sd]?|i[sz]ing)?|multipl(?:y|ying) (?:it |this |that |them )?out"
    r"|distribut(?:e|es|ed|ing)|foil|difference of (?:two )?(?:squares|cubes)|complet(?:e|ing) the square"
    r"|(?:combin|collect|group)(?:e|ing) (?:the )?like terms)\b",
)
"""Words before an equation that comes of rewriting its left side."""
_CONDITION = re.compile(
    r"\bequations?\b|\bsides?\b|\bsubstitut|\bplug|\bequal to\b|\bset(?:ting)?\b|\bsolv|\blet\b|\bif\b|\bwhen\b"
    r"|\bsuppose|\bgiven\b|\bsince\b|\bbecause\b|\bwhere\b|\bequat|\bsystem\b|\bcondition|\bconstraint|\bsatisf"
    r"|\bassum|\brequire|\bcross|\binequalit|\bterms? in\b",
)
"""Words that make it rather a condition, or a consequence of one."""
_ELSEWHERE = re.compile(
    r"\bmod(?:ulo|ular|ulus)?\b|\\[bp]?mod\b|\\equiv|≡|\bcongruen|\bmatri(?:x|ces)\b|\bvectors?\b|\\vec\b|\\mathbf"
    r"|\bremainder|\bdivisible\b|\bmultiples? of\b|\bapprox|\bignor|\bneglect|\basymptot|\broots? of unity\b|\bXOR\b",
    re.IGNORECASE,
)
"""Words of a text in which equality or multiplication may be another than that of numbers."""
_VICINITY = 400


def universal(
    stated: Sequence[Stated], text: str, discourse: Discourse, given: Callable[[], Iterable[Statement | None]]
) -> set[int]:
    """The indexes of the equations that are said of all values of their letters.

    Args:
        stated: the relations of a text, in order.
        text: the text.
        discourse: its sentences.
        given: finds the relations of the problem, None for what could not be read; called where it matters.
    """
    factored = {index for index in range(len(stated) - 1) if _is_factored(stated[index], stated[index + 1])}
    likely = [index for index, one in enumerate(stated) if index in factored or _is_transformation(one, discourse)]
    if not likely:
        return set()
    ties = Ties()
    for statement in given():
        ties.learn(statement)
    found: set[int] = set()
    transformed = set(likely)
    known = 0
    for index in likely:
        one = stated[index]
        end = discourse.sentence(one.span.start).end
        while known < len(stated) and stated[known].span.start < end:
            if known not in transformed:
                ties.learn(stated[known].statement, text[slice(*stated[known].span)])
            known += 1
        if index not in factored and ties.hold(one.statement, goes_on=one.link > 0):
            continue
        if not _ELSEWHERE.search(text, *_around(one.span)):
            found.add(index)
    return found


def _around(span: Span) -> tuple[int, int]:
    return max(0, span.start - _VICINITY), span.end + _VICINITY


def _is_transformation(one: Stated, discourse: Discourse) -> bool:
    """Whether an equation is one term and the same term written in another way, as far as its form and words tell."""
    relation = one.statement
    if not (one.firm and isinstance(relation, Relation) and relation.relator is Relator.EQUAL):
        return False
    if isinstance(relation.left, Symbol | Number) or isinstance(relation.right, Number):
        return False
    letters = letters_of(relation.left)
    if not letters or letters != letters_of(relation.right) or not _is_plain(relation):
        return False
    if one.link:
        return True
    if isinstance(relation.right, Symbol):
        return False
    sentence = discourse.sentence(one.span.start)
    before = discourse.small[max(sentence.start, one.span.start - _VICINITY) : one.span.start]
    return _TRANSFORMS.search(before) is not None and not _CONDITION.search(before)


def _is_factored(one: Stated, following: Stated) -> bool:
    """Whether a sum is said to be a product that vanishes (``x^2 - 4x = x(x - 4) = 0``) and is no multiple of it."""
    relation, vanishing = one.statement, following.statement
    if one.link or following.link != 1 or not one.firm:
        return False
    if not (isinstance(relation, Relation) and isinstance(vanishing, Relation)):
        return False
    if vanishing.right != _ZERO or vanishing.left != relation.right:
        return False
    match relation:
        case Relation(
            relator=Relator.EQUAL,
            left=Operation(operator="add") as left,
            right=Operation(operator="mul" | "pow") as right,
        ):
            letters = letters_of(left)
            return (
                len(letters) == 1
                and letters == letters_of(right)
                and _is_plain(relation)
                and ratio(left, right, {}) != ratio(left, right, dict.fromkeys(letters, _ELSE))
            )
        case _:
            return False


def _is_plain(relation: Relation) -> bool:
    """Whether a relation means the same for whole numbers, angles, and any other real numbers."""
    return all(_is_plain_node(node) for node in walk(relation))


def _is_plain_node(node: Statement) -> bool:
    match node:
        case Relation():
            return True
        case Number(decimals=decimals, repeating=repeating):
            return (decimals or 0) < _EXACT_DIGITS and not repeating
        case Symbol(name=name):
            return name in CONSTANTS - {"oo"} or _LETTER.fullmatch(name) is not None
        case Operation(operator="pow", arguments=(base, exponent)):
            return not letters_of(exponent) or (isinstance(base, Number) and "i" not in symbol_names(exponent))
        case Operation(operator="root", arguments=(_, radicand)):
            return not any(isinstance(part, Operation) and part.operator == "pow" for part in walk(radicand))
        case Operation(operator=operator, arguments=(angle,)) if operator in _CIRCULAR:
            return len(letters_of(angle)) < 2 and "pi" not in symbol_names(angle)
        case Operation(operator=operator):
            return operator in ARITHMETIC
        case _:
            return False
