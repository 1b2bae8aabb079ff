"""The claim graph: which claims of a chain stand on which."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from clra.types import CheckedClaim

if TYPE_CHECKING:
    import networkx as nx

ClaimGraph: TypeAlias = "nx.DiGraph[int]"
"""Nodes are the indices of a chain's claims, each with its `CheckedClaim` as ``checked``; edges lead from a claim to
those that stand on it, so that ``networkx.descendants`` gives all that an error may have spoilt."""


def claim_graph(claims: Sequence[CheckedClaim]) -> ClaimGraph:
    """The graph over the claims of one chain, such as `Review.claims`; it has no cycles."""
    import networkx as nx  # noqa: PLC0415 -- a tenth of a second that only those pay who ask for the graph

    graph: ClaimGraph = nx.DiGraph()
    for index, checked in enumerate(claims):
        graph.add_node(index, checked=checked)
        graph.add_edges_from((used, index) for used in checked.claim.uses if used < index)
    return graph
