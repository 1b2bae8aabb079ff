"""Facts that a problem tells in words about polynomials.

* Roots: "if a and b are the solutions of x^2 - 5x + 9 = 0" makes a + b = 5 and ab = 9.
* Forms: "3x^2 - 24x + 72 can be written in the form a(x + b)^2 + c" makes the coefficients equal.

Not covered: some of the roots only, equations that are no polynomials, forms in several letters that run.
"""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from clra.parsing.closedforms import number, product_of, sum_of
from clra.parsing.coefficients import coefficients, worth
from clra.parsing.notation import to_text
from clra.parsing.reader import read, read_expression
from clra.parsing.skeleton import FORMULA, skeleton
from clra.parsing.tree import (
    Call,
    Collection,
    Expression,
    Operation,
    ReadError,
    Relation,
    Relator,
    Symbol,
    walk,
)
from clra.parsing.unbound import letters_of

_MOST_ROOTS: Final = 5
_NAMED: Final = rf"(?P<names>{FORMULA}(?:,? (?:and )?{FORMULA}){{0,4}})"
_ROOTS: Final = (
    r"(?:(?:two|three|four|five|distinct|different|real|complex|nonreal|non-real|unequal) )*"
    r"(?:roots|solutions|zeros|zeroes)"
)
_OF: Final = (
    r"(?:of|to) (?:the )?(?:(?:quadratic|cubic|quartic|polynomial|monic) )?(?:equation|polynomial|quadratic)?"
    rf"(?: function)? ?(?P<equation>{FORMULA})"
)
_SAYS_ROOTS = (
    re.compile(
        rf"(?:if|let|suppose(?: that)?|given that|where|and|assume(?: that)?) {_NAMED} (?:are|be|denote)"
        rf" (?:the )?{_ROOTS} {_OF}",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:the )?{_ROOTS} {_OF} (?:are|be) {_NAMED}(?=[\s.,;?])", re.IGNORECASE),
)
_EXPRESSION: Final = r"(?:the (?:quadratic|expression|polynomial) )?"
_SAYS_FORM = (
    re.compile(
        rf"(?P<term>{FORMULA}) (?:can|may) be (?:re)?(?:written|expressed|factored)(?: as| in the form| into)"
        rf" (?P<form>{FORMULA})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:if|when) (?:we )?(?:express|write|rewrite) {_EXPRESSION}(?P<term>{FORMULA})"
        rf" (?:in the form|as) (?P<form>{FORMULA})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:if|when) {_EXPRESSION}(?P<term>{FORMULA}) is"
        rf" (?:re)?(?:written|expressed|put|factored)(?: in the form| as| into) (?P<form>{FORMULA})",
        re.IGNORECASE,
    ),
)
_MENTIONED = re.compile(r"\b(?:roots|solutions|zeros|zeroes|form|written|write|express|expressed|factored)\b")
_SEVERAL = re.compile(r"\bmod\w*\b|\\p?mod|\b(?:for (?:which|every|each|any)|field|matri\w+)\b", re.IGNORECASE)
_LONGEST: Final = 4_000


def implied_facts(text: str) -> tuple[str, ...]:
    """The facts in the notation of `clra.parsing.notation`; none where nothing is certain."""
    if len(text) > _LONGEST or not _MENTIONED.search(text) or _SEVERAL.search(text):
        return ()
    bare = skeleton(text)
    if bare is None:
        return ()
    found: list[Relation] = []
    for pattern in _SAYS_ROOTS:
        for match in pattern.finditer(bare.line):
            names = [bare.formula(each) for each in re.findall(FORMULA, match["names"])]
            found += _tried_roots(names, bare.formula(match["equation"]))
    for pattern in _SAYS_FORM:
        for match in pattern.finditer(bare.line):
            found += _tried_form(bare.formula(match["term"]), bare.formula(match["form"]))
    return tuple(dict.fromkeys(formal for each in found if _is_read_again(formal := to_text(each), each)))


def _is_read_again(formal: str, relation: Relation) -> bool:
    try:
        return read(formal) == (relation,)
    except ReadError:
        return False


def _tried_roots(names: list[str], equation: str) -> list[Relation]:
    try:
        return list(_vieta([name for each in names for name in _roots(each)], *_polynomial(equation)))
    except ReadError:
        return []


def _roots(text: str) -> Iterator[Expression]:
    """The letters, or the terms of letters, that a formula lists: ``a``, or ``a, b``, or ``r + 1``."""
    for statement in read(text):
        members = statement.items if isinstance(statement, Collection) else (statement,)
        for member in members:
            if isinstance(member, Relation) or not letters_of(member):
                raise ReadError("not a letter")
            yield member


def _polynomial(text: str) -> tuple[Expression, str]:
    """The polynomial of an equation, or of a plain term or function, and its letter."""
    (statement, *others) = read(text)
    if others:
        raise ReadError("several statements")
    match statement:
        case Relation(relator=Relator.EQUAL, left=Call(arguments=(Symbol(name=letter),)), right=right):
            return right, letter
        case Relation(relator=Relator.EQUAL, left=left, right=right):
            term: Expression = left if right == number(0) else Operation("add", (left, Operation("neg", (right,))))
        case Relation():
            raise ReadError("no equation")
        case _:
            term = statement
    running = letters_of(term) & {"x", "y", "z", "t", "w", "n"}
    if len(running) != 1 or any(isinstance(node, Call) for node in walk(term)):
        raise ReadError("no polynomial in one letter")
    return term, next(iter(running))


def _vieta(roots: list[Expression], term: Expression, letter: str) -> Iterator[Relation]:
    """The elementary symmetric sums of the roots, by the coefficients; none where they are not all roots."""
    if len(set(roots)) != len(roots) or any(letter in letters_of(root) for root in roots):
        return
    found = coefficients(term, letter)
    if not 2 <= len(roots) <= _MOST_ROOTS or len(found) != len(roots) + 1:
        return
    lead = found[-1]
    if letters_of(lead):  # it may be zero
        return
    for size in range(1, len(roots) + 1):
        total = sum_of([product_of(list(chosen)) for chosen in combinations(roots, size)])
        yield Relation(Relator.EQUAL, total, _quotient(found[-1 - size], lead, -1 if size % 2 else 1))


def _quotient(above: Expression, below: Expression, sign: int) -> Expression:
    """A coefficient over the leading one, with a sign."""
    known = [worth(each) for each in (above, below)]
    if known[0] is not None and known[1] is not None:
        return number(sign * known[0] / known[1])
    signed = Operation("neg", (above,)) if sign < 0 else above
    return signed if below == number(1) else Operation("div", (signed, below))


def _tried_form(term: str, form: str) -> list[Relation]:
    try:
        return list(_compared(read_expression(_term(term)), read_expression(_term(form))))
    except ReadError:
        return []


def _term(text: str) -> str:
    return re.sub(r"^(?:y|f\(x\))\s*=\s*", "", text)


def _compared(term: Expression, form: Expression) -> Iterator[Relation]:
    """The coefficients of a polynomial and of its form, where the form has further letters."""
    running = letters_of(term)
    if len(running) != 1 or not letters_of(form) > running:
        return
    (letter,) = running
    first, second = coefficients(term, letter), coefficients(form, letter)
    if len(second) > len(first):  # the form is shorter where a coefficient is zero
        first = [*first, *[number(0)] * (len(second) - len(first))]
    for left, right in zip(first, second, strict=False):
        if letters_of(right):
            yield Relation(Relator.EQUAL, right, left)
