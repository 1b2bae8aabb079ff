"""Formulas before their premises, by questions to Z3."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from clra_verifiers.formulas import Formula, Letter
from clra_verifiers.smt import STEPS, Desk, Question
from clra_verifiers.sorts import Sort
from clra_verifiers.undecided import UndecidedError

Sorts: TypeAlias = Mapping[Letter, Sort]
Formulas: TypeAlias = tuple[Formula, ...]


def is_entailed(
    ways: Formulas, meanings: tuple[Formulas, ...], sorts: Sorts, *, steps: int = STEPS, desk: Desk | None = None
) -> bool:
    """Whether the premises leave no room for one of the readings of a formula not to hold.

    Args:
        ways: the readings of the formula.
        meanings: the premises, in each of their readings.
        sorts: what letters stand for.
        steps: how many of its steps Z3 may take for each question.
        desk: where the questions are asked.
    """
    return any(all(_cannot_fail(way, premises, sorts, steps, desk) for premises in meanings) for way in ways)


def is_excluded(
    ways: Formulas, meanings: tuple[Formulas, ...], sorts: Sorts, *, steps: int = STEPS, desk: Desk | None = None
) -> bool:
    """Whether no reading of a formula can hold, whatever the decimals may have been rounded from."""
    return all(_cannot_hold(way, premises, sorts, steps, desk) for way in ways for premises in meanings)


def is_meaningful(ways: Formulas, meanings: tuple[Formulas, ...], sorts: Sorts, *, desk: Desk | None = None) -> bool:
    """Whether nothing shows that a formula has no meaning where the premises hold, or that they cannot hold."""
    return not any(_has_no_meaning(way, premises, sorts, desk) for way in ways for premises in meanings)


def are_impossible(meanings: tuple[Formulas, ...], sorts: Sorts) -> bool:
    """Whether Z3 finds that the premises cannot hold together, in one of their readings."""
    return bool(sorts) and any(_asked(premises, Question(sorts)) for premises in meanings)


def _cannot_fail(formula: Formula, premises: Formulas, sorts: Sorts, steps: int, desk: Desk | None) -> bool:
    question = Question(sorts, steps=steps, desk=desk)
    try:
        question.require_not(formula)
    except UndecidedError:
        return False
    return _asked(premises, question)


def _cannot_hold(formula: Formula, premises: Formulas, sorts: Sorts, steps: int, desk: Desk | None) -> bool:
    question = Question(sorts, rounded=True, steps=steps, desk=desk)
    try:
        question.require(formula)
    except UndecidedError:
        return False
    return _asked(premises, question)


def _has_no_meaning(formula: Formula, premises: Formulas, sorts: Sorts, desk: Desk | None) -> bool:
    question = Question(sorts, desk=desk)
    question.require_meaning(formula)
    return _asked(premises, question)


def _asked(premises: Iterable[Formula], question: Question) -> bool:
    """Whether a question is answered by "unsatisfiable" with all premises that can be expressed."""
    for formula in premises:
        try:
            question.require(formula)
        except UndecidedError:
            continue
    return question.unsatisfiable
