"""Polynomials over the rationals in atoms, with rational exponents.

An atom is whatever arithmetic cannot take apart: a letter, a root of a prime, ``pi``, ``ln 2``, ``e^(i x)``, an unknown
function's value. Some atoms obey a relation (``i^2 = -1``, ``|f|^2 = f^2``, ``(f^(1/2))^2 = f``); products are
reduced by it, so the monomials that remain are independent as far as these relations go.

A polynomial is a mapping from monomials to rationals that nobody changes after it was made.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from fractions import Fraction
from math import floor, lcm
from typing import Any, TypeAlias

from flint import fmpq, fmpz

MAX_BITS = 200_000
"""Numbers that would be longer than this are not built."""
MAX_WORK = 20_000
"""Products of monomials that one reading may cost."""
MAX_TERMS = 2_000


class TooBigError(Exception):
    """The value would take more room or time than one answer may."""


class UndefinedError(Exception):
    """The expression has no value: a division by zero, the logarithm of zero."""


class UnknownValueError(Exception):
    """What the expression stands for is not known here."""


class AtomKind(IntEnum):
    """What an atom is; the order is the order of writing."""

    PRIME = 1
    """A prime number, or a number without small factors, under a fractional or unbuildable exponent."""
    IMAGINARY = 2
    PI = 3
    LN = 4
    """Natural logarithm of what it is of, or of the prime in its key."""
    EXP = 5
    """e to the monomial it is of; e itself is of 1."""
    COSINE_OF_PI = 6
    """Cosine of the rational multiple of pi in its key, between 0 and 1/2."""
    SIGN = 7
    """-1 to the power it is of."""
    SYMBOL = 8
    ARC = 9
    """An inverse function without a known angle."""
    ABS = 10
    POWER = 11
    """The polynomial it is of, under a fractional exponent."""
    QUOTIENT = 12
    """A quotient of polynomials in the inside of another atom."""
    OPAQUE = 13
    """Anything else; equal keys are equal values, and nothing more is known."""


@dataclass(frozen=True, slots=True, order=True)
class Atom:
    """What arithmetic cannot take apart. Its kind and key say what it is; `of` is the polynomial in its inside."""

    kind: AtomKind
    key: str
    of: Any = field(default=None, compare=False, repr=False)

    def __hash__(self) -> int:
        return hash(self.key)


Exponent: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[Atom, Exponent], ...]
Polynomial: TypeAlias = Mapping[Monomial, fmpq]

ONE: Monomial = ()
IMAGINARY = Atom(AtomKind.IMAGINARY, "i")
PI = Atom(AtomKind.PI, "pi")
ALGEBRAIC = frozenset({AtomKind.PRIME, AtomKind.IMAGINARY, AtomKind.COSINE_OF_PI, AtomKind.POWER})
"""The kinds that are algebraic numbers where what they are of is one."""
_WITH_RELATION = frozenset({AtomKind.PRIME, AtomKind.IMAGINARY, AtomKind.SIGN, AtomKind.ABS, AtomKind.POWER})


def constant(value: fmpq | int) -> Polynomial:
    """The polynomial that is a number."""
    return {ONE: fmpq(value)} if value != 0 else {}


def single(atom: Atom, exponent: Exponent = 1) -> Polynomial:
    """The polynomial that is one atom, to a power that its relation leaves alone."""
    return {((atom, exponent),): fmpq(1)}


def prime(number: int, exponent: Exponent = 1) -> Polynomial:
    """A prime to a power."""
    return {((Atom(AtomKind.PRIME, str(fmpz(number)), number), exponent),): fmpq(1)}


def monomial_of(powers: Iterable[tuple[Atom, Exponent]]) -> Monomial:
    """The monomial of these powers of different atoms."""
    return tuple(sorted((item for item in powers if item[1]), key=_by_atom))


def _by_atom(power: tuple[Atom, Exponent]) -> Atom:
    return power[0]


def exponent_in(monomial: Monomial, atom: Atom) -> Exponent:
    """The exponent of an atom in a monomial, 0 where it does not occur."""
    return next((exponent for each, exponent in monomial if each == atom), 0)


def is_long(exponent: Exponent) -> bool:
    """Whether a prime's exponent holds a whole power that was too long to build."""
    return not -1 < exponent < 1


def lowest_exponents(polynomial: Polynomial, atoms: Iterable[Atom]) -> dict[Atom, Exponent]:
    """The lowest exponent of each atom in the terms of a polynomial."""
    return {atom: min((exponent_in(monomial, atom) for monomial in polynomial), key=Fraction) for atom in atoms}


def as_number(polynomial: Polynomial) -> fmpq | None:
    """The rational number that the polynomial is, if it is one."""
    if not polynomial:
        return fmpq(0)
    return polynomial.get(ONE) if len(polynomial) == 1 else None


def atoms_of(polynomial: Polynomial) -> set[Atom]:
    """The atoms that occur at the surface."""
    return {atom for monomial in polynomial for atom, _ in monomial}


def atoms_within(polynomial: Polynomial) -> Iterator[Atom]:
    """The atoms that occur at any depth, possibly more than once."""
    for atom in atoms_of(polynomial):
        yield atom
        if isinstance(atom.of, Mapping):
            yield from atoms_within(atom.of)


def text_of(polynomial: Polynomial) -> str:
    """One text for equal polynomials, different texts for different ones."""
    if not polynomial:
        return "0"
    return "+".join(_term_text(monomial, polynomial[monomial]) for monomial in sorted(polynomial, reverse=True))


def _term_text(monomial: Monomial, coefficient: fmpq) -> str:
    powers = [atom.key if exponent == 1 else f"{atom.key}^({exponent_text(exponent)})" for atom, exponent in monomial]
    if coefficient != 1 or not powers:
        powers.insert(0, coefficient.str())
    return "*".join(powers)


def exponent_text(exponent: Exponent) -> str:
    """Decimal digits of any length; Python's own conversion refuses long ones."""
    return str(fmpq(exponent.numerator, exponent.denominator).str())


class Algebra:
    """Arithmetic of polynomials that counts what it costs and stops when that is too much."""

    def __init__(self, work: int = MAX_WORK) -> None:
        self._left = work

    def spend(self, work: int) -> None:
        """Count some work.

        Raises:
            TooBigError: if the whole is more than was allowed.
        """
        self._left -= work
        if self._left < 0:
            raise TooBigError

    def add(self, first: Polynomial, second: Polynomial, factor: int = 1) -> Polynomial:
        """``first + factor * second``."""
        result = dict(first)
        self.spend(1 + (len(first) + len(second)) // 8)
        for monomial, coefficient in second.items():
            total = result.get(monomial, 0) + factor * coefficient
            if total == 0:
                result.pop(monomial, None)
            else:
                result[monomial] = total
        return self._checked(result)

    def scale(self, polynomial: Polynomial, factor: fmpq | int) -> Polynomial:
        """A number times a polynomial."""
        if factor == 1:
            return polynomial
        if factor == 0:
            return {}
        return self._checked({monomial: factor * coefficient for monomial, coefficient in polynomial.items()})

    def multiply(self, first: Polynomial, second: Polynomial) -> Polynomial:
        """The product, reduced by the relations of its atoms."""
        for one, other in ((first, second), (second, first)):
            number = as_number(one)
            if number is not None:
                self.spend(1 + len(other) // 8)
                return self.scale(other, number)
        self.spend(len(first) * len(second))
        result: dict[Monomial, fmpq] = {}
        for left, left_coefficient in first.items():
            for right, right_coefficient in second.items():
                coefficient = left_coefficient * right_coefficient
                monomial, factor, extras = self._merged(left, right)
                product: Polynomial = {monomial: coefficient * factor}
                for extra in extras:
                    product = self.multiply(product, extra)
                for key, value in product.items():
                    total = result.get(key, 0) + value
                    if total == 0:
                        result.pop(key, None)
                    else:
                        result[key] = total
        return self._checked(result)

    def product(self, factors: Iterable[Polynomial]) -> Polynomial:
        """The product of several."""
        result = constant(1)
        for each in factors:
            result = self.multiply(result, each)
        return result

    def power(self, base: Polynomial, exponent: int) -> Polynomial:
        """A polynomial to a power that is a whole number, 0 or more."""
        number = as_number(base)
        if number is not None:
            return constant(number_power(number, exponent))
        if len(base) == 1:
            ((monomial, coefficient),) = base.items()
            if not any(atom.kind in _WITH_RELATION for atom, _ in monomial):
                raised = tuple((atom, power * exponent) for atom, power in monomial)
                return {raised if exponent else ONE: number_power(coefficient, exponent)}
        if exponent > MAX_TERMS:
            raise TooBigError
        result = constant(1)
        square = base
        while exponent:
            if exponent & 1:
                result = self.multiply(result, square)
            exponent >>= 1
            if exponent:
                square = self.multiply(square, square)
        return result

    def reduce(self, monomial: Monomial, coefficient: fmpq) -> Polynomial:
        """A monomial with any exponents as a polynomial that the relations leave alone."""
        merged, factor, extras = self._merged(monomial, ONE)
        return self.product([{merged: coefficient * factor}, *extras])

    def _merged(self, first: Monomial, second: Monomial) -> tuple[Monomial, fmpq, list[Polynomial]]:
        """The product of two monomials: what is left of it, a number, and polynomials still to be multiplied with."""
        exponents: dict[Atom, Exponent] = dict(first)
        for atom, exponent in second:
            exponents[atom] = exponents.get(atom, 0) + exponent
        factor = fmpq(1)
        extras: list[Polynomial] = []
        for atom in [atom for atom in exponents if atom.kind in _WITH_RELATION]:
            exponent = exponents[atom]
            match atom.kind:
                case AtomKind.PRIME:
                    whole = floor(exponent)
                    if whole and abs(whole) * int(atom.of).bit_length() <= MAX_BITS:
                        factor *= number_power(fmpq(atom.of), whole)
                        exponent -= whole
                case AtomKind.IMAGINARY:
                    factor *= -1 if exponent % 4 in (2, 3) else 1
                    exponent %= 2
                case AtomKind.SIGN:
                    exponent %= 2
                case AtomKind.POWER:
                    whole = floor(exponent)
                    extras.append(self.power(atom.of, whole))
                    exponent -= whole
                case _:
                    extras.append(self.power(self.multiply(atom.of, atom.of), int(exponent // 2)))
                    exponent %= 2
            exponents[atom] = exponent
        merged = monomial_of(exponents.items())
        return merged, factor, [extra for extra in extras if as_number(extra) != 1]

    def _checked(self, polynomial: dict[Monomial, fmpq]) -> Polynomial:
        if len(polynomial) > MAX_TERMS or any(value.height_bits() > MAX_BITS for value in polynomial.values()):
            raise TooBigError
        return polynomial


def number_power(base: fmpq, exponent: int) -> fmpq:
    """A rational number to a whole power, built only where it stays short.

    Raises:
        TooBigError: if the number would be too long.
        UndefinedError: for a negative power of 0.
    """
    if base == 0 and exponent < 0:
        raise UndefinedError
    if base in (0, 1):
        return fmpq(1) if exponent == 0 else base
    if base == -1:
        return fmpq(-1 if exponent % 2 else 1)
    if base.height_bits() * abs(exponent) > MAX_BITS:
        raise TooBigError
    return base**exponent


def exponent_of(number: fmpq) -> Exponent:
    """A rational number as an exponent."""
    return int(number.p) if number.q == 1 else Fraction(int(number.p), int(number.q))


def common_denominator(exponents: Iterable[Exponent]) -> int:
    """The least number that makes all exponents whole."""
    return lcm(*(exponent.denominator for exponent in exponents))
