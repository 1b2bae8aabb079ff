"""Equations with letters between vectors and matrices, and with determinants, entry by entry.

An equation is refuted only if its left side is the determinant or the cross product of what is written out, the right
side holds the same letters, and no premise ties them; anything else may be a condition on its letters.
"""

from clra.parsing.tree import Operation, Relation, Relator
from clra_verifiers.differentiation import letters_of
from clra_verifiers.entries import entrywise
from clra_verifiers.findings import Finding
from clra_verifiers.universal import Caution, judged

_TOLD = frozenset({"determinant", "cross"})
"""Operators whose value nobody makes a condition of in the same letters, as ``A*v = lambda*v`` is."""


def judge_matrices(relation: Relation, *, tied: frozenset[str]) -> Finding:
    """How an equation with matrices stands.

    Args:
        relation: one reading of it.
        tied: letters that premises tie.

    Raises:
        UndecidedError: something in it is no vector or matrix that is written out.
    """
    if relation.relator is not Relator.EQUAL:
        return Finding(None)
    letters = letters_of(relation.left)
    told = isinstance(relation.left, Operation) and relation.left.operator in _TOLD
    refutable = told and bool(letters) and letters == letters_of(relation.right) and not letters & tied
    found = [judged(each.left, each.right, refutable=refutable, caution=Caution.ALIKE) for each in entrywise(relation)]
    false = next((each for each in found if each.truth is False), None)
    if false is not None:
        return false
    if all(each.truth for each in found):
        return Finding(True, "both sides are equal, entry by entry")
    return Finding(None)
