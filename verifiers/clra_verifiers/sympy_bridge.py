"""From our trees to SymPy's and back, node by node. No text is ever parsed or evaluated.

SymPy takes 0.6 s to import, so it is imported when the first expression is built.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from clra.parsing.tree import Expression, Number, Operation, Symbol, walk
from clra_verifiers.undecided import TooBigError, UndecidedError, UnsupportedError

MAX_NODES = 200
MAX_DIGITS = 60
MAX_EXPONENT = 60

_ONE_TO_ONE = MappingProxyType(
    {
        "exp": "exp",
        "ln": "log",
        "abs": "Abs",
        "sin": "sin",
        "cos": "cos",
        "tan": "tan",
        "cot": "cot",
        "sec": "sec",
        "csc": "csc",
        "arcsin": "asin",
        "arccos": "acos",
        "arctan": "atan",
        "sinh": "sinh",
        "cosh": "cosh",
        "tanh": "tanh",
        "factorial": "factorial",
    }
)
_BACK = MappingProxyType({theirs: ours for ours, theirs in _ONE_TO_ONE.items()})
_CONSTANTS = MappingProxyType({"pi": "pi", "e": "E", "oo": "oo"})


@contextmanager
def quietly() -> Iterator[Any]:
    """SymPy itself, without its warnings; whatever it raises becomes `UndecidedError`."""
    import sympy  # noqa: PLC0415 - 0.6 s

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield sympy
        except UndecidedError:
            raise
        except Exception as trouble:
            raise UndecidedError(f"SymPy gives up: {type(trouble).__name__}") from trouble


def to_sympy(tree: Expression, *, whole: frozenset[str] = frozenset()) -> Any:
    """The SymPy expression of a tree. Letters are real numbers, those in ``whole`` positive whole ones.

    Raises:
        UndecidedError: the tree is too large for SymPy, or has no counterpart there.
    """
    if sum(1 for _ in walk(tree)) > MAX_NODES:
        raise TooBigError("the term is too big for SymPy")
    with quietly() as sympy:
        return _built(tree, sympy, whole)


def symbol(name: str, *, whole: bool = False) -> Any:
    """The SymPy symbol of a letter, as `to_sympy` makes it."""
    with quietly() as sympy:
        return sympy.Symbol(name, integer=True, positive=True) if whole else sympy.Symbol(name, real=True)


def _built(tree: Expression, sympy: Any, whole: frozenset[str]) -> Any:
    match tree:
        case Number(value=number):
            if max(abs(number.numerator), number.denominator) >= 10**MAX_DIGITS:
                raise TooBigError("a number is too long for SymPy")
            return sympy.Rational(number.numerator, number.denominator)
        case Symbol(name=name):
            return getattr(sympy, _CONSTANTS[name]) if name in _CONSTANTS else symbol(name, whole=name in whole)
        case Operation(operator="pow", arguments=(_, Number(value=exponent))) if abs(exponent) > MAX_EXPONENT:
            raise TooBigError("an exponent is too big for SymPy")
        case Operation(operator=operator, arguments=arguments):
            return _operation(operator, [_built(argument, sympy, whole) for argument in arguments], sympy)
    raise UnsupportedError("nothing that SymPy knows")


def _operation(operator: str, parts: list[Any], sympy: Any) -> Any:
    match operator, parts:
        case "add", _:
            return sympy.Add(*parts)
        case "mul", _:
            return sympy.Mul(*parts)
        case "neg", [inner]:
            return -inner
        case "div", [above, below]:
            return above / below
        case "pow", [base, exponent]:
            if exponent.is_Integer and abs(exponent) > MAX_EXPONENT:
                raise TooBigError("an exponent is too big for SymPy")
            return sympy.Pow(base, exponent)
        case "root", [degree, radicand]:
            return sympy.Pow(radicand, 1 / degree)
        case "log", [base, inner]:
            return sympy.log(inner) / sympy.log(base)
    if operator in _ONE_TO_ONE and len(parts) == 1:
        return getattr(sympy, _ONE_TO_ONE[operator])(*parts)
    raise UnsupportedError(f"SymPy is not asked about {operator}")


def from_sympy(expression: Any) -> Expression:
    """The tree of a SymPy expression.

    Raises:
        UnsupportedError: it holds something that trees do not.
    """
    if expression.is_Rational:
        number = Fraction(int(expression.p), int(expression.q))
        return Number(number) if number >= 0 else Operation("neg", (Number(-number),))
    if expression.is_Symbol:
        return Symbol(str(expression.name))
    name = type(expression).__name__
    if name in _THEIR_CONSTANTS:
        return _THEIR_CONSTANTS[name]
    parts = tuple(from_sympy(part) for part in expression.args)
    rule = _THEIR_OPERATIONS.get(name)
    if rule is not None:
        return rule(*parts)
    if name in _BACK and len(parts) == 1:
        return Operation(_BACK[name], parts)
    raise UnsupportedError(f"SymPy answers with {name}")


def _power_of(base: Expression, exponent: Expression) -> Expression:
    """A power; fractional ones as roots, which are defined at zero too."""
    match exponent:
        case Operation(operator="neg", arguments=(Number() as positive,)):
            return Operation("div", (Number(Fraction(1)), _power_of(base, positive)))
        case Number(value=value) if value.denominator != 1:
            root = Operation("root", (Number(Fraction(value.denominator)), base))
            return root if value.numerator == 1 else Operation("pow", (root, Number(Fraction(value.numerator))))
    return Operation("pow", (base, exponent))


_THEIR_CONSTANTS: Mapping[str, Expression] = MappingProxyType(
    {
        "Pi": Symbol("pi"),
        "Exp1": Symbol("e"),
        "Infinity": Symbol("oo"),
        "NegativeInfinity": Operation("neg", (Symbol("oo"),)),
    }
)
_THEIR_OPERATIONS: Mapping[str, Callable[..., Expression]] = MappingProxyType(
    {
        "Add": lambda *parts: Operation("add", parts),
        "Mul": lambda *parts: Operation("mul", parts),
        "Pow": _power_of,
    }
)
