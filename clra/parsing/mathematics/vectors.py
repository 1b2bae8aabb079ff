r"""Which products are products of vectors: only what is surely a vector makes ``\cdot`` and ``\times`` one."""

from clra.parsing.tree import Bracket, Collection, Expression, Matrix, Operation, Symbol

_VECTOR_SIGNS = ("vec_", "bold_")
_IN_SPACE = 3


def vector_product(sign: str, left: Expression, right: Expression) -> str | None:
    r"""The operator that a sign is between two factors: ``cross`` for ``×``, ``dot`` for ``·``; None for a product."""
    if sign not in {"×", "·"} or not (is_vector(left) and is_vector(right)):
        return None
    sizes = {_size(left), _size(right)} - {0}
    if len(sizes) > 1 or (sign == "×" and sizes and sizes != {_IN_SPACE}):
        return None
    return "cross" if sign == "×" else "dot"


def is_vector(node: Expression) -> bool:
    """Whether a node is surely a vector: an arrow or bold type says so, a column, a tuple, or what is made of them."""
    match node:
        case Symbol(name):
            return name.startswith(_VECTOR_SIGNS)
        case Matrix() | Collection(Bracket.TUPLE):
            return _size(node) > 1
        case Operation("cross"):
            return True
        case Operation("add" | "neg", parts):
            return all(map(is_vector, parts))
        case Operation("mul", parts):
            return sum(map(is_vector, parts)) == 1
        case Operation("div", (over, _)):
            return is_vector(over)
        case _:
            return False


def _size(node: Expression) -> int:
    """How many entries a vector has; 0 where that is not written."""
    match node:
        case Matrix(rows) if len(rows[0]) == 1:
            return len(rows)
        case Collection(Bracket.TUPLE, items):
            return len(items)
        case _:
            return 0
