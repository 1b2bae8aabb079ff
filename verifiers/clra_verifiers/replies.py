"""What a model replies: its thoughts taken off, and the program in it."""

import re
import textwrap
from typing import Final

from clra.errors import ModelError
from clra.protocols import Completion, Model, SamplingParams

THOUGHTS: Final = re.compile(r"\A.*</think>", re.DOTALL)
"""All up to the end of a reasoning model's thoughts."""
_FENCE: Final = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[ \t]*(?P<language>[\w+-]*)[^\n`]*$", re.MULTILINE)
_PYTHON: Final = frozenset({"python", "python3", "py"})


async def complete(model: Model, prompt: str, params: SamplingParams) -> Completion:
    """One completion.

    Raises:
        ModelError: the model refuses, fails, or gives none.
    """
    drawn = [completion async for completion in model.sample(prompt, params)]
    if not drawn:
        raise ModelError(f"{model.name} gave no completion")
    return drawn[0]


def without_thoughts(text: str) -> str:
    """What stands after the thoughts of a reasoning model; all of it where nothing does."""
    return THOUGHTS.sub("", text, count=1).strip() or text.strip()


def program_in(reply: Completion) -> str | None:
    """The last fenced block of Python in a reply, or the last one that names no language; None where there is none.

    A reply that was cut off, or whose thoughts do not end, holds none: what it shows may be a draft.
    """
    text = reply.text
    if reply.finish_reason.cuts_off:
        return None
    if text.rfind("<think>") > text.rfind("</think>"):
        return None
    found: dict[bool, str] = {}
    opening: re.Match[str] | None = None
    for fence in _FENCE.finditer(without_thoughts(text)):
        if opening is None:
            opening = fence
        elif not fence["language"]:
            language = opening["language"].lower()
            if language in _PYTHON or not language:
                found[bool(language)] = textwrap.dedent(fence.string[opening.end() : fence.start()]).strip("\n")
            opening = None
    return found.get(True) or found.get(False) or None
