"""What ordinary programs need works; what fails by design fails with a plain error of Python's own."""

import pytest

from clra_sandbox import Limits
from tests.sandbox.backends import Backend

PATIENT = Limits(wall_seconds=120, cpu_seconds=120)

STANDARD = {
    "fractions": ("from fractions import Fraction; print(Fraction(1, 3) + Fraction(1, 6))", "1/2\n"),
    "decimal": ("from decimal import Decimal; print(Decimal('0.1') + Decimal('0.2'))", "0.3\n"),
    "itertools": ("import itertools; print(sum(1 for _ in itertools.permutations(range(6))))", "720\n"),
    "functools": (
        "import functools\n@functools.cache\ndef f(n): return n if n < 2 else f(n - 1) + f(n - 2)\nprint(f(90))",
        "2880067194370816120\n",
    ),
    "sqlite3": (
        (
            "import sqlite3\nwith sqlite3.connect(':memory:') as c:\n"
            "    print(c.execute('select sum(column1) from (values (1), (41))').fetchone())\nc.close()"
        ),
        "(42,)\n",
    ),
    "json": ("import json; print(json.loads(json.dumps({'a': [1, None, True]})))", "{'a': [1, None, True]}\n"),
    "re": (r"import re; print(re.findall(r'\d+', 'a1b22'))", "['1', '22']\n"),
    "dataclasses": (
        (
            "from dataclasses import dataclass\n@dataclass(order=True, slots=True)\n"
            "class P:\n    x: int\nprint(max(P(1), P(2)))"
        ),
        "P(x=2)\n",
    ),
    "datetime": ("import datetime as d; print(d.date(2024, 3, 1) - d.date(2024, 2, 1))", "29 days, 0:00:00\n"),
    "calendar": ("import calendar; print(calendar.isleap(2000), calendar.weekday(2024, 2, 29))", "True 3\n"),
    "statistics": ("import statistics; print(statistics.mean([1, 2, 3, 6]))", "3\n"),
    "collections": ("from collections import Counter, deque; print(Counter('abca').most_common(1))", "[('a', 2)]\n"),
    "heapq": ("import heapq; h = [3, 1, 2]; heapq.heapify(h); print(heapq.heappop(h))", "1\n"),
    "bisect": ("import bisect; print(bisect.bisect([1, 2, 4], 3))", "2\n"),
    "math": ("import math; print(math.comb(10, 3), math.lcm(4, 6), math.isqrt(99))", "120 12 9\n"),
    "cmath": ("import cmath; print(cmath.sqrt(-1))", "1j\n"),
    "inspect": (
        "import inspect\ndef f():\n    return 1  # one\nprint(inspect.getsource(f))",
        "def f():\n    return 1  # one\n\n",
    ),
    "io": ("import io; b = io.StringIO(); print(1, file=b); print(b.getvalue())", "1\n\n"),
    "contextlib": (
        (
            "import contextlib, io\nb = io.StringIO()\nwith contextlib.redirect_stdout(b):\n"
            "    print(1)\nprint(len(b.getvalue()))"
        ),
        "2\n",
    ),
    "typing": ("from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\nprint(P(1))", "P(x=1)\n"),
    "enum": ("import enum\nclass E(enum.Enum):\n    A = enum.auto()\nprint(E.A)", "E.A\n"),
    "pickle": ("import pickle\nclass P: x = 1\nprint(pickle.loads(pickle.dumps(P())).x)", "1\n"),
    "copy": ("import copy; print(copy.deepcopy([[1]]))", "[[1]]\n"),
    "string": ("import string, textwrap; print(textwrap.fill('a b', 1))", "a\nb\n"),
    "hashlib": ("import hashlib; print(hashlib.sha256(b'').hexdigest()[:8])", "e3b0c442\n"),
    "secrets": ("import secrets, uuid; print(len(secrets.token_hex(4)), len(str(uuid.uuid4())))", "8 36\n"),
    "time": ("import time; time.sleep(0.01); print(time.time() > 1.6e9, time.perf_counter() > 0)", "True True\n"),
    "zoneless": ("import time; print(time.strftime('%Y', time.gmtime(0)))", "1970\n"),
    "unicode": ("import unicodedata; print(unicodedata.name('∑'))", "N-ARY SUMMATION\n"),
    "sys": ("import sys; sys.setrecursionlimit(20000)\ndef f(n): return n and f(n - 1)\nprint(f(15000))", "0\n"),
    "big": ("import sys; sys.set_int_max_str_digits(0); print(len(str(7 ** 20000)))", "16902\n"),
    "exec": ("namespace = {}; exec('x = 6 * 7', namespace); print(namespace['x'], eval('1 + 1'))", "42 2\n"),
    "generators": ("def g():\n    yield from range(3)\nprint(*g())", "0 1 2\n"),
    "match": ("match [1, 2]:\n    case [a, b]:\n        print(a + b)", "3\n"),
    "groups": (
        "try:\n    raise ExceptionGroup('g', [ValueError(1)])\nexcept* ValueError as e:\n    print(e)",
        "g (1 sub-exception)\n",
    ),
    "unittest": (
        (
            "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(1, 1)\n"
            "print(unittest.TestProgram(exit=False, argv=['x']).result.wasSuccessful())"
        ),
        "True\n",
    ),
    "doctest": (
        "def f():\n    '''\n    >>> f()\n    1\n    '''\n    return 1\nimport doctest; print(doctest.testmod().failed)",
        "0\n",
    ),
    "ctypes": ("import ctypes; print(ctypes.c_uint8(300).value)", "44\n"),
    "zlib": ("import zlib, bz2, lzma, base64; print(zlib.decompress(zlib.compress(b'x')))", "b'x'\n"),
    "queue": ("import queue; q = queue.PriorityQueue(); q.put(2); q.put(1); print(q.get())", "1\n"),
    "thread locks": ("import threading; l = threading.Lock()\nwith l: print(threading.active_count())", "1\n"),
    "coroutines": (
        "async def f(): return 42\ntry:\n    f().send(None)\nexcept StopIteration as e:\n    print(e.value)",
        "42\n",
    ),
}

PACKAGES = {
    "solve": ("from sympy import *; x = symbols('x'); print(solve(x**2 - 5*x + 6, x))", "[2, 3]\n"),
    "integrate": ("from sympy import *; x = symbols('x'); print(integrate(exp(-x**2), (x, -oo, oo)))", "sqrt(pi)\n"),
    "lambdify": ("from sympy import *; x = symbols('x'); print(lambdify(x, x**2 + 1)(3))", "10\n"),
    "lambdify with numpy": (
        "from sympy import *; import numpy as np; x = symbols('x'); print(lambdify(x, x**2, 'numpy')(np.arange(3)))",
        "[0 1 4]\n",
    ),
    "parse": ("from sympy.parsing.sympy_parser import parse_expr; print(parse_expr('2*x + x'))", "3*x\n"),
    "latex": ("from sympy import *; print(latex(sqrt(Symbol('x') / 2)))", "\\frac{\\sqrt{2} \\sqrt{x}}{2}\n"),
    "series": ("from sympy import *; x = symbols('x'); print(series(sin(x), x, 0, 4))", "x - x**3/6 + O(x**4)\n"),
    "number theory": (
        "from sympy import *; print(factorint(1001), totient(36), nextprime(100))",
        "{7: 1, 11: 1, 13: 1} 12 101\n",
    ),
    "matrices": ("from sympy import Matrix; print(Matrix([[2, 0], [0, 3]]).eigenvals())", "{2: 1, 3: 1}\n"),
    "differential equation": (
        "from sympy import *; f = Function('f'); x = symbols('x'); print(dsolve(f(x).diff(x) - f(x)))",
        "Eq(f(x), C1*exp(x))\n",
    ),
    "plot import": ("import sympy.plotting; print('imported')", "imported\n"),
    "mpmath": ("import mpmath; mpmath.mp.dps = 30; print(mpmath.pi)", "3.14159265358979323846264338328\n"),
    "linear algebra": (
        "import numpy as np; print(np.linalg.solve([[3, 1], [1, 2]], [9, 8]), round(np.linalg.det(np.eye(9))))",
        "[2. 3.] 1\n",
    ),
    "fft": ("import numpy as np; print(np.fft.fft([1, 0, 0, 0]).real)", "[1. 1. 1. 1.]\n"),
    "large product": ("import numpy as np; a = np.ones((400, 400)); print((a @ a)[0, 0])", "400.0\n"),
    "random generator": ("import numpy as np; print(np.random.default_rng(1).integers(10) < 10)", "True\n"),
    "polynomials": ("import numpy as np; print(np.roots([1, -3, 2]))", "[2. 1.]\n"),
    "shortest path": (
        (
            "import networkx as nx\nprint(nx.shortest_path_length(nx.petersen_graph(), 0, 7), "
            "nx.diameter(nx.cycle_graph(9)))"
        ),
        "2 4\n",
    ),
    "flow": (
        (
            "import networkx as nx\ng = nx.DiGraph(); g.add_edge(1, 2, capacity=3); g.add_edge(2, 3, capacity=2)\n"
            "print(nx.maximum_flow_value(g, 1, 3))"
        ),
        "2\n",
    ),
}

BY_DESIGN = {
    "temporary files": (
        "import tempfile; tempfile.TemporaryFile()",
        "FileNotFoundError: [Errno 2] No usable temporary",
    ),
    "writing": ("open('result.txt', 'w')", "OSError: [Errno 30] Read-only file system: 'result.txt'"),
    "nowhere": ("import os; open(os.devnull, 'w')", "OSError: [Errno 30] Read-only file system: '/dev/null'"),
    "appending": ("import pathlib; pathlib.Path('log').open('a')", "OSError: [Errno 30] Read-only file system"),
    "subprocess": ("import subprocess; subprocess.run(['echo', 'x'])", "Operation not permitted"),
    "shell": ("import os; print(os.popen('echo x').read())", "Operation not permitted"),
    "fork": ("import os; os.fork()", "PermissionError: [Errno 1] Operation not permitted"),
    "sockets": ("import socket; socket.socket()", "PermissionError: [Errno 1] Operation not permitted"),
    "download": ("import urllib.request as u; u.urlopen('http://example.com')", "URLError: <urlopen error"),
    "multiprocessing": ("import multiprocessing as m; m.Pool(2)", "Error: [Errno "),
    "process pool": (
        "from concurrent.futures import *; print(ProcessPoolExecutor(2).submit(abs, -1).result())",
        "Error: [Errno ",
    ),
    "thread pool": (
        "from concurrent.futures import *; print(ThreadPoolExecutor(2).submit(abs, -1).result())",
        "RuntimeError: can't start new thread",
    ),
    "event loop": (
        "import asyncio; asyncio.run(asyncio.sleep(0))",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
    "terminal": ("import getpass; getpass.getpass()", "EOFError"),
    "packages": ("import torch", "ModuleNotFoundError: No module named 'torch'"),
}


@pytest.mark.parametrize("what", STANDARD)
def test_standard_library(what: str, backend: Backend):
    code, expected = STANDARD[what]
    execution = backend.sandbox.run(code, PATIENT)
    assert (execution.clean, execution.stdout) == (True, expected), execution


@pytest.mark.parametrize("what", PACKAGES)
def test_packages(what: str, backend: Backend):
    if backend.bare:
        pytest.skip("no packages here")
    code, expected = PACKAGES[what]
    execution = backend.sandbox.run(code, PATIENT)
    assert (execution.clean, execution.stdout) == (True, expected), execution


def test_threads_where_allowed(backend: Backend):
    code = (
        "from concurrent.futures import *\nwith ThreadPoolExecutor(4) as p:\n    print(sum(p.map(abs, range(-10, 0))))"
    )
    execution = backend.sandbox.run(code, Limits(threads=True, wall_seconds=120))
    assert (execution.clean, execution.stdout) == (True, "55\n"), execution


@pytest.mark.parametrize("what", BY_DESIGN)
def test_fails_by_design(what: str, backend: Backend):
    code, says = BY_DESIGN[what]
    execution = backend.sandbox.run(code, PATIENT)
    assert execution.exit_code == 1
    assert says in execution.stderr, execution
