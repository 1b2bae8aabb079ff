"""Exercises of a settled form, from their text to the verdict on an answer."""

import pytest

from clra.parsing.exercises.readers import LONGEST, exercise_of
from clra.parsing.notation import to_text
from clra.parsing.solution import read_solution
from clra.types import Claim, ClaimKind, Outcome, Problem
from clra_verifiers.exact import ExactVerifier
from clra_verifiers.symbolic import SymbolicVerifier
from tests.hanging import no_hang

CONFIRMED, REFUTED, UNKNOWN = Outcome
REMARKS = "\nPlease note:\n1. Give coordinates in the form (x, y)\n2. Round decimal answers to 2 decimal places\n"
SIX = "Reply only with the final value in hexadecimal."


def term(text: str) -> str:
    exercise = exercise_of(text)
    return "" if exercise is None else to_text(exercise.term)


def closing(problem: str, answer: str) -> list[Claim]:
    reading = read_solution(f"The final answer is \\boxed{{{answer}}}.", None, Problem(text=problem))
    return [claim for claim in reading.claims if claim.kind is ClaimKind.ANSWER]


def outcome(problem: str, answer: str) -> Outcome | None:
    """What is known of an answer; None where nothing is said of it."""
    verdicts = [
        verifier.verify(claim, Problem(text=problem)).outcome
        for claim in closing(problem, answer)
        for verifier in (ExactVerifier(), SymbolicVerifier())
        if verifier.accepts(claim)
    ]
    return next((each for each in (REFUTED, CONFIRMED, UNKNOWN) if each in verdicts), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Please solve this problem. {SIX}\n((0x1f + 0b11) << 0x2)", "(31 + 3)*2^2"),
        ("What is 0xff - 0x0f * 2 in hexadecimal?", "255 - 15*2"),
        ("Compute: 0xf0 >> 3 >> 1", "floor(floor(240/2^3)/2^1)"),
        ("Compute 0b1100 & 0b1010 | 1 ^ 3", "10"),
        (
            "I have these dice: 2d4, 1d6. What are the odds of rolling 13 or higher? Please respond with a fraction.",
            "4/96",
        ),
        ("Given these dice: d6, d6. What is the probability of rolling exactly 7?", "6/36"),
        ("I have these dice: 2D4, 1d6. What are the odds of rolling at least 13?", "4/96"),
        (f"In triangle PQR with vertices P=(0, 0), Q=(4, 0), and R=(0, 3), find the area.{REMARKS}", "6"),
        (f"Find the circumcenter of triangle ABC with vertices A(0, 0), B(8, 0), and C(0, 6).{REMARKS}", "(4, 3)"),
        ("Consider triangle ABC whose vertices are A=(0,0), B=(6,0), C=(0,3). Compute its centroid.", "(2, 1)"),
        (
            "Given a triangle with vertices $A=(0,0)$, $B=(4,0)$, and $C=(0,3)$, find the radius of its incircle.",
            "12/(sqrt(25) + sqrt(9) + sqrt(16))",
        ),
        ("A film started at 19:30 and ended at 21:05. How long was the film? Answer in HH:MM.", "95"),
        (
            "How much time elapsed from 2031-02-27 22:00 +0100 to 2031-03-01 04:00 -0200? Answer in D days, HH:MM.",
            "1980",
        ),
        ("Find the minimum value of $x^2 - 6x$ over all real numbers $x$.", "min(builder(x^2 - 6*x, x∈RR))"),
        (
            "Let $a$ and $b$ be positive real numbers such that $ab = 9$. Find the least value of $a + b$.",
            "min(builder(a + b, a*b=9, a>0, b>0))",
        ),
        (
            "Solve for real t: 3*t**2 - 5 = 0\n1. Round all decimal values to 3 decimal places.",
            "3*t^2 - 5",
        ),
    ],
)
def test_what_an_exercise_asks_for(text, expected):
    assert term(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0x" * LONGEST,
        "The register holds 0x1f + 0x2. How many bits of it are set?",
        "Using 8-bit unsigned words, what is\n0xff + 0x01",
        f"{SIX}\n0x1 - 0x2",
        "Compute 0x1f / 0x2",
        "Compute (0x1f + 2",
        "Compute 0x1 << 100000",
        "0x1 " + "-" * 2_900 + "1",
        "I have these dice: 5d999. What are the odds of rolling 57 or higher?",
        "I have these dice: 2d6. What are the odds of rolling 9 or higher twice in a row?",
        "I have these dice: 2d6. What are the odds of rolling 9 or higher? How often would you bet?",
        "I have these dice: 0d6. What are the odds of rolling 9 or higher?",
        "I have these dice: 1d6. I reroll ones. What are the odds of rolling 3 or higher?",
        "In triangle ABC with vertices A=(0, 0), B=(1, 1), and C=(2, 2), find the area.",
        "In triangle ABC with vertices A=(0, 0), B=(4, 0), and C=(0, 3), find the area of its incircle.",
        "In triangle ABC with vertices A=(0, 0), B=(4, 0), and C=(0, 3), find the area. Then find the perimeter.",
        "In triangle PQR with vertices A=(0, 0), B=(4, 0), and C=(0, 3), find the area.",
        "In triangle ABC with vertices A=(0, 0), B=(4, 0), and C=(0, 3), find the measure of angle ABC.",
        "A film started at 23:30 and ended at 01:05. How long was the film? Answer in HH:MM.",
        "A film started at 2031-02-27 and ended at 21:05. How long was the film? Answer in HH:MM.",
        "A film started at 19:30 and ended at 21:05, with a break. How long was the film? Answer in HH:MM.",
        "Find the minimum value of $x^2 - 6x$ over all integers $x$.",
        "Let $a$ and $b$ be distinct positive real numbers with sum 7. Find the least value of $a^2 + b^2$.",
        "Let $a$ and $b$ be positive real numbers such that $a \\mid b$. Find the least value of $a + b$.",
        "Let $a$ be a positive real number. Find the least value of $a + b$.",
        "Solve for real t: 3*t**2 - 5 = 0",
        "Solve for real t: 3*t**2 - 5*u = 0\n1. Round all decimal values to 3 decimal places.",
        "Solve for real t: 3*t**2 - 5 = 0\n1. Round to 3 decimal places.\n2. Find the sum of the squares.",
    ],
)
def test_what_is_more_than_an_exercise_is_none(text):
    assert exercise_of(text) is None


HEX = f"{SIX}\nIf the answer is negative, reply as a negative value.\n0x10 - 0x1f"
ANGLE = f"In triangle ABC with vertices A=(1, 0), B=(0, 0), and C=(1, 1), find the angle at B in degrees.{REMARKS}"
RADIUS = f"Find the circumradius of triangle ABC with vertices A=(0, 0), B=(1, 0), and C=(0, 1).{REMARKS}"
POINT = f"Find the centroid of triangle ABC with vertices A=(0, 0), B=(1, 0), and C=(0, 1).{REMARKS}"
MEETING = "A meeting started at 2040-05-01 and ended at 2040-05-09. How long was the meeting? Answer in D days."
CALL = "A call started at 08:00:10 and ended at 09:30:50. How long was the call? Answer in HH:MM."
ROOTS = "Solve for real t: 3*t**3 - 5*t = 0\n1. Round all decimal values to 3 decimal places."
CUBE = "Solve for real e: e**3 - 7 = 0\n1. Round all decimal values to 2 decimal places."
PARABOLA = "Find the maximum value of $4x - x^2 - y^2$ for real $x$ and $y$."
BOX = "Let $x$ and $y$ be positive real numbers such that $x + y = 10$. Find the maximum value of $x^2 y$."


@pytest.mark.parametrize(
    ("problem", "answer", "expected"),
    [
        (HEX, "-0xf", CONFIRMED),
        (HEX, "-0xF", CONFIRMED),
        (HEX, "-0xe", REFUTED),
        (HEX, "0xf", REFUTED),
        (HEX, "-15", None),
        (ANGLE, "45°", CONFIRMED),
        (ANGLE, "45.00", CONFIRMED),
        (ANGLE, "45.02°", REFUTED),
        (RADIUS, "0.71", CONFIRMED),
        (RADIUS, "0.7071", CONFIRMED),
        (RADIUS, "0.70", REFUTED),
        (POINT, "(0.33, 0.33)", CONFIRMED),
        (POINT, "(0.33, 0.34)", REFUTED),
        (POINT, "0.33", None),
        (MEETING, "8 days", CONFIRMED),
        (MEETING, "9", None),
        (MEETING, "10", REFUTED),
        (CALL, "01:30", CONFIRMED),
        (CALL, "01:31", None),
        (CALL, "1:29", REFUTED),
        (CALL, "two hours", None),
        (ROOTS, "-1.291, 0, 1.291", CONFIRMED),
        (ROOTS, "-1.290, 0.000, 1.291", UNKNOWN),
        (ROOTS, "-1.391, 0, 1.291", REFUTED),
        (ROOTS, "-1.291, 1.291", REFUTED),
        (CUBE, "1.91", CONFIRMED),
        (CUBE, "1.93", REFUTED),
        (PARABOLA, "4", CONFIRMED),
        (PARABOLA, "3", REFUTED),
        (PARABOLA, "5", REFUTED),
        (BOX, "\\frac{4000}{27}", UNKNOWN),
        (BOX, "148", REFUTED),
        (BOX, "150", UNKNOWN),
    ],
)
def test_what_is_known_of_an_answer(problem, answer, expected):
    assert outcome(problem, answer) is expected


@pytest.mark.parametrize(
    "text",
    [
        "0x1" + "+(0x1" * 500,
        "(" * 1_000 + "0x1",
        "these dice: " + "1d6, " * 500 + "what",
        "triangle ABC with vertices " + "A=(1, 2), " * 250,
        "A film started at " + "12:00 " * 400 + "how long",
        "Find the minimum value of $x$ over " + "$x$, " * 190,
        "Solve for real t: " + "3*t+" * 600 + "=0\n",
        "a " * 1_400 + "started at how long",
    ],
)
def test_no_text_takes_long_to_be_refused(text):
    with no_hang():
        assert exercise_of(text) is None
