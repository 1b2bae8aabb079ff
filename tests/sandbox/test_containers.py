"""Containers as the engine sees them: shut in, one for each worker, gone with whoever started them."""

import asyncio
import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import time

import pytest

from clra_sandbox import Ending, Layer, Limits, Sandbox, SandboxUnavailableError, containers
from clra_sandbox.attached import ContainerChannel, Demultiplexer
from clra_sandbox.containers import OWNER_LABEL, DockerSandbox, container_options, sweep
from clra_sandbox.engine import connect, connected
from clra_sandbox.inside import contained
from clra_sandbox.owners import this_owner
from clra_sandbox.pool import Pool
from clra_sandbox.pooled import ENVIRONMENT

PATIENCE = 120.0
"""Seconds after which what is awaited counts as never coming."""
PATIENT = Limits(wall_seconds=PATIENCE, cpu_seconds=PATIENCE)


@pytest.fixture(scope="module")
def opened(docker_image):
    with DockerSandbox(preload=()) as sandbox:
        yield sandbox


def owned(owner):
    """The containers of an owner, running or not."""
    with connected() as engine:
        return engine.containers.list(all=True, filters={"label": f"{OWNER_LABEL}={owner}"}, ignore_removed=True)


def wait_until(holds):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def options(image, **changes):
    usual = container_options(image, processors=1, memory=512 << 20, runtime=None, configuration={"preload": []})
    return usual | changes


def test_it_is_a_sandbox(opened):
    sandbox: Sandbox = opened
    assert sandbox.layers == {Layer.CONTAINER, Layer.LANDLOCK, Layer.SECCOMP, Layer.RLIMITS}
    execution = sandbox.run("print(6 * 7)", PATIENT)
    assert execution.clean
    assert execution.stdout == "42\n"


def test_its_walls_can_be_examined(docker_image):
    findings = DockerSandbox.examine()
    assert {finding.layer for finding in findings} == DockerSandbox.layers
    assert all(finding.holds for finding in findings)


def test_long_texts_pass_whole(opened):
    text = "ü" * (1 << 20)
    execution = opened.run("import sys; text = input(); print(len(text), text[-1] * 30_000)", PATIENT, stdin=text)
    assert execution.stdout == f"{len(text)} {'ü' * 30_000}\n"


def test_many_at_once(opened):
    async def together():
        return await asyncio.gather(*(opened.arun(f"print({number})", PATIENT) for number in range(40)))

    assert [execution.stdout for execution in asyncio.run(together())] == [f"{number}\n" for number in range(40)]


def test_programs_see_the_same_environment_as_behind_the_native_walls(opened):
    seen = opened.run("import os; print(sorted(os.environ))", PATIENT)
    assert set(eval(seen.stdout)) - {"HOSTNAME", "LD_LIBRARY_PATH"} == set(ENVIRONMENT)  # noqa: S307


def test_the_engine_was_told_to_shut_in(opened):
    (container,) = owned(this_owner())
    told, config = container.attrs["HostConfig"], container.attrs["Config"]
    with connected() as engine:
        processors = min(4, engine.info()["NCPU"])
    assert (
        told
        | {
            "AutoRemove": True,
            "Binds": None,
            "CapDrop": ["ALL"],
            "Init": True,
            "IpcMode": "none",
            "Memory": (256 << 20) + 4 * (768 << 20),
            "MemorySwap": told["Memory"],
            "NanoCpus": processors * 10**9,
            "NetworkMode": "none",
            "PidsLimit": 512,
            "Privileged": False,
            "ReadonlyRootfs": True,
            "SecurityOpt": ["no-new-privileges:true"],
        }
        == told
    )
    assert told["LogConfig"]["Type"] == "none"
    assert {limit["Name"]: limit["Hard"] for limit in told["Ulimits"]} == {"core": 0, "nofile": 1024}
    assert container.attrs["Mounts"] == []
    assert (config["User"], config["Tty"], config["OpenStdin"], config["StdinOnce"]) == (
        "65534:65534", False, True, True
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({"user": "0:0"}, "it runs as user 0, group 0"),
        ({"user": "65534:0"}, "it runs as user 65534, group 0"),
        ({"cap_drop": []}, "it has capabilities"),
        ({"read_only": False}, "its files can be written"),
    ],
)
def test_a_container_that_does_not_shut_in_is_refused(docker_image, change, gap):
    with pytest.raises(SandboxUnavailableError, match=f"the container does not shut in: {gap}"):
        Pool(lambda: ContainerChannel(options(docker_image, **change)))


@pytest.mark.parametrize(("address", "found"), [("127.0.0.1", True), ("no address", False)])
def test_a_way_out_is_seen(address, found):
    assert contained._way_to(socket.AF_INET, address) is found


@pytest.mark.parametrize("layer", ["landlock", "rlimits", "seccomp"])
def test_an_inner_wall_that_is_not_built_is_refused(docker_image, monkeypatch, layer):
    def weaker(*arguments, configuration, **named):
        return container_options(*arguments, configuration={**configuration, "without": [layer]}, **named)

    monkeypatch.setattr(containers, "container_options", weaker)
    with pytest.raises(SandboxUnavailableError, match=f"these walls do not hold in the container: {layer}"):
        DockerSandbox(preload=())


@pytest.mark.parametrize("layer", ["landlock", "rlimits", "seccomp"])
def test_the_probe_finds_a_wall_missing(docker_image, layer):
    """Whatever the fork server says of itself."""
    weaker = container_options(
        docker_image, processors=1, memory=512 << 20, runtime=None,
        configuration={"preload": [], "read": containers._READ, "without": [layer]},
    )  # fmt: skip
    with contextlib.closing(Pool(lambda: ContainerChannel(weaker))) as pool:
        seen = pool.run(containers._PROBE, containers._PROBE_LIMITS)
    assert set(seen.stdout.split()) == {"landlock", "rlimits", "seccomp"} - {layer}


def test_the_runtime_is_passed_through(docker_image):
    with pytest.raises(SandboxUnavailableError, match="clra-no-such-runtime"):
        DockerSandbox(runtime="clra-no-such-runtime")
    assert container_options(docker_image, processors=1, memory=1, runtime="x", configuration={})["runtime"] == "x"


def test_an_image_without_the_fork_server_says_what_is_missing(docker_image):
    broken = options(docker_image, entrypoint=["/usr/local/bin/python3", "-P", "-c", "import inside.contained"])
    with pytest.raises(SandboxUnavailableError, match="No module named 'inside'"):
        Pool(lambda: ContainerChannel(broken))


def test_nothing_is_left_after_a_refusal_or_an_end(docker_image):
    before = {container.id for container in owned(this_owner())}
    with pytest.raises(SandboxUnavailableError):
        Pool(lambda: ContainerChannel(options(docker_image, read_only=False)))
    with pytest.raises(SandboxUnavailableError):
        ContainerChannel(options(docker_image, entrypoint=["/no/such/program"], init=False))
    with DockerSandbox(preload=(), workers=2) as sandbox:
        assert len({container.id for container in owned(this_owner())} - before) == 2
    sandbox.close()
    wait_until(lambda: {container.id for container in owned(this_owner())} <= before)


def test_a_container_that_dies_takes_its_run_along_and_is_replaced(docker_image):
    before = {container.id for container in owned(this_owner())}
    with DockerSandbox(preload=()) as sandbox:
        (container,) = (one for one in owned(this_owner()) if one.id not in before)
        future = sandbox._pool.submit("while True: pass", Limits(wall_seconds=600, cpu_seconds=600))
        wait_until(future.running)
        container.kill()
        container.client.close()
        assert future.result(PATIENCE).ending is Ending.KILLED
        assert sandbox.run("print(6 * 7)", PATIENT).stdout == "42\n"


HOST = """
import sys
from clra_sandbox import Limits
from clra_sandbox.containers import DockerSandbox
from clra_sandbox.owners import this_owner

sandbox = DockerSandbox(preload=(), workers=2)
print(this_owner(), flush=True)
sandbox.run("while True: pass", Limits(wall_seconds=600, cpu_seconds=600))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_its_host(docker_image, number):
    with subprocess.Popen(
        [sys.executable, "-c", HOST], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as host:
        owner = host.stdout.readline().strip()
        try:
            assert len(owned(owner)) == 2
        finally:
            host.send_signal(number)
    assert host.returncode != 0
    wait_until(lambda: not owned(owner))


@pytest.fixture
def left_behind(docker_image):
    """A container that was made and never started, of an owner of one's choice."""
    made = []
    with connected() as engine:
        yield lambda owner: made.append(engine.containers.create(**options(docker_image, labels={OWNER_LABEL: owner})))
        for container in made:
            with contextlib.suppress(SandboxUnavailableError):
                containers.remove(container)


def test_what_dead_owners_left_is_swept_and_nothing_else(left_behind):
    machine, pid, birth = this_owner().split("/")
    dead, elsewhere, living = f"{machine}/{pid}/1", f"other/{pid}/{birth}", this_owner()
    for owner in (dead, elsewhere, living):
        left_behind(owner)
    kept = len(owned(living))
    assert sweep() >= 1
    assert owned(dead) == []
    assert (len(owned(elsewhere)), len(owned(living))) == (1, kept)


def test_opening_sweeps(left_behind):
    dead = f"{this_owner().rpartition('/')[0]}/2"
    left_behind(dead)
    with DockerSandbox(preload=()):
        assert owned(dead) == []


def test_without_the_sdk(monkeypatch):
    monkeypatch.setitem(sys.modules, "docker", None)
    for opener in (DockerSandbox, sweep, lambda: ContainerChannel({})):
        with pytest.raises(SandboxUnavailableError) as raised:
            opener()
        assert raised.value.hint == "pip install 'clra[docker]'"


def test_without_an_engine(tmp_path):
    with pytest.raises(SandboxUnavailableError, match="no Docker engine answers at unix://") as raised:
        DockerSandbox(url=f"unix://{tmp_path}/docker.sock")
    assert "DOCKER_HOST" in raised.value.hint


def test_what_cannot_be_examined_is_said_with_its_remedy(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    (finding,) = DockerSandbox.examine()
    assert not finding.holds
    assert "no Docker engine answers" in finding.detail
    assert "DOCKER_HOST" in finding.remedy


def test_an_address_that_is_none(monkeypatch):
    with pytest.raises(SandboxUnavailableError, match="no Docker engine answers at nowhere"):
        connect("nowhere://")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_without_permission(tmp_path):
    """As a user who is not in the group docker."""
    path = tmp_path / "docker.sock"
    program = (
        "import os; from clra_sandbox.engine import connect; import docker\n"
        "from clra_sandbox import SandboxUnavailableError\n"
        "os.setresuid(65534, 65534, 65534)\n"
        f"try: connect('unix://{path}')\n"
        "except SandboxUnavailableError as error: print(error, error.hint)"
    )
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        for folder in (path, *path.parents[:-1]):
            if folder.stat().st_uid == 0 and str(folder).startswith(str(tmp_path.parents[1])):
                folder.chmod(0o711 if folder != path else 0o600)
        said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "is denied" in said
    assert "usermod -aG docker" in said


def blocks(*parts):
    """What the engine sends for texts on standard output (1) and standard error (2)."""
    return b"".join(struct.pack(">BxxxI", kind, len(text)) + text for kind, text in parts)


@pytest.mark.parametrize("size", [1, 3, 8, 11, 1000])
def test_streams_are_told_apart_wherever_the_socket_cuts(size):
    sent = blocks((1, b"one"), (2, b"trouble"), (1, b""), (1, b"two" * 100))
    streams = Demultiplexer()
    got = b"".join(streams.feed(sent[at : at + size]) for at in range(0, len(sent), size))
    assert (got, streams.stderr) == (b"one" + b"two" * 100, b"trouble")


def test_of_standard_error_the_end_is_kept():
    streams = Demultiplexer()
    streams.feed(blocks((2, b"a" * 5000), (2, b"end")))
    assert streams.stderr == b"a" * 4093 + b"end"
