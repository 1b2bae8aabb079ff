"""Whole solutions as people send them: of a right one no claim is REFUTED, of a wrong one the step where it goes wrong.

They go through the reader and all verifiers that calculate, in this process.
"""

import pytest

from clra.parsing.solution import read_solution
from clra.types import CheckedClaim, Claim, Modality, Outcome, Problem
from clra_verifiers.context import ContextVerifier
from clra_verifiers.exact import ExactVerifier
from clra_verifiers.symbolic import SymbolicVerifier
from tests.hanging import no_hang

VERIFIERS = (ExactVerifier(), ContextVerifier(), SymbolicVerifier())


def refuted(problem: str, solution: str) -> list[Claim]:
    """The asserted claims of a solution that a verifier refutes, in order."""
    task = Problem(text=problem)
    with no_hang():
        claims = read_solution(solution, None, task).claims
        checked = [
            CheckedClaim(
                claim=claim, verdicts=tuple(each.verify(claim, task) for each in VERIFIERS if each.accepts(claim))
            )
            for claim in claims
            if claim.modality is Modality.ASSERTED
        ]
    return [each.claim for each in checked if each.outcome is Outcome.REFUTED]


RIGHT = {
    "a unit behind the formula": (
        "A shelf has $l = 3$ m and $w = 40$ cm. Find $l + w$ in centimetres.",
        r"So $l + w = 340$ cm. The answer is \boxed{340}.",
    ),
    "units told apart from the numbers": (
        "Let v = 90 (in km/h) and t = 20 (in minutes). Find d = v t in kilometres.",
        "So d = v t = 90 * 20/60 = 30.",
    ),
    "an answer behind a dash": ("If 3x + 1 = 16, find x.", r"So x = 5 - \boxed{5}."),
    "an answer right behind a value": ("Compute 3 \\cdot 4.", r"So 3 \cdot 4 = 12 \boxed{12}."),
    "an answer in a formula's end": ("Compute 3^2.", r"\[3^{2} = 9 \fbox{9}\]"),
    "money": (
        "48 muffins at $2.50 and 30 cookies at $1.25; costs are $65.",
        "Muffins: 48 × $2.50 = $120.\nCookies: 30 × $1.25 = $37.50.\nProfit = $120 + $37.50 - $65 = $92.50.",
    ),
    "rebate and tax": (
        "A lamp of $40 is sold at 15% off, plus 8% tax.",
        "15% of 40 = 0.15*40 = 6, so it is 40 - 6 = 34.\n8% of 34 = 2.72. In all 34 + 2.72 = $36.72.",
    ),
    "up and down": (
        "Up 10%, then down 10%.",
        "200 → 220, then 220 → 198. 198/200 = 0.99 = 99%, so −1%.\n100 - 10% = 90 and 80 + 25% = 80 × 1.25 = 100.",
    ),
    "percentage points": (
        "A share rose from 4.2% to 5.0%.",
        "5.0% - 4.2% = 0.8 percentage points, and 0.8/4.2 ≈ 0.19 = 19%.",
    ),
    "clock": (
        "A film of 95 minutes begins at 10:50.",
        "95 min = 1 h 35 min. 10:50 + 1:35 = 12:25. In all 2 h 45 min + 1 h 30 min = 4 h 15 min.",
    ),
    "rounded on the way": (
        "A third of 120, roughly",
        "1/3 = 0.33\n0.33 × 120 = 39.6\nabout 40. Also 0.33 + 0.67 = 1 and 125/40 = 3.125, so 4 buses.",
    ),
    "decimal commas": (
        "Berechne 3,5 · 2,4 − 1,8 : 0,6.",
        "3,5 · 2,4 = 8,4\n1,8 : 0,6 = 3\n8,4 − 3 = 5,4\n12 · 1,025 = 12,30 und 1.234,50 + 765,50 = 2.000,00",
    ),
    "remainder": ("17 m in pieces of 3 m", "17 ÷ 3 = 5 remainder 2. So 5 pieces, and 2 m left over."),
    "calculator notes": ("Letters", "He writes 3*2=<<3*2=6>>6 pages, so 6*52=<<6*52=312>>312 a year.\n#### 312"),
    "table": (
        "Costs",
        (
            "| item | qty | unit | total |\n|---|---|---|---|\n| pens | 4 | $1.50 | $6.00 |\n"
            "| pads | 3 | $2.25 | $6.75 |\n\nSum = 6.00 + 6.75 = $12.75"
        ),
    ),
    "sharing": ("Divide 36 in the ratio 1:3.", "1 + 3 = 4 parts, 36/4 = 9, so 9:27 = 1:3."),
    "loose conversions": (
        "Convert.",
        (
            "1 mile = 1.6 km, so 5 miles = 8 km. 1 month = 4 weeks. $1 = €0.92. 50 mph = 80 km/h. 1 foot = 30 cm. "
            "1 lb = 454 g."
        ),
    ),
    "speeds": (
        "A car drives at v = 20 m/s for 5 s and then at v = 30 m/s for 4 s.",
        "First v = 20 and d = vt = 100 m.\nThen v = 30 and d = 120 m.\nIn all d = 100 + 120 = 220 m.",
    ),
    "units that are letters": (
        "Let m be the number of men and g of girls, m = 3g, m + g = 20. Each needs 2 m of rope and 300 g of flour.",
        "3g + g = 20, so g = 5 and m = 15. Rope: 20·2 = 40 m. Flour: 20·300 = 6000 g = 6 kg.",
    ),
    "volts": ("Let V = 12 V and R = 4 Ω.", "I = V/R = 12/4 = 3 A, and P = VI = 12·3 = 36 W."),
    "litres": ("A box has l = 8 and w = 5.", "A = lw = 8·5 = 40. With height 3: V = 40·3 = 120 cm³ = 0.12 l."),
    "friction": (
        "A block of m = 2 kg is pulled with 10 N, μ = 0.2.",
        "f = μmg = 0.2·2·9.8 = 3.92 N. a = (10 − 3.92)/2 = 3.04 m/s².",
    ),
    "gas": ("2 mol at 300 K in 0.05 m³", "P = nRT/V = 2(8.314)(300)/0.05 = 99768 Pa ≈ 9.98 × 10^4 Pa ≈ 99.8 kPa."),
    "roots": (
        "Solve x^2 - 5x + 6 = 0.",
        "x^2 - 5x + 6 = (x-2)(x-3) = 0, so x = 2 or x = 3.\nD = 25 − 24 = 1, x₁ = 3, x₂ = 2.",
    ),
    "extraneous": (
        r"Solve $\sqrt{x+7} = x + 1$.",
        (
            "Squaring, $x + 7 = x^2 + 2x + 1$, so $(x+3)(x-2) = 0$, $x = -3$ or $x = 2$.\n\n"
            r"Check $x = -3$: $\sqrt{4} = 2$ but $x + 1 = -2$, so it is extraneous. Hence $x = \boxed{2}$."
        ),
    ),
    "substitution": (
        "Solve $2x + y = 7$, $x - 3y = 0$.",
        "From the second, $x = 3y$. So $2(3y) + y = 7$, $7y = 7$, $y = 1$, $x = 3(1) = 3$.\n\nCheck: $2(3)+1 = 7$ ✓",
    ),
    "absolute value": (
        "Solve |x-1| + |x-4| = 7.",
        "If x < 1: 5 - 2x = 7, x = -1.\nIf 1 ≤ x ≤ 4: x - 1 + 4 - x = 3 ≠ 7.\nIf x > 4: 2x - 5 = 7, x = 6.",
    ),
    "signs": (
        "Solve (x-1)(x+2)/(x-3) >= 0.",
        "Zeros 1, -2, pole 3.\n| | x+2 | x-1 |\n|---|---|---|\n| x < -2 | - | - |\n\nSo [-2, 1] ∪ (3, ∞).",
    ),
    "no division by x": ("Solve x^2 = 2x.", "x may be 0. x^2 − 2x = 0, x(x−2) = 0, x = 0 or x = 2."),
    "two values": (
        "Let x + y = 10. Find y for x = 3 and x = 6.",
        "When x = 3, y = 7. When x = 6, y = 4. When x = y, x = 5.",
    ),
    "another x": (
        "Pens cost 3, pads 5.",
        "Let x be the pens: 3x = 12, so x = 4.\n\nNow let x be the pads: 5x = 35, so x = 7. In all 4 + 7 = 11.",
    ),
    "two circles": (
        "Circles of radii 3 and 5",
        "The first has r = 3 and area 9π. The second has r = 5 and area πr² = 25π.",
    ),
    "n again": (
        "A regular hexagon",
        "It has n = 6 sides: (6−2)·180° = 720°. The first n integers sum to n(n+1)/2; for n = 10 this is 55.",
    ),
    "at a point": (
        "Let f(x) = x^2 - 2x.",
        "f(3) = 9 - 6 = 3, f(-1) = 1 + 2 = 3, f(a+1) = a^2 - 1, and f(f(3)) = f(3) = 3.",
    ),
    "inverse": (
        "Let f(x) = 2x + 1.",
        "f^{-1}(x) = (x−1)/2, so f^{-1}(3) = 1, while 1/f(3) = 1/7. f(x)² = 4x² + 4x + 1.",
    ),
    "pieces": (
        r"Let $f(x) = \begin{cases} 2x+1 & x \le 1 \\ 5 - x & x > 1\end{cases}$.",
        "$f(1) = 3$ and $f(3) = 2$, so $f(f(1)) = 2$.",
    ),
    "own operation": ("Let a*b = a^2 - b. Compute (3*2)*4.", "3*2 = 9 - 2 = 7; 7*4 = 49 - 4 = 45."),
    "recurrence": ("a_1 = 1, a_{n+1} = 2a_n + 1. Find a_4.", "a_2 = 3, a_3 = 7, a_4 = 15. In general a_n = 2^n − 1."),
    "parity rule": (
        r"Let $a_{n+1} = \frac{a_n}{2}$ if $a_n$ is even and $3a_n+1$ if odd, $a_1 = 6$.",
        "a_2 = 3, a_3 = 10, a_4 = 5, a_5 = 16.",
    ),
    "two beginnings": (
        "Let $u_{n+1} = u_n + 3$. If u_1 = 2, find u_4; if u_1 = 5, too.",
        "First u_4 = 11, then u_4 = 14.",
    ),
    "exchanged": ("Let x = 2 and y = 3. Swap x and y.", "Now x = 3 and y = 2, so x − y = 1."),
    "telescope": (
        "Sum 1/(k(k+1)) up to 99.",
        r"$\frac{1}{k(k+1)} = \frac1k - \frac{1}{k+1}$, so it is $1 - \frac{1}{100} = \frac{99}{100}$.",
    ),
    "vieta": ("Let p, q be the roots of x^2 - 3x - 1 = 0.", "p + q = 3, pq = −1, p² + q² = 9 + 2 = 11."),
    "no real root": (
        "Has x² + 1 = 0 a real root?",
        "Assume x² + 1 = 0 for a real x. Then x² = −1 < 0, but x² ≥ 0. Contradiction.",
    ),
    "absurd": (
        "Is x + 1 = x possible?",
        "Suppose x = 3. Then 4 = 3, a contradiction. In general 1 = 0, which is impossible.",
    ),
    "fallacy": (
        "Find the error.",
        "Let a = b. Then (a−b)(a+b) = b(a−b). Dividing by a − b gives 2b = b and 2 = 1. The error: a − b = 0.",
    ),
    "induction": (
        "Prove 1 + ... + n = n(n+1)/2.",
        (
            "For n = 1: 1 = 1·2/2. Assume P(k): 1 + 2 + ... + k = k(k+1)/2. Then 1 + ... + k + (k+1) = k(k+1)/2 "
            "+ (k+1) = (k+1)(k+2)/2."
        ),
    ),
    "growth": ("Prove 2^n > n^2 for n ≥ 5.", "2^5 = 32 > 25 = 5². 2^{k+1} = 2·2^k > 2k² ≥ (k+1)²."),
    "functional": (
        "Find f with f(x − f(y)) = 1 − x − y for all real x, y.",
        "x = f(y): f(0) = 1 − f(y) − y. With c = f(0), y = 0: c = 1 − c, c = 1/2, f(x) = 1/2 − x.",
    ),
    "mean": ("Minimise x + 4/x, x > 0.", "x + 4/x ≥ 2√4 = 4, equality at x = 2. E.g. x = 1 gives 5, x = 4 gives 5."),
    "law of cosines": (
        "In triangle ABC: C = 60°, a = 5, b = 7.",
        "c² = a² + b² − 2ab cos C = 25 + 49 − 2·5·7·(1/2) = 39. Area = ½ab sin C = ½·5·7·√3/2 = 35√3/4.",
    ),
    "bc sin A": (
        "In triangle ABC: A = 60°, b = 5, c = 8.",
        "a² = b² + c² − 2bc cos A = 25 + 64 − 80·½ = 49, a = 7. Area = ½bc sin A = ½·5·8·sin 60° = 10√3.",
    ),
    "angles": (
        "A regular polygon has angles of 156°.",
        "180° − 156° = 24°, n = 360°/24° = 15. (15−2)·180°/15 = 156° ✓. sin 75° = sin(45° + 30°) = (√6+√2)/4.",
    ),
    "circle": (
        "x^2 + y^2 - 4x + 6y - 12 = 0",
        "x² − 4x + y² + 6y = 12\n(x − 2)² − 4 + (y + 3)² − 9 = 12\n(x − 2)² + (y + 3)² = 25, r = 5.",
    ),
    "choices": (
        "Committees of 3 out of 5 men and 4 women, a woman at least",
        "C(9,3) = 84, C(5,3) = 10, 84 - 10 = 74. The letters of BANANA: 6!/(3!·2!·1!) = 60.",
    ),
    "bayes": (
        "Sensitivity 99%, specificity 95%, prevalence 1%",
        "P(+) = 0.99·0.01 + 0.05·0.99 = 0.0594. P(D|+) = 0.0099/0.0594 = 1/6 ≈ 16.7%.",
    ),
    "euclid": (
        "gcd(252, 198)",
        (
            "252 = 1·198 + 54\n198 = 3·54 + 36\n54 = 1·36 + 18\n36 = 2·18 + 0\n"
            "18 = 54 − 36 = 4·54 − 198 = 4·252 − 5·198."
        ),
    ),
    "powers modulo": (
        "Last digit of 7^2023",
        "7^2 = 49 ≡ 9, 7^4 ≡ 21 ≡ 1 (mod 10). 2023 = 4·505 + 3, so 7^2023 ≡ 3 (mod 10).",
    ),
    "inverse modulo": (
        "Invert 17 modulo 43.",
        r"$17\cdot 38 = 646 = 15\cdot 43 + 1 \equiv 1 \pmod{43}$, so $17^{-1} \equiv -5 \equiv 38 \pmod{43}$.",
    ),
    "bases": (
        "Add 234_5 and 143_5; 1011_2 in decimal.",
        "4 + 3 = 7 = 12_5, carry 1. 234_5 + 143_5 = 432_5. 1011_2 = 8 + 0 + 2 + 1 = 11.",
    ),
    "hexadecimal": ("Compute 0xFF + 0b1010.", "0xFF = 255, 0b1010 = 10. 255 + 10 = 265 = 0x109."),
    "xor": ("In Python, 17 // 5, 2 ** 10 and 7 ^ 2 (xor)", "17 // 5 = 3, 2 ** 10 = 1024, 7 ^ 2 = 5."),
    "trace of a program": ("x = 7; x = x * 3; x = x - 1", "x = 7\nx = 7 * 3 = 21\nx = 21 - 1 = 20"),
    "tangent": (
        "Find the extrema of f(x) = x³ − 3x + 2.",
        "f'(x) = 3x² − 3 = 3(x−1)(x+1), zero at x = ±1. f''(x) = 6x, f''(1) = 6 > 0, f(1) = 0, f(−1) = 4.",
    ),
    "by parts": (
        r"Find $\int_0^1 x e^x dx$.",
        "u = x, dv = e^x dx, du = dx, v = e^x.\n∫_0^1 x e^x dx = [x e^x]_0^1 − ∫_0^1 e^x dx = e − (e − 1) = 1.",
    ),
    "related rates": (
        "x² + y² = 100, dx/dt = 2 at x = 6.",
        "2x dx/dt + 2y dy/dt = 0. When x = 6, y = 8: 24 + 16 dy/dt = 0, dy/dt = −1.5.",
    ),
    "rows": ("Solve x+2y=5, 3x+4y=11.", "[1 2 | 5; 3 4 | 11]\nR2 → R2 − 3R1: [1 2 | 5; 0 −2 | −4]\nx = 1, y = 2."),
    "matrices": (
        "Invert a matrix.",
        (
            r"$\begin{pmatrix}1&2\\3&5\end{pmatrix}\begin{pmatrix}-5&2\\3&-1\end{pmatrix} = "
            r"\begin{pmatrix}1&0\\0&1\end{pmatrix}$, $\det = 5 - 6 = -1$."
        ),
    ),
    "complex": (
        "Compute (3 + 4i)(1 − 2i) and (1+i)^8 for complex i.",
        "(3 + 4i)(1 − 2i) = 3 − 6i + 4i − 8i² = 11 − 2i, (1+i)² = 2i, (2i)^4 = 16 i^4 = 16.",
    ),
    "parameter": (
        "Where does (1,0,2) + t(2,1,−1) meet x + y + z = 6?",
        "x = 1 + 2t, y = t, z = 2 − t. 3 + 2t = 6, t = 3/2: (4, 3/2, 1/2).",
    ),
    "thinking": (
        "Compute 17 × 24.",
        ("<think>\n17 × 20 = 340, 17 × 4 = 64. Wait, no: 17 × 4 = 68. So 340 + 68 = 408.\n</think>\n17 × 24 = **408**"),
    ),
    "guesses": (
        "x + y = 10, xy = 21",
        "Maybe x = 5, y = 5? Then xy = 25, too big. Try x = 6, y = 4: xy = 24. No. x = 7, y = 3: xy = 21. Yes!",
    ),
    "what others say": (
        "Which is wrong?",
        (
            "A common mistake is √(9 + 16) = 3 + 4 = 7. In fact √(9+16) = 5. The student claims 1/2 + 1/3 = 2/5, which "
            "is wrong."
        ),
    ),
    "options": ("Which holds?", "(A) 2 + 3 = 6, (B) 2·3 = 6, (C) 2^3 = 6. Only B is right: 2^3 = 8 and 2 + 3 = 5."),
    "restart": (
        "A rectangle, twice as long as wide, has perimeter 50.",
        "Area = 2w² = 50, w = 5. Wait, the perimeter is 50, not the area. So 2(w + 2w) = 50, 6w = 50, w = 25/3.",
    ),
}


@pytest.mark.parametrize(("problem", "solution"), RIGHT.values(), ids=RIGHT)
def test_nothing_right_is_refuted(problem: str, solution: str) -> None:
    assert [claim.text for claim in refuted(problem, solution)] == []


WRONG = {
    "product": ("48 muffins at $2.50", "We sell 48.\nRevenue: 48 × $2.50 = $125.\nProfit = $125 - $65 = $60.", 1),
    "sum": ("Pages", "Monday: 20\nTuesday: 2*20 = 40\nTotal: 20 + 40 = 70 pages", 2),
    "percent": ("15% of 40", "15% of 40 = 0.15*40 = 8\n40 - 8 = 32", 0),
    "division": ("Speed", "Time is 4 h.\n210/60 = 3.6 hours", 1),
    "note": ("Letters", "First 3*2=<<3*2=6>>6.\nThen 6*52=<<6*52=302>>302.", 1),
    "interest": ("$2000 at 5%", "2000(1.05)^2 = 2205\n2205(1.05) = 2415.25", 1),
    "units": ("5 ft 8 in", "5*12 + 8 = 68\n68 × 2.54 = 162.72", 1),
    "speed": ("Convert 18 km/h", "18 km = 18000 m\n18000/3600 = 6", 1),
    "decimal commas": ("Berechne 15 : 4.", "Es ist 15/4 = 3,75.\n7 · 8 = 54", 1),
    "fractions": ("Add", "A common denominator is 6.\n1/2 + 1/3 = 3/6 + 2/6 = 6/6", 1),
    "factors": ("Solve x^2 - 5x + 6 = 0.", "Factoring, x^2 - 5x + 6 = (x-1)(x-6).", 0),
    "expansion": ("Expand (x+3)^2.", "Expand the square.\nExpanding gives (x+3)^2 = x^2 + 5x + 9.", 1),
    "linear": ("Solve 3x + 5 = 20.", "3x = 15\nx = 6", 1),
    "moved the wrong way": ("Solve 3x + 5 = 20.", "3x + 5 = 20, so 3x = 25.", 0),
    "system": ("Solve the system x + y = 10, x - y = 4.", "Adding, 2x = 14.\nSo x = 7 and y = 4.", 1),
    "check": ("Solve 2x + 1 = 7.", "2x = 6, x = 3.\nCheck: 2(3) + 1 = 8.", 1),
    "discriminant": ("Solve 2x^2 + 3x - 2 = 0.", "D = 9 + 16 = 27", 0),
    "function value": (
        "Let f(x) = 3x^2 - 2x + 1. Find f(2) - f(-1).",
        "f(2) = 12 - 4 + 1 = 9\nf(-1) = 3 - 2 + 1 = 2",
        1,
    ),
    "composition": ("Let f(x) = 2x + 3 and g(x) = x^2 - 1. Find f(g(2)).", "g(2) = 3\nf(g(2)) = f(3) = 10", 1),
    "recurrence": ("a_1 = 1, a_{n+1} = 2a_n + 1. Find a_4.", "a_2 = 3\na_3 = 7\na_4 = 16", 2),
    "power": ("Powers of two", "2^5 = 32\n2^10 = 1000", 1),
    "roots": ("Simplify", "√50 + √18 = 5√2 + 3√2\n5√2 + 3√2 = 8√4", 1),
    "logarithm": ("Simplify", "log_3 81 = 4\nlog_2 8 = 4", 1),
    "binomial": ("Committees", "C(9,3) = 84\nC(5,3) = 12", 1),
    "factorial": ("BANANA", "6!/(3!·2!) = 60\n5! = 100", 1),
    "probability": ("Two draws", "5/8 · 4/7 = 20/56\n20/56 = 5/13", 1),
    "congruence": ("7^100 modulo 10", "7^2 ≡ 9 (mod 10)\n7^4 ≡ 3 (mod 10)", 1),
    "euclid": ("gcd(252, 198)", "252 = 1·198 + 54\n198 = 3·54 + 46", 1),
    "inverse modulo": ("Invert 17 modulo 43.", "17·38 = 646\n17·38 ≡ 2 (mod 43)", 1),
    "pythagoras": ("Legs 6 and 8", "6² + 8² = 36 + 64 = 100\n√100 = 12", 1),
    "area": ("Triangle", "s = (7+8+9)/2 = 12\n12·5·4·3 = 700", 1),
    "polygon": ("Angles", "180° − 156° = 24°\n360/24 = 16", 1),
    "sine": ("sin 75°", "sin 30° = 1/2\nsin 60° = 1/2", 1),
    "derivative": ("Differentiate f(x) = x^3 - 3x + 2.", "f(x) = x^3 - 3x + 2\nf'(x) = 3x^2 - 2", 1),
    "integral": (
        "Integrate.",
        (
            r"We integrate.$\,$"
            "\n"
            r"$\int_0^2 x^2 \, dx = \frac{7}{3}$"
        ),
        1,
    ),
    "limit": (
        "Find a limit.",
        (
            "By L'Hôpital:\n"
            r"$\lim_{x\to 0} \frac{\sin 3x}{x} = 2$"
        ),
        1,
    ),
    "series": (
        "Sum a series.",
        (
            "The ratio is 1/2.\n"
            r"$\sum_{n=0}^\infty \frac{1}{2^n} = 3$"
        ),
        1,
    ),
    "determinant": (
        "A determinant",
        (
            r"First $1\cdot 5 - 2\cdot 3 = -1$."
            "\n"
            r"$\det\begin{pmatrix}1&2\\3&4\end{pmatrix} = 2$"
        ),
        1,
    ),
    "matrix": (
        "A product",
        (
            "Multiply:\n"
            r"$\begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{pmatrix}0&1\\1&0\end{pmatrix} = "
            r"\begin{pmatrix}2&1\\4&4\end{pmatrix}$"
        ),
        1,
    ),
    "complex": ("Compute (3 + 4i)(1 − 2i) for complex i.", "i² = −1.\n(3 + 4i)(1 − 2i) = 11 + 2i", 1),
    "an equality before a congruence": (
        "Modulo 48",
        (
            r"$8\cdot 48 = 384$"
            "\n"
            r"$384 = 7\cdot 48 + 1 \equiv 1 \pmod{48}$"
        ),
        1,
    ),
    "after a correction": ("Compute 17 × 24.", "17 × 4 = 64. Wait, no: 17 × 4 = 68.\nSo 340 + 68 = 418.", 1),
}


@pytest.mark.parametrize(("problem", "solution", "step"), WRONG.values(), ids=WRONG)
def test_the_first_error_is_found(problem: str, solution: str, step: int) -> None:
    assert [claim.step for claim in refuted(problem, solution)][:1] == [step]


@pytest.mark.parametrize(
    "solution",
    [
        r"$17 \cdot 38 = 646 = 25\cdot 43 + 1 \equiv 1 \pmod{43}$",
        "2^10 = 1024 = 24 ≡ 4 (mod 20)",
        "n² = 7(7k² + 6k) + 9 = 7k² + 2 ≡ 2 (mod 7)",
    ],
)
def test_an_equality_is_not_confirmed_because_it_is_a_congruence(solution: str) -> None:
    task = Problem(text="Calculate.")
    for claim in read_solution(solution, None, task).claims:
        if claim.text.startswith(("646", "1024", "7(7k²")):
            assert all(each.verify(claim, task).outcome is not Outcome.CONFIRMED for each in VERIFIERS)
            return
    pytest.fail("it was not read")


@pytest.mark.parametrize("text", [" " * 100_000 + "1 = 2", "x = x + 1. " * 200, "2 + 2 = 4. " * 1_000])
def test_long_lines_are_read(text: str) -> None:
    with no_hang():
        assert read_solution(text, None, Problem(text="x = x + 1")).claims
