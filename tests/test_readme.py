"""The README is true: its Python runs, and its terminal sessions print what it shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
SESSIONS = [block for kind, block in BLOCKS if kind == "console"]


def settled(text):
    """Without what differs from run to run, and from one processor to another: seconds, and what nano drew."""
    return re.sub(r"\d+\.\d s\b", "# s", text).split()


@pytest.mark.parametrize("code", [block for kind, block in BLOCKS if kind == "python"])
def test_python_blocks_run(code, monkeypatch):
    monkeypatch.chdir(ROOT)
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})  # noqa: S102  # our own text


@pytest.mark.parametrize("session", SESSIONS)
def test_terminal_sessions_print_what_is_shown(session):
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "100"}
        done = subprocess.run(
            ["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        if "solve" in command:  # another processor rounds differently and draws other chains
            assert settled(done.stdout)[:30] == settled(shown)[:30]
        else:
            assert settled(done.stdout) == settled(shown)


def test_there_is_something_to_test():
    assert SESSIONS
    assert [kind for kind, _ in BLOCKS].count("python") >= 1


def test_every_command_is_named():
    from clra.cli import app

    assert {command.name or command.callback.__name__ for command in app.registered_commands} <= set(
        re.findall(r"clra (\w+)", README)
    )
