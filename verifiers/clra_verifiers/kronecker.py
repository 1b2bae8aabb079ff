"""Identities of rational functions, proved by one evaluation at a point that is far enough out (L. Kronecker).

An integer polynomial whose coefficients are smaller than B/2 and whose degree is at most d vanishes only if it does so
at ``B, B^(d+1), B^((d+1)^2), ...``, for its value there is its list of coefficients, written in base B. A bound of the
coefficients and of the degree is read off the terms, which are never expanded.
"""

from fractions import Fraction
from typing import NamedTuple

from clra.parsing.tree import Expression, Number, Operation, Symbol
from clra_verifiers.rational import Environment, value
from clra_verifiers.undecided import TooBigError, UnsupportedError

MAX_BITS = 6_000
MAX_EXPONENT = 64


class _Size(NamedTuple):
    """Bounds for a quotient of two integer polynomials."""

    degree: int
    """Of the numerator."""
    bits: int
    """Binary logarithm of the sum of the absolute values of the numerator's coefficients."""
    degree_below: int = 0
    bits_below: int = 0
    """The same of the denominator."""


def same_function(left: Expression, right: Expression, letters: list[str]) -> bool:
    """Whether two rational functions are equal wherever both are defined; letters may be any numbers.

    Raises:
        UndecidedError: a side is no rational function of the letters, or one that takes too many digits.
    """
    first, second = _size(left), _size(right)
    degree = max(first.degree + second.degree_below, second.degree + first.degree_below)
    digit = max(first.bits + second.bits_below, second.bits + first.bits_below) + 3
    if digit * max(degree, 1) * (degree + 1) ** max(len(letters) - 1, 0) > MAX_BITS:
        raise TooBigError("the proof would take too many digits")
    point: Environment = {name: Fraction(1 << (digit * (degree + 1) ** place)) for place, name in enumerate(letters)}
    return value(left, point) == value(right, point)


def _size(tree: Expression) -> _Size:
    match tree:
        case Number(value=number):
            return _Size(0, number.numerator.bit_length(), 0, (number.denominator - 1).bit_length())
        case Symbol():
            return _Size(1, 0)
        case Operation(operator="neg", arguments=(inner,)):
            return _size(inner)
        case Operation(operator="add", arguments=(first, *others)):
            result = _size(first)
            for other in others:
                result = _sum(result, _size(other))
            return result
        case Operation(operator="mul", arguments=(first, *others)):
            result = _size(first)
            for other in others:
                result = _product(result, _size(other))
            return result
        case Operation(operator="div", arguments=(above, below)):
            return _product(_size(above), _inverse(_size(below)))
        case Operation(operator="pow", arguments=(base, exponent)):
            return _power(_size(base), _whole(exponent))
    raise UnsupportedError("not a rational function")


def _sum(first: _Size, second: _Size) -> _Size:
    return _Size(
        max(first.degree + second.degree_below, second.degree + first.degree_below),
        max(first.bits + second.bits_below, second.bits + first.bits_below) + 1,
        first.degree_below + second.degree_below,
        first.bits_below + second.bits_below,
    )


def _product(first: _Size, second: _Size) -> _Size:
    return _Size(*(one + other for one, other in zip(first, second, strict=True)))


def _inverse(size: _Size) -> _Size:
    return _Size(size.degree_below, size.bits_below, size.degree, size.bits)


def _power(size: _Size, exponent: int) -> _Size:
    base = size if exponent >= 0 else _inverse(size)
    return _Size(*(abs(exponent) * one for one in base))


def _whole(exponent: Expression) -> int:
    match exponent:
        case Number(value=number) if number.denominator == 1 and number <= MAX_EXPONENT:
            return number.numerator
        case Operation(operator="neg", arguments=(inner,)):
            return -_whole(inner)
    raise UnsupportedError("not a rational function")
