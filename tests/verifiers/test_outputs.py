"""Programs of chains run in the real sandbox, beside what the chains say that they print."""

import asyncio

import pytest

from clra.config import Settings
from clra.engine import verify
from clra.types import ClaimKind, Outcome, Problem, Program, Reason
from clra_sandbox import SandboxUnavailableError
from clra_verifiers.outputs import LONGEST_SHOWN, judge_output, repeats
from clra_verifiers.running import Runner

CONFIRMED = [
    Program("print(6 * 7)", "42"),
    Program("print('Answer:', 6 * 7)", "42"),
    Program("print(1)\nprint(2)", "2"),
    Program("print(1)\nprint(2)", "1\n2"),
    Program("x = 6\nx * 7", "42"),
    Program("x = 6\nprint(x)\nx * 7", "6\n42"),
    Program("x = 6\nprint(x)\nx * 7", "42"),
    Program("'a' * 3", "aaa"),
    Program("f(6)", "42", before=("def f(n):\n    return 7 * n",)),
    Program("print(x)", "2", before=("x = 1", "print(x)\nx = 2", "x = 3 / 0")),
    Program("x = 1\nprint(x)", "1", before=("x = 2",)),
    Program("if __name__ == '__main__':\n    print(5)", "5"),
    Program("import sys\nprint(5)\nsys.exit()", "5"),
    Program("import sys\nsys.stdout.buffer.write(b'5')", "5"),
    Program("from dataclasses import dataclass\n@dataclass\nclass A:\n    x: 'int'\nprint(A(5).x)", "5"),
    Program("import numpy as np\nprint(np.array([1.5, 2]))\nnp.float64(0.5)", "[1.5, 2.0]"),
    Program("from sympy import *\nx = symbols('x')\nsolve(x**2 - 5*x + 6, x)", "[2, 3]"),
    Program("print(1 / 0)", "ZeroDivisionError: division by zero"),
    Program("print(1 / 0)", "Traceback (most recent call last):\n  File 'x'\nZeroDivisionError: division by zero"),
    Program("print(1 / 0)", "ZeroDivisionError"),
    Program("print(n)", "NameError: name 'n' is not defined"),
    Program("int(input()) * 2", "10", stdin="5\n"),
    Program("print(bin(10))", "1010"),
    Program("print(3.69e-08)", "3.69..."),
]

REFUTED = [
    Program("print(6 * 7)", "43"),
    Program("print('Answer:', 6 * 7)", "43"),
    Program("x = 6\nx * 7", "43"),
    Program("print(x)", "5", before=("x = 4",)),
    Program("print(sum(n for n in range(10) if n % 3))", "28"),
    Program("print(len({n % 7 for n in range(50)}))", "8"),
    Program("print(f'{2**10} ways')", "1023 ways"),
    Program("print([n for n in range(20) if n % 6 == 0])", "[0, 6, 12]"),
    Program("print(91 % 7 == 0)", "False"),
    Program("from collections import Counter\nprint(Counter('aab'))", "Counter({'a': 3, 'b': 1})"),
    Program("print(bin(10))", "1011"),
    Program("import math\nprint(math.comb(8, 3))", "336"),
    Program("from sympy import symbols, solve\nx = symbols('x')\nprint(solve(2*x - 7, x))", "[7/3]"),
]

OPEN = [
    (Program("while True: pass", "42"), Reason.TIMED_OUT),
    (Program("x = [0] * 10**9 * 10\nprint(42)", "43"), Reason.CRASHED),
    (Program("import os\nos._exit(0)", "42"), Reason.CRASHED),
    (Program("print(1 / 0)", "42"), Reason.CRASHED),
    (Program("print(1", "42"), Reason.CRASHED),
    (Program("print(input())", "42"), Reason.CRASHED),
    (Program("import no_such_module\nprint(42)", "43"), Reason.UNAVAILABLE),
    (Program("print(open('data.txt').read())", "42"), Reason.UNAVAILABLE),
    (Program("x = 5", "42"), Reason.NOT_TRANSLATED),
    (Program("print('yes')", "no"), Reason.NOT_TRANSLATED),
    (Program("print(42)", "NameError: name 'x' is not defined"), Reason.NOT_TRANSLATED),
    (Program("import random\nprint(random.random())", "0.5"), Reason.NOT_TRANSLATED),
    (Program("import time\nprint(int(time.time()))", "1700000000"), Reason.NOT_TRANSLATED),
    (Program("print(hash('a'))", "17"), Reason.NOT_TRANSLATED),
    (Program("print(id(print))", "17"), Reason.NOT_TRANSLATED),
    (Program("print(object())", "<object object at 0x7f0000000000>"), Reason.NOT_TRANSLATED),
    (Program("words = set('abc')\nprint(ord(list(words)[0]))", "17"), Reason.NOT_TRANSLATED),
    (Program("print(0.1 + 0.2 == 0.3)", "True"), Reason.NOT_TRANSLATED),
    (Program("import numpy as np\nprint(np.linalg.eigh([[2, 1], [1, 2]])[1][0])", "[1, 1]"), Reason.NOT_TRANSLATED),
    (Program("for n in range(9999):\n    print(n)", "17\n19"), Reason.NOT_TRANSLATED),
    (Program("print(x)", "5", before=("import no_such_module\nx = 5", "x = 4")), Reason.NOT_TRANSLATED),
    (Program("print(4)", "5", before=("while True: pass",)), Reason.TIMED_OUT),
    (Program("print(4)", "5", before=("# ... as in the last block",)), Reason.NOT_TRANSLATED),
    (Program("import sys\nprint(sys.maxsize)", "2147483647"), Reason.NOT_TRANSLATED),
    (Program("import numpy as np\nprint(np.prod(np.arange(1, 21)))", "-2102132736"), Reason.NOT_TRANSLATED),
    (Program("print([3.0000000000000018, 2.0, 1.0])", "[1, 2, 3]"), Reason.NOT_TRANSLATED),
    (Program("print({'a': 2, 'b': 1})", "{'a': 1, 'b': 2}"), Reason.NOT_TRANSLATED),
]


@pytest.fixture(scope="module")
def judged():
    """Judges a program in a sandbox that all tests of this file share."""
    with asyncio.Runner() as loop:
        patient, hurried = Runner(Settings()), Runner(Settings(program_seconds=1.5))
        try:
            loop.run(patient.run("print(1)"))
        except SandboxUnavailableError as error:
            pytest.skip(str(error))

        def judge(program, *, rounded=False):
            endless = any("while True" in code for code in (program.code, *program.before))
            return loop.run(judge_output(program, (hurried if endless else patient).run, rounded=rounded))

        yield judge
        loop.run(patient.aclose())
        loop.run(hurried.aclose())


@pytest.mark.parametrize("program", CONFIRMED)
def test_what_it_prints_is_confirmed(judged, program):
    verdict = judged(program)
    assert (verdict.outcome, verdict.reason) == (Outcome.CONFIRMED, None), verdict


@pytest.mark.parametrize("program", REFUTED)
def test_what_it_does_not_print_is_refuted(judged, program):
    verdict = judged(program)
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUTED, None), verdict
    assert verdict.proof
    assert verdict.evidence.startswith(f"{program.output} is stated, but the program prints ")


@pytest.mark.parametrize(("program", "reason"), OPEN)
def test_what_proves_nothing_is_left_open(judged, program, reason):
    verdict = judged(program)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNKNOWN, reason), verdict
    assert verdict.evidence


def test_about_is_not_exactly(judged):
    program = Program("print(200 * 983 / 200)", "1000")
    assert judged(program).outcome is Outcome.REFUTED
    assert judged(program, rounded=True).outcome is Outcome.CONFIRMED


def test_evidence_is_short_and_cannot_drive_a_terminal(judged):
    evidence = judged(Program(r"print('\x1b[31m\x07' + 'long ' * 200)", "42")).evidence
    assert len(evidence) < LONGEST_SHOWN + 40
    assert evidence.isprintable()


def test_programs_of_one_chain_share_a_budget():
    text = "".join(f"```python\nn = {n}\nwhile True: pass\n```\n```output\n42\n```\n" for n in range(12))
    settings = Settings(verifiers=("execution",), jobs=1, program_seconds=0.5, chain_program_seconds=1)
    review = verify("", text, settings=settings)
    verdicts = [checked.telling for checked in review.claims]
    if verdicts[0].reason is Reason.UNAVAILABLE:
        pytest.skip(verdicts[0].evidence)
    assert len(verdicts) == 12
    assert {(verdict.outcome, verdict.reason) for verdict in verdicts} == {(Outcome.UNKNOWN, Reason.TIMED_OUT)}
    assert verdicts[-1].evidence == "not run: the chain's other programs took its 1 s"
    assert sum(verdict.evidence == verdicts[-1].evidence for verdict in verdicts) >= 8


@pytest.mark.parametrize("error", [SandboxUnavailableError("none holds", hint="get one"), OSError("no such device")])
def test_without_a_sandbox_nothing_is_known(monkeypatch, error):
    def refuse(settings):
        raise error

    monkeypatch.setattr("clra.registry.open_sandbox", refuse)
    (checked,) = verify("", "```python\nprint(3)\n```\n```output\n4\n```", verifiers=["execution"]).claims
    assert (checked.outcome, checked.reason) == (Outcome.UNKNOWN, Reason.UNAVAILABLE)
    assert str(error) in checked.telling.evidence


def test_a_chain_is_checked_from_its_text():
    text = (
        "```python\ncount = sum(1 for n in range(1, 501) if n % 7 == 0)\nprint(count)\n```\n```output\n72\n```\nSo 72."
    )
    review = verify(Problem(text="How many?"), text, verifiers=["execution"])
    (checked,) = [each for each in review.claims if each.claim.kind is ClaimKind.PROGRAM]
    if checked.reason is Reason.UNAVAILABLE:
        pytest.skip(checked.telling.evidence)
    assert checked.refuted
    assert checked.telling.evidence == "72 is stated, but the program prints 71"
    assert review.first_error == checked.claim.step


@pytest.mark.parametrize(
    ("code", "same"),
    [
        ("print(sum(range(5)))", True),
        ("print('a')  # import time", True),
        ("print(f'{2 * 3}', [x for x in range(5)])\nfor n in range(3):\n    break", True),
        ("print(len(set([1, 2])))", True),
        ("print(sorted({1, 2}))", True),
        ("from random import choice\nprint(choice([1, 2]))", False),
        ("import numpy as np\nprint(np.random.rand())", False),
        ("from datetime import date\nprint(date.today().year)", False),
        ("import sys\nprint(sys.getsizeof([]))", False),
        ("s = {'a', 'b'}\nprint(s.pop())", False),
        ("print(list(set('ab'))[0])", False),
        ("print(next(iter({'a', 'b'})))", False),
        ("import networkx as nx\nprint(nx.shortest_path(g, 1, 2))", False),
        ("'\\" * 20_000, True),
        ("total = 1 + 2  # 1 + 2 + ... + n\nprint(total)", True),
        ("import sys\nprint(sys.maxsize)", True),
        ("total = 0\n# ... the loop from above ...\nprint(total)", False),
        ("total = 0\nfor k in range(3):\n    ...\nprint(total)", False),
        ("data = []  # load your data here\nprint(len(data))", False),
        ("count = 0  # TODO\nprint(count)", False),
        ("total = 5\n# (rest of the code unchanged)\nprint(total)", False),
        ("try:\n    import gmpy2\n    print(1)\nexcept ImportError:\n    print(0)", False),
        ("try:\n    x = [0] * 10**9\nexcept:\n    print(0)", False),
        ("try:\n    print(1 // 0)\nexcept ZeroDivisionError:\n    print(0)", True),
        ("import timeit\nprint(timeit.timeit('1'))", False),
        ("from sys import getsizeof\nprint(getsizeof([]))", False),
        ("from sys import stdin\nprint(1)", True),
        ("from pathlib import Path\nprint(Path('a').exists())", False),
        ("import shutil\nprint(shutil.get_terminal_size())", False),
        ("print('a'.__hash__())", False),
        ("s = {'x', 'yy'}\nprint(len(max(s, key=ord)))", False),
    ],
)
def test_what_depends_on_chance_or_on_the_machine_is_known(code, same):
    assert repeats(Program(code, "")) is same
    assert repeats(Program("print(1)", "", before=(code,))) is same
