import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clra_sandbox import (
    Ending,
    Layer,
    LayerFinding,
    Limits,
    NativeSandbox,
    SandboxUnavailableError,
    interpreter,
    probes,
)
from tests.sandbox.backends import descendants

PATIENCE = 120.0
PATIENT = Limits(wall_seconds=120, cpu_seconds=120)
FULL = {Layer.NAMESPACES, Layer.LANDLOCK, Layer.SECCOMP, Layer.RLIMITS}


def opened(**options: object) -> NativeSandbox:
    """A sandbox; where the machine has no such walls the test is skipped, unless REQUIRE_SANDBOX=1 is set."""
    try:
        return NativeSandbox(**options)
    except SandboxUnavailableError as error:
        if os.environ.get("REQUIRE_SANDBOX") == "1":
            raise
        pytest.skip(f"{error} ({error.hint})")


@pytest.fixture(scope="module", params=["full", "lite"])
def bare(request: pytest.FixtureRequest) -> Iterator[NativeSandbox]:
    """With the standard library only, which starts fast."""
    with opened(level=request.param, preload=()) as sandbox:
        yield sandbox


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def findings(holding: set[Layer]) -> tuple[LayerFinding, ...]:
    return tuple(
        LayerFinding(layer=layer, holds=layer in holding, detail=f"{layer} was tried", remedy=f"get {layer}")
        for layer in probes.ATTEMPTS
    )


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ("full", {Layer.NAMESPACES}),
        ("lite", {Layer.LANDLOCK}),
        ("auto", {Layer.NAMESPACES, Layer.LANDLOCK}),
        ("auto", {Layer.SECCOMP}),
        ("full", {Layer.RLIMITS}),
        ("lite", {Layer.RLIMITS}),
    ],
)
def test_refused_with_what_is_missing_and_how_to_get_it(
    asked: str, missing: set[Layer], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(probes, "examine", lambda: findings(FULL - missing))
    with pytest.raises(SandboxUnavailableError) as refused:
        NativeSandbox(level=asked)
    needed = {layer for layer in missing if asked != "auto" or layer is not Layer.NAMESPACES}
    assert all(f"{layer} was tried" in str(refused.value) for layer in needed)
    assert all(f"get {layer}" in refused.value.hint for layer in needed)
    assert "Docker" in refused.value.hint


@pytest.mark.parametrize(
    ("missing", "level"), [(set(), "full"), ({Layer.NAMESPACES}, "lite"), ({Layer.LANDLOCK}, "full")]
)
def test_the_best_level_that_holds_is_taken(missing: set[Layer], level: str, monkeypatch: pytest.MonkeyPatch):
    opened(preload=()).close()
    monkeypatch.setattr(probes, "examine", lambda: findings(FULL - missing))
    with NativeSandbox(preload=()) as sandbox:
        assert (sandbox.level, sandbox.layers) == (level, FULL - missing)


def test_a_control_without_layers_says_so():
    opened(preload=()).close()
    with NativeSandbox(preload=(), _without=frozenset({Layer.SECCOMP, Layer.NAMESPACES})) as sandbox:
        assert sandbox.layers == {Layer.LANDLOCK, Layer.RLIMITS}
        assert sandbox.run("import os; os.memfd_create('x')", PATIENT).clean


def test_examine_is_what_the_probes_found():
    assert NativeSandbox.examine() == probes.examine()


def test_what_is_preloaded_is_there_and_nothing_else(tmp_path: Path):
    with opened(preload=("networkx", "no_such_module")) as sandbox:
        assert sandbox.missing == {"no_such_module": "ModuleNotFoundError: No module named 'no_such_module'"}
        assert sandbox.run("import sys; print('networkx' in sys.modules)", PATIENT).stdout == "True\n"
        assert "ModuleNotFoundError" in sandbox.run("import pytest", PATIENT).stderr
        assert "ModuleNotFoundError" in sandbox.run("import clra_sandbox", PATIENT).stderr


def test_lite_hides_the_files_of_other_packages():
    with opened(level="lite", preload=("networkx",)) as sandbox:
        assert not sandbox.run("import pytest", PATIENT).clean
        assert sandbox.run("import networkx.algorithms.bipartite, sqlite3", PATIENT).clean


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print(__name__, [name for name in dir() if not name.startswith('__')])", "__main__ []\n"),
        ("import sys; print(sys.flags.hash_randomization, hash('a') == hash('a'))", "0 True\n"),
        ("import os; print(os.getcwd(), sorted(os.environ)[0])", "/ HOME\n"),
        ("import sys; print(sys.argv)", "['<program>']\n"),
        ("import os; print(os.getpid() == os.getpgid(0))", None),
    ],
)
def test_a_program_finds_a_fresh_process(bare: NativeSandbox, code: str, expected: str | None):
    execution = bare.run(code, PATIENT)
    assert execution.stdout == expected if expected is not None else not execution.clean


def test_another_programs_text_and_output_are_out_of_sight(bare: NativeSandbox):
    """As far as Python objects go; raw memory is another matter, and written down as not covered."""
    secret, known = "swordfish", "salmon"
    neighbour = threading.Thread(
        target=bare.run, args=(f"import time\nprint('{secret}', flush=True)\ntime.sleep(1.5)", PATIENT)
    )
    neighbour.start()
    time.sleep(0.5)
    spy = bare.run(
        f"mine = '{known}'\n"
        "import gc, sys\n"
        "frame, kept = sys._getframe(), []\n"
        "while frame: kept.append(repr(frame.f_locals)); frame = frame.f_back\n"
        "gc.unfreeze()\n"
        "kept += [repr(one) for one in gc.get_objects() if isinstance(one, (str, bytes, bytearray, dict, list, set))]\n"
        f"print([any(word[::-1] in text for text in kept) for word in ('{secret[::-1]}', '{known[::-1]}')])",
        PATIENT,
    )
    neighbour.join(PATIENCE)
    assert spy.stdout == "[False, True]\n", spy


def test_a_sandbox_outlives_the_thread_that_opened_it():
    """A process is told of its parent's death by the death of a thread: that of the worker, not the opener's."""
    box: list[NativeSandbox] = []
    opener = threading.Thread(target=lambda: box.append(opened(preload=())))
    opener.start()
    opener.join(PATIENCE)
    with contextlib.closing(box[0]) as sandbox:
        time.sleep(0.2)
        assert sandbox.run("print(6*7)", PATIENT).stdout == "42\n"


def test_a_worker_that_is_killed_is_replaced():
    before = descendants(os.getpid())
    with opened(preload=()) as sandbox:
        lost: list[object] = []
        runner = threading.Thread(
            target=lambda: lost.append(sandbox.run("import time; time.sleep(300)", Limits(wall_seconds=300)))
        )
        idle = descendants(os.getpid())
        runner.start()
        wait_until(lambda: descendants(os.getpid()) - idle)
        for process in descendants(os.getpid()) - before:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        runner.join(PATIENCE)
        assert [execution.ending for execution in lost] == [Ending.KILLED]
        assert sandbox.run("print(6*7)", PATIENT).stdout == "42\n"
    wait_until(lambda: descendants(os.getpid()) <= before)


@pytest.mark.parametrize("end", ["close", "collect"])
def test_nothing_is_left(end: str):
    before = descendants(os.getpid())
    sandbox = opened(preload=())
    assert descendants(os.getpid()) > before
    if end == "close":
        sandbox.close()
        sandbox.close()
        with pytest.raises(SandboxUnavailableError, match="closed"):
            sandbox.run("print(1)")
    else:
        del sandbox
        gc.collect()
    wait_until(lambda: descendants(os.getpid()) <= before)


def test_importing_the_package_imports_no_backend():
    code = "import sys, clra_sandbox; print(sorted({'docker', 'numpy', 'asyncio', 'subprocess'} & set(sys.modules)))"
    package = str(Path(interpreter.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {package!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """A folder of installed packages that this process looks into."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    interpreter.packages.cache_clear()

    def install(name: str, files: list[str], requires: tuple[str, ...] = (), modules: str = "") -> Path:
        information = folder / f"{name.replace('-', '_')}-1.dist-info"
        information.mkdir()
        lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", *(f"Requires-Dist: {one}\n" for one in requires)]
        (information / "METADATA").write_text("".join(lines))
        (information / "RECORD").write_text("".join(f"{file},,\n" for file in [*files, f"{information.name}/METADATA"]))
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(modules)
        return folder

    yield install
    interpreter.packages.cache_clear()


def names(*modules: str) -> set[str]:
    return {path.name for path in interpreter.packages(modules) if not path.name.endswith(".dist-info")}


def test_packages_come_with_what_they_require_and_nothing_beside(site: Callable[..., Path]):
    site("clra-top", ["clra_top/__init__.py", "clra_top.libs/a.so", "../bin/top"], ("clra_low>=1; python_version>'3'",))
    site("clra-low", ["clra_low.py"], ("clra_extra; extra == 'all'", "clra_absent"))
    site("clra-extra", ["clra_extra.py"])
    site("clra-private", ["clra_private.py"])
    assert names("clra_top") == {"clra_top", "clra_top.libs", "clra_low.py"}


def test_a_module_that_is_not_called_like_its_distribution(site: Callable[..., Path]):
    site("clra-dist", ["clra_other_name/__init__.py"])
    assert names("clra_other_name") == {"clra_other_name"}


def test_an_editable_package_is_found_where_its_source_is(
    site: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    source = tmp_path / "source/clra_edited"
    source.mkdir(parents=True)
    (source / "__init__.py").write_text("")
    site("clra-edited", ["__editable__.clra_edited.pth"])
    monkeypatch.syspath_prepend(str(source.parent))
    assert {path for path in interpreter.packages(("clra_edited",)) if path.name == "clra_edited"} == {source}


@pytest.mark.parametrize("module", ["decimal", "no_such_module_at_all"])
def test_modules_that_add_nothing(module: str):
    assert interpreter.packages((module,)) == ()


def test_the_interpreter_is_found_without_installed_packages():
    found = interpreter.interpreter()
    assert Path(found.executable).is_file()
    assert any(list(Path(folder).glob(name)) for folder in found.folders for name in ("os.py", "python3*/os.py"))
    shown = found.around_masks()
    assert not any(Path(path).name in {"site-packages", "dist-packages"} for path in shown)
    assert any(Path(path).name == "os.py" for path in shown) or not found.masks
