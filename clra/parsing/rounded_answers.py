"""What answers with digits are held against: a term that they round, or the equation that they solve."""

from fractions import Fraction
from typing import Final, NamedTuple

from clra.parsing.closedforms import number
from clra.parsing.coefficients import solution_of_linear
from clra.parsing.demands import Demand
from clra.parsing.equality import canonical_answer
from clra.parsing.notation import to_text
from clra.parsing.precision import numeral, rounds_to, written
from clra.parsing.reader import read_relation
from clra.parsing.stated import Stated
from clra.parsing.tree import Bracket, Collection, Expression, Operation, Relation, Relator, Symbol, walk
from clra.parsing.unbound import letters_of

_CALCULUS: Final = frozenset({"integral", "limit", "derivative", "partial"})


class Solutions(NamedTuple):
    """The solutions of an equation as an answer lists them."""

    listed: Relation
    equation: Relation


def is_calculus(term: Expression) -> bool:
    """Whether a term holds what only equations are decided of."""
    return any(isinstance(node, Operation) and node.operator in _CALCULUS for node in walk(term))


def is_extreme(term: Expression) -> bool:
    """Whether a term is the greatest or least member of a set that conditions tell."""
    match term:
        case Operation(operator="max" | "min", arguments=(Collection(bracket=Bracket.BUILDER),)):
            return True
    return False


def rounded_value(term: Expression, value: Expression, demand: Demand) -> Relation | None:
    """That a term rounds to an answer, to the digits that are asked for; None where nothing is certain.

    An answer with more digits is rounded first. One with fewer has zeros behind it, unless fewer will do: then it is
    wrong where it is off by more than a unit of its last digit, and else nothing is said of it.
    """
    found = None if demand.oddly_rounded or is_calculus(term) else written(value)
    digits = found and found.rounded(demand.places, demand.significant)
    if found is None or digits is None:
        return None
    if found.place > digits.place and demand.fewer_digits:
        exact = _worth(term)
        if exact is None or abs(exact - found.value) <= Fraction(10) ** found.place:
            return None
        digits = found
    return rounds_to(term, digits)


def is_coarser(value: Expression, demand: Demand) -> bool:
    """Whether an answer has no digits, or fewer than are asked for."""
    found = written(value)
    digits = found and found.rounded(demand.places, demand.significant)
    return found is None or digits is None or found.place > digits.place


def listed_roots(demand: Demand, values: tuple[Stated, ...]) -> Solutions | None:
    """The values as all real roots of the polynomial that is asked for, to the asked places."""
    found = [written(stated.value) for stated in values]
    if demand.places is not None:
        found = [each and each.rounded(demand.places, None) for each in found]
    members = [numeral(each) for each in found if each is not None]
    if demand.term is None or len(members) != len(values):
        return None
    (name,) = letters_of(demand.term)
    listed = Collection(Bracket.SET, tuple(dict.fromkeys(members)))
    equation = Relation(Relator.EQUAL, demand.term, number(0))
    return Solutions(Relation(Relator.ELEMENT, Symbol(name), listed), equation)


def linear_solution(name: Symbol, equation: str, value: Expression) -> Solutions | None:
    """A decimal as the only solution of a linear equation; None where it may be that solution rounded."""
    statement = read_relation(equation)
    difference = Operation("add", (statement.left, Operation("neg", (statement.right,))))
    solution = solution_of_linear(difference, name.name)
    found = written(value)
    if solution is None or found is None or statement.relator is not Relator.EQUAL:
        return None
    if 0 < abs(found.value - solution) <= Fraction(10) ** found.place:
        return None
    return Solutions(Relation(Relator.ELEMENT, name, Collection(Bracket.SET, (numeral(found),))), statement)


def _worth(term: Expression) -> Fraction | None:
    """What a rational term is worth; None where that is not known."""
    value = canonical_answer(to_text(term)).value
    return None if value is None or value.number is None else Fraction(int(value.number.p), int(value.number.q))
