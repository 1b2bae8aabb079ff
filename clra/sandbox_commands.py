"""`clra sandbox`: look after the Docker sandbox."""

import contextlib
from collections.abc import Iterator
from typing import Annotated

import typer

from clra.commands import Json, print_json
from clra.errors import ClraError

sandbox = typer.Typer(no_args_is_help=True, help="Look after the Docker sandbox, in which untrusted programs run.")


@sandbox.command("build")
def build_sandbox(
    from_dockerfile: Annotated[
        bool, typer.Option("--from-dockerfile", help="Build on an image from a registry, with packages from PyPI.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Build the Docker image for this installation out of the running interpreter; no registry is asked."""
    from clra.registry import load

    def show(doing: str) -> None:
        if not as_json:
            typer.echo(doing, err=True)

    with _sandbox_trouble():
        built = load("sandbox", "docker").build(from_dockerfile=from_dockerfile, on_progress=show)
    if as_json:
        print_json({"image": built.name, "bytes": built.bytes, "seconds": round(built.seconds, 1)})
    else:
        typer.echo(f"{built.name}   {built.bytes / 1e6:.0f} MB   {built.seconds:.1f} s")


@sandbox.command("sweep")
def sweep_sandbox(as_json: Json = False) -> None:
    """Remove containers whose owner, a process of this machine, was killed; nobody else's."""
    from clra.registry import load

    with _sandbox_trouble():
        removed = load("sandbox", "docker").sweep()
    if as_json:
        print_json({"removed": removed})
    else:
        typer.echo(f"removed {removed} container{'s' * (removed != 1)}")


@contextlib.contextmanager
def _sandbox_trouble() -> Iterator[None]:
    """Turn a sandbox's error, known here by its hint alone, into one of ours."""
    try:
        yield
    except Exception as error:
        if isinstance(error, ClraError) or not hasattr(error, "hint"):
            raise
        raise ClraError(str(error), hint=error.hint) from error
