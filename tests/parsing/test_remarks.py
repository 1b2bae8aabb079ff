"""What remarks change nothing of what is asked for, and what becomes of answers where one does."""

import pytest

from clra.parsing.demands import demands_of
from clra.parsing.exercises.readers import exercise_of
from clra.parsing.remarks import is_corrected, is_harmless
from clra.parsing.skeleton import FIRST
from clra.types import Problem
from tests.hanging import no_hang

F = chr(FIRST)


@pytest.mark.parametrize(
    "sentence",
    [
        "Express your answer as a common fraction.",
        "Round your answer to 3 decimal places.",
        "Give your answer to the nearest hundredth.",
        "Return only the final value.",
        "2. Write all solutions separated by commas",
        f"Express your answer in the form {F}, where {F} and {F} are integers.",
        "Write the factors in a list (example: for 30 it is 2, 3, 5)",
        "For example, write 7*X**2 instead of 7*X^2.",
        "Do not include units.",
    ],
)
def test_a_remark_on_the_form(sentence):
    assert is_harmless(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Assume all values are 8 bits wide.",
        "Use the taxicab metric.",
        "Give the answer modulo 16.",
        "Give your answer plus one.",
        "Give only the positive solution.",
        "If there are several solutions, give the largest one.",
        "Give one real solution.",
        "Give the number of solutions.",
        "Give only the real part of the answer.",
        "Return the answer in hundredths.",
        f"Enter {F}.",
        "Express your answer in binary.",
        "Round the answer down to 2 decimal places.",
        "Do not round.",
        "List all factors of the answer.",
        "Write the answer backwards.",
    ],
)
def test_a_remark_that_may_change_the_task(sentence):
    assert not is_harmless(sentence)


def test_a_number_system_that_a_prefix_tells():
    assert is_harmless("Reply in hexadecimal.", prefixed=True)
    assert not is_harmless("Reply in hexadecimal.")


def test_a_correction():
    assert is_corrected("Correction: the 3 should read 4.")
    assert not is_corrected("Write the correct answer.")


@pytest.mark.parametrize(
    "text",
    [
        "What is the distance between $(0,0)$ and $(3,4)$? Use the taxicab metric.",
        "Compute $7+5$. Assume all arithmetic is modulo 10.",
        "All numbers in this problem are written in base 8. Compute $17+5$.",
        "In base 8, what is $17+5$?",
        "Add in base 8: $17+5$.",
        "Compute $176 + 255$ in base 8.",
        "How many digits does $2^{10}$ have in base 2?",
        "What is the sum of the digits of 255 in base 2?",
        "Solve $x^2 - 5x - 6 = 0$. Report the sum of the answers.",
        "Solve $x^2 - 5x - 6 = 0$ for $x$. Enter the answer multiplied by 10.",
        "Find the roots of $x^2 - 2 = 0$ and give the difference between the larger and the smaller one.",
        "Compute $3 \\cdot 4$. Give your answer plus 1.",
        "Compute $\\frac{14}{6}$. If the answer is written as $m/n$ in lowest terms, enter $m+n$.",
        "What is $100 - 37$? Correction: the first number should be 110.",
        "Calculate $3 + 4 \\cdot 2$. Always work from left to right.",
        "Evaluate $25\\pi$ to two decimal places. Use $\\pi = 3.14$.",
        "Evaluate $25\\pi$ to two decimal places. Take pi as 3.14.",
        "Evaluate $\\frac{2}{3}$ to 3 decimal places. Cut off further digits.",
        "Compute $\\frac38$. Answer in percent.",
        "We work in the integers modulo 7. Solve $3x = 1$.",
        "Solve $3x = 1$ in $\\mathbb{Z}_7$.",
        "All numbers are in base 6. Solve $x + 1 = 10$ for $x$.",
        "Suppose $x = 3$. Then $x$ is increased by 2. What is $x$?",
        "Find the remainder when $153$ is divided by 102. Give the answer squared.",
        "Find the remainder when $153$ is divided by 102. Give the answer in base 2.",
    ],
)
def test_a_problem_that_a_remark_changes_demands_nothing(text):
    assert demands_of(Problem(text=text)) == ()


ROOTS = "Solve for real t: t**2 - 5*t - 6 = 0\nRound to 3 decimal places.\n"
TRIANGLE = "In triangle ABC with vertices A=(0, 0), B=(4, 0), and C=(0, 3), find the "


@pytest.mark.parametrize(
    "text",
    [
        "I have these dice: d6, d8. What are the odds of rolling 13 or higher?\nAssume the d6 always shows 6.",
        "I have these dice: 2d6. What are the odds of rolling 12 or higher? Respond with a percentage.",
        "0xff + 0x01\nAssume all values are 8 bits wide.",
        "0xff + 0x01\nNote that only the low eight bits are kept.",
        "0x2 + 0x3 * 0x4\nNote that the operators are applied from left to right.",
        "0x1f - 0x20\nIf the answer is negative, give its two's complement.",
        "What is 0x10^2 in hexadecimal?",
        f"{TRIANGLE}area.\nNote that C was misprinted: it should be (0, 5).",
        f"{TRIANGLE}area (negative if clockwise).",
        f"{TRIANGLE}perimeter.\nUse the taxicab metric.",
        f"{TRIANGLE}angle at B in degrees.\nGive your answer in radians.",
        f"{ROOTS}If there are several solutions, give the largest one.",
        f"{ROOTS}Only give the smaller one.",
        f"{ROOTS}Assume t is positive.",
        "Find the smallest value of $n^2 - 7n$ for $n \\geq 1$.",
        "Let $m$ and $n$ be positive with $m + n = 7$. Find the maximum value of $mn$.",
    ],
)
def test_an_exercise_that_means_something_else_is_none(text):
    assert exercise_of(text) is None


@pytest.mark.parametrize(
    "text", ["Give " + "(ex " * 700, "Give form" + f" {F}," * 900, "Round " + "round " * 500, "Use " + "- " * 1400]
)
def test_long_sentences_are_gone_through_quickly(text):
    with no_hang(5):
        is_harmless(text)
