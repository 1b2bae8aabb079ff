import networkx as nx

import clra
from clra.types import CheckedClaim, Claim, Span


def checked(*uses):
    return CheckedClaim(claim=Claim(text="1 = 1", span=Span(0, 5), uses=uses))


def test_edges_lead_from_a_claim_to_what_stands_on_it():
    claims = [checked(), checked(0), checked(0, 1), checked()]
    graph = clra.claim_graph(claims)
    assert set(graph.edges) == {(0, 1), (0, 2), (1, 2)}
    assert nx.descendants(graph, 0) == {1, 2}
    assert graph.nodes[3]["checked"] is claims[3]


def test_nothing_stands_on_itself_or_on_what_comes_later():
    assert nx.is_directed_acyclic_graph(clra.claim_graph([checked(0, 1), checked(1, 0)]))
    assert not clra.claim_graph([]).nodes


def test_a_claim_is_shown_as_latex():
    assert clra.latex(Claim(text="", span=Span(0, 0), formal="x^2/2 = 1")) == r"\frac{x^{2}}{2} = 1"
    assert clra.latex(Claim(text="hm", span=Span(0, 2))) is None
    assert clra.latex(Claim(text="hm", span=Span(0, 2), formal="= = (")) is None
