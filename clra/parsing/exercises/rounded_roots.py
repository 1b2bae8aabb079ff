"""All real solutions of a polynomial equation in one letter, which are to be given rounded to so many decimals."""

import re

from clra.parsing.closedforms import number
from clra.parsing.exercises.words import Exercise, Writing, only_remarks
from clra.parsing.precision import places_in
from clra.parsing.reader import read
from clra.parsing.tree import Operation, ReadError, Relation, Relator, Symbol, walk
from clra.parsing.unbound import CONSTANTS

_ASKED = re.compile(
    r"(?:please )?(?:(?:find|determine|compute|give) (?:all )?(?:the )?real (?:values?|value\(s\)|solutions?|roots?)"
    r" (?:of|for) (?P<of>[a-zA-Z]) (?:in the equation|that satisf(?:y|ies)(?: the equation)?)"
    r"|solve (?:the (?:polynomial )?equation )?for (?:all )?real (?:values of )?(?P<solved>[a-zA-Z]))"
    r"\s*:\s*(?P<equation>[^\n=]{1,200}=[^\n=.]{1,80})(?P<rest>$|[\n.].*)",
    re.IGNORECASE | re.DOTALL,
)
_STAND_IN = "x"
"""For a letter that is the name of a constant elsewhere."""


def rounded_roots(text: str) -> Exercise | None:
    """The polynomial whose real roots a text asks for; None where it asks for something else, or for exact ones."""
    match = _ASKED.match(text.strip())
    if match is None or not only_remarks(match["rest"].lstrip(".")) or places_in(match["rest"]) is None:
        return None
    name = match["of"] or match["solved"]
    written = match["equation"]
    if name in CONSTANTS:
        written = re.sub(rf"(?<![A-Za-z]){name}(?![A-Za-z])", _STAND_IN, written)
        name = _STAND_IN
    try:
        statements = read(written)
    except ReadError:
        return None
    match statements:
        case (Relation(relator=Relator.EQUAL, left=left, right=right),):
            term = left if right == number(0) else Operation("add", (left, Operation("neg", (right,))))
        case _:
            return None
    if {node.name for node in walk(term) if isinstance(node, Symbol)} != {name}:
        return None
    return Exercise(term, Writing.ROOTS)
