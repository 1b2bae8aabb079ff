"""Whether a program passes the tests of a benchmark, as its judge would say.

Nothing is forgiven that the words of the problem might admit: what is printed must be the expected words, numbers with
a decimal point within one millionth; what is returned must be equal. A program that takes too long, asks for more
memory than there is, or crashes does not pass.

Not covered: benchmarks whose judges accept several answers.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from clra.parsing.examples import Example
from clra_verifiers.matching import Leniency, as_told
from clra_verifiers.outputs import Run
from clra_verifiers.trying import try_program

AT_ONCE: Final = 16
"""Calls that are tried in one process."""
_STRICT: Final = Leniency()


async def passes(code: str, tests: Sequence[Example], run: Run) -> bool:
    """Whether a program does on every test what it tells; the first on which it does not ends the trial.

    Raises:
        SandboxUnavailableError: no sandbox holds on this machine.
    """
    for batch in _batches(tests):
        trials = await try_program(code, [test.input for test in batch], run)
        if not all(as_told(test, trial, _STRICT) for test, trial in zip(batch, trials, strict=True)):
            return False
    return True


def _batches(tests: Sequence[Example]) -> Iterator[Sequence[Example]]:
    """Tests that are tried together: calls in one process, inputs each alone."""
    calls = [test for test in tests if test.call]
    yield from ([test] for test in tests if not test.call)
    yield from (calls[start : start + AT_ONCE] for start in range(0, len(calls), AT_ONCE))
