"""What cached verdicts save: ``clra compare`` on one file, first with an empty cache, then again.

::

    python tests/benchmarks/bench_cache.py CHAINS.jsonl[.gz] [...]
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from clra.config import Settings
from clra.engine import open_judges
from clra.parsing.recordings import read_recordings
from clra.verdict_cache import cache_size


async def check(path, settings):
    """Check all chains of a file: what a comparison does before it votes. Returns how many there are."""
    chains = 0
    async with open_judges(settings, cached=True) as judges:
        for recorded in read_recordings(path):
            await asyncio.gather(*(judges.score(chain, recorded.problem) for chain in recorded.chains))
            chains += len(recorded.chains)
    return chains


def main():
    print(f"{'file':32} {'chains':>7} {'first, s':>9} {'again, s':>9} {'ms a chain':>11} {'cache, MB':>10}")
    for path in map(Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(cache=folder)
            seconds = []
            for _ in range(2):
                begun = time.perf_counter()
                chains = asyncio.run(check(path, settings))
                seconds.append(time.perf_counter() - begun)
            size = cache_size(Path(folder)) / 1e6
        each = 1000 * seconds[1] / max(chains, 1)
        print(f"{path.name:32} {chains:7} {seconds[0]:9.1f} {seconds[1]:9.1f} {each:11.2f} {size:10.1f}", flush=True)


if __name__ == "__main__":
    main()
