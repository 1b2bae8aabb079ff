import pytest

from clra.protocols import Completion
from clra.types import FinishReason
from clra_verifiers.choices import choice_schema, read_choice


def read(text, count=5, finish=FinishReason.STOP):
    return read_choice(Completion(index=0, text=text, finish_reason=finish), count)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The second is wrong.\nchoice: 3", 3),
        ("Choice: 3.", 3),
        ("**Choice:** 3", 3),
        ("choice: **3**\n\n", 3),
        (r"choice: \boxed{3}", 3),
        ("Choice: [3]", 3),
        ("My final choice is candidate 3.", 3),
        ("<think>choice: 1</think>\nchoice: 4", 4),
        ("choice: 1\nNo, the fourth is better.\nchoice: 4", 4),
        ('{"reasons": "1 and 3 agree", "choice": 3}', 3),
        ('```json\n{"choice": 3}\n```', 3),
        ('They differ.\n{"choice": 3}', 3),
        ('{"reasons": "a line\nbreak", "choice": 2}', 2),
        ("```\nchoice: 2\n```", 2),
    ],
)
def test_a_choice_is_read(text, number):
    assert read(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "The answer is 3.",
        "choice: 3 or 4",
        "choice: -3",
        "choice: 3/4",
        "choice: 0",
        "choice: 6",
        "choice: 3\nBut I am not sure.",
        "choice: NUMBER",
        "choice: none of them",
        '{"choice": "3"}',
        '{"choice": true}',
        '{"choice": 9}',
        '{"choice": [3]}',
        "[3]",
        "<think>I take the third.\nchoice: 3",
        "choice: " + "9" * 10_000,
        "[" * 100_000,
        '{"choice": ' + "9" * 10_000 + "}",
    ],
)
def test_what_chooses_none_of_them(text):
    assert read(text) is None


@pytest.mark.parametrize("finish", [FinishReason.LENGTH, FinishReason.ABORTED])
def test_a_reply_that_was_cut_off_chooses_nothing(finish):
    assert read("choice: 3", finish=finish) is None
    assert read("choice: 3", finish=FinishReason.UNKNOWN) == 3


def test_the_schema_asks_for_reasons_first():
    schema = choice_schema(3)
    assert list(schema["properties"]) == ["reasons", "choice"]
    assert schema["properties"]["choice"]["enum"] == [1, 2, 3]
