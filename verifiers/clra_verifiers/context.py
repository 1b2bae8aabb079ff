"""The context verifier: what premises contradict or entail, by substitution, Groebner bases and Z3.

A claim is CONFIRMED if it follows from its premises, and REFUTED if it cannot hold together with them although they may
hold together themselves. Premises that contradict one another prove nothing. The verdict does not depend on who says a
premise, nor on their order.

Covered: definitions of functions and sequences; known values put into claims, and a claim's values put into premises;
polynomial equations and whatever stands in them as an unknown; membership in sets of numbers; whole numbers, order,
divisibility and absolute values of letters whose kind the premises tell. Not covered: solution sets, matrices,
quantifiers other than the definitions, and all that is not written as a formula.
"""

import time
from dataclasses import replace

from clra.parsing.notation import to_text
from clra.parsing.tree import Expression, ReadError, Relator, Symbol
from clra.types import Claim, ClaimKind, Outcome, Premise, Problem, Reason, Verdict
from clra_verifiers.background import background_of, names_of, relevant
from clra_verifiers.formulas import Formula, formula_of
from clra_verifiers.rational import value
from clra_verifiers.reasoning import Effort, Finding, decide, false_premise, values_of
from clra_verifiers.substitution import Substitution, is_closed, settled
from clra_verifiers.undecided import UndecidedError
from clra_verifiers.wording import describe, quote

_KINDS = frozenset(ClaimKind) - {ClaimKind.OTHER}

FEW_STEPS = 10_000
"""Steps that Z3 may take to prove again with fewer premises what it has proved."""

Premises = tuple[Premise, ...]


class ContextVerifier:
    """Judges what a claim says by its premises."""

    name = "context"

    def accepts(self, claim: Claim) -> bool:
        """Whether the claim was read as a relation and has premises."""
        return claim.formal is not None and bool(claim.premises) and claim.kind in _KINDS

    def verify(self, claim: Claim, problem: Problem) -> Verdict:  # noqa: ARG002 - part of the plug-in shape
        """Judge one claim by its premises."""
        started = time.perf_counter()
        verdict = _judge(claim) if self.accepts(claim) else _unknown(Reason.NOT_APPLICABLE)
        return replace(verdict, statement=claim.formal or "", seconds=time.perf_counter() - started)


def _unknown(reason: Reason, evidence: str = "") -> Verdict:
    return Verdict(outcome=Outcome.UNKNOWN, method=ContextVerifier.name, reason=reason, evidence=evidence)


def _judge(claim: Claim) -> Verdict:
    try:
        formula = formula_of(claim.formal or "")
    except ReadError as unreadable:
        return _unknown(Reason.NOT_TRANSLATED, str(unreadable))
    except UndecidedError as undecided:
        return _unknown(Reason.NOT_APPLICABLE, str(undecided))
    premises = relevant(claim.premises, names_of(formula))
    if not premises:
        return _unknown(Reason.CONTEXTUAL, "no premise speaks of it")
    if background_of(premises).contradictory:
        return _unknown(Reason.CONTEXTUAL, "the premises contradict one another")
    finding = _decide(formula, claim, premises)
    match finding.outcome:
        case Outcome.CONFIRMED:
            return _confirmed(formula, claim, premises, finding)
        case Outcome.REFUTED:
            return _refuted(formula, claim, premises, finding)
    return _unknown(Reason.SOLVER_UNKNOWN if finding.gave_up else Reason.CONTEXTUAL, finding.note)


def _decide(formula: Formula, claim: Claim, premises: Premises, effort: Effort | None = None) -> Finding:
    background = background_of(premises)
    return decide(formula, background, rounded=claim.rounded, universal=claim.universal, effort=effort)


def _confirmed(formula: Formula, claim: Claim, premises: Premises, finding: Finding) -> Verdict:
    needed = _needed(formula, claim, premises, finding)
    if not needed:
        return _unknown(Reason.CONTEXTUAL, "it holds without any premise")
    return _decided(finding, f"follows from {_listed(needed)}")


def _refuted(formula: Formula, claim: Claim, premises: Premises, finding: Finding) -> Verdict:
    if not background_of(premises).solved or background_of(premises).impossible:
        return _unknown(Reason.CONTEXTUAL, "the premises may contradict one another")
    needed = _needed(formula, claim, premises, finding)
    if not needed:
        return _unknown(Reason.CONTEXTUAL, "no premise decides it")
    if claim.tentative:
        return _unknown(Reason.CONTEXTUAL, f"a trial, which contradicts {_listed(needed)}")
    return _decided(finding, f"{quote(claim.text)} contradicts {_listed(needed)}{_shown(formula, needed)}")


def _decided(finding: Finding, evidence: str) -> Verdict:
    return Verdict(outcome=finding.outcome, method=f"{ContextVerifier.name}:{finding.method}", evidence=evidence)


def _needed(formula: Formula, claim: Claim, premises: Premises, finding: Finding) -> Premises:
    """Premises that suffice, and none of which can be left out."""
    effort = Effort(FEW_STEPS, finding.outcome)
    for premise in reversed(premises):
        fewer = tuple(each for each in premises if each != premise)
        if _decide(formula, claim, fewer, effort).outcome is finding.outcome:
            premises = fewer
    return premises


def _listed(premises: Premises) -> str:
    *before, last = (premise.formal for premise in premises)
    return f"{', '.join(before)} and {last}" if before else last


def _shown(formula: Formula, premises: Premises) -> str:
    """What the premises make of a side of the claim, or the claim of a premise."""
    if len(formula) != 1 or len(formula[0]) != 1:
        return ""
    background = background_of(premises)
    for side in (formula[0][0].left, formula[0][0].right):
        known = _known(side, background.determined)
        if known is not None and not is_closed(side):
            return f": {to_text(side)} is {_written(known)}"
    values = values_of(formula[0])
    false = false_premise(values, background)
    if false is None or len(false) != 1 or len(false[0]) != 1:
        return ""
    if false[0][0].right in _NAMES:
        return f": it must be {_NAMES[false[0][0].right]}"
    if false[0][0].relator not in _SIGNS:
        return ""
    put = Substitution((), values)
    left, right = (_known(side, put) for side in (false[0][0].left, false[0][0].right))
    if left is None or right is None:
        return ""
    return f": its left side would be {_written(left)}, its right side {_written(right)}"


def _known(term: Expression, substitution: Substitution) -> Expression | None:
    """What a term is for these values; None where it is not known."""
    try:
        known = settled(substitution.term(term))
    except UndecidedError:
        return None
    return known if is_closed(known) else None


def _written(term: Expression) -> str:
    try:
        return describe(value(term))
    except UndecidedError:
        return quote(to_text(term))


_SIGNS = frozenset(
    {
        Relator.EQUAL,
        Relator.UNEQUAL,
        Relator.LESS,
        Relator.LESS_EQUAL,
        Relator.GREATER,
        Relator.GREATER_EQUAL,
    }
)

_NAMES: dict[Expression, str] = {
    Symbol("ZZ"): "an integer",
    Symbol("NN"): "a natural number",
    Symbol("QQ"): "rational",
    Symbol("RR"): "real",
}
