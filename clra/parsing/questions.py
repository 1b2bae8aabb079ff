"""The question that a problem asks: its verb, what is asked for, and what the text remarks on the form of the answer.

A problem that asks more than one thing, or none, has no question here: nobody knows which of them an answer answers.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from clra.parsing.choices import options
from clra.parsing.remarks import is_corrected, is_harmless
from clra.parsing.skeleton import FIRST, FORMULA, skeleton

__all__ = ["FORMULA", "LONGEST_PROBLEM", "Question", "is_remark", "question_of"]

LONGEST_PROBLEM = 8_000

_FIGURE = re.compile(r"\[asy\].*?(?:\[/asy\]|\Z)|\\begin\{tikzpicture\}.*?(?:\\end\{tikzpicture\}|\Z)", re.DOTALL)
_MENTIONS_FIGURE = re.compile(
    r"\[asy\]|\b(?:as shown|figure|diagram|shown (?:below|above|here)|pictured?|graph (?:below|above|shown))\b",
    re.IGNORECASE,
)
_VERBS = (
    r"find|compute|calculate|evaluate|determine|simplify|expand|factor(?:ise|ize)?|solve|express|write|convert|state"
    r"|what(?:'s| is| are| was| were| will| would| does| do| did| must| should| can| could)?"
    r"|how|which|who|when|where|why|for (?:what|which|how many)|in (?:what|which|how many)|at (?:what|which)|by what"
    r"|to (?:what|which)|add|subtract|multiply|divide|differentiate|integrate|rationali[sz]e|name|list|give|tell|show"
    r"|enter|prove|verify|explain|describe|sketch|draw|graph|pick|choose|count|estimate|approximate|is|are|does|do|can"
)
_CLEAN = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"(?i)^(?:please|now|then|so|first|finally|thus|hence|also|next|problem|question)[,:]? (?=\w)"), ""),
)
_NOTE = re.compile(
    r"\(?(?:(?:please |and )?(?:express|give|enter|write|leave|provide|report|state|submit|type|put|return|output"
    r"|format|simplify|round|include|separate) (?:the |your |only |all |each |just |any |a )*"
    r"(?:final |exact |numerical |simplified |decimal )*"
    r"(?:(?:answers?|results?)(?! (?:to|of) the)|solutions?|response|values? (?:only|as|to|in)|expression as|roots"
    r"|units|angle|possible values|factors separated|gcd|lcm|fraction as your|count numerically)"
    r"|express (?:it|them) |give your|(?:please )?(?:answer|reply|respond|round|assume|note|recall|remember|hint"
    r"|for example|e\.g\.|example|do not|don't|be sure|you may|use the|use \*\*|make sure|only (?:reply|give)|if the"
    r" answer|if there|your answer|the (?:final )?answer|all answers|when performing|in solving|in this problem"
    r"|as usual|here|for all geometry|always|this means|\d[.)])(?![A-Za-z]))",
    re.IGNORECASE,
)
_ASKING_TOO = re.compile(
    r"[,;:]\s*(?:and |then |please )*(?:find|compute|determine|calculate|evaluate|what is)\b", re.IGNORECASE
)
_ENTERED = re.compile(
    r"(?:enter|give|state|report|submit) (?:all )?(?:the )?(?:possible )?(?:values? of|ordered (?:pair|triple)s?|pair)"
    rf" {FORMULA}",
    re.IGNORECASE,
)
"""What looks like a remark, but tells what is asked for."""
_AND_THEN = re.compile(
    r"\b(?:and|then),? (?:then )?(?:(?:add|subtract|multiply|divide|double|square|halve|take|sum)\b(?! root)"
    r"|(?:give|report|enter|state|submit|return|output)\b"
    r"(?! (?:it|them|(?:your|the|all)(?: final| exact| possible)? (?:answers?|results?|solutions?|values?)\b)))",
    re.IGNORECASE,
)
"""A second task in the same sentence."""
_TOLD_TO = re.compile(
    r"(?:report|submit|provide|return|output|type|put|reply|respond|answer|round|format|include|sum|square|double|halve"
    r"|leave|repeat|replace|change|swap|ignore)\b(?! (?:is|of|are)\b)",
    re.IGNORECASE,
)
"""A task that is no remark and has none of the verbs of questions."""
_REMARK = (
    r"When performing|In solving|For all geometry|Use |Always |Return |Give |Express |Enter |Write your|Round |Do not "
    r"|Provide |Only |Note|Answer "
)
_BREAK = re.compile(
    rf"(?<=[.?!])[\"”')]*\s*(?={_REMARK})|(?<=[.?!])[\"”')]*\s+(?=[\"“'(]*(?:[A-Z0-9]|{FORMULA}))|\n\s*\n"
    rf"|\n(?=\s*(?:(?:[-*•]|\d+[.)]) |{_REMARK}))"
    rf"|(?<={FORMULA})\s*(?=(?:Find|Compute|Determine|Evaluate|Calculate|What is|How many|Express|Enter|Give|Write)\b)"
)
_ABBREVIATION = re.compile(r"\b(?:i\.e|e\.g|approx|vs|cf|no|resp|mr|mrs|ms|dr|st)\.$", re.IGNORECASE)
_QUESTION = re.compile(
    rf"(?:^|[,;:]\s*(?:and\s+)?(?:then\s+)?|\bthen\s+|\band\s+(?=find|compute|determine|evaluate|what|how)|{FORMULA}\s*)"
    rf"(?:please\s+)?(?P<verb>{_VERBS})(?![A-Za-z'’-])",
    re.IGNORECASE,
)
_ENDING = re.compile(r"[.]$")


class Question(NamedTuple):
    """The one question of a problem."""

    verb: str
    """In small letters: ``find``, ``what is``."""
    asked: str
    """What follows the verb, each formula as one character."""
    condition: str
    """What stands in the same sentence before the verb."""
    formulas: tuple[str, ...]
    """The formulas of the problem, without delimiters."""
    text: str
    """The problem without figures and options."""
    notes: str
    """What it remarks on the form of the answer."""
    pictured: bool
    """Whether it speaks of a figure, which nobody here can see."""
    settled: bool
    """Whether its remarks change nothing of what is asked for, and nothing is taken back."""
    alone: bool
    """Whether it says nothing else: no sentence besides, and no condition."""

    def formula(self, character: str) -> str:
        """The formula that a character stands for."""
        return self.formulas[ord(character) - FIRST]


_CALCULATION = re.compile(r"[\d\s()+\-−*×·÷/^.,%!]+=\s*\??\s*")
_ANNOUNCED = re.compile(
    r"(?:please )?(?:solve|calculate|compute|evaluate|find|answer|what is)(?: (?:the|this|following|answer|result|value"
    r"|to|of|problem|expression|calculation|question|arithmetic))*(?: to a maximum of [\w ]+)?"
    r"(?:, rounding up from the half)?",
    re.IGNORECASE,
)


@lru_cache(maxsize=256)
def question_of(problem: str) -> Question | None:
    """The question that a problem asks; None where it asks none or several, or is too long to tell."""
    if not problem.strip() or len(problem) > LONGEST_PROBLEM:
        return None
    text = _without_options(_FIGURE.sub(" ", problem))
    bare = skeleton(text)
    if bare is None:
        return None
    words, formulas = bare
    lines = [line for line in words.split("\n") if _CALCULATION.fullmatch(line) and any(map(str.isdigit, line))]
    if len(lines) == 1:
        return _calculation(lines[0], words.replace(lines[0], "\n"), formulas, text)
    notes: list[str] = []
    others: list[str] = []
    asking: list[re.Match[str]] = []
    for sentence in _sentences(words):
        if _NOTE.match(sentence) and not _ENTERED.match(sentence) and not _ASKING_TOO.search(sentence):
            notes.append(sentence)
            continue
        match = _asking(sentence)
        if match is not None:
            asking.append(match)
        elif sentence.endswith("?") or _TOLD_TO.match(sentence):
            return None
        else:
            others.append(sentence)
    if len(asking) != 1 or _AND_THEN.search(asking[0].string):
        return None
    match = asking[0]
    sentence = match.string
    condition = sentence[: match.start("verb")].strip(" ,;")
    return Question(
        verb=match["verb"].lower(),
        asked=_ENDING.sub("", sentence[match.end() :].strip()).rstrip(" ?.:").strip(),
        condition=condition,
        formulas=formulas,
        text=text,
        notes=" ".join(notes),
        pictured=_MENTIONS_FIGURE.search(problem) is not None,
        settled=all(map(is_harmless, notes)) and not any(map(is_corrected, [*others, *notes])),
        alone=all(_tells_nothing(each) for each in [*others, condition]),
    )


def is_remark(sentence: str) -> bool:
    """Whether a sentence asks for nothing: it announces a task, or remarks on the form of the answer."""
    return bool(_NOTE.match(sentence) or _ANNOUNCED.fullmatch(sentence.rstrip(" .:?")) or sentence.startswith("Only"))


def _tells_nothing(sentence: str) -> bool:
    """Whether a sentence announces a task, or remarks on the form of the answer and no more."""
    announces = _ANNOUNCED.fullmatch(sentence.rstrip(" .:?")) is not None
    return announces or (is_harmless(sentence) and "base" not in sentence.lower())


def _calculation(line: str, rest: str, formulas: tuple[str, ...], text: str) -> Question | None:
    """The question that a line with an empty right side is, where the text asks for nothing else."""
    others = _sentences(rest)
    if not all(map(is_remark, others)):
        return None
    settled = all(map(_tells_nothing, others))
    asked = line.strip().rstrip(" ?=").strip()
    return Question(
        "compute", asked, "", formulas, text, " ".join(others), pictured=False, settled=settled, alone=settled
    )


def _without_options(problem: str) -> str:
    """The problem up to its first option."""
    if not options(problem):
        return problem
    first = re.search(r"(?:\\(?:textbf|mathrm|text|mathbf)\s*\{\s*)?\(A\)|(?:^|(?<=\s))A[).:](?=\s)", problem)
    return problem[: first.start()].rstrip(" $\\\n") if first else problem


def _sentences(skeleton: str) -> list[str]:
    sentences: list[str] = []
    start = 0
    for cut in _BREAK.finditer(skeleton):
        if cut.start() > start and not _ABBREVIATION.search(skeleton, max(start, cut.start() - 8), cut.start()):
            sentences.append(skeleton[start : cut.start()])
            start = cut.end()
    sentences.append(skeleton[start:])
    for pattern, replacement in _CLEAN:
        sentences = [pattern.sub(replacement, sentence).strip() for sentence in sentences]
    return [sentence for sentence in sentences if sentence]


_AUXILIARY = frozenset({"is", "are", "does", "do", "can", "when", "where", "who", "which", "name", "show", "list"})


def _asking(sentence: str) -> re.Match[str] | None:
    """Where a sentence begins to ask, the last such place; None where it only tells."""
    found = None
    for match in _QUESTION.finditer(sentence):
        if match["verb"].lower() in _AUXILIARY and match.start("verb") > 0:
            continue
        if found is not None and not sentence.endswith("?") and match["verb"].lower().startswith(("how", "what")):
            continue
        found = match
    return found
