"""The prompt texts: one TOML file a set, with ``version``, ``solve``, ``claims`` and ``judge``.

A set for a model that follows instructions also has ``solve_claims`` and ``repair``, and ``json_claims = true`` where
its ``claims`` asks for JSON; one for a model that can compare solutions has ``universal`` and ``genselect``, and
``json_choices = true`` where its ``universal`` asks for JSON; one for a model that can write programs has ``check``,
``check_claim``, ``program`` and ``inputs``. The others leave them out.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias

from clra.errors import ConfigError, UnknownPluginError

Task: TypeAlias = Literal[
    "solve",
    "solve_claims",
    "claims",
    "judge",
    "repair",
    "universal",
    "genselect",
    "check",
    "check_claim",
    "program",
    "inputs",
]
"""Solve the problem; solve it and end with the decision-relevant claims; name those of a solution; judge one claim, the
last word being yes or no; give a reply that could not be read in the form that was asked for; choose the candidate that
is the most consistent with the others, or the one that is most likely right; write a program that works out the answer
anew, or whether one claim holds; write the program that a programming problem asks for; name inputs on which such
programs are compared."""

_NEEDED: Final[dict[Task, str]] = {"solve": "{problem}", "claims": "{solution}", "judge": "{claim}"}
_OPTIONAL: Final[dict[Task, str]] = {
    "solve_claims": "{problem}",
    "repair": "{reply}",
    "universal": "{candidates}",
    "genselect": "{candidates}",
    "check": "{problem}",
    "check_claim": "{claim}",
    "program": "{problem}",
    "inputs": "{problem}",
}
_PLACEHOLDER: Final = re.compile(r"\{(problem|solution|claim|premises|asked|reply|fault|candidates|code|count)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSet:
    """The prompts that go together, made for one kind of model."""

    name: str
    version: str
    solve: str
    claims: str
    judge: str
    solve_claims: str | None = None
    repair: str | None = None
    universal: str | None = None
    genselect: str | None = None
    check: str | None = None
    check_claim: str | None = None
    program: str | None = None
    inputs: str | None = None
    json_claims: bool = False
    """Whether ``claims`` asks for JSON, which a server can be held to."""
    json_choices: bool = False
    """Whether ``universal`` does."""

    def has(self, task: Task) -> bool:
        """Whether a model of this set can be asked for it."""
        return getattr(self, task) is not None

    def opening(self, task: Task) -> str:
        """The first line of a prompt, as it stands in the set; empty where there is none."""
        template: str | None = getattr(self, task)
        return (template or "").partition("\n")[0]

    def render(
        self,
        task: Task,
        *,
        problem: str = "",
        solution: str = "",
        claim: str = "",
        premises: str = "",
        asked: str = "",
        reply: str = "",
        fault: str = "",
        candidates: str = "",
        code: str = "",
        count: str = "",
    ) -> str:
        """Fill in a prompt. Braces other than the placeholders, as LaTeX is full of, stay as they are.

        Args:
            task: what is to be done.
            problem: its text.
            solution: the chain, without its thoughts.
            claim: the claim that is looked into.
            premises: what it stands on, a line each.
            asked: of a repair, the prompt that was replied to.
            reply: of a repair, what was replied.
            fault: of a repair, why it could not be read.
            candidates: of a choice, the framed solutions.
            code: of a choice, what their frames carry.
            count: of a choice, how many there are.

        Raises:
            ConfigError: this set has no such prompt.
        """
        template: str | None = getattr(self, task)
        if template is None:
            raise ConfigError(f'prompt set {self.name!r} has no "{task}"')
        given = {
            "problem": problem,
            "solution": solution,
            "claim": claim,
            "premises": premises,
            "asked": asked,
            "reply": reply,
            "fault": fault,
            "candidates": candidates,
            "code": code,
            "count": count,
        }
        given = {name: text.strip() for name, text in given.items()}
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
    needs = _NEEDED | {key: needed for key, needed in _OPTIONAL.items() if key in table}
    for key, needed in needs.items():
        if not isinstance(table.get(key), str) or needed not in table[key]:
            raise ConfigError(f'prompt set {name!r}: expected "{key}" to be a text with {needed} in it')
    if "version" not in table:
        raise ConfigError(f'prompt set {name!r}: expected "version"')
    flags = {flag: table.get(flag, False) for flag in ("json_claims", "json_choices")}
    for flag, value in flags.items():
        if not isinstance(value, bool):
            raise ConfigError(f'prompt set {name!r}: expected "{flag}" to be true or false')
    return PromptSet(
        name=name,
        version=str(table["version"]),
        solve=table["solve"].strip(),
        claims=table["claims"].strip(),
        judge=table["judge"].strip(),
        **flags,
        **{key: table[key].strip() for key in _OPTIONAL if key in table},
    )
