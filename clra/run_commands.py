"""`clra runs`: look at the runs on disk, write them to files, put shards together."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from clra.commands import Json, print_json
from clra.config import load_settings

runs = typer.Typer(no_args_is_help=True, help="Look at runs on disk, export them, and put shards together.")

Run = Annotated[str, typer.Argument(help="Name of a run, or its file.")]


@runs.command("list")
def list_runs(
    folder: Annotated[Path | None, typer.Argument(help="Folder of runs; the one of the settings by default.")] = None,
    as_json: Json = False,
) -> None:
    """List the runs of a folder: of what, how far, and how right. No programs are run for it."""
    from clra.run_report import print_runs, summary_record
    from clra.run_tables import summaries

    usual = Path(load_settings().runs)
    found = () if folder is None and not usual.exists() else summaries(folder or usual)
    if as_json:
        print_json([summary_record(each) for each in found])
    else:
        print_runs(found)


@runs.command("show")
def show_run(run: Run, as_json: Json = False) -> None:
    """Show the settings of a run, what became of each problem, and what it cost.

    Answers that are programs are tried in the sandbox, as `clra eval` tries them.
    """
    from clra import report
    from clra.grading import tried, winning_programs
    from clra.progress import counted_off
    from clra.run_report import print_run, run_record
    from clra.run_tables import find_run
    from clra.store import RunStore

    settings = load_settings()
    with RunStore.open(find_run(run, Path(settings.runs))) as store:
        programs = [*winning_programs(store)]
        with report.progressing("programs tried", len(programs), quiet=as_json or not programs) as show:
            right = asyncio.run(tried(counted_off(programs, show), settings))
        if as_json:
            print_json(run_record(store, right))
        else:
            print_run(store, right)


@runs.command("export")
def export(
    run: Run,
    output: Annotated[Path, typer.Option("--output", "-o", help="File: .jsonl, .jsonl.gz or .parquet.")],
    as_json: Json = False,
) -> None:
    """Write a run to a file: recorded chains with all that was found out, or a table of its chains."""
    from clra import report
    from clra.run_exports import export_run
    from clra.run_tables import find_run
    from clra.store import RunStore

    with (
        RunStore.open(find_run(run, Path(load_settings().runs))) as store,
        report.progressing("problems", len(store.solved()), quiet=as_json) as show,
    ):
        count = export_run(store, output, on_progress=show)
    if as_json:
        print_json({"path": str(output), "solved": count})
    else:
        typer.echo(f"{count:,} solved problems in {output}")


@runs.command("merge")
def merge(
    output: Annotated[Path, typer.Argument(help="File of the whole run; it must not be there yet.")],
    shards: Annotated[list[str], typer.Argument(help="Names or files of the runs of its shards.")],
    as_json: Json = False,
) -> None:
    """Put the shards of one evaluation together; they stay as they are."""
    from clra import report
    from clra.run_merging import merge_runs
    from clra.run_report import merged_record, print_merged
    from clra.run_tables import SUFFIX, find_run

    folder = Path(load_settings().runs)
    paths = [find_run(shard, folder) for shard in shards]
    output = output if output.suffix else folder / f"{output}{SUFFIX}"
    with report.progressing("shards", len(paths), quiet=as_json) as show:
        merged = merge_runs(output, paths, on_progress=show)
    if as_json:
        print_json(merged_record(merged))
    else:
        print_merged(merged)
