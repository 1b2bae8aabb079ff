"""What a relation is made of, in one walk over its tree."""

from dataclasses import dataclass

from clra.parsing.tree import Call, Collection, Matrix, Number, Operation, Relation, Statement, Symbol, Words, children

CONSTANTS = frozenset({"pi", "e", "i", "oo"})
_BINDERS = frozenset({"sum", "product", "integral", "derivative", "limit"})
_MEASURES = frozenset({"unit", "money"})


@dataclass(frozen=True, slots=True)
class Features:
    """The parts that decide which method can say something."""

    symbols: frozenset[str]
    """Free letters, without the named constants."""
    constants: frozenset[str]
    """Which of ``pi``, ``e``, ``i`` and ``oo`` occur."""
    operators: frozenset[str]
    decimals: bool
    """Whether a number is written with digits after the point."""
    calls: bool
    """Whether a function without a settled meaning occurs."""
    foreign: bool
    """Whether words, matrices or collections occur, or relations inside of a term."""


def features_of(node: Statement) -> Features:
    """Collect the features of a tree."""
    symbols: set[str] = set()
    bound: set[str] = set()
    operators: set[str] = set()
    decimals = calls = foreign = False
    waiting: list[Statement] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Number):
            decimals = decimals or current.decimals is not None
        elif isinstance(current, Symbol):
            symbols.add(current.name)
        elif isinstance(current, Operation):
            operators.add(current.operator)
            if current.operator in _BINDERS and isinstance(current.arguments[0], Symbol):
                bound.add(current.arguments[0].name)
            if current.operator in _MEASURES:  # the second argument names the unit, it is no letter
                waiting.append(current.arguments[0])
            else:
                waiting.extend(current.arguments)
        else:
            calls = calls or isinstance(current, Call)
            foreign = foreign or isinstance(current, Words | Matrix | Collection)
            foreign = foreign or (isinstance(current, Relation) and current is not node)
            waiting.extend(children(current))
    return Features(
        symbols=frozenset(symbols - bound - CONSTANTS),
        constants=frozenset(symbols & CONSTANTS),
        operators=frozenset(operators),
        decimals=decimals,
        calls=calls,
        foreign=foreign,
    )
