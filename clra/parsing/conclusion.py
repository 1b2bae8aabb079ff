"""The final answer of a chain as a claim: what the problem demands of it, and what the chain derived."""

from clra.types import Answer, Claim, Problem


def answer_claim(text: str, answer: Answer | None, claims: tuple[Claim, ...], problem: Problem) -> Claim | None:
    """The final answer as a claim of kind ANSWER; None where nothing is known that it must agree with.

    Args:
        text: the chain.
        answer: what was read as its final answer.
        claims: the chain's claims, in the order of their places.
        problem: what it solves.
    """
    del text, answer, claims, problem
    return None
