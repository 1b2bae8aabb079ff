"""Which of a run's answers are right.

An answer is right where its key is that of the gold answer. A programming problem has a program or tests for one as its
gold answer. With a program, all programs are run on the same inputs, and those are right that behave like it. With
tests (`clra.benchmarks.livecode`), every program is tried on them. No vote knows what came of it: programs that were
taken for one answer may fare differently, and then the first one's fate is that of the answer.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Final

from clra.benchmarks.livecode import GoldTests, read_tests
from clra.compare import judge_recorded
from clra.comparison import JudgedProblem
from clra.config import Settings
from clra.engine import Judges, open_judges
from clra.parsing.answers import key_for
from clra.parsing.examples import Example
from clra.parsing.programming import is_programming
from clra.parsing.recorded import as_recorded
from clra.parsing.submission import SOURCE_KEY
from clra.reliability import Calibration
from clra.resampling import Gold
from clra.store import RunStore, StoredSolution
from clra.types import ScoredChain, Solution

_CHECKS_CODE: Final = "execution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The tasks of a run whose right answer is known."""

    judged: tuple[JudgedProblem, ...]
    tasks: tuple[tuple[int, int], ...]
    """(position, repeat) of each of them."""
    without_gold: int = 0
    """Tasks that are passed over because the right answer is not known."""
    untested: int = 0
    """Tasks that are passed over because no sandbox holds here in which their programs could be tried."""


async def grade(
    solutions: Iterable[StoredSolution], settings: Settings, *, calibration: Calibration | None = None
) -> Graded:
    """Tell right answers from wrong ones. Programs are run; otherwise it is a matter of comparing keys.

    Args:
        solutions: of a run, with their chains.
        settings: for the sandbox in which programs are tried.
        calibration: by which chains are rated anew, from the evidence that was kept; None leaves them as they are.
    """
    judged, tasks = list[JudgedProblem](), list[tuple[int, int]]()
    without_gold = untested = 0
    async with AsyncExitStack() as stack:
        judges: Judges | None = None
        for position, repeat, solution in solutions:
            problem = solution.problem
            if problem.gold is None:
                without_gold += 1
                continue
            if not is_programming(problem):
                found: JudgedProblem | None = _judged(solution, solution.chains, key_for(problem.gold, problem))
            else:
                if judges is None:
                    judges = await stack.enter_async_context(open_judges(_running_code(settings)))
                found = await _judged_programs(solution, problem.gold, judges)
            if found is None:
                untested += 1
            else:
                judged.append(found if calibration is None else found.rated(calibration))
                tasks.append((position, repeat))
    return Graded(judged=tuple(judged), tasks=tuple(tasks), without_gold=without_gold, untested=untested)


def winning_programs(store: RunStore) -> Iterator[StoredSolution]:
    """The solved programming problems of a run whose right answer is known, with the chain that won alone."""
    for position, repeat, known in store.solutions(chains=False):
        if known.problem.gold is None or not is_programming(known.problem):
            continue
        solution = store.solution(position, repeat)
        if solution is not None:
            won = solution.tally.rows[0].chains[:1] if solution.tally.rows else ()
            chains = tuple(chain for chain in solution.chains if chain.chain.index in won)
            yield StoredSolution(position, repeat, replace(solution, chains=chains))


async def tried(programs: Iterable[StoredSolution], settings: Settings) -> dict[tuple[int, int], bool]:
    """Whether `winning_programs` are right, by (position, repeat); those that cannot be tried here are left out."""
    graded = await grade(programs, settings)
    return {task: any(map(each.right, each.chains)) for task, each in zip(graded.tasks, graded.judged, strict=True)}


def _running_code(settings: Settings) -> Settings:
    """Settings under which programs are run, and no model is asked."""
    return settings.having(verifiers=(_CHECKS_CODE,))


def _judged(solution: Solution, chains: Sequence[ScoredChain], gold: Gold) -> JudgedProblem:
    return JudgedProblem(solution.problem, tuple(chains), gold, dict(solution.usage.stage_tokens))


async def _judged_programs(solution: Solution, gold: str, judges: Judges) -> JudgedProblem | None:
    tests = read_tests(gold)
    if tests is None:
        return await _like_program(solution, judges)
    right = await _passing(solution.chains, tests, judges)
    return None if right is None else _judged(solution, solution.chains, right)


async def _like_program(solution: Solution, judges: Judges) -> JudgedProblem | None:
    """Key all programs anew, together with the right one; None where that cannot be run."""
    anew = await judge_recorded(as_recorded(solution), judges)
    if isinstance(anew.gold, str) and anew.gold.startswith(SOURCE_KEY):
        return None
    keyed = [replace(chain, answer=new.answer) for chain, new in zip(solution.chains, anew.chains, strict=True)]
    return _judged(solution, keyed, anew.gold)


async def _passing(chains: Sequence[ScoredChain], tests: GoldTests, judges: Judges) -> frozenset[str] | None:
    """The programs that pass all tests; None where none can be tried."""
    tried = next((each.passes for each in judges.checkers if hasattr(each, "passes")), None)
    if tried is None or not tests.examples:
        return None
    passes: Callable[[str, Sequence[Example]], Awaitable[bool | None]] = tried
    programs = dict.fromkeys(chain.answer.text for chain in chains if chain.votes and chain.answer is not None)
    outcomes = {code: await passes(code, tests.examples) for code in programs}
    return None if None in outcomes.values() else frozenset(code for code, passed in outcomes.items() if passed)
