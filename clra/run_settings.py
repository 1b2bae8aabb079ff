"""The settings of a run as they are kept with it, and whether two runs may be taken for parts of one."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

from clra.config import Settings
from clra.store import RunHeader

LOCAL: Final = frozenset(
    {"base_url", "timeout", "retries", "concurrency", "jobs", "memory_mb", "sandbox", "runs", "cache"}
)
"""Settings that say how and where a run is worked off, not what it finds."""
_SECRET: Final = re.compile(r"token|secret|password|api_?key", re.IGNORECASE)
_CREDENTIALS: Final = re.compile(r"(?<=://)[^/@\s,]*@")
_QUERY: Final = re.compile(r"(?<=[^\s?#,])\?[^#\s,]*")
_ADDRESS: Final = re.compile(r"https?://[^#]*#")


def run_header(
    name: str, settings: Settings, *, dataset: str, repeats: int = 1, shard: tuple[int, int] | None = None
) -> RunHeader:
    """The header of a new run, made now. What the settings hold of secrets is left out."""
    return RunHeader(
        name=name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("clra"),
        settings=public_settings(settings),
        dataset=dataset,
        repeats=repeats,
        shard=shard,
    )


def public_settings(settings: Settings) -> dict[str, Any]:
    """The settings as JSON: no API key, no names or keys in addresses, no secret of an engine's arguments."""
    public = settings.model_dump(mode="json", exclude={"api_key"})
    public["vllm"] = {name: value for name, value in public["vllm"].items() if not _SECRET.search(name)}
    for name in ("model", "base_url"):
        if public[name]:
            public[name] = _QUERY.sub("", _CREDENTIALS.sub("", public[name]))
    return public


def usual_settings() -> dict[str, Any]:
    """The settings where nothing is chosen, in the form of `public_settings`."""
    return public_settings(Settings.model_construct())


def differences(a: RunHeader, b: RunHeader) -> Iterator[str]:
    """What keeps two runs from being parts of one, in words.

    Where the servers stand does not, nor a setting that one of them does not know, where the other has it as usual: it
    came in with another version of clra.
    """
    if a.dataset != b.dataset:
        yield f"dataset: {a.dataset!r} and {b.dataset!r}"
    if a.repeats != b.repeats:
        yield f"repeats: {a.repeats} and {b.repeats}"
    here, there = _lasting(a.settings), _lasting(b.settings)
    for name in sorted(here.keys() | there.keys()):
        if here.get(name) != there.get(name):
            yield f"{name}: {here.get(name)!r} and {there.get(name)!r}"


def _lasting(settings: Mapping[str, Any]) -> dict[str, Any]:
    lasting = {name: value for name, value in {**usual_settings(), **settings}.items() if name not in LOCAL}
    if isinstance(lasting.get("model"), str):
        lasting["model"] = _ADDRESS.sub("", lasting["model"])
    return lasting
