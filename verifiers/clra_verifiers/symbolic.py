"""The symbolic verifier: derivatives, integrals, limits, sums and matrices, carried out and compared.

Covered: equations with derivatives, definite, improper and indefinite integrals, limits, infinite sums, sums up to a
letter, products, powers, inverses and determinants of written matrices, functions put into a differential equation,
lists of the real solutions of an equation. Derivatives are carried out by our own rules; integrals, limits and infinite
sums are enclosed by FLINT, and found exactly by SymPy, which never refutes. Functions are known by the premises.
Not covered: implicit functions, conditions on letters, logarithms near zero and infinity, complex
solutions.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from clra.parsing.reader import read
from clra.parsing.tree import Call, Operation, ReadError, Relation, Statement, Symbol, walk
from clra.types import Claim, Outcome, Problem, Reason, Verdict
from clra_verifiers.calculus import Situation, judge
from clra_verifiers.conventions import settled
from clra_verifiers.definitions import Definitions, definitions_of
from clra_verifiers.differential import judge_solution, solves
from clra_verifiers.differentiation import letters_of
from clra_verifiers.features import features_of
from clra_verifiers.findings import Finding, Method
from clra_verifiers.matrices import judge_matrices
from clra_verifiers.optima import is_optimum, judge_optimum
from clra_verifiers.roots import judge_solution_set, lists_solutions
from clra_verifiers.scopes import definitions_with_typed_fractions, with_typed_fractions, with_wide_operators
from clra_verifiers.undecided import UndecidedError
from clra_verifiers.wording import quote

MAX_NODES = 1_500
_ANGLES = frozenset(f"{arc}{name}" for arc in ("", "arc") for name in ("sin", "cos", "tan", "cot", "sec", "csc"))
_SIGNS = re.compile(
    r"\b(?:derivative|partial|integral|limit|sum|product|matrix|determinant|transpose|cross|dot|norm)\(|'"
)
_DERIVATIVE = re.compile(r"\bderivative\(|'")
_LISTED = re.compile(r"^[^\W\d]\w* (?:in \{|in set\(|not in RR$)")
_METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "matrix": Method.MATRIX,
        "integral": Method.INTEGRAL,
        "limit": Method.LIMIT,
        "derivative": Method.DERIVATIVE,
        "partial": Method.DERIVATIVE,
        "sum": Method.SUM,
        "product": Method.SUM,
    }
)
_MATRICES = frozenset({"determinant", "transpose", "cross", "dot", "norm"})


class SymbolicVerifier:
    """Judges claims with operators of calculus and linear algebra."""

    name = "symbolic"

    def accepts(self, claim: Claim) -> bool:
        """Whether such an operator stands in the claim's reading, or in what an equation of it is to solve."""
        if claim.formal is None:
            return False
        if (claim.premises and _LISTED.search(claim.formal)) or claim.formal.startswith(("max(builder", "min(builder")):
            return True
        return _SIGNS.search(claim.formal) is not None or (
            " = " in claim.formal and any(_DERIVATIVE.search(premise.formal) for premise in claim.premises)
        )

    def verify(self, claim: Claim, problem: Problem) -> Verdict:  # noqa: ARG002 - part of the plug-in shape
        """Judge one claim."""
        started = time.perf_counter()
        method: Method | None = None
        outcome, reason, evidence = Outcome.UNKNOWN, Reason.NOT_TRANSLATED, ""
        try:
            statements = read(claim.formal or "")
        except ReadError as unreadable:
            evidence = str(unreadable)
        else:
            relation = statements[0]
            reason = Reason.NOT_APPLICABLE
            if isinstance(relation, Relation) and (solution := solves(relation, claim.premises)) is not None:
                relation, method = solution, Method.EQUATION
            elif isinstance(relation, Relation):
                method = _method_by_form(relation, claim) or _method_of(relation)
            if len(statements) == 1 and isinstance(relation, Relation) and method:
                finding = _judge(relation, claim, method)
                outcome, evidence = _outcome(finding, claim)
                reason = Reason.CONTEXTUAL if _has_letters(relation) else Reason.SOLVER_UNKNOWN
        return Verdict(
            outcome=outcome,
            method=self.name if method is None else f"{self.name}:{method}",
            reason=reason if outcome is Outcome.UNKNOWN else None,
            evidence=evidence,
            statement=claim.formal or "",
            seconds=time.perf_counter() - started,
        )


def _method_by_form(relation: Relation, claim: Claim) -> Method | None:
    """By which kind of proof a relation is judged whose form alone tells it; None for any other."""
    if lists_solutions(relation, claim.premises):
        return Method.ROOTS
    return Method.OPTIMUM if is_optimum(relation) else None


def _method_of(relation: Relation) -> Method | None:
    """By which kind of proof a relation may be judged; None where nothing in it is this verifier's business."""
    kinds = {_METHODS.get(_kind(node)) for node in walk(relation)}
    return next((method for method in dict.fromkeys(_METHODS.values()) if method in kinds), None)


def _kind(node: Statement) -> str:
    match node:
        case Operation(operator=operator):
            return "matrix" if operator in _MATRICES else operator
        case Call(name=name) | Symbol(name=name) if name.endswith("'"):
            return "derivative"
    return "matrix" if type(node).__name__ == "Matrix" else ""


def _has_letters(relation: Relation) -> bool:
    features = features_of(relation)
    return features.calls or bool(letters_of(relation.left) | letters_of(relation.right))


def _outcome(finding: Finding, claim: Claim) -> tuple[Outcome, str]:
    if finding.truth is None:
        return Outcome.UNKNOWN, finding.note
    if finding.truth:
        return Outcome.CONFIRMED, finding.note or "both sides are proved equal"
    return Outcome.REFUTED, f"{quote(claim.text)} is false: {finding.note or 'the sides are proved different'}"


def _judge(relation: Relation, claim: Claim, method: Method) -> Finding:
    """True if it is so in one way to read it, false if it is false in every one."""
    if sum(1 for _ in walk(relation)) > MAX_NODES:
        return Finding(None, "too long")
    known = definitions_of(claim.premises)
    found = _judge_readings(relation, known, claim, method)
    if found.truth is not False or method is Method.MATRIX:
        return found
    for products in (False, True):
        wide = with_wide_operators(relation, products=products)
        if wide != relation and _judge_readings(wide, known, claim, method).truth is not False:
            return Finding(None, "it is not plain where an operator ends")
    typed, changed = with_typed_fractions(relation), definitions_with_typed_fractions(known)
    if (typed, changed) != (relation, known) and _judge_readings(typed, changed, claim, method).truth:
        return Finding(None, "an exponent may have been meant as a fraction")
    return found


def _judge_readings(relation: Relation, known: Definitions, claim: Claim, method: Method) -> Finding:
    features = features_of(relation)
    radians = method in {Method.DERIVATIVE, Method.INTEGRAL, Method.LIMIT, Method.EQUATION}
    ways, complete = settled(
        relation, replace(features, operators=features.operators - _ANGLES) if radians else features
    )
    premises = tuple(premise for premise in claim.premises if not premise.universal)
    situation = Situation(known, claim.universal, claim.tentative, claim.rounded, premises)
    first: Finding | None = None
    opened: Finding | None = None
    for way in ways:
        try:
            match method:
                case Method.MATRIX:
                    found = judge_matrices(way, premises, tied=known.others)
                case Method.EQUATION:
                    found = judge_solution(way, claim.premises)
                case Method.ROOTS:
                    found = judge_solution_set(way, claim.premises, complete=claim.universal, rounded=claim.rounded)
                case Method.OPTIMUM:
                    found = judge_optimum(way)
                case _:
                    found = judge(way, situation)
        except UndecidedError as undecided:
            found = Finding(None, str(undecided))
        if found.truth:
            return found
        first = first or found
        if found.truth is None:
            opened = opened or found
    if first is None or (opened is None and not complete):
        return Finding(None)
    return opened or first
