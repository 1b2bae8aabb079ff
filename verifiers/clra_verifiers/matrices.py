"""Equations with letters between vectors and matrices, and with determinants, entry by entry.

An equation is refuted only if its left side is the determinant or the cross product of what is written out, the right
side holds the same letters, and no premise ties them; anything else may be a condition on its letters.
"""

from dataclasses import replace

from clra.parsing.tree import Operation, Relation, Relator, Symbol
from clra.types import Premise
from clra_verifiers.differentiation import letters_of, put
from clra_verifiers.entries import entrywise
from clra_verifiers.findings import Finding
from clra_verifiers.universal import Caution, judged

_TOLD = frozenset({"determinant", "cross"})
"""Operators whose value nobody makes a condition of in the same letters, as ``A*v = lambda*v`` is."""

_ARROWS = ("bold_", "hat_", "vec_")


def judge_matrices(relation: Relation, premises: tuple[Premise, ...], *, tied: frozenset[str]) -> Finding:
    """How an equation with matrices stands.

    Args:
        relation: one reading of it.
        premises: what else its letters may be bound to.
        tied: letters that premises tie.

    Raises:
        UndecidedError: something in it is no vector or matrix that is written out.
    """
    if relation.relator is not Relator.EQUAL:
        return Finding(None)
    letters = letters_of(relation.left)
    told = isinstance(relation.left, Operation) and relation.left.operator in _TOLD
    refutable = told and bool(letters) and letters == letters_of(relation.right) and not letters & tied
    found = [
        judged(each.left, each.right, refutable=refutable, caution=Caution.ALIKE, premises=premises)
        for each in map(_with_numbers, entrywise(relation))
    ]
    false = next((each for each in found if each.truth is False), None)
    if false is not None:
        return false
    if all(each.truth for each in found):
        return Finding(True, "both sides are equal, entry by entry")
    return Finding(None)


def _with_numbers(relation: Relation) -> Relation:
    """The relation with letters for the unit vectors of a cross product, in which it is linear."""
    arrows = sorted(name for name in letters_of(relation.left) if name.startswith(_ARROWS))
    for place, name in enumerate(arrows):
        letter = Symbol(f"u_{place}")
        relation = replace(relation, left=put(relation.left, name, letter), right=put(relation.right, name, letter))
    return relation
