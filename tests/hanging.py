"""A guard against hanging, not a measurement: speed is printed by tests/benchmarks, and asserted nowhere."""

import contextlib
import signal


@contextlib.contextmanager
def no_hang(seconds=300):
    """Fail a test that is still at it after so many seconds, on however slow a machine."""

    def give_up(*_):
        raise AssertionError(f"still running after {seconds} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
