from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clra.parsing.equality import EMPTY, answer_key, equivalent
from tests.hanging import no_hang

SAME = r"""
\frac{1}{2}                      | 1/2
\frac12                          | 0.5
\frac 1 2                        | .5
1\frac{1}{2}                     | 3/2
2 3/4                            | 2.75
10,000                           | 10000
1{,}234                          | 1 234
1000,99                          | 1000.99
0.\overline{3}                   | 1/3
0.0833333333333333               | 1/12
6.02 \times 10^{23}              | 6.02e23
-0                               | 0
x=5                              | 5
y=5                              | 5
f(x) = x+1                       | x+1
AB = 5                           | 5
m+n = 70                         | 70
x = 2+3 = 5                      | 5
x = 1/3 \approx 0.33             | 1/3
x \approx 3.14                   | 3.14
\frac{5}{\sqrt{2}}               | 5\sqrt{2}/2
\sqrt[3]{16}                     | 2\sqrt[3]{2}
\sqrt{3+2\sqrt2}                 | 1+\sqrt2
\sqrt[3]{2+\sqrt5}+\sqrt[3]{2-\sqrt5} | 1
\cos 20^\circ \cos 40^\circ \cos 80^\circ | 1/8
\sin(60^\circ)                   | \frac{\sqrt3}{2}
\cos 15^\circ                    | \frac{\sqrt6+\sqrt2}{4}
2\cos 36^\circ                   | \frac{1+\sqrt5}{2}
\arctan 1                        | \pi/4
e^{i\pi}                         | -1
\frac{1}{2} \ln 4                | \ln 2
\log_2 8                         | 3
100! / 98!                       | 9900
-2*pi                            | $-2\pi$
(x-1)(x+1)                       | x^2-1
\frac{x^2-1}{x-1}                | x+1
\sqrt{x^2}                       | |x|
\sin 2x                          | 2 \sin x \cos x
\sin^2(x/2)                      | \frac{1-\cos x}{2}
\tan^2 y + 1                     | \sec^2 y
2^{n+1}                          | 2 \cdot 2^n
(n+1)!                           | (n+1) n!
\binom{n}{2}                     | n(n-1)/2
AB                               | BA
y = 2x+1                         | 2x - y + 1 = 0
y = |x|                          | |x|
y = \sin x                       | \sin x
x^2 - 2x + 1 = 0                 | x = 1
n \equiv 10 \pmod 7              | 3 \pmod{7}
x^2+y^2=4                        | 4 - x^2 - y^2 = 0
1, 2, 3                          | \{3, 2, 1\}
5 \text{ or } 7                  | 7 and 5
3 \pm \sqrt2                     | 3-\sqrt2, 3+\sqrt2
x=1, y=2                         | \begin{pmatrix}1\\2\end{pmatrix}
x=2, y=1                         | (x, y) = (2, 1)
x=1, y=2, z=3                    | (1, 2, 3)
(x, y) = (5, 8) \text{ and } (8, 5) | (5, 8), (8, 5)
a=4, -8, -10                     | -10, -8, 4
p=5,q=2;p=7,q=2                  | (5,2),(7,2)
\begin{pmatrix}1\\2\end{pmatrix} | \langle 1, 2 \rangle
\begin{pmatrix}1&2\\3&4\end{pmatrix} | \left[\begin{array}{cc}1&2\\3&4\end{array}\right]
x > 3                            | (3, \infty)
5 \ge x                          | x \le 5
-x > -1                          | x < 1
-2 \le x \le 7                   | x \in [-2, 7]
1 < x < 2                        | (1, 2)
|x-1| \le 2                      | [-1, 3]
x < 2 \text{ or } x > 3          | (-\infty, 2) \cup (3, \infty)
x \ne 2                          | \mathbb{R} \setminus \{2\}
\{x \mid x > 3\}                 | x > 3
x \in \mathbb{R}                 | all real numbers
50\%                             | 50
500 cents                        | 5\%
500 cm                           | 5 m
96/8 = 12 \text{ cm}             | 12 cm
2x = 10 \text{ cm}               | 5 cm
\frac13 \text{meters}            | 1/3
1,000.99m²                       | 1000.99
0.333...                         | 1/3
0.1666\ldots                     | 1/6
x = 0.121212...                  | 4/33
So x is 0.333...                 | 1/3
x = 1/7 = 0.142857...            | 1/7
\sqrt2 = 1.414...                | \sqrt2
3.14159...                       | $3.14159\ldots$
two thirds                       | 2/3
twenty-one                       | 21
one half                         | 0.5
5 (five)                         | five (5)
5 (five)                         | 5
\sin (\pi)                        | 0
ln (e)                           | 1
\{HHT, HTH\}                     | HTH, HHT
YES                              | true
[[1,2],[3,4]]                    | \begin{pmatrix}1&2\\3&4\end{pmatrix}
{}                               | \emptyset
about 5 apples                   | 5
12.5 percent                     | \frac{25}{2}\%
90^\circ                         | 90
\$3.50                           | 3.5
50 cents                         | \$0.50
12 \mathrm{~cm}                  | 0.12 m
10 m/s                           | 36 km/h
3.0 \times 10^8 \mathrm{~m} / \mathrm{s} | 3e8 m/s
5 kg                             | 5000 g
1 \text{ million}                | 10^6
\text{The answer is } 5          | 5
6:00 a.m.                        | 6:00\text{ a.m.}
1/2x                             | x/2
1 \div 2                         | 0.5
17 \text{ any text}              | 17
7:32                             | 7/32
S:T = 7:32                       | 7:32
(C)                              | \text{C}
\text{Evelyn}                    | evelyn
True                             | yes
no solution                      | \emptyset
seven                            | 7
3x^2/2 + C                       | \frac32 x^2 + 5 + C
- (1/2) * x^2                    | -x^2/2
\boxed{42}                       | The final answer is $42$.
"""
DIFFERENT = r"""
1/3                | 0.333
100/3              | 33.3
5                  | 5.001
\sqrt2             | 1.414
2\pi               | 6.28
1/2004!            | 1/2006!
1/2^{99}           | 1/2^{98}
2^{2^{100}}        | 2^{2^{101}}
1-1/\mathrm{e}     | 1+1/\mathrm{e}
A+a                | 2a
x                  | y
\sqrt{-x}          | \sqrt{x}
x^2+y^2=4          | x^2+y^2=5
n \equiv 3 \pmod 7 | n \equiv 4 \pmod 7
(-\infty, 2)       | (-\infty, 3)
x < 2 \text{ or } x > 3 | x < 2 \text{ or } x > 4
|x|                | x
f(x)+1             | f(x)
\sin x             | \cos x
3+4i               | 3-4i
(a+5)(b+2)         | (+5)(b+2)
1\sqrt{19}         | 1
\{1,2\}            | (1,2)
(1,2)              | (2,1)
[1,2]              | (1,2)
(1,2)              | (1,2]
1,2                | 1,2,3
32,349             | 32, 349
x=1,y=2            | x=2,y=1
x>5                | x<5
x<5                | x \le 5
y=2x+1             | y=2x-1
a+3z=0             | 0
7 = 11a+c          | 11a+c
5 cm               | 5 m
5 hours            | 5 minutes
$5                 | 5 cents
5\%                | 500\%
5\%                | 0.5
$5                 | 5 m
5\%                | 5 m
HHT                | HTH
HT                 | TH
MATH               | HTAM
AB                 | AC
2020-01-01         | 2020-01-02
B. 5               | B. 7
0.333...           | 0.333
[1,2]              | \begin{pmatrix}1\\2\end{pmatrix}
x=1,y=2            | x=1,y=3
x=1,y=2            | \begin{pmatrix}1\\3\end{pmatrix}
10_2               | 10_3
Evelyn             | 5
red                | blue
4:20               | 2:10
0                  | None
2                  | AZYUK2A
A                  | B
d                  | \text{E}
odd                | oddd
yes                | no
1112112_3          | 1112122_3
0x1e               | 0x1f
"""
UNDECIDED = r"""
5^{5^{5^5}}+1      | 6^{6^{6^6}}
12 cm              | 12
5 cm               | 0.05
5 m                | 5
500 cm             | 5
5 \text{ meters}   | 5 m
5 \text{ meters}   | 500 cm
50\%               | 1/2
10\%               | 0.1
90^\circ           | \pi/2
2020-01-01         | 2018
2020-01-01         | 1/1/2020
2020-01-01         | 2020-1-1
1/1/2020           | 1/2020
555-1234           | -679
x=1,y=2            | 1<x<2
x=1,y=2            | (1,2)
\begin{pmatrix}1\\2\end{pmatrix} | (1,2)
\begin{pmatrix}1\\2\end{pmatrix} | 1 < x < 2
B. 5               | 5
B. 5               | B
10_2               | 2
10_2               | 2_3
5k                 | 5000
5 apples           | 5
January 5          | 5 January
red                | red ball
3.14159...         | 3.14159
1, 2, 3, ...       | 1, 2, 3
\{1, 2, \ldots\}    | \{1, 2\}
2.718281828...     | 2.718281828
204_5              | 204
x^2 < y            | y > z
0x1e               | 30
f(2)               | f(3)
\foo{3}            | 3
\text{(C)} 42      | 42
\int_0^1 x\,dx     | 1/2
"""


def rows(table):
    return [tuple(side.strip() for side in line.rsplit(" | ", 1)) for line in table.strip().split("\n")]


@pytest.mark.parametrize(("first", "second"), rows(SAME))
def test_same_answers(first, second):
    assert equivalent(first, second) is True
    assert equivalent(second, first) is True
    assert answer_key(first) == answer_key(second)


@pytest.mark.parametrize(("first", "second"), rows(DIFFERENT))
def test_different_answers(first, second):
    assert equivalent(first, second) is False
    assert equivalent(second, first) is False


@pytest.mark.parametrize(("first", "second"), rows(UNDECIDED))
def test_what_cannot_be_told_is_undecided(first, second):
    assert equivalent(first, second) is None
    assert equivalent(second, first) is None


POOL = sorted({side for table in (SAME, DIFFERENT, UNDECIDED) for row in rows(table) for side in row})


@given(st.sampled_from(POOL), st.sampled_from(POOL), st.sampled_from(POOL))
@settings(max_examples=400, deadline=None)
def test_being_the_same_is_an_equivalence_relation(first, second, third):
    assert equivalent(first, first) is True
    assert equivalent(first, second) is equivalent(second, first)
    if equivalent(first, second) and equivalent(second, third):
        assert equivalent(first, third) is True
    if equivalent(first, second) and equivalent(second, third) is False:
        assert equivalent(first, third) is not True


@pytest.mark.parametrize("empty", ["", " ", "$$", ".", r"\boxed{}"])
def test_nothing_is_not_the_same_as_anything(empty):
    assert equivalent(empty, empty) is None
    assert equivalent(empty, "{}") is None
    assert equivalent(empty, "5") is None


@given(st.text(max_size=60).filter(lambda text: answer_key(text) != EMPTY))
@settings(deadline=None)
def test_every_text_is_the_same_answer_as_itself(text):
    assert equivalent(text, text) is True


SIGNS = [
    *"0123456789xyzn(){}[]$^_=<>|,.;:!+-*/ \\",
    r"\frac",
    r"\sqrt",
    r"\pm",
    r"\text",
    r"\boxed",
    " or ",
    "and",
    "cm",
    "%",
]


@given(
    st.lists(st.sampled_from(SIGNS), max_size=14).map("".join),
    st.lists(st.sampled_from(SIGNS), max_size=14).map("".join),
)
@settings(max_examples=300, deadline=None)
def test_no_text_is_too_odd(first, second):
    assert equivalent(first, first) is (None if answer_key(first) == EMPTY else True)
    assert equivalent(first, second) is equivalent(second, first)


HOSTILE = [
    "5^{5^{5^5}}",
    "9" * 5_000,
    "9" * 200_000,
    "(" * 5_000 + "1" + ")" * 5_000,
    r"\frac{" * 2_000 + "1" + "}{2}" * 2_000,
    "x+" * 200_000 + "1",
    r"\boxed{" * 100_000,
    "the answer is " * 70_000,
    "<answer>" * 100_000,
    '"answer": "' * 80_000,
    "(x+y+z+1)^{60}",
    "(x+y+1)^{30}/(x-y+1)^{30}",
    "x^{1000000}+1",
    "10^{10^{10}}!",
    "1000000000!",
    r"\sqrt{2}+\sqrt{3}+\sqrt{5}+\sqrt{7}+\sqrt{11}+\sqrt{13}+\sqrt{17}",
    r"\frac{1}{\sqrt{2}+\sqrt{3}+\sqrt{5}+\sqrt{7}+\sqrt{11}}",
    r"\sqrt{2+\sqrt{2+\sqrt{2+\sqrt{2+\sqrt{2+\sqrt{2+\sqrt{2}}}}}}}",
    r"\sin(1000000x)^{40}",
    "1000000000000000000000000000057 \\cdot 1000000000000000000000000000061",
    r"\sqrt{1000000000000000000000000000057000000000000000000000000000061}",
    "{" * 400_000,
    "$" * 400_000,
    "\\" * 400_000,
    "1," * 300_000,
    r"\binom{20000}{10000}",
    r"\sum_{k=1}^{1000} k^{50}",
    "wait, no, " * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_hostile_texts_take_bounded_time(text):
    with no_hang():
        assert equivalent(text, "1") is not True
        assert equivalent(text, text) is (None if answer_key(text) == EMPTY else True)


def test_an_answer_is_found_in_prose():
    assert equivalent("So the number is 10 which is 1,000.99m²", "1000.99") is True
    assert equivalent("Therefore there are 12 distinct sequences. I hope it is correct.", "12") is True
    assert equivalent("Thus $x <= 2$ is our answer.", r"x \leq 2") is True
    assert equivalent("We find that $x = 3$ and nothing else.", "3") is True


def test_order_of_arguments_never_matters():
    for first, second in permutations(["1/2", "0.5", "2", "x", r"\frac{1}{2} cm"], 2):
        assert equivalent(first, second) is equivalent(second, first)
