"""What kind of number a problem asks for: a count, a probability, a digit, a remainder, an AIME answer.

Not covered: lengths and other measures, percentages, anything that may be told in another unit.
"""

import re

from clra.parsing.questions import FORMULA, Question
from clra.types import Problem

ANSWER = "A"
"""The letter that stands for the answer."""

_COUNTED = (
    r"(?:ways|integers|numbers|pairs|triples|quadruples|solutions|values|subsets|divisors|factors|digits|sequences|"
    r"arrangements|permutations|combinations|words|zeros|zeroes|triangles|rectangles|paths|"
    r"functions|people|students|primes|multiples|polynomials|terms|elements|sets|committees|outcomes|possibilities)"
)
_SCALES = "dozens?|hundreds?|thousands?|millions?|billions?"
_HOW_MANY = re.compile(
    rf"(?:how many|(?:the )?number of) (?:(?!average|expected|more|of|{_SCALES})[a-z-]+ ){{0,3}}{_COUNTED}\b"
    r"(?!.*\b(?:average|expected|each|per)\b)",
    re.IGNORECASE,
)
_PROBABILITY = re.compile(r"(?:the )?probability\b(?!.*\b(?:percent|odds)\b)", re.IGNORECASE)
_DIGIT = re.compile(r"(?:the )?(?:units|ones|tens|hundreds|thousands|last|first) digit\b", re.IGNORECASE)
_REMAINDER = re.compile(r"(?:the )?remainder when .+ is divided by (?P<n>\d+|" + FORMULA + r")", re.IGNORECASE)
_COPRIME = re.compile(
    r"relatively prime positive integers|positive integers (?:that are )?(?:relatively prime|coprime)|coprime positive",
    re.IGNORECASE,
)
_SUM_OF_TWO = re.compile(r"[a-zA-Z]\s*\+\s*[a-zA-Z]")
_AIME = re.compile(r"\bAIME\b|(?:integer|answer) (?:from|between) 0{1,3} (?:to|and) 999|\bAIME[ _-]?\d", re.IGNORECASE)
_WHOLE = f"{ANSWER} in ZZ"


def conditions_of(question: Question, problem: Problem) -> tuple[str, ...]:
    """What the answer to a question must fulfil, called `ANSWER`, in the notation of `clra.parsing.notation`."""
    asked = f"{question.verb} {question.asked}"
    bare = re.sub(r"^(?:find|compute|calculate|determine|evaluate|what is|what's|what) ", "", asked)
    if _AIME.search(problem.id) or _AIME.search(question.notes):
        return (_WHOLE, f"{ANSWER} >= 0", f"{ANSWER} <= 999")
    if "percent" in question.text or "%" in question.notes:
        return ()
    if _PROBABILITY.match(bare):
        return (f"{ANSWER} >= 0", f"{ANSWER} <= 1")
    if _DIGIT.match(bare):
        return (_WHOLE, f"{ANSWER} >= 0", f"{ANSWER} <= 9")
    if (match := _REMAINDER.fullmatch(bare)) is not None:
        divisor = question.formula(match["n"]) if re.fullmatch(FORMULA, match["n"]) else match["n"]
        negative = any(question.formula(each).startswith("-") for each in re.findall(FORMULA, bare))
        if divisor.isdigit() and not negative and not re.search(r"polynomial|quotient", question.text):
            return (_WHOLE, f"{ANSWER} >= 0", f"{ANSWER} < {divisor}")
    if _HOW_MANY.match(bare) or question.verb in {"in how many", "for how many"}:
        return (_WHOLE, f"{ANSWER} >= 0")
    if (
        re.fullmatch(rf"(?:the )?(?:value of )?{FORMULA}", bare)
        and _SUM_OF_TWO.fullmatch(question.formula(bare[-1]))
        and _COPRIME.search(question.text)
    ):
        return (_WHOLE, f"{ANSWER} >= 2")
    return ()
