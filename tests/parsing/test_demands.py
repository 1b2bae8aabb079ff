import pytest
from hypothesis import given
from hypothesis import strategies as st

from clra.parsing.answer_ranges import ANSWER
from clra.parsing.demands import Demand, demands_of
from clra.parsing.notation import to_text
from clra.parsing.questions import LONGEST_PROBLEM, question_of
from clra.types import Problem
from tests.hanging import no_hang


def demands(text: str) -> tuple[Demand, ...]:
    return demands_of(Problem(text=text))


def terms(text: str) -> list[str]:
    return [to_text(demand.term) for demand in demands(text) if demand.term is not None]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Compute $37_8 - 15_8$. Express your answer in base 8.", "37_8 - 15_8"),
        (r"What is the value of $\log_3 6 + \log_3 \frac{27}{2}$?", "log_3(6) + log_3(27/2)"),
        (r"Evaluate \[\frac{5!}{3!}.\]", "5!/3!"),
        ("Calculate 12 - -3 * 4.", "12 - (-3*4)"),
        ("What is 17 * 23?", "17*23"),
        ("((4 + -7) * (2 - 9)) =", "(4 - 7)*(2 - 9)"),
        ("Please solve this problem. Only reply with the final value.\n3.5 * (2 + 8) = ?", "3.5*(2 + 8)"),
        ("Find the greatest common divisor of 84, 36 and 60.", "gcd(84, 36, 60)"),
        ("What is the least common multiple of $14$ and $21$?", "lcm(14, 21)"),
        ("Find the remainder when $3^{45}$ is divided by $11$.", "3^45 mod 11"),
        ("What is the units digit of $7^{19}$?", "7^19 mod 10"),
        ("How many positive divisors does 72 have?", "(3 + 1)*(2 + 1)"),
        ("Find the sum of the positive divisors of $28$.", "(1 + 2 + 4)*(1 + 7)"),
        ("What is the sum of the first 30 positive integers?", "30*(30 + 1)/2"),
        ("Find the sum of the first 12 odd numbers.", "12^2"),
        ("What is the sum of all multiples of 4 between 9 and 31?", "5*(12 + 28)/2"),
        ("What is $35\\%$ of $80$?", "35/100*80"),
        ("What is 9 choose 4?", "binomial(9, 4)"),
        ("How many feet are in 7 yards?", "7*3"),
        (
            "What is the distance between the points $(1, 2)$ and $(4, 6)$?",
            "sqrt((1 - 4)^2 + (2 - 6)^2)",
        ),
        ("Compute $5^{-1} \\pmod{17}$.", "5^(-1) mod 17"),
        (r"Evaluate $\int_0^2 3x^2 \, dx$.", "integral(x, 0, 2, 3*x^2)"),
        (r"Find $\lim_{x \to 3} \frac{x^2-9}{x-3}$.", "limit(x, 3, (x^2 - 9)/(x - 3))"),
        ("If $4y - 1 = 11$, what is the value of $y^2 + 1$?", "y^2 + 1"),
        ("What is $6 \\times 7$?\n(A) 36 (B) 40 (C) 42 (D) 48", "6*7"),
    ],
)
def test_a_term_is_asked_for(text, term):
    assert terms(text) == [term]


@pytest.mark.parametrize(
    ("text", "unknowns"),
    [
        ("Solve for $x$: $3x - 5 = 16$.", ("x",)),
        ("Find all real values of $t$ such that $t^2 = 5t$.", ("t",)),
        ("What positive integer $n$ satisfies $n^2 + n = 132$?", ("n",)),
        ("Find the ordered pair $(a, b)$ such that $a + b = 9$ and $a - b = 3$.", ("a", "b")),
        ("For what value of $k$ is $2k + 7 = 19$?", ("k",)),
        ("Find the roots of $z^2 - 7z + 12 = 0$.", ("z",)),
        ("Solve $2^{w} = 32$.", ("w",)),
        ("Find the value of p in the equation: 12*p + 5 = 53", ("p",)),
        ("Find the smallest positive integer $m$ such that $m^2 > 200$.", ("m",)),
    ],
)
def test_unknowns_are_asked_for(text, unknowns):
    assert [demand.unknowns for demand in demands(text) if demand.unknowns] == [unknowns]


@pytest.mark.parametrize(
    ("text", "universal"),
    [
        ("Expand $(x+2)(x-5)$.", True),
        ("Factor $9y^2 - 4$ completely.", True),
        (r"Simplify $\frac{n^2-1}{n-1}$.", True),
        (r"Simplify $\sqrt{72}$.", False),
    ],
)
def test_a_form_of_a_term_holds_for_all_letters(text, universal):
    assert [demand.universal for demand in demands(text)] == [universal]


def test_an_antiderivative_is_told_by_its_derivative():
    (demand,) = demands("Find the indefinite integral: ∫ 6*x**2 + 4 dx")
    assert demand.antiderivative


@pytest.mark.parametrize(
    ("text", "base", "rounded", "percent"),
    [
        ("Express $47_{10}$ in base $6$.", 6, False, False),
        (r"Compute $\sqrt{11}$ to the nearest hundredth.", 10, True, False),
        (r"Express $\frac{3}{8}$ as a percent.", 10, False, True),
        (r"Express $\frac{3}{8}$ as a decimal.", 10, False, False),
    ],
)
def test_the_form_of_the_answer_is_read(text, base, rounded, percent):
    (demand,) = demands(text)
    assert (demand.base, demand.rounded, demand.percent) == (base, rounded, percent)


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("In how many ways can 6 books be lined up?", ("in ZZ", ">= 0")),
        ("How many positive integers below 50 are prime?", ("in ZZ", ">= 0")),
        ("What is the probability that two coins both land heads?", (">= 0", "<= 1")),
        ("What is the tens digit of $11^{12}$?", ("in ZZ", ">= 0", "<= 9")),
        ("What is the remainder when the sum of the page numbers is divided by 9?", ("in ZZ", ">= 0", "< 9")),
        (
            r"A chance is $\frac{p}{q}$, where $p$ and $q$ are relatively prime positive integers. Find $p+q$.",
            ("in ZZ", ">= 2"),
        ),
        ("Find the area of the field. Give your answer as an integer from 000 to 999.", ("in ZZ", ">= 0", "<= 999")),
    ],
)
def test_the_kind_of_number_is_told(text, conditions):
    found = [demand.conditions for demand in demands(text) if demand.conditions]
    assert found == [tuple(f"{ANSWER} {condition}" for condition in conditions)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A train leaves at noon.",
        "What is $2+3$? What is $4+5$?",
        "What is the value of $x$ in the figure below? [asy]draw((0,0)--(1,1));[/asy]",
        "Express $y$ in terms of $x$.",
        "Estimate $19.8 \\times 5.1$.",
        "Which of the following is closest to $\\sqrt{90}$?",
        "How many hours does the trip take?",
        "How many dollars does she have left?",
        "What is the average number of ways?",
        "For how many integers $n$ is $n^2 < 40$? What is their sum?",
        "Define $a \\star b = a^2 - b$. What is $3 \\star 4$?",
        "What is the sum of all values of $x$ such that $x^2 = 3x$?",
        "What is the sum of the integers between 3 and 9?",
        "How many pounds are in 3 tons?",
        "Compute 3 - 4.5^-2^x.",
        "Find a polynomial with root 3.",
        "Show that $2+2=4$.",
        "x" * (LONGEST_PROBLEM + 1),
    ],
)
def test_nothing_is_demanded_where_nothing_is_certain(text):
    assert demands(text) == ()


def test_the_number_of_solutions_is_no_solution():
    assert not any(demand.unknowns for demand in demands("Find the number of integers $n$ with $n^2 < 40$."))
    assert not any(demand.unknowns for demand in demands("For how many integers $n$ is $n^2 < 40$?"))


def test_divisors_may_be_negative_where_the_problem_does_not_say():
    assert terms("How many divisors does 20 have?") == ["either(6, 12)"]


def test_a_plain_power_of_a_negative_number_has_two_readings():
    assert terms("Compute -4.5^2.") == ["either(-4.5^2, (-4.5)^2)"]


def test_a_remark_on_the_answer_is_no_question():
    question = question_of("Find $3 \\cdot 8$. Express your answer as an integer. (Do not use a calculator.)")
    assert question is not None
    assert (question.verb, question.formula(question.asked)) == ("find", r"3 \cdot 8")
    assert "Express" in question.notes


def test_a_remark_that_asks_is_a_question_too():
    assert question_of("What is the chance? Write the answer as $\\frac{m}{n}$, find $m+n$.") is None


@given(st.text(alphabet="Find the what is $x+1=2.?\\(){}^,: \n0123456789", max_size=120))
def test_any_text_is_read_without_failing(text):
    with no_hang():
        demands(text)
