"""The shapes of statements, as far as they tell what a text does with them: calculations, values, rounded numbers."""

from fractions import Fraction

from clra.parsing.prose.discourse import Form
from clra.parsing.remembering import remembered
from clra.parsing.tree import (
    Call,
    Expression,
    Number,
    Operation,
    Relation,
    Relator,
    Statement,
    Symbol,
    Words,
    children,
    is_literal,
    walk,
)

_LARGE = 100
_ROUNDED_FROM = 1000
_NAMED = frozenset({"pi", "e", "i"})
_MEASURES = frozenset({"unit", "money"})
_UNKNOWNS = (Call, Words)
_CONGRUENT = frozenset({Relator.CONGRUENT, Relator.DIVIDES})
_EQUAL = frozenset({Relator.EQUAL, Relator.ABOUT})


@remembered
def form_of(statement: Statement | None) -> Form:
    """The form of a statement that stands alone."""
    if statement is None or has_letters(statement):
        return Form.OPEN
    if not isinstance(statement, Relation):
        return Form.CLOSED
    if statement.relator in _CONGRUENT:
        return Form.RESULT
    if statement.relator not in _EQUAL:
        return Form.CLOSED
    vanishes = statement.right == Number(Fraction(0))  # rather an equation than a result
    computes = _is_value(statement.right) and not is_literal(statement.left) and not vanishes
    reduced = _reduced(statement.left) is not None and _reduced(statement.right) is not None
    computes = computes and not reduced and not _goes_into(statement.left, statement.right)
    return Form.RESULT if computes else Form.CLOSED


def _goes_into(left: Expression, right: Expression) -> bool:
    """Whether a side is multiplied on the other, as no calculation does: ``4*pi = 4*pi*sqrt(2)``."""
    if not (isinstance(right, Operation) and right.operator == "mul"):
        return False
    factors = left.arguments if isinstance(left, Operation) and left.operator == "mul" else (left,)
    return len(factors) < len(right.arguments) and all(factor in right.arguments for factor in factors)


def has_letters(statement: Statement) -> bool:
    """Whether a statement is about more than numbers: letters but for constants, functions, words."""
    waiting: list[Statement] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Operation):
            measure = node.operator in _MEASURES  # its second part names the unit
            waiting.extend(node.arguments[:1] if measure else node.arguments)
        elif isinstance(node, Symbol):
            if node.name not in _NAMED:
                return True
        elif isinstance(node, _UNKNOWNS):
            return True
        else:
            waiting.extend(children(node))
    return False


def converts(relation: Relation, words: str) -> bool:
    """Whether two numbers are told to be the same amount in other units: ``12 inches equals 1 foot``."""
    sides = (relation.left, relation.right)
    if not all(is_literal(side) for side in sides):
        return False
    measured = [isinstance(side, Operation) and side.operator == "unit" for side in sides]
    return "equal" in words or measured[0] is not measured[1]


def equates_numerals(relation: Relation) -> bool:
    """Whether different numerals, or a fraction in lowest terms and one with larger parts, are said to be equal.

    No calculation comes to that.
    """
    if relation.relator is not Relator.EQUAL:
        return False
    first, second = numeral(relation.left), numeral(relation.right)
    if first is None or second is None:
        first, second = _reduced(relation.left), _reduced(relation.right)
        if first is None or second is None or first.denominator >= second.denominator:
            return False  # the second fraction may come of reducing the first
    return first != second


def numeral(node: Statement) -> Fraction | None:
    """The value of a numeral, which may have a sign or be an amount of money."""
    match node:
        case Number(value=value):
            return value
        case Operation(operator="neg", arguments=(Number(value=value),)):
            return -value
        case Operation(operator="money", arguments=(Number(value=value), *_)):
            return value
        case _:
            return None


def _reduced(node: Statement) -> Fraction | None:
    """The value of a fraction in lowest terms."""
    match node:
        case Operation(operator="div", arguments=(Number(above, None), Number(below, None))):
            value = above / below if below > 1 else Fraction(0)
            return value if value.denominator == below else None
        case Operation(operator="neg", arguments=(inner,)):
            value_of_inner = _reduced(inner)
            return None if value_of_inner is None else -value_of_inner
        case _:
            return None


def _is_value(node: Statement) -> bool:
    """Whether a term can be the outcome of a calculation: ``12``, ``8*pi/3``, ``2*sqrt(5)``."""
    parts = list(walk(node))
    return len(parts) < 9 and not any(isinstance(part, Operation) and part.operator == "add" for part in parts)


def rounded_numerals(statement: Statement | None) -> set[Fraction]:
    """The whole numbers of a statement that have been rounded to tens at least, by the look of them."""
    nodes = walk(statement) if statement is not None else ()
    numbers = (node.value for node in nodes if isinstance(node, Number) and node.decimals is None)
    return {value for value in numbers if value >= _ROUNDED_FROM and value % 10 == 0}


def long_numerals(statement: Statement | None) -> set[Fraction]:
    """The numbers of a statement that would hardly stand in it by chance."""
    nodes = walk(statement) if statement is not None else ()
    return {node.value for node in nodes if isinstance(node, Number) and (node.value >= _LARGE or node.decimals)}
