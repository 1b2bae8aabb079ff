"""What a text ties the letters of its formulas to: equations that they are known to obey.

Everything here is a guess on the safe side: letters may be free that count as tied.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from math import prod

from clra.parsing.notation import to_text
from clra.parsing.remembering import remembered
from clra.parsing.tree import (
    Call,
    Collection,
    Expression,
    Number,
    Operation,
    Relation,
    Relator,
    Statement,
    Symbol,
    children,
    symbol_names,
)

CONSTANTS = frozenset({"pi", "e", "i", "oo"})
ARITHMETIC = frozenset({"add", "mul", "neg", "div"})
"""The operators of rational terms, but for powers."""


@remembered
def letters_of(statement: Statement | None) -> frozenset[str]:
    """The letters of a statement, without the constants."""
    if statement is None:
        return frozenset()
    return symbol_names(statement) - CONSTANTS


class Ties:
    """What is known of letters: those that one equation gives in terms of others, and those that are not free.

    Letters that stand in one equation belong together. An equation that gives a new letter (``n = 7k + 2``) leaves the
    others as free as they were; any other ties all that belong to its letters.
    """

    def __init__(self) -> None:
        self._group: dict[str, str] = {}
        self._tied: set[str] = set()
        self._related: set[frozenset[str]] = set()
        """The letters of each equation."""
        self._tying: set[frozenset[str]] = set()
        """The same without those that give a new letter."""
        self._values: dict[str, int] = {}
        """What letters and function values were first said to be, modulo a prime."""
        self._sides: set[Expression] = set()
        """The terms that something was said to be equal to."""

    def learn(self, statement: Statement | None, text: str = "") -> None:
        """Take note of a relation; of one that could not be read, all letters of its text are tied."""
        match statement:
            case Relation(relator=Relator.EQUAL | Relator.ABOUT, left=left, right=right):
                self._learn_equation(left, right)
            case Collection():
                self._join(letters_of(statement), tie=True)
            case None if "=" in text:
                self._join(frozenset(re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", text)), tie=True)
            case _:
                pass

    def hold(self, statement: Statement | None, *, goes_on: bool) -> bool:
        """Whether something is known that may tie the letters of an equation.

        Args:
            statement: the equation.
            goes_on: whether it goes on with a chain, in which only what relates its very letters is used.
        """
        letters = letters_of(statement)
        if not goes_on:
            return any(self._root(letter) in self._tied for letter in letters)
        if isinstance(statement, Relation) and statement.right in self._sides:
            return True  # another value of the same thing: "AB = 2x = x + 5"
        return any(names <= letters for names in self._related) or any(
            names & letters and (len(names & letters) > 1 or len(names) == 2) for names in self._tying
        )

    def _learn_equation(self, left: Expression, right: Expression) -> None:
        if ratio(left, right, self._values) == 1:
            return  # it holds by what is known already
        self._sides.update((left, right))
        names = frozenset(_quantities(left)) | frozenset(_quantities(right))
        for side, other in ((left, right), (right, left)):
            match side:
                case Call(name=name, arguments=arguments) if all(isinstance(one, Symbol) for one in arguments):
                    bound = frozenset(one.name for one in arguments if isinstance(one, Symbol))
                    if letters_of(other):
                        names = (frozenset(_quantities(other)) - bound) | {f"{name}()"}
                        self._join(names, tie=f"{name}()" in self._group)
                        return
                case Symbol() | Call():
                    name = next(_quantities(side), "")
                    if name and name not in self._group and name not in _quantities(other):
                        self._define(name, other)
                        self._join(names, tie=len(names) == 1)
                        return
                case _:
                    pass
        self._join(names, tie=True)

    def _define(self, name: str, value: Expression) -> None:
        with suppress(ValueError):
            residue = _residue(value, self._values)
            if residue is not None:
                self._values[name] = residue

    def _join(self, names: frozenset[str], *, tie: bool) -> None:
        if not names:
            return
        self._related.add(names)
        if tie:
            self._tying.add(names)
        roots = [self._root(name) for name in sorted(names)]
        tied = tie or any(root in self._tied for root in roots)
        for root in roots:
            self._group[root] = roots[0]
        self._group.setdefault(roots[0], roots[0])
        if tied:
            self._tied.add(roots[0])

    def _root(self, name: str) -> str:
        while (parent := self._group.get(name, name)) != name:
            name = parent
        return name


def _quantities(side: Expression) -> Iterator[str]:
    """The letters of a side, and its function values, each as one thing of its own."""
    waiting: list[Statement] = [side]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call):
            yield to_text(node)
        elif isinstance(node, Symbol):
            if node.name not in CONSTANTS:
                yield node.name
        else:
            waiting.extend(children(node))


_PRIME = 2**61 - 1


def ratio(left: Expression, right: Expression, values: Mapping[str, int]) -> int | None:
    """One term divided by another modulo a prime; None where that has no value.

    Letters without a value stand for arbitrary numbers, so that terms with the ratio 1 are almost surely equal.
    """
    try:
        sides = (_residue(left, values), _residue(right, values))
        return None if None in sides else _combined("div", [side for side in sides if side is not None])
    except ValueError:  # a division by zero
        return None


def _residue(node: Statement, values: Mapping[str, int]) -> int | None:
    """The value of a term modulo a prime; None where it is not rational.

    Raises:
        ValueError: where it divides by zero.
    """
    match node:
        case Number(value=value):
            return value.numerator * pow(value.denominator, -1, _PRIME) % _PRIME
        case Symbol(name=name):
            if name in CONSTANTS:
                return None
            return values[name] if name in values else pow(int.from_bytes(name.encode(), "big"), 3, _PRIME)
        case Call():
            return values.get(to_text(node))
        case Operation(operator="pow", arguments=(base, Number(value=exponent))) if exponent.denominator == 1:
            found = _residue(base, values)
            return None if found is None else pow(found, int(exponent), _PRIME)
        case Operation(operator=operator, arguments=arguments) if operator in ARITHMETIC:
            parts = [_residue(argument, values) for argument in arguments]
            return None if None in parts else _combined(operator, [part for part in parts if part is not None])
        case _:
            return None


def _combined(operator: str, values: list[int]) -> int:
    if operator == "add":
        return sum(values) % _PRIME
    if operator == "neg":
        return -values[0] % _PRIME
    if operator == "div":
        return values[0] * pow(values[1], -1, _PRIME) % _PRIME
    return prod(values) % _PRIME
