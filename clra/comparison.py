"""One set of scored chains under many strategies, with error bars.

Intervals are 95 % percentile intervals of a paired bootstrap over problems: every strategy is scored on the same
resampled problems, so the interval of a difference is that of the difference, not of two independent accuracies. Rows
of the same problem, such as the repeats of a run, are averaged first: they are no further problems.

A strategy whose evidence the chains do not hold is left out and says so; it is not scored as zero.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from clra import registry
from clra.costs import tokens_needed
from clra.errors import UnknownPluginError
from clra.protocols import Strategy
from clra.reliability import Calibration, answer_reliability, load_calibration, rated
from clra.resampling import Gold, Shares, is_right, shares_right, sizes
from clra.statistics import (
    Floats,
    Interval,
    ReliabilityBin,
    bootstrap_intervals,
    calibration_error,
    equal_mass_calibration_error,
    mcnemar,
    pass_at_k,
    reliability_bins,
)
from clra.strategies import lacking
from clra.types import Problem, ScoredChain, Tally

BASELINE: Final = "majority"
ORACLE: Final = "oracle"
"""Not a vote but a bound: right where any chain is right."""
RANDOM: Final = "random"
"""Not a vote but a bound: the expected accuracy of the answer of one voting chain, picked at random."""
BOUNDS: Final = (RANDOM, ORACLE)
FEW_PROBLEMS: Final = 100
"""With fewer of them intervals are wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one strategy did. Fractions in [0, 1]; intervals are (low, high)."""

    accuracy: float
    ci95: Interval
    delta: float
    """Accuracy minus that of majority."""
    delta_ci95: Interval
    wins: int = 0
    """Problems on which it does better than majority; for ``random``, in expectation."""
    losses: int = 0
    """Problems on which it does worse."""
    mcnemar: float | None = None
    """The p-value of the exact McNemar test against majority, not corrected for the number of strategies; with repeats
    of a problem, of the sign test over problems. None for a bound, which is no vote."""

    @property
    def differs(self) -> bool:
        """Whether the interval of the difference to majority lies on one side of 0."""
        low, high = self.delta_ci95
        return low > 0 or high < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """A strategy's expected accuracy with k chains."""

    k: int
    """A problem with fewer chains takes part with all that it has."""
    accuracy: float
    ci95: Interval
    tokens: float | None
    """Mean tokens of a problem, generated in all stages that the strategy needs; None where the recording does not
    tell. Those of judging and selecting are taken to grow with the chains, those of check programs not to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Every strategy on the same chains."""

    problems: int
    chains: int
    strategies: dict[str, Score]
    left_out: dict[str, str]
    """Strategy -> the evidence that the recording lacks."""
    pass1: float
    """Share of right answers among all chains, averaged over problems."""
    oracle: float
    """Share of problems that at least one chain answers right."""
    pass_at: dict[int, float] = field(default_factory=dict)
    """k -> the unbiased estimate of pass@k, for every k up to the fewest chains of a problem."""
    curves: dict[str, tuple[CurvePoint, ...]] = field(default_factory=dict)
    """Strategy -> its accuracy with 1, 2, 4, ... and all chains; empty where that was interrupted."""
    diagram: dict[str, tuple[ReliabilityBin, ...]] = field(default_factory=dict)
    """Calibrated strategy -> how often its answers are right, by their reliability."""
    ece: dict[str, float] = field(default_factory=dict)
    """Calibrated strategy -> expected calibration error over the bins of the diagram."""
    ece_equal_mass: dict[str, float] = field(default_factory=dict)
    """Calibrated strategy -> expected calibration error over bins of equal counts."""
    calibration: str = ""
    """By which the reliabilities of those answers are computed."""
    seed: int = 0
    without_gold: int = 0
    """Problems passed over because the right answer is not known."""
    untested: int = 0
    """Problems passed over because their programs could not be tried here."""
    incidents: dict[str, int] = field(default_factory=dict)
    """Claims left UNKNOWN because a verifier timed out or crashed."""
    complete: bool = True


@dataclass(frozen=True, slots=True)
class JudgedProblem:
    """One problem's chains, and which of them are right."""

    problem: Problem
    chains: tuple[ScoredChain, ...]
    gold: Gold
    """Key of the right answer, or the programs that are right."""
    stage_tokens: Mapping[str, int] = field(default_factory=dict)
    """Tokens of the stages after drawing, as in `Usage.stage_tokens`, where they are known."""

    def rated(self, calibration: Calibration) -> "JudgedProblem":
        """The same with the chains' reliabilities by this calibration."""
        return replace(self, chains=tuple(rated(chain, calibration) for chain in self.chains))

    def right(self, chain: ScoredChain) -> bool:
        """Whether the chain votes for the right answer."""
        return chain.votes and chain.answer is not None and is_right(chain.answer, self.gold)

    def share_right(self, chains: Sequence[ScoredChain]) -> float:
        """The share of these chains that vote for the right answer; 0 where there are none."""
        return sum(map(self.right, chains)) / len(chains) if chains else 0.0

    def won(self, tally: Tally) -> bool:
        """Whether the right answer is the first of the tally."""
        return tally.winner is not None and is_right(tally.winner.answer, self.gold)


def compare_judged(
    judged: Sequence[JudgedProblem],
    strategies: Sequence[str] | None = None,
    *,
    seed: int = 0,
    calibration: Calibration | None = None,
    curves: bool = True,
    on_vote: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Comparison:
    """Let every strategy vote on the same scored chains.

    Args:
        judged: at least one problem; those of equal id and text are repeats of one.
        strategies: names of installed strategies, ``oracle`` and ``random``; all of them where not given.
        seed: of the bootstrap and of the subsets of chains.
        calibration: by which answers are rated; the one that is shipped where None. Chains are taken as they are.
        curves: whether to let them vote with fewer chains too, which takes most of the time.
        on_vote: called with the number of problems voted on with fewer chains, and that of all.
        stop: asked after each of these; True leaves the curves out, with ``complete=False``.

    Raises:
        UnknownPluginError: no strategy has this name.
    """
    names = check_names(strategies)
    judged = [replace(each, chains=tuple(sorted(each.chains, key=lambda chain: chain.chain.index))) for each in judged]
    groups = _groups(judged)
    installed = {name: registry.strategy(name) for name in dict.fromkeys((BASELINE, *names)) if name not in BOUNDS}
    left_out = {name: missing for name, vote in installed.items() if (missing := _lacking(vote, judged))}
    votes = {name: vote for name, vote in installed.items() if name not in left_out}
    tallies = {name: [vote(each.chains) for each in judged] for name, vote in votes.items()}
    marks: dict[str, Floats] = {name: _marks(judged, rows) for name, rows in tallies.items()}
    marks[ORACLE] = np.array([float(any(map(each.right, each.chains))) for each in judged])
    marks[RANDOM] = np.array([each.share_right([chain for chain in each.chains if chain.votes]) for each in judged])
    means = {name: _means(groups, row) for name, row in marks.items()}
    shares = shares_right(
        {name: votes[name] for name in names if curves and name in votes},
        [(each.chains, each.gold) for each in judged],
        seed=seed,
        on_problem=on_vote,
        stop=stop,
    )
    calibration = calibration or load_calibration()
    calibrated = {
        name: _stated(judged, tallies[name], calibration)
        for name in names
        if name in votes and name in calibration.answers
    }
    diagram = {name: reliability_bins(*stated) for name, stated in calibrated.items()}
    return Comparison(
        problems=int(groups.max()) + 1,
        chains=sum(len(each.chains) for each in judged),
        strategies=_scores({name: means[name] for name in names if name in means}, means[BASELINE], seed),
        left_out={name: left_out[name] for name in names if name in left_out},
        pass1=float(_means(groups, np.array([each.share_right(each.chains) for each in judged])).mean()),
        oracle=float(means[ORACLE].mean()),
        pass_at=_pass_at(judged, groups),
        curves=_curves(judged, groups, votes, shares or {}, seed),
        diagram=diagram,
        ece={name: calibration_error(bins) for name, bins in diagram.items()},
        ece_equal_mass={name: equal_mass_calibration_error(*stated) for name, stated in calibrated.items()},
        calibration=calibration.name,
        seed=seed,
        complete=shares is not None,
    )


def check_names(strategies: Sequence[str] | None) -> tuple[str, ...]:
    """The strategies that are asked for, each once; all that are installed, and the bounds, where none is.

    Raises:
        UnknownPluginError: no strategy has this name.
    """
    known = (*registry.plugins("strategy"), *BOUNDS)
    names = tuple(dict.fromkeys(known if strategies is None else strategies))
    for name in names:
        try:
            if name not in BOUNDS:
                registry.locate("strategy", name)
        except UnknownPluginError:
            raise UnknownPluginError("strategy", name, known) from None
    return names


def _lacking(vote: Strategy, judged: Iterable[JudgedProblem]) -> str:
    """Name the first evidence that some chain lacks; empty where nothing is lacking."""
    return next((missing for each in judged if (missing := lacking(vote, each.chains))), "")


def _groups(judged: Sequence[JudgedProblem]) -> npt.NDArray[np.int64]:
    """For each row the number of its problem, by first appearance; repeats of one problem share it."""
    seen: dict[tuple[str, str], int] = {}
    return np.array([seen.setdefault((each.problem.id, each.problem.text), len(seen)) for each in judged])


def _means(groups: npt.NDArray[np.int64], rows: Floats) -> Floats:
    """Mean over the rows of each problem; shape ``(problems,)``."""
    return np.bincount(groups, weights=rows) / np.bincount(groups)


def _marks(judged: Sequence[JudgedProblem], tallies: Sequence[Tally]) -> Floats:
    """1 where the tally's winner is right, 0 where it is wrong or missing; shape ``(rows,)``."""
    return np.array([float(each.won(tally)) for each, tally in zip(judged, tallies, strict=True)])


def _scores(means: Mapping[str, Floats], baseline: Floats, seed: int) -> dict[str, Score]:
    if not means:
        return {}
    deltas = {name: values - baseline for name, values in means.items()}
    intervals = bootstrap_intervals(np.column_stack([*means.values(), *deltas.values()]), seed=seed)
    scores = {}
    for place, (name, values) in enumerate(means.items()):
        wins, losses = int((deltas[name] > 0).sum()), int((deltas[name] < 0).sum())
        scores[name] = Score(
            accuracy=float(values.mean()),
            ci95=intervals[place],
            delta=float(deltas[name].mean()),
            delta_ci95=intervals[len(means) + place],
            wins=wins,
            losses=losses,
            mcnemar=None if name in BOUNDS else mcnemar(wins, losses),
        )
    return scores


def _pass_at(judged: Sequence[JudgedProblem], groups: npt.NDArray[np.int64]) -> dict[int, float]:
    """Unbiased pass@k; a problem without any chain is passed with none."""
    counts = [(len(each.chains), sum(map(each.right, each.chains))) for each in judged]
    fewest = min((count for count, _ in counts if count), default=0)
    return {
        k: float(_means(groups, np.array([pass_at_k(*count, k) if count[0] else 0.0 for count in counts])).mean())
        for k in sizes(fewest)
    }


def _curves(
    judged: Sequence[JudgedProblem],
    groups: npt.NDArray[np.int64],
    votes: Mapping[str, Strategy],
    shares: Mapping[str, Shares],
    seed: int,
) -> dict[str, tuple[CurvePoint, ...]]:
    columns = [_means(groups, column) for share in shares.values() for column in share.right.T]
    intervals = iter(bootstrap_intervals(np.column_stack(columns), seed=seed) if columns else ())
    curves = {}
    for name, share in shares.items():
        tokens = _tokens(name, votes[name], judged, groups, share.sizes)
        curves[name] = tuple(
            CurvePoint(
                k=k,
                accuracy=float(_means(groups, column).mean()),
                ci95=next(intervals),
                tokens=None if tokens is None else tokens[place],
            )
            for place, (k, column) in enumerate(zip(share.sizes, share.right.T, strict=True))
        )
    return curves


def _tokens(
    name: str,
    vote: Strategy,
    judged: Sequence[JudgedProblem],
    groups: npt.NDArray[np.int64],
    ladder: Sequence[int],
) -> list[float] | None:
    """Mean tokens of a problem with so many chains; None where they are not known of every problem."""
    spent = [tokens_needed(name, vote, each.chains, each.stage_tokens, ladder) for each in judged]
    known = [tokens for tokens in spent if tokens is not None]
    if len(known) < len(spent):
        return None
    return [float(_means(groups, np.array(column)).mean()) for column in zip(*known, strict=True)]


def _stated(
    judged: Sequence[JudgedProblem], tallies: Sequence[Tally], calibration: Calibration
) -> tuple[list[float], list[bool]]:
    """The reliabilities of the answers, and which answers are right; a problem without an answer states none."""
    answered = [(each, tally) for each, tally in zip(judged, tallies, strict=True) if tally.winner is not None]
    return (
        [answer_reliability(tally, each.chains, calibration).value for each, tally in answered],
        [each.won(tally) for each, tally in answered],
    )
