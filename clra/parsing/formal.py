"""The formal reading of a claim, for the eye."""

from clra.parsing.notation import to_latex
from clra.parsing.reader import read
from clra.parsing.tree import ReadError
from clra.types import Claim


def latex(claim: Claim) -> str | None:
    """How the claim was read, in LaTeX without dollar signs; None where it could not be read."""
    if claim.formal is None:
        return None
    try:
        return r",\quad ".join(map(to_latex, read(claim.formal)))
    except ReadError:
        return None
