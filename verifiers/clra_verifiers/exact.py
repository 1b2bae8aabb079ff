"""The exact verifier: arithmetic, order, congruence, sets, vectors and identities, each decided by proof.

Covered: closed relations between rational numbers; equality and order of closed real terms with roots, logarithms, pi
and circular functions; congruence and divisibility of closed whole-number terms; equality of finite sets, intervals and
their unions, and what is an element of them; tuples, vectors and matrices entry by entry; identities in free letters,
and counterexamples to what a chain says of all values of its letters. Any other relation with free letters that is no
identity is left open: it may be a condition. Not covered: what earlier claims imply, sets of letters, order of complex
numbers, limits, derivatives, integrals, infinite sums.
"""

import re
import time
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from clra.parsing.notation import to_text
from clra.parsing.reader import read_relation
from clra.parsing.tree import Expression, Number, Operation, ReadError, Relation, Relator, is_literal
from clra.types import NOWHERE, Claim, ClaimKind, Outcome, Problem, Reason, Verdict
from clra_verifiers.comparison import Comparison, Tier, compare
from clra_verifiers.complexes import difference_shown, speaks_of_complex_numbers
from clra_verifiers.conditions import with_listed_sets
from clra_verifiers.counterexamples import Judge, Judged, counterexample
from clra_verifiers.entries import entrywise
from clra_verifiers.features import Features, features_of
from clra_verifiers.identity import identical
from clra_verifiers.modular import congruent, congruent_for_all, modulus_of, residue
from clra_verifiers.readings import Reading, readings_of
from clra_verifiers.sets import holds, is_about_sets, sized
from clra_verifiers.undecided import UndecidedError
from clra_verifiers.wording import describe, quote

_ELEMENT = re.compile(r"^[^,]*\d[^,]* (?:not )?in | [⊆⊂⊊⊈] ")
"""Membership of what has a digit; one that has none speaks of letters, and depends on the context. Parts of sets."""
_BUILT = "builder("
_IMAGINARY = re.compile(r"\bi\b")
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
        """Whether the claim was read as a relation of numbers, or says what is an element of a set."""
        return claim.formal is not None and (
            claim.kind is not ClaimKind.OTHER or _ELEMENT.search(claim.formal) is not None
        )

    def verify(self, claim: Claim, problem: Problem) -> Verdict:
        """Judge one claim by exact calculation."""
        started = time.perf_counter()
        imaginary = claim.formal is not None and _IMAGINARY.search(claim.formal) is not None
        finding = _found(_by_itself(claim), imaginary and speaks_of_complex_numbers(problem.text))
        return Verdict(
            outcome=finding.outcome,
            method=self.name if finding.tier is None else f"{self.name}:{finding.tier}",
            reason=finding.reason,
            evidence=finding.evidence,
            statement=claim.formal or "",
            seconds=time.perf_counter() - started,
        )


def _by_itself(claim: Claim) -> Claim:
    """What of a claim counts here, wherever it stands."""
    return Claim(
        text=claim.text,
        span=NOWHERE,
        kind=claim.kind,
        formal=claim.formal,
        rounded=claim.rounded,
        universal=claim.universal,
        tentative=claim.tentative,
        premises=claim.premises if claim.universal else (),
    )


@lru_cache(maxsize=4_096)
def _found(claim: Claim, is_complex: bool) -> _Finding:
    """The finding on a claim by itself; it is kept, since the chains of one problem say the same things."""
    if claim.formal is None:
        return _unknown(Reason.NOT_TRANSLATED)
    try:
        relation = read_relation(claim.formal)
    except ReadError as unreadable:
        return _unknown(Reason.NOT_TRANSLATED, str(unreadable))
    finding = _judge(relation, claim)
    if finding.outcome is Outcome.UNKNOWN and is_complex:
        return _judge_complex(relation, claim) or finding
    return finding


def _unknown(reason: Reason, evidence: str = "", tier: Tier | None = None) -> _Finding:
    return _Finding(Outcome.UNKNOWN, tier, evidence, reason)


def _judge(relation: Relation, claim: Claim) -> _Finding:
    if claim.formal is not None and _BUILT in claim.formal:
        try:
            relation = with_listed_sets(relation)
        except UndecidedError as undecided:
            return _unknown(Reason.NOT_APPLICABLE, str(undecided))
    features = features_of(relation)
    if features.compound:
        return _judge_compound(relation, features, claim)
    if features.foreign:
        return _unknown(Reason.NOT_APPLICABLE, "holds words")
    return _judge_plain(relation, features, claim)


def _judge_plain(relation: Relation, features: Features, claim: Claim) -> _Finding:
    if relation.relator is Relator.CONGRUENT and claim.kind is ClaimKind.EQUALITY:
        return _judge_equated(relation, features, claim)
    if not (features.symbols or features.calls):
        return _judge_closed(relation, features, claim)
    if relation.relator is Relator.EQUAL and _is_identity(relation, features):
        return _Finding(Outcome.CONFIRMED, Tier.IDENTITY, "both sides are equal wherever they are defined")
    if relation.relator in {Relator.CONGRUENT, Relator.DIVIDES} and _holds_for_all(relation, features):
        return _Finding(Outcome.CONFIRMED, Tier.MODULAR, "all residues were tried")
    if claim.universal and not claim.tentative:
        return _judge_universal(relation, features, claim)
    return _unknown(Reason.CONTEXTUAL)


def _judge_equated(relation: Relation, features: Features, claim: Claim) -> _Finding:
    """An equality in a chain of congruences: CONFIRMED if the sides are equal, REFUTED if not even congruent."""
    equation = _judge_plain(replace(relation, relator=Relator.EQUAL, modulus=None), features, claim)
    if equation.outcome is Outcome.CONFIRMED:
        return equation
    congruence = _judge_plain(relation, features, replace(claim, kind=ClaimKind.CONGRUENCE))
    if congruence.outcome is Outcome.CONFIRMED:
        return _unknown(Reason.SOLVER_UNKNOWN, "true as a congruence", Tier.MODULAR)
    return congruence


def _judge_closed(relation: Relation, features: Features, claim: Claim, *, excuses: bool = True) -> _Finding:
    if relation.relator in _COMPARED:
        return _judge_values(relation, features, claim, excuses=excuses)
    if relation.relator is Relator.CONGRUENT:
        return _judge_congruence(relation, claim)
    if relation.relator in {Relator.DIVIDES, Relator.NOT_DIVIDES}:
        return _judge_divisibility(relation, claim)
    return _unknown(Reason.NOT_APPLICABLE)


def _is_identity(relation: Relation, features: Features) -> bool:
    for way in readings_of(relation, features).ways:
        try:
            if way.firm and identical(way.relation.left, way.relation.right):
                return True
        except UndecidedError:
            continue
    return False


def _holds_for_all(relation: Relation, features: Features) -> bool:
    """Whether a congruence or divisibility of polynomials holds whatever whole numbers the letters are."""
    left, right, divisor = relation.left, relation.right, relation.modulus
    if relation.relator is Relator.DIVIDES:
        left, right, divisor = relation.right, Number(Fraction(0)), relation.left
    if divisor is None or features.calls or features.constants:
        return False
    try:
        return congruent_for_all(left, right, modulus_of(divisor), sorted(features.symbols))
    except UndecidedError:
        return False


def _judge_universal(relation: Relation, features: Features, claim: Claim) -> _Finding:
    """Refute what is said of all values of its letters by a point at which it is false."""
    found = counterexample(relation, features, claim.premises, point_judge(claim))
    if found is None:
        return _unknown(Reason.CONTEXTUAL)
    return _Finding(Outcome.REFUTED, Tier.COUNTEREXAMPLE, f"{_stated(claim)} is false at {found.place}: {found.note}")


def point_judge(claim: Claim) -> Judge:
    """How the relations are judged that a claim becomes where its letters are given values."""

    def judge(closed: Relation) -> Judged:
        found = _judge_at_point(closed, replace(claim, text="", universal=False))
        return Judged(found.outcome, found.evidence.removeprefix(" is false: "))

    return judge


def _judge_at_point(relation: Relation, claim: Claim) -> _Finding:
    features = features_of(relation)
    if features.compound:
        return _judge_compound(relation, features, claim)
    if features.symbols or features.calls or features.foreign:
        return _unknown(Reason.CONTEXTUAL)
    return _judge_closed(relation, features, claim, excuses=False)


def _judge_compound(relation: Relation, features: Features, claim: Claim) -> _Finding:
    """Sets by what belongs to them, tuples, vectors and matrices by their entries."""
    letters = bool(features.symbols or features.calls)
    try:
        if is_about_sets(relation):
            return _unknown(Reason.CONTEXTUAL) if letters else _judge_sets(relation, features, claim)
        parts = entrywise(sized(relation))
    except UndecidedError as undecided:
        return _unknown(Reason.CONTEXTUAL if letters else Reason.NOT_APPLICABLE, str(undecided))
    found = [_judge_entry(part, claim) for part in parts]
    wrong = next((one for one in found if one.outcome is Outcome.REFUTED), None)
    if wrong is not None:
        return _Finding(Outcome.REFUTED, Tier.COLLECTION, f"{_stated(claim)} is false: in it {wrong.evidence}")
    if all(one.outcome is Outcome.CONFIRMED for one in found):
        return _Finding(Outcome.CONFIRMED, Tier.COLLECTION, "each entry is right")
    return next(one for one in found if one.outcome is Outcome.UNKNOWN)


def _judge_entry(relation: Relation, claim: Claim) -> _Finding:
    features = features_of(relation)
    if features.foreign:
        return _unknown(Reason.NOT_APPLICABLE)
    formal = to_text(relation)
    return _judge_plain(relation, features, replace(claim, text=formal, formal=formal, universal=False))


def _judge_sets(relation: Relation, features: Features, claim: Claim) -> _Finding:
    if holds(relation):
        return _Finding(Outcome.CONFIRMED, Tier.COLLECTION, "the order of all numbers in it proves it")
    if features.decimals or claim.rounded or features.constants & {"e", "i"}:
        return _unknown(Reason.SOLVER_UNKNOWN, "false as it is written", Tier.COLLECTION)
    return _Finding(Outcome.REFUTED, Tier.COLLECTION, f"{_stated(claim)} is false")


def _judge_values(relation: Relation, features: Features, claim: Claim, *, excuses: bool) -> _Finding:
    ways, complete = readings_of(relation, features)
    first: Comparison | None = None
    opened: Comparison | None = None
    for way in ways:
        found = compare(way.relation, features, rounded=claim.rounded, excuses=excuses)
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


def _judge_complex(relation: Relation, claim: Claim) -> _Finding | None:
    features = features_of(relation)
    if "i" not in features.constants or features.symbols or features.calls or features.foreign or features.decimals:
        return None
    ways = readings_of(relation, features)
    notes = [difference_shown(way.relation) for way in ways.ways]
    if not ways.complete or not notes or not all(notes):
        return None
    return _Finding(Outcome.REFUTED, Tier.BALL, f"{_stated(claim)} is false: {notes[0]}")


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
    if left == right:
        same = found.tier in {Tier.IDENTITY, Tier.SEPARATION} or found.left == found.right
        return f"{stated} is false: both sides are {left}{'' if same else ', but for a small difference'}"
    if relation.relator in {Relator.EQUAL, Relator.ABOUT}:
        if is_literal(relation.right) and not is_literal(relation.left):
            return f"{stated} is false: it is {left}"
        if is_literal(relation.left) and not is_literal(relation.right):
            return f"{stated} is false: the right side is {right}"
    sides = f"{stated} is false: left side is {left}, right side is {right}"
    if relation.relator is Relator.EQUAL and _is_started_with(found.left, relation.right):
        return f"{sides}, where the calculation goes on from {left}"
    return sides


def _is_started_with(result: object, side: Expression) -> bool:
    """Whether a side goes on calculating with the result of the other one: ``3 + 4 = 7 * 2``."""
    while isinstance(side, Operation) and side.operator in {"add", "mul", "div", "unit", "money"}:
        side = side.arguments[0]
    return isinstance(side, Number) and side.value == result


def _stated(claim: Claim) -> str:
    """The claim's own words, or its reading: of an answer, and where its left side stands on the line before."""
    goes_on = claim.text.startswith(("=", "<", ">", "≤", "≥", "≈", "≡", "\\approx", "\\equiv", "\\leq", "\\geq"))
    elsewhere = goes_on or claim.kind is ClaimKind.ANSWER
    return quote(claim.formal if elsewhere and claim.formal else claim.text)
