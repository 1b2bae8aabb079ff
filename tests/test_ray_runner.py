"""With Ray a run holds what it holds without, whatever happens to workers, rows and the driver. Linux only."""

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest

from clra import cli, ray_runner
from clra.config import Settings
from clra.errors import ClraError, ConfigError
from clra.evaluation import evaluate
from clra.ray_runner import Plan, plan_workers
from clra.ray_worker import Solver, pack_result, pack_task, unpack_result, unpack_task
from clra.run_settings import run_header
from clra.spending import Budget
from clra.store import RunStore, StoredSolution
from clra.tasks import Task, TaskFailure
from clra.types import Problem
from examples.train_nano.problems import held_out
from tests.stored_runs import timeless

ROOT = Path(__file__).parents[1]
CHAINS = [{"text": f"3 + 4 = {total}. The answer is {total}."} for total in (7, 7, 8)]
OBEYING = "tests.ray_checkers:Obeying"
PATIENT = {"claim_seconds": 60.0, "chain_seconds": 300.0, "max_tokens": 100}
"""No verdict hangs on how busy the machine is."""


def new_run(path, settings, problems, **header):
    store = RunStore.create(path, run_header(path.stem, settings, dataset="made up", **header))
    store.add_problems(problems)
    return store


def recorded(folder, orders):
    """Problems that ask a checker for something, and settings that replay chains for them."""
    problems = [
        Problem(text=f"Problem {number}: what is 3 + 4? {order}", id=f"p{number}", gold="7")
        for number, order in enumerate(orders)
    ]
    lines = [{"id": each.id, "problem": each.text, "gold": "7", "chains": CHAINS} for each in problems]
    path = folder / "chains.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    settings = Settings(model=f"replay:{path}", chains=3, jobs=1, verifiers=("exact", OBEYING), exhaustive=True)
    return settings, problems


def found(store):
    return [(each.position, each.repeat, timeless(each.solution)) for each in store.solutions()]


# without Ray


TASK = Task(4, 1, Problem(text="What is \ud800 3 + 4?", id="a", gold="7"), Settings(chains=3, seed=5, jobs=1))


def test_tasks_and_results_survive_the_way():
    packed = pack_task(TASK)
    assert isinstance(packed, bytes)
    assert unpack_task(packed, TASK.settings.having(seed=0)) == TASK
    failure = TaskFailure(4, 1, "nobody answers")
    assert unpack_result(pack_result(failure), {(4, 1): TASK.problem}) == failure
    with pytest.raises(ValueError, match="not a result"):
        unpack_result(pack_result(failure), {(4, 0): TASK.problem})


def test_an_api_key_does_not_travel_with_every_task():
    settings = TASK.settings.having(api_key="sk-secret")
    assert b"sk-secret" not in repr(unpack_task(pack_task(TASK), settings)).encode()
    assert unpack_task(pack_task(TASK._replace(settings=settings)), TASK.settings).settings.api_key is None


def solve_one(settings, problem, made_by=None):
    """What a worker makes of one task, in this process."""
    from importlib.metadata import version

    async def solve():
        solver = Solver(settings, made_by or version("clra"))
        batch = {"task": [pack_task(Task(0, 0, problem, settings))]}
        try:
            (row,) = (await solver(batch))["result"]
        finally:
            await solver.aclose()
        return unpack_result(row, {(0, 0): problem})

    return asyncio.run(solve())


def test_a_worker_answers_each_task_whatever_fails(tmp_path):
    settings, (good, bad) = recorded(tmp_path, ["", "raise"])
    result = solve_one(settings, good)
    assert isinstance(result, StoredSolution)
    assert result.solution.answer.key == "7"
    assert result.solution.problem is good
    assert solve_one(settings, bad) == TaskFailure(0, 0, "RuntimeError: a bad row")
    unknown = solve_one(settings, Problem(text="Not recorded", id="x"))
    assert isinstance(unknown, TaskFailure)
    missing = solve_one(settings.having(model="openai:http://127.0.0.1:1/v1", retries=0), good)
    assert isinstance(missing, TaskFailure)


def test_settings_that_cannot_be_end_the_run(tmp_path):
    settings, (problem,) = recorded(tmp_path, [""])
    with pytest.raises(ConfigError, match="verifier"):
        solve_one(settings.having(verifiers=["tests.ray_checkers:Missing"]), problem)
    with pytest.raises(ConfigError, match=r"a Ray worker has clra .* from clra 0\.0\.0"):
        solve_one(settings, problem, made_by="0.0.0")


def nodes(*resources):
    return [{"Alive": True, "Resources": each} for each in resources]


@pytest.mark.parametrize(
    ("jobs", "workers", "cores", "cpus"),
    [(2, 1, [2], 2), (2, 2, [2], 1), (8, 3, [8, 8], 4), (8, 2, [4, 4], 4), (2, 5, [2], 1), (4, 1, [], 1)],
)
def test_workers_share_the_cores(jobs, workers, cores, cpus):
    cluster = nodes(*({"CPU": float(each)} for each in cores))
    assert plan_workers(Settings(jobs=jobs), workers, 7, cluster) == Plan(workers=workers, cpus=cpus, gpus=0, at_once=7)


def test_an_engine_gets_the_gpus_that_it_spreads_over():
    settings = Settings(model="vllm:somewhere", jobs=1, vllm={"tensor_parallel_size": 2, "pipeline_parallel_size": 2})
    assert plan_workers(settings, 1, None, nodes({"CPU": 4.0, "GPU": 8.0})).gpus == 4
    assert plan_workers(settings, 1, None, nodes({"CPU": 4.0})).gpus == 0
    dead = [{"Alive": False, "Resources": {"GPU": 8.0}}]
    assert plan_workers(settings, 1, None, dead).gpus == 0
    assert plan_workers(Settings(jobs=1), 1, None, nodes({"CPU": 4.0, "GPU": 8.0})).gpus == 0


def test_missing_ray_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigError, match="Ray Data cannot be imported") as told, ray_runner.ray_runner(Settings()):
        pass
    assert told.value.hint == "pip install 'clra[ray]'"


# with Ray


@pytest.fixture(scope="session")
def cluster():
    """The address of a Ray on two cores of this machine, for all tests."""
    if find_spec("ray") is None:
        if os.environ.get("REQUIRE_RAY"):
            pytest.fail("Ray is not installed")
        pytest.skip("Ray is not installed")
    ray = ray_runner._import_ray(ray_runner.LOCAL)
    ray_runner._connect(ray, ray_runner.LOCAL, 2)
    yield ray.get_runtime_context().gcs_address
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Ray kills its processes, and does not wait for them
        ray.shutdown()
        gc.collect()


def run(store, settings, *, workers=1, at_once=None, asked=None, stop_after=None, **choices):
    """Evaluate by Ray; `asked` gathers the tasks that are sent."""

    async def work():
        stop = asyncio.Event()

        def look(progress):
            if stop_after is not None and progress.tasks >= stop_after:
                stop.set()

        with ray_runner.ray_runner(settings, workers=workers, at_once=at_once) as runner:

            def asking(tasks, halted):
                (asked if asked is not None else []).extend((task.position, task.repeat) for task in tasks)
                return runner(tasks, halted)

            return await evaluate(store, settings, runner=asking, on_progress=look, stop=stop, **choices)

    return asyncio.run(work())


def run_here(store, settings):
    return asyncio.run(evaluate(store, settings))


@pytest.mark.usefixtures("cluster")
def test_the_same_answers_and_votes_as_without(tmp_path):
    settings = Settings(chains=2, jobs=2, verifiers=("exact",), exhaustive=True, **PATIENT)
    problems = [
        Problem(text=each.text, id=f"p{number}", gold=str(each.gold)) for number, each in enumerate(held_out(100))
    ]
    with (
        new_run(tmp_path / "here.sqlite", settings, problems, repeats=2) as here,
        new_run(tmp_path / "there.sqlite", settings, problems, repeats=2) as there,
    ):
        alone, together = run_here(here, settings), run(there, settings, workers=2)
        assert alone.complete
        assert together.complete
        assert (together.solved, together.tokens, together.failures) == (200, alone.tokens, ())
        assert alone.incidents == together.incidents == {}
        for mine, theirs in zip(found(here), found(there), strict=True):
            assert theirs == mine


@pytest.mark.usefixtures("cluster")
def test_dead_workers_and_bad_rows_lose_nothing_else(tmp_path):
    orders = [""] * 16
    orders[2], orders[5], orders[9] = f"kill once {tmp_path / 'killed'}", "raise", "kill always"
    settings, problems = recorded(tmp_path, orders)
    problems.append(Problem(text="Nobody recorded this one.", id="unknown"))
    asked = []
    with new_run(tmp_path / "run.sqlite", settings, problems) as store:
        session = run(store, settings, workers=2, at_once=3, asked=asked)
        assert (tmp_path / "killed").exists()
        assert {failure.position for failure in session.failures} == {5, 9, 16}
        assert len(session.failures) == 3
        told = {failure.position: failure.message for failure in session.failures}
        assert told[5] == "RuntimeError: a bad row"
        assert "died" in told[9]
        assert (session.solved, session.left, session.stopped) == (14, 3, "")
        assert len(asked) == 17
        good = [position for position, _ in store.solved()]
        assert good == [position for position in range(17) if position not in {5, 9, 16}]
        assert {each.solution.answer.key for each in store.solutions()} == {"7"}
        assert all(len(each.solution.chains) == 3 for each in store.solutions())


@pytest.mark.usefixtures("cluster")
def test_what_was_answered_stays_when_it_is_stopped_and_goes_on_without_ray(tmp_path):
    import ray

    settings, problems = recorded(tmp_path, ["wait 500 ms"] * 30)
    with new_run(tmp_path / "run.sqlite", settings, problems) as store:
        session = run(store, settings, at_once=2, stop_after=3)
        assert session.stopped == "it was interrupted"
        assert 3 <= session.solved < 30
        assert session.left == 30 - session.solved
        assert eventually(lambda: ray.available_resources().get("CPU") == 2.0), "a worker is still at it"
        spent = run(store, settings, budget=Budget(tokens=1))
        assert spent.stopped == "the budget of 1 tokens is used up"
        assert spent.solved == 0
        assert run_here(store, settings).complete
        assert len(store.solved()) == 30


def test_a_killed_driver_goes_on(tmp_path, cluster, monkeypatch, capsys):
    settings, problems = recorded(tmp_path, ["wait 500 ms"] * 30)
    path, dataset = tmp_path / "run.sqlite", tmp_path / "problems.jsonl"
    dataset.write_text("".join(json.dumps({"id": p.id, "problem": p.text, "gold": p.gold}) + "\n" for p in problems))
    arguments = ["eval", str(dataset), "-o", str(path), "--model", settings.model, "-n", "3", "--json"]
    arguments += ["--verifier", "exact", "--verifier", OBEYING, "--problems-at-once", "2"]
    command = [sys.executable, "-m", "clra", *arguments, "--ray-address", cluster, "--jobs", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as driver:
        assert eventually(lambda: kept(path) >= 3), driver.stderr.read().decode()
        driver.kill()
        assert driver.wait() == -signal.SIGKILL
    before = kept(path)
    assert 3 <= before < 30
    monkeypatch.setattr(sys, "argv", ["clra", *arguments, "--ray", "--jobs", "1"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    output, _ = capsys.readouterr()
    assert ended.value.code == 0
    session = json.loads(output)["session"]
    assert (session["solved"], session["resumed"]) == (30 - before, before)
    assert kept(path) == 30


def kept(path):
    """How many tasks of a run are solved."""
    if not path.exists():
        return 0
    with RunStore.open(path) as store:
        return len(store.solved())


def eventually(holds, seconds=600.0):
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.1)
    return holds()


@pytest.mark.usefixtures("cluster")
def test_settings_that_no_worker_can_use_end_the_run(tmp_path):
    settings, problems = recorded(tmp_path, [""] * 3)
    broken = settings.having(calibration=str(tmp_path / "missing.json"))
    with new_run(tmp_path / "run.sqlite", broken, problems) as store, pytest.raises(ClraError, match=r"missing\.json"):
        run(store, broken)
