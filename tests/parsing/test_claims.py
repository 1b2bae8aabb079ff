import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clra.parsing.claims import find_claims
from clra.parsing.reader import read
from clra.parsing.steps import split_steps
from clra.types import Claim, ClaimKind, Modality, Problem, Span, Step
from tests.hanging import no_hang

ASSERTED, ASSUMED, GOAL, NEGATED, QUESTION = Modality


def claims_of(text: str, problem: str = "") -> tuple[Claim, ...]:
    return find_claims(text, split_steps(text), Problem(text=problem))


def formals(text: str, problem: str = "") -> list[str | None]:
    return [claim.formal for claim in claims_of(text, problem)]


def readings(text: str, problem: str = "") -> list[str]:
    return [formal for formal in formals(text, problem) if formal is not None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hence $2+3=5$.", ["2 + 3 = 5"]),
        (r"Hence \(2+3=5\).", ["2 + 3 = 5"]),
        ("Hence\n$$2+3=5$$\n", ["2 + 3 = 5"]),
        (r"Hence\[2+3=5\]and so on.", ["2 + 3 = 5"]),
        (r"\begin{align*} S &= 2+3 \\ &= 5 \end{align*}", ["S = 2 + 3", "2 + 3 = 5"]),
        (r"\[ \begin{aligned} 2x+1 &= 9 \\ 2x &= 8 \end{aligned} \]", ["2*x + 1 = 9", "2*x = 8"]),
        ("She has 4*3=<<4*3=12>>12 apples.", ["4*3 = 12"]),
        ("She has 4*3=<<4*5=20>>12 apples.", ["4*3 = 12", "4*5 = 20"]),
        ("It costs 3 * $4 = $<<3*4=12>>12.", ["3*$4 = $12", "3*4 = 12"]),
        ("so 5 × 12 = 60 minutes", ["5*12 = 60 minute"]),
        ("**Step 2:** The total is 15 + 27 = 42 dollars.", ["15 + 27 = 42 dollar"]),
        ("The sum is `3 + 4 = 7`.", ["3 + 4 = 7"]),
        ("2**3 = 8 and **2 + 2 = 4**", ["2^3 = 8", "2 + 2 = 4"]),
        ("One ticket costs 20 \\times 0.75 = \\$15.", ["20*0.75 = $15"]),
        ("$2^3$ = 8", ["2^3 = 8"]),
        ("$2+3$ * 6 = 30", ["(2 + 3)*6 = 30"]),
        ("$a = b = c$", ["a = b", "b = c"]),
        ("x² − 4 = (x−2)(x+2)", ["x^2 - 4 = (x - 2)*(x + 2)"]),
        ("4 times 5 equals 20", ["4*5 = 20"]),
        ("4 x 5 = 20 and 3x = 12", ["4*5 = 20", "3*x = 12"]),
        ("20% of 50 = 10", ["20%*50 = 10"]),
        ("\\[ S = 5 \\cdot 2 \\]\n\\[ = 10 \\]", ["S = 5*2", "5*2 = 10"]),
        ("A = 3 * 4\n  = 12", ["A = 3*4", "3*4 = 12"]),
        (r"$2^{10} \equiv 1 \pmod{11}$", ["2^10 == 1 (mod 11)"]),
        (r"$2^{10} \equiv 1$ (mod $11$)", ["2^10 == 1 (mod 11)"]),
        ("$50,000 + $80,000 = $130,000 is what he pays.", ["$50000 + $80000 = $130000"]),
        ("He pays $5 and she pays $7, so $5 + $7 = $12.", ["$5 + $7 = $12"]),
        ("9 - -9 - 6 = 12", ["9 - (-9) - 6 = 12"]),
        ("27-2=25, 20, 13+3=16", ["27 - 2 = 25", "13 + 3 = 16"]),
        ("(since 3 + 4 = 7)", ["3 + 4 = 7"]),
        ("gcd(84, 36) = 12", ["gcd(84, 36) = 12"]),
        ("x + y = 5   y = 2", ["x + y = 5", None]),
        (r"Problem:\n12 = 3*4", ["12 = 3*4"]),
        ("<think>2+2=4</think>", ["2 + 2 = 4"]),
    ],
)
def test_a_relation_is_read_where_it_stands(text, expected):
    assert formals(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "5R of 39 + 4 = 39",
        "half of 12 + 8 = 14",
        "20 percent of 50 + 1 = 11",
        "2 hours and a half of 3 = 120 minutes",
        r"$18 \div 4 = 4$ remainder $2$",
        r"$18 \div 4 = 4 \text{ remainder } 2$",
        "3 * 4 = 12 thousand",
        "3 * 4 = 12 times the other",
        "Day 2 = 15",
        "6 choices, 4, 6 = 12",
        "5 apples + 3 = 8",
        "1 + 2 + ... + 10 = 55",
        "4 @ 7 = 14",
        r"so $0 \\ \# \\ 5 = 5$",
        "So 3 + 2 = 5!",
        "tln(0.8) = ln(0.02)",
        "3:4 = 6:8",
        "- 10 = 2*5",
        "2 * 3 = 2 1/2-inch",
        "12 inches equals 1 foot",
        "7368 << 3 = 5894",
        "-50,671,4904 + 3404 = -47",
        "6 * 7 = 42,7056",
        "He lost 5+1=6 times $5",
        "100 days = 14 weeks and 2 days",
        "6 months = 1 half-year period",
        "16 + 9 = 25 (4² + 3²)",
        "|5/3 / 5/3| = 1",
        "- (-8650) = 8650",
        "536.5\n-342.25 = 194.25",
        "May (4) + August (2) = 23",
        "one foot is equal to 12",
        "2 + 2 = 4 or 5",
        "7! / 3! = 840, 120 ways",
        "1/6 = 1.666... × 10^-1",
        r"So 1/6 = 1.66... \times 10^{-1}.",
        "9 + 5 = 2 pm",
        "2 and 1/3 + 2/3 = 3",
        "We know that 5 + 6 = 11 [2].",
        "9 + 5 = 2 o'clock",
    ],
)
def test_an_operand_cut_short_is_not_read(text):
    assert readings(text) == []


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (r"Define $a \star b = a + 2b$.", r"$3 \star 4 = 11$"),
        ("The operation @ is defined by a @ b = ab + 1.", "2 @ 3 = 7"),
        ("The operation * is such that a * b = 2a + b.", "3 * 4 = 10"),
        ("What is 25 in base 6?", "2*10 + 13 = 33"),
        ("The set is closed under addition modulo 10.", "8 + 8 = 6"),
        (r"Use $\pi = 3$.", r"$\pi \cdot 5^2 = 75$"),
        ("", "Taking pi as 3, 2*pi*5 = 30."),
        ("", "Working modulo 7, we have 5 + 4 = 2."),
        ("", "The code is 010 + 011 = 101."),
        ("", "In binary, 19 = 10011."),
        ("", "We work mod 7 from now on.\nThe inverse is 2^(-1) = 4."),
    ],
)
def test_what_a_problem_redefines_is_not_read(problem, text):
    assert readings(text, problem) == []


@pytest.mark.parametrize(
    "text",
    [
        # a colon that divides
        "15 : 3 = 5",
        "84 : 7 = 12.",
        "So 15 : 3 = 5 apples.",
        "The ratio 15 : 3 = 5.",
        "5 = 15 : 3",
        "2 + 3 = 15 : 3",
        "(12 + 3) : 5 = 3",
        # numerals that go on
        r"1/3 = 0.\overline{3}",
        "1/3 = 0.(3)",
        "1.234.567 + 1 = 1.234.568",
        "12'345 + 1 = 12'346",
        "5 . 3 = 15",
        # numerations and rings
        "In octal, 17 + 1 = 20.",
        "1 + 1 = 10 in binary.",
        "101 + 11 = 1000 (base 2)",
        "In hexadecimal, 18 + 9 = 21.",
        "In Z/5Z: 3 + 4 = 2.",
        "In GF(2), 1 + 1 = 0.",
        "In the field F_2, 1+1=0",
        r"In $\mathbb{F}_2$, $1+1=0$.",
        r"In $\mathbb{Z}/5\mathbb{Z}$, $3+4=2$.",
        "In Boolean algebra 1 + 1 = 1.",
        "Last digits: 7^2 = 9, 7^3 = 3",
        "We look at last two digits. So 7^4 = 1.",
        # the numbers of equations, pages and years
        "(2) - (1) = 3",
        "From (1) and (2), (1) - 2*(2) = 0",
        "Using equations (1) and (2): 3*(1) = 10",
        "(1) = (2)",
        "$(2)-(1)=3$",
        "Pages 12-15 = 4 pages",
        "1990-2000 = 10 years",
        "from 1996 - 2004 = 9 years",
        "Answer 2 - 3 = 5",
        # numbers that belong to what stands before them
        "3 in 4 = 75%",
        "7 out of 10 = 70%",
        "5 subtracted from 12 = 7",
        "Subtract 5 from 12 = 7",
    ],
)
def test_what_may_be_a_part_of_something_else_is_not_read(text):
    assert readings(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Step 3: 5 + 2 = 8", "5 + 2 = 8"),
        ("Day 2: 3*4 = 13", "3*4 = 13"),
        ("x: 3 + 4 = 8", "3 + 4 = 8"),
        ("For 3 days: 3 + 4 = 8", "3 + 4 = 8"),
        ("So 15 / 3 = 6.", "15/3 = 6"),
        ("In all, 17 + 1 = 20.", "17 + 1 = 20"),
        ("The last digit is 4. So 3 + 4 = 8.", "3 + 4 = 8"),
        ("(2)(3) = 7", "2*3 = 7"),
        ("(2 + 3) = (6)", "2 + 3 = 6"),
        ("2(3) + 4 = 11", "2*3 + 4 = 11"),
        ("1990-1950 = 30", "1990 - 1950 = 30"),
        ("In 1990 - 5 = 1984", "1990 - 5 = 1984"),
        ("The page has 3 * 4 = 13 lines.", "3*4 = 13"),
        ("From the table, 3 * 4 = 13.", "3*4 = 13"),
        ("So 3! = 6, 120 - 6 is left.", "3! = 6"),
        ("We get 1/6 = 0.1666...", "1/6 = 0.1666"),
        ("There are 2<sup>5</sup> = 30 ways.", "2^5 = 30"),
        ("So 5<sup>-1</sup> = 0.3.", "5^(-1) = 0.3"),
        ("So 5<sup>2*(1 - 2)</sup> = 0.3.", "5^(2*(1 - 2)) = 0.3"),
        ("The 4<sup>th</sup> is 5 + 1 = 7.", "5 + 1 = 7"),
        ("First and 1/3 + 1/3 = 1/3", "1/3 + 1/3 = 1/3"),
    ],
)
def test_what_only_looks_like_a_part_is_read(text, expected):
    (claim,) = (claim for claim in claims_of(text) if claim.formal is not None)
    assert (claim.formal, claim.modality) == (expected, ASSERTED)


@pytest.mark.parametrize("used", ["3.14", "3 + x", "22/7", "3r"])
def test_pi_that_is_not_taken_to_be_three_is_read(used):
    assert readings(r"$\pi \cdot 5^2 = 75$", rf"Use $\pi = {used}$.") == ["pi*5^2 = 75"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Define a*b = a+2b. Then 3*4 = 11.", []),
        ("Let a*b = 2a+b. So 3*4 = 10.", []),
        ("Let x∘y = x+2y. Then 3∘4 = 11.", []),
        ("Let a*b = 12. So 3*4 = 13.", ["a*b = 12", "3*4 = 13"]),
        ("Define f(x) = 2x. Then 3*4 = 11.", ["f(x) = 2*x", "3*4 = 11"]),
    ],
)
def test_a_chain_may_define_a_sign(text, expected):
    assert readings(text) == expected


def test_code_is_skipped():
    assert formals("```\nx = 3 + 4\n```\n[asy] a = 5; [/asy]") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So $3*4=12$.", ASSERTED),
        ("We need 3 * 4 = 13 boxes.", ASSERTED),
        ("If there are 6, then 3 * 6 = 18.", ASSERTED),
        ("It is not a square, so 3 * 5 = 15.", ASSERTED),
        ("Substituting, the area is 0.5 * 6 * 8 = 25.", ASSERTED),
        ("The fraction is $2025/160000 = 45/3556$, which is not equal to any of the choices.", ASSERTED),
        ("Let $x = 5$.", ASSUMED),
        ("Suppose that $x + y = 7$.", ASSUMED),
        ("Suppose for contradiction that $2 = 3$.", ASSUMED),
        ("If $x = 2$, we are done.", ASSUMED),
        ("Case 1: $x = 2$.", ASSERTED),
        ("Plugging in $1$ we get $1 = 3 + 4$.", ASSUMED),
        ("which simplifies to $10 = -14 + 4$.", ASSUMED),
        ("We want to show that $a^2 + b^2 >= 2ab$.", GOAL),
        ("Find $x$ such that $x^2 = 2$.", GOAL),
        ("Is it possible that $x = 3$?", QUESTION),
        ("So 7 * 8 = 54?", QUESTION),
        ("It is not true that $2 + 2 = 5$.", NEGATED),
        ("Then $2 = 3$, a contradiction.", NEGATED),
        ("And $1 = 3 + 4$ is clearly not true.", NEGATED),
        ("We get $0 = 1$. This is impossible.", NEGATED),
        ("We get $11 = 5$. This equation is not possible.", NEGATED),
        ("Then $14 = 9 + 6$.\n\nThis still does not work.", NEGATED),
        ("This implies that $log(7) = 0$, which is not possible.", NEGATED),
        ("Solving for $a$, we get $1/16 = 0$, which is not possible.", NEGATED),
        ("Putting it into the original equation, we get $3 * 2 = 8$.", ASSUMED),
        ("Simplifying the equation, we get $3 * 2 = 8$.", ASSUMED),
        ("Substituting, we get $A = 3 * 2 = 8$.", ASSERTED),
        ("Dividing both sides by 4 gives $1 = 2 + 3$.", ASSUMED),
        ("So 7 * 8 = 54. Wait, that is wrong.", NEGATED),
        ("So 7 * 8 = 54. No, it is 56.", NEGATED),
        ("So 7 * 8 = 54, no, wait.", NEGATED),
        ("Our calculation that $9^2 + 2^2 = 97$ was wrong.", NEGATED),
        ("We get 0 = 1. So there is no solution.", ASSUMED),
        ("So 0 = 5. This has no solutions.", ASSUMED),
        ("The system gives 0 = 4, so the lines are parallel.", ASSUMED),
        ("John has 5, Mary has 6 = 11", ASSUMED),
        ("Two for $7 = 14", ASSUMED),
        ("The discriminant is $4 - 20 = -15$, so there is no real solution.", ASSERTED),
        ('"2 + 2 = 5" is false', NEGATED),
        ('So "2 + 2 = 5" is what we need.', ASSERTED),
        ('They write "2 + 2 = 5" on the board.', ASSUMED),
        ("Test: 2^2 = 5 fails.", NEGATED),
        ("2+2=5... no wait, 2+2=4", NEGATED),
        ("Oops: 12*12 = 142 should be 144.", NEGATED),
        ("3 * 4 = 13 should be enough.", ASSERTED),
        ("3 * 4 = 13 → should be 12", NEGATED),
        ("3 * 4 = 13, I mean 12", NEGATED),
        ("3 * 4 = 13 (typo: 12)", NEGATED),
        ("3 * 4 = 13 — make that 12", NEGATED),
        ("1/2 + 1/3 = 2/5 is a common mistake.", NEGATED),
        ("Tom says that 1/2 + 1/3 = 2/5. Explain his error.", NEGATED),
        ("Tom thinks 3 + 4 = 8. He is wrong.", NEGATED),
        ("Tom says that 3 + 4 = 8.", ASSUMED),
        ("I say that 3 + 4 = 8.", ASSERTED),
        ("Incorrect: 3*4 = 13", NEGATED),
        ("Correction of the wrong line: 3*4 = 13", ASSERTED),
        ("0 > 5: false, so shade the other side.", NEGATED),
        ("If we added first we would get 3 + 4 * 2 = 14.", ASSUMED),
        ("If he buys 4, he would pay 3 * 4 = 13 dollars.", ASSERTED),
        ("We need 2 + 2 > 4 here.", GOAL),
        ("2 + 2 > 4 must hold, but fails.", NEGATED),
        ("The inequality 2 + 2 > 4 has to be checked.", GOAL),
        ("So 2 + 2 > 4 and we are done.", ASSERTED),
        ("So the first inequality holds. But we also get 2 + 2 > 4.", ASSUMED),
        ("That would mean 10 = 3 * 3.", ASSUMED),
        ("That would mean 3 * 3 = 10.", ASSERTED),
        ("Find two of sum 9: 3 + 5 = 9? no.", QUESTION),
        ("The system is inconsistent: 3 + 5 = 9.", ASSUMED),
        ("So 7 = 9. This is never true.", NEGATED),
        ("If true, then: 3 * 4 = 13. That would settle it.", ASSUMED),
        ("If this equation holds, then 3 * 4 = 13.", ASSUMED),
        ("If that were the case, we would have 3 * 4 = 13.", ASSUMED),
        ("If it is hot, then 3 * 4 = 13.", ASSERTED),
        ("They incorrectly compute 3 * 4 = 13.", NEGATED),
        ("I had wrongly written that 3 * 4 = 13.", NEGATED),
        ("Wrongly add them: 3 + 4 = 8.", ASSERTED),
        ("This violates the inequality 2 + 2 > 4.", NEGATED),
        ("- 2 + 2 > 4: No", NEGATED),
        ("2 + 2 > 4 → no", NEGATED),
        ("So we have $2/3 = 5/7$. This does not help.", ASSUMED),
        ("So we have $4/6 = 3/5$.", ASSERTED),
        ("The probability is $38/51 = 3/4$.", ASSERTED),
        ("Plugging in 3 we get $7/8 = 1/2$.", ASSUMED),
        ("So $1/3 + 1/3 = 2/3 = 5/7$.", ASSERTED),
        ("Check the second equation: $3 * 4 - 2 = 11$.", ASSUMED),
        ("Set both equal:\n$$5\\pi = 5\\pi \\sqrt{3}$$", ASSUMED),
        ("Set both equal:\n$$5\\pi \\cdot 2 = 12\\pi$$", ASSERTED),
    ],
)
def test_the_words_around_tell_how_a_claim_is_held(text, expected):
    assert claims_of(text)[0].modality is expected


def test_a_result_that_is_calculated_anew_after_a_doubt_is_taken_back():
    text = "So 7*8 = 54. The total is 54 + 6 = 60. Wait, let me recompute. 7*8 = 56, and 56 + 6 = 62."
    assert [(claim.formal, claim.modality) for claim in claims_of(text)] == [
        ("7*8 = 54", NEGATED),
        ("54 + 6 = 60", NEGATED),
        ("7*8 = 56", ASSERTED),
        ("56 + 6 = 62", ASSERTED),
    ]


def test_a_check_that_finds_another_result_takes_the_first_one_back():
    text = "So 3 * 4 = 13. Let me double check. 3 * 4 = 12."
    assert [claim.modality for claim in claims_of(text)] == [NEGATED, ASSERTED]
    assert claims_of("So 3 * 4 = 13. Let me double check. 3 + 4 = 7.")[0].modality is ASSERTED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3*4 = 12 = 13", [ASSERTED, ASSERTED]),
        ("x = 12\n= 13", [ASSERTED, ASSERTED]),
        ("12|144 = 12", [ASSERTED, ASSUMED]),
        ("Rounded to the nearest ten, 137 = 140.", [ASSERTED]),
    ],
)
def test_two_different_numerals_are_equated_only_in_a_chain(text, expected):
    assert [claim.modality for claim in claims_of(text)] == expected


def test_without_a_doubt_both_results_stand():
    assert [claim.modality for claim in claims_of("7*8 = 54. Also 7*8 = 56.")] == [ASSERTED, ASSERTED]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Check the first condition:\n$$2 + 4^2 = 20$$\nThat is\n$$2 + 16 = 20$$", [ASSUMED, ASSUMED]),
        ("Let us try 5:\n\n20 = 4 + sqrt(9 - 5).\n\nThis simplifies to:\n\n20 = 4 + sqrt(4).", [ASSUMED, ASSUMED]),
        ("Check the first condition:\n$$2 + 4^2 = 18$$\nThen we get\n$$5 \\cdot 3 = 16$$", [ASSUMED, ASSERTED]),
        ("3(3) + 4 = 10\n9 + 4 = 10\n13 = 10", [ASSUMED, ASSUMED]),
        ("3(3) + 5 = 13\nThe sum of them is 12 = 13", [ASSERTED, ASSUMED]),
        ("3 > 2 holds; 2 + 2 > 4 does not.", [ASSERTED, NEGATED]),
        ("The equation 2x + 1 = 10 becomes 2(4) + 1 = 10.", [ASSERTED, ASSUMED]),
        ("So 1 + 2(3) = 5, which simplifies to 7 = 5, which is false.", [NEGATED, NEGATED]),
        ("So 1 + 2(3) = 5, and 3 * 3 = 8, which is false.", [ASSERTED, NEGATED]),
    ],
)
def test_what_is_brought_about_from_a_trial_or_leads_to_a_denial_is_held_like_it(text, expected):
    assert [claim.modality for claim in claims_of(text)][-2:] == expected


def test_lines_that_lead_to_a_denied_equation_are_denied_too():
    text = "\\[ \\frac{-14}{2} = 3 \\]\n\\[ -7 = 3 \\]\nThis is incorrect."
    assert [claim.modality for claim in claims_of(text)] == [NEGATED, NEGATED]


def test_what_is_calculated_with_a_rounded_whole_number_is_rounded():
    text = "So 41.3 * 83.7 ≈ 3460. Then 3460 * 2 = 6914. Also 57 * 2 = 114."
    assert [claim.rounded for claim in claims_of(text)] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "rounded"),
    [
        ("7 + 2/3 = <<7+2/3=7.666666666666667>>7", True),
        ("7 + 2/3 = <<7+2/3=7.666666666666667>>7.67", False),
        ("6 + 2 = <<6+2=8.0>>8", False),
    ],
)
def test_a_note_with_decimals_shows_that_a_whole_number_is_rounded(text, rounded):
    assert claims_of(text)[0].rounded is rounded


@pytest.mark.parametrize(
    "text", ["3k * 5 = <<3*5=15000>>15000", "He pays 3k*5=<<3*5=15000>>15000", "3K / 5 = $<<3/5=600>>600"]
)
def test_a_note_that_leaves_out_the_thousands_is_not_read(text):
    assert all("k" in reading.lower() for reading in readings(text))


@pytest.mark.parametrize(
    ("text", "rounded"),
    [
        ("It is approximately 2/3 = 0.67.", True),
        ("Rounded to the nearest ten, 137 = 140.", True),
        ("That is about $2 * 3 = 6$ of them.", True),
        ("How about this: 2 * 3 = 6.", False),
        ("So 2/3 = 0.67.", False),
    ],
)
def test_words_of_rounding_are_noticed(text, rounded):
    assert claims_of(text)[0].rounded is rounded


def test_kinds():
    text = r"$1+1=2$, $2<3$, $2^2 \equiv 1 \pmod 3$, $3 \mid 6$, $x \in \{1, 2\}$, $x \ne 2$, $x = 1 \text{ or } x = 2$"
    assert [claim.kind for claim in claims_of(text)] == [
        ClaimKind.EQUALITY,
        ClaimKind.INEQUALITY,
        ClaimKind.CONGRUENCE,
        ClaimKind.DIVISIBILITY,
        ClaimKind.OTHER,
        ClaimKind.INEQUALITY,
        ClaimKind.OTHER,
    ]


def test_a_claim_knows_its_place_and_step():
    text = "We add 2 + 3 = 5.\nThen ((4 + 4) + (1 + 1)) = 10 follows."
    steps = (Step(index=0, span=Span(0, 17)), Step(index=1, span=Span(18, len(text))))
    first, second = find_claims(text, steps)
    assert [(claim.text, claim.step) for claim in (first, second)] == [
        ("2 + 3 = 5", 0),
        ("((4 + 4) + (1 + 1)) = 10", 1),
    ]
    assert all(text[claim.span.start : claim.span.end] == claim.text for claim in (first, second))


def test_a_claim_without_steps_belongs_to_the_first():
    assert find_claims("1 + 1 = 2", ())[0].step == 0


# fmt: off
PIECES = st.sampled_from([
    "$", "$$", "\\(", "\\)", "\\[", "\\]", "<<", ">>", "```", "\\begin{align}", "\\end{align}", "\\\\", "&", "=",
    "<", "\\equiv", "\\pmod{7}", "\\frac{1}{2}", "12", "0.5", "3,000", "x", "(a)", "(", ")", "{", "}", "+", "-",
    "*", "/", "^", "!", "%", ",", ".", ":", ";", "?", "#", "@", "of", "if", "so", "Wait,", "not", "about", "hours",
    "remainder", "\n", "\n\n", "- ", "1. ", "**", "Step 1:",
])
# fmt: on


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_no_text_is_too_strange(text):
    steps = split_steps(text)
    for claim in find_claims(text, steps, Problem(text=text)):
        assert 0 <= claim.span.start <= claim.span.end <= len(text)
        assert text[claim.span.start : claim.span.end] == claim.text
        assert claim.step < max(1, len(steps))
        if claim.formal is not None:
            assert len(read(claim.formal)) == 1


@pytest.mark.parametrize(
    "unit",
    [
        "$",
        "\\[ a ",
        "(",
        "let ",
        "let a*b=",
        "if we would get ",
        "3 in ",
        "(1)-",
        "1+",
        "a = ",
        "2+2=4 ",
        "$2+2=4$ ",
        "<<1=1>>",
        "if ",
        "wait. ",
        "= ",
        "\\frac{",
        "of 3 = 4 or\n",
    ],
)
def test_a_long_text_does_not_hang(unit):
    text = unit * (50_000 // len(unit))
    with no_hang():
        find_claims(text, split_steps(text))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("One set is cheaper by 420*35/100 = 147.", ["420*35/100 = 147"]),
        ("Divide 420 by 7*5 = 35.", []),
        ("A rod of 12 m is longer by 3*4 = 24.", []),
    ],
)
def test_by_belongs_to_the_operand_unless_it_tells_a_difference(text, read):
    assert readings(text) == read


def test_without_something_denies_nothing():
    text = "Without the 6 that is 95 - 6 = 99."
    (claim,) = find_claims(text, split_steps(text))
    assert claim.modality is Modality.ASSERTED
