"""What a relation is made of, in one walk over its tree."""

from dataclasses import dataclass

from clra.parsing.tree import Call, Collection, Matrix, Number, Operation, Relation, Statement, Symbol, Words, children

CONSTANTS = frozenset({"pi", "e", "i", "oo"})
NUMBER_SETS = frozenset({"ZZ", "NN", "QQ", "RR", "CC"})
_BINDERS = {"sum": 4, "product": 4, "integral": 4, "limit": 3}
"""How many arguments they have where their variable is bound; an antiderivative is a function of its variable."""
_MEASURES = frozenset({"unit", "money"})
_COMPOUNDS = (Matrix, Collection)


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
    compound: bool = False
    """Whether what is foreign is matrices, collections and sets of numbers alone."""


def features_of(node: Statement) -> Features:
    """Collect the features of a tree."""
    symbols: set[str] = set()
    bound: set[str] = set()
    operators: set[str] = set()
    decimals = calls = compound = strange = False
    waiting: list[Statement] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Number):
            decimals = decimals or current.decimals is not None
        elif isinstance(current, Symbol):
            symbols.add(current.name)
        elif isinstance(current, Operation):
            operators.add(current.operator)
            if _BINDERS.get(current.operator) == len(current.arguments) and isinstance(current.arguments[0], Symbol):
                bound.add(current.arguments[0].name)
            if current.operator in _MEASURES:  # the second argument names the unit, it is no letter
                waiting.append(current.arguments[0])
            else:
                waiting.extend(current.arguments)
        else:
            calls = calls or isinstance(current, Call)
            compound = compound or isinstance(current, _COMPOUNDS)
            strange = strange or isinstance(current, Words) or (isinstance(current, Relation) and current is not node)
            waiting.extend(children(current))
    compound = compound or bool(symbols & NUMBER_SETS)
    return Features(
        symbols=frozenset(symbols - bound - CONSTANTS - NUMBER_SETS),
        constants=frozenset(symbols - bound & CONSTANTS),
        operators=frozenset(operators),
        decimals=decimals,
        calls=calls,
        foreign=compound or strange,
        compound=compound and not strange,
    )
