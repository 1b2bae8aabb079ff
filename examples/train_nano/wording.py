"""How a worked-out solution is put on paper: layout, notation of its equations, form of the final answer."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Literal

Layout = Literal["lines", "numbered", "running"]
Notation = Literal["compact", "spaced", "latex"]
LAYOUTS: tuple[Layout, ...] = ("lines", "numbered", "running")
NOTATIONS: tuple[Notation, ...] = ("compact", "spaced", "latex")
MARKED = re.compile(r"<([^>]*)>")
QUOTIENT = re.compile(r"(\d+(?: \* \d+)*) / (\d+)")


@dataclass(frozen=True, slots=True)
class Style:
    """The outward form of one solution."""

    layout: Layout
    notation: Notation
    times: str
    """The LaTeX command for a product."""
    ending: str
    """The final answer, with `{}` for the number."""


def draw_style(rng: random.Random) -> Style:
    """Mostly plain and compact; one solution in seven in LaTeX."""
    notation = rng.choices(NOTATIONS, [0.74, 0.12, 0.14])[0]
    boxed = r"So the answer is $\boxed{{{}}}$." if notation == "latex" else r"So the answer is \boxed{{{}}}."
    plain_weight = 0.1 if notation == "latex" else 0.55
    return Style(
        layout=rng.choices(LAYOUTS, [0.55, 0.25, 0.2])[0],
        notation=notation,
        times=rng.choice([r"\times", r"\cdot"]),
        ending=rng.choices(["Answer: {}", "The answer is {}.", boxed], [plain_weight, 0.25, 0.2])[0],
    )


def written(line: str, style: Style) -> str:
    """A worksheet line with its marked equations in the style's notation."""

    def equation(match: re.Match[str]) -> str:
        text = match.group(1)
        if style.notation == "compact":
            return text.replace(" ", "")
        if style.notation == "spaced":
            return text
        text = QUOTIENT.sub(r"\\frac{\1}{\2}", text)
        return f"${text.replace('*', style.times)}$"

    line = MARKED.sub(equation, line)
    return line.replace("%", r"\%") if style.notation == "latex" else line


def solution_text(lines: list[str], answer: int, style: Style) -> str:
    """The whole solution as the model is to write it."""
    steps = [written(line, style) for line in lines]
    if style.layout == "numbered":
        steps = [f"Step {k}: {step}" for k, step in enumerate(steps, 1)]
    return (" " if style.layout == "running" else "\n").join([*steps, style.ending.format(answer)])


def calculations(lines: list[str]) -> list[str]:
    """The bare equations of worksheet lines, compact."""
    return [found.replace(" ", "") for line in lines for found in MARKED.findall(line)]


def claim_texts(lines: list[str], answer: int, style: Style) -> list[str]:
    """The claims the answer depends on: the answer itself and up to four steps that lead to it."""
    return [*(written(line, style) for line in lines[-4:]), f"The answer is {answer}."]
