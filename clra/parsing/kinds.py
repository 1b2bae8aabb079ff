"""What kind of number a letter stands for, as a text tells in words: ``positive integers $m$ and $n$``.

Not covered: kinds told of anything but single letters, and divisors, bounds and bases told in words.
"""

import re
from collections.abc import Iterator

_ADJECTIVES = (
    "distinct|different|relatively prime|coprime|consecutive|unequal|fixed|odd|even|positive|non-?negative|non-?zero"
    "|negative|real|rational|complex|whole|natural|prime|(?:one|two|three|four)-digit|single"
)
_KIND = rf"(?P<kind>(?:(?:{_ADJECTIVES})[\s,]+){{0,4}}(?:integers?|reals?|numbers?|digits?|primes?|rationals?))\b"
_LETTER = r"(?<![A-Za-z])[a-zA-Z](?:_\{?\w\}?)?(?![A-Za-z])"
_BETWEEN = r"(?=[\s$]*(?:,|and\b))[\s$,]{1,6}(?:and[\s$]{1,4})?"
_LETTERS = rf"(?P<letters>{_LETTER}(?:{_BETWEEN}{_LETTER}){{0,7}})"
_KIND_FIRST = re.compile(rf"\b{_KIND}\s+(?:\$|\\\()?{_LETTERS}", re.IGNORECASE)
_LETTERS_FIRST = re.compile(
    rf"(?:(?:\A|[.,;:]|\b(?:let|if|where|that|suppose|assume|given|when|and|constants?))\s*)(?:\$|\\\()?{_LETTERS}"
    rf"[\s$,)\\]{{1,4}}(?:are|is|be)\s+(?:(?:both|all|each|an?|any|two|three|four|five|some)\s+){{0,2}}{_KIND}",
    re.IGNORECASE,
)
_FORM = re.compile(r"\b(?:form|expressed|written|express|write|simplest|lowest)\b", re.IGNORECASE)
_ONE = re.compile(_LETTER)
_ARTICLES = frozenset({"a", "A", "I"})
_WHOLE = re.compile(r"integer|whole|natural|odd|even|digit|(?<!relatively )prime")
_PRIME = re.compile(r"(?<!relatively )prime")


def kinds_in(text: str) -> Iterator[str]:
    """The statements, in formal notation, such as ``n in ZZ`` and ``n > 0``.

    Letters of the form that an answer is to take are left out: a solution uses them for other things before.
    """
    told: set[str] = set()
    for match in [*_KIND_FIRST.finditer(text), *_LETTERS_FIRST.finditer(text)]:
        if _FORM.search(text, text.rfind(". ", 0, match.start()) + 1, match.start()):
            continue
        letters = _ONE.findall(match["letters"])
        if text[match.start("letters") - 1] == " " and len(letters) == 1 and letters[0] in _ARTICLES:
            continue
        for letter in letters:
            name = letter.replace("{", "").replace("}", "")
            for statement in _statements(name, match["kind"].lower()):
                if statement not in told:
                    told.add(statement)
                    yield statement


def _statements(name: str, kind: str) -> Iterator[str]:
    """What a kind of number says of a letter."""
    if "complex" in kind:
        return
    if re.search(r"(?<!-)digit", kind):
        yield from (f"{name} in ZZ", f"{name} >= 0", f"{name} <= 9")
        return
    for pattern, numbers in ((_WHOLE, "ZZ"), (re.compile("rational"), "QQ"), (re.compile("real"), "RR")):
        if pattern.search(kind):
            yield f"{name} in {numbers}"
            break
    if _PRIME.search(kind):
        yield f"{name} > 1"
    elif "positive" in kind:
        yield f"{name} > 0"
    elif re.search(r"non-?negative|whole", kind):
        yield f"{name} >= 0"
    elif "negative" in kind:
        yield f"{name} < 0"
    elif re.search(r"non-?zero", kind):
        yield f"{name} != 0"
