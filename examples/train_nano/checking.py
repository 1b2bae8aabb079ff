"""Independent exact check of the equations in a text, by a small parser over fractions.

Shares nothing with the worksheet.

Covers `+ - * /`, chains of `=`, one variable with a coefficient, and the LaTeX that `wording.py` writes. Does not cover
brackets, powers, decimals or units: such text is not read as an equation.
"""

from __future__ import annotations

import re
from fractions import Fraction

_TERM = r"(?:\d+[xyzn]?|[xyzn])"
_SIDE = rf"{_TERM}(?:\s?[-+*/]\s?{_TERM})*"
_EQUATION = re.compile(rf"(?<![\w.\\])-?{_SIDE}(?:\s?=\s?-?{_SIDE})+(?![\w.]\d|\w)")
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_ANSWER = re.compile(r"(?:Answer: |answer is \$?(?:\\boxed\{)?)(-?\d+)")
_ATOM = re.compile(r"\d+|[xyzn]|[-+*/]")


def equations(text: str) -> list[str]:
    """All equations of a text, in plain notation."""
    text = _FRACTION.sub(r"\1 / \2", text)
    for command in (r"\times", r"\cdot"):
        text = text.replace(command, "*")
    return [match.group() for match in _EQUATION.finditer(text)]


def answer(text: str) -> int | None:
    """The final answer that a solution states last, or None."""
    found = _ANSWER.findall(text)
    return int(found[-1]) if found else None


def _value(side: str, variable: Fraction) -> Fraction | None:
    """The value of one side: products bind first, left to right. None: a division by zero."""
    total, product, sign, operator = Fraction(0), None, 1, "*"
    for atom in _ATOM.findall(side):
        if atom in "+-":
            if product is not None:
                total += sign * product
            product, sign, operator = None, 1 if atom == "+" else -1, "*"
        elif atom in "*/":
            operator = atom
        else:
            factor = variable if atom in "xyzn" else Fraction(atom)
            if product is None:
                product = factor
            elif operator == "*":
                product *= factor
            elif factor == 0:
                return None
            else:
                product /= factor
            operator = "*"
    return total + sign * (product if product is not None else 0)


def holds(equation: str, variable: int = 0) -> bool:
    """Whether all sides are equal, with `variable` put for the letter."""
    values = [_value(side, Fraction(variable)) for side in equation.split("=")]
    return None not in values and len(set(values)) == 1


def all_hold(text: str) -> bool:
    """Whether there is at least one number-only equation and every such equation holds."""
    return holds_throughout([equation for equation in equations(text) if not re.search("[xyzn]", equation)])


def holds_throughout(found: list[str], variable: int = 0) -> bool:
    """Whether there is an equation at all and every one holds."""
    return bool(found) and all(holds(equation, variable) for equation in found)
