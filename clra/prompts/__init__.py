"""The prompt texts: one TOML file a set, with ``version``, ``solve``, ``claims`` and ``judge``."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias

from clra.errors import ConfigError, UnknownPluginError

Task: TypeAlias = Literal["solve", "claims", "judge"]
"""Solve the problem; name a solution's decision-relevant claims; judge one claim, the last word being yes or no."""

_NEEDED: Final[dict[Task, str]] = {"solve": "{problem}", "claims": "{solution}", "judge": "{claim}"}
_PLACEHOLDER: Final = re.compile(r"\{(problem|solution|claim)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSet:
    """The prompts that go together, made for one kind of model."""

    name: str
    version: str
    solve: str
    claims: str
    judge: str

    def render(self, task: Task, *, problem: str, solution: str = "", claim: str = "") -> str:
        """Fill in a prompt. Braces other than the placeholders, as LaTeX is full of, stay as they are."""
        template: str = getattr(self, task)
        given = {"problem": problem.strip(), "solution": solution.strip(), "claim": claim.strip()}
        return _PLACEHOLDER.sub(lambda found: given[found[1]], template)


@cache
def prompt_set(name: str) -> PromptSet:
    """Load the prompt set of this name.

    Raises:
        UnknownPluginError: there is none.
        ConfigError: its file is not what it should be.
    """
    texts = {file.name.removesuffix(".toml"): file for file in files(__name__).iterdir() if file.name.endswith(".toml")}
    if name not in texts:
        raise UnknownPluginError("prompt set", name, texts)
    return parse_prompts(name, texts[name].read_text("utf-8"))


def parse_prompts(name: str, text: str) -> PromptSet:
    """Read a prompt set from TOML.

    Raises:
        ConfigError: the text is not a prompt set.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"prompt set {name!r}: {error}") from error
    for key, needed in _NEEDED.items():
        if not isinstance(table.get(key), str) or needed not in table[key]:
            raise ConfigError(f'prompt set {name!r}: expected "{key}" to be a text with {needed} in it')
    if "version" not in table:
        raise ConfigError(f'prompt set {name!r}: expected "version"')
    return PromptSet(
        name=name,
        version=str(table["version"]),
        solve=table["solve"].strip(),
        claims=table["claims"].strip(),
        judge=table["judge"].strip(),
    )
