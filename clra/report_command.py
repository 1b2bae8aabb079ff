"""`clra report`: one page of HTML for a run, or for recorded chains."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from clra.commands import Calibration, Jobs, Json, Seed, StrategyName, Verifiers, complaining, print_json, run
from clra.config import load_settings
from clra.errors import InputError


def report(
    source: Annotated[
        str, typer.Argument(metavar="RUN", help="A run, by name or file, or recorded chains, which are checked first.")
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The page; RUN.html by default.")] = None,
    strategy: StrategyName = None,
    verifier: Verifiers = None,
    seed: Seed = None,
    jobs: Jobs = None,
    calibration: Calibration = None,
    as_json: Json = False,
) -> None:
    """Write one HTML file that opens without a network: problems, chains, claims, evidence, strategies, cost.

    --strategy, --verifier, --calibration and --jobs are for recorded chains; a run is shown as it was kept.
    """
    from clra.html_report import require_templates, write_html
    from clra.report import counting, progressing
    from clra.report_sources import recorded_report, stored_report
    from clra.run_tables import find_run
    from clra.store_file import is_run

    settings = load_settings(strategy=strategy, verifiers=verifier, seed=seed, jobs=jobs, calibration=calibration)
    path = find_run(source, Path(settings.runs))
    target = output or Path(f"{path.name.split('.')[0] or 'report'}.html")
    if target.exists() and target.samefile(path):
        raise InputError(f"{target} is what the report is made of", hint="give another file with -o")
    require_templates()
    _expect_writable(target)
    if is_run(path):
        told = asyncio.run(stored_report(path, settings))
    else:
        with counting("problems checked", path, quiet=as_json) as show:
            told = run(lambda stop: recorded_report(path, settings, on_progress=show, stop=stop))
    with progressing("problems written", len(told.solved), quiet=as_json) as show:
        write_html(target, told, on_progress=show)
    if as_json:
        print_json({"file": str(target), "bytes": target.stat().st_size, "solutions": len(told.solved)})
    else:
        typer.echo(f"{target}   {target.stat().st_size / 1e6:.1f} MB   {len(told.solved)} solutions")


def _expect_writable(path: Path) -> None:
    """Say that a file cannot be written before chains are checked for it.

    Raises:
        InputError: it cannot.
    """
    new = not path.exists()
    with complaining(path), path.open("ab"):
        pass
    if new:
        path.unlink()
