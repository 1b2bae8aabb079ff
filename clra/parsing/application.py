"""Whether a name before a bracket is applied to it or multiplied by it: ``f(x)`` against ``x(x+1)``.

Reading and writing share this page, so that what is written as a call is read as one.
"""

from enum import Enum, auto

from clra.parsing.tree import Expression, Number, Operation, Symbol
from clra.parsing.vocabulary import CONSTANTS


class Shape(Enum):
    """What stands in the brackets."""

    NUMBER = auto()
    NAME = auto()
    EVENT = auto()
    """Capital letters under set operators."""
    LIST = auto()
    OTHER = auto()


class Reading(Enum):
    """What a name and brackets are together."""

    CALL = auto()
    PRODUCT = auto()
    EITHER = auto()


_ALWAYS = frozenset("fgFG")
_PROBABLY = frozenset("hpqrsuvwABCDEHIJKLMNOPQRSTUVWXYZ") | {"phi", "varphi", "sigma", "tau", "psi", "Phi", "Psi", "zeta", "Gamma"}
_OF_NUMBERS = frozenset("PQpq") | {"phi", "varphi", "sigma", "tau"}


def always_called(name: str) -> bool:
    """Whether a name is a function wherever a bracket follows."""
    return name in _ALWAYS or name[-1] in "'}" and (name.endswith(("'", "^{-1}"))) or (name[0] in _ALWAYS and name[1:2] == "_")


def application(name: str, shape: Shape) -> Reading:
    """How a name and a bracket of a shape are to be read."""
    base = name.partition("_")[0]
    if base in CONSTANTS:
        return Reading.PRODUCT
    if shape is Shape.LIST or always_called(name):
        return Reading.CALL
    if base in _PROBABLY:
        certain = {Shape.NAME, Shape.EVENT, Shape.NUMBER} if base in _OF_NUMBERS else {Shape.NAME, Shape.EVENT}
        return Reading.CALL if shape in certain else Reading.EITHER
    return Reading.EITHER if shape in {Shape.NUMBER, Shape.NAME} else Reading.PRODUCT


def shape_of(arguments: tuple[Expression, ...]) -> Shape:
    """The shape of arguments that were read."""
    if len(arguments) != 1:
        return Shape.LIST
    match arguments[0]:
        case Number() | Operation("neg", (Number(),)):
            return Shape.NUMBER
        case Symbol():
            return Shape.NAME
        case Operation("union" | "intersection" | "difference", parts) if all(_is_event(part) for part in parts):
            return Shape.EVENT
        case _:
            return Shape.OTHER


def _is_event(part: Expression) -> bool:
    return isinstance(part, Symbol) and part.name.isalpha() and part.name.isupper()
