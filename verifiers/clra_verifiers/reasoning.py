"""Formulas before their premises: what follows and what cannot be, by each method in turn, the cheapest first."""

from enum import StrEnum
from typing import NamedTuple

from clra.parsing.tree import Call, Expression, Relator, Symbol
from clra.types import Outcome
from clra_verifiers.background import Background, holds_decimals, put_in
from clra_verifiers.closed import truth_of
from clra_verifiers.formulas import Case, Formula, Letter, readings
from clra_verifiers.residues import by_residues
from clra_verifiers.smt import STEPS, Desk
from clra_verifiers.solver import is_entailed, is_excluded, is_meaningful
from clra_verifiers.sorts import Sort, terms_of
from clra_verifiers.substitution import Substitution, is_closed
from clra_verifiers.systems import contradicts, follows, is_defined, is_linear_equation
from clra_verifiers.trials import truths_of
from clra_verifiers.undecided import TooBigError, UndecidedError


class Method(StrEnum):
    """The kind of proof."""

    SUBSTITUTION = "substitution"
    GROEBNER = "groebner"
    RESIDUES = "residues"
    Z3 = "z3"


class Finding(NamedTuple):
    """What premises say of a formula."""

    outcome: Outcome
    method: Method | None = None
    note: str = ""
    """Why it is open."""
    gave_up: bool = False
    """Whether it is open only because it was too hard."""


class Effort(NamedTuple):
    """What Z3 is asked."""

    steps: int = STEPS
    """How many of its steps it may take for each question."""
    outcome: Outcome | None = None
    """The only outcome that matters, which has been proved from more premises; None for any."""


def decide(
    formula: Formula, background: Background, *, rounded: bool, universal: bool, effort: Effort | None = None
) -> Finding:
    """What the premises say of a formula.

    Args:
        formula: what is to be judged.
        background: the premises; it is not asked here whether they contradict one another.
        rounded: whether the decimals of the formula are said to be rounded, so that it cannot be refuted.
        universal: whether the formula is said of all values of its letters.
        effort: what Z3 is asked.
    """
    effort = effort or Effort()
    if universal and _is_identity(formula, background):
        return Finding(Outcome.CONFIRMED, Method.SUBSTITUTION)
    found = _by_values(formula, background, rounded=rounded, universal=universal)
    is_settled = found is not None
    formula = put_in(background.known, formula)
    if found is None:
        found = _by_proof(formula, background, rounded=rounded, effort=effort)
    if found.outcome is Outcome.CONFIRMED and universal:
        return _open("it holds for the values that the premises tell")
    if found.outcome is not Outcome.REFUTED:
        return found
    if rounded:
        return _open("it is said to be rounded")
    is_inexact = background.has_decimals or (holds_decimals(formula) and not is_settled)
    return _despite_rounding(formula, background) if found.method is Method.GROEBNER and is_inexact else found


def _is_identity(formula: Formula, background: Background) -> bool:
    """Whether the definitions make the formula hold for all values of its letters."""
    own = _letters(formula)
    others = {letter: term for letter, term in background.known.values.items() if letter not in own}
    return truth_of(put_in(Substitution(background.rules, others), formula)) is Outcome.CONFIRMED


def _by_proof(formula: Formula, background: Background, *, rounded: bool, effort: Effort) -> Finding:
    """What each method in turn says of a formula that holds letters."""
    if all(false_premise(values_of(case), background) is not None for case in formula):
        return Finding(Outcome.REFUTED, Method.SUBSTITUTION)
    first = _by_ideals(formula, background)
    if first.outcome is not Outcome.UNKNOWN:
        return first
    second = _by_residues(formula, background)
    if second.outcome is Outcome.UNKNOWN:
        second = _by_solver(formula, background, rounded=rounded, effort=effort)
    return first if second.outcome is Outcome.UNKNOWN and first.note else second


def _open(note: str = "", *, gave_up: bool = False) -> Finding:
    return Finding(Outcome.UNKNOWN, note=note, gave_up=gave_up)


def _by_values(formula: Formula, background: Background, *, rounded: bool, universal: bool) -> Finding | None:
    """What the formula comes to when all that the premises tell is put in; None where letters are left in it."""
    for substitution, method in (
        (background.known, Method.SUBSTITUTION),
        (background.determined, Method.GROEBNER),
    ):
        settled = put_in(substitution, formula)
        truth = truth_of(settled, rounded=rounded, universal=universal)
        if truth is not Outcome.UNKNOWN:
            return Finding(truth, method)
        if all(is_closed(relation) for case in settled for relation in case):
            return _open("what it comes to is not decided: it may be meant or rounded in several ways", gave_up=True)
    return None


def false_premise(values: dict[Letter, Expression], background: Background) -> Formula | None:
    """A premise that is false for these values of letters."""
    tried = Substitution((), values)
    for statement in background.statements if values else ():
        if truth_of(put_in(tried, statement)) is Outcome.REFUTED:
            return statement
    return None


def values_of(case: Case) -> dict[Letter, Expression]:
    """The letters that a case sets equal to closed terms."""
    found: dict[Letter, Expression] = {}
    for relation in case:
        if relation.relator is not Relator.EQUAL:
            continue
        for letter, term in ((relation.left, relation.right), (relation.right, relation.left)):
            if isinstance(letter, Symbol | Call) and not is_closed(letter) and is_closed(term):
                found.setdefault(letter, term)
    return found


def _by_ideals(formula: Formula, background: Background) -> Finding:
    """What the polynomial equations among the premises say."""
    if not background.solved:
        return _open("the premises are too hard to solve", gave_up=True)
    systems = background.systems
    try:
        ways = readings(formula)
        if not all(is_defined(system, way) for system in systems for way in ways):
            return _open("it may have no meaning where the premises hold")
        if any(all(follows(system, way) for system in systems) for way in ways):
            return Finding(Outcome.CONFIRMED, Method.GROEBNER)
        if all(contradicts(system, way) for system in systems for way in ways):
            return Finding(Outcome.REFUTED, Method.GROEBNER)
    except TooBigError as too_big:
        return _open(str(too_big), gave_up=True)
    except UndecidedError:
        return _open()
    return _open()


def _despite_rounding(formula: Formula, background: Background) -> Finding:
    """A formula that contradicts the premises, once more with its decimals as what may have been rounded to them."""
    letters = _letters(formula)
    is_real = letters <= background.declared or (background.linear and is_linear_equation(formula))
    sorts = dict.fromkeys(letters.union(*map(_letters, background.statements)), Sort.REAL) | background.sorts
    if is_real and background.meanings and is_excluded(_ways(formula), background.meanings, sorts):
        return Finding(Outcome.REFUTED, Method.Z3)
    return _open("rounding may explain the difference")


def _by_residues(formula: Formula, background: Background) -> Finding:
    """What congruences say."""
    whole = frozenset(letter for letter, sort in background.sorts.items() if sort is Sort.WHOLE)
    outcome = by_residues(formula, background.statements, whole)
    return _open() if outcome is Outcome.UNKNOWN else Finding(outcome, Method.RESIDUES)


def _by_solver(formula: Formula, background: Background, *, rounded: bool, effort: Effort) -> Finding:
    """What Z3 finds where it is known of all letters what they stand for."""
    letters, sorts, meanings = _letters(formula), background.sorts, background.meanings
    ways = _ways(formula)
    if not letters or not letters <= sorts.keys() or not meanings or not ways:
        return _open()
    steps, wanted = effort
    desk = Desk()
    tried = truths_of(ways[0], meanings[0], sorts) if len(ways) == len(meanings) == 1 else frozenset()
    may_follow = wanted is not Outcome.REFUTED and False not in tried
    is_known = letters <= background.declared and not rounded
    may_be_excluded = is_known and wanted is not Outcome.CONFIRMED and True not in tried
    if may_follow and is_entailed(ways, meanings, sorts, steps=steps, desk=desk):
        found = Finding(Outcome.CONFIRMED, Method.Z3)
    elif may_be_excluded and is_excluded(ways, meanings, sorts, steps=steps, desk=desk):
        found = Finding(Outcome.REFUTED, Method.Z3)
    else:
        return _open()
    if wanted is not None or is_meaningful(ways, meanings, sorts, desk=desk):
        return found
    return _open("it has no meaning where the premises hold")


def _ways(formula: Formula) -> tuple[Formula, ...]:
    """The readings of a formula; none where they are too many."""
    try:
        return readings(formula)
    except UndecidedError:
        return ()


def _letters(formula: Formula) -> frozenset[Letter]:
    return frozenset(letter for case in formula for relation in case for letter in terms_of(relation))
