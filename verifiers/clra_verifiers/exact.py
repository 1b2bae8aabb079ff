"""The exact verifier: arithmetic, order, congruence, divisibility and identities, each decided by proof.

Covered: closed relations between rational numbers; equality and order of closed real terms with roots, logarithms, pi
and circular functions; congruence and divisibility of closed whole-number terms; identities in free letters. A relation
with free letters that is no identity is left open: it may be a condition. Not covered: what earlier claims imply, sets,
intervals, matrices, order of complex numbers, limits, derivatives, integrals, infinite sums.
"""

import time
from typing import NamedTuple

from clra.parsing.reader import read_relation
from clra.parsing.tree import Expression, Number, Operation, ReadError, Relation, Relator
from clra.types import Claim, ClaimKind, Outcome, Problem, Reason, Verdict
from clra_verifiers.comparison import Comparison, Tier, compare
from clra_verifiers.features import Features, features_of
from clra_verifiers.identity import identical
from clra_verifiers.modular import congruent, modulus_of, residue
from clra_verifiers.readings import Reading, readings_of
from clra_verifiers.undecided import UndecidedError
from clra_verifiers.wording import describe, quote

_COMPARED = frozenset(
    {
        Relator.EQUAL,
        Relator.UNEQUAL,
        Relator.LESS,
        Relator.LESS_EQUAL,
        Relator.GREATER,
        Relator.GREATER_EQUAL,
        Relator.ABOUT,
    }
)


class _Finding(NamedTuple):
    outcome: Outcome
    tier: Tier | None = None
    evidence: str = ""
    reason: Reason | None = None


class ExactVerifier:
    """Judges what a claim says by itself, without its context."""

    name = "exact"

    def accepts(self, claim: Claim) -> bool:
        """Whether the claim was read as a relation."""
        return claim.formal is not None and claim.kind is not ClaimKind.OTHER

    def verify(self, claim: Claim, problem: Problem) -> Verdict:  # noqa: ARG002 - part of the plug-in shape
        """Judge one claim by exact calculation."""
        started = time.perf_counter()
        finding = _unknown(Reason.NOT_TRANSLATED)
        if claim.formal is not None:
            try:
                relation = read_relation(claim.formal)
            except ReadError as unreadable:
                finding = _unknown(Reason.NOT_TRANSLATED, str(unreadable))
            else:
                finding = _judge(relation, claim)
        return Verdict(
            outcome=finding.outcome,
            method=self.name if finding.tier is None else f"{self.name}:{finding.tier}",
            reason=finding.reason,
            evidence=finding.evidence,
            statement=claim.formal or "",
            seconds=time.perf_counter() - started,
        )


def _unknown(reason: Reason, evidence: str = "", tier: Tier | None = None) -> _Finding:
    return _Finding(Outcome.UNKNOWN, tier, evidence, reason)


def _judge(relation: Relation, claim: Claim) -> _Finding:
    features = features_of(relation)
    if features.foreign:
        return _unknown(Reason.NOT_APPLICABLE, "holds words, sets or matrices")
    if relation.relator in _COMPARED:
        if features.symbols or features.calls:
            return _judge_identity(relation, features)
        return _judge_closed(relation, features, claim)
    if features.symbols or features.calls:
        return _unknown(Reason.CONTEXTUAL)
    if relation.relator is Relator.CONGRUENT:
        return _judge_congruence(relation, claim)
    if relation.relator in {Relator.DIVIDES, Relator.NOT_DIVIDES}:
        return _judge_divisibility(relation, claim)
    return _unknown(Reason.NOT_APPLICABLE)


def _judge_identity(relation: Relation, features: Features) -> _Finding:
    if relation.relator is not Relator.EQUAL:
        return _unknown(Reason.CONTEXTUAL)
    for way in readings_of(relation, features).ways:
        try:
            if way.firm and identical(way.relation.left, way.relation.right):
                return _Finding(Outcome.CONFIRMED, Tier.IDENTITY, "both sides are equal wherever they are defined")
        except UndecidedError:
            continue
    return _unknown(Reason.CONTEXTUAL)


def _judge_closed(relation: Relation, features: Features, claim: Claim) -> _Finding:
    ways, complete = readings_of(relation, features)
    first: Comparison | None = None
    opened: Comparison | None = None
    for way in ways:
        found = compare(way.relation, features, rounded=claim.rounded)
        first = first or found
        if found.truth and way.firm:
            return _Finding(Outcome.CONFIRMED, found.tier, _confirmation(relation, found))
        if found.truth is not False:
            opened = opened or found._replace(note=found.note if found.truth is None else "true in one reading only")
    if first is None:
        return _unknown(Reason.NOT_APPLICABLE)
    if opened is not None:
        return _unknown(Reason.SOLVER_UNKNOWN, opened.note, opened.tier)
    if not complete:
        return _unknown(Reason.SOLVER_UNKNOWN, "can be read in too many ways", first.tier)
    if "mod" in features.operators and relation.relator is Relator.EQUAL and _is_congruence(ways[0]):
        return _unknown(Reason.SOLVER_UNKNOWN, "true as a congruence", first.tier)
    return _Finding(Outcome.REFUTED, first.tier, _refutation(relation, claim, first))


def _is_congruence(way: Reading) -> bool:
    """Whether a false equation with a remainder on one side is true as a congruence: ``17 mod 5 = 7``."""
    for side in (way.relation.left, way.relation.right):
        if isinstance(side, Operation) and side.operator == "mod":
            try:
                modulus = modulus_of(side.arguments[1])
                left, right = (_without_remainder(one) for one in (way.relation.left, way.relation.right))
                return congruent(left, right, modulus)
            except UndecidedError:
                return True
    return False


def _without_remainder(side: Expression) -> Expression:
    return side.arguments[0] if isinstance(side, Operation) and side.operator == "mod" else side


def _judge_congruence(relation: Relation, claim: Claim) -> _Finding:
    if relation.modulus is None:
        return _unknown(Reason.CONTEXTUAL, "the modulus is not stated")
    try:
        modulus = modulus_of(relation.modulus)
        truth = congruent(relation.left, relation.right, modulus)
    except UndecidedError as undecided:
        return _unknown(Reason.SOLVER_UNKNOWN, str(undecided), Tier.MODULAR)
    try:
        left, right = residue(relation.left, modulus), residue(relation.right, modulus)
    except UndecidedError:
        note = "the difference of the sides decides"
    else:
        note = f"modulo {modulus} the left side is {left}, the right side is {right}"
        if truth:
            note = f"both sides are {left} modulo {modulus}"
    if truth:
        return _Finding(Outcome.CONFIRMED, Tier.MODULAR, note)
    return _Finding(Outcome.REFUTED, Tier.MODULAR, f"{_stated(claim)} is false: {note}")


def _judge_divisibility(relation: Relation, claim: Claim) -> _Finding:
    try:
        divisor = modulus_of(relation.left)
        rest = residue(relation.right, divisor)
    except UndecidedError as undecided:
        return _unknown(Reason.SOLVER_UNKNOWN, str(undecided), Tier.MODULAR)
    note = f"the remainder is {rest}"
    if (rest == 0) is (relation.relator is Relator.DIVIDES):
        return _Finding(Outcome.CONFIRMED, Tier.MODULAR, note)
    return _Finding(Outcome.REFUTED, Tier.MODULAR, f"{_stated(claim)} is false: {note}")


def _confirmation(relation: Relation, found: Comparison) -> str:
    if found.note:
        return found.note
    if found.left is None or found.right is None:
        return "both sides are proved equal"
    if relation.relator in {Relator.EQUAL, Relator.ABOUT} or found.left == found.right:
        return f"both sides are {describe(found.left)}"
    return f"left side is {describe(found.left)}, right side is {describe(found.right)}"


def _refutation(relation: Relation, claim: Claim, found: Comparison) -> str:
    stated = _stated(claim)
    if found.left is None or found.right is None:
        return f"{stated} is false"
    left, right = describe(found.left), describe(found.right)
    if relation.relator in {Relator.EQUAL, Relator.ABOUT}:
        if _is_literal(relation.right) and not _is_literal(relation.left):
            return f"{stated} is false: it is {left}"
        if _is_literal(relation.left) and not _is_literal(relation.right):
            return f"{stated} is false: the right side is {right}"
    return f"{stated} is false: left side is {left}, right side is {right}"


def _stated(claim: Claim) -> str:
    """The claim's own words, or its reading where its left side stands on the line before."""
    goes_on = claim.text.startswith(("=", "<", ">", "≤", "≥", "≈", "≡", "\\approx", "\\equiv", "\\leq", "\\geq"))
    return quote(claim.formal if goes_on and claim.formal else claim.text)


def _is_literal(tree: Expression) -> bool:
    if isinstance(tree, Operation) and tree.operator in {"neg", "percent", "degrees", "unit", "money"}:
        return _is_literal(tree.arguments[0])
    return isinstance(tree, Number)
