"""A run that is killed, again and again, draws nothing twice, loses nothing, and ends as if nothing had happened."""

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from clra.store import RunStore
from tests.hanging import no_hang
from tests.stored_runs import CHAINS, PROBLEMS, TASKS, timeless

ROOT = Path(__file__).parents[1]
KILLS = 20
MOST = 13
"""Chains that a life that is to be killed draws at most, so that it is not at its end before, however late that is."""
assert len(TASKS) * CHAINS > KILLS * MOST


class Life:
    """One process that evaluates."""

    def __init__(self, starter, path, log, most=None):
        self._starter, self._log, self._before = starter, log, count(log)
        starter.stdin.write(json.dumps({"path": str(path), "log": str(log), "most": most}) + "\n")
        starter.stdin.flush()
        self.process = int(starter.stdout.readline())

    def wait(self):
        return int(self._starter.stdout.readline())

    def kill_after(self, lines, seconds):
        """Kill it once the log has so many more lines, and some time has gone by; how it ended."""
        until = self._before + lines
        with no_hang():
            while count(self._log) < until:
                ended, _, _ = select.select([self._starter.stdout], [], [], 0.0005)
                assert not ended, f"it ended by itself: {self.wait()}"
        time.sleep(seconds)
        os.kill(self.process, signal.SIGKILL)
        return self.wait()


def count(log):
    return log.read_bytes().count(b"\n") if log.exists() else 0


def keys_with(word, log):
    lines = (line.split() for line in log.read_text().splitlines())
    return Counter(key for each, key in lines if each == word)


def kept(path):
    """The keys of the completions that the file holds."""
    with RunStore.open(path) as store:
        return {row[0] for row in store._rows("SELECT key FROM completions")}


@pytest.fixture
def starter():
    with subprocess.Popen(
        [sys.executable, "-m", "tests.stored_runs"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.stdin.close()


def test_twenty_kills(tmp_path, starter):
    calm, calm_log = tmp_path / "calm.sqlite", tmp_path / "calm.log"
    assert Life(starter, calm, calm_log).wait() == 0
    path, log = tmp_path / "killed.sqlite", tmp_path / "killed.log"
    chance = random.Random(6)  # noqa: S311  # it chooses when to kill
    for _ in range(KILLS):
        before = kept(path) if path.exists() else set()
        drawn = keys_with("draw", log) if log.exists() else Counter()
        ended = Life(starter, path, log, MOST).kill_after(chance.randint(1, 2 * MOST), chance.uniform(0, 0.02))
        assert ended == -signal.SIGKILL, "it ended by itself"
        if path.exists():
            after = kept(path)
            assert before <= after
            assert keys_with("used", log).keys() <= after, "what was used is lost"
            assert not (keys_with("draw", log) - drawn).keys() & before, "drawn though it was kept"
    before, drawn = kept(path), keys_with("draw", log)
    assert Life(starter, path, log).wait() == 0
    assert not (keys_with("draw", log) - drawn).keys() & before
    assert len(before) > CHAINS, "hardly anything was kept between the kills"
    assert keys_with("draw", calm_log) == dict.fromkeys(kept(calm), 1)
    assert kept(path) == kept(calm)
    assert len(kept(path)) == len(TASKS) * CHAINS
    with RunStore.open(path) as store, RunStore.open(calm) as undisturbed:
        assert store.problems() == PROBLEMS
        assert store.failures() == ()
        assert store.solved() == TASKS
        for mine, other in zip(store.solutions(), undisturbed.solutions(), strict=True):
            assert (mine.position, mine.repeat) == (other.position, other.repeat)
            assert timeless(mine.solution) == timeless(other.solution)
            assert len({scored.chain.index for scored in mine.solution.chains}) == CHAINS
