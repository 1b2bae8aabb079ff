"""Multiple choice: the options that a problem offers, and the letter an answer stands for."""

import re
from collections.abc import Mapping
from functools import lru_cache

from clra.parsing.readings import canonical_text

MOST_OPTIONS = 10
_OPTION = re.compile(
    r"(?:^|(?<=[\s$}~])|(?<=quad))(?:\\(?:textbf|mathrm|text|mathbf|bf|rm)\s*\{\s*)?"
    r"(?:\((?P<round>[A-J])\)|(?P<plain>[A-J])[).:])\s*\}?[\s~$]*(?:\\[ ,;:!])*"
)
_END = re.compile(r"\n|\\q?quad|\\\\|$")
_LETTER = re.compile(
    r"(?:(?:the )?(?:correct )?(?:option|choice|answer)\s*(?:is)?\s*:?\s*)?"
    r"\(?([A-J])\)?(?:[).:]|$)(?:\s*(?P<rest>.*))?",
    re.IGNORECASE | re.DOTALL,
)

LONGEST_ENDING = 200
_CONCLUDED = re.compile(
    r"(?<![A-Za-z])(?i:(?:solution|answer)(?: is|\s*:)[\s:*]*(?:the )?(?:correct )?)"
    r"(?P<named>(?i:choice|option)[ _\\]*\(?(?P<letter>[A-J])(?![A-Za-z])\)?)(?!\s*(?:or|and)\b)"
    r"(?:[.:][^\n.]*)?[\s.*]*\Z"
)


@lru_cache(maxsize=256)
def options(problem: str) -> Mapping[str, str]:
    """The options of a problem by their letters, which must run from A on; empty where it offers none."""
    found: dict[str, str] = {}
    matches = list(_OPTION.finditer(problem))
    for index, match in enumerate(matches):
        letter = match["round"] or match["plain"]
        if letter != chr(ord("A") + len(found)):
            if letter != "A":
                continue
            found = {}
        following = matches[index + 1].start() if index + 1 < len(matches) else len(problem)
        end = _END.search(problem, match.end(), following)
        found[letter] = problem[match.end() : end.start() if end else following].strip(" \t$,;~\\")
    return found if 2 <= len(found) <= MOST_OPTIONS else {}


def chosen_letter(answer: str, offered: Mapping[str, str]) -> str | None:
    """The letter of the option that an answer names, by its letter or by its text; None where it names none."""
    plain = _without_wrapping(answer)
    match = _LETTER.fullmatch(plain)
    if match and (letter := match[1].upper()) in offered and (match[1].isupper() or len(plain) <= 3):
        rest = match["rest"]
        if not rest or "(" + letter in plain or plain[len(match[1]) :].lstrip()[:1] in ").:":
            return letter
    key = canonical_text(answer).key
    named = [letter for letter, text in offered.items() if text and canonical_text(text).key == key]
    return named[0] if len(named) == 1 else None


def stated_choice(text: str, offered: Mapping[str, str]) -> re.Match[str] | None:
    """Where a text ends by naming one of the options as its answer: ``Solution: Choice B``.

    The groups of the match are ``named`` and ``letter``.
    """
    found = _CONCLUDED.search(text, max(0, len(text) - LONGEST_ENDING))
    return found if found is not None and found["letter"] in offered else None


def _without_wrapping(answer: str) -> str:
    """The answer without the commands and signs around its letter."""
    plain = re.sub(r"\\(?:textbf|mathrm|text|mathbf|boxed|bf|rm)\s*", "", answer)
    return re.sub(r"[{}$*~\\]", "", plain).strip(" .\n")
