"""What works on this machine, tried for real, and how to get the rest."""

import asyncio
import platform
import sys
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

import httpx

from clra import registry
from clra.config import DEFAULT_MODEL, Settings, load_settings
from clra.engine import open_judges
from clra.errors import ClraError
from clra.protocols import SamplingParams
from clra.types import Outcome, Problem
from clra.verdict_cache import cache_folder, cache_size, open_cache

CORE = (
    "python-flint",
    "sympy",
    "z3-solver",
    "pint",
    "numpy",
    "networkx",
    "onnxruntime",
    "tokenizers",
    "httpx",
    "pydantic",
)
TRIAL = "Let n be an integer with 2n > 7."
CLAIMS = {
    "135 - 45 = 80": Outcome.REFUTED,  # exact arithmetic
    "$n > 3$": Outcome.CONFIRMED,  # by Z3
    r"$\lim_{x \to 0} \frac{\sin x}{x} = 1$": Outcome.CONFIRMED,  # by SymPy
}
"""What workers are tried with."""
EXTRAS = {
    "vllm": "models in this process, on a GPU: pip install 'clra[vllm]'",
    "ray": "benchmarks on several machines: pip install 'clra[ray]'",
    "datasets": "benchmarks by name: pip install 'clra[eval]'",
    "matplotlib": "figures of comparisons: pip install 'clra[plot]'",
    "jinja2": "reports of runs: pip install 'clra[report]'",
    "pyarrow": "runs as Parquet: pip install 'clra[parquet]'",
    "docker": "the sandbox in containers: pip install 'clra[docker]'",
    "torch": "trains clra-nano anew: pip install 'clra[train]'",
}
SERVERS = {8000: "vLLM", 8080: "llama.cpp", 11434: "Ollama", 1234: "LM Studio", 30000: "SGLang"}
"""Ports of this machine at which these programs usually serve models."""
_GLANCE = 1.0
"""Seconds that a server has to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was tried."""

    name: str
    works: bool
    detail: str
    needed: bool = True
    """Whether clra is broken without it."""
    remedy: str = ""


async def examine() -> tuple[Finding, ...]:
    """Try every part of clra that this installation should have."""
    return (
        _python(),
        *_packages(),
        await _verifying(),
        await _sampling(),
        *await asyncio.to_thread(_sandboxes),
        *await _servers(),
        _cache(),
        *_extras(),
    )


def _python() -> Finding:
    return Finding(
        name="python",
        works=sys.version_info >= (3, 11),
        detail=f"{platform.python_version()} on {platform.system()} {platform.machine()}",
    )


def _packages() -> tuple[Finding, ...]:
    def look(package: str) -> Finding:
        try:
            return Finding(name=package, works=True, detail=version(package))
        except PackageNotFoundError:
            return Finding(name=package, works=False, detail="missing", remedy=f"pip install {package}")

    return tuple(map(look, CORE))


async def _verifying() -> Finding:
    """Let workers refute a false sum, and confirm what takes Z3 and SymPy."""
    begun = time.perf_counter()
    calculating = [name for name in Settings.model_fields["verifiers"].default if name != "execution"]
    settings = load_settings(verifiers=calculating)
    try:
        async with open_judges(settings) as judges:
            review = await judges.review(Problem(text=TRIAL), ". Then ".join(CLAIMS) + ".")
    except (ClraError, OSError) as error:
        return Finding(name="workers", works=False, detail=str(error), remedy=getattr(error, "hint", ""))
    outcomes = [claim.outcome for claim in review.claims]
    works = outcomes == list(CLAIMS.values())
    seconds = time.perf_counter() - begun
    checked = f"{len(CLAIMS)} claims by {', '.join(settings.verifiers)}; {seconds:.1f} s with the start of a worker"
    trouble = "; ".join(verdict.evidence for claim in review.claims for verdict in claim.verdicts if verdict.reason)
    return Finding(name="workers", works=works, detail=checked if works else f"got {outcomes}: {trouble}")


async def _sampling() -> Finding:
    """Draw one chain from the embedded model."""
    begun = time.perf_counter()
    try:
        model = registry.open_model(load_settings(model=DEFAULT_MODEL))
        tokens = 0
        try:
            async for completion in model.sample("Compute (3 + 4) * 5 - 6.\n", SamplingParams(max_tokens=64)):
                tokens += completion.tokens or 0
        finally:
            await model.aclose()
    except (ClraError, OSError) as error:
        return Finding(name=DEFAULT_MODEL, works=False, detail=str(error), remedy=getattr(error, "hint", ""))
    seconds = time.perf_counter() - begun
    return Finding(name=DEFAULT_MODEL, works=tokens > 0, detail=f"drew {tokens} tokens; {seconds:.1f} s with its load")


def _sandboxes() -> tuple[Finding, ...]:
    """Try every wall of every sandbox. Programs are run only where one holds; all else works without."""
    findings: list[Finding] = []
    for name in registry.plugins("sandbox"):
        try:
            layers = registry.load("sandbox", name).examine()
        except ClraError as error:
            findings.append(Finding(name=f"sandbox {name}", works=False, needed=False, detail=str(error)))
            continue
        findings += [
            Finding(
                name=f"sandbox {name}, {layer.layer}",
                works=layer.holds,
                needed=False,
                detail=layer.detail,
                remedy=layer.remedy,
            )
            for layer in layers
        ]
    return tuple(findings)


async def _servers() -> tuple[Finding, ...]:
    """Model servers on this machine, each with the flag that uses it."""
    async with httpx.AsyncClient(timeout=_GLANCE, trust_env=False) as client:
        found = await asyncio.gather(*(_models_at(client, port) for port in SERVERS))
    return tuple(
        Finding(name=f"{SERVERS[port]}, port {port}", works=True, needed=False, detail=f"--model openai:{url}#{model}")
        for port, (url, models) in zip(SERVERS, found, strict=True)
        for model in models
    )


async def _models_at(client: httpx.AsyncClient, port: int) -> tuple[str, list[str]]:
    """The address of a server, and the models that it offers; none where nobody answers."""
    url = f"http://127.0.0.1:{port}/v1"
    try:
        listed = (await client.get(f"{url}/models")).json()["data"]
        return url, [str(entry["id"]) for entry in listed]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return url, []


def _cache() -> Finding:
    """Where verdicts are kept for the next run."""
    folder = cache_folder(load_settings())
    if folder is None:
        return Finding(name="verdict cache", works=True, needed=False, detail="switched off")
    cache = open_cache(load_settings())
    if cache is None:
        return Finding(
            name="verdict cache",
            works=False,
            needed=False,
            detail=f"{folder} cannot be used",
            remedy="CLRA_CACHE=FOLDER names another folder",
        )
    cache.close()
    return Finding(
        name="verdict cache",
        works=True,
        needed=False,
        detail=f"{folder}, {cache_size(folder) / 1e6:.1f} MB; it can be deleted at any time",
    )


def _extras() -> tuple[Finding, ...]:
    def look(package: str, remedy: str) -> Finding:
        if find_spec(package) is not None:
            return Finding(name=package, works=True, needed=False, detail="installed")
        return Finding(name=package, works=False, needed=False, detail="not installed, and not needed", remedy=remedy)

    return tuple(look(package, remedy) for package, remedy in EXTRAS.items())
