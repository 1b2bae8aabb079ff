"""Terms with their definite integrals, limits and infinite sums replaced by their values, as far as these are found."""

from typing import NamedTuple

from clra.parsing.tree import Expression, Operation, Symbol
from clra_verifiers.antiderivatives import evaluated
from clra_verifiers.limits import is_infinite, limit_of
from clra_verifiers.quadrature import is_heavy
from clra_verifiers.series import geometric, summed
from clra_verifiers.undecided import UndecidedError

BY_SYMPY = "as SymPy finds and numbers bear out"
"""What is told of a value that is not proved here."""


class Written(NamedTuple):
    """A term without integrals, limits and infinite sums."""

    tree: Expression
    proved: bool = True
    """False where a value was found by SymPy and is borne out by numbers only."""


def written_out(tree: Expression, *, infinite: bool = False) -> Written:
    """Put values in the place of integrals, limits and infinite sums.

    Args:
        tree: the term.
        infinite: whether it may itself be infinite.

    Raises:
        UndecidedError: a value was not found.
    """
    if not is_heavy(tree) or not isinstance(tree, Operation):
        return Written(tree)
    match tree.operator, tree.arguments:
        case "integral", (Symbol(name=name), low, high, body):
            parts = [written_out(part) for part in (low, high, body)]
            value = evaluated(name, *(part.tree for part in parts))
            return Written(value, all(part.proved for part in parts) and not any(map(is_infinite, (low, high))))
        case "limit", (Symbol(name=name), point, body):
            inner = written_out(body)
            value = limit_of(name, point, inner.tree)
            if is_infinite(value) and not infinite:
                raise UndecidedError("the limit is infinite")
            return Written(value, proved=False)
        case "sum", (Symbol(name=name), low, Symbol(name="oo"), body):
            inner = written_out(body)
            series = geometric(name, low, inner.tree)
            if series is not None:
                return Written(series, inner.proved)
            return Written(summed(name, low, inner.tree), proved=False)
    parts = [written_out(part) for part in tree.arguments]
    return Written(Operation(tree.operator, tuple(part.tree for part in parts)), all(part.proved for part in parts))
