import pytest

from clra.parsing.conclusion import answer_claims
from clra.parsing.solution import read_solution
from clra.types import Answer, Claim, ClaimKind, Modality, Outcome, Premise, Problem
from clra_verifiers.exact import ExactVerifier

CONFIRMED, REFUTED, UNKNOWN = Outcome


def closing(problem: str, text: str, *, id: str = "") -> tuple[Claim, ...]:  # noqa: A002 - the field of that name
    """What is said of the final answer of a chain."""
    reading = read_solution(text, None, Problem(text=problem, id=id))
    return tuple(claim for claim in reading.claims if claim.kind is ClaimKind.ANSWER)


def answered(problem: str, answer: str) -> list[str | None]:
    return [claim.formal for claim in closing(problem, f"The final answer is ${answer}$.")]


@pytest.mark.parametrize(
    ("problem", "answer", "formal"),
    [
        ("Compute $13^2 - 9$.", "160", "13^2 - 9 = 160"),
        ("Compute $37_8 - 15_8$. Express your answer in base 8.", "22_8", "37_8 - 15_8 = 22_8"),
        ("Compute $37_8 - 15_8$. Express your answer in base 8.", "22", "37_8 - 15_8 = either(22_8, 22)"),
        ("Compute $37_8 - 15_8$. Express your answer in base 8.", "18", "37_8 - 15_8 = 18"),
        (r"Express $\frac{3}{8}$ as a percent.", "37.5", "3/8 = 37.5%"),
        (r"Express $\frac{3}{8}$ as a percent.", r"37.5\%", "3/8 = 37.5%"),
        ("What is $6 \\times 7$?\n(A) 36 (B) 40 (C) 42 (D) 48", "B", "6*7 = 40"),
        ("How many feet are in 30 inches?", "2.5", "30*(1/12) = 2.5"),
        ("How many hours are in 90 minutes?", "2", "90*(1/60) = 2"),
        ("Expand $(x+2)(x-5)$.", "x^2-3x-10", "(x + 2)*(x - 5) = x^2 - 3*x - 10"),
        ("Find the indefinite integral: ∫ 6*x**2 + 4 dx", "2x^3+4x+C", "derivative(x, 2*x^3 + 4*x + C) = 6*x^2 + 4"),
    ],
)
def test_an_answer_is_the_value_of_what_is_asked_for(problem, answer, formal):
    assert answered(problem, answer) == [formal]


def test_each_coordinate_is_a_claim():
    problem = "Find the midpoint of the segment joining $(1, 2)$ and $(5, 8)$."
    assert answered(problem, "(3, 5)") == ["(1 + 5)/2 = 3", "(2 + 8)/2 = 5"]


def test_each_solution_is_held_against_the_equation():
    claims = closing("Find the roots of $z^2 - 7z + 12 = 0$.", r"So the answer is $\boxed{3, 5}$.")
    assert [claim.formal for claim in claims] == ["z = 3", "z = 5", "z in {3, 5}"]
    assert all(Premise("z^2 - 7*z + 12 = 0") in claim.premises for claim in claims)


def test_a_pair_is_held_against_the_conditions_together():
    (claim,) = closing(
        "Find the ordered pair $(a, b)$ such that $a + b = 9$ and $a - b = 3$.", r"The answer is $\boxed{(6, 3)}$."
    )
    assert claim.formal == "a = 6"
    assert claim.premises[0] == Premise("b = 3")
    assert {"a + b = 9", "a - b = 3"} <= {premise.formal for premise in claim.premises}


def test_a_count_is_a_whole_number():
    (claim,) = closing("In how many ways can 6 books be lined up?", "The answer is 7.5.")
    assert claim.formal == "A = 7.5"
    assert Premise("A in ZZ") in claim.premises


def test_a_remainder_of_a_negative_number_may_be_negative():
    assert answered("What is the remainder when $-7$ is divided by 3?", "-1") == ["(-7) mod 3 = -1"]


def test_an_answer_of_the_aime_is_at_most_three_digits_long():
    (claim,) = closing("Find the area of the garden.", "The answer is 1021.", id="aime-2031-4")
    assert [premise.formal for premise in claim.premises] == ["A in ZZ", "A >= 0", "A <= 999"]


def test_an_answer_must_be_what_the_chain_found():
    text = "We get $3x = 51$, so $x = 17$.\n\nThe final answer is 16."
    claims = closing("Solve for $x$: $3x - 5 = 46$.", text)
    (derived,) = [claim for claim in claims if any(premise.source is not None for premise in claim.premises)]
    assert (derived.formal, derived.premises[0].formal) == ("x = 16", "x = 17")
    found = read_solution(text, None, Problem(text="")).claims[derived.premises[0].source]
    assert found.formal == "x = 17"


@pytest.mark.parametrize(
    "text",
    [
        "If $x = 17$ then $3x = 51$, which fails.\n\nThe final answer is 16.",
        "We get $x = 17$. Also $x = -2$.\n\nThe final answer is 16.",
        "We get $x = 17$. Wait, that is wrong: $x = 16$.\n\nThe final answer is 16.",
    ],
)
def test_what_a_chain_tries_or_takes_back_is_not_what_it_found(text):
    claims = closing("Solve for $x$: $3x - 5 = 46$.", text)
    assert not any(premise.source is not None for claim in claims for premise in claim.premises)


@pytest.mark.parametrize(
    ("problem", "answer"),
    [
        ("Compute $13^2 - 9$.", "\\text{sixteen}"),
        ("Compute $13^2 - 9$.", "x"),
        ("Compute $13^2 - 9$.", "160, 161"),
        ("Solve for $x$: $3x - 5 = 46$.", "y = 17"),
        ("Solve for $x$: $x^2 = 5$.", "2.24"),
        ("Find the ordered pair $(a, b)$ such that $a + b = 9$ and $a - b = 3$.", "6"),
        ("In how many ways can 6 books be lined up?", "72\\%"),
        (r"Compute $\sqrt{11}$, rounded down to 2 decimal places.", "3.31"),
        (r"Evaluate $\int_0^1 e^{x^2} dx$ to 3 decimal places.", "1.5"),
        ("Solve for x: 7*x = 3", "0.43"),
        ("Simplify the fraction 84/126 to its lowest terms.", "14/21"),
        ("Simplify the fraction 84/126 to its lowest terms.", "84/126"),
        ("Compute $13^2 - 9$.", "13^2 - 9"),
        ("Please solve this problem to a maximum of 5 significant digits.\n1.5 * 3.7 = ?", "5.6"),
        ("Expand $(x+2)(x-5)$.", "y^2-3y-10"),
        ("In quadrilateral $A B C D$, $A B = 5$ and $B C = 8$. Compute $A C$.", "7"),
        ("Tell a joke.", "7"),
        ("How many million people live in the valley?", "2.5"),
        ("Solve for $x$: $4x = 9$.", "2,25"),
        ("What is $\\frac{5}{2} + 1$ as a mixed number?", "3-1/2"),
        (
            "Compute $1234 \\cdot 56$. Give the answer in scientific notation to two decimal places.",
            "6.91 \\times 10^4",
        ),
    ],
)
def test_nothing_is_said_of_an_answer_that_is_not_understood(problem, answer):
    assert answered(problem, answer) == []


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (
            "Solve $\\sqrt{x + 4} = 6$ for $x$.",
            "So $x = 32$. And we can check our answer: $\\sqrt{32 + 4} = \\sqrt{36} = 6$.",
        ),
        ("Solve for $x$: $3x - 5 = 46$.", "So $x = 17$. Checking this answer: $3(17) - 5 = 46$."),
        ("Compute $13^2 - 9$.", "We get 160.\nFinal answer: Step 3: Subtract the numbers.\n\n$160 = x$"),
        (
            "A ball is drawn at random. What is the probability that it is red?",
            "Final Answer:\nThe probability is found as follows:\n\n- Total number of balls = 40\n- Red ones = 8",
        ),
        ("If $3t = 5.1$, what is $t$ rounded to the nearest integer?", "So $t = 1.7$. Rounding gives $\\boxed{2}$."),
    ],
)
def test_what_is_not_meant_as_the_answer_is_not_judged(problem, text):
    assert closing(problem, text) == ()


def test_a_chain_that_was_cut_off_has_no_answer():
    assert closing("Compute $13^2 - 9$.", "First, $13^2 = 169$.") == ()


def test_a_chain_that_ends_with_what_is_asked_for_has_one():
    (claim,) = closing("Compute $13^2 - 3^2$.", "First, $13^2 = 169$.\n\nSo $13^2 - 9 = 161$. The answer is $161$.")
    assert (claim.formal, claim.step, claim.modality) == ("13^2 - 3^2 = 161", 1, Modality.ASSERTED)


def test_the_answer_stands_on_what_the_chain_has_said_in_the_same_words():
    text = "So $13^2 - 9 = 161$. The answer is $161$."
    (claim,) = closing("Compute $13^2 - 9$.", text)
    said = read_solution(text, None, Problem(text="")).claims
    assert claim.formal == said[0].formal
    assert claim.uses == (0,)


@pytest.mark.parametrize(
    ("problem", "answer", "formal"),
    [
        (r"Compute $\sqrt{11}$ to the nearest hundredth.", "3.3", "abs(sqrt(11) - 3.30) <= 0.005"),
        (r"Compute $\sqrt{11}$ to the nearest hundredth.", "3.31662", "abs(sqrt(11) - 3.32) <= 0.005"),
        ("Solve for x: 3*x - 5 = 46", "17.5", "x in set(17.5)"),
        ("Find the indefinite integral: ∫ 6*X**2 dx", "2*X**3 + C", "derivative(X, 2*X^3 + C) = 6*X^2"),
        ("Simplify the fraction 84/126 to its lowest terms.", "2/3", "84/126 = 2/3"),
        (
            "Please solve this problem to a maximum of 5 significant digits.\n1.5 * 3.7 = ?",
            "5.9",
            "abs(1.5*3.7 - 5.9) <= 0.05",
        ),
    ],
)
def test_an_answer_with_digits(problem, answer, formal):
    assert answered(problem, answer) == [formal]


def test_an_answer_stands_on_the_latest_claim_that_arrives_at_it():
    text = "First, $5 + 6 = 11$. Then $9 * 9 = 80$ and $80 - 3 = 77$. And $70 + 7 = 77$. The answer is $77$."
    reading = read_solution(text, None, Problem(text="Compute $9 * 9 - 3$."))
    (claim,) = (claim for claim in reading.claims if claim.kind is ClaimKind.ANSWER)
    assert reading.claims[claim.uses[-1]].formal == "70 + 7 = 77"


@pytest.mark.parametrize(
    ("ending", "formal"),
    [
        ("Solution: Choice B", "6*7 = 40"),
        ("Solution: Choice_C: 42", "6*7 = 42"),
        ("Therefore the answer is option (A).", "6*7 = 36"),
        ("Solution: None of the choices A-D is right.", None),
        ("Solution: Choice B or C", None),
        ("Solution: Choice E", None),
    ],
)
def test_a_chain_may_end_by_naming_an_option(ending, formal):
    claims = closing("What is $6 \\times 7$?\n(A) 36 (B) 40 (C) 42 (D) 48", f"We multiply.\n\n{ending}")
    assert [claim.formal for claim in claims] == ([formal] if formal else [])


def test_without_an_answer_there_is_no_claim():
    assert answer_claims("", None, (), Problem(text="Compute $2+2$.")) == ()
    assert answer_claims("", Answer(key="4", text="4"), (), Problem(text="")) == ()


@pytest.mark.parametrize(
    ("problem", "answer", "outcome"),
    [
        ("Compute $37_8 - 15_8$. Express your answer in base 8.", "22", CONFIRMED),
        ("Compute $37_8 - 15_8$. Express your answer in base 8.", "18", CONFIRMED),
        ("Compute $37_8 - 15_8$. Express your answer in base 8.", "24", REFUTED),
        ("How many positive divisors does 72 have?", "12", CONFIRMED),
        ("How many positive divisors does 72 have?", "10", REFUTED),
        ("Find the remainder when $3^{45}$ is divided by $11$.", "1", CONFIRMED),
        ("Find the remainder when $3^{45}$ is divided by $11$.", "4", REFUTED),
        ("Compute $5^{-1} \\pmod{17}$.", "7", CONFIRMED),
        ("Compute $5^{-1} \\pmod{17}$.", "8", REFUTED),
        (r"Express $\frac{3}{8}$ as a percent.", "37.5", CONFIRMED),
        (r"Compute $\sqrt{11}$ to the nearest hundredth.", "3.32", CONFIRMED),
        (r"Compute $\sqrt{11}$ to the nearest hundredth.", "4.32", REFUTED),
        (r"What is $20\%$ of $45$?", "9", CONFIRMED),
        (r"What is $20\%$ of $45$?", "90", REFUTED),
        (r"What is $20\%$ of $45$?", "900", REFUTED),
        (r"What is $5\%$ of $5\%$?", r"25\%", REFUTED),
        ("What is the sum of all multiples of 4 between 9 and 31?", "100", CONFIRMED),
        ("How many feet are in 7 yards?", "21", CONFIRMED),
        ("Find the midpoint of the segment joining $(1, 2)$ and $(5, 8)$.", "(3, 5)", CONFIRMED),
        ("Find the prime factorization of 84.", r"2^2 \cdot 3 \cdot 7", CONFIRMED),
        ("What is the square root of $\\frac{49}{4}$?", "3.5", CONFIRMED),
        ("Find the sum of the positive divisors of $28$.", "57", REFUTED),
    ],
)
def test_answers_are_judged(problem, answer, outcome):
    claims = closing(problem, f"The final answer is ${answer}$.")
    verdicts = {ExactVerifier().verify(claim, Problem(text=problem)).outcome for claim in claims}
    assert verdicts - {UNKNOWN} == {outcome}


def test_a_coordinate_stands_for_itself():
    claims = closing("Find the midpoint of the segment joining $(1, 2)$ and $(5, 8)$.", "The answer is $(3, 6)$.")
    assert [claim.text for claim in claims] == ["3", "6"]
