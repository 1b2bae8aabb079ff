"""Where the claims of one chain stand in a small drawing of their graph.

Layers from top to bottom, each claim below all that it stands on, and close to what uses it; within a layer, claims
are ordered by the mean place of their neighbours (Sugiyama, Tagawa and Toda, IEEE Transactions on Systems, Man, and
Cybernetics 11, 1981). The work grows with links times `SWEEPS`, so that thousands of chains are laid out in seconds.
NOT covered: links that cross, or that run behind a claim of a layer between, are not led around it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

SWEEPS: Final = 6
"""Times that the layers are put in order, downwards and upwards in turn."""


class Place(NamedTuple):
    """Where a claim stands, in widths (``x``) and heights (``y``) of one claim, from the top left."""

    claim: int
    x: float
    y: int


class Layout(NamedTuple):
    """A drawing of the claims that are linked at all."""

    places: tuple[Place, ...]
    links: tuple[tuple[int, int], ...]
    """(premise, conclusion), indices of claims."""
    columns: float
    rows: int


def laid_out(links: Sequence[tuple[int, int]]) -> Layout:
    """Place the claims that are linked.

    Args:
        links: (premise, conclusion), indices of claims; the premise is the smaller one, so there is no cycle.

    Raises:
        ValueError: a premise does not come before its conclusion.
    """
    links = sorted(set(links))
    if any(premise >= conclusion for premise, conclusion in links):
        raise ValueError("expected each premise to come before its conclusion")
    above, below = defaultdict(list), defaultdict(list)
    for premise, conclusion in links:
        above[conclusion].append(premise)
        below[premise].append(conclusion)
    layers = _ordered(_layers(above, below), above, below)
    places = _spread(layers, above)
    columns = max((place.x + 1 for place in places), default=0.0)
    return Layout(tuple(places), tuple(links), columns, len(layers))


def _layers(above: Mapping[int, Sequence[int]], below: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Claims by layer: below the lowest of their premises; those without premises just above their first use."""
    depth: dict[int, int] = {}
    claims = sorted({*above, *below})
    for claim in claims:
        depth[claim] = max((depth[premise] + 1 for premise in above.get(claim, ())), default=0)
    for claim in claims:
        if claim not in above:
            depth[claim] = min(depth[conclusion] for conclusion in below[claim]) - 1
    layers: list[list[int]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for claim in claims:
        layers[depth[claim]].append(claim)
    return layers


def _ordered(
    layers: list[list[int]], above: Mapping[int, Sequence[int]], below: Mapping[int, Sequence[int]]
) -> list[list[int]]:
    """The layers with few crossings."""
    place = {claim: (order + 0.5) / len(layer) for layer in layers for order, claim in enumerate(layer)}
    for sweep in range(SWEEPS):
        neighbours = above if sweep % 2 == 0 else below
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = {
                claim: _mean([place[each] for each in neighbours.get(claim, ())], place[claim]) for claim in layer
            }
            layer.sort(key=lambda claim, wanted=wanted: (wanted[claim], claim))  # type: ignore[misc]
            place |= {claim: (order + 0.5) / len(layer) for order, claim in enumerate(layer)}
    return layers


def _spread(layers: Sequence[Sequence[int]], above: Mapping[int, Sequence[int]]) -> list[Place]:
    """Each claim under the middle of its premises, as far as its neighbours leave room."""
    x: dict[int, float] = {}
    for layer in layers:
        wanted = [_mean([x[each] for each in above.get(claim, ())], float(order)) for order, claim in enumerate(layer)]
        taken: list[float] = []
        for want in wanted:
            taken.append(max(want, taken[-1] + 1) if taken else want)
        shift = _mean([want - place for want, place in zip(wanted, taken, strict=True)], 0.0)
        x |= {claim: place + shift for claim, place in zip(layer, taken, strict=True)}
    left = min(x.values(), default=0.0)
    return [Place(claim, round(x[claim] - left, 2), row) for row, layer in enumerate(layers) for claim in layer]


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
