r"""What a problem demands of its answer, as far as its text says so with certainty.

* A *value*: it asks for a term (``58_9 - 18_9``, the remainder of ..., ``\int_0^1 x^2 dx``), closed or tied to its
  letters by the problem's facts; or for a form of a term (expand, factor, simplify), the same for all its letters.
* *Unknowns*: it asks for letters that its facts speak of. What it says of the largest or the least of them is left out:
  the answer must agree with the facts, no more.
* An *exercise* (`clra.parsing.exercises`): a text of a settled form, which is read whole.
* A *range*: what is asked for is a count, a probability, a digit, an AIME answer.

It refuses rather than guesses: several questions, questions about a figure, estimates, redefined signs and remarks that
may change the task (`clra.parsing.remarks`) demand nothing here; nor does a closed term beside which anything else is
told.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from clra.parsing.answer_ranges import conditions_of
from clra.parsing.exercises.readers import exercise_of
from clra.parsing.exercises.words import Exercise, Writing
from clra.parsing.precision import is_rounded, leaves_digits_open, places_in, rounds_oddly, significant_in
from clra.parsing.prose.setting import setting_of
from clra.parsing.quantities import quantity
from clra.parsing.questions import FORMULA, Question, question_of
from clra.parsing.reader import read, read_expression
from clra.parsing.tree import (
    Bracket,
    Call,
    Collection,
    Expression,
    Number,
    Operation,
    ReadError,
    Relation,
    Symbol,
    walk,
)
from clra.parsing.unbound import CONSTANTS, letters_of
from clra.types import Problem


class Demand(NamedTuple):
    """What an answer must agree with."""

    term: Expression | None = None
    """The answer is the value of this term."""
    universal: bool = False
    """It is that for all values of the letters."""
    antiderivative: bool = False
    """The answer's derivative is the term."""
    unknowns: tuple[str, ...] = ()
    """The answer is values of these letters, in this order."""
    conditions: tuple[str, ...] = ()
    """What the answer, called `ANSWER`, must fulfil, in the notation of `clra.parsing.notation`."""
    extra: tuple[str, ...] = ()
    """Statements beyond the problem's facts: ``x = 3`` of "for x = 3"."""
    rounded: bool = False
    """The answer is to be rounded."""
    places: int | None = None
    """To so many decimals."""
    significant: int | None = None
    """To so many significant digits."""
    oddly_rounded: bool = False
    """Not to the nearest number."""
    fewer_digits: bool = False
    """Fewer digits will do."""
    writing: Writing = Writing.PLAIN
    """How the answer is written."""
    open_values: frozenset[int] = frozenset()
    """Whole numbers of which nothing is said."""
    base: int = 10
    """The base in which the answer is to be written."""
    percent: bool = False
    """The answer is to be a percentage."""
    complex: bool = False
    """The letter i is the imaginary unit."""


LONGEST_ASKED = 1_000
"""Questions that go on longer are not read, formulas apart."""
_ESTIMATED = re.compile(
    r"\b(?:approximate(?:ly)?|estimate|closest|about how|roughly|best describes?|could be|"
    r"which of the (?:following|above|these)|in terms of|as a function of|in closed form)\b",
    re.IGNORECASE,
)
_BASE = re.compile(
    rf"\b(?:in|to|as a|into) base[- ]?\s*(?P<base>{FORMULA}|\d+|two|three|four|five|six|seven|eight|nine)(?!\w)",
    re.IGNORECASE,
)
_BASES = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_SUFFIX = re.compile(
    r"[,.;]?\s*(?:(?:and )?(?:express|give|write|leave)(?: (?:it|your answer|the answer|your result))?\s*)?"
    r"\(?(?:(?:expressed |written |giving your answer )?"
    r"(?:as an? (?:\w+ )?(?:common |improper |proper |reduced |simplified |simple |exact )?"
    r"(?:fraction|decimal|integer|mixed number|number|whole number|percent|percentage|radical|power of \w+|"
    r"polynomial|product of (?:two )?(?:binomials|linear factors|factors)|(?:single |simplified )?expression)"
    r"|in (?:its |the )?(?:simplest|lowest|simplified|reduced|exact|expanded|factored|decimal|standard)"
    r"(?: radical| possible| exact| fractional)?(?: form| terms)?(?: possible)?"
    r"|to (?:its )?(?:simplest form|lowest terms)"
    r"|to the nearest [\w-]+(?: [\w-]+)?|rounded to [\w -]+|correct to [\w -]+|to (?:\w+) decimal places?"
    r"|in your head|without (?:using )?a calculator|completely|fully|over the integers|by rationali[sz]ing the"
    rf" denominator|in base[- ]?\s*(?:{FORMULA}|\d+|\w+)|to base[- ]?\s*(?:{FORMULA}|\d+|\w+)|for all real \w+))+\)?$",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\bas an? (?:\w+ )?percent(?:age)?\b|\bwhat percent", re.IGNORECASE)
_OTHER_NUMBERS = re.compile(
    r"\bmodulo\b|\bhexadecimal\b|\boctal\b|\bin base\b|\b(?:finite field|field with)\b"
    r"|\\mathbb\s*\{?[ZF]\}?\s*(?:_|/)",
    re.IGNORECASE,
)
"""Letters and numerals may stand for other numbers than they seem to."""
_MANTISSA = re.compile(r"\bscientific|\bstandard form\b", re.IGNORECASE)
"""Decimal places may be those in front of a power of ten."""
_FORMING = {"simplify", "expand", "factor", "factorise", "factorize"}
_VALUING = {
    "find", "compute", "calculate", "evaluate", "determine", "what is", "what's", "express", "write", "convert",
    "state", "solve", "how", "how many", "add", "subtract", "multiply", "divide", "rationalize", "rationalise", "give",
    "integrate", "differentiate",
}  # fmt: skip
_SEEKING = {
    "find", "compute", "calculate", "evaluate", "determine", "solve", "what", "what is", "what are", "what's", "which",
    "for what", "for which", "give", "state", "list", "enter",
}  # fmt: skip
_AT = re.compile(
    rf"(?P<term>.+?),? (?:for|when|if|given(?: that)?|where|at) (?P<at>{FORMULA}(?:,? (?:and )?{FORMULA})*)"
)
_FORMING_LEAD = re.compile(
    r"(?:and (?:simplify|factor|expand|combine)(?: (?:completely|fully|the result))?|completely|fully)\s*:?\s*|:\s*",
    re.IGNORECASE,
)
_INTEGRAL = re.compile(
    r"(?:the )?(?:following )?(?:indefinite integral|antiderivative)\s*(?:of)?:?\s*(?P<rest>.+)", re.IGNORECASE
)
_NUMBER_WORD = (
    r"(?:(?:positive|negative|real|nonnegative|non-negative|nonzero|whole|natural|prime|distinct|possible|two-digit|"
    r"three-digit|four-digit|smallest|largest|least|greatest|maximum|minimum|unique|only|first|exact|numerical|integer|"
    r"odd|even|integral|rational|complex|ordered|all)[ -])*"
)
_KIND = (
    r"(?:(?:integers?|numbers?|pairs?|triples?|primes?|angles?|constants?"
    r"|(?:values?|value\(s\)|solutions?)(?: of| for)?) )?"
)
_UNKNOWN = re.compile(
    rf"(?:for )?(?:the |all )?(?:the )?(?:possible )?{_NUMBER_WORD}{_KIND}(?:the )?(?:constants? |variables? )?"
    rf"(?P<unknown>{FORMULA}|(?![aAI]\b)[a-zA-Z])(?P<tail>$|[:,]? .*|:.*)",
    re.IGNORECASE,
)
_ROOTS = re.compile(
    rf"(?:the |all )?(?:the )?{_NUMBER_WORD}(?:roots?|solutions?|zeros|zeroes)\s*(?:\(s\) )?(?:of|to)\s*(?:the )?"
    rf"(?:equation|polynomial|congruence|inequality)?:?\s*(?P<equation>{FORMULA})(?:\s.*)?",
    re.IGNORECASE,
)
_SOLVED = re.compile(
    rf"(?:the )?(?:following )?(?:quadratic |linear |exponential )?(?:equation|congruence)?:?\s*(?P<equation>{FORMULA})"
    rf"(?: for (?P<unknown>{FORMULA}))?(?: over .*| in .*)?",
    re.IGNORECASE,
)
_PLAIN_EQUATION = re.compile(
    r"(?:for |the |real |value(?:\(s\))? |values |of )*(?P<unknown>[a-zA-Z])"
    r"(?: in the equation| that satisf(?:y|ies)(?: the equation)?)?:?\s*(?P<equation>[^:]*\d[^:]*=[^:=]*)"
)
_TAIL = re.compile(
    r"\s*(?:[,:]|such that|so that|that|for which|with|where|satisf\w+|if|in|when|given|which|makes?|is|are|solv\w+|"
    rf"does|will|can|must|{FORMULA})",
    re.IGNORECASE,
)
_OPTIMUM = re.compile(
    r"(?:the )?(?:smallest|largest|least|greatest|maximum|minimum|maximal|minimal|lowest|highest)"
    rf"(?: possible)?(?: integer| positive integer| real)?(?: value)?(?: of)? (?P<term>{FORMULA})(?P<tail>$|[:,]? .*)",
    re.IGNORECASE,
)
_ANYTHING = re.compile(
    rf"(?:the )?(?:exact |numerical |possible )?(?:values? of )?(?P<term>{FORMULA})(?P<tail>$|[:,]? .*)"
)


@lru_cache(maxsize=256)
def demands_of(problem: Problem) -> tuple[Demand, ...]:
    """What a problem demands, the strongest first; empty where nothing is certain."""
    found: list[Demand] = []
    exercise = exercise_of(problem.text)
    if exercise is not None:
        found.append(_of_exercise(exercise, problem.text))
        if not exercise.extreme:
            return tuple(found)
    question = question_of(problem.text)
    if question is not None and len(question.asked) <= LONGEST_ASKED and not _is_redefined(problem):
        for read_demand in (_value, _unknowns):
            demand = _tried(read_demand, question)
            if demand is not None:
                found.append(demand)
                break
    if question is not None and question.settled and not _BASE.search(f"{question.asked} {question.notes}"):
        conditions = conditions_of(question, problem)
        if conditions and exercise is None:
            found.append(Demand(conditions=conditions))
    return tuple(found)


def _of_exercise(exercise: Exercise, text: str) -> Demand:
    return _digits_asked(text)._replace(term=exercise.term, writing=exercise.writing, open_values=exercise.open_values)


def _digits_asked(said: str) -> Demand:
    """How exact the answer is to be."""
    return Demand(
        rounded=is_rounded(said),
        places=places_in(said),
        significant=significant_in(said),
        oddly_rounded=rounds_oddly(said),
        fewer_digits=leaves_digits_open(said),
    )


def _is_redefined(problem: Problem) -> bool:
    """Whether usual signs may have an unusual meaning in a problem."""
    return bool(setting_of("", problem).signs)


def _tried(read_demand: Callable[[Question], Demand | None], question: Question) -> Demand | None:
    try:
        return read_demand(question)
    except ReadError:
        return None


def _value(question: Question) -> Demand | None:
    """The demand of a problem that asks for a term."""
    said = f"{question.condition} {question.verb} {question.asked} {question.notes}"
    if question.verb not in _FORMING | _VALUING or _ESTIMATED.search(said) or not question.settled:
        return None
    if "percent" in question.notes.lower() and not _PERCENT.search(said):
        return None
    asked, base = question.asked, _base(question)
    if question.verb == "express" and not _SUFFIX.search(asked):
        return None
    while (suffix := _SUFFIX.search(asked)) is not None:
        asked = asked[: suffix.start()].rstrip(" ,.;")
    digits = _digits_asked(said)
    common = digits._replace(
        oddly_rounded=digits.oddly_rounded or _MANTISSA.search(said) is not None,
        base=base,
        percent=_PERCENT.search(said) is not None,
        complex="complex" in question.text.lower(),
    )
    integral = _INTEGRAL.fullmatch(asked)
    if integral is not None:
        return _antiderivative(integral["rest"], question)
    if question.verb in _FORMING:
        lead = _FORMING_LEAD.match(asked)
        term = quantity(asked[lead.end() :] if lead else asked, question)
        if not letters_of(term):
            return common._replace(term=term) if question.alone else None
        if question.condition or not _is_rational(term) or any(isinstance(node, Call) for node in walk(term)):
            return None
        return common._replace(term=term, universal=True)
    extra: tuple[str, ...] = ()
    at = _AT.fullmatch(asked)
    if at is not None:
        values = [question.formula(each) for each in re.findall(FORMULA, at["at"])]
        if all(_sets_values(each) for each in values):
            asked, extra = at["term"], tuple(values)
    term = quantity(asked, question)
    if isinstance(term, Symbol) and term.name not in CONSTANTS:
        return Demand(unknowns=(term.name,), extra=extra, rounded=common.rounded)
    if letters_of(term) and (question.pictured or not _calls_are_closed(term)):
        return None
    if base != 10 and (letters_of(term) or not _is_in_base(term, asked)):
        return None
    if not letters_of(term) and not question.alone:
        return None
    return common._replace(term=term, extra=extra)


_OF_DIGITS = re.compile(r"\b(?:digits?|zero(?:e?s)?|ones|many|number of|remainder)\b", re.IGNORECASE)


def _is_in_base(term: Expression, asked: str) -> bool:
    """Whether it is settled what the numerals of a term mean that is to be written in another base than ten."""
    marked = any(isinstance(node, Operation) and node.operator == "base" for node in walk(term))
    return (marked or isinstance(term, Number)) and not _OF_DIGITS.search(asked)


def _calls_are_closed(term: Expression) -> bool:
    """Whether functions are taken at numbers only, so that a value is asked for and not a formula."""
    calls = [node for node in walk(term) if isinstance(node, Call)]
    return not any(letters_of(each) - {call.name for call in calls} for call in calls for each in call.arguments)


def _sets_values(text: str) -> bool:
    try:
        statements = read(text)
    except ReadError:
        return False
    return all(
        isinstance(each, Relation)
        and isinstance(each.left, Symbol)
        and not letters_of(each.right)
        and not isinstance(each.right, Collection)
        for each in statements
    )


def _antiderivative(text: str, question: Question) -> Demand:
    match quantity(f": {text}", question):
        case Operation(operator="integral", arguments=(Symbol(name=name), body)):
            letters = letters_of(body)
            variable = name.upper() if letters == {name.upper()} else name  # a slip of the pen
            return Demand(term=Operation("integral", (Symbol(variable), body)), antiderivative=True)
    raise ReadError("not an integral")


def _unknowns(question: Question) -> Demand | None:
    """The demand of a problem that asks for letters, or for a term of them."""
    said = f"{question.condition} {question.verb} {question.asked} {question.notes}"
    if question.verb not in _SEEKING or _ESTIMATED.search(said) or question.pictured or not question.settled:
        return None
    if _OTHER_NUMBERS.search(question.text):
        return None
    rounded = is_rounded(said)
    roots = _ROOTS.fullmatch(question.asked)
    if roots is not None:
        return _of_equation(question.formula(roots["equation"]), rounded)
    solved = _SOLVED.fullmatch(question.asked)
    if question.verb == "solve" and solved is not None:
        return _of_equation(question.formula(solved["equation"]), rounded)
    plain = _PLAIN_EQUATION.fullmatch(question.asked)
    if plain is not None and _is_formal(plain["equation"]):
        return _of_equation(plain["equation"], rounded, plain["unknown"])
    match = _UNKNOWN.fullmatch(question.asked)
    if match is not None and (not match["tail"] or _TAIL.match(match["tail"])):
        names = _names(
            question.formula(match["unknown"]) if re.fullmatch(FORMULA, match["unknown"]) else match["unknown"]
        )
        if names:
            return Demand(unknowns=names, rounded=rounded)
    for pattern in (_OPTIMUM, _ANYTHING):
        match = pattern.fullmatch(question.asked)
        if match is not None and (not match["tail"] or _TAIL.match(match["tail"])):
            term = read_expression(question.formula(match["term"]))
            if letters_of(term) and not isinstance(term, Collection) and _calls_are_closed(term):
                return Demand(term=term, rounded=rounded)
    return None


_WORD = re.compile(r"[A-Za-z]{2,}")


def _is_formal(text: str) -> bool:
    """Whether a plain text holds no words."""
    return _WORD.search(text) is None


def _of_equation(text: str, rounded: bool, unknown: str | None = None) -> Demand | None:
    """The demand for the solutions of one equation in one letter."""
    statements = read(text)
    if len(statements) != 1 or not isinstance(statements[0], Relation):
        return None
    names = letters_of(statements[0])
    if len(names) != 1 or any(isinstance(node, Call) for node in walk(statements[0])) or unknown not in (None, *names):
        return None
    return Demand(unknowns=tuple(names), extra=(text,), rounded=rounded)


def _names(text: str) -> tuple[str, ...]:
    """The letters that a formula lists; empty where it is something else."""
    try:
        statements = read(text)
    except ReadError:
        return ()
    items = statements
    if len(statements) == 1 and isinstance(statements[0], Operation) and statements[0].operator == "either":
        items = (statements[0].arguments[0],)
    if len(items) == 1 and isinstance(items[0], Collection):
        if items[0].bracket not in {Bracket.TUPLE, Bracket.OPEN_INTERVAL}:
            return ()
        items = items[0].items
    names = [item.name for item in items if isinstance(item, Symbol) and item.name not in CONSTANTS]
    return tuple(names) if len(names) == len(items) == len(set(names)) else ()


def _base(question: Question) -> int:
    match = _BASE.search(f"{question.asked} {question.notes}")
    if match is None:
        return 10
    word = match["base"].lower()
    if re.fullmatch(FORMULA, word):
        word = question.formula(word)
    if word in _BASES:
        return _BASES[word]
    if not word.isdigit() or not 2 <= int(word) <= 10:
        raise ReadError("not a base with digits")
    return int(word)


def _is_rational(tree: Expression) -> bool:
    """Whether a term is made by the four operations and whole powers, so that it is defined nearly everywhere."""
    operators = {node.operator for node in walk(tree) if isinstance(node, Operation)}
    powers = [node.arguments[1] for node in walk(tree) if isinstance(node, Operation) and node.operator == "pow"]
    return operators <= {"add", "mul", "neg", "div", "pow", "either"} and not any(letters_of(each) for each in powers)
