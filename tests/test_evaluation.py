"""A benchmark is solved to its end, whatever interrupts it, and nothing is drawn twice or counted as what it is not."""

import asyncio
import json
import logging
import re
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from clra import cli, evaluation, registry
from clra.benchmarks.livecode import GoldTests
from clra.config import Settings
from clra.engine import Judges
from clra.errors import ConfigError, ModelError, ModelUnavailableError, StoreError
from clra.evaluation import FAILURES_IN_A_ROW, check_resumable, evaluate
from clra.evaluation_summary import summarize
from clra.grading import grade, tried, winning_programs
from clra.models.replay import ReplayModel
from clra.parsing.answers import final_answer
from clra.parsing.examples import Example
from clra.parsing.recorded import RecordedProblem, write_recorded
from clra.protocols import Completion
from clra.run_settings import run_header
from clra.run_tables import task_rows
from clra.spending import Account, AccountedModel, Budget
from clra.store import RunStore
from clra.tasks import TaskFailure, problems_at_once, repeat_seed, tasks_left
from clra.types import Chain, CheckedClaim, Claim, FinishReason, Problem, ProblemKind, Review, Span

EXAMPLE = Path(__file__).parents[1] / "examples" / "benchmark.jsonl"
SETTINGS = Settings(chains=4, jobs=1, verifiers=("exact",), exhaustive=True)
PROBLEMS = tuple(Problem(text=f"What is {n} + {n}?", id=f"sum-{n}", gold=str(2 * n)) for n in range(1, 9))


class AddingModel:
    """Adds up; every fourth chain is wrong. Writes down each (problem, seed) that it drew."""

    name = "adding"
    prompts = "default"

    def __init__(self, *, pause=0.0, tokens=10, fails=lambda number, index: False, drawn=None):
        self.pause = pause
        self.tokens = tokens
        self.fails = fails
        self.drawn = Counter()
        self.on_drawn = drawn or (lambda: None)

    async def sample(self, prompt, params):
        number = int(re.search(r"What is (\d+) \+", prompt)[1])
        for index, seed in enumerate(params.seeds):
            await asyncio.sleep(self.pause)
            if self.fails(number, index):
                raise ModelUnavailableError("nobody answers")
            total = 2 * number + (seed % 16 == 0)
            self.drawn[number, seed] += 1
            self.on_drawn()
            text = f"{number} + {number} = {total}. The answer is {total}."
            yield Completion(index=index, text=text, seed=seed, prompt_tokens=5, tokens=self.tokens)

    async def aclose(self):
        pass


class Reading:
    """In place of worker processes: reads the answer, and finds nothing."""

    size = 1

    def __init__(self):
        self.incidents = {}

    async def review(self, problem, solution):
        await asyncio.sleep(0)
        claim = Claim(text=solution, span=Span(0, len(solution)))
        answer = final_answer(Chain(text=solution), problem)
        return Review(problem=problem, text=solution, steps=(), claims=(CheckedClaim(claim=claim),), answer=answer)


@pytest.fixture
def reading(monkeypatch):
    """No worker process is started."""

    @asynccontextmanager
    async def open_judges(settings, vote=None):
        yield Judges(Reading())

    monkeypatch.setattr(evaluation, "open_judges", open_judges)


def new_run(tmp_path, problems=PROBLEMS, name="run", settings=SETTINGS, **header):
    store = RunStore.create(tmp_path / f"{name}.sqlite", run_header(name, settings, dataset="sums", **header))
    store.add_problems(problems)
    return store


def run(store, model, settings=SETTINGS, **choices):
    return asyncio.run(evaluate(store, settings, model=model, **choices))


def summary(store, settings=SETTINGS):
    return asyncio.run(summarize(store, settings, strategies=["majority", "clra", "oracle"]))


def answers(store):
    return {(each.position, each.repeat): each.solution.answer.key for each in store.solutions()}


@pytest.mark.usefixtures("reading")
def test_a_whole_benchmark(tmp_path):
    model, told = AddingModel(), []
    with new_run(tmp_path, repeats=2) as store:
        session = run(store, model, on_progress=told.append)
        assert session.complete
        assert (session.solved, session.resumed, session.left, session.stopped) == (16, 0, 0, "")
        assert (session.drawn_tokens, session.tokens, session.prompt_tokens) == (640, 640, 320)
        assert session.cost is None
        assert store.solved() == tuple((position, repeat) for position in range(8) for repeat in range(2))
        assert all(len(each.solution.chains) == 4 for each in store.solutions())
        found = summary(store)
    assert set(model.drawn.values()) == {1}
    assert [each.chains for each in told] == sorted(each.chains for each in told)
    assert (told[-1].tasks, told[-1].total, told[-1].chains, told[-1].tokens) == (16, 16, 64, 640)
    assert (found.tasks, found.solved, found.complete, found.failures) == (16, 16, True, ())
    assert (found.comparison.problems, found.comparison.chains) == (8, 64)
    right = sum(seed % 16 != 0 for _, seed in model.drawn) / 64
    assert found.comparison.pass1 == pytest.approx(right)
    assert found.comparison.strategies["clra"].accuracy == found.comparison.strategies["oracle"].accuracy == 1.0
    assert len(found.by_repeat) == 2
    assert (found.tokens, found.stage_tokens["draw"]) == (640, 640)


def test_repeats_share_no_seed_and_the_first_is_that_of_a_single_run(tmp_path):
    with new_run(tmp_path, PROBLEMS[:2], repeats=8) as store:
        tasks = tasks_left(store, SETTINGS.having(seed=3))
    assert [(task.position, task.repeat) for task in tasks[:3]] == [(0, 0), (1, 0), (0, 1)]
    seeds = {task.repeat: task.settings.seed for task in tasks}
    assert seeds[0] == 3
    assert len(set(seeds.values())) == 8
    assert len({id(task.settings) for task in tasks}) == 8  # validated once a repeat: a task each takes milliseconds
    others = {repeat_seed(4, repeat) for repeat in range(8)}
    assert not others & set(seeds.values())


@pytest.mark.usefixtures("reading")
def test_repeats_are_no_further_problems(tmp_path):
    with new_run(tmp_path, PROBLEMS[:3], name="thrice", repeats=3) as store:
        run(store, AddingModel())
        found = summary(store).comparison
    assert found.problems == 3
    assert found.chains == 36


@pytest.mark.parametrize("after", [1, 5, 13, 25])
@pytest.mark.usefixtures("reading")
def test_an_interrupted_run_goes_on_without_drawing_anything_twice(tmp_path, after):
    stop = asyncio.Event()
    first = AddingModel(pause=0.001, drawn=lambda: first.drawn.total() >= after and stop.set())
    with new_run(tmp_path) as store:
        session = run(store, first, stop=stop, at_once=2)
        assert (session.stopped, session.complete) == ("it was interrupted", False)
        assert session.left + session.solved == 8
        assert after <= first.drawn.total() < 32
    second = AddingModel()
    with RunStore.open(tmp_path / "run.sqlite", write=True) as store:
        again = run(store, second)
        assert again.complete
        assert (again.resumed, again.solved) == (session.solved, session.left)
        resumed = answers(store)
    assert not first.drawn.keys() & second.drawn.keys()
    assert len(first.drawn + second.drawn) == 32
    with new_run(tmp_path, name="whole") as store:
        run(store, AddingModel())
        assert answers(store) == resumed


@pytest.mark.usefixtures("reading")
def test_no_recorded_chain_stands_for_two_repeats_of_an_interrupted_run(tmp_path):
    two = PROBLEMS[:2]
    recorded = [
        RecordedProblem(
            problem=each,
            chains=tuple(Chain(text=f"{each.id}, {number}. Answer: 7", index=number) for number in range(8)),
            critiques=(None,) * 8,
        )
        for each in two
    ]
    write_recorded(tmp_path / "r.jsonl", recorded)

    async def session(store, most):
        stop = asyncio.Event()
        return await evaluate(
            store,
            SETTINGS,
            model=ReplayModel(tmp_path / "r.jsonl"),
            at_once=1,
            on_progress=lambda told: told.tasks >= most and stop.set(),
            stop=stop,
        )

    with new_run(tmp_path, two, repeats=2) as store:
        assert asyncio.run(session(store, 2)).left == 2
        assert asyncio.run(session(store, 9)).complete
        texts = [scored.chain.text for each in store.solutions() for scored in each.solution.chains]
    assert sorted(texts) == sorted(chain.text for each in recorded for chain in each.chains)


@pytest.mark.usefixtures("reading")
def test_what_is_done_is_not_done_again(tmp_path, monkeypatch):
    with new_run(tmp_path) as store:
        run(store, AddingModel())
        monkeypatch.setattr(registry, "open_model", None)
        session = asyncio.run(evaluate(store, SETTINGS))
    assert (session.solved, session.resumed, session.complete) == (0, 8, True)


@pytest.mark.usefixtures("reading")
def test_shards_together_are_the_whole(tmp_path):
    with new_run(tmp_path, name="whole") as store:
        run(store, AddingModel())
        whole = answers(store)
    parts = []
    for number in (1, 2, 3):
        with new_run(tmp_path, name=f"part{number}", shard=(number, 3)) as store:
            session = run(store, AddingModel())
            found = summary(store)
            assert session.solved == found.problems == len(store.solved())
            assert {position % 3 for position, _ in store.solved()} == {number - 1}
            parts.append(answers(store))
    assert sum(map(len, parts)) == 8
    assert parts[0] | parts[1] | parts[2] == whole


@pytest.mark.usefixtures("reading")
def test_a_failure_is_told_and_the_others_go_on(tmp_path):
    with new_run(tmp_path) as store:
        session = run(store, AddingModel(fails=lambda number, index: number == 3), at_once=1)
        assert (session.solved, session.left, session.given_up) == (7, 1, False)
        found = summary(store)
        assert [(each.position, each.message) for each in found.failures] == [(2, "nobody answers")]
        assert (found.complete, found.comparison.problems) == (False, 7)
        assert run(store, AddingModel()).complete
        assert summary(store).failures == ()


@pytest.mark.usefixtures("reading")
def test_a_model_that_fails_in_the_middle_has_not_solved_the_problem(tmp_path):
    with new_run(tmp_path) as store:
        first = AddingModel(fails=lambda number, index: number == 3 and index == 2)
        session = run(store, first, at_once=1)
        assert (session.solved, session.left) == (7, 1)
        assert "the model failed in the middle: nobody answers" in session.failures[0].message
        second = AddingModel()
        assert run(store, second).complete
        assert sorted(number for number, _ in second.drawn) == [3, 3]
        assert not first.drawn.keys() & second.drawn.keys()


@pytest.mark.usefixtures("reading")
def test_a_model_that_is_gone_ends_the_run(tmp_path):
    with new_run(tmp_path) as store:
        session = run(store, AddingModel(fails=lambda number, index: number > 2), at_once=1)
        assert session.given_up
        assert (session.solved, session.left, len(session.failures)) == (2, 6, FAILURES_IN_A_ROW)
        assert f"failed on {FAILURES_IN_A_ROW} problems in a row: nobody answers" in session.stopped
        assert run(store, AddingModel()).complete


@pytest.mark.usefixtures("reading")
def test_failures_with_a_success_between_them_are_not_in_a_row(tmp_path):
    with new_run(tmp_path) as store:
        session = run(store, AddingModel(fails=lambda number, index: number not in {1, 5}), at_once=1)
    assert (session.solved, len(session.failures), session.given_up) == (2, 6, False)


@pytest.mark.usefixtures("reading")
def test_another_runner_may_solve_the_tasks(tmp_path):
    """It gets tasks and gives solutions, here those of another store, as a cluster would."""
    asked, told = [], []
    with new_run(tmp_path, name="elsewhere", repeats=2) as store:
        run(store, AddingModel())
        elsewhere = {(each.position, each.repeat): each for each in store.solutions()}

    async def runner(tasks, stop):
        for task in tasks:
            if stop.is_set():
                return
            await asyncio.sleep(0)
            asked.append((task.position, task.repeat, task.settings.seed))
            key = task.position, task.repeat
            yield TaskFailure(*key, "lost on the way") if key == (3, 0) else elsewhere[key]

    def on_progress(progress):
        told.append(progress.tokens)

    with new_run(tmp_path, repeats=2) as store:
        budget = Budget(tokens=200)
        session = asyncio.run(evaluate(store, SETTINGS, runner=runner, budget=budget, on_progress=on_progress))
        assert (session.solved, session.stopped) == (6, "the budget of 200 tokens is used up")
        assert [each.message for each in session.failures] == ["lost on the way"]
        assert told == [40, 80, 120, 120, 160, 200, 240]
        elsewhere_again = asyncio.run(evaluate(store, SETTINGS, runner=runner))
        assert (elsewhere_again.resumed, elsewhere_again.solved) == (6, 9)
    assert asked[0] == (0, 0, SETTINGS.seed)
    assert asked[-1] == (7, 1, repeat_seed(SETTINGS.seed, 1))


@pytest.mark.usefixtures("reading")
def test_a_budget_of_tokens_leaves_what_is_done(tmp_path):
    budget = Budget(tokens=100)
    with new_run(tmp_path) as store:
        session = run(store, AddingModel(pause=0.001), at_once=1, budget=budget)
        assert (session.complete, session.stopped) == (False, "the budget of 100 tokens is used up")
        assert (session.tokens, session.solved) == (100, 2)
        assert summary(store).comparison.problems == 2
        model = AddingModel()
        again = run(store, model, at_once=1, budget=budget)
        assert (again.stopped, again.solved) == ("the budget of 100 tokens is used up", 0)
        assert model.drawn.total() <= 4
        done = run(store, AddingModel(), budget=Budget(tokens=1000))
        assert (done.complete, done.stopped, done.tokens) == (True, "", 320)


@pytest.mark.usefixtures("reading")
def test_a_budget_of_seconds(tmp_path):
    with new_run(tmp_path) as store:
        session = run(store, AddingModel(pause=30.0), budget=Budget(seconds=0.05))
        assert (session.solved, session.stopped) == (0, "the budget of 0.05 seconds is used up")
        assert summary(store).comparison is None


@pytest.mark.usefixtures("reading")
def test_a_budget_of_money(tmp_path):
    budget = Budget(money=0.001, price_in=2.0, price_out=10.0)
    with new_run(tmp_path) as store:
        session = run(store, AddingModel(pause=0.001), at_once=1, budget=budget)
    assert session.cost == pytest.approx(10 * (5 * 2.0 + 10 * 10.0) / 1e6)
    assert session.stopped == "the budget of 0.001 is used up, at the prices that were given"


def test_an_unknown_price_is_unknown():
    assert Budget(price_in=1.0).cost(10, 10) is None
    assert Budget(price_in=0.0, price_out=0.0).cost(10, 10) == 0.0
    with pytest.raises(ConfigError, match="--budget-money needs the prices"):
        Budget(money=1.0, price_out=1.0)


@pytest.mark.parametrize(
    "limits", [{"tokens": 0}, {"seconds": -1.0}, {"money": 0.0}, {"price_in": -1.0}, {"seconds": float("nan")}]
)
def test_a_budget_that_cannot_be(limits):
    with pytest.raises(ConfigError, match="expected"):
        Budget(**limits)


class TypingModel:
    """Writes one long text, and lets who watches see it."""

    name = "typing"
    prompts = "default"

    async def sample(self, prompt, params):
        for length in (30, 300, 3000):
            await asyncio.sleep(0)
            params.watch(0, "x" * length)
        yield Completion(index=0, text="x" * 3000, seed=params.seeds[0])


def test_what_is_being_drawn_counts_before_it_is_done():
    from clra.protocols import SamplingParams

    told = []
    account = Account(Budget(tokens=100), told.append)
    model = AccountedModel(TypingModel(), account)

    async def draw():
        watched = []
        params = SamplingParams(watch=lambda index, text: watched.append(len(text)))
        async for _ in model.sample("", params):
            assert len(told) == 3  # at 300 characters, at 3000, and when it was done
        assert watched == [30, 300, 3000]

    asyncio.run(draw())
    assert (account.tokens, account.estimated, account.running) == (1000, True, {})


@pytest.mark.usefixtures("reading")
def test_several_problems_are_under_way_at_once(tmp_path):
    under_way, most, met = set(), [], asyncio.Event()

    class Meeting(AddingModel):
        async def sample(self, prompt, params):
            under_way.add(prompt)
            most.append(len(under_way))
            if len(under_way) == 3:
                met.set()
            await asyncio.wait_for(met.wait(), 120)
            await asyncio.sleep(0.02)
            async for completion in super().sample(prompt, params):
                yield completion
            under_way.discard(prompt)

    with new_run(tmp_path) as store:
        run(store, Meeting(), at_once=3)
    assert max(most) == 3


@pytest.mark.parametrize(("concurrency", "chains", "expected"), [(32, 32, 2), (256, 32, 8), (100, 64, 2), (8, 1, 8)])
def test_as_many_problems_as_keep_a_server_busy(concurrency, chains, expected):
    assert problems_at_once(Settings(concurrency=concurrency, chains=chains)) == expected


def test_a_run_of_other_settings_is_not_gone_on_with(tmp_path):
    with new_run(tmp_path) as store:
        header = run_header("run", SETTINGS.having(seed=9, temperature=0.5), dataset="sums", repeats=2, shard=(1, 2))
        with pytest.raises(StoreError) as raised:
            check_resumable(store, header)
        check_resumable(store, run_header("again", SETTINGS.having(jobs=7), dataset="sums"))
    for told in ("seed: 0 and 9", "temperature: None and 0.5", "repeats: 1 and 2", "shard: none and 1/2"):
        assert told in str(raised.value)


@pytest.mark.usefixtures("reading")
def test_problems_without_a_known_answer_have_no_accuracy(tmp_path):
    problems = (Problem(text="What is 5 + 5?", id="a"), Problem(text="What is 6 + 6?", id="b"))
    with new_run(tmp_path, problems) as store:
        run(store, AddingModel())
        found = summary(store)
    assert (found.comparison, found.without_gold, found.solved, found.by_repeat) == (None, 2, 2, ())


@pytest.mark.usefixtures("reading")
def test_a_chain_that_was_cut_off_is_no_answer(tmp_path):
    class Short(AddingModel):
        async def sample(self, prompt, params):
            async for completion in super().sample(prompt, params):
                yield Completion(
                    index=completion.index, text=completion.text, tokens=9, finish_reason=FinishReason.LENGTH
                )

    with new_run(tmp_path, PROBLEMS[:1]) as store:
        assert run(store, Short()).complete
        assert summary(store).comparison.strategies["oracle"].accuracy == 0.0


class Programmer:
    """Submits the same programs, one for each chain."""

    name = "programmer"
    prompts = "default"
    programs = ("print(sum(map(int, input().split())))", "a, b = input().split(); print(int(a) + int(b))", "print(3)")

    async def sample(self, prompt, params):
        for index, seed in enumerate(params.seeds):
            await asyncio.sleep(0)
            code = self.programs[index % len(self.programs)]
            yield Completion(index=index, text=f"```python\n{code}\n```", seed=seed, prompt_tokens=1, tokens=9)


ADD = "Write a Python program that prints the sum of two numbers.\n\nSample Input\n1 2\n\nSample Output\n3"
HIDDEN = GoldTests((Example("1 2\n", "", "3\n"), Example("20 30\n", "", "50\n")), private=True, left_out=0)
PROGRAMS = Settings(chains=3, jobs=1, verifiers=("exact", "execution"), exhaustive=True)


@pytest.mark.parametrize(
    ("gold", "right"),
    [
        (HIDDEN.gold, [True, True, False]),
        (GoldTests(HIDDEN.examples[:1], private=False, left_out=1).gold, [True, True, True]),
        (GoldTests((Example("1 2\n", "", "4\n"),), private=True, left_out=0).gold, [False, False, False]),
        ("print(sum(int(word) for word in input().split()))", [True, True, True]),  # nothing else was tried
    ],
)
def test_programs_are_right_that_pass_the_tests_or_behave_like_the_right_one(tmp_path, gold, right):
    problem = Problem(text=ADD, id="add", kind=ProblemKind.PROGRAM, gold=gold)
    with new_run(tmp_path, [problem], settings=PROGRAMS) as store:
        run(store, Programmer(), PROGRAMS)
        graded = asyncio.run(grade([*store.solutions()], PROGRAMS))
        found = asyncio.run(tried(winning_programs(store), PROGRAMS))
        (row,) = task_rows(store, found)
        untried = [row.right for row in task_rows(store)]
    if graded.untested:
        assert found == {}
        pytest.skip("no sandbox holds here")
    assert (untried, row.right, found) == ([None], right[0], {(0, 0): right[0]})
    (judged,) = graded.judged
    assert [judged.right(chain) for chain in judged.chains] == right


@pytest.fixture
def clra(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        monkeypatch.setattr(logging.getLogger(), "handlers", [])
        monkeypatch.setattr(sys, "argv", ["clra", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return command


def test_the_example_benchmark(clra, tmp_path):
    command = ("eval", EXAMPLE, "-n", 4, "--repeats", 2, "--strategies", "majority,clra", "--jobs", 1)
    code, output, _ = clra(*command, "--limit", 3, "--name", "three", "--json")
    found = json.loads(output)
    assert code == 0
    assert (found["complete"], found["solved"], found["tasks"], found["problems"]) == (True, 6, 6, 3)
    assert (found["dataset"], found["path"], found["cost"]) == ("benchmark.jsonl", "clra-runs/three.sqlite", None)
    assert found["comparison"]["strategies"].keys() == {"majority", "clra"}
    assert (found["session"]["solved"], found["session"]["drawn_tokens"]) == (6, found["tokens"])
    code, output, _ = clra(*command, "--limit", 3, "--name", "three")
    assert code == 0
    assert "6 of 6 solved: 3 problems x 2 repeats" in output
    assert "this session" not in output
    assert (tmp_path / "clra-runs" / "three.sqlite").exists()


def test_it_is_exhaustive_unless_it_may_stop_early(clra):
    for flags, chains in ((), 12), (("--confidence", "0.9"), None):
        code, output, _ = clra("eval", EXAMPLE, "-n", 12, "--limit", 1, "--name", f"n{len(flags)}", "--json", *flags)
        assert code == 0
        drawn = json.loads(output)["comparison"]["chains"]
        assert drawn == chains if chains else drawn < 12


def test_a_partial_run_says_so_and_the_same_command_goes_on(clra):
    command = ("eval", EXAMPLE, "-n", 4, "--strategies", "majority", "--jobs", 1, "-o", "here.sqlite")
    code, output, _ = clra(*command, "--budget-tokens", 500, "--problems-at-once", 1)
    assert code == 0
    assert "partial: the budget of 500 tokens is used up; the same command goes on" in output
    code, output, _ = clra(*command, "--json", "--price-in", 1, "--price-out", 2)
    found = json.loads(output)
    assert (code, found["complete"], found["solved"]) == (0, True, 8)
    assert 0 < found["session"]["solved"] < 8
    assert found["cost"] == pytest.approx((found["prompt_tokens"] + 2 * found["tokens"]) / 1e6)


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from clra.cli import main; sys.argv = ['clra', 'eval', '--help']\n"
        "try: main()\n"
        "finally: print(sorted({'sympy', 'z3', 'onnxruntime', 'numpy', 'datasets', 'sqlite3'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Solve a whole benchmark" in done.stdout
    assert done.stdout.strip().endswith("[]")


def test_presets_are_listed(clra):
    code, output, _ = clra("eval", "--list")
    assert code == 0
    assert "MathArena/aime_2026" in output
    _, output, _ = clra("eval", "--list", "--json")
    assert json.loads(output)["gsm8k"]["config"] == "main"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "expected a data set"),
        (["nothing.jsonl"], "nothing.jsonl cannot be read: no such file"),
        (["aime-1999"], "no preset of this name"),
        ([EXAMPLE, "--shard", "3/2"], "--shard 3/2: expected i/n"),
        ([EXAMPLE, "--shard", "one"], "--shard one: expected i/n"),
        ([EXAMPLE, "--name", "../x"], "--name '../x': expected letters"),
        ([EXAMPLE, "--name", "x", "-o", "y.sqlite"], "give one of them"),
        ([EXAMPLE, "--field", "problem"], "--field problem: expected FIELD=COLUMN"),
        ([EXAMPLE, "--field", "problem=nowhere"], 'benchmark.jsonl, line 1: expected "nowhere"'),
        ([EXAMPLE, "--like", "nothing"], "there is no preset named 'nothing'"),
        ([EXAMPLE, "--budget-money", "1"], "--budget-money needs the prices"),
        ([EXAMPLE, "--strategies", "none-such"], "there is no strategy named 'none-such'"),
        ([EXAMPLE, "--strategy", "none-such"], "there is no strategy named 'none-such'"),
        ([EXAMPLE, "--model", "none-such"], "there is no model named 'none-such'"),
        ([EXAMPLE, "--confidence", "2"], "--confidence"),
    ],
)
def test_a_mistake_is_told_in_a_line(clra, tmp_path, arguments, told):
    code, output, errors = clra("eval", *arguments)
    assert (code, output) == (2, "")
    assert told in errors
    assert "Traceback" not in errors
    assert not [*tmp_path.rglob("*.sqlite")]


def test_other_settings_under_the_same_name(clra, tmp_path):
    command = ("eval", EXAMPLE, "-n", 2, "--limit", 1, "--strategies", "majority", "--name", "mine")
    assert clra(*command)[0] == 0
    code, _, errors = clra(*command, "--seed", 5)
    assert code == 2
    assert "was begun with other settings: seed: 0 and 5" in errors
    assert "--name" in errors
    (tmp_path / "text.sqlite").write_text("no database")
    assert clra("eval", EXAMPLE, "-o", "text.sqlite")[0] == 2


def test_a_model_that_never_answers_ends_with_an_error(clra, monkeypatch):
    def open_model(settings):
        model = AddingModel()
        model.sample = failing
        return model

    async def failing(prompt, params):
        raise ModelError("no such model")
        yield

    monkeypatch.setattr(registry, "open_model", open_model)
    code, output, errors = clra("eval", EXAMPLE, "-n", 2, "--jobs", 1, "--problems-at-once", 1)
    assert code == 2
    assert "0 of 8 solved" in output
    assert "5 problems failed: no such model" in errors
    assert "the same command goes on" in errors


def test_ctrl_c_loses_nothing(tmp_path):
    command = [sys.executable, "-m", "clra", "eval", EXAMPLE, "-n", "32", "--strategies", "majority", "--json"]
    path = tmp_path / "clra-runs" / "benchmark-clra-nano.sqlite"
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) as process:
        try:
            while not drawn(path):
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=600)
        finally:
            process.kill()
    found = json.loads(output)
    assert process.returncode == 0
    assert (found["complete"], found["stopped"]) == (False, "it was interrupted")
    kept = drawn(path)
    assert found["solved"] < 8
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=1200)
    again = json.loads(done.stdout)
    assert (again["complete"], again["session"]["resumed"]) == (True, found["solved"])
    assert drawn(path) == 8 * 32 > kept > 0


def drawn(path):
    """How many completions a run holds."""
    if not path.exists():
        return 0
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        try:
            return connection.execute("SELECT count(*) FROM completions").fetchone()[0]
        except sqlite3.OperationalError:
            return 0
        finally:
            connection.commit()
