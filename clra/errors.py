"""What can go wrong outside the data.

::

    ClraError                      hint, retryable
      ConfigError                  a setting that cannot be
        UnknownPluginError         a name that no plug-in has
      ModelError                   the model answered with an error, or not in the agreed form
        ModelUnavailableError      nobody answers (retryable)
        RequestRefusedError        this request is at fault, others may be answered
      StoreError                   a saved run cannot be read, or is of another problem set
      InputError                   a file that is not what the command reads

A wrong claim, an undecided claim, a chain without an answer: those are data, not errors.
"""

from collections.abc import Iterable


class ClraError(Exception):
    """The root of every error that clra raises on purpose."""

    retryable: bool = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        """What the user can do about it; the command line prints it under the message."""


class ConfigError(ClraError):
    """A setting that cannot be, from a flag, the environment or ``clra.toml``."""


class UnknownPluginError(ConfigError):
    """No plug-in has this name."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"there is no {kind} named {name!r}", hint=f"there are: {', '.join(sorted(known))}")


class ModelError(ClraError):
    """The model refused the request or answered outside the agreed form."""


class ModelUnavailableError(ModelError):
    """Nobody answers at the model's address, or not in time."""

    retryable = True


class RequestRefusedError(ModelError):
    """The model cannot take this request, such as a prompt longer than its context; it may take others."""


class StoreError(ClraError):
    """A saved run cannot be read, or belongs to another problem set."""


class InputError(ClraError):
    """A file or text is not what the command reads."""
