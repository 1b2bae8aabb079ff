"""Which of several candidates a model's reply chooses."""

import json
import re
from typing import Any, Final

from clra.protocols import Completion
from clra.types import FinishReason
from clra_verifiers.replies import without_thoughts

_FENCED: Final = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)
_DECORATION: Final = re.compile(r"[*_`\[\](){}$]|\\(?:boxed|text|mathbf)\b")
_LAST_LINE: Final = re.compile(
    r"\W*(?:my |the |final )*choice\s*(?:is|=)?\s*:?\s*(?:candidate|solution|response|number)?\s*#?(\d{1,6})\s*\.?\s*",
    re.IGNORECASE,
)


def choice_schema(count: int) -> dict[str, Any]:
    """JSON of a choice between candidates 1 to ``count``, its reasons first, so that they come before it."""
    return {
        "type": "object",
        "properties": {
            "reasons": {"type": "string"},
            "choice": {"type": "integer", "enum": list(range(1, count + 1))},
        },
        "required": ["reasons", "choice"],
        "additionalProperties": False,
    }


def read_choice(reply: Completion, count: int) -> int | None:
    """The number from 1 to ``count`` that a reply chooses; None where it chooses none of them.

    What counts is a JSON object with a "choice", or a last line such as "choice: 3". A reply that was cut off, or whose
    thoughts do not end, chooses nothing: what it shows may be a draft.
    """
    text = reply.text
    if reply.finish_reason in {FinishReason.LENGTH, FinishReason.ABORTED}:
        return None
    if text.rfind("<think>") > text.rfind("</think>"):
        return None
    said = without_thoughts(text)
    number = _json_choice(said)
    if number is None:
        lines = [line for line in said.splitlines() if line.strip(" `")]
        found = _LAST_LINE.fullmatch(_DECORATION.sub("", lines[-1])) if lines else None
        number = int(found[1]) if found else None
    return number if number is not None and 1 <= number <= count else None


def _json_choice(said: str) -> int | None:
    """The "choice" of the JSON object that a reply is, that it fences, or that is its last line."""
    fenced = _FENCED.findall(said)
    for text in (said, *fenced[-1:], *said.splitlines()[-1:]):
        try:
            found = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        number = found.get("choice") if isinstance(found, dict) else None
        if isinstance(number, int) and not isinstance(number, bool):
            return number
    return None
