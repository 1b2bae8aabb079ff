"""Time, memory, descriptors and output without end."""

import contextlib
import ctypes
import mmap
import os
import sys
import time
from dataclasses import replace

from clra_sandbox import Ending, Execution, Layer, Limits
from tests.sandbox.attacks.program import ORDINARY, SHORT, SMALL, Always, abuse, attack, either, ends, exits
from tests.sandbox.attacks.tools import Refused

FOREVER = ends(Ending.WALL, Ending.CPU)
FLOOD = ends(Ending.OUTPUT)
MEMORY = (Layer.RLIMITS, Layer.CONTAINER)


def out_of_memory(execution: Execution) -> bool:
    return execution.ending is Ending.MEMORY


@abuse(Always.SUPERVISOR, seen=FOREVER)
def loop():
    while True:
        pass


@abuse(Layer.RLIMITS, limits=Limits(wall_seconds=600.0, cpu_seconds=1.0), seen=ends(Ending.CPU))
def loop_in_processor_time():
    while True:
        pass


@abuse(Layer.RLIMITS, limits=Limits(wall_seconds=600.0, cpu_seconds=1.0), seen=ends(Ending.CPU))
def loop_past_the_warning():
    """Ignoring the signal that announces the end of the processor time."""
    import signal

    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass


@abuse(Layer.RLIMITS, limits=Limits(wall_seconds=600.0, cpu_seconds=1.0), seen=ends(Ending.CPU))
def end_well_at_the_warning():
    """A program whose processor time is up, and that passes for one that came to its end."""
    import signal

    signal.signal(signal.SIGXCPU, lambda *_: os._exit(0))
    while True:
        pass


@abuse(Always.SUPERVISOR, seen=FOREVER)
def sleep():
    time.sleep(3600)


@abuse(Always.SUPERVISOR, seen=FOREVER)
def wait_for_input_in_vain():
    """It reads all there is, and then sleeps in a read of its own pipe."""
    sys.stdin.read()
    reader, _writer = os.pipe()
    os.read(reader, 1)


@abuse(Always.SUPERVISOR, seen=FOREVER)
def swallow_interrupts():
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass


@abuse(Always.SUPERVISOR, seen=FOREVER)
def regular_expression():
    import re

    re.match(r"(a|aa)+$", "a" * 60 + "b")


@abuse(Always.SUPERVISOR, seen=FOREVER)
def great_power():
    """One instruction of the interpreter that no signal handler can interrupt."""
    pow(7, 10**9)


@abuse(Always.SUPERVISOR, seen=FOREVER)
def great_decimal():
    from decimal import Decimal, getcontext

    getcontext().prec = 10**6
    Decimal(2).exp()


@abuse(Always.SUPERVISOR, seen=FOREVER)
def great_sum():
    sum(range(10**12))


@abuse(Always.SUPERVISOR, seen=FOREVER)
def endless_sort():
    sorted(iter(lambda: 1, 0))


@abuse(Always.SUPERVISOR, needs="sympy", seen=FOREVER)
def endless_algebra():
    from sympy import expand, symbols

    expand((sum(symbols("x:40")) + 1) ** 40)


@abuse(Always.SUPERVISOR, needs="sympy", seen=FOREVER)
def factor_by_hand():
    from sympy import factorint

    factorint(2**1061 - 1)


@abuse(Layer.RLIMITS, seen=exits(1, says="will be killed by nobody"), limits=ORDINARY)
def recursion():
    def deeper():
        deeper()

    try:
        deeper()
    except RecursionError as error:
        raise SystemExit("will be killed by nobody") from error


@abuse(Layer.RLIMITS, limits=replace(SMALL, memory=16 << 20), seen=lambda execution: not execution.clean)
def recursion_without_limit():
    sys.setrecursionlimit(10**9)

    def deeper():
        return str(deeper())

    deeper()


@abuse(Layer.RLIMITS, limits=SMALL, seen=ends(Ending.KILLED, Ending.MEMORY, Ending.WALL))
def recursion_in_c():
    """Through a callback, so that the stack of the processor grows and not the interpreter's."""
    sys.setrecursionlimit(10**9)

    class Mirror:
        def __repr__(self):
            return repr([self])

    repr(Mirror())


@abuse(Layer.RLIMITS, limits=SMALL, seen=lambda execution: not execution.clean)
def nested_data():
    import json

    sys.setrecursionlimit(10**9)
    json.loads("[" * 10**7)


@abuse(Layer.RLIMITS, limits=SMALL, seen=lambda execution: not execution.clean)
def nested_syntax():
    import ast

    ast.literal_eval("(" * 10**5 + ")" * 10**5)


@abuse(Layer.RLIMITS, limits=SMALL, seen=lambda execution: not execution.clean)
def nested_destruction():
    """A list in a list, a million deep, taken apart and then compared."""
    first: list = []
    second: list = []
    for _ in range(10**6):
        first, second = [first], [second]
    sys.setrecursionlimit(10**9)
    print(first == second)


@abuse(*MEMORY, limits=ORDINARY, seen=out_of_memory)
def ten_gigabytes():
    bytearray(10 << 30)


@abuse(*MEMORY, limits=ORDINARY, seen=out_of_memory)
def long_text():
    "x" * (10 << 30)


@abuse(*MEMORY, limits=SMALL, seen=out_of_memory)
def bit_by_bit():
    kept = []
    while True:
        kept.append(bytes(1 << 20))


@abuse(*MEMORY, limits=SMALL, seen=out_of_memory)
def many_objects():
    kept = {}
    while True:
        kept[len(kept)] = [len(kept)] * 64


@abuse(*MEMORY, limits=replace(SMALL, wall_seconds=1.0), seen=FOREVER)
def memory_errors_swallowed():
    """Asking again whenever it is refused."""
    kept = []
    while True:
        with contextlib.suppress(MemoryError):
            kept.append(bytes(1 << 20))


@abuse(*MEMORY, limits=SMALL, seen=lambda execution: not execution.clean)
def great_number():
    1 << (1 << 36)


@attack(*MEMORY)
def map_ten_gigabytes():
    return mmap.mmap(-1, 10 << 30)


@attack(Layer.RLIMITS, harmless=True)
def map_a_terabyte_without_reserve():
    library = ctypes.CDLL(None, use_errno=True)
    library.mmap.restype = ctypes.c_ssize_t
    if library.mmap(None, ctypes.c_size_t(1 << 40), 3, 0x4022, -1, ctypes.c_long(0)) == -1:
        raise Refused(os.strerror(ctypes.get_errno()))
    return "a terabyte"


@attack(*MEMORY, limits=SMALL)
def allocate_in_c():
    library = ctypes.CDLL(None, use_errno=True)
    library.malloc.restype = ctypes.c_void_p
    kept = 0
    while kept < 4 << 30:
        block = library.malloc(ctypes.c_size_t(16 << 20))
        if not block:
            raise Refused(f"refused after {kept >> 20} MiB")
        ctypes.memset(block, 1, 16 << 20)
        kept += 16 << 20
    return kept


@abuse(*MEMORY, limits=ORDINARY, needs="numpy", seen=out_of_memory)
def array_of_ten_gigabytes():
    import numpy

    numpy.ones(10 << 27)


@abuse(*MEMORY, limits=SMALL, seen=out_of_memory)
def compressed_bomb():
    """A few hundred kilobytes that are 128 MiB when they are read."""
    import zlib

    packer = zlib.compressobj(1)
    squeezed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(128)) + packer.flush()
    zlib.decompress(squeezed)


@attack(Layer.RLIMITS, harmless=True)
def descriptors():
    kept = [os.pipe() for _ in range(100)]
    return len(kept)


@abuse(Always.SUPERVISOR, limits=ORDINARY, seen=FLOOD)
def flood_output():
    while True:
        sys.stdout.write("x" * 65536)


@abuse(Always.SUPERVISOR, limits=ORDINARY, seen=FLOOD)
def flood_errors():
    while True:
        sys.stderr.write("x" * 65536)


@abuse(Always.SUPERVISOR, limits=ORDINARY, seen=FLOOD)
def flood_both():
    while True:
        os.write(1, b"x" * 4096)
        os.write(2, b"y" * 4096)


@abuse(Always.SUPERVISOR, limits=ORDINARY, seen=either(FLOOD, ends(Ending.MEMORY)))
def one_long_line():
    print("x" * (100 << 20))


@abuse(Always.SUPERVISOR, limits=ORDINARY, seen=FLOOD)
def flood_of_warnings():
    import warnings

    warnings.simplefilter("always")
    while True:
        warnings.warn("again", stacklevel=1)


@abuse(
    Always.SUPERVISOR,
    limits=SHORT,
    seen=lambda execution: execution.ending is Ending.WALL and set(execution.stdout) <= set("drip\n"),
)
def drip():
    while True:
        print("drip", flush=True)
        time.sleep(0.05)


@abuse(Always.SUPERVISOR, seen=FOREVER)
def drip_bytes_that_are_no_text():
    while True:
        os.write(1, b"\xff")
        time.sleep(0.05)


@abuse(Always.SUPERVISOR, seen=FOREVER)
def close_streams_and_loop():
    for stream in range(3):
        os.close(stream)
    while True:
        pass


@abuse(Always.SUPERVISOR, seen=FOREVER)
def output_into_its_own_input():
    """A pipe from itself to itself that nobody empties."""
    reader, writer = os.pipe()
    os.dup2(reader, 0)
    os.dup2(writer, 1)
    while True:
        os.write(1, b"x" * 65536)
