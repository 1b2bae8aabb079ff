"""Whole numbers, order and divisibility, decided by Z3.

Only "unsatisfiable" is an answer. The budget is Z3's own count of steps, so that verdicts repeat; the questions about
one formula are asked in a context of their own. Every division adds that the divisor is not zero, every even root that
it is not negative. What Z3 has no theory of (powers with letters in the exponent, logarithms, circular functions) is an
unknown of which next to nothing is claimed. Letters stand for what the premises say they do; where they do not say,
nothing can be asked.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from clra.parsing.tree import Bracket, Call, Collection, Expression, Number, Operation, Relation, Relator, Symbol
from clra_verifiers.balls import leeway
from clra_verifiers.formulas import DEGREE, Case, Formula, Letter
from clra_verifiers.rational import bits, value
from clra_verifiers.sorts import Sort
from clra_verifiers.undecided import TooBigError, UndecidedError, UndefinedError, UnsupportedError

STEPS = 50_000
"""Steps of Z3 that one question may take; some tens of milliseconds."""
MAX_BITS = 2_000
MAX_EXPONENT = 12

Term: TypeAlias = Any
"""A Z3 expression; the library has no type hints."""


class Desk:
    """Where questions about one formula are asked, one after the other in the same order, so that answers repeat."""

    @cached_property
    def context(self) -> Any:
        """The context of Z3, which takes as long to make as many an answer."""
        import z3  # noqa: PLC0415 - 100 ms and 30 MB, for those who ask

        return z3.Context()


class Question:
    """Statements of which it is asked whether they can hold together."""

    def __init__(
        self, sorts: Mapping[Letter, Sort], *, rounded: bool = False, steps: int = STEPS, desk: Desk | None = None
    ) -> None:
        """Ask about letters of these sorts.

        Args:
            sorts: what each letter stands for.
            rounded: whether written decimals stand for all numbers that may have been rounded or cut off to them.
            steps: how many of its steps Z3 may take.
            desk: where it is asked; a new one if there is none.
        """
        import z3  # noqa: PLC0415 - as above

        self._z3 = z3
        self._context = (desk or Desk()).context
        self._solver = z3.Solver(ctx=self._context)
        self._solver.set("rlimit", steps)
        self._solver.set("random_seed", 0)
        self._sorts = sorts
        self._rounded = rounded
        self._unknowns: dict[Expression, Term] = {}
        self._conditions: list[Term] = []

    def require(self, formula: Formula) -> None:
        """Add that the formula holds.

        Raises:
            UndecidedError: it is not to be expressed.
        """
        self._solver.add(self._z3.Or([self._case(case) for case in formula]))

    def require_not(self, formula: Formula) -> None:
        """Add that the formula has a meaning and does not hold."""
        self._conditions = []
        held = self._z3.Or([self._z3.And([self._relation(one, denied=True) for one in case]) for case in formula])
        self._solver.add(*self._conditions, self._z3.Not(held))

    def require_meaning(self, formula: Formula) -> None:
        """Add that the formula has a meaning."""
        self._conditions = []
        for case in formula:
            for relation in case:
                self._relation(relation, denied=False)
        self._solver.add(*self._conditions)

    @property
    def unsatisfiable(self) -> bool:
        """Whether it is proved that not all of this can hold."""
        try:
            return bool(self._solver.check() == self._z3.unsat)
        except self._z3.Z3Exception:
            return False

    def _case(self, case: Case) -> Term:
        """The relations of a case, and the conditions under which they have a meaning."""
        self._conditions = []
        relations = [self._relation(one, denied=False) for one in case]
        return self._z3.And([*self._conditions, *relations])

    def _relation(self, relation: Relation, *, denied: bool) -> Term:
        left, right = relation.left, relation.right
        match relation.relator:
            case Relator.CONGRUENT if relation.modulus is not None:
                difference = self._whole(left) - self._whole(right)
                return difference % self._modulus(relation.modulus) == 0
            case Relator.DIVIDES | Relator.NOT_DIVIDES:
                divides = self._whole(right) % self._modulus(left) == 0
                return divides if relation.relator is Relator.DIVIDES else self._z3.Not(divides)
            case Relator.ELEMENT:
                return self._member(left, right, strict=denied)
            case Relator.NOT_ELEMENT:
                return self._z3.Not(self._member(left, right, strict=not denied))
        first, second = self._term(left), self._term(right)
        match relation.relator:
            case Relator.EQUAL:
                return first == second
            case Relator.UNEQUAL:
                return first != second
            case Relator.LESS:
                return first < second
            case Relator.LESS_EQUAL:
                return first <= second
            case Relator.GREATER:
                return first > second
            case Relator.GREATER_EQUAL:
                return first >= second
        raise UnsupportedError("a relation that is not known here")

    def _member(self, left: Expression, right: Expression, *, strict: bool) -> Term:
        """Membership; ``strict`` where 0 does not count as a natural number."""
        term = self._term(left)
        match right:
            case Symbol(name="ZZ"):
                return self._is_whole(term)
            case Symbol(name="NN"):
                return self._z3.And(self._is_whole(term), term >= (1 if strict else 0))
            case Symbol(name="RR"):
                return self._z3.BoolVal(True, self._context)
            case Collection(bracket=Bracket.SET, items=items):
                return self._z3.Or([term == self._item(item) for item in items])
            case Collection(bracket=bracket, items=(low, high)) if bracket in _INTERVALS:
                return self._z3.And(self._bounds(term, bracket, low, high))
        raise UnsupportedError("a set that is not known here")

    def _bounds(self, term: Term, bracket: Bracket, low: Any, high: Any) -> list[Term]:
        bounds = [self._z3.BoolVal(True, self._context)]
        if low != Operation("neg", (_INFINITY,)):
            bound = self._item(low)
            bounds.append(term >= bound if bracket in _CLOSED_LOW else term > bound)
        if high != _INFINITY:
            bound = self._item(high)
            bounds.append(term <= bound if bracket in _CLOSED_HIGH else term < bound)
        return bounds

    def _item(self, item: Any) -> Term:
        if isinstance(item, Relation):
            raise UnsupportedError("a relation in the place of a number")
        return self._term(item)

    def _is_whole(self, term: Term) -> Term:
        return self._z3.BoolVal(True, self._context) if term.is_int() else self._z3.IsInt(term)

    def _whole(self, tree: Expression) -> Term:
        term = self._term(tree)
        if not term.is_int():
            raise UnsupportedError("divisibility of what may not be whole")
        return term

    def _modulus(self, tree: Expression) -> Term:
        number = value(tree)
        if number.denominator != 1 or number <= 0:
            raise UndefinedError("the modulus must be a positive whole number")
        return self._number(number)

    def _number(self, number: Fraction) -> Term:
        if bits(number) > MAX_BITS:
            raise TooBigError("a number is too big")
        if number.denominator == 1:
            return self._z3.IntVal(number.numerator, self._context)
        return self._z3.Q(number.numerator, number.denominator, self._context)

    def _literal(self, number: Number) -> Term:
        if not self._rounded or number.decimals is None or number.repeating:
            return self._number(number.value)
        slack = leeway(number)
        meant = self._fresh(whole=False)
        low, high = self._number(number.value - slack), self._number(number.value + slack)
        self._conditions += [meant >= low, meant <= high]
        return meant

    def _fresh(self, *, whole: bool) -> Term:
        sort = self._z3.IntSort(self._context) if whole else self._z3.RealSort(self._context)
        return self._z3.FreshConst(sort)

    def _unknown(self, tree: Expression, *, whole: bool = False) -> Term:
        if tree not in self._unknowns:
            self._unknowns[tree] = self._fresh(whole=whole)
        return self._unknowns[tree]

    def _term(self, tree: Expression) -> Term:
        match tree:
            case Number():
                return self._literal(tree)
            case Symbol(name="pi"):
                term = self._unknown(tree)
                self._conditions += [term > self._number(_PI_BELOW), term < self._number(_PI_ABOVE)]
                return term
            case Symbol() if tree == DEGREE:
                term = self._unknown(tree)
                self._conditions.append(term > 0)
                return term
            case Symbol() | Call():
                if tree not in self._sorts:
                    raise UnsupportedError("nothing is said of what a letter stands for")
                return self._unknown(tree, whole=self._sorts[tree] is Sort.WHOLE)
            case Operation(operator=operator, arguments=arguments):
                return self._operation(tree, operator, arguments)
        raise UnsupportedError("not a number")

    def _operation(self, tree: Operation, operator: str, arguments: tuple[Expression, ...]) -> Term:
        match operator:
            case "add":
                return self._z3.Sum([self._term(argument) for argument in arguments])
            case "mul":
                return self._z3.Product([self._term(argument) for argument in arguments])
            case "neg":
                return -self._term(arguments[0])
            case "div":
                above, below = (self._real(argument) for argument in arguments)
                self._conditions.append(below != 0)
                return above / below
            case "pow":
                return self._power(tree, *arguments)
            case "root":
                return self._root(tree, value(arguments[0]), arguments[1])
            case "abs":
                term = self._term(arguments[0])
                return self._z3.If(term >= 0, term, -term)
            case "floor":
                return self._floor(self._term(arguments[0]))
            case "ceil":
                return -self._floor(-self._term(arguments[0]))
            case "mod":
                return self._whole(arguments[0]) % self._modulus(arguments[1])
            case "max" | "min":
                return self._extreme(operator, [self._term(argument) for argument in arguments])
        return self._opaque(tree, operator, arguments)

    def _real(self, tree: Expression) -> Term:
        term = self._term(tree)
        return self._z3.ToReal(term) if term.is_int() else term

    def _floor(self, term: Term) -> Term:
        return term if term.is_int() else self._z3.ToInt(term)

    def _extreme(self, operator: str, terms: list[Term]) -> Term:
        found = terms[0]
        for term in terms[1:]:
            found = self._z3.If(term > found if operator == "max" else term < found, term, found)
        return found

    def _power(self, tree: Operation, base: Expression, exponent: Expression) -> Term:
        try:
            number = value(exponent)
        except UndecidedError:
            return self._opaque(tree, "pow", (base, exponent))
        if abs(number.numerator) > MAX_EXPONENT:
            return self._number(value(tree))
        if number.denominator == 1:
            root = self._term(base) if number >= 0 else self._real(base)
        else:
            degree = Fraction(number.denominator)
            root = self._root(Operation("root", (Number(degree), base)), degree, base)
        count = abs(number.numerator)
        if count == 0:
            self._conditions.append(root != 0)
            return self._number(Fraction(1))
        product = self._z3.Product([root] * count)
        if number > 0:
            return product
        self._conditions.append(root != 0)
        return 1 / product

    def _root(self, tree: Operation, degree: Fraction, radicand: Expression) -> Term:
        if degree.denominator != 1 or not 0 < degree <= MAX_EXPONENT:
            raise UnsupportedError("root of unusual degree")
        term = self._term(radicand)
        root = self._unknown(tree)
        self._conditions.append(self._z3.Product([root] * degree.numerator) == term)
        if degree.numerator % 2 == 0:
            self._conditions.append(root >= 0)
        return root

    def _opaque(self, tree: Operation, operator: str, arguments: tuple[Expression, ...]) -> Term:
        """An unknown for a value that Z3 cannot calculate; the letters in it must be known to be real."""
        try:
            return self._number(value(tree))
        except UndefinedError:
            raise
        except UndecidedError:
            if operator not in _OPAQUE:
                raise UnsupportedError(f"nothing is known of {operator} here") from None
        for argument in arguments:
            self._term(argument)
        term = self._unknown(tree, whole=operator in _WHOLE)
        if operator in {"sin", "cos"}:
            self._conditions += [term >= -1, term <= 1]
        if operator == "pow":
            self._conditions.append(self._z3.Implies(self._term(arguments[0]) > 0, term > 0))
        if operator in {"exp", "factorial", "gcd"}:
            self._conditions.append(term >= 0)
        return term


_INFINITY = Symbol("oo")
_PI_BELOW, _PI_ABOVE = Fraction(314159265, 10**8), Fraction(314159266, 10**8)
_CLOSED_LOW = frozenset({Bracket.CLOSED_INTERVAL, Bracket.RIGHT_OPEN_INTERVAL})
_CLOSED_HIGH = frozenset({Bracket.CLOSED_INTERVAL, Bracket.LEFT_OPEN_INTERVAL})
_INTERVALS = _CLOSED_LOW | _CLOSED_HIGH | {Bracket.OPEN_INTERVAL, Bracket.TUPLE}
_WHOLE = frozenset({"factorial", "gcd", "lcm"})
_OPAQUE = _WHOLE | {"pow", "exp", "ln", "log", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "binomial"}
"""Operations whose values are unknowns, each determined by its arguments alone."""
