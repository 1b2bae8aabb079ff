"""Random statements: what is true is never refuted, what is false never confirmed. SymPy and mpmath are the judges."""

import random
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clra.parsing.notation import to_text
from clra.parsing.reader import read_relation
from clra.parsing.tree import Expression, Number, Operation, Relation, Relator, Symbol
from clra.types import NOWHERE, Claim, ClaimKind, Outcome, Problem, Span, Verdict
from clra_verifiers.counterexamples import counterexample
from clra_verifiers.exact import ExactVerifier, point_judge
from clra_verifiers.features import features_of
from clra_verifiers.separation import sign_of_difference
from clra_verifiers.undecided import UndecidedError

mpmath = pytest.importorskip("mpmath")
sympy = pytest.importorskip("sympy")

CONFIRMED, REFUTED, UNKNOWN = Outcome
PROBLEM = Problem(text="")
VERIFIER = ExactVerifier()
LETTERS = ("x", "y")


def verdict_on(relation: Relation, *, universal: bool = False) -> Verdict:
    formal = to_text(relation)
    claim = Claim(text=formal, span=Span(0, len(formal)), kind=ClaimKind.EQUALITY, formal=formal, universal=universal)
    return VERIFIER.verify(claim, PROBLEM)


def number(value: int) -> Expression:
    literal = Number(Fraction(abs(value)))
    return Operation("neg", (literal,)) if value < 0 else literal


def add(*terms: Expression) -> Expression:
    return Operation("add", terms)


def mul(*factors: Expression) -> Expression:
    return Operation("mul", factors)


def equation(left: Expression, right: Expression) -> Relation:
    return Relation(Relator.EQUAL, left, right)


def rewritten(tree: Expression, dice: random.Random) -> Expression:
    """The same function in another form: expanded, commuted, with terms added and taken away again."""
    if isinstance(tree, Operation):
        tree = Operation(tree.operator, tuple(rewritten(argument, dice) for argument in tree.arguments))
    move = dice.randrange(6)
    letter = Symbol(dice.choice(LETTERS))
    match move, tree:
        case 0, Operation(operator="add" | "mul" as operator, arguments=parts):
            return Operation(operator, tuple(reversed(parts)))
        case 1, Operation(operator="mul", arguments=(Operation(operator="add", arguments=(one, other)), *factors)):
            return add(mul(one, *factors), mul(other, *factors))
        case 2, _:
            return add(tree, letter, Operation("neg", (letter,)))
        case 3, _:
            return Operation("div", (mul(tree, letter), letter))
        case 4, Operation(operator="pow", arguments=(base, Number(value=exponent))) if exponent == 2:
            return mul(base, base)
        case _:
            return tree


polynomials = st.recursive(
    st.one_of(st.integers(-9, 9).map(number), st.sampled_from(LETTERS).map(Symbol)),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["add", "mul"]), inner, inner).map(lambda parts: Operation(parts[0], parts[1:])),
        inner.map(lambda base: Operation("pow", (base, number(2)))),
        inner.map(lambda part: Operation("neg", (part,))),
    ),
    max_leaves=6,
)
terms = st.recursive(
    polynomials,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["add", "mul", "div"]), inner, inner).map(
            lambda parts: Operation(parts[0], parts[1:])
        ),
        inner.map(lambda part: Operation("root", (number(2), part))),
        inner.map(lambda part: Operation("sin", (part,))),
        inner.map(lambda part: Operation("abs", (part,))),
    ),
    max_leaves=4,
)


def as_read(relation: Relation) -> Relation:
    """The relation that its notation stands for; strange ones may be read with an ambiguity."""
    return read_relation(to_text(relation))


@given(terms, st.integers(0, 10_000))
@settings(max_examples=300, deadline=None)
def test_an_identity_in_another_form_is_never_refuted(term, seed):
    relation = equation(term, rewritten(term, random.Random(seed)))  # noqa: S311 - no secrets here
    assert verdict_on(relation, universal=True).outcome is not REFUTED


@given(polynomials, st.integers(0, 10_000), st.sampled_from([-2, -1, 1, 3]))
@settings(max_examples=300, deadline=None)
def test_polynomials_are_never_misjudged(term, seed, shift):
    other = rewritten(term, random.Random(seed))  # noqa: S311 - no secrets here
    relation = equation(term, other)
    assume(as_read(relation) == relation)
    assert verdict_on(relation).outcome is not REFUTED
    if "x" in to_text(term):
        assert verdict_on(relation).outcome is CONFIRMED
    assert verdict_on(equation(term, add(other, number(shift))), universal=True).outcome is not CONFIRMED


def in_sympy(tree: Expression, point: dict[str, Fraction]):
    """The tree as a SymPy number, built node by node."""
    match tree:
        case Number(value=value):
            return sympy.Rational(value.numerator, value.denominator)
        case Symbol(name=name):
            return sympy.Rational(point[name].numerator, point[name].denominator)
    parts = [in_sympy(argument, point) for argument in tree.arguments]
    match tree.operator:
        case "add":
            return sympy.Add(*parts)
        case "mul":
            return sympy.Mul(*parts)
        case "neg":
            return -parts[0]
        case "div":
            return parts[0] / parts[1]
        case "pow":
            return parts[0] ** parts[1]
        case "root":
            return sympy.sqrt(parts[1])
        case "sin":
            return sympy.sin(parts[0])
        case "abs":
            return sympy.Abs(parts[0])
    raise AssertionError(tree.operator)


@given(polynomials, st.integers(0, 10_000), st.sampled_from([-2, -1, 1, 3]))
@settings(max_examples=200, deadline=None)
def test_a_counterexample_is_one_for_sympy_too(term, seed, shift):
    left = mul(Symbol("x"), add(term, Symbol("y")))
    right = add(rewritten(left, random.Random(seed)), mul(number(shift), Symbol("x")))  # noqa: S311 - no secrets here
    relation = equation(left, right)
    features = features_of(relation)
    assume(features.symbols == {"x", "y"})
    found = counterexample(relation, features, (), point_judge(Claim(text="", span=NOWHERE, universal=True)))
    assert found is not None
    assert in_sympy(left, found.point) != in_sympy(right, found.point)


closed = st.recursive(
    st.integers(0, 9).map(number),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["add", "mul", "div"]), inner, inner).map(
            lambda parts: Operation(parts[0], parts[1:])
        ),
        inner.map(lambda part: Operation("neg", (part,))),
        inner.map(lambda part: Operation("root", (number(2), part))),
        inner.map(lambda part: Operation("pow", (part, number(2)))),
        st.integers(1, 8).map(
            lambda k: Operation("cos", (Operation("div", (mul(number(k), Symbol("pi")), number(9))),))
        ),
    ),
    max_leaves=5,
)


class NotRealError(Exception):
    """The term has no real value, or one that is too near to where it has none."""


def floating(tree: Expression):
    match tree:
        case Number(value=value):
            return mpmath.mpf(value.numerator) / value.denominator
        case Symbol(name="pi"):
            return +mpmath.pi
    parts = [floating(argument) for argument in tree.arguments]
    match tree.operator:
        case "add":
            return mpmath.fsum(parts)
        case "mul":
            return mpmath.fprod(parts)
        case "neg":
            return -parts[0]
        case "div" if abs(parts[1]) > 1e-30:
            return parts[0] / parts[1]
        case "pow":
            return parts[0] ** 2
        case "root" if parts[1] >= 0:
            return mpmath.sqrt(parts[1])
        case "cos":
            return mpmath.cos(parts[0])
    raise NotRealError


@given(closed, closed, st.booleans())
@settings(max_examples=400, deadline=None)
def test_closed_terms_are_judged_as_mpmath_does(left, right, squared):
    if squared:  # equal numbers that do not look it
        expanded = add(mul(left, left), mul(number(2), left, right), mul(right, right))
        left, right = mul(add(left, right), add(left, right)), expanded
    with mpmath.workdps(80):
        try:
            gap = floating(left) - floating(right)
        except NotRealError:
            assume(False)
        same = abs(gap) < 1e-60
        try:
            sign = sign_of_difference(left, right)
        except UndecidedError:
            sign = None
        assert sign in (None, 0 if same else 1 if gap > 0 else -1)
        relation = equation(left, right)
        assume(as_read(relation) == relation)
        assert verdict_on(relation).outcome is not (REFUTED if same else CONFIRMED)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=5), st.lists(st.integers(-9, 9), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_finite_sets_are_judged_as_python_does(first, second):
    texts = [f"set({', '.join(map(str, items))})" for items in (first, second)]
    relation = read_relation(f"{texts[0]} = {texts[1]}")
    assert verdict_on(relation).outcome is (CONFIRMED if set(first) == set(second) else REFUTED)
    member = read_relation(f"{first[0]} in {texts[1]}")
    assert verdict_on(member).outcome is (CONFIRMED if first[0] in second else REFUTED)


square = st.lists(st.lists(st.integers(-5, 5), min_size=2, max_size=2), min_size=2, max_size=2)


@given(square, square, st.integers(0, 3), st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_matrix_products_are_judged_as_sympy_does(first, second, place, shift):
    def text(rows) -> str:
        return f"matrix({'; '.join(', '.join(map(str, row)) for row in rows)})"

    product = (sympy.Matrix(first) * sympy.Matrix(second)).tolist()
    product = [[int(entry) for entry in row] for row in product]
    assert verdict_on(read_relation(f"{text(first)}*{text(second)} = {text(product)}")).outcome is CONFIRMED
    product[place // 2][place % 2] += shift
    assert verdict_on(read_relation(f"{text(first)}*{text(second)} = {text(product)}")).outcome is REFUTED
    determinant = int(sympy.Matrix(first).det())
    assert verdict_on(read_relation(f"determinant({text(first)}) = {determinant}")).outcome is CONFIRMED
