"""Closed arithmetic with the imaginary unit: sides that are proved different.

The letter ``i`` is only taken for the imaginary unit where the problem speaks of complex numbers and the left side
calculates with it: ``i = 3`` may speak of an index. Not covered: order, which complex numbers do not have.
"""

import re

from clra.parsing.algebra.enclosures import PRECISIONS, enclosure, surely_different
from clra.parsing.algebra.evaluation import Evaluator
from clra.parsing.algebra.polynomials import TooBigError, UndefinedError, UnknownValueError
from clra.parsing.algebra.quotients import Quotient
from clra.parsing.tree import Operation, Relation, Relator, Symbol, walk
from clra_verifiers.wording import describe

_IMAGINARY = Symbol("i")
_TOPIC = re.compile(r"\bcomplex|\bimaginary|i\^\{?2\}? *= *-1|\\mathbb\{?C|\\sqrt\{-1\}|roots? of unity", re.IGNORECASE)


def speaks_of_complex_numbers(text: str) -> bool:
    """Whether a problem is one of complex numbers, in which ``i`` is the imaginary unit."""
    return _TOPIC.search(text) is not None


def difference_shown(relation: Relation) -> str:
    """What the sides of an equation with the imaginary unit are, where they are proved different; else nothing."""
    if relation.relator is not Relator.EQUAL or not _is_calculation(relation):
        return ""
    evaluator = Evaluator(as_written=True)
    try:
        left, right = evaluator.value(relation.left), evaluator.value(relation.right)
        if not surely_different(left, right):
            return ""
        return f"left side is {_in_words(left)}, right side is {_in_words(right)}"
    except (TooBigError, UndefinedError, UnknownValueError):
        return ""


def _is_calculation(relation: Relation) -> bool:
    """Whether the left side calculates with the imaginary unit: with a power, a product, a quotient, a modulus."""
    return any(isinstance(node, Operation) and _calculates(node) for node in walk(relation.left))


def _calculates(node: Operation) -> bool:
    holding = [_IMAGINARY in walk(argument) for argument in node.arguments]
    match node.operator:
        case "mul":
            return sum(holding) > 1
        case "div":
            return holding[1]
        case "pow" | "abs":
            return any(holding)
        case _:
            return False


def _in_words(value: Quotient) -> str:
    ball = enclosure(value, PRECISIONS[0])
    real, imaginary = describe(ball.real), describe(abs(ball.imag))
    if imaginary == "0":
        return real
    sign = "-" if ball.imag < 0 else "+"
    return f"{real} {sign} {imaginary}*i"
