"""What stands before an equals sign: the name of a value, or one side of an equation."""

from collections.abc import Iterable
from itertools import pairwise

from clra.parsing.algebra.evaluation import rational
from clra.parsing.mathematics.vocabulary import ELEMENTARY
from clra.parsing.tree import (
    Call,
    Collection,
    Expression,
    Matrix,
    Number,
    Operation,
    Relation,
    Relator,
    Statement,
    Symbol,
    Words,
    symbol_names,
    walk,
)

COORDINATES = frozenset("xyz")
_NUMBER_SETS = frozenset({"RR", "ZZ", "NN", "QQ", "CC"})
_OF_NAMES = frozenset({"abs", "ratio", "derivative", "determinant", "gcd", "lcm", "max", "min", "limit"})
_CONSTANTS = frozenset({"pi", "e", "i"})


def chains(statements: Iterable[Statement]) -> list[list[Statement]]:
    """Relations that go on where the one before ended, together."""
    result: list[list[Statement]] = []
    for each in statements:
        last = result[-1][-1] if result else None
        if isinstance(each, Relation) and isinstance(last, Relation) and last.right == each.left:
            result[-1].append(each)
        else:
            result.append([each])
    return result


def is_domain(statement: Statement) -> bool:
    """Whether it says where a letter lives (``k in ZZ``), not what the answer is."""
    match statement:
        case Relation(relator=Relator.ELEMENT, right=Symbol(name=name)):
            return name in _NUMBER_SETS
    return False


def is_name(tree: Expression, value: Expression) -> bool:
    """Whether the left side of an equation only names what the right side is."""
    letters, inside = symbol_names(tree), symbol_names(value)
    if _holds_numbers(tree):
        return False
    match tree:
        case Symbol(name=name):
            return name not in inside and not (name in COORDINATES and inside & COORDINATES)
        case Call(name=name):
            return not any(isinstance(node, Call) and node.name == name for node in walk(value))
        case Words():
            return True
        case Collection():
            return isinstance(value, Collection | Matrix)
        case Operation(operator="add", arguments=terms):
            plain = all(isinstance(term, Symbol) for term in terms)
            return plain and rational(value) is not None and not letters & COORDINATES
        case Operation(operator="mul" | "div"):
            return all(name[:1].isupper() for name in letters) and not letters & inside
        case Operation(operator=operator, arguments=(Symbol(),)) if operator in ELEMENTARY:
            return not inside - _CONSTANTS
        case Operation(operator=operator):
            return operator in _OF_NAMES and not letters & inside
    return False


def _holds_numbers(tree: Statement) -> bool:
    """Whether a number stands in it, other than as the argument of a function: ``f(2)`` is a name."""
    calls = [node for node in walk(tree) if isinstance(node, Call)]
    inner = sum(isinstance(node, Number) for call in calls for part in call.arguments for node in walk(part))
    return sum(isinstance(node, Number) for node in walk(tree)) > inner


def assigned_letters(statements: Iterable[list[Statement]]) -> list[str] | None:
    """The letters that chains of equalities give values to, where they are distinct neighbours in the alphabet."""
    letters = []
    for chain in statements:
        match chain[0]:
            case Relation(relator=Relator.EQUAL, left=Symbol(name=name)) if len(name) == 1 and name.isalpha():
                letters.append(name)
            case _:
                return None
    run = sorted(letters)
    return letters if all(ord(after) - ord(before) == 1 for before, after in pairwise(run)) else None
