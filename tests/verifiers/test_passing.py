"""A program passes tests only where it does exactly what they tell."""

import asyncio

import pytest

from clra.config import Settings
from clra.parsing.examples import Example
from clra_sandbox import Ending, Execution, SandboxUnavailableError
from clra_verifiers.execution import ExecutionVerifier
from clra_verifiers.passing import AT_ONCE, passes

DOUBLE = "print(2 * int(input()))"


async def passing(code, tests):
    verifier = ExecutionVerifier(Settings(program_seconds=2.0) if "while True" in code else Settings())
    try:
        return await verifier.passes(code, tests)
    finally:
        await verifier.aclose()


def example(given, output, call=""):
    return Example(given, call, output)


@pytest.mark.parametrize(
    ("code", "tests", "expected"),
    [
        (DOUBLE, [example("2\n", "4\n"), example("-1", "-2")], True),
        (DOUBLE, [example("2\n", "4\n"), example("3\n", "7\n")], False),
        (DOUBLE, [example("2\n", "any of 4 and 5 will do")], False),
        ("print(1 / 3)", [example("", "0.3333333333")], True),
        ("print(1 / 3)", [example("", "0.333")], False),
        ("while True: pass", [example("", "")], False),
        ("raise SystemExit(3)", [example("", "")], False),
        ("import nothing_of_this_name", [example("", "")], False),
        ("def f(x): return [x, x + 1]", [example("", "[1, 2]", "f(1)"), example("", "[5, 6]", "f(5)")], True),
        ("def f(x): return {x: 1}", [example("", "[1]", "f(1)")], False),
        ("def g(x): return x", [example("", "1", "f(1)")], False),
        ("class Solution:\n    def f(self, x): return x", [example("", "7", "Solution().f(7)")], True),
    ],
)
def test_passing(code, tests, expected):
    found = asyncio.run(passing(code, tests))
    if found is None:
        pytest.skip("no sandbox holds here")
    assert found is expected


def test_the_first_failure_ends_the_trial():
    tried = []

    async def run(code, *, stdin=""):
        tried.append(stdin)
        return Execution(ending=Ending.FINISHED, exit_code=0, stdout=stdin if stdin != "b" else "other")

    tests = [example(letter, letter) for letter in "abc"]
    assert asyncio.run(passes("", tests, run)) is False
    assert tried == ["a", "b"]


def test_many_calls_are_tried_some_at_a_time():
    tests = [example("", str(number), f"f({number})") for number in range(2 * AT_ONCE + 1)]
    found = asyncio.run(passing("def f(x): return x if x < 20 else 0", tests))
    if found is None:
        pytest.skip("no sandbox holds here")
    assert found is False
    assert asyncio.run(passing("def f(x): return x", tests)) is True


def test_without_a_sandbox_nothing_is_known(monkeypatch):
    async def run(code, *, stdin=""):
        raise SandboxUnavailableError("none here")

    verifier = ExecutionVerifier(Settings())
    monkeypatch.setattr(verifier._runner, "run", run)
    assert asyncio.run(verifier.passes(DOUBLE, [example("1", "2")])) is None
