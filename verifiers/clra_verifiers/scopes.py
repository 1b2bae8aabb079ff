"""Further ways in which calculus may have been meant, which excuse a claim: they are never more than that.

``d/dx x^2 + 3*x`` may be the derivative of the sum, whatever the reader took for its end; ``x^2/3`` may have been typed
for the power two thirds.
"""

from dataclasses import replace

from clra.parsing.tree import Call, Expression, Number, Operation, Relation
from clra_verifiers.definitions import Definitions, Function

_OPEN = frozenset({"derivative", "partial", "limit"})
"""Operators whose end is not marked."""


def with_wide_operators(relation: Relation, *, products: bool) -> Relation:
    """The relation with each operator taking all terms behind it.

    Args:
        relation: as it was read.
        products: whether it takes all factors behind it too.
    """
    operators = frozenset({"add", "mul"}) if products else frozenset({"add"})
    return replace(relation, left=_wide(relation.left, operators), right=_wide(relation.right, operators))


def _wide(tree: Expression, operators: frozenset[str]) -> Expression:
    if not isinstance(tree, Operation):
        return tree
    parts = tuple(_wide(part, operators) for part in tree.arguments)
    if tree.operator not in operators:
        return Operation(tree.operator, parts)
    for place, part in enumerate(parts[:-1]):
        if isinstance(part, Operation) and part.operator in _OPEN:
            body = Operation(tree.operator, (part.arguments[-1], *parts[place + 1 :]))
            taken = Operation(part.operator, (*part.arguments[:-1], _wide(body, operators)))
            return Operation(tree.operator, (*parts[:place], taken)) if place else taken
    return Operation(tree.operator, parts)


def with_typed_fractions(relation: Relation) -> Relation:
    """The relation as it would be if ``x^2/3`` had been typed for the power two thirds."""
    return replace(relation, left=_typed(relation.left), right=_typed(relation.right))


def definitions_with_typed_fractions(known: Definitions) -> Definitions:
    """The same of definitions."""
    functions = {name: Function(each.parameter, _typed(each.body)) for name, each in known.functions.items()}
    letters = {name: Function(each.parameter, _typed(each.body)) for name, each in known.letters.items()}
    return Definitions(functions, letters, {name: _typed(body) for name, body in known.terms.items()}, known.others)


def _typed(tree: Expression) -> Expression:
    match tree:
        case Operation("div", (Operation("pow", (base, Number(value=above))), Number(value=below))) if below:
            return Operation("pow", (_typed(base), Number(above / below)))
        case Operation(operator=operator, arguments=parts):
            return Operation(operator, tuple(map(_typed, parts)))
        case Call(name=name, arguments=parts):
            return Call(name, tuple(map(_typed, parts)))
    return tree
