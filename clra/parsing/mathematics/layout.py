"""Tokens without what only arranges them: boxes around a side, rows that go on, alignment, punctuation at the end."""

from clra.parsing.mathematics.lexer import Token
from clra.parsing.mathematics.units import unit_name
from clra.parsing.tree import ReadError

SEPARATORS = frozenset([",", ";", "and", "then", "to", "row", "quad"])
"""Kinds that stand between two statements."""

_RELATORS = frozenset(["relator", "equal twice"])
_EDGES = SEPARATORS | _RELATORS | {"end", "or", "."}
_OPERATORS = frozenset(["+", "-", "*", "/", "±"])
_FEWEST_NOUNS = 2
_SHORTEST_NOUN = 4
_AT_END = frozenset([".", ",", ";", ":", "row", "quad"])


def arranged(tokens: list[Token]) -> list[Token]:
    """The tokens in one line, the last of which is still the end.

    Raises:
        ReadError: at a box without braces.
    """
    kinds = {token.kind for token in tokens}
    if "boxed" in kinds:
        tokens = _unboxed(tokens)
    if "word" in kinds:
        tokens = _counted(tokens)
    if "&" in kinds:
        tokens = _unaligned(tokens)
    if "row" in kinds:
        tokens = _continued(tokens)
    end = len(tokens) - 1
    while end and tokens[end - 1].kind in _AT_END:
        end -= 1
    return [*tokens[:end], tokens[-1]]


def _counted(tokens: list[Token]) -> list[Token]:
    """``5 apples + 3 apples``: one noun behind several numbers, and no other word, is what is counted."""
    places = [index for index, token in enumerate(tokens) if token.kind == "word"]
    stems = {tokens[index].text.lower().removesuffix("s") for index in places}
    if len(places) < _FEWEST_NOUNS or len(stems) > 1 or any(tokens[max(at - 1, 0)].kind != "number" for at in places):
        return tokens
    name = unit_name(tokens[places[-1]].text.lower())
    if name is None or len(name) < _SHORTEST_NOUN:
        return tokens
    kept = list(tokens)
    for index in places:
        kept[index] = tokens[index]._replace(kind="unit", text=name)
    return kept


def _unboxed(tokens: list[Token]) -> list[Token]:
    """Drop a box around a whole side or statement, so that it may hold a relation."""
    kept = list(tokens)
    for index in range(len(tokens) - 1, -1, -1):
        if kept[index].kind != "boxed":
            continue
        close = _closing(kept, index + 1)
        if (index == 0 or kept[index - 1].kind in _EDGES) and kept[close + 1].kind in _EDGES:
            del kept[close], kept[index : index + 2]
    return kept


def _closing(tokens: list[Token], opening: int) -> int:
    level = 0
    for index in range(opening, len(tokens)):
        level += (tokens[index].kind == "{") - (tokens[index].kind == "}")
        if level <= 0:
            break
    if tokens[opening].kind != "{" or level:
        raise ReadError("a box without its group", tokens[opening].start)
    return index


def _unaligned(tokens: list[Token]) -> list[Token]:
    """Drop alignment marks beside signs; between two statements of one row they separate. Matrices keep theirs."""
    kept: list[Token] = []
    inside = 0
    for index, token in enumerate(tokens):
        inside += (token.kind == "begin") - (token.kind == "end environment")
        if token.kind != "&" or inside:
            kept.append(token)
            continue
        before = kept[-1].kind if kept else "row"
        behind = tokens[index + 1].kind
        if before not in _EDGES | _OPERATORS and behind not in _EDGES | _OPERATORS | {"&"}:
            kept.append(token._replace(kind="quad"))
    return kept


def _continued(tokens: list[Token]) -> list[Token]:
    """Drop the mark of a new row where the row goes on with the sum above it."""
    kept: list[Token] = []
    inside = 0
    index = 0
    while index < len(tokens):
        token = tokens[index]
        inside += (token.kind == "begin") - (token.kind == "end environment")
        start = _goes_on(tokens, index + 1) if token.kind == "row" and not inside and kept else None
        if start is None:
            kept.append(token)
            index += 1
        else:
            index = start
    return kept


def _goes_on(tokens: list[Token], start: int) -> int | None:
    """Where a row that goes on really starts; None where it is a new statement."""
    while tokens[start].kind == "quad":
        start += 1
    kind = tokens[start].kind
    if kind in _OPERATORS - {"-"}:
        return start
    if kind != "-":
        return None
    for token in tokens[start:]:
        if token.kind in {"row", "end"}:
            break
        if token.kind in _RELATORS:
            return None
    return start
