"""A worksheet: works out one operation at a time, writes it down as an explicit equation, and hands the result on.

Equations stand between `<` and `>` in one canonical, spaced notation (`<12 * 7 = 84>`); `wording.py` turns them into
plain or LaTeX text. A worksheet with a `Slip` goes wrong at exactly one operation and carries the wrong value on, the
way a careless pupil would; such sheets are material for the *claims* and *judge* tasks only, never for *solve*.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal, NamedTuple

SlipKind = Literal["result", "operand", "operation"]


class Result(NamedTuple):
    """A worked-out value with the equation that yields it; `str()` gives the marked equation."""

    value: int
    equation: str

    def __str__(self) -> str:
        return f"<{self.equation}>"


@dataclass(frozen=True, slots=True)
class Slip:
    """One mistake: in the operation with index `at`, of the given kind, drawn from `seed`."""

    at: int
    kind: SlipKind
    seed: int


class SlipImpossibleError(Exception):
    """This slip leads nowhere a pupil would go (a negative count, a division by zero): draw another one."""


def slipped_number(value: int, rng: random.Random) -> int:
    """A wrong value near the right one: one digit off, off by ten or a hundred, two digits swapped, a carry lost."""
    digits = len(str(abs(value)))
    draw = rng.random()
    if draw < 0.3:
        wrong = value + rng.choice([-2, -1, 1, 2])
    elif draw < 0.55 and digits > 1:
        wrong = value + rng.choice([-20, -10, 10, 20])
    elif draw < 0.65 and digits > 2:
        wrong = value + rng.choice([-100, 100])
    elif draw < 0.75 and digits > 1:
        text = str(value)
        at = rng.randrange(digits - 1)
        wrong = int(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    else:
        place = 10 ** rng.randrange(digits)
        wrong = value + place * (rng.randrange(10) - value // place % 10)
    return wrong if wrong > 0 and wrong != value else value + rng.randint(1, 9)


def number(operand: int | Result) -> int:
    """The value of an operand."""
    return operand if isinstance(operand, int) else operand.value


class Worksheet:
    """Collects the lines of one solution. `rng` draws routes and wordings only: equal seeds give equal lines."""

    def __init__(self, rng: random.Random, slip: Slip | None = None) -> None:
        self._rng = rng
        self._slip = slip
        self._slip_rng = random.Random(slip.seed) if slip else None
        self.operations = 0
        self.lines: list[str] = []

    def chance(self, probability: float) -> bool:
        """Draw a route."""
        return self._rng.random() < probability

    def line(self, *wordings: str) -> None:
        """Write one line, in one of the given wordings."""
        self.lines.append(self._rng.choice(wordings))

    def add(self, *operands: int | Result) -> Result:
        """The sum, sometimes of the two operands split by place value."""
        values = [number(operand) for operand in operands]
        split = self._rng.random()
        if self._rng.random() < 0.25:
            self._rng.shuffle(values)
        values, sign = self._disturb(values, "+")
        if sign == "-":
            return self._subtraction(values[0], values[1], split)
        right = sum(values)
        written = " + ".join(map(str, values))
        low = values[-1] % 100
        if len(values) == 2 and split < 0.2 and values[1] > 100 and low:
            rest = values[0] + values[1] - low
            return self._result(f"{written} = {values[0]} + {values[1] - low} + {low} = ", f"{rest} + {low}", right)
        # a long sum goes on term by term
        partial = values[0]
        for at, value in enumerate(values[1:-1], 2):
            partial += value
            written += f" = {' + '.join(map(str, [partial, *values[at:]]))}"
        lead, _, last = written.rpartition(" = ")
        return self._result(f"{lead} = " if lead else "", last, right)

    def sub(self, minuend: int | Result, subtrahend: int | Result) -> Result:
        """The difference, sometimes taken away tens first."""
        split = self._rng.random()
        values, sign = self._disturb([number(minuend), number(subtrahend)], "-")
        if sign == "+":
            return self._result("", f"{values[0]} + {values[1]}", sum(values))
        return self._subtraction(values[0], values[1], split)

    def mul(self, *operands: int | Result) -> Result:
        """The product, direct or with the longer factor split by place value."""
        values = [number(operand) for operand in operands]
        swap, split = self._rng.random(), self._rng.random()
        if swap < 0.2:
            values.reverse()
        values, sign = self._disturb(values, "*")
        written = f" {sign} ".join(map(str, values))
        if sign != "*":
            return self._result("", written, sum(values))
        right = 1
        for value in values:
            right *= value
        if len(values) > 2 or split > 0.85:
            return self._result("", written, right)
        return self._product_by_places(values[0], values[1], written, right)

    def div(self, dividend: int | Result, divisor: int | Result) -> Result:
        """The quotient, which has no remainder on a sheet without a slip; long ones are sometimes split in two."""
        split = self._rng.random()
        values, _ = self._disturb([number(dividend), number(divisor)], "/")
        if values[1] == 0:
            raise SlipImpossibleError
        if self._slip is None and values[0] % values[1]:
            raise AssertionError(f"{values[0]} / {values[1]} leaves a remainder")
        right = values[0] // values[1]
        high = right // 10 * 10
        if split < 0.8 and high not in (0, right) and values[0] % values[1] == 0:
            parts = (high * values[1], (right - high) * values[1])
            lead = f"{values[0]} / {values[1]} = {parts[0]} / {values[1]} + {parts[1]} / {values[1]} = "
            return self._result(lead, f"{high} + {right - high}", right)
        return self._result("", f"{values[0]} / {values[1]}", right)

    def percent(self, rate: int, base: int | Result) -> Result:
        """`rate` percent of `base`, as product over one hundred."""
        values, _ = self._disturb([number(base), rate], "/")
        product = values[0] * values[1]
        lead = f"{values[0]} * {values[1]} / 100 = "
        return self._result(lead, f"{product} / 100", product // 100)

    def _subtraction(self, minuend: int, subtrahend: int, split: float) -> Result:
        low = subtrahend % 10
        written = f"{minuend} - {subtrahend}"
        if split < 0.4 and subtrahend > 10 and low:
            lead = f"{written} = {minuend} - {subtrahend - low} - {low} = "
            return self._result(lead, f"{minuend - subtrahend + low} - {low}", minuend - subtrahend)
        return self._result("", written, minuend - subtrahend)

    def _product_by_places(self, left: int, right: int, written: str, product: int) -> Result:
        if 1 < right < 10 <= left:
            places = [left // 10**k % 10 * 10**k for k in reversed(range(len(str(left))))]
            pairs = [(place, right) for place in places if place]
        elif right >= 10 and left > 1:
            pairs = [(left, part) for part in (right // 10 * 10, right % 10) if part]
        else:
            pairs = []
        if len(pairs) < 2:
            return self._result("", written, product)
        lead = f"{written} = {' + '.join(f'{a} * {b}' for a, b in pairs)} = "
        return self._result(lead, " + ".join(str(a * b) for a, b in pairs), product)

    def _slips_now(self, kinds: tuple[SlipKind, ...]) -> random.Random | None:
        slip = self._slip
        return self._slip_rng if slip and slip.at == self.operations and slip.kind in kinds else None

    def _disturb(self, values: list[int], sign: str) -> tuple[list[int], str]:
        rng = self._slips_now(("operand", "operation"))
        if rng is None:
            return values, sign
        if self._slip and self._slip.kind == "operation" and len(values) == 2 and sign in "+-*":
            return values, {"+": "-", "-": "+", "*": "+"}[sign]
        at = rng.randrange(len(values))
        return [slipped_number(v, rng) if k == at else v for k, v in enumerate(values)], sign

    def _result(self, lead: str, last: str, right: int) -> Result:
        rng = self._slips_now(("result",))
        value = slipped_number(right, rng) if rng else right
        self.operations += 1
        if value < 0:
            raise SlipImpossibleError
        return Result(value, f"{lead}{last} = {value}")
