"""Seeds that are derived from a run's own.

Engines go through the same random numbers under the same seed, whatever they are asked. Two questions that shared one
would get answers that depend on each other: a model that judges five claims under one seed judges them by one throw of
the dice, and error bars over problems come out too narrow. So everything that tells one question from another goes
into its seed.
"""

import hashlib

from clra.types import Problem

__all__ = ["chain_seed", "derived_seed", "problem_seed"]


def derived_seed(seed: int, *parts: str | int) -> int:
    """A seed in [0, 2**31) for what these parts name, the same in every run with this seed."""
    digest = hashlib.blake2b(str(seed).encode(), digest_size=4)
    for part in parts:
        encoded = str(part).encode(errors="surrogatepass")
        digest.update(b"/%d/" % len(encoded) + encoded)
    return int.from_bytes(digest.digest(), "big") >> 1


def problem_seed(seed: int, problem: Problem, *parts: str | int) -> int:
    """The same for what is asked about a problem; white space around its text makes no difference."""
    return derived_seed(seed, problem.text.strip(), *parts)


def chain_seed(seed: int, problem: Problem, index: int) -> int:
    """The seed of one chain; runs with neighbouring seeds share no chain."""
    return problem_seed(seed, problem, index)
