"""Fitting reliabilities to labelled chains, and what comes of it on problems that were held out.

The weights of the evidence on a chain are those of a logistic regression with an L2 penalty (ridge), fitted by Newton's
method; every set of problems has the same say, and so has every problem of a set. The reliability of an answer is
Platt scaling of how the vote went, fitted in the same way. What is reported is cross-fitted: a problem is voted on and
rated with weights that were fitted without it.

Not covered: correlation between the chains of a problem, beyond what the answers' calibration takes up.
"""

import asyncio
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from clra.compare import judge_recorded
from clra.comparison import BASELINE, JudgedProblem
from clra.config import Settings
from clra.engine import open_judges
from clra.errors import InputError
from clra.evidence import EVIDENCE, evidence_of
from clra.parsing.recordings import read_recordings
from clra.reliability import Calibration, answer_reliability, vote_evidence
from clra.statistics import Floats, Interval, bootstrap_intervals, calibration_error, reliability_bins
from clra.strategies import clra, majority

FOLDS: Final = 5
PENALTY: Final = 1.0
"""Half the squared weights' price, in log-likelihood of problems."""
ASSUMED: Final = {"answer disputed": -0.87}
"""Weights that no set at hand could be fitted to: what check programs dispute votes with half its weight."""
LEAST_PROBLEMS: Final = 30
_VOTES: Final = {"clra": clra, BASELINE: majority}
_ROUNDS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReport:
    """How cross-fitted reliabilities did on one set of problems. Fractions in [0, 1]."""

    name: str
    problems: int
    chains: int
    majority: float
    clra: float
    delta: float
    delta_ci95: Interval
    log_loss: float
    """Of the winners' reliabilities under `clra`, in nats."""
    ece: float
    """Their expected calibration error, in ten bins of equal width."""
    auc: float
    """How well chain reliabilities tell right chains from wrong ones: the area under the curve, 0.5 is chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A calibration with its cross-fitted reports."""

    calibration: Calibration
    sets: tuple[SetReport, ...]
    pooled: SetReport
    complete: bool = True

    def record(self) -> dict[str, Any]:
        """As `clra.reliability.load_calibration` reads it."""
        return {
            "version": 1,
            "name": self.calibration.name,
            "chain": {"intercept": self.calibration.intercept, "evidence": dict(self.calibration.evidence)},
            "answer": {strategy: dict(weights) for strategy, weights in self.calibration.answers.items()},
            "fitted": dict(self.calibration.fitted)
            | {"cross-fitted": [asdict(report) for report in (*self.sets, self.pooled)]},
        }


async def acalibrate(
    paths: Sequence[Path],
    settings: Settings,
    *,
    name: str,
    on_progress: Callable[[int], None] | None = None,
    stop: asyncio.Event | None = None,
) -> Fit:
    """Check recorded chains, and fit reliabilities to them.

    Args:
        paths: files of recorded chains with gold answers, each a set of its own.
        settings: verifiers, budgets, workers, and the seed by which problems are held out.
        name: of the calibration, which answers and chains then carry.
        on_progress: called with the number of problems checked.
        stop: once set, what was checked by then is fitted to, with ``complete=False``.

    Raises:
        InputError: a file is not what it should be, or there are too few problems.
    """
    stop = stop or asyncio.Event()
    sets: dict[str, list[JudgedProblem]] = {}
    done = 0
    async with open_judges(settings, cached=True) as judges:
        for path in paths:
            judged = sets.setdefault(path.name.split(".")[0], [])
            for recorded in read_recordings(path):
                if stop.is_set():
                    break
                if recorded.problem.gold is not None:
                    judged.append(await judge_recorded(recorded, judges))
                done += 1
                if on_progress is not None:
                    on_progress(done)
    count = sum(map(len, sets.values()))
    if count < LEAST_PROBLEMS:
        raise InputError(f"expected at least {LEAST_PROBLEMS} problems with a gold answer to fit to, found {count}")
    found = await asyncio.to_thread(fit, sets, name=name, seed=settings.seed)
    return replace(found, complete=not stop.is_set())


def fit(sets: Mapping[str, Sequence[JudgedProblem]], *, name: str, seed: int = 0) -> Fit:
    """Fit reliabilities to sets of judged problems, and report how they do on problems held out.

    Args:
        sets: name -> problems.
        name: of the calibration.
        seed: by which the problems are dealt into five parts.
    """
    sets = {label: problems for label, problems in sets.items() if problems}
    names = _names(each for problems in sets.values() for each in problems)
    parts = {label: np.random.default_rng(seed).permutation(len(problems)) % FOLDS for label, problems in sets.items()}
    outcomes: dict[str, dict[int, _Outcome]] = {label: {} for label in sets}
    for fold in range(FOLDS):
        kept = {
            label: [each for each, part in zip(problems, parts[label], strict=True) if part != fold]
            for label, problems in sets.items()
        }
        calibration = _calibrated(kept, names, name)
        for label, problems in sets.items():
            for place, part in enumerate(parts[label]):
                if part == fold:
                    outcomes[label][place] = _outcome(problems[place], calibration)
    fitted = {
        "sets": {label: len(problems) for label, problems in sets.items()},
        "chains": sum(len(each.chains) for problems in sets.values() for each in problems),
        "seed": seed,
        "folds": FOLDS,
        "penalty": PENALTY,
        "assumed": [each for each in ASSUMED if each not in names],
    }
    reports = [_report(label, list(found.values()), seed) for label, found in outcomes.items()]
    everything = [each for found in outcomes.values() for each in found.values()]
    return Fit(
        calibration=replace(_calibrated(sets, names, name), fitted=fitted),
        sets=tuple(reports),
        pooled=_report("pooled", everything, seed),
    )


def write_fit(path: Path, found: Fit) -> None:
    """Write the calibration.

    Raises:
        InputError: it cannot be written.
    """
    try:
        path.write_text(json.dumps(found.record(), indent=2) + "\n", "utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from None


def _names(problems: Iterable[JudgedProblem]) -> tuple[str, ...]:
    """The evidence that is known of all voting chains and not the same of all."""
    found = [evidence_of(chain) for each in problems for chain in each.chains if chain.votes]
    return tuple(
        name
        for name in EVIDENCE
        if all(name in evidence for evidence in found) and len({evidence[name] for evidence in found}) > 1
    )


def _calibrated(sets: Mapping[str, Sequence[JudgedProblem]], names: Sequence[str], name: str) -> Calibration:
    rows, right, weights = [], [], []
    share = sum(map(len, sets.values())) / len(sets)
    for problems in sets.values():
        for each in problems:
            voting = [chain for chain in each.chains if chain.votes]
            for chain in voting:
                evidence = evidence_of(chain)
                rows.append([1.0, *(evidence[key] for key in names)])
                right.append(each.right(chain))
                weights.append(share / len(problems) / len(voting))
    intercept, *fitted = _logistic(rows, right, weights)
    assumed = {key: weight for key, weight in ASSUMED.items() if key not in names}
    calibration = Calibration(
        name=name,
        intercept=round(intercept, 3),
        evidence={key: round(weight, 3) for key, weight in zip(names, fitted, strict=True)} | assumed,
        answers={},
        fitted={},
    )
    rating = {label: [each.rated(calibration) for each in problems] for label, problems in sets.items()}
    return replace(calibration, answers={strategy: _platt(strategy, rating) for strategy in _VOTES})


def _platt(strategy: str, sets: Mapping[str, Sequence[JudgedProblem]]) -> dict[str, float]:
    """The weights of how a vote went, by which its winner is right."""
    rows, right, weights = [], [], []
    share = sum(map(len, sets.values())) / len(sets)
    keys: tuple[str, ...] = ()
    for problems in sets.values():
        for each in problems:
            tally = _VOTES[strategy](each.chains)
            if tally.winner is not None:
                found = vote_evidence(tally, each.chains)
                keys = tuple(found)
                rows.append([1.0, *found.values()])
                right.append(each.won(tally))
                weights.append(share / len(problems))
    fitted = _logistic(rows, right, weights)
    return {key: round(weight, 3) for key, weight in zip(("intercept", *keys), fitted, strict=True)}


def _logistic(rows: Sequence[Sequence[float]], right: Sequence[bool], weights: Sequence[float]) -> list[float]:
    """Weights of a logistic regression with a ridge on all but the first column, by Newton's method."""
    x, y, w = (np.asarray(each, dtype=np.float64) for each in (rows, right, weights))
    theta: Floats = np.zeros(x.shape[1])
    ridge = np.diag([0.0] + [PENALTY] * (x.shape[1] - 1))
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ theta, -30, 30)))
        gradient = x.T @ (w * (y - p)) - ridge @ theta
        step = np.linalg.solve((x.T * (w * p * (1 - p))) @ x + ridge + 1e-9 * np.eye(len(theta)), gradient)
        theta = theta + step
        if np.abs(step).max() < 1e-9:
            break
    return [float(each) for each in theta]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One problem, voted on with weights that were fitted without it."""

    chains: int
    majority: bool
    clra: bool
    reliability: float
    """Of the winner; 0 where nobody voted."""
    rated: tuple[tuple[float, bool], ...]
    """Of each voting chain its reliability and whether it is right."""


def _outcome(problem: JudgedProblem, calibration: Calibration) -> _Outcome:
    chains = problem.rated(calibration).chains
    tally = clra(chains)
    return _Outcome(
        chains=len(chains),
        majority=problem.won(majority(chains)),
        clra=problem.won(tally),
        reliability=answer_reliability(tally, chains, calibration).value,
        rated=tuple((chain.reliability.value, problem.right(chain)) for chain in chains if chain.votes),
    )


def _report(name: str, outcomes: Sequence[_Outcome], seed: int) -> SetReport:
    ours = np.array([each.clra for each in outcomes], dtype=np.float64)
    theirs = np.array([each.majority for each in outcomes], dtype=np.float64)
    (interval,) = bootstrap_intervals((ours - theirs)[:, None], seed=seed)
    stated = np.clip([each.reliability for each in outcomes], 1e-6, 1 - 1e-6)
    return SetReport(
        name=name,
        problems=len(outcomes),
        chains=sum(each.chains for each in outcomes),
        majority=float(theirs.mean()),
        clra=float(ours.mean()),
        delta=float((ours - theirs).mean()),
        delta_ci95=interval,
        log_loss=float(-np.mean(ours * np.log(stated) + (1 - ours) * np.log(1 - stated))),
        ece=calibration_error(reliability_bins(stated.tolist(), [each.clra for each in outcomes])),
        auc=_area([pair for each in outcomes for pair in each.rated]),
    )


def _area(rated_chains: Sequence[tuple[float, bool]]) -> float:
    """The chance that a right chain is rated above a wrong one, a tie counting half (Mann and Whitney 1947)."""
    scores, right = (np.array(each) for each in zip(*rated_chains, strict=True)) if rated_chains else ((), ())
    scores, right = np.asarray(scores, dtype=np.float64), np.asarray(right, dtype=bool)
    if not right.any() or right.all():
        return math.nan
    ordered = np.sort(scores)
    ranks = (np.searchsorted(ordered, scores, "left") + np.searchsorted(ordered, scores, "right") + 1) / 2
    hits = int(right.sum())
    return float((ranks[right].sum() - hits * (hits + 1) / 2) / (hits * (len(right) - hits)))
