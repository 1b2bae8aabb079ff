"""Derivatives of trees, by the rules of calculus. Exact: what has no rule here is refused.

Every letter but the variable is taken for a constant; whether it is one, the caller knows.
"""

from collections.abc import Callable
from fractions import Fraction

from clra.parsing.tree import Call, Expression, Number, Operation, Statement, Symbol, children, symbol_names, walk
from clra_verifiers.features import CONSTANTS
from clra_verifiers.undecided import TooBigError, UnsupportedError

MAX_NODES = 3_000
"""Nodes that one derivative may be made of."""

ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
TWO = Number(Fraction(2))
_E = Symbol("e")


def derivative_of(tree: Expression, variable: str) -> Expression:
    """The derivative with respect to one letter, written out.

    Raises:
        UndecidedError: there is no rule for something in the tree, or the derivative is too long.
    """
    return _Differentiator(variable).of(tree)


def depends_on(tree: Statement, variable: str) -> bool:
    """Whether a letter occurs in a tree other than as the bound one of a sum, integral or limit."""
    match tree:
        case Symbol(name=name):
            return name == variable
        case Operation(operator="sum" | "product" | "integral" | "limit", arguments=(Symbol(name=bound), *ends, body)):
            inside = (bound != variable or len(ends) == 0) and depends_on(body, variable)
            return inside or any(depends_on(end, variable) for end in ends)
    return any(depends_on(part, variable) for part in children(tree))


def letters_of(tree: Expression) -> frozenset[str]:
    """The free letters of a term, without the named constants."""
    names = symbol_names(tree) - CONSTANTS
    return frozenset(name for name in names if depends_on(tree, name))


def plus(*terms: Expression) -> Expression:
    """The sum, without zeros."""
    kept = tuple(term for term in terms if term != ZERO)
    return Operation("add", kept) if len(kept) > 1 else kept[0] if kept else ZERO


def times(*factors: Expression) -> Expression:
    """The product, without ones; zero where a factor is."""
    if ZERO in factors:
        return ZERO
    kept = tuple(factor for factor in factors if factor != ONE)
    return Operation("mul", kept) if len(kept) > 1 else kept[0] if kept else ONE


def over(above: Expression, below: Expression) -> Expression:
    """The quotient; zero over anything is zero."""
    return ZERO if above == ZERO else Operation("div", (above, below))


def minus(tree: Expression) -> Expression:
    """The opposite."""
    return ZERO if tree == ZERO else Operation("neg", (tree,))


def power(base: Expression, exponent: Expression) -> Expression:
    """The power; to the first it is the base itself."""
    return base if exponent == ONE else Operation("pow", (base, exponent))


def square(tree: Expression) -> Expression:
    """The second power."""
    return power(tree, TWO)


class _Differentiator:
    def __init__(self, variable: str) -> None:
        self.variable = variable
        self.nodes = 0

    def of(self, tree: Expression) -> Expression:
        if not depends_on(tree, self.variable):
            return ZERO
        if isinstance(tree, Symbol):
            return ONE
        if not isinstance(tree, Operation):
            raise UnsupportedError("no rule for the derivative of an unknown function")
        self.nodes += sum(1 for _ in walk(tree))
        if self.nodes > MAX_NODES:
            raise TooBigError("the derivative is too long")
        return self._operation(tree.operator, tree.arguments, tree)

    def _operation(self, operator: str, arguments: tuple[Expression, ...], tree: Operation) -> Expression:
        match operator, arguments:
            case "add", parts:
                return plus(*map(self.of, parts))
            case "neg", (inner,):
                return minus(self.of(inner))
            case "mul", factors:
                return plus(
                    *(
                        times(*factors[:place], self.of(factor), *factors[place + 1 :])
                        for place, factor in enumerate(factors)
                    )
                )
            case "div", (above, below):
                return self._quotient(above, below)
            case "pow", (base, exponent):
                return self._power(base, exponent, tree)
            case "root", (degree, radicand) if not depends_on(degree, self.variable):
                return over(times(self.of(radicand), tree), times(degree, radicand))
            case "ln", (Operation(operator="abs", arguments=(inner,)) | inner,):
                return over(self.of(inner), inner)
            case "log", (base, Operation(operator="abs", arguments=(inner,)) | inner):
                if depends_on(base, self.variable):
                    raise UnsupportedError("no rule for a logarithm with a variable base")
                return over(self.of(inner), times(inner, Operation("ln", (base,))))
            case "abs", (inner,):
                return over(times(self.of(inner), inner), tree)
            case "sum", (Symbol(name=index), low, high, body) if index != self.variable:
                if depends_on(low, self.variable) or depends_on(high, self.variable):
                    raise UnsupportedError("no rule for a sum whose length varies")
                return Operation("sum", (arguments[0], low, high, self.of(body)))
            case "integral", (Symbol(name=name), body) if name == self.variable:
                return body
            case "integral", (Symbol() as bound, low, high, body):
                return self._integral(bound, low, high, body)
        rule = _RULES.get(operator)
        if rule is None or len(arguments) != 1:
            raise UnsupportedError(f"no rule for the derivative of {operator}")
        return times(self.of(arguments[0]), rule(arguments[0]))

    def _quotient(self, above: Expression, below: Expression) -> Expression:
        if not depends_on(below, self.variable):
            return over(self.of(above), below)
        return over(plus(times(self.of(above), below), minus(times(above, self.of(below)))), square(below))

    def _power(self, base: Expression, exponent: Expression, tree: Expression) -> Expression:
        if not depends_on(exponent, self.variable):
            return times(exponent, power(base, _one_less(exponent)), self.of(base))
        if base == _E:
            return times(tree, self.of(exponent))
        logarithm = Operation("ln", (base,))
        if not depends_on(base, self.variable):
            return times(tree, logarithm, self.of(exponent))
        return times(tree, plus(times(self.of(exponent), logarithm), over(times(exponent, self.of(base)), base)))

    def _integral(self, bound: Symbol, low: Expression, high: Expression, body: Expression) -> Expression:
        """By the fundamental theorem, where only the limits of integration vary."""
        if bound.name != self.variable and depends_on(body, self.variable):
            raise UnsupportedError("no rule for an integral whose integrand varies")
        ends = [times(self.of(end), put(body, bound.name, end)) for end in (high, low)]
        return plus(ends[0], minus(ends[1]))


def _one_less(exponent: Expression) -> Expression:
    if isinstance(exponent, Number):
        rest = exponent.value - 1
        return Number(rest) if rest >= 0 else Operation("neg", (Number(-rest),))
    return plus(exponent, Operation("neg", (ONE,)))


def put(tree: Expression, name: str, value: Expression) -> Expression:
    """The tree with a term in the place of a free letter.

    Raises:
        UnsupportedError: a letter of the term would be bound there.
    """
    if isinstance(tree, Symbol):
        return value if tree.name == name else tree
    if not depends_on(tree, name):
        return tree
    match tree:
        case Operation(operator="sum" | "product" | "integral" | "limit" | "derivative" | "partial", arguments=parts):
            bound = parts[0]
            if isinstance(bound, Symbol) and (bound.name == name or depends_on(value, bound.name)):
                raise UnsupportedError("a bound letter is in the way")
            return Operation(tree.operator, (bound, *(put(part, name, value) for part in parts[1:])))
        case Operation(operator=operator, arguments=parts):
            return Operation(operator, tuple(put(part, name, value) for part in parts))
        case Call(name=called, arguments=parts):
            return Call(called, tuple(put(part, name, value) for part in parts))
    raise UnsupportedError("a letter in a collection")


def _of(name: str, *arguments: Expression) -> Operation:
    return Operation(name, arguments)


def _root_of(radicand: Expression) -> Expression:
    return Operation("root", (TWO, radicand))


_RULES: dict[str, Callable[[Expression], Expression]] = {
    "exp": lambda u: _of("exp", u),
    "sin": lambda u: _of("cos", u),
    "cos": lambda u: minus(_of("sin", u)),
    "tan": lambda u: over(ONE, square(_of("cos", u))),
    "cot": lambda u: minus(over(ONE, square(_of("sin", u)))),
    "sec": lambda u: over(_of("sin", u), square(_of("cos", u))),
    "csc": lambda u: minus(over(_of("cos", u), square(_of("sin", u)))),
    "arcsin": lambda u: over(ONE, _root_of(plus(ONE, minus(square(u))))),
    "arccos": lambda u: minus(over(ONE, _root_of(plus(ONE, minus(square(u)))))),
    "arctan": lambda u: over(ONE, plus(ONE, square(u))),
    "arccot": lambda u: minus(over(ONE, plus(ONE, square(u)))),
    "sinh": lambda u: _of("cosh", u),
    "cosh": lambda u: _of("sinh", u),
    "tanh": lambda u: over(ONE, square(_of("cosh", u))),
}
"""What the inner derivative is multiplied with."""
