"""Trees for what the templates read."""

from clra.parsing.prose.templates.sentences import UnfitError
from clra.parsing.tree import Expression, Number, Operation, Relation, Relator, walk


def operation(operator: str, *arguments: Expression) -> Expression:
    """An operation; ``sub`` stands for the sum with a negative."""
    if operator == "sub":
        first, second = arguments
        return Operation("add", (first, Operation("neg", (second,))))
    return Operation(operator, arguments)


def equal(left: Expression, right: Expression) -> Relation:
    """An equation."""
    return Relation(Relator.EQUAL, left, right)


def congruent(left: Expression, right: Expression, modulus: Expression) -> Relation:
    """A congruence between whole numbers."""
    return Relation(Relator.CONGRUENT, whole(left), whole(right), natural(modulus))


_WHOLE = frozenset({"add", "mul", "pow", "neg", "factorial", "binomial", "gcd", "lcm"})


def whole(tree: Expression) -> Expression:
    """The tree, if it is a whole number as far as can be seen.

    Raises:
        UnfitError: it may not be.
    """
    for node in walk(tree):
        match node:
            case Number(value=value, decimals=None) if value.denominator == 1:
                continue
            case Operation(operator=operator) if operator in _WHOLE:
                continue
        raise UnfitError
    return tree


def natural(tree: Expression) -> Expression:
    """The tree, if it is a positive whole number as far as can be seen.

    Raises:
        UnfitError: it may not be.
    """
    if any(isinstance(node, Operation) and node.operator == "neg" for node in walk(tree)):
        raise UnfitError
    if isinstance(tree, Number) and tree.value == 0:
        raise UnfitError
    return whole(tree)


def amount(tree: Expression) -> Expression:
    """The tree, if it is no percentage.

    Raises:
        UnfitError: it is one.
    """
    if any(isinstance(node, Operation) and node.operator == "percent" for node in walk(tree)):
        raise UnfitError
    return tree
