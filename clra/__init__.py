"""Claim-level reliability verification: sample many chains, check every claim, answer from the reliable ones."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clra.config import Settings
    from clra.engine import aequivalent, asolve, averify, solve, verify
    from clra.errors import (
        ClraError,
        ConfigError,
        InputError,
        ModelError,
        ModelUnavailableError,
        RequestRefusedError,
        StoreError,
        UnknownPluginError,
    )
    from clra.parsing.equality import equivalent
    from clra.parsing.formal import latex
    from clra.parsing.graph import ClaimGraph, claim_graph
    from clra.protocols import Completion, Critic, Model, SamplingParams, Strategy, Verifier
    from clra.run import Progress
    from clra.types import (
        Answer,
        Chain,
        CheckedClaim,
        CheckProgram,
        Claim,
        ClaimKind,
        FinishReason,
        Modality,
        Outcome,
        Premise,
        Problem,
        ProblemKind,
        Reason,
        Reliability,
        Review,
        ScoredChain,
        Solution,
        Span,
        Step,
        StopReason,
        Tally,
        TallyRow,
        Usage,
        Verdict,
        Vote,
    )

__all__ = [
    "Answer",
    "Chain",
    "CheckProgram",
    "CheckedClaim",
    "Claim",
    "ClaimGraph",
    "ClaimKind",
    "ClraError",
    "Completion",
    "ConfigError",
    "Critic",
    "FinishReason",
    "InputError",
    "Modality",
    "Model",
    "ModelError",
    "ModelUnavailableError",
    "Outcome",
    "Premise",
    "Problem",
    "ProblemKind",
    "Progress",
    "Reason",
    "Reliability",
    "RequestRefusedError",
    "Review",
    "SamplingParams",
    "ScoredChain",
    "Settings",
    "Solution",
    "Span",
    "Step",
    "StopReason",
    "StoreError",
    "Strategy",
    "Tally",
    "TallyRow",
    "UnknownPluginError",
    "Usage",
    "Verdict",
    "Verifier",
    "Vote",
    "aequivalent",
    "asolve",
    "averify",
    "claim_graph",
    "equivalent",
    "latex",
    "solve",
    "verify",
]

# imported at first use: every worker process imports this package, and needs little of it
_HOMES = {
    **dict.fromkeys(("aequivalent", "asolve", "averify", "solve", "verify"), "clra.engine"),
    **dict.fromkeys(("Completion", "Critic", "Model", "SamplingParams", "Strategy", "Verifier"), "clra.protocols"),
    **dict.fromkeys((name for name in __all__ if name.endswith("Error")), "clra.errors"),
    "Progress": "clra.run",
    "Settings": "clra.config",
    "equivalent": "clra.parsing.equality",
    "latex": "clra.parsing.formal",
    **dict.fromkeys(("ClaimGraph", "claim_graph"), "clra.parsing.graph"),
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES.get(name, "clra.types")), name)
    return value


def __dir__() -> list[str]:
    return __all__
