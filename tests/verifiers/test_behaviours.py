"""Programs of programming problems, run in the real sandbox."""

import asyncio
import contextlib
import itertools
import json
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

import clra
from clra.compare import acompare
from clra.config import Settings
from clra.engine import open_judges
from clra.models.replay import ReplayModel
from clra.parsing.examples import Example, Input, public_examples
from clra.parsing.recorded import read_recorded
from clra.types import Answer, Chain, Outcome, Problem, ProblemKind, Reason, ScoredChain
from clra_verifiers.behaviours import Behaviour, settle
from clra_verifiers.driver import plain
from clra_verifiers.execution import ExecutionVerifier
from clra_verifiers.inputs import read_inputs, similar
from clra_verifiers.matching import Leniency, as_told, canonical, leniency
from clra_verifiers.trying import Status, Trial
from tests.scripted import ScriptedModel

EXAMPLES = Path(__file__).parents[2] / "examples" / "programs"
SETTINGS = Settings(jobs=1)
HURRIED = SETTINGS.having(program_seconds=8)
"""Where one of several programs never ends; the others have as long."""

SUM = """Add the numbers of standard input.

Sample Input 1
1 2

Sample Output 1
3

Sample Input 2
5

Sample Output 2
5
"""
SUMS = "print(sum(map(int, input().split())))"
METHOD = """Return the k largest numbers of a list, the largest first.

Example 1:

Input: nums = [3,9,1], k = 2
Output: [9,3]

Example 2:

Input: nums = [4], k = 1
Output: [4]

```python
class Solution:
    def largest(self, nums: List[int], k: int) -> List[int]:
```
"""
LARGEST = (
    "class Solution:\n    def largest(self, nums: List[int], k: int) -> List[int]:\n        return nlargest(k, nums)"
)
ONE = "Add the numbers of standard input.\n\nSample Input\n1\n\nSample Output\n1\n"
PAIRS = "Write a Python function.\n\nassert pairs(3) == [[1, 2], [0, 3]]"
SHOW = "Print it.\n\ndef show(n):\n    '''\n    >>> show(2)\n    4\n    '''\n"
HALF = "Write a Python function.\n\nassert half(3) == 1.5\nassert half(0) == 0\n"


def fenced(code):
    return f"```python\n{code}\n```"


class Opened:
    """Open verifiers, and the event loop that they belong to."""

    def __init__(self, settings):
        self.settings = settings
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.judges = self.runner.run(self.stack.enter_async_context(open_judges(settings)))

    def review(self, problem, *programs):
        """What is found out about solutions that submit the programs."""

        async def run():
            asked = Problem(text=problem, kind=ProblemKind.PROGRAM)
            return await asyncio.gather(*(self.judges.review(asked, fenced(program)) for program in programs))

        return self.runner.run(run())

    def solve(self, problem, **choices):
        return self.runner.run(clra.asolve(problem, judges=self.judges, settings=self.settings, **choices))

    def close(self):
        self.runner.run(self.stack.aclose())
        self.runner.close()


@pytest.fixture(scope="module")
def opened():
    opened = Opened(SETTINGS)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def hurried():
    opened = Opened(SETTINGS.having(program_seconds=2))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def asking():
    opened = Opened(SETTINGS.having(check_programs=1))
    yield opened
    opened.close()


def outcomes(opened, problem, program):
    (found,) = opened.review(problem, program)
    return [(checked.outcome, checked.telling.evidence) for checked in found.claims]


@pytest.mark.parametrize(
    ("problem", "program"),
    [
        (SUM, SUMS),
        (SUM, f"def main():\n    {SUMS}\nif __name__ == '__main__':\n    main()"),
        (SUM, "print(*[sum(int(x) for x in open(0).read().split())], sep='', end='   ')"),
        (SUM, "import sys\nsys.stdout.buffer.write(b'%d' % sum(map(int, sys.stdin.buffer.readline().split())))"),
        (SUM, "from __future__ import annotations\nprint(reduce(operator.add, map(int, input().split())))"),
        (SUM, "print(float(sum(map(int, input().split()))))\nexit()"),
        (SUM, "def deep(n): return 0 if n == 0 else deep(n - 1)\ndeep(5000)\n" + SUMS),
        (METHOD, LARGEST),
        (METHOD, "def largest(all, k):\n    print('debugging')\n    return tuple(sorted(all)[::-1][:k])"),
        (METHOD, LARGEST + "\n\nif __name__ == '__main__':\n    print(input())"),
        (METHOD, LARGEST + "\n\nprint(Solution().largest(eval(input()), 1))"),
        (METHOD, "import numpy as np\nclass Solution:\n    def largest(self, nums, k): return np.sort(nums)[::-1][:k]"),
        (HALF, "def half(x): return x / 2"),
        (HALF, "half = lambda x: x / 2 + 1e-9"),
        (METHOD.replace("-> List[int]", "-> None"), LARGEST.replace("return nl", "nums[:] = nl")),
    ],
)  # fmt: skip
def test_right_programs(opened, problem, program):
    found = outcomes(opened, problem, program)
    assert len(found) == 2
    assert all(outcome is Outcome.CONFIRMED for outcome, _ in found)


@pytest.mark.parametrize(
    ("problem", "program", "evidence"),
    [
        (SUM, "print(max(map(int, input().split())))", "on the input 1 2 it prints 2; expected: 3"),
        (SUM, "pass", "on the input 1 2 it prints nothing; expected: 3"),
        (SUM, "print('Sum:', eval(input().replace(' ', '+')))", "on the input 1 2 it prints Sum: 3; expected: 3"),
        (SUM, "input(), input()", "on the input 1 2 it fails with EOFError: EOF when reading a line; expected: 3"),
        (SUM, "[][int(input()[2])]", "on the input 1 2 it fails with IndexError: list index out of range; expected: 3"),
        (SUM, "sum(words)", "on the input 1 2 it fails with NameError: name 'words' is not defined; expected: 3"),
        (SUM, "print(sum(input())", "on the input 1 2 it fails with SyntaxError: '(' was never closed; expected: 3"),
        (METHOD, LARGEST.replace("nlargest", "nsmallest"),
         "Solution().largest(nums=[3, 9, 1], k=2) returns [1, 3]; expected: [9,3]"),
        (METHOD, LARGEST.replace("nlargest(k, nums)", "nums[k + 1]"),
         "Solution().largest(nums=[3, 9, 1], k=2) fails with IndexError: list index out of range; expected: [9,3]"),
        (METHOD, LARGEST.replace("return", "x ="),
         "Solution().largest(nums=[3, 9, 1], k=2) returns null; expected: [9,3]"),
        (HALF, "def half(x): return x // 2", "half(3) returns 1; expected: 1.5"),
        (SUM + "There is a path.", "print(7)", "on the input 1 2 it prints 7; expected: 3"),
        (HALF, "def half(x): return str(x / 2)", 'half(3) returns "1.5"; expected: 1.5'),
    ],
)  # fmt: skip
def test_wrong_programs_are_refuted(opened, problem, program, evidence):
    found = outcomes(opened, problem, program)
    assert found[0] == (Outcome.REFUTED, evidence)


@pytest.mark.parametrize(
    ("problem", "program", "reason"),
    [
        (SUM, "while True: pass", Reason.TIMED_OUT),
        (SUM, "import no_such_module", Reason.CRASHED),
        (SUM, "open('input.txt').read()", Reason.CRASHED),
        (SUM, "import threading\nthreading.Thread(target=print).start()", Reason.CRASHED),
        (SUM, "import os\nos.system('ls')\nraise SystemExit(3)", Reason.CRASHED),
        (SUM, "x = [0] * 10**11", Reason.CRASHED),
        (SUM, "sys.setrecursionlimit(200)\ndef f(): f()\nf()", Reason.CRASHED),
        (SUM, "print('x' * 10**6)", Reason.CRASHED),
        (SUM, "import os\nos.abort()", Reason.CRASHED),
        (SUM, "import math\nmath.no_such_function()", Reason.CRASHED),
        (SUM, "import random\nprint(random.randint(10, 20))", Reason.CONTEXTUAL),
        (SUM + "If there are several answers, print any.", "print(7)", Reason.CONTEXTUAL),
        (METHOD.replace("first.", "in any order."), LARGEST.replace("return", "return [0] +"), Reason.CONTEXTUAL),
        (METHOD, "def biggest(nums, k): return nums", Reason.CRASHED),
        (METHOD.replace("largest(", "nlargest("), "def largest(nums, k): return nums", Reason.CRASHED),
        (METHOD, LARGEST.replace("nlargest(k, nums)", "iter(nums)"), Reason.CRASHED),
        (METHOD, LARGEST.replace("nlargest(k, nums)", "set(nums)"), Reason.CONTEXTUAL),
        (METHOD, LARGEST.replace("return nlargest(k, nums)", "while True: pass"), Reason.TIMED_OUT),
        (METHOD.replace("Return", "Use `choose`. Return"), LARGEST.replace("nlargest(", "choose("), Reason.CONTEXTUAL),
        (METHOD, LARGEST.replace("nlargest(k, nums)", "nums.next"), Reason.CRASHED),
        (ONE, "print(sum(map(int, iter(input, ''))))", Reason.CONTEXTUAL),
        (SUM.replace("Add", "Ask for"), "print('Numbers:', sum(map(int, input().split())))", Reason.CONTEXTUAL),
        ("Construct a word of n letters.\nSample Input\n3\nSample Output\naba\n", "print('xyz')", Reason.CONTEXTUAL),
        ("Print the area.\nSample Input\n2\nSample Output\n12.57\n", "print(12.566370614359172)", Reason.CONTEXTUAL),
        ("Find a permutation of n.\nSample Input\n3\nSample Output\n2 3 1\n", "print(3, 1, 2)", Reason.CONTEXTUAL),
        (PAIRS, "def pairs(n): return [[3, 0], [2, 1]]", Reason.CONTEXTUAL),
        (SHOW, "def show(n): print(2 * n)", Reason.CONTEXTUAL),
    ],
)  # fmt: skip
def test_what_proves_nothing_is_unknown(opened, hurried, problem, program, reason):
    (found,) = (hurried if reason is Reason.TIMED_OUT else opened).review(problem, program)
    assert [checked.outcome for checked in found.claims] == [Outcome.UNKNOWN] * len(found.claims)
    assert found.claims[0].reason is reason


@pytest.mark.parametrize(
    ("words", "admitted"),
    [
        ("You may return the answer in any order.", Leniency(any_order=True)),
        ("The order of the output does not matter.", Leniency(any_order=True)),
        ("The cards lie there in any order.", Leniency()),
        ("If there are several answers, print any of them.", Leniency(many=True, prints=True)),
        ("Any valid schedule will be accepted.", Leniency(many=True)),
        ("In how many ways can they sit? There are multiple test cases.", Leniency()),
        ("Answers within 10^-4 of the right one will be accepted.", Leniency(tolerance=1e-4)),
        ("Your answer is accepted if its error is at most 1e-9.", Leniency()),
        ("An error of 0.001 is fine.", Leniency(tolerance=1e-3)),
        ("You can print each letter in any case (upper or lower).", Leniency(any_case=True, prints=True)),
        ("Words consist of uppercase or lowercase letters and are compared case-insensitively.", Leniency()),
        ("Sort the list in-place.", Leniency(in_place=True)),
    ],
)
def test_what_a_problem_admits(words, admitted):
    assert leniency(words)._replace(tolerance=0) == admitted._replace(tolerance=0)
    assert leniency(words).tolerance == pytest.approx(admitted.tolerance)


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("1 2\n3", " 1  2 3 \n\n", True),
        ("0.5", "0.50000001", True),
        ("0.5", "0.51", False),
        ("5", "5.0", True),
        ("007", "7", False),
        ("1000000", "1000001", False),
        ("YES", "yes", False),
        ("1 2", "1 2 3", False),
        ("nan", "nan", True),
        ("1e-3", "0.001", True),
        ("0.5", "half", False),
    ],
)
def test_words_are_compared_as_judges_do(expected, printed, same):
    example = Example("x\n", "", expected)
    assert as_told(example, Trial(Status.GAVE, printed), Leniency()) is same
    assert as_told(example, Trial(Status.GAVE, printed), Leniency(many=True)) is (same or None)


@pytest.mark.parametrize(
    ("expected", "value", "same"),
    [
        ("[1, 2]", (1, 2), True),
        ("(1, [2, null])", [1, [2, None]], True),
        ("[1, 2]", [2, 1], False),
        ("true", True, True),
        ("1.5", 1.5000001, True),
        ("2", 2.0, True),
        ("[0.1, 0.2]", [0.1, 0.3], False),
        ("'a'", "a", True),
        ("'a'", "A", False),
        ("'5'", 5, False),
        ("{1, 2}", {2, 1}, True),
        ("[1, 2]", {2, 1}, None),
        ("{'a': 1}", {"a": 1.0}, True),
        ("{'a': 1}", {"a": 2}, False),
        ("null", None, True),
        ("0", None, False),
    ],
)
def test_values_are_compared_as_judges_do(expected, value, same):
    assert as_told(Example("", "f()", expected), Trial(Status.GAVE, plain(value)), Leniency()) is same


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [(0.1 + 0.2, 0.3, True), ([1, 2], (1, 2), True), (True, 1, True), (2.0, 2, True), ("a  b", "a b", False),
     ([1, 2], [2, 1], False), (0.3, 0.4, False)],
)  # fmt: skip
def test_what_counts_as_the_same_behaviour(one, other, alike):
    first, second = (canonical(Trial(Status.GAVE, plain(each)), Leniency(), call=True) for each in (one, other))
    assert (first == second) is alike
    ordered = [
        canonical(Trial(Status.GAVE, text), Leniency(any_order=True), call=False) for text in ("2 1.50", "1.5\n2")
    ]
    assert ordered[0] == ordered[1]


def test_one_call_does_not_answer_for_another(opened):
    """What a call leaves behind speaks against no program: it is called again alone."""
    remembers = "seen = []\ndef half(x):\n    seen.append(x)\n    return x / 2 if len(seen) == 1 else None"
    assert [outcome for outcome, _ in outcomes(opened, HALF, remembers)] == [Outcome.CONFIRMED] * 2


def test_changing_the_argument_is_returning_it_where_the_problem_says_so(opened):
    problem = METHOD.replace("Return the k largest", "Modify the given list in-place: leave the k largest")
    program = LARGEST.replace("return nlargest(k, nums)", "nums[:] = nlargest(k, nums)")
    assert [outcome for outcome, _ in outcomes(opened, problem, program)] == [Outcome.CONFIRMED] * 2


def test_a_program_cannot_read_what_is_expected(opened):
    peeks = (
        "import sys\ndef half(x):\n    frame = sys._getframe(1)\n    return [str(v) for v in frame.f_locals.values()]"
    )
    (found,) = opened.review(HALF, peeks)
    assert found.claims[0].outcome is Outcome.REFUTED
    assert "1.5" not in found.claims[0].telling.evidence.partition("; expected")[0]


def test_programs_that_do_the_same_are_one_answer(opened):
    adds = "t = 0\nfor word in input().split():\n    t += int(word)\nprint(t)"
    alike = [SUMS, adds, "print(eval(input().replace(' ', '+')))"]
    *same, other = opened.review(SUM, *alike, "print(max(3, len(input())))")
    assert len({found.answer.key for found in same}) == 1
    assert other.answer.key != same[0].answer.key


def chain(index, examples, others, refuted=()):
    answer = Answer(key=Behaviour(tuple(examples), tuple(others)).key, text=f"program {index}")
    return ScoredChain(chain=Chain(text="", index=index), answer=answer, claims=refuted)


def clusters(*chains):
    """The indices of chains, by cluster."""
    settled = settle(chains)
    groups = {}
    for each in settled:
        groups.setdefault(each.answer.key, []).append(each.chain.index)
    return sorted(groups.values())


def test_an_input_on_which_most_fail_does_not_count():
    valid = [chain(0, "=a", ["=x", "=1"]), chain(1, "=a", ["=x", "!"]), chain(2, "=a", ["=x", "!"])]
    assert Behaviour.read(valid[1].answer.key) == Behaviour(("=", "a"), ("=x", "!"))
    one, two, three = (
        chain(index, ["=a"], others) for index, others in enumerate((["=x", "=1"], ["=x", "!"], ["=x", "!"]))
    )
    assert clusters(one, two, three) == [[0, 1, 2]]
    four = chain(3, ["=a"], ["=x", "=1"])
    five = chain(4, ["=a"], ["=x", "=1"])
    assert clusters(one, two, three, four, five) == [[0, 3, 4], [1, 2]]


def test_the_order_of_arrival_changes_nothing():
    chains = [
        chain(0, ["=a"], ["=x", "=1"]), chain(1, ["=a"], ["=x", "~", "-"]), chain(2, ["=a"], ["=y", "!"]),
        chain(3, ["?"], []), chain(4, ["!"], []), chain(5, ["=a"], ["=x", "=1"]),
        chain(6, ["=a"], ["=x", "=1"]),
    ]  # fmt: skip
    expected = clusters(*chains)
    assert expected == [[0, 5, 6], [1], [2], [3], [4]]
    for order in itertools.islice(itertools.permutations(chains), 0, None, 100):
        assert sorted(map(sorted, clusters(*order))) == expected


def test_other_answers_stay_as_they_are():
    other = ScoredChain(chain=Chain(text=""), answer=Answer(key="7", text="7"))
    none = ScoredChain(chain=Chain(text=""), answer=None)
    assert settle([other, none]) == (other, none)


@pytest.mark.parametrize("text", [SUM, METHOD, HALF, (EXAMPLES / "tides.txt").read_text("utf-8")])
def test_generated_inputs_repeat_and_are_like_the_examples(text):
    problem = Problem(text=text)
    first, again = (list(itertools.islice(similar(problem, 0), 20)) for _ in range(2))
    assert first == again
    calls = {bool(example.call) for example in public_examples(text)}
    assert {bool(each.call) for each in first} <= calls


def test_generated_inputs_keep_to_what_the_problem_tells():
    text = METHOD.replace(
        "```python", "Constraints:\n\n* 1 <= k <= nums.length <= 5\n* -4 <= nums[i] <= 9\n\n```python", 1
    )
    made = list(itertools.islice(similar(Problem(text=text), 3), 100))
    assert len(made) == 100
    arguments = [eval(each.call, {"Solution": lambda: Taken}) for each in made]  # noqa: S307  # our own text
    assert all(1 <= k <= len(nums) <= 5 and set(nums) <= set(range(-4, 10)) for nums, k in arguments)
    assert min(min(nums) for nums, _ in arguments) < 0
    named = text.replace("k <= nums.length <= 5", "k < n <= 5\n* n == nums.length")
    for each in itertools.islice(similar(Problem(text=named), 3), 50):
        nums, k = eval(each.call, {"Solution": lambda: Taken})  # noqa: S307
        assert 1 <= k < len(nums) <= 5
    sorted_list = text.replace("a list", "a sorted list").replace("[3,9,1]", "[1,3,9]")
    for each in itertools.islice(similar(Problem(text=sorted_list), 3), 50):
        nums, _ = eval(each.call, {"Solution": lambda: Taken})  # noqa: S307
        assert nums == sorted(nums)


class Taken:
    @staticmethod
    def largest(nums, k):
        return nums, k


@pytest.mark.parametrize("words", ["It is guaranteed that k divides the sum.", "Constraints:\n\n* nums is a heap\n"])
def test_none_are_made_under_conditions_that_are_not_read(words):
    assert list(similar(Problem(text=METHOD.replace("Example 1", f"{words}\n\nExample 1", 1)), 0)) == []


def test_layouts_of_what_is_read():
    tides = list(itertools.islice(similar(Problem(text=(EXAMPLES / "tides.txt").read_text("utf-8")), 0), 50))
    for each in tides:
        first, second = each.stdin.splitlines()
        assert int(first) == len(second.split()) >= 1
        assert all(0 <= int(word) <= 500 for word in second.split())
    words = SUM.replace("1 2\n", "2\nabba\nab\n").replace("\n5\n", "\n1\nb\n", 1)
    for each in itertools.islice(similar(Problem(text=words), 0), 50):
        count, *lines = each.stdin.splitlines()
        assert int(count) == len(lines)
        assert set("".join(lines)) <= set("ab")


@pytest.mark.parametrize(
    ("problem", "listed", "found"),
    [
        (SUM, ["1 2 3", "4\n", 5, None, "x" * 3000], [Input("1 2 3\n"), Input("4\n")]),
        (METHOD, [[[1], 1], {"nums": [2], "k": 1}, [[1]], "x", {"not a name": 1}],
         [Input(call="Solution().largest([1], 1)"), Input(call="Solution().largest(nums=[2], k=1)"),
          Input(call="Solution().largest([1])")]),
        (HALF, [[3], [True], [None]], [Input(call="half(3)"), Input(call="half(True)"), Input(call="half(None)")]),
        (HALF, {"inputs": []}, []),
    ],
)  # fmt: skip
def test_inputs_that_a_model_lists(problem, listed, found):
    assert read_inputs(listed, Problem(text=problem)) == found


SAME_ON_EXAMPLES = "a = list(map(int, input().split()))\nprint(sum(a) if len(a) < 4 else a[0])"


@pytest.mark.parametrize(
    "reply",
    [
        '```json\n["1 2 3 4"]\n```',
        "Ones, for example:\n```python\nimport json\nprint(json.dumps(['1 ' * 5]))\n```",
        '<think>["9"]</think>\n["2 2 2 2"]',
    ],
)
def test_a_model_names_inputs_that_tell_programs_apart(opened, asking, reply):
    problem = SUM.replace("\n\n", "\nIt is guaranteed that all goes well.\n\n", 1)

    for which, answers in ((asking, 2), (opened, 1)):
        model = Model(reply, SUMS, SAME_ON_EXAMPLES)
        model.name = reply
        solution = which.solve(problem, model=model, chains=2)
        assert model.asked == which.settings.check_programs
        assert len({each.answer.key for each in solution.chains}) == answers


class Model(ScriptedModel):
    """Answers what is asked about inputs with its first text, problems with the others."""

    def __init__(self, reply, *programs):
        super().__init__(*map(fenced, programs))
        self.reply = reply
        self.asked = 0

    async def sample(self, prompt, params):
        if "Name inputs" in prompt:
            self.asked += 1
            async for completion in ScriptedModel(self.reply).sample(prompt, params):
                yield completion
        else:
            async for completion in super().sample(prompt, params):
                yield completion


def test_the_recorded_programs():
    """By text the wrong program has the most votes; by what they do the right ones do."""
    path = EXAMPLES / "tides.jsonl"
    (recorded,) = read_recorded(path)
    texts = [chain.text for chain in recorded.chains]
    with contextlib.closing(Opened(HURRIED)) as opened:
        solution = opened.solve(recorded.problem, model=ReplayModel(path), chains=len(texts))
    assert [row.chains for row in solution.tally.rows[:3]] == [(1, 3, 6, 9), (0, 2, 4), (7,)]
    assert "after >= before" in solution.answer.text
    assert solution.answer.text in texts[1]
    refuted = [scored.chain.index for scored in solution.chains if scored.refuted]
    assert refuted == [5, 8]
    late = solution.chains[7].claims[0]
    assert (late.outcome, late.reason) == (Outcome.UNKNOWN, Reason.TIMED_OUT)

    unavailable = clra.solve(recorded.problem, model=f"replay:{path}", chains=len(texts), verifiers=["exact"])
    assert unavailable.tally.winner.chains == (0, 2, 4)


def test_a_gold_program_is_compared_by_what_it_does(tmp_path):
    (recorded,) = read_recorded(EXAMPLES / "tides.jsonl")
    row = (EXAMPLES / "tides.jsonl").read_text("utf-8")
    gold = """
_, h = input(), list(map(int, input().split()))
best = max(j - i for i in range(len(h)) for j in range(i + 1, len(h) + 1) if h[i:j] == sorted(h[i:j]))
print(best)
"""
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(json.loads(row) | {"gold": gold}), "utf-8")
    comparison = asyncio.run(acompare(path, HURRIED, strategies=["majority", "first"]))
    assert comparison.pass1 == pytest.approx(4 / len(recorded.chains))
    assert comparison.strategies["majority"].accuracy == 1
    assert comparison.strategies["first"].accuracy == 0


def test_without_a_sandbox_all_is_unknown(monkeypatch):
    def refuse(settings):
        raise clra.ConfigError("no sandbox here", hint="get one")

    monkeypatch.setattr("clra.registry.open_sandbox", refuse)
    broken = Opened(SETTINGS)
    (found,) = broken.review(SUM, SUMS)
    broken.close()
    assert [(checked.outcome, checked.reason) for checked in found.claims] == [
        (Outcome.UNKNOWN, Reason.UNAVAILABLE)
    ] * 2
    assert found.answer.key.startswith("program:")


def test_a_solution_without_a_program_has_no_claims(opened):
    found = opened.runner.run(opened.judges.review(Problem(text=SUM), "I do not know."))
    assert found.claims == ()
    assert found.answer is None


def test_it_fits_the_protocol():
    checker = ExecutionVerifier(SETTINGS)
    assert checker.settle([]) == ()
    asyncio.run(checker.aclose())
