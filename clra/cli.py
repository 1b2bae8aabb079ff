"""The command line: reads flags and files, calls the engine, prints. Nothing is decided here."""

import asyncio
import io
import logging
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

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
    Kind,
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
    expect_writable,
    named,
    print_json,
    problem_text,
    read_text,
    run,
)
from clra.config import load_settings
from clra.errors import ClraError, InputError
from clra.eval_command import evaluate
from clra.report_command import report as write_report
from clra.run_commands import runs
from clra.sandbox_commands import sandbox
from clra.types import Problem, ProblemKind

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.add_typer(sandbox, name="sandbox")
app.add_typer(runs, name="runs")
app.command("eval")(evaluate)
app.command("report")(write_report)


def main() -> NoReturn:
    """Run the command line; errors of the user's making end with exit code 2 and no traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what a terminal cannot show is no reason to fail
    try:
        app()
    except ClraError as error:
        typer.echo(f"clra: {error}", err=True)
        if error.hint:
            typer.echo(f"      {error.hint}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("clra: interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:  # such as a full disk behind the output
        typer.echo(f"clra: {error}", err=True)
        sys.exit(2)
    sys.exit(0)


@app.callback()
def clra(
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help="Log to stderr; twice for more.")] = 0,
) -> None:
    """Claim-level reliability verification: draw many chains, check every claim, answer from the reliable ones."""
    if verbose:
        logging.basicConfig(format="%(asctime)s %(name)s: %(message)s")
        logging.getLogger("clra").setLevel(logging.INFO if verbose == 1 else logging.DEBUG)


@app.command()
def solve(
    problem: Annotated[Path | None, typer.Argument(help="File that holds the problem; - reads standard input.")] = None,
    text: Annotated[str | None, typer.Option(help="The problem itself, in place of a file.")] = None,
    kind: Kind = None,
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
    exhaustive: Annotated[
        bool | None, typer.Option("--exhaustive", help="Draw all K chains even where the vote is settled.")
    ] = None,
    abort_refuted: AbortRefuted = None,
    max_total_tokens: MaxTotalTokens = None,
    max_seconds: MaxSeconds = None,
    calibration: Calibration = None,
    chains_out: Annotated[
        Path | None, typer.Option(help="Write the recorded chains to this file; implies --exhaustive.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Draw chains for a problem, check their claims, and answer from the reliable ones."""
    from clra import report
    from clra.engine import asolve
    from clra.parsing.recorded import as_recorded, write_recorded
    from clra.records import solution_record
    from clra.solution_report import print_solution

    settings = load_settings(
        model=model, chains=chains, strategy=strategy, verifiers=verifier, seed=seed,
        temperature=temperature, top_p=top_p, max_tokens=max_tokens, jobs=jobs,
        check_programs=check_programs, check_claims=check_claims, confidence=confidence, abort_refuted=abort_refuted,
        window=window, logprobs=logprobs,
        exhaustive=exhaustive or (confidence is None and window is None and chains_out is not None) or None,
        max_total_tokens=max_total_tokens, max_seconds=max_seconds, calibration=calibration,
    )  # fmt: skip
    asked = Problem(
        text=problem_text(problem, text),
        id=problem.stem if problem and str(problem) != "-" else "problem",
        kind=kind or ProblemKind.OPEN,
    )
    expect_writable(chains_out)
    with report.solving(settings.chains, quiet=as_json) as show:
        solution = run(lambda stop: asolve(asked, settings=settings, on_progress=show, stop=stop))
    try:
        if chains_out is not None:
            write_recorded(chains_out, [as_recorded(solution)])
    finally:
        if as_json:
            print_json(solution_record(solution))
        else:
            print_solution(solution)
    if solution.answer is None:
        raise typer.Exit(1)


@app.command()
def verify(
    solution: Annotated[Path | None, typer.Argument(help="File that holds the solution; - reads stdin.")] = None,
    problem: Annotated[Path | None, typer.Option(help="File that holds the problem.")] = None,
    kind: Kind = None,
    batch: Annotated[Path | None, typer.Option(help="JSON lines of solutions, plain or .gz.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where --batch writes its rows.")] = None,
    verifier: Verifiers = None,
    jobs: Jobs = None,
    as_json: Json = False,
) -> None:
    """Check a written solution claim by claim, or a whole file of them with --batch. No language model is asked."""
    from clra import report
    from clra.batch import verify_batch
    from clra.engine import averify
    from clra.records import review_record

    settings = load_settings(verifiers=verifier, jobs=jobs)
    if batch is not None:
        if solution is not None or output is None:
            raise InputError("--batch IN.jsonl takes -o OUT.jsonl and no other solution")
        with report.counting("rows", batch, quiet=as_json) as show:
            summary = run(lambda stop: verify_batch(batch, output, settings=settings, on_progress=show, stop=stop))
        if as_json:
            print_json(asdict(summary))
        else:
            report.print_batch(summary, output)
        return
    if solution is None or problem is None:
        raise InputError("expected a solution and its problem", hint="clra verify SOLUTION --problem FILE")
    asked = Problem(text=read_text(problem), id=problem.stem, kind=kind or ProblemKind.OPEN)
    written = read_text(solution)
    review = run(lambda _: averify(asked, written, settings=settings))
    if as_json:
        print_json(review_record(review))
    else:
        report.print_review(review)
    if review.first_error is not None:
        raise typer.Exit(1)


@app.command()
def compare(
    chains: Annotated[
        list[Path],
        typer.Argument(
            help="Recorded chains: JSON lines, a run, samples of lm-evaluation-harness, logs of inspect or lighteval, "
            "output of NeMo-Skills, plain or .gz; a folder, or several files of the same problems."
        ),
    ],
    strategies: Annotated[str | None, typer.Option(help="Names, separated by commas; all by default.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the figures to this file as a table.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw curves, differences and reliability to this file, .svg or .png.")
    ] = None,
    verifier: Verifiers = None,
    seed: Seed = None,
    jobs: Jobs = None,
    calibration: Calibration = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Check all anew; keep no verdicts.")] = False,
    as_json: Json = False,
) -> None:
    """Let every strategy vote on the same recorded chains; accuracies with paired bootstrap intervals."""
    from functools import partial

    from clra import report
    from clra.compare import acompare
    from clra.compare_runs import compare_runs
    from clra.comparison_report import print_comparison, write_csv
    from clra.store_file import is_run

    settings = load_settings(
        verifiers=verifier, seed=seed, jobs=jobs, calibration=calibration, cache="" if no_cache else None
    )
    names = named(strategies)
    if plot is not None:
        from clra.plots import require_plotting

        require_plotting(plot)
    for output in (csv, plot):
        expect_writable(output)
    runs = [is_run(path) for path in chains]
    if any(runs) and not all(runs):
        raise InputError(f"{chains[runs.index(True)]}: expected recordings or runs, not both")
    kept = any(runs)
    compared = partial(compare_runs, recheck=verifier is not None) if kept else acompare
    with report.comparing(chains, quiet=as_json) as show:
        comparison = run(
            lambda stop: compared(
                chains, settings, strategies=names, on_progress=show.checked, on_vote=show.voted, stop=stop
            )
        )
    if as_json:
        print_json(asdict(comparison))
    else:
        print_comparison(comparison)
    if csv is not None:
        write_csv(csv, comparison)
    if plot is not None:
        from clra.plots import plot_comparison

        plot_comparison(plot, comparison)


@app.command()
def calibrate(
    chains: Annotated[
        list[Path], typer.Argument(help="Recorded chains with gold answers; each file a set of its own.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the calibration is written, as JSON.")],
    name: Annotated[str | None, typer.Option(help="What the reliabilities are to be called; the file's name.")] = None,
    verifier: Verifiers = None,
    seed: Seed = None,
    jobs: Jobs = None,
    as_json: Json = False,
) -> None:
    """Fit reliabilities to labelled chains; `clra solve` and `compare` use them by --calibration FILE."""
    from clra import report
    from clra.calibration import acalibrate, write_fit
    from clra.calibration_report import print_fit

    settings = load_settings(verifiers=verifier, seed=seed, jobs=jobs)
    expect_writable(output)
    with report.comparing(chains, quiet=as_json) as show:
        fit = run(
            lambda stop: acalibrate(chains, settings, name=name or output.stem, on_progress=show.checked, stop=stop)
        )
    write_fit(output, fit)
    if as_json:
        print_json(fit.record())
    else:
        print_fit(fit)


@app.command(context_settings={"ignore_unknown_options": True})  # -5 is an answer
def equal(a: str, b: str, as_json: Json = False) -> None:
    """Tell whether two answers are the same: exit code 0 equal, 1 different, 3 undecided."""
    from clra.parsing.equality import equivalent

    same = equivalent(a, b)
    word = {True: "equal", False: "different", None: "undecided"}[same]
    if as_json:
        print_json({"a": a, "b": b, "outcome": word})
    else:
        typer.echo(word)
    raise typer.Exit({True: 0, False: 1, None: 3}[same])


@app.command()
def plugins(as_json: Json = False) -> None:
    """List the installed models, verifiers and strategies."""
    from clra import report
    from clra.registry import installed

    if as_json:
        print_json(installed())
    else:
        report.print_plugins(installed())


@app.command()
def doctor(as_json: Json = False) -> None:
    """Show what works on this machine, and how to get the rest."""
    from clra import report
    from clra.doctor import examine

    findings = asyncio.run(examine())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        report.print_findings(findings)
    if not all(finding.works for finding in findings if finding.needed):
        raise typer.Exit(1)
