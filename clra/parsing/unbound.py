"""Which letters a tree is about."""

from clra.parsing.tree import Call, Operation, Statement, Symbol, children

CONSTANTS = frozenset({"pi", "e", "i", "oo"})
_BINDERS = frozenset({"sum", "product", "integral", "derivative", "limit"})
_MEASURES = frozenset({"unit", "money"})


def letters_of(tree: Statement) -> frozenset[str]:
    """The free letters of a tree and the names of its functions, without the constants.

    The variable of an integral without bounds is free, and so is that of a derivative.
    """
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        parts = children(node)
        match node:
            case Symbol(name=name):
                found.add(name)
            case Call(name=name):
                found.add(name)
            case Operation(operator=operator) if operator in _MEASURES:
                parts = parts[:1]
            case Operation(operator=operator, arguments=(Symbol(name=bound), *rest)) if (
                operator in _BINDERS and rest[1:]
            ):
                *ends, body = rest
                found |= letters_of(body) - {bound}
                parts = tuple(ends)
            case _:
                pass
        waiting.extend(parts)
    return frozenset(found - CONSTANTS)
