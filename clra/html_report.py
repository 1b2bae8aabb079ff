"""A run as one HTML file that needs no network: the overview, and every problem with its chains and their claims.

What was sampled is hostile text. Jinja escapes what it fills in; all else travels as compressed JSON in base64, which
the page's script turns into text nodes and never into markup. A Content-Security-Policy lets only the page's own
scripts and style run, named by their hashes, and nothing be fetched. Mathematics becomes MathML by KaTeX, untrusted.
"""

import base64
import hashlib
import json
import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from clra.comparison import FEW_PROBLEMS
from clra.errors import ConfigError, InputError
from clra.html_problem import Solved, problem_record
from clra.report_figures import Segment, diagram, forest, stacked
from clra.terminal import printable, shortened
from clra.types import Reason, Solution

if TYPE_CHECKING:
    import jinja2

    from clra.comparison import Comparison

MOST_BYTES: Final = 150_000_000
"""Of the chains' data in one page; past it problems are listed without their chains."""
_SEARCHED: Final = 1_500
"""Characters of a problem that the page's search looks at."""
_SCRIPTS: Final = ("katex-0.19.1.min.js", "text.js", "chain.js", "report.js")


class Failure(NamedTuple):
    """A problem that came to no solution."""

    problem: str
    repeat: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a page tells."""

    title: str
    created: str = ""
    """When the run began, UTC."""
    version: str = ""
    """Of the clra that made the run."""
    dataset: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    asked: int = 0
    """Solutions that the run is to hold when it is done."""
    solved: Sequence[Solved] = ()
    comparison: "Comparison | None" = None
    """None where no right answer is known."""
    failures: Sequence[Failure] = ()
    notes: Sequence[str] = ()
    """What the reader should know of the run as a whole."""


class _Row(NamedTuple):
    """A problem in the list."""

    status: str
    name: str
    snippet: str
    answer: str
    gold: str
    majority: str
    reliability: float
    chains: int
    refuted: int
    differs: bool
    """Plain majority answers otherwise."""
    bar: tuple[Segment, ...]
    searched: str
    data: str
    """Base64 of zlib of JSON; empty where it was left out for size."""


def write_html(path: Path, report: Report, *, on_progress: Callable[[int], None] | None = None) -> None:
    """Write a report as one HTML file, whole or not at all.

    Args:
        path: the file; it is overwritten.
        report: what it tells.
        on_progress: called with the number of solutions that are written.

    Raises:
        ConfigError: jinja2 is not installed.
        InputError: the file cannot be written.
    """
    template = _environment().get_template("report.html.j2")
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            for text in template.generate(_context(report, on_progress or (lambda _: None))):
                file.write(text)
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from error
    finally:
        part.unlink(missing_ok=True)


def require_templates() -> None:
    """See that a report can be written at all.

    Raises:
        ConfigError: jinja2 is not installed.
    """
    _environment()


@cache
def _environment() -> "jinja2.Environment":
    try:
        import jinja2  # noqa: PLC0415 -- an extra
        from markupsafe import Markup  # noqa: PLC0415
    except ImportError:
        raise ConfigError("a report takes jinja2, which is not installed", hint="pip install 'clra[report]'") from None

    def shown(value: Any) -> Any:
        return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("clra"),
        autoescape=True,
        finalize=shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": _percent, "points": _points, "short": shortened}
    environment.globals |= {
        "style": Markup(_own("report.css")),  # noqa: S704 -- our own files
        "scripts": [Markup(_own(name)) for name in _SCRIPTS],  # noqa: S704
        "policy": _policy(),
    }
    return environment


def _own(name: str) -> str:
    return (files("clra") / "templates" / name).read_text(encoding="utf-8")


def _policy() -> str:
    """Nothing may be fetched, and only what bears these hashes may run."""
    scripts = " ".join(_hash(_own(name)) for name in _SCRIPTS)
    return (
        f"default-src 'none'; script-src {scripts}; style-src {_hash(_own('report.css'))}; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _points(difference: float) -> str:
    return f"{100 * difference:+.1f}".replace("-", "−")


def _context(report: Report, on_progress: Callable[[int], None]) -> dict[str, Any]:
    solutions = [each.solution for each in report.solved]
    statuses = Counter(each.status for each in report.solved)
    claims = Counter(
        checked.outcome.lower() for solution in solutions for chain in solution.chains for checked in chain.claims
    )
    return {
        "report": report,
        "settings": _told_settings(report.settings),
        "statuses": statuses,
        "known": sum(each.right is not None for each in report.solved),
        "changes": _changes(report.solved),
        "chains": sum(len(solution.chains) for solution in solutions),
        "claims": claims,
        "cost": _cost(solutions),
        "incidents": _incidents(solutions),
        "comparison": report.comparison,
        "few": report.comparison is not None and report.comparison.problems < FEW_PROBLEMS,
        "left_out": _by_lacking(report.comparison),
        "forest": forest(report.comparison) if report.comparison else None,
        "diagram": diagram(report.solved),
        "rows": _rows(report.solved, on_progress),
        "unsolved": report.asked - len(report.solved) - len(report.failures),
    }


class _Changes(NamedTuple):
    """Where the strategy answers otherwise than plain majority."""

    mended: int
    broken: int
    others: int
    """Neither is right, or it is not known which one is."""


class _Stage(NamedTuple):
    """What one stage cost; None where it was not measured."""

    name: str
    tokens: int | None
    seconds: float | None


class _Cost(NamedTuple):
    """What all solutions cost together."""

    stages: tuple[_Stage, ...]
    tokens: int
    seconds: float
    prompt_tokens: int
    full_tokens: int
    cut: dict[str, int]


def _changes(solved: Sequence[Solved]) -> _Changes:
    found = Counter(_change(each) for each in solved if _differs(each))
    return _Changes(found["mended"], found["broken"], found["other"])


def _change(solved: Solved) -> str:
    if solved.status == "right":
        return "mended"
    winner = solved.solution.majority.winner
    return "broken" if winner is not None and solved.is_right(winner.answer) else "other"


def _differs(solved: Solved) -> bool:
    winner, answer = solved.solution.majority.winner, solved.solution.answer
    return (winner.answer.key if winner else None) != (answer.key if answer else None)


def _cost(solutions: Sequence[Solution]) -> _Cost:
    tokens: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    cut: Counter[str] = Counter()
    for solution in solutions:
        tokens.update(solution.usage.stage_tokens)
        seconds.update(solution.usage.stage_seconds)
        cut.update(solution.usage.cut)
    usages = [solution.usage for solution in solutions]
    return _Cost(
        stages=tuple(_Stage(name, tokens.get(name), seconds.get(name)) for name in dict.fromkeys((*tokens, *seconds))),
        tokens=sum(usage.tokens for usage in usages),
        seconds=sum(usage.seconds for usage in usages),
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        full_tokens=sum(usage.full_tokens for usage in usages),
        cut=dict(cut),
    )


def _incidents(solutions: Sequence[Solution]) -> dict[str, int]:
    """Verdicts that are UNKNOWN for a reason that lies in the checking, by reason."""
    accidents = {Reason.TIMED_OUT, Reason.CRASHED, Reason.UNAVAILABLE}
    found = Counter(
        verdict.reason.value
        for solution in solutions
        for chain in solution.chains
        for checked in (*chain.claims, *(chain.critique or ()))
        for verdict in checked.verdicts
        if verdict.reason in accidents
    )
    return dict(found.most_common())


def _by_lacking(comparison: "Comparison | None") -> dict[str, list[str]]:
    """The strategies that were left out, by what the chains lack."""
    lacking: dict[str, list[str]] = {}
    for name, missing in (comparison.left_out if comparison else {}).items():
        lacking.setdefault(missing, []).append(name)
    return lacking


def _told_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """The settings as text. A key to a server is never among them, whoever made the record."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        for name, value in sorted(settings.items())
        if value is not None and "key" not in name
    }


def _rows(solved: Sequence[Solved], on_progress: Callable[[int], None]) -> Iterator[_Row]:
    """The problems in their order, each packed when its turn comes."""
    left = MOST_BYTES
    for done, each in enumerate(solved, start=1):
        data = _packed(problem_record(each))
        if len(data) > left:
            data = ""
        left -= len(data)
        yield _row(each, data)
        on_progress(done)


def _row(solved: Solved, data: str) -> _Row:
    solution = solved.solution
    problem, winner = solution.problem, solution.majority.winner
    answers = [row.answer.text for row in solution.tally.rows]
    name = problem.id or "problem"
    return _Row(
        status=solved.status,
        name=f"{name} · repeat {solved.repeat + 1}" if solved.repeat else name,
        snippet=shortened(problem.text, 140),
        answer=shortened(solution.answer.text, 60) if solution.answer else "",
        gold=shortened(problem.gold or "", 60),
        majority=shortened(winner.answer.text, 60) if winner else "",
        reliability=solution.reliability.value,
        chains=len(solution.chains),
        refuted=sum(len(chain.refuted) for chain in solution.chains),
        differs=_differs(solved),
        bar=stacked(solved),
        searched=shortened(" ".join((name, *answers[:8], problem.text[:_SEARCHED])), 2 * _SEARCHED).lower(),
        data=data,
    )


def _packed(record: dict[str, Any]) -> str:
    """JSON, compressed, in base64: no character of it means anything to a browser."""
    try:
        text = json.dumps(record, allow_nan=False, separators=(",", ":"))
    except ValueError:
        text = json.dumps(_finite(record), separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("ascii"), 6)).decode("ascii")


def _finite(value: Any) -> Any:
    """The value with null for every number that JSON cannot hold."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
