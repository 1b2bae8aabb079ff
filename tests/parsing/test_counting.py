import pytest

from clra.parsing.demands import demands_of
from clra.parsing.notation import to_text
from clra.types import Problem


def terms(text: str) -> list[str]:
    return [to_text(demand.term) for demand in demands_of(Problem(text=text)) if demand.term is not None]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("How many 1 bits are there in the binary representation of the number 21?", "1 + 0 + 1 + 0 + 1"),
        ("Find the number of ones in the binary expansion of $2^5 - 1$.", "1 + 1 + 1 + 1 + 1"),
        ("What is the sum of the digits of $4^6$?", "4 + 0 + 9 + 6"),
        ("Find the product of the digits of 273.", "2*7*3"),
        ("How many digits does $2^{40}$ have?", "13"),
        ("How many digits are in the base-ten representation of $5^{4} \\cdot 2^{7}$?", "5"),
        ("How many zeros does $30!$ end in?", "7"),
        ("How many perfect square factors does 3600 have?", "12"),
        ("How many positive divisors of 360 are multiples of 4?", "12"),
        ("How many divisors of 360 are perfect squares?", "4"),
        ("What is the sum of the odd divisors of 90?", "1 + 3 + 5 + 9 + 15 + 45"),
        ("What is the sum of all distinct positive two-digit factors of 60?", "10 + 12 + 15 + 20 + 30 + 60"),
        ("How many even factors does 12 have?", "either(4, 8)"),
    ],
)
def test_what_is_counted(text, term):
    assert terms(text) == [term]


@pytest.mark.parametrize(
    "text",
    [
        "What is the sum of the digits of the largest two-digit prime?",
        "What is the sum of all integer divisors of 12?",
        "How many divisors of 24 are less than 10?",
        "What is the units digit of $2^3-3^3$?",
        "What is the units digit of $47.3$?",
        "What is the last digit of $7^{22}$ in base 5?",
        "What is the sum of the first 10 natural numbers?",
        "Evaluate 10 + -3^2",
        "How many digits does the number of ways to seat 9 people have?",
        "How many 1 bits are there in the binary representation of $n$?",
        "How many zeros does $30!$ end in when it is written in base 6?",
        "What is the sum of the digits of 0.25?",
        "How many prime factors does 60 have?",
        "How many proper divisors of 60 are even?",
        "How many positive divisors of 60 are even or multiples of 5?",
        "How many positive divisors of 60 are divisors of 90?",
        "How many pairs of divisors of 60 are odd?",
        f"How many positive divisors of {10**30} are perfect squares?",
        "What is the sum of the divisors of 60 that are cubes of primes?",
        "What is the sum of the perfect cube divisors of 0?",
    ],
)
def test_what_is_not_certain_is_not_counted(text):
    assert terms(text) == []
