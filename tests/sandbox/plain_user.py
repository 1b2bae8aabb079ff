"""The native sandbox in the hands of a user without privileges, for tests that are run by root.

A copy of the package, an interpreter that everybody may read, and a process that has become ``nobody``: programs go in
and executions come out as lines of JSON. Run as a script it is that process.
"""

import dataclasses
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

NOBODY: Final = 65534
PACKAGE: Final = Path(__file__).parents[2] / "sandbox" / "clra_sandbox"


def readable_interpreter() -> str | None:
    """A Python of at least 3.11 that another user can run: this one, or the system's."""
    for candidate in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        try:
            probe = subprocess.run(
                [candidate, "-I", "-c", "import sys, ctypes; print(sys.version_info >= (3, 11))"],
                capture_output=True,
                text=True,
                check=False,
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
                cwd="/",
            )
        except OSError:
            continue
        if probe.stdout == "True\n":
            return candidate
    return None


class PlainUserSandbox:
    """A `Sandbox` whose work is done by another user."""

    name = "plain-user"

    def __init__(self, interpreter: str) -> None:
        from clra_sandbox import Layer, SandboxUnavailableError

        self._folder = tempfile.TemporaryDirectory(prefix="clra-plain-user-")
        place = Path(self._folder.name)
        place.chmod(0o755)
        shutil.copytree(PACKAGE, place / "clra_sandbox", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(__file__, place / "plain_user.py")
        for path in place.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        self._process = subprocess.Popen(
            [interpreter, "-I", str(place / "plain_user.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            cwd="/",
            env={},
        )
        self._lock = threading.Lock()
        self._answers: dict[int, Future[Any]] = {}
        opening = json.loads(self._process.stdout.readline())
        if "error" in opening:
            self.close()
            raise SandboxUnavailableError(opening["error"])
        self.layers = frozenset(Layer(name) for name in opening["layers"])
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout:
            answer = json.loads(line)
            self._answers.pop(answer.pop("id")).set_result(answer)

    def run(self, code, limits=None, *, stdin=""):
        from clra_sandbox import DEFAULT_LIMITS, Ending, Execution, SandboxUnavailableError

        future: Future[Any] = Future()
        asked = {"code": code, "limits": dataclasses.asdict(limits or DEFAULT_LIMITS), "stdin": stdin}
        with self._lock:
            if self._process.stdin.closed:
                raise SandboxUnavailableError("closed")
            number = id(future)
            self._answers[number] = future
            self._process.stdin.write(json.dumps({"id": number, **asked}) + "\n")
            self._process.stdin.flush()
        answer = future.result()
        if "error" in answer:
            raise SandboxUnavailableError(answer["error"])
        return Execution(**{**answer, "ending": Ending(answer["ending"])})

    async def arun(self, code, limits=None, *, stdin=""):
        import asyncio

        return await asyncio.to_thread(self.run, code, limits, stdin=stdin)

    def close(self) -> None:
        with self._lock:
            if self._process.stdin.closed:
                return
            self._process.stdin.close()
        self._process.wait(120)
        if hasattr(self, "_reader"):
            self._reader.join()
        self._process.stdout.close()
        self._folder.cleanup()


def main() -> None:
    """Be the plain user: open the sandbox, say so, and answer until the input ends."""
    sys.path.insert(0, str(Path(__file__).parent))
    from clra_sandbox import Limits, SandboxUnavailableError
    from clra_sandbox.native import NativeSandbox

    lock = threading.Lock()

    def say(message: dict[str, Any]) -> None:
        with lock:
            sys.stdout.write(json.dumps(message) + "\n")
            sys.stdout.flush()

    def answer(asked: dict[str, Any]) -> None:
        try:
            execution = sandbox.run(asked["code"], Limits(**asked["limits"]), stdin=asked["stdin"])
        except Exception as error:  # noqa: BLE001 -- whatever it is, somebody waits for the answer
            say({"id": asked["id"], "error": repr(error)})
        else:
            say({"id": asked["id"], **dataclasses.asdict(execution)})

    try:
        sandbox = NativeSandbox(preload=())
    except SandboxUnavailableError as error:
        say({"error": f"{error} ({error.hint})"})
        return
    say({"layers": sorted(sandbox.layers)})
    with ThreadPoolExecutor(4) as threads:
        for line in sys.stdin:
            threads.submit(answer, json.loads(line))
    sandbox.close()


if __name__ == "__main__":
    main()
