"""Expressions that are linear in their letters with rational coefficients: places in a progression are such."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from clra.parsing.mathematics.vocabulary import CONSTANTS
from clra.parsing.tree import Expression, Number, Operation, Symbol

Linear: TypeAlias = Mapping[str, Fraction]
"""Coefficients by letter, none of them 0; that of the constant by the empty name."""

_MANY = 6
"""Letters beyond which nothing is recognized."""


def linear_of(node: Expression) -> Linear | None:
    """The linear form that an expression is; None where it is none, and for decimals."""
    match node:
        case Number(value, None):
            return constant(value)
        case Symbol(name) if name not in CONSTANTS:
            return {name: Fraction(1)}
        case Operation("neg", (part,)):
            inner = linear_of(part)
            return None if inner is None else scaled(inner, Fraction(-1))
        case Operation("add", parts):
            return _sum(parts)
        case Operation("mul", (Number(factor, None), part)):
            inner = linear_of(part)
            return None if inner is None else scaled(inner, factor)
        case Operation("div", (part, Number(divisor, None))) if divisor:
            inner = linear_of(part)
            return None if inner is None else scaled(inner, 1 / divisor)
        case _:
            return None


def _sum(parts: tuple[Expression, ...]) -> Linear | None:
    total: Linear = {}
    for part in parts:
        inner = linear_of(part)
        if inner is None:
            return None
        total = plus(total, inner)
    return total if len(total) <= _MANY else None


def constant(value: Fraction | int) -> Linear:
    """The form without letters."""
    return {"": Fraction(value)} if value else {}


def plus(left: Linear, right: Linear) -> Linear:
    """The sum of two forms."""
    names = dict.fromkeys([*left, *right])
    total = {name: left.get(name, Fraction(0)) + right.get(name, Fraction(0)) for name in names}
    return {name: value for name, value in total.items() if value}


def scaled(form: Linear, factor: Fraction) -> Linear:
    """The form times a number."""
    return {name: value * factor for name, value in form.items()} if factor else {}


def minus(left: Linear, right: Linear) -> Linear:
    """The difference of two forms."""
    return plus(left, scaled(right, Fraction(-1)))


def value_of(form: Linear) -> Fraction | None:
    """The number that a form is; None where it has letters."""
    return form.get("", Fraction(0)) if set(form) <= {""} else None


def is_integral(form: Linear) -> bool:
    """Whether every coefficient is an integer, so that integers for the letters give one."""
    return all(value.denominator == 1 for value in form.values())


def expression_of(form: Linear) -> Expression:
    """The expression that a form is, letters first."""
    terms = [_term(name, form[name]) for name in sorted(form, key=lambda name: (not name, name))]
    if not terms:
        return Number(Fraction(0))
    return terms[0] if len(terms) == 1 else Operation("add", tuple(terms))


def _term(name: str, factor: Fraction) -> Expression:
    size = literal(abs(factor))
    if name:
        size = Symbol(name) if abs(factor) == 1 else Operation("mul", (size, Symbol(name)))
    return Operation("neg", (size,)) if factor < 0 else size


def literal(value: Fraction) -> Expression:
    """A number that is not negative, as integers and fractions are written."""
    over = Number(Fraction(value.numerator))
    return over if value.denominator == 1 else Operation("div", (over, Number(Fraction(value.denominator))))
