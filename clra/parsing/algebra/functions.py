"""Roots, powers, logarithms, absolute values and counting functions of exact values.

Conventions of school mathematics: letters stand for real numbers, and are positive where a root or logarithm of a lone
letter asks for it; ``sqrt(x^2)`` is ``|x|``; an odd root of a negative number is the real one.

Not covered: even roots (other than square roots) of negative numbers, logarithms of negative numbers, branches.
"""

from collections.abc import Callable
from fractions import Fraction
from math import comb, factorial, gcd, lcm

import flint
from flint import fmpq, fmpz
from flint.utils.flint_exceptions import DomainError

from clra.parsing.algebra.conjugation import is_real
from clra.parsing.algebra.enclosures import PRECISIONS, real_enclosure, sign
from clra.parsing.algebra.polynomials import (
    IMAGINARY,
    ONE,
    Atom,
    AtomKind,
    Exponent,
    Monomial,
    Polynomial,
    TooBigError,
    UndefinedError,
    UnknownValueError,
    as_number,
    atoms_of,
    constant,
    exponent_in,
    monomial_of,
    prime,
    single,
    text_of,
)
from clra.parsing.algebra.quotients import Field, Quotient

MAX_FACTORED_BITS = 2_000
MAX_TRIAL_PRIMES = 200
MAX_FACTORIAL = 5_000
MAX_BINOMIAL = 20_000
MAX_ROOT = 1_000
MAX_NUMERAL_BITS = 10_000
MAX_ARITHMETIC_BITS = 100
_ALWAYS_POSITIVE = frozenset({AtomKind.PRIME, AtomKind.PI, AtomKind.EXP, AtomKind.COSINE_OF_PI})


def factors(number: int) -> list[tuple[int, int]]:
    """Prime factors with their exponents; what small primes leave of a long number stays one factor."""
    if number.bit_length() > MAX_FACTORED_BITS:
        return [(number, 1)]
    limit = None if number.bit_length() <= 64 else MAX_TRIAL_PRIMES
    return [(int(factor), int(exponent)) for factor, exponent in fmpz(number).factor(trial_limit=limit)]


def number_factors(number: fmpq) -> list[tuple[int, int]]:
    """Prime factors of a positive rational number, those of the denominator with negative exponents."""
    below = [(factor, -exponent) for factor, exponent in factors(int(number.q))]
    return [(factor, exponent) for factor, exponent in factors(int(number.p)) + below if factor != 1]


def root(field: Field, degree: int, value: Quotient) -> Quotient:
    """The real root of a value (``i`` times it for the square root of a negative number).

    Raises:
        UnknownValueError: where there is no agreed reading.
        UndefinedError: for degree 0.
    """
    if degree == 0:
        raise UndefinedError
    if degree < 0:
        return field.over(field.number(1), root(field, -degree, value))
    if degree > MAX_ROOT:
        raise TooBigError
    if not _parts_are_real(value):
        return _polynomial_root(field, degree, as_polynomial(field, value))
    below = _polynomial_root(field, degree, value.denominator)
    return field.over(_polynomial_root(field, degree, value.numerator), below)


def _parts_are_real(value: Quotient) -> bool:
    """Whether numerator and denominator are real each for itself, so that they can be treated apart."""
    return as_number(value.denominator) == 1 or (is_real(value.numerator) and is_real(value.denominator))


def as_polynomial(field: Field, value: Quotient) -> Polynomial:
    """The value as a polynomial; a true quotient becomes one atom under its rational content."""
    if as_number(value.denominator) == 1:
        return value.numerator
    content, rest = primitive(field, value.numerator)
    inner = Quotient(rest, value.denominator)
    return field.scale(single(Atom(AtomKind.QUOTIENT, f"[{inner.text}]", inner)), content)


def _polynomial_root(field: Field, degree: int, radicand: Polynomial) -> Quotient:
    if not radicand:
        return field.number(0)
    content, rest = primitive(field, radicand)
    known = None if content > 0 and as_number(rest) == 1 else sign(field.of(radicand))
    factor = field.number(1)
    if content < 0 and as_number(rest) == 1:
        known = -1
    if known is not None and known != (1 if content > 0 else -1):
        content, rest = -content, field.scale(rest, -1)
    if content < 0 and (known is not None or degree % 2):
        content = -content
        factor = _root_of_minus_one(field, degree)
    elif content < 0:
        content, rest = -content, field.scale(rest, -1)
    numeric = field.product(
        field.reduce(_prime_power(p, Fraction(e, degree)), fmpq(1)) for p, e in number_factors(content)
    )
    return field.times(factor, field.times(field.of(numeric), _primitive_root(field, degree, rest)))


def _prime_power(number: int, exponent: Exponent) -> Monomial:
    return next(iter(prime(number, exponent)))


def _root_of_minus_one(field: Field, degree: int) -> Quotient:
    if degree % 2:
        return field.number(-1)
    if degree == 2:
        return field.of(single(IMAGINARY))
    raise UnknownValueError


def _primitive_root(field: Field, degree: int, rest: Polynomial) -> Quotient:
    """The root of a polynomial without a number to take out."""
    monomial = max(rest)
    if len(rest) == 1 and rest[monomial] == 1:
        return field.of(field.product(_atom_root(field, degree, atom, exponent) for atom, exponent in monomial))
    if degree == 2:
        simpler = _square_root(field, rest) or _denested(field, rest)
        if simpler is not None:
            return simpler
    return field.of(single(Atom(AtomKind.POWER, f"({text_of(rest)})", rest), Fraction(1, degree)))


def _atom_root(field: Field, degree: int, atom: Atom, exponent: Exponent) -> Polynomial:
    """The root of a power of an atom."""
    share = Fraction(exponent) / degree
    if atom.kind is AtomKind.IMAGINARY or (atom.kind is AtomKind.SIGN and degree % 2 == 0):
        raise UnknownValueError
    if atom.kind is AtomKind.SIGN:
        return single(atom)
    if atom.kind in _ALWAYS_POSITIVE or atom.kind is AtomKind.POWER:
        return field.reduce(((atom, share),), fmpq(1))
    if atom.kind is AtomKind.ABS and share.denominator != 1:
        inner = single(atom, exponent)
        return single(Atom(AtomKind.POWER, f"({text_of(inner)})", inner), Fraction(1, degree))
    if degree % 2 == 0 and Fraction(exponent).numerator % 2 == 0 and share.numerator % 2:
        positive = next(iter(absolute(field, field.of(single(atom))).numerator))
        return field.reduce(tuple((each, power * share) for each, power in positive), fmpq(1))
    return field.reduce(((atom, share),), fmpq(1))


def _square_root(field: Field, rest: Polynomial) -> Quotient | None:
    """|g| where the polynomial is g^2 and holds letters and transcendental atoms alone."""
    variables = sorted(atoms_of(rest))
    plain = all(
        isinstance(exponent, int) and exponent >= 0 and atom.kind in (AtomKind.SYMBOL, AtomKind.PI)
        for monomial in rest
        for atom, exponent in monomial
    )
    if not plain:
        return None
    context = flint.fmpq_mpoly_ctx.get(tuple(f"v{index}" for index in range(len(variables))), flint.Ordering.lex)
    dense = context.from_dict(
        {tuple(int(exponent_in(monomial, atom)) for atom in variables): value for monomial, value in rest.items()}
    )
    try:
        half = dense.sqrt()
    except DomainError:
        return None
    found: Polynomial = {
        monomial_of((atom, int(step)) for atom, step in zip(variables, key, strict=True)): value
        for key, value in half.to_dict().items()
    }
    return absolute(field, field.of(found))


def _denested(field: Field, rest: Polynomial) -> Quotient | None:
    """``sqrt(a + b sqrt(d))`` as a sum of two square roots, where that is possible over the rationals."""
    if len(rest) != 2 or ONE not in rest:
        return None
    surd = next(monomial for monomial in rest if monomial != ONE)
    if any(atom.kind is not AtomKind.PRIME or exponent != Fraction(1, 2) for atom, exponent in surd):
        return None
    constant_part, coefficient = rest[ONE], rest[surd]
    radicand = fmpq(1)
    for atom, _ in surd:
        radicand *= atom.of
    rest_square = constant_part**2 - coefficient**2 * radicand
    if rest_square < 0 or constant_part <= 0:
        return None
    inner = root(field, 2, field.number(rest_square)).number
    if inner is None:
        return None
    outer = root(field, 2, field.number((constant_part + inner) / 2))
    other = root(field, 2, field.number((constant_part - inner) / 2))
    return field.plus(outer, other, 1 if coefficient > 0 else -1)


def primitive(field: Field, polynomial: Polynomial) -> tuple[fmpq, Polynomial]:
    """The rational content (with the sign of the leading term) and the polynomial without it."""
    numerator, denominator = 0, 1
    for coefficient in polynomial.values():
        numerator, denominator = gcd(numerator, int(coefficient.p)), lcm(denominator, int(coefficient.q))
    content = fmpq(numerator, denominator) * (1 if polynomial[max(polynomial)] > 0 else -1)
    return content, field.scale(polynomial, 1 / content)


def absolute(field: Field, value: Quotient) -> Quotient:
    """The absolute value of a real value, the modulus of a number with ``i``."""
    known = sign(value)
    if known is not None:
        return value if known > 0 else field.negative(value)
    if not (is_real(value.numerator) and is_real(value.denominator)):
        return _modulus(field, value) if as_number(value.denominator) == 1 else opaque(field, "abs", value)
    return field.over(_polynomial_absolute(field, value.numerator), _polynomial_absolute(field, value.denominator))


def _modulus(field: Field, value: Quotient) -> Quotient:
    real, imaginary = parts(field, value)
    square = field.plus(field.times(real, real), field.times(imaginary, imaginary))
    return root(field, 2, square)


def parts(field: Field, value: Quotient) -> tuple[Quotient, Quotient]:
    """Real and imaginary part, letters being real.

    Raises:
        UnknownValueError: if ``i`` stands where it cannot be taken out.
    """
    if IMAGINARY in atoms_of(value.denominator):
        raise UnknownValueError
    real = {monomial: each for monomial, each in value.numerator.items() if (IMAGINARY, 1) not in monomial}
    imaginary = {
        tuple(item for item in monomial if item[0] != IMAGINARY): each
        for monomial, each in value.numerator.items()
        if (IMAGINARY, 1) in monomial
    }
    if any(IMAGINARY in atoms_of(each.of) for each in atoms_of(value.numerator) if isinstance(each.of, dict)):
        raise UnknownValueError
    below = value.denominator
    return field.normal(Quotient(real, below)), field.normal(Quotient(imaginary, below))


def _polynomial_absolute(field: Field, polynomial: Polynomial) -> Quotient:
    if not polynomial:
        return field.number(0)
    content, rest = primitive(field, polynomial)
    size = content if content > 0 else -content
    if len(rest) > 1:
        return field.of(field.scale(single(Atom(AtomKind.ABS, f"|{text_of(rest)}|", rest)), size))
    (monomial,) = rest
    result = constant(size)
    for atom, exponent in monomial:
        even = Fraction(exponent).numerator % 2 == 0
        if atom.kind in _ALWAYS_POSITIVE or atom.kind in (AtomKind.ABS, AtomKind.POWER) or even:
            result = field.multiply(result, single(atom, exponent))
        elif atom.kind is not AtomKind.SIGN:
            inner = single(atom)
            shell = Atom(AtomKind.ABS, f"|{atom.key}|", inner)
            result = field.multiply(result, field.reduce(((shell, exponent),), fmpq(1)))
    return field.of(result)


def integer_part(field: Field, name: str, value: Quotient) -> Quotient:
    """``floor`` or ``ceil``."""
    number = value.number
    if number is not None:
        return field.number(int(number.floor() if name == "floor" else number.ceil()))
    for bits in PRECISIONS:
        ball = real_enclosure(value, bits)
        if ball is None:
            break
        whole = (ball.floor() if name == "floor" else ball.ceil()).unique_fmpz()
        if whole is not None:
            return field.number(int(whole))
    return opaque(field, name, value)


def opaque(field: Field, name: str, *values: Quotient) -> Quotient:
    """A function of which nothing more is known than its arguments."""
    return field.of(single(Atom(AtomKind.OPAQUE, f"{name}({';'.join(value.text for value in values)})")))


def numeral(field: Field, digits: int, base: int) -> Quotient:
    """What a numeral stands for in a base up to ten.

    Raises:
        UndefinedError: a digit is not smaller than the base.
        UnknownValueError: of another base, or of a very long numeral.
    """
    if not 2 <= base <= 10 or digits < 0 or digits.bit_length() > MAX_NUMERAL_BITS:
        raise UnknownValueError
    try:
        return field.number(int(str(digits), base))
    except ValueError:
        raise UndefinedError from None


def counted(field: Field, value: Quotient) -> Quotient:
    """The factorial."""
    number = value.whole
    if number is not None:
        if number < 0:
            raise UndefinedError
        if number <= MAX_FACTORIAL:
            return field.number(factorial(number))
        return opaque(field, "factorial", value)
    shift = value.numerator.get(ONE, fmpq(0))
    if as_number(value.denominator) == 1 and shift.q == 1 and 0 < abs(shift) <= 50:  # (n + 2)! = (n + 2)(n + 1) n!
        base = field.plus(value, field.number(shift), -1)
        steps = range(1, int(shift.p) + 1) if shift > 0 else range(int(shift.p) + 1, 1)
        product = field.number(1)
        for step in steps:
            product = field.times(product, field.plus(base, field.number(step)))
        result = opaque(field, "factorial", base)
        return field.times(result, product) if shift > 0 else field.over(result, product)
    return opaque(field, "factorial", value)


def chosen(field: Field, above: Quotient, below: Quotient) -> Quotient:
    """The binomial coefficient."""
    total, part = above.whole, below.whole
    if total is not None and part is not None and total >= 0:
        if total > MAX_BINOMIAL:
            raise TooBigError
        return field.number(comb(total, part) if part >= 0 else 0)
    if part is not None and 0 <= part <= 20:
        product = field.number(1)
        for step in range(part):
            product = field.times(product, field.plus(above, field.number(-step)))
        return field.over(product, field.number(factorial(part)))
    rest = counted(field, field.plus(above, below, -1))
    return field.over(counted(field, above), field.times(counted(field, below), rest))


def arranged(field: Field, above: Quotient, below: Quotient) -> Quotient:
    """How many ways there are to put ``below`` of ``above`` things in order."""
    part = below.whole
    if part is None or not 0 <= part <= 20:
        return field.over(counted(field, above), counted(field, field.plus(above, below, -1)))
    product = field.number(1)
    for step in range(part):
        product = field.times(product, field.plus(above, field.number(-step)))
    return product


def arithmetic(field: Field, name: str, value: Quotient) -> Quotient:
    """The number of divisors, their sum, or Euler's totient."""
    number = value.whole
    if number is None or number <= 0 or number.bit_length() > MAX_ARITHMETIC_BITS:
        return opaque(field, name, value)
    if name == "totient":
        return field.number(int(fmpz(number).euler_phi()))
    return field.number(int(fmpz(number).divisor_sigma(0 if name == "divisor_count" else 1)))


def folded(field: Field, name: str, values: list[Quotient], combine: Callable[..., int]) -> Quotient:
    """``gcd``, ``lcm``: of whole numbers."""
    wholes = [value.whole for value in values]
    if any(whole is None for whole in wholes):
        return opaque(field, name, *sorted(values, key=lambda value: value.text))
    return field.number(combine(*wholes))


def extreme(field: Field, name: str, values: list[Quotient]) -> Quotient:
    """``max`` or ``min``."""
    best = values[0]
    for value in values[1:]:
        difference = field.plus(value, best, -1)
        known = 0 if not difference.numerator else sign(difference)
        if known is None:
            return opaque(field, name, *sorted(values, key=lambda each: each.text))
        if known == (1 if name == "max" else -1):
            best = value
    return best
