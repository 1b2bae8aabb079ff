"""`clra eval`: a whole benchmark, into a run that can be gone on with."""

import re
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from clra.commands import (
    AbortRefuted,
    Calibration,
    Chains,
    CheckClaims,
    CheckPrograms,
    Confidence,
    Jobs,
    Json,
    LogProbs,
    MaxSeconds,
    MaxTokens,
    MaxTotalTokens,
    Model,
    Seed,
    StrategyName,
    Temperature,
    TopP,
    Verifiers,
    Window,
    named,
    print_json,
    run,
)
from clra.config import Settings, load_settings
from clra.errors import InputError, ModelError

if TYPE_CHECKING:
    from clra.benchmarks.sources import Benchmark
    from clra.store import RunStore

_DATASET: Final = "A file of JSON lines (.gz too), a preset (--list), or hf:OWNER/NAME[:CONFIG[:SPLIT]]."


def evaluate(
    dataset: Annotated[str | None, typer.Argument(help=_DATASET)] = None,
    list_presets: Annotated[bool, typer.Option("--list", help="List the presets, and do nothing else.")] = False,
    like: Annotated[str | None, typer.Option(help="A preset whose columns the data set has.")] = None,
    field: Annotated[
        list[str] | None, typer.Option(help="problem=COLUMN, gold=COLUMN, id=COLUMN or kind=COLUMN; repeatable.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="The first so many problems only.")] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Solve everything so often, with other seeds.")] = 1,
    name: Annotated[str | None, typer.Option(help="Of the run, in the folder of runs; made up by default.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File of the run, in place of a name.")] = None,
    shard: Annotated[str | None, typer.Option(help="i/n: every n-th problem, from the i-th; for job arrays.")] = None,
    problems_at_once: Annotated[
        int | None, typer.Option(min=1, help="Problems under way together; as many as keep the server busy by default.")
    ] = None,
    ray: Annotated[bool, typer.Option("--ray", help="Solve by Ray on this machine; needs clra[ray].")] = False,
    ray_address: Annotated[
        str | None, typer.Option(help="Solve on this Ray cluster: auto from a machine of it, or HOST:PORT.")
    ] = None,
    ray_workers: Annotated[
        int | None, typer.Option(min=1, help="Ray workers, each with a model of its own; 1 by default.")
    ] = None,
    budget_tokens: Annotated[int | None, typer.Option(help="Most generated tokens of the whole run.")] = None,
    budget_seconds: Annotated[float | None, typer.Option(help="Most seconds of this command.")] = None,
    budget_money: Annotated[float | None, typer.Option(help="Most money of the whole run; needs both prices.")] = None,
    price_in: Annotated[float | None, typer.Option(help="Price of a million prompt tokens.")] = None,
    price_out: Annotated[float | None, typer.Option(help="Price of a million generated tokens.")] = None,
    strategies: Annotated[
        str | None, typer.Option(help="Strategies to compare, separated by commas; all by default.")
    ] = None,
    model: Model = None,
    chains: Chains = None,
    strategy: StrategyName = None,
    verifier: Verifiers = None,
    seed: Seed = None,
    temperature: Temperature = None,
    top_p: TopP = None,
    max_tokens: MaxTokens = None,
    jobs: Jobs = None,
    check_programs: CheckPrograms = None,
    check_claims: CheckClaims = None,
    confidence: Confidence = None,
    window: Window = None,
    logprobs: LogProbs = None,
    abort_refuted: AbortRefuted = None,
    max_total_tokens: MaxTotalTokens = None,
    max_seconds: MaxSeconds = None,
    calibration: Calibration = None,
    as_json: Json = False,
) -> None:
    """Solve a whole benchmark, and compare all strategies on what was drawn.

    The same command again goes on where it was interrupted. All K chains of each problem are drawn, so that strategies
    can be compared, unless --confidence or --window is given.
    """
    from clra import registry, report
    from clra.benchmarks.layouts import read_columns
    from clra.benchmarks.sources import load_benchmark
    from clra.comparison import check_names
    from clra.evaluation import evaluate as evaluate_run
    from clra.evaluation_report import evaluation_record, presets_record, print_evaluation, print_presets
    from clra.evaluation_summary import summarize
    from clra.ray_runner import LOCAL, ray_runner
    from clra.spending import Budget
    from clra.tasks import all_tasks

    if list_presets:
        print_json(presets_record()) if as_json else print_presets()
        return
    if dataset is None:
        raise InputError("expected a data set", hint="such as problems.jsonl or aime-2025; clra eval --list")
    if name is not None and output is not None:
        raise InputError("--name and --output both name the run; give one of them")
    settings = load_settings(
        model=model, chains=chains, strategy=strategy, verifiers=verifier, seed=seed,
        temperature=temperature, top_p=top_p, max_tokens=max_tokens, jobs=jobs,
        check_programs=check_programs, check_claims=check_claims, confidence=confidence, window=window,
        logprobs=logprobs, abort_refuted=abort_refuted, max_total_tokens=max_total_tokens, max_seconds=max_seconds,
        calibration=calibration,
    )  # fmt: skip
    if settings.confidence is None and settings.window is None:
        settings = settings.having(exhaustive=True)
    budget = Budget(
        tokens=budget_tokens, seconds=budget_seconds, money=budget_money, price_in=price_in, price_out=price_out
    )
    names = named(strategies)
    check_names(names)
    registry.strategy(settings.strategy)
    registry.locate("model", settings.model.partition(":")[0])
    part = read_shard(shard)
    benchmark = load_benchmark(dataset, like=like, columns=read_columns(field or []), limit=limit)
    path = output or run_path(settings, name or made_up_name(dataset, settings, part))
    with begin_or_resume(path, settings, benchmark, repeats=repeats, shard=part) as store:
        total, done = len(all_tasks(store)) * settings.chains, len(store.solved()) * settings.chains
        by_ray = done < total and (ray or ray_address is not None or ray_workers is not None)
        with report.evaluating(total, done, quiet=as_json) as show:
            with (
                ray_runner(settings, address=ray_address or LOCAL, workers=ray_workers or 1, at_once=problems_at_once)
                if by_ray
                else nullcontext()
            ) as runner:
                session = run(
                    lambda stop: evaluate_run(
                        store,
                        settings,
                        at_once=problems_at_once,
                        budget=budget,
                        runner=runner,
                        on_progress=show.solved,
                        stop=stop,
                    )
                )
            summary = run(lambda stop: summarize(store, settings, strategies=names, on_vote=show.voted, stop=stop))
    summary = replace(summary, notes=(*benchmark.notes, *summary.notes))
    if as_json:
        print_json(evaluation_record(summary, session, path))
    else:
        print_evaluation(summary, session, path)
    if session.given_up or (session.failures and not summary.solved):
        raise ModelError(
            f"{len(session.failures)} problems failed: {session.failures[-1].message}",
            hint="what was drawn is kept; once the model answers again, the same command goes on",
        )


def begin_or_resume(
    path: Path, settings: Settings, benchmark: "Benchmark", *, repeats: int, shard: tuple[int, int] | None
) -> "RunStore":
    """The run at a path: a new one, or the one that is there, where it is of the same settings and problems.

    Raises:
        StoreError: it is of others, or cannot be read or written.
    """
    from clra.evaluation import check_resumable
    from clra.run_settings import run_header
    from clra.store import RunStore

    header = run_header(path.stem, settings, dataset=benchmark.name, repeats=repeats, shard=shard)
    store = RunStore.open(path, write=True) if path.exists() else RunStore.create(path, header)
    try:
        check_resumable(store, header)
        store.add_problems(benchmark.problems)
    except BaseException:
        store.close()
        raise
    return store


def read_shard(text: str | None) -> tuple[int, int] | None:
    """The shard that ``i/n`` names, i from 1 to n.

    Raises:
        InputError: it is not of that form.
    """
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text.strip())
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise InputError(f"--shard {text}: expected i/n with i from 1 to n, such as 1/4")
    return int(match[1]), int(match[2])


def made_up_name(dataset: str, settings: Settings, shard: tuple[int, int] | None) -> str:
    """A name for a run that nobody named: of data set, model and shard, so that the same command finds it again."""
    stem = Path(dataset).name.removesuffix(".gz").removesuffix(".jsonl")
    model = re.sub(r":?https?://[^#]*#?", "-", settings.model).rpartition("/")[2]
    part = "" if shard is None else f"-{shard[0]}of{shard[1]}"
    return re.sub(r"[^\w.-]+", "-", f"{stem}-{model}").strip("-.")[:80] + part


def run_path(settings: Settings, name: str) -> Path:
    """Where a run of this name is kept.

    Raises:
        InputError: it is no name.
    """
    from clra.run_tables import SUFFIX

    if re.fullmatch(r"[\w.-]{1,100}", name) is None or name.startswith("."):
        raise InputError(f"--name {name!r}: expected letters, digits, ., _ and -", hint="or name a file with -o")
    return Path(settings.runs) / f"{name}{SUFFIX}"
