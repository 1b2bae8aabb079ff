import pytest

from clra.parsing.answers import answer_text, final_answer, key_for
from clra.types import Chain, FinishReason, Problem
from tests.hanging import no_hang

FOUND = {
    r"Thus $x = \boxed{\frac{1}{2}}$.": r"\frac{1}{2}",
    r"so we get \fbox{12}": "12",
    r"hence \boxed 5": "5",
    r"\boxed{3}. Wait, let me check: 1 + 3 = 4. So the answer is \boxed{4}.": "4",
    r"The roots are \boxed{2} and \boxed{3}.": "2, 3",
    r"\boxed{1},\boxed{2},\boxed{3}": "1, 2, 3",
    r"First \boxed{1}. That settles the first part, and the second gives \boxed{2}": "2",
    "Answer: 42": "42",
    "**Answer:** $42$": "$42$",
    "**Final Answer**\n\nThe final answer is $7$. I hope it is correct.": "$7$",
    "### Final Answer:\nAdding up, we get:\n\\[ x = 9 \\]": r"\[ x = 9 \]",
    "She has 3 + 4 = 7 eggs.\n#### 7": "7",
    "So he pays $<<4*6=24>>24.\nA: 24": "24",
    "The correct option is (C).": "(C)",
    "<answer> 27 </answer>": "27",
    '```json\n{"reasoning": "...", "answer": "-\\\\frac{1}{2}"}\n```': r"-\frac{1}{2}",
    '{"answer": 42}': "42",
    "The answer is 23, which is the smallest value with a sum of 241.": "23",
    "The answer is 3 distinct values: 1, 0, and -1.": "3",
    "Therefore, the sixth term is $350$.": "$350$",
    "Adding, we find 30 + 12 = 42.": "42",
    "so x = 5.": "x = 5.",
    "1940": "1940",
    "<think>maybe \\boxed{1}</think>\nThe answer is 2.": "2",
    "...so it is 143.\\end{think}\n<answer>144</answer>": "144",
    "The answer is 5. Wait, that is wrong.\nSo x = 6.": "x = 6.",
}


@pytest.mark.parametrize(("text", "expected"), FOUND.items(), ids=range(len(FOUND)))
def test_finds_the_answer(text, expected):
    found = answer_text(text)
    assert found is not None
    assert found.text == expected


NOT_FOUND = [
    "",
    "I am not sure how to go on.",
    "There is no value of $N$ that makes the number $21420N$ divisible by 6.",
    "Let us now consider the second case",
    "<think>The answer is \\boxed{5}",
    "<think>a</think>\n<think>The answer is \\boxed{5}",
    "The answer is 5. No, let me recompute that.",
    r"So \boxed{12}. Wait, that is wrong.",
    "Final answer: I made a mistake.",
]


@pytest.mark.parametrize("text", NOT_FOUND)
def test_no_answer_where_there_is_none(text):
    assert answer_text(text) is None


def test_the_span_covers_the_marker():
    text = r"So the result is $\boxed{12}$, as claimed."
    found = answer_text(text)
    assert text[found.span.start : found.span.end] == r"\boxed{12}"


def test_a_truncated_chain_has_no_answer():
    for reason in FinishReason:
        answer = final_answer(Chain(text=r"\boxed{5}", finish_reason=reason))
        assert (answer is None) == (reason is not FinishReason.STOP)


def test_equal_answers_have_equal_keys():
    first = final_answer(Chain(text=r"So it is \boxed{\frac{1}{2}}."))
    second = final_answer(Chain(text="The answer is 0.5."))
    assert first.key == second.key
    assert (first.text, second.text) == (r"\frac{1}{2}", "0.5")


CHOICES = Problem(text="What is $6 \\cdot 7$?\n(A) 40 (B) 41 (C) 42 (D) $\\frac{1}{2}$")


@pytest.mark.parametrize(
    "text", ["(C)", "C", "c)", r"\text{C}", r"\text{(C)}\ 42", "42", "The correct option is (C) 42."]
)
def test_a_letter_and_its_text_are_one_answer(text):
    found = final_answer(Chain(text=rf"Hence the answer is {text}"), CHOICES)
    assert found.key == "C"


def test_choices_of_amc():
    problem = Problem(text=r"How many? $\textbf{(A)}\ 12 \qquad\textbf{(B)}\ 24 \qquad\textbf{(C)}\ 36$")
    assert key_for(r"\textbf{(B)}", problem) == key_for("24", problem) == "B"
    assert key_for("25", problem) == "25"


def test_the_unit_that_is_asked_for_goes_without_saying():
    problem = Problem(text="A rod is 2 m long. How many centimeters is that?")
    assert key_for("200 cm", problem) == key_for("200", problem) == key_for("2 m", problem) == "200"
    assert key_for("2", problem) == "2"
    speed = Problem(text="At 50 miles per hour, how far would a car travel in 2 hours?")
    assert key_for("100 miles", speed) == key_for("100", speed)


def test_a_comma_in_a_box_stands_between_values():
    assert final_answer(Chain(text=r"\boxed{5,15}")).key == key_for("15, 5")


@pytest.mark.parametrize(
    "text",
    [
        r"\boxed{" * 150_000,
        "the answer is " * 70_000,
        "Answer:" * 140_000,
        "<think>" * 140_000,
        "<answer>" * 120_000,
        "wait, no " * 110_000,
        '"answer": "' * 90_000,
        "a" * 1_000_000,
        "Let me know if" * 60 + "\nX",
        "I hope this helps." * 50_000 + "X",
        "$" * 1_000_000,
        "1 = " * 250_000,
        "\n" * 1_000_000,
        "#### 1" * 160_000,
        ". " * 500_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_chains_take_bounded_time(text):
    with no_hang():
        final_answer(Chain(text=text), Problem(text=text))


@pytest.mark.parametrize(
    ("problem", "answer", "same"),
    [
        ("Compute 2.5^9 correct to 3 significant figures.", "3814.697265625", "3.81e+3"),
        ("Compute -1/3, rounded to two decimal places.", "-1/3", "-0.33"),
        ("Round 2.675 to two decimal places.", "2.675", "2.68"),
        ("Find the indefinite integral of 2x.", "x^2", "x^2 + C"),
        ("Find the indefinite integral of sin(2x).", "-cos(2x)/2", "sin(x)^2 + C"),
    ],
)
def test_the_answer_in_the_form_that_is_asked_for(problem: str, answer: str, same: str) -> None:
    asked = Problem(text=problem)
    assert key_for(answer, asked) == key_for(same, asked)
    assert key_for(answer) != key_for(same)


@pytest.mark.parametrize(
    ("problem", "answer", "other"),
    [
        ("Compute 2.5^9 correct to 3 significant figures.", "3820", "3810"),
        ("Round 2.675 to two decimal places.", "2.67", "2.68"),
        ("Find the indefinite integral of 2x.", "x^2", "2x^2 + C"),
        ("Integrate 2x from 0 to 3.", "9", "9 + C"),
    ],
)
def test_other_answers_in_that_form_stay_apart(problem: str, answer: str, other: str) -> None:
    asked = Problem(text=problem)
    assert key_for(answer, asked) != key_for(other, asked)
