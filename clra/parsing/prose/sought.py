"""Equations of a derivative that a chain wants to hold somewhere, as its words tell: ``points where f'(x) = 3x``.

They are marked as tentative: that the derivative is another one everywhere contradicts nothing.
"""

import re
from dataclasses import replace

from clra.parsing.prose.discourse import Discourse
from clra.parsing.spans import DISPLAYED, HIDDEN, lay_out
from clra.types import Claim

_DERIVATIVE = re.compile(r"^\S*derivative\(|^[A-Za-z](?:_\w+)?'+(?:\([a-z]\))? = ")
_BEFORE = re.compile(
    r"\b(?:where|when(?:ever)?|equations?|conditions?|sett?ing|set|solv\w+|needs?|wants?|wanted|requir\w+|must"
    r"|such that|so that|points?|(?:for|at|in) which|if|satisf\w+|suppose|assum\w+|equat(?:e|ing)|makes?|find|seek"
    r"|look\w*)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"[\s$,)\]\\{HIDDEN}{DISPLAYED}]*(?:gives?|giving|has|have|yields?|means|implies|when|at|if|only|holds?|leads|for|then|so)\b",
    re.IGNORECASE,
)


def with_sought_derivatives(text: str, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The claims of a chain, those tentative that may be equations to be solved."""
    if not any(_DERIVATIVE.search(claim.formal or "") for claim in claims):
        return claims
    prose = lay_out(text).prose
    discourse = Discourse(prose)
    return tuple(_marked(claim, prose, discourse) for claim in claims)


def _marked(claim: Claim, prose: str, discourse: Discourse) -> Claim:
    if claim.tentative or not _DERIVATIVE.search(claim.formal or ""):
        return claim
    sentence = discourse.sentence(claim.span.start)
    before, after = prose[sentence.start : claim.span.start], prose[claim.span.end : sentence.end]
    sought = _BEFORE.search(before) or _AFTER.match(after)
    return replace(claim, tentative=True) if sought else claim
