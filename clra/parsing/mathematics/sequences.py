"""Well-known sequences that begin like an arithmetic progression, so that dots may stand for either.

``2 + 3 + ... + 97`` may be a sum of integers or of primes, ``9 + 99 + ... + 99999`` goes on in nines.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice, pairwise, takewhile
from math import isqrt

_MOST = 10**8
"""Larger numbers are not looked up; they are held to be in any sequence."""

_BY_PLACE: tuple[Callable[[int], int], ...] = (
    lambda place: place * (place + 1) // 2,
    lambda place: place * (place + 1),
    lambda place: place * place + 1,
    lambda place: (place + 1) ** 2 - 1,
    lambda place: 2**place - 1,
    lambda place: 2 ** (place - 1) + 1,
    *(lambda place, digit=digit: digit * (10**place - 1) // 9 for digit in range(1, 10)),
)
"""The terms of triangular numbers and the like, by their places from 1 on."""


def may_be_known(leading: Sequence[int], last: int) -> bool:
    """Whether the first numbers and the last one are terms of a sequence that is known by name.

    Args:
        leading: two numbers or more with one distance between them, in rising order.
        last: the number behind the dots.
    """
    if last > _MOST:
        return leading[0] != 1 or leading[1] != 2
    if _is_prime(last) and all(_is_prime(number) for number in leading) and _are_neighbours(leading, _is_prime):
        return True
    fibonacci = list(takewhile(lambda term: term <= last, _fibonacci()))
    if last in fibonacci and tuple(leading) in {*pairwise(fibonacci)}:
        return True
    return any(_begins(rule, leading, last) for rule in _BY_PLACE)


def _begins(rule: Callable[[int], int], leading: Sequence[int], last: int) -> bool:
    terms = (rule(place) for place in count(1))
    return list(islice(terms, len(leading))) == list(leading) and last in takewhile(lambda term: term <= last, terms)


def _are_neighbours(numbers: Sequence[int], belongs: Callable[[int], bool]) -> bool:
    """Whether nothing that belongs to the sequence lies between the numbers."""
    return not any(belongs(between) for low, high in pairwise(numbers) for between in range(low + 1, high))


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, isqrt(number) + 1))


def _fibonacci() -> Iterator[int]:
    """The Fibonacci numbers from 2 on."""
    this, following = 2, 3
    while True:
        yield this
        this, following = following, this + following
