"""A real vLLM with clra-nano's weights, once a session: in this process, and behind HTTP.

Without vLLM the tests that ask for it are skipped and say so; with REQUIRE_VLLM set, as in CI, they fail.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

import clra.models
from clra.config import Settings

WEIGHTS = Path(clra.models.__file__).parent / "clra_nano"
PATIENCE = 600.0
"""Seconds for an engine to be up; minutes where other things run beside it."""
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "TORCHDYNAMO_DISABLE": "1",  # else the first request for log-probabilities compiles for many seconds
    "VLLM_CPU_KVCACHE_SPACE": "1",
}


def needs_vllm() -> None:
    if find_spec("vllm") is None:
        if os.environ.get("REQUIRE_VLLM"):
            pytest.fail("vLLM is not installed")
        pytest.skip("vLLM is not installed")


class Shared:
    """A model that its users cannot close."""

    def __init__(self, model) -> None:
        self._model = model
        self.name = model.name
        self.prompts = model.prompts
        self.sample = model.sample

    async def aclose(self) -> None:
        pass


@pytest.fixture(scope="session")
def vllm_in_process():
    needs_vllm()
    os.environ.update(QUIET)
    from clra.models.vllm import open_model

    model = open_model(str(WEIGHTS), Settings())
    yield Shared(model)
    asyncio.run(model.aclose())


@pytest.fixture(scope="session")
def vllm_server(tmp_path_factory):
    """The address of a server."""
    needs_vllm()
    with serving(tmp_path_factory.mktemp("vllm") / "server.log") as url:
        yield url


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serving(log, port=None):
    """A vLLM server with clra-nano's weights on this machine alone; yields its address once it is up."""
    port = port or free_port()
    with started(log, port) as server:
        wait_until_up(server, port, log)
        yield f"http://127.0.0.1:{port}/v1"


@contextlib.contextmanager
def started(log, port):
    """The process of such a server, at the head of a group of its own."""
    command = [
        *(sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(WEIGHTS)),
        *("--host", "127.0.0.1", "--port", str(port), "--served-model-name", "nano", "--dtype", "float32"),
        *("--enforce-eager", "--gpu-memory-utilization", "0.3", "--no-enable-chunked-prefill"),
    ]
    with (
        log.open("ab") as written,
        subprocess.Popen(
            command, env=os.environ | QUIET, stdout=written, stderr=subprocess.STDOUT, start_new_session=True
        ) as server,
    ):
        try:
            yield server
        finally:
            server.terminate()
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                kill(server)


def wait_until_up(server, port, log):
    """Wait for its answer; fail where it ends before, or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not _is_up(f"http://127.0.0.1:{port}"):
        assert server.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.5)


def kill(server):
    """Kill the server with all its processes at once, as ``kill -9`` does."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
