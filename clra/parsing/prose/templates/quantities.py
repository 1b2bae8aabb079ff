"""The quantities that prose names, as trees of what the match of a template holds.

Every function takes the parts of the match and the index of the first one that belongs to the quantity, and raises
`UnfitError` where the quantity is not settled by them.
"""

import re

from flint import fmpz

from clra.parsing.algebra.evaluation import rational
from clra.parsing.closedforms import number
from clra.parsing.prose.templates.building import amount, congruent, natural, operation, whole
from clra.parsing.prose.templates.rules import Parts
from clra.parsing.prose.templates.sentences import UnfitError
from clra.parsing.tree import Expression, Number, Operation, Relation


def of_all(operator: str, parts: Parts, at: int) -> Expression:
    """An operation on all operands of a list."""
    return operation(operator, *_several(parts, at))


def _several(parts: Parts, at: int) -> list[Expression]:
    numbers = parts.numbers(at)
    if len(numbers) < 2:
        raise UnfitError
    return numbers


def of_wholes(operator: str, parts: Parts, at: int) -> Expression:
    """Of two whole numbers or more."""
    return operation(operator, *(whole(one) for one in _several(parts, at)))


def divisor_count(parts: Parts, at: int) -> Expression:
    """How many divisors there are; twice as many where negative ones may be meant."""
    count = operation("divisor_count", _divided(parts, at))
    if parts.words["positive"]:
        return count
    return operation("either", count, operation("mul", number(2), count))


def divisor_sum(parts: Parts, at: int) -> Expression:
    """What the positive divisors add up to."""
    return operation("divisor_sum", _divided(parts, at))


_SMALL = 20
_WITHIN = re.compile(r"!|\b(?:factorial|zeros?\b|multiples?\b|contain|appear|expansion)")


def _divided(parts: Parts, at: int) -> Expression:
    """What is divided; not what may be sought as a factor: ``in 100!, the number of factors of 5 is 24``."""
    value = natural(parts.number(at))
    if parts.words["what"] == "factors" and not parts.words["positive"]:
        small = isinstance(value, Number) and (value.value < _SMALL or fmpz(int(value.value)).is_prime())
        if small or _WITHIN.search(parts.lead):
            raise UnfitError
    return value


def difference(parts: Parts, at: int) -> Expression:
    """One number less the other: nobody knows which."""
    first, second = _two(parts, at)
    return operation("either", operation("sub", first, second), operation("sub", second, first))


def quotient(parts: Parts, at: int) -> Expression:
    """One number over the other, or how often it goes into it."""
    first, second = _two(parts, at)
    exact = operation("div", first, second)
    return operation("either", exact, operation("floor", exact))


def _two(parts: Parts, at: int) -> list[Expression]:
    numbers = parts.numbers(at)
    if len(numbers) != 2:
        raise UnfitError
    return numbers


def power_sum(exponent: int, parts: Parts, at: int) -> Expression:
    """The sum of the powers of a list."""
    return operation("add", *(operation("pow", one, number(exponent)) for one in _several(parts, at)))


def mean(parts: Parts, at: int) -> Expression:
    """The arithmetic mean of a list."""
    numbers = _several(parts, at)
    return operation("div", operation("add", *numbers), number(len(numbers)))


def median(parts: Parts, at: int) -> Expression:
    """The middle of a list of numerals."""
    numbers = _several(parts, at)
    if not all(isinstance(one, Number) for one in numbers):
        raise UnfitError
    ordered = sorted((one for one in numbers if isinstance(one, Number)), key=lambda one: one.value)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return operation("div", operation("add", *ordered[middle - 1 : middle + 1]), number(2))


def geometric_mean(parts: Parts, at: int) -> Expression:
    """The square root of the product of two."""
    first, second = _two(parts, at)
    return operation("root", number(2), operation("mul", first, second))


def digit_sum(parts: Parts, at: int) -> Expression:
    """The sum of the digits of a numeral."""
    match parts.number(at):
        case Number(value=value, decimals=None) if value.denominator == 1 and 10 <= value < 10**30:
            return operation("add", *(number(int(digit)) for digit in str(value)))
        case _:
            raise UnfitError


def power(exponent: int, parts: Parts, at: int) -> Expression:
    """An operand to a power."""
    base = parts.number(at)
    if isinstance(base, Operation) and base.operator == "neg":
        raise UnfitError  # "-3 squared" may be read in two ways
    return operation("pow", base, number(exponent))


def root(degree: int, parts: Parts, at: int) -> Expression:
    """A root of an operand; either sign of a square root."""
    root = operation("root", number(degree), parts.number(at))
    return operation("either", root, operation("neg", root)) if degree == 2 else root


def absolute(parts: Parts, at: int) -> Expression:
    """The absolute value."""
    return operation("abs", parts.number(at))


def reciprocal(parts: Parts, at: int) -> Expression:
    """One over it."""
    return operation("div", number(1), parts.number(at))


def factorial(parts: Parts, at: int) -> Expression:
    """Of a positive whole number."""
    return operation("factorial", natural(parts.number(at)))


def spoken(parts: Parts, at: int) -> Expression:
    """Two operands with the word for an operation between them."""
    left, right = parts.number(at, spelled=True), parts.number(at + 1, spelled=True)
    match parts.words["sign"]:
        case "plus":
            return operation("add", left, right)
        case "minus":
            return operation("sub", left, right)
        case "divided by":
            exact = operation("div", left, right)
            return operation("either", exact, operation("floor", exact))
        case _:
            return operation("mul", left, right)


def changed(parts: Parts, at: int) -> Expression:
    """So much, or so many percent, more or less than a base."""
    change, base = parts.number(at), parts.number(at + 1)
    if isinstance(change, Operation) and change.operator == "percent":
        change = operation("mul", change, base)
    elif not isinstance(change, Number) or change.value < 1:
        raise UnfitError  # "half more than 8"
    return operation("sub" if parts.words["way"] != "more" else "add", base, change)


def fraction_of(parts: Parts, at: int) -> Expression:
    """A fraction or a percentage of an amount."""
    part = parts.value(at)
    match part:
        case Operation(operator="percent") | Operation(operator="div", arguments=(Number(), Number())):
            pass
        case _:
            raise UnfitError
    return operation("mul", part, amount(parts.number(at + 1)))


def percent_of(parts: Parts, at: int) -> Expression:
    """The same with the word behind the number."""
    return operation("mul", operation("percent", parts.number(at)), amount(parts.number(at + 1)))


_MULTIPLES = {"twice": 2, "double": 2, "thrice": 3, "triple": 3}


def multiple(parts: Parts, at: int) -> Expression:
    """Twice, three times."""
    return operation("mul", number(_MULTIPLES[parts.words["factor"]]), amount(parts.number(at)))


def combinations(parts: Parts, at: int) -> Expression:
    """``5 choose 2``."""
    return operation("binomial", natural(parts.number(at)), whole(parts.number(at + 1)))


def ways_to_choose(count: Expression, total: Expression) -> Expression:
    """The number of ways to choose some of a total: without order, in order, and each with repetition."""
    count, total = natural(count), natural(total)
    repeated = operation("binomial", operation("sub", operation("add", total, count), number(1)), count)
    in_order = operation("either", operation("permutations", total, count), operation("pow", total, count))
    return operation("either", operation("binomial", total, count), operation("either", in_order, repeated))


def number_of_ways(parts: Parts, at: int) -> Expression:
    """To choose some from a total."""
    return ways_to_choose(parts.number(at, spelled=True), parts.number(at + 1, spelled=True))


def sum_of_first(parts: Parts, at: int) -> Expression:
    """Of so many of the first positive numbers of a kind."""
    count = natural(parts.number(at))
    following = operation("add", count, number(1))
    if parts.words["noun"] == "numbers" and not parts.words["kind"]:
        raise UnfitError
    match parts.words["kind"].strip(), parts.words["power"]:
        case "odd", "":
            return operation("pow", count, number(2))
        case "even", "":  # from 2 on, or from 0 on
            return operation(
                "either", *(operation("mul", count, operation(way, count, number(1))) for way in ("add", "sub"))
            )
        case "", "":
            return operation("div", operation("mul", count, following), number(2))
        case "", "squares of the ":
            doubled = operation("add", operation("mul", number(2), count), number(1))
            return operation("div", operation("mul", count, following, doubled), number(6))
        case "", "cubes of the ":
            return operation("pow", operation("div", operation("mul", count, following), number(2)), number(2))
        case _:
            raise UnfitError


def sum_of_range(parts: Parts, at: int) -> Expression:
    """Of the whole numbers from one to another."""
    low, high = whole(parts.number(at)), whole(parts.number(at + 1))
    count = operation("add", operation("sub", high, low), number(1))
    return operation("div", operation("mul", operation("add", low, high), count), number(2))


def size_of_range(parts: Parts, at: int) -> Expression:
    """How many whole numbers there are from one to another."""
    low, high = whole(parts.number(at)), whole(parts.number(at + 1))
    return operation("add", operation("sub", high, low), number(1))


def arithmetic_term(parts: Parts, at: int) -> Expression:
    """A term of an arithmetic sequence, by its first term and difference."""
    place = int(parts.words["place"])
    first, step = parts.number(at), parts.number(at + 1)
    return operation("add", first, operation("mul", number(place - 1), step))


def geometric_term(parts: Parts, at: int) -> Expression:
    """A term of a geometric sequence, by its first term and ratio."""
    place = int(parts.words["place"])
    first, ratio = parts.number(at), parts.number(at + 1)
    return operation("mul", first, operation("pow", ratio, number(place - 1)))


def infinite_sum(parts: Parts, at: int) -> Expression:
    """Of a geometric series, by its first term and ratio."""
    ratio = parts.number(at + 1)
    size = rational(ratio)
    if size is None or abs(size) >= 1:
        raise UnfitError
    return operation("div", parts.number(at), operation("sub", number(1), ratio))


def remainder(parts: Parts, at: int, result: Expression) -> Relation:
    """That a division leaves a remainder."""
    return congruent(parts.number(at), result, natural(parts.number(at + 1)))


def last_digits(parts: Parts, at: int, result: Expression) -> Relation:
    """That a calculation comes to a number that ends with so many digits."""
    match parts.number(at, spelled=True):
        case Number(value=count) if count in {1, 2, 3}:
            return _ending(parts.number(at + 1), result, 10 ** int(count))
        case _:
            raise UnfitError


def last_digit(parts: Parts, at: int, result: Expression) -> Relation:
    """That a calculation comes to a number that ends with a digit."""
    return _ending(parts.number(at), result, 10)


def _ending(value: Expression, result: Expression, modulus: int) -> Relation:
    if not isinstance(result, Number) or not 0 <= result.value < modulus or isinstance(value, Number):
        raise UnfitError
    return congruent(natural(value), result, number(modulus))
