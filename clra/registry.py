"""Plug-ins by name. The built-in ones come in by the same door: entry points, imported only when asked for."""

import logging
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal, TypeAlias

from clra.config import Settings
from clra.errors import ConfigError, UnknownPluginError
from clra.protocols import Model, Strategy

Kind: TypeAlias = Literal["model", "verifier", "selector", "strategy", "sandbox"]

_LOG = logging.getLogger(__name__)

_GROUPS: dict[Kind, str] = {
    "model": "clra.models",
    "verifier": "clra.verifiers",
    "selector": "clra.selectors",
    "strategy": "clra.strategies",
    "sandbox": "clra.sandboxes",
}


@cache
def plugins(kind: Kind) -> dict[str, EntryPoint]:
    """All installed plug-ins of a kind, by name."""
    return {point.name: point for point in sorted(entry_points(group=_GROUPS[kind]), key=lambda point: point.name)}


def installed() -> dict[str, dict[str, str]]:
    """Every plug-in: kind -> name -> where it lives."""
    return {kind: {name: point.value for name, point in plugins(kind).items()} for kind in _GROUPS}


def locate(kind: Kind, name: str) -> str:
    """Where a plug-in lives, as ``module:attribute``. A name that already has this form stands for itself.

    Raises:
        UnknownPluginError: no plug-in has this name.
    """
    if name in plugins(kind):
        return plugins(kind)[name].value
    module, colon, attribute = name.partition(":")
    if colon and module and attribute.isidentifier():
        return name
    raise UnknownPluginError(kind, name, plugins(kind))


def load(kind: Kind, name: str) -> Any:
    """Import a plug-in.

    Raises:
        UnknownPluginError: no plug-in has this name.
        ConfigError: it cannot be imported.
    """
    place = locate(kind, name)
    module, _, attribute = place.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"the {kind} {name!r} ({place}) cannot be imported: {error}") from error


def open_model(settings: Settings) -> Model:
    """Open the model that ``settings.model`` names, ``NAME`` or ``NAME:ARGUMENT``.

    Raises:
        UnknownPluginError: no model backend has this name.
        ModelError: the backend cannot be opened.
    """
    name, _, argument = settings.model.partition(":")
    if name not in plugins("model"):
        raise UnknownPluginError("model", settings.model, plugins("model"))
    model: Model = load("model", name)(argument, settings)
    _LOG.info("opened %s (%s)", model.name, locate("model", name))
    return model


def open_sandbox(settings: Settings) -> Any:
    """Open the sandbox that ``settings.sandbox`` names; it fits ``clra_sandbox.Sandbox``.

    Raises:
        UnknownPluginError: no sandbox has this name.
        Exception: whatever that sandbox says where it cannot hold on this machine.
    """
    return load("sandbox", settings.sandbox)()


def strategy(name: str) -> Strategy:
    """Load a strategy by name."""
    loaded: Strategy = load("strategy", name)
    return loaded
