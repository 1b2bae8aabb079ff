"""From evidence to numbers: how far a chain, and then an answer, can be relied on.

A chain's reliability is the probability that its answer is right, by a logistic regression on its evidence
(`clra.evidence`): log-odds that add up. An answer's reliability is the probability that it is right given how the vote
went, by Platt scaling (Platt 1999) of the logit of its share. Both are fitted to labelled chains by `clra calibrate`
and kept in a small file; the one that is shipped says what it was fitted to.

Not covered: how hard the problem is and how able the model. A reliability is that of a chain, or answer, like this one
in the mean over the sets it was fitted to; for another model on other problems it can be far off, though the order of
chains stays.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from clra.errors import ConfigError
from clra.evidence import answer_confirmed, evidence_of
from clra.types import Reliability, ScoredChain, Tally

RIVALS: Final = 9.0
"""How many wrong answers are as plausible as the right one, before anything is known of the chains."""
SUREST: Final = 0.99
"""No chain or answer is relied on more than this: the sets hold wrong labels, and the fit few cases beyond."""
MOST_WEIGHT: Final = 1 + math.log(SUREST / (1 - SUREST)) / math.log(RIVALS)
"""Of one vote."""
_LEAST: Final = 0.001
UNCALIBRATED: Final = "uncalibrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Weights of evidence, and what they were fitted to."""

    name: str
    intercept: float
    """Log-odds that a chain is right of which nothing is known."""
    evidence: Mapping[str, float]
    """Name of `clra.evidence.EVIDENCE` -> what it adds to the log-odds."""
    answers: Mapping[str, Mapping[str, float]]
    """Strategy -> ``intercept`` and the weights of `vote_evidence`; others than these are uncalibrated."""
    fitted: Mapping[str, Any]
    """To what, and how; for the reader."""


@cache
def load_calibration(path: Path | None = None) -> Calibration:
    """Read a calibration; the one that is shipped where no path is given.

    Raises:
        ConfigError: the file is missing, or not what `clra calibrate` writes.
    """
    source = files("clra") / "calibration.json" if path is None else path
    try:
        table = json.loads(source.read_text("utf-8"))
        return Calibration(
            name=str(table["name"]),
            intercept=float(table["chain"]["intercept"]),
            evidence={str(name): float(weight) for name, weight in table["chain"]["evidence"].items()},
            answers={
                str(strategy): {str(name): float(weight) for name, weight in weights.items()}
                for strategy, weights in table["answer"].items()
            },
            fitted=dict(table["fitted"]),
        )
    except OSError as error:
        raise ConfigError(f"{source}: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"{source}: expected a calibration, got something else ({type(error).__name__}: {error})",
            hint="clra calibrate CHAINS.jsonl -o FILE makes one",
        ) from None


def rated(chain: ScoredChain, calibration: Calibration) -> ScoredChain:
    """The chain with its reliability."""
    return replace(chain, reliability=chain_reliability(chain, calibration))


def chain_reliability(chain: ScoredChain, calibration: Calibration) -> Reliability:
    """The probability that the chain's answer is right, by its evidence. What has no weight does not count."""
    found = evidence_of(chain)
    odds = calibration.intercept + math.fsum(
        weight * found.get(name, 0.0) for name, weight in calibration.evidence.items()
    )
    return Reliability(value=min(SUREST, max(_LEAST, _probability(odds))), calibration=calibration.name)


def vote_weight(reliability: float) -> float:
    """What a vote counts, from the reliability of its chain; at most `MOST_WEIGHT`.

    Of independent voters the best weight is the log-odds of each being right (Nitzan and Paroush 1982), with more than
    two answers plus the logarithm of the number of rivals. Here it is in votes: a chain that is right as often as not
    has one, and one that is right as often as a guess among all plausible answers has none, but for a trace, so that
    among chains of which nothing good is known the less bad still decide.
    """
    bounded = min(SUREST, max(_LEAST, reliability))
    return max(1 + _log_odds(bounded) / math.log(RIVALS), bounded / 10)


def answer_reliability(tally: Tally, chains: Sequence[ScoredChain], calibration: Calibration) -> Reliability:
    """The probability that the winner is right, by how the vote went; 0 where nobody voted.

    Under a strategy for which nothing was fitted it is the winner's share of the weight, one more vote counted against
    it, so that two chains that agree do not make a certainty: "uncalibrated".
    """
    if tally.winner is None:
        return Reliability(value=0.0)
    weights = calibration.answers.get(tally.strategy)
    if weights is None:
        others = math.fsum(max(0.0, row.weight) for row in tally.rows[1:])
        weight = max(0.0, tally.winner.weight)
        return Reliability(value=weight / (1.0 + weight + others), calibration=UNCALIBRATED)
    found = vote_evidence(tally, chains)
    odds = weights["intercept"] + math.fsum(weights.get(name, 0.0) * value for name, value in found.items())
    return Reliability(value=min(SUREST, max(_LEAST, _probability(odds))), calibration=calibration.name)


def vote_evidence(tally: Tally, chains: Sequence[ScoredChain]) -> dict[str, float]:
    """What a vote says of its winner: the logits of its share of all weight and against the next, and a proof.

    Half a vote is added on either side, as is usual for empirical logits.
    """
    weights = [max(0.0, row.weight) for row in tally.rows]
    others = math.fsum(weights[1:])
    rival = weights[1] if len(weights) > 1 else 0.0
    supporters = set(tally.rows[0].chains)
    proved = any(answer_confirmed(chain.claims) for chain in chains if chain.chain.index in supporters)
    return {
        "share": math.log((weights[0] + 0.5) / (others + 0.5)),
        "lead": math.log((weights[0] + 0.5) / (rival + 0.5)),
        "proved": float(proved),
    }


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds)) if log_odds >= 0 else math.exp(log_odds) / (1 + math.exp(log_odds))
