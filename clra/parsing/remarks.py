"""Remarks on how an answer is to be written, which change nothing of what is asked for.

One is known by all of its words: a single other one (``modulo``, ``plus``, ``smaller``, ``assume``), a number or a
formula out of place, and it may change the task.
"""

import re
from typing import Final

from clra.parsing.skeleton import FORMULA

_FEW: Final = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)"
_BASE: Final = rf"base[- ]?(?:{FORMULA}|\d{{1,2}}|two|three|four|five|six|seven|eight|nine|ten)"
_KIND: Final = r"(?:whole|mixed|complex|real|decimal|rational|irrational|single|integer|exact)"
_PHRASES: Final = re.compile(
    r"[(\[]\s*(?:ex\b|e\.g|example\b|for (?:example|instance)\b)[^()\[\]]*(?:\([^()]*\)[^()\[\]]*)*[)\]]"
    r"|\"[^\"]*\""
    rf"|\b{_FEW} (?:decimals?(?: places?| digits?)?|digits? after the decimal point|significant (?:figures?|digits?)"
    r"|d\.p\.|s\.f\.)"
    rf"|\b(?:from|between) (?:{FORMULA}|\d{{1,3}}) (?:to|and) (?:{FORMULA}|\d{{1,3}})(?:,? inclusive)?"
    rf"|\bform (?:{FORMULA}|`?\([a-z], ?[a-z](?:, ?[a-z])?\)`?)"
    rf"(?:,? where {FORMULA}(?:,? (?:and )?{FORMULA})* (?:are|is)"
    r"(?: an?| real| positive| integers?| numbers?| whole)+)?"
    rf"|\b(?:pairs?|triples?),? {FORMULA}|\bin terms of {FORMULA}|\b{_BASE}"
    rf"|\b(?:the|all) (?:exact |possible )?(?:values?|solutions?) (?:of|for) {FORMULA}"
    rf"|\byou may find it helpful to consider the fact that {FORMULA}"
    rf"|\bas (?:an? )?(?:{_KIND} )*numbers?\b|\bsingle decimal number\b"
    r"|\b(?:two )?comma-separated decimal (?:numbers|values)\b"
    r"|\bfor \d (?:or more )?solutions?\b"
    r"|\bformat your answer based on the number of solutions\b"
    r"|\bassume there is arbitrary bit depth and that there are signed integers\b"
    r"|\bassume that all dice are rolled at once,? and that '1d6' represents one roll of a 6-sided dice\b"
    r"|\bnot (?:in )?the two[’']?s[- ]compl[ie]ment form\b"
    r"|\bfor all geometry problems\b|\bin solving equations, please follow these instructions\b"
    r"|\bwhen performing calculations, please follow these guidelines\b"
    r"|\buse \*\* instead of \^ to represent exponents\b"
    r"|\balways include the \* symbol for all multiplication operations in your reasoning steps\b"
    r"|\brounding (?:up from the half|(?:down|up) when the \d{1,2}th decimal place is 5 or greater)\b"
    r"|\byour task is to compute an exponentiation of a number\b"
    r"|\bnearest (?:(?:ten-|hundred-)?(?:tenth|hundredth|thousandth)|ten|hundred|thousand|cent)s?\b(?: place)?"
    r"|\bto a maximum of\b|\bat (?:most|least)\b|\bup to\b(?= \d)",
    re.IGNORECASE,
)
"""What is harmless as a whole."""
_LISTING: Final = """
a all an and angle angles answer answers any are as be by calculate calculations can comma commas common completely
compute convert coordinates correct decimal degree degrees digits display do doesn't don don't e each empty enter
equation exact exactly expand expanded explain explanation explanations express expressed expression factor factored
factors figures final following for form format fraction fractional fractions fully gcd give if improper in include
integer integers interval into is it lcm leave like list lists lowest make mixed nearest negative no not notation
number of only or ordered out output pair pairs percent percentage percents place places please point polynomial
possible probability problem problems provide radians radical radicals radius rational real reduced reply report
represent representing residue respond response result results return root roots round rounded rounding satisfy
scientific separate separated simple simplest simplified simplify so solution solutions solve square standard state
steps string submit such sure symbol terms text that the them there these this three to triple triples type unit
units use using value values whole with without words work write written you your
"""
_WORDS: Final = frozenset(_LISTING.split())
_WRITTEN_IN: Final = frozenset({"hexadecimal", "hexidecimal", "hex", "binary"})
"""Ways to write whole numbers, which matter where no prefix tells them apart."""
_HARMFUL: Final = re.compile(
    r"\bnumber of\b|\b(?:whole|integer|fractional|real|negative) (?:part|solutions?|roots?|values? only)"
    r"|\bonly (?:the )?(?:real|negative|integer|rational|whole)\b|\bonly if\b"
    r"|\bwithout\b(?! (?:units|words|explanations?|text))|\b(?:do not|don't|not|without) round"
    r"|\b(?:square|root|factors?|digits) of\b|\bnegative of\b|\bout of\b|\bin units of\b"
    r"|\bof the (?:answers?|solutions?|roots?|result)\b|\ba (?:solution|root|real)\b(?! number)",
    re.IGNORECASE,
)
"""What harmless words may be put together to."""
_EXAMPLE: Final = re.compile(r"\W*(?:for example|for instance|e\.g\.|example:)", re.IGNORECASE)
_LISTED: Final = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)])(?=\s|$)")
_WORD: Final = re.compile(rf"[^\W\d_]+(?:['’][a-z]+)?|\d|{FORMULA}")
_CORRECTED: Final = re.compile(
    r"\b(?:correction|corrected|misprint\w*|typo\w*|errat(?:um|a)|should (?:read|have been)|actually|initially"
    r"|(?:is|are|was|were|gets?) (?:then |now )?(?:increased|decreased|replaced|doubled|tripled|halved|swapped"
    r"|changed))\b",
    re.IGNORECASE,
)


def is_harmless(sentence: str, *, prefixed: bool = False) -> bool:
    """Whether a sentence tells nothing but how an answer is to be written.

    Args:
        sentence: it, each formula as one character or as it is.
        prefixed: whether the number system of an answer is told by its prefix, ``0x`` or ``0b``.
    """
    if _EXAMPLE.match(sentence):
        return True
    plain = " ".join(_LISTED.sub("", sentence, count=1).split())
    if _HARMFUL.search(_PHRASES.sub(" # ", plain)):
        return False
    known = _WORDS | _WRITTEN_IN if prefixed else _WORDS
    rest = _PHRASES.sub(" ", plain)
    return all(word in known for word in map(str.lower, _WORD.findall(rest))) and not re.search(r"[=<>+]", rest)


def is_corrected(text: str) -> bool:
    """Whether a text takes back something that it told before."""
    return _CORRECTED.search(text) is not None
