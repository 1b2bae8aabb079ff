"""How the chains of a problem are laid before a model that is to choose between them.

Each candidate stands between two lines that carry a code. The code is a digest of the seed and of every text that is
shown, and stands in none of them, so that no chain can end its frame or open another one, whatever it says.

What is not covered: a chain may still talk the model into choosing it, as "this is the right one" does to some models,
and a server that reads its chat template's control words in what it is sent would read them in a chain too.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from clra.parsing.listed import split_list
from clra.seeds import derived_seed
from clra.types import ScoredChain
from clra_verifiers.replies import without_thoughts

MOST_SHOWN: Final = 64
"""Candidates in one prompt."""
MOST_CHARACTERS: Final = 48_000
"""Of all candidates of a prompt together: some 16,000 tokens, so that a context of 32,768 holds prompt and reply."""
MOST_OF_ONE: Final = 16_000
"""Characters of one candidate."""
_MOST_OF_ANSWER: Final = 400
_CUT: Final = "[…]\n"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Frame:
    """Candidates as they are shown."""

    text: str
    code: str
    """What tells the lines between which a candidate stands from those that it holds."""


def framed(chains: Sequence[ScoredChain], seed: int) -> Frame:
    """Lay out chains as candidates 1, 2, ... in the given order, without their thoughts and lists of claims.

    Where they are too long together, the longest ones are shortened to their final parts.
    """
    bodies = [split_list(chain.chain.text).body.rstrip() for chain in chains]
    texts = [without_thoughts(body) for body in bodies]
    most = min(MOST_OF_ONE, fair_share([len(text) for text in texts], MOST_CHARACTERS))
    answers = [_answer_before(chain, len(body) - most) for chain, body in zip(chains, bodies, strict=True)]
    shown = [_ending(text, answer, most) for text, answer in zip(texts, answers, strict=True)]
    code = _code(shown, seed)
    return Frame(
        "\n\n".join(
            f"<candidate {number} {code}>\n{text}\n</candidate {number} {code}>"
            for number, text in enumerate(shown, start=1)
        ),
        code,
    )


def fair_share(lengths: Sequence[int], most: int) -> int:
    """The largest length to which all can be cut so that they are at most ``most`` together."""
    left = most
    for shorter, length in enumerate(sorted(lengths)):
        share = left // (len(lengths) - shorter)
        if length > share:
            return share
        left -= length
    return most


def balanced_order(items: Sequence[T], seed: int, vote: int, votes: int) -> list[T]:
    """Another order of the items for every vote, so that a liking for a place is spread over all of them.

    Votes come in rounds of as many as there are items. Each round has a seeded order, which its votes turn by equal
    parts: over a whole round, every item stands once at every place. Fewer votes than items turn it by larger parts.
    """
    turn, count = vote // len(items), len(items)
    shuffled = sorted(range(count), key=lambda place: derived_seed(seed, turn, place))
    shift = vote * max(1, count // votes) % count
    return [items[place] for place in (*shuffled[shift:], *shuffled[:shift])]


def _answer_before(chain: ScoredChain, place: int) -> str:
    """The answer of a chain that gives it before this place; empty where it stands after it."""
    if chain.answer is None or chain.answer.span.start >= place:
        return ""
    return " ".join(chain.answer.text.split())[:_MOST_OF_ANSWER]


def _ending(text: str, answer: str, most: int) -> str:
    """The final part of a text that is longer than ``most``, and the answer that is cut off with the rest."""
    if len(text) <= most:
        return text
    lost = f"\nIts answer: {answer}" if answer else ""
    return f"{_CUT}{text[-most:]}{lost}"


def _code(texts: Sequence[str], seed: int) -> str:
    """A code that stands in none of the texts."""
    digest = hashlib.blake2b(str(seed).encode(), digest_size=6)
    for text in texts:
        digest.update(hashlib.blake2b(text.encode("utf-8", "replace")).digest())
    while any(digest.hexdigest() in text for text in texts):
        digest.update(b"/")
    return digest.hexdigest()
