"""The greatest or least value of a term in letters whose range the text tells, all of it.

``Find the minimum value of x^2 + y^2 - 4x over all real numbers x and y.`` A condition that is not read as a formula
leaves the whole text unread, for the point that refutes an answer might break it.
"""

import re
from typing import Final

from clra.parsing.exercises.words import Exercise
from clra.parsing.notation import to_text
from clra.parsing.reader import read, read_expression, read_relation
from clra.parsing.skeleton import FORMULA, skeleton
from clra.parsing.tree import (
    Bracket,
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
from clra.parsing.unbound import CONSTANTS, letters_of

_LIST: Final = rf"{FORMULA}(?:,? (?:and )?{FORMULA}){{0,4}}"
_RANGE: Final = r"(?P<range>positive real|nonnegative real|non-negative real|real|positive|nonnegative)(?: numbers?)?"
_ASKING: Final = r"(?:find|determine|compute|what is)"
_SOUGHT: Final = (
    r"(?:the )?(?:(?P<most>maximum|largest possible|greatest possible|largest|greatest|maximum possible)"
    r"|(?P<least>minimum|smallest possible|least possible|smallest|least|minimum possible)) value of"
    rf"(?: the expression)? (?P<term>{FORMULA})"
)
_FORMS: Final = (
    re.compile(
        rf"{_ASKING} {_SOUGHT},? ?(?:over|for|where|if|when) (?:all )?{_RANGE} (?P<names>{_LIST})\s?[.?]", re.IGNORECASE
    ),
    re.compile(
        rf"{_ASKING} {_SOUGHT},? ?(?:where|if|when|for) (?P<names>{_LIST}) (?:are|is) (?:a )?{_RANGE}\s?[.?]",
        re.IGNORECASE,
    ),
    re.compile(rf"{_ASKING} {_SOUGHT},? ?(?:for|where|when|if) (?:all )?(?P<told>{FORMULA})\s?[.?]", re.IGNORECASE),
    re.compile(
        rf"(?:let|suppose|if|given that|assume)(?: that)? (?P<names>{_LIST}) (?:be|are|is) (?:a )?{_RANGE}"
        rf"(?:,? (?:such that|with|satisfying|where) (?P<told>{_LIST}))?[.,] (?:then )?{_ASKING} {_SOUGHT}\s?[.?]",
        re.IGNORECASE,
    ),
    re.compile(rf"for {_RANGE} (?P<names>{_LIST}),? {_ASKING} {_SOUGHT}\s?[.?]", re.IGNORECASE),
)
_SIGNS: Final = {"positive": ">", "nonnegative": ">=", "non-negative": ">="}
_WHOLE: Final = frozenset("ijklmn")
"""Letters that stand for whole numbers where nobody says that they are real."""
_ORDERS: Final = frozenset({Relator.LESS, Relator.LESS_EQUAL, Relator.GREATER, Relator.GREATER_EQUAL, Relator.EQUAL})


def optimum(text: str) -> Exercise | None:
    """The greatest or least value that a text asks for; None where it asks for something else."""
    bare = skeleton(text)
    match = bare and next((found for form in _FORMS if (found := form.fullmatch(bare.line))), None)
    if not bare or not match:
        return None

    def formulas(group: str) -> list[str]:
        return [bare.formula(each) for each in re.findall(FORMULA, match.groupdict().get(group) or "")]

    try:
        term = read_expression(*formulas("term"))
        told = [condition for each in formulas("told") for condition in _conditions(each)]
        names = [name for each in formulas("names") for name in _names(each)]
    except ReadError:
        return None
    ranges = match.groupdict().get("range")
    for name in names:
        sign = _SIGNS.get((ranges or "").lower().split(" ")[0])
        told.append(f"{name} {sign} 0" if sign else f"{name} in RR")
    known = set(names) or {name for each in told for name in letters_of(read(each)[0])}
    letters = letters_of(term)
    if known & _WHOLE and "real" not in (ranges or ""):
        return None
    if not letters or not letters <= known or isinstance(term, Collection) or not _is_plain(term):
        return None
    values = Collection(Bracket.BUILDER, (term, *(read_relation(each) for each in told)))
    return Exercise(Operation("max" if match["most"] else "min", (values,)), extreme=True)


def _conditions(text: str) -> list[str]:
    """The equations and inequalities that a formula states."""
    found: list[str] = []
    for statement in read(text):
        if not isinstance(statement, Relation) or statement.relator not in _ORDERS or not _is_plain(statement):
            raise ReadError("no condition that can be held against a point")
        found.append(to_text(statement))
    return found


def _names(text: str) -> list[str]:
    found: list[str] = []
    for statement in read(text):
        for member in statement.items if isinstance(statement, Collection) else (statement,):
            if not isinstance(member, Symbol) or member.name in CONSTANTS:
                raise ReadError("not a letter")
            found.append(member.name)
    return found


def _is_plain(tree: Expression | Relation) -> bool:
    return not any(
        isinstance(node, Call) or (isinstance(node, Operation) and node.operator == "either") for node in walk(tree)
    )
