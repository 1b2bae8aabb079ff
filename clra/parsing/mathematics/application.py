"""Whether a name before a bracket is applied to it or multiplied by it: ``f(x)`` against ``x(x+1)``.

Reading and writing share this page, so that what is written as a call is read as one.
"""

from enum import Enum, auto

from clra.parsing.mathematics.vocabulary import CONSTANTS, GREEK, words
from clra.parsing.tree import Expression, Number, Operation, Symbol, Words


class Shape(Enum):
    """What stands in the brackets."""

    NUMBER = auto()
    NEGATIVE = auto()
    """A number with a minus sign."""
    NAME = auto()
    EVENT = auto()
    """Capital letters under set operators, or words."""
    ITSELF = auto()
    """The same name again, to which no function applies."""
    LIST = auto()
    OTHER = auto()


class Reading(Enum):
    """What a name and brackets are together."""

    CALL = auto()
    PRODUCT = auto()
    EITHER = auto()


FUNCTIONS = frozenset("fgFG")
"""Letters that are functions wherever a bracket follows."""
_PROBABLY = frozenset("hpqrsuvwABCDEHIJKLMNOPQRSTUVWXYZ") | words("phi varphi sigma tau psi Phi Psi zeta Gamma")
_OF_NUMBERS = frozenset("PQpq") | words("phi varphi sigma tau")
_PERHAPS_OF = {"e": (Shape.NUMBER, Shape.NAME), "i": (Shape.NUMBER,)}
"""Constants whose letters also name functions."""


def always_called(name: str) -> bool:
    """Whether a name is a function wherever a bracket follows."""
    return (
        name in FUNCTIONS
        or (name[-1] in "'}" and (name.endswith(("'", "^{-1}"))))
        or (name[0] in FUNCTIONS and name[1:2] == "_")
    )


def base_name(name: str) -> str:
    """A name without its subscript."""
    return name.partition("_")[0]


def application(name: str, shape: Shape) -> Reading:
    """How a name and a bracket of a shape are to be read."""
    base = base_name(name)
    if base in CONSTANTS:
        return Reading.EITHER if shape in _PERHAPS_OF.get(base, ()) else Reading.PRODUCT
    if shape in {Shape.LIST, Shape.EVENT} or always_called(name):
        return Reading.CALL
    if shape is Shape.ITSELF:
        return Reading.PRODUCT
    if base in _PROBABLY:
        certain = shape is Shape.NAME or (base in _OF_NUMBERS and shape in {Shape.NUMBER, Shape.NEGATIVE})
        return Reading.CALL if certain else Reading.EITHER
    return Reading.EITHER if shape in {Shape.NUMBER, Shape.NAME} else Reading.PRODUCT


def is_read_as_call(name: str, arguments: tuple[Expression, ...]) -> bool:
    """Whether a name before its arguments, as they are written, is certain to be read as their function."""
    base = base_name(name.removesuffix("^{-1}")).rstrip("'")
    if len(base) > 1 and base not in GREEK:
        return False
    if name == "C" and len(arguments) == 2 and all(isinstance(argument, Number) for argument in arguments):
        return False  # a binomial coefficient
    return application(name, shape_of(name, arguments)) is Reading.CALL


def shape_of(name: str, arguments: tuple[Expression, ...]) -> Shape:
    """The shape of arguments that were read."""
    if len(arguments) != 1:
        return Shape.LIST
    match arguments[0]:
        case Number():
            return Shape.NUMBER
        case Operation("neg", (Number(),)):
            return Shape.NEGATIVE
        case Symbol(inner):
            return Shape.ITSELF if inner == name else Shape.NAME
        case Operation("neg", (Symbol(),)):
            return Shape.NAME
        case Words():
            return Shape.EVENT
        case Operation("union" | "intersection" | "difference", parts) if all(_is_event(part) for part in parts):
            return Shape.EVENT
        case _:
            return Shape.OTHER


def _is_event(part: Expression) -> bool:
    return isinstance(part, Symbol) and part.name.isalpha() and part.name.isupper()
