"""What a method of the symbolic verifier finds out about one reading of a claim."""

from enum import StrEnum
from typing import NamedTuple


class Method(StrEnum):
    """The kind of proof."""

    DERIVATIVE = "derivative"
    INTEGRAL = "integral"
    LIMIT = "limit"
    SUM = "sum"
    MATRIX = "matrix"
    EQUATION = "equation"
    """A solution put into a differential equation."""
    ROOTS = "roots"
    """The real solutions of an equation, isolated."""
    OPTIMUM = "optimum"
    """The greatest or least value of a term, by a better one."""


class Finding(NamedTuple):
    """True, false or open, and why."""

    truth: bool | None
    note: str = ""
