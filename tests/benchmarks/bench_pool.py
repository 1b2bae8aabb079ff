"""What a killable worker costs: claims per second in process, through a pool of one worker, in a fresh process each.

Run it as ``python tests/benchmarks/bench_pool.py [CLAIMS]``. All of them judge trivial claims in the same run, so the
ratios hold on a busy machine too. "one core" counts the processor time of the pool's side and of its worker together.
"""

import asyncio
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from hostile_verifiers import Truthful  # noqa: E402 -- found by the line before

from clra.types import Claim, Problem, Span  # noqa: E402
from clra.verification import VerifierPool  # noqa: E402

PROBLEM = Problem(text="A problem of ordinary length, so that what crosses the pipe is too. " * 5)
PER_CHAIN = 20
READING = "hostile_verifiers:read_solution"
FRESH = f"""
import sys
sys.path[:0] = [{str(HERE.parent)!r}]
from hostile_verifiers import Truthful
from clra.types import Claim, Problem, Span
Truthful().verify(Claim(text="yes", span=Span(0, 3)), Problem(text=""))
"""


@dataclass(frozen=True)
class Rate:
    """Claims per second, by the clock and by the processor time of all processes."""

    clock: float
    core: float


def processor_seconds() -> float:
    usages = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def chains(count: int, tag: str) -> list[list[Claim]]:
    texts = [f"{tag} {n} + {n} = {2 * n}" for n in range(count)]
    claims = [Claim(text=text, span=Span(0, len(text)), formal=text) for text in texts]
    return [claims[start : start + PER_CHAIN] for start in range(0, count, PER_CHAIN)]


def in_process(count: int) -> Rate:
    verifier = Truthful()
    begun, used = time.perf_counter(), processor_seconds()
    for claims in chains(count, "a"):
        for claim in claims:
            if verifier.accepts(claim):
                verifier.verify(claim, PROBLEM)
    return Rate(count / (time.perf_counter() - begun), count / (processor_seconds() - used))


def pooled(count: int, *, read: bool) -> Rate:
    """Chains through the pool, one after the other as far as its one worker is concerned."""

    async def run() -> float:
        async with VerifierPool(
            {"truthful": "hostile_verifiers:Truthful"}, workers=1, search_path=[str(HERE.parent)], reading=READING
        ) as pool:
            await pool.check(chains(1, "warm")[0], PROBLEM)
            begun = time.perf_counter()
            if read:
                texts = ["\n".join(claim.text for claim in claims) for claims in chains(count, "b")]
                for start in range(0, len(texts), 16):
                    await asyncio.gather(*(pool.review(PROBLEM, text) for text in texts[start : start + 16]))
            else:
                for claims in chains(count, "c"):
                    await pool.check(claims, PROBLEM)
            return time.perf_counter() - begun

    used = processor_seconds()
    seconds = asyncio.run(run())
    return Rate(count / seconds, count / (processor_seconds() - used))


def fresh_processes(count: int) -> Rate:
    begun, used = time.perf_counter(), processor_seconds()
    for _ in range(count):
        subprocess.run([sys.executable, "-c", FRESH], check=True)
    return Rate(count / (time.perf_counter() - begun), count / (processor_seconds() - used))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    rates = {
        "in process": in_process(count),
        "pool, check": pooled(count, read=False),
        "pool, review": pooled(count, read=True),
        "a process each": fresh_processes(max(count // 1000, 5)),
    }
    print(f"{'':16}{'claims/s':>12}{'one core':>12}{'against a process each':>26}")
    for name, rate in rates.items():
        gain = rate.clock / rates["a process each"].clock
        print(f"{name:16}{rate.clock:12,.0f}{rate.core:12,.0f}{gain:25,.0f}x")


if __name__ == "__main__":
    main()
