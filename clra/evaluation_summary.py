"""What a run has come to: accuracies with error bars, cost, failures. The store tells it all, at any time."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from clra import registry
from clra.compare_runs import compare_graded
from clra.comparison import Comparison
from clra.config import Settings
from clra.grading import Graded, grade
from clra.reliability import load_calibration
from clra.run_tables import open_failures
from clra.store import RunStore
from clra.tasks import TaskFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalSummary:
    """A run, done or not."""

    name: str
    dataset: str
    strategy: str
    problems: int
    """That are this run's to solve: a shard holds a part of them."""
    repeats: int
    shard: tuple[int, int] | None
    tasks: int
    """Problems times repeats."""
    solved: int
    by_repeat: tuple[float, ...] = ()
    """Accuracy of the run's own strategy in each repeat that has a solved problem with a known answer."""
    comparison: Comparison | None = None
    """None where nothing is solved whose right answer is known."""
    without_gold: int = 0
    """Solved tasks whose right answer is not known."""
    untested: int = 0
    """Solved tasks whose programs could not be tried here."""
    failures: tuple[TaskFailure, ...] = ()
    """What the model failed on and what is still not solved."""
    prompt_tokens: int = 0
    tokens: int = 0
    """Generated in all stages, for what is solved."""
    stage_tokens: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What solutions were found to lack, with how many of them."""

    @property
    def complete(self) -> bool:
        """Whether every task is solved."""
        return self.solved == self.tasks


async def summarize(
    store: RunStore,
    settings: Settings,
    *,
    strategies: Sequence[str] | None = None,
    on_vote: Callable[[int, int], None] | None = None,
    stop: asyncio.Event | None = None,
) -> EvalSummary:
    """Grade what is solved, and let every strategy vote on it.

    Args:
        store: the run.
        settings: for the sandbox in which programs are tried, and the calibration by which all chains are rated.
        strategies: names; all by default.
        on_vote: called with the number of tasks voted on with fewer chains, and that of all.
        stop: once set, curves are left out.

    Raises:
        UnknownPluginError: no strategy has this name.
    """
    header, problems = store.header, store.problems()
    owned = sum(map(header.owns, range(len(problems))))
    solutions = [*store.solutions()]
    calibration = load_calibration(settings.calibration)
    graded = await grade(solutions, settings, calibration=calibration)
    usages = [stored.solution.usage for stored in solutions]
    stages = sum((Counter(usage.stage_tokens) for usage in usages), Counter[str]())
    notes = Counter(note for stored in solutions for note in stored.solution.notes)
    return EvalSummary(
        name=header.name,
        dataset=header.dataset,
        strategy=settings.strategy,
        problems=owned,
        repeats=header.repeats,
        shard=header.shard,
        tasks=owned * header.repeats,
        solved=len(store.solved()),
        by_repeat=_by_repeat(graded, settings.strategy),
        comparison=await compare_graded(
            graded, strategies, seed=settings.seed, calibration=calibration, on_vote=on_vote, stop=stop
        ),
        without_gold=graded.without_gold,
        untested=graded.untested,
        failures=tuple(TaskFailure(each.position, each.repeat, each.message) for each in sorted(open_failures(store))),
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        tokens=sum(usage.tokens for usage in usages),
        stage_tokens=dict(stages),
        notes=tuple(f"{note} ({count} of {len(solutions)} solutions)" for note, count in notes.most_common()),
    )


def _by_repeat(graded: Graded, strategy: str) -> tuple[float, ...]:
    vote = registry.strategy(strategy)
    marks: dict[int, list[bool]] = {}
    for (_, repeat), each in zip(graded.tasks, graded.judged, strict=True):
        marks.setdefault(repeat, []).append(each.won(vote(each.chains)))
    return tuple(float(np.mean(marks[repeat])) for repeat in sorted(marks))
