"""Quantities that a problem names in words, as terms: ``the remainder when 2^100 is divided by 7``.

Only what has one settled meaning is read. A letter in a formula stays a letter.

Not covered: averages of more than numerals, rates, ages, percentages of unstated wholes, anything about figures.
"""

import re
from collections.abc import Callable

from clra.parsing.closedforms import divisor_count, divisor_sum, first_naturals, number, progression_sum, sum_of
from clra.parsing.counting import COUNTED, DIVISORS, divisors_asked
from clra.parsing.equality import canonical_answer
from clra.parsing.mathematics.units import unit_name
from clra.parsing.notation import to_text
from clra.parsing.points import distance, midpoint
from clra.parsing.questions import FORMULA, Question
from clra.parsing.reader import read, read_expression
from clra.parsing.tree import (
    Collection,
    Expression,
    Number,
    Operation,
    ReadError,
    Relation,
    has_decimals,
    walk,
)
from clra.parsing.unbound import letters_of
from clra.parsing.units import SYSTEMS, unit

_NUMERAL = r"\d[\d,]*(?:\.\d+)?"
_ONE = rf"(?:{FORMULA}|[-−]?{_NUMERAL})"
_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100,
}  # fmt: skip
_COUNT = rf"(?:{_ONE}|{'|'.join(_WORDS)})"
_OF_NATURALS = frozenset({"add", "mul", "pow", "factorial", "binomial", "sum", "product"})
"""What makes natural numbers of such."""
_PLAIN = re.compile(r"(?:[\d\s()+\-−*×·÷/^.,%!√π]|sqrt)+")
_POWER_OF_NEGATIVE = re.compile(r"\s*[-−]\s*\d[\d.,]*\s*(?:\^|\*\*)")
_NEGATIVE_WITHIN = re.compile(r"[-+−*×·÷/(]\s*[-−]\s*\d[\d.,]*\s*(?:\^|\*\*)")
_MODULO = re.compile(r"(?P<term>[^=<>]+?)\s*\\pmod\s*\{?(?P<modulus>\d+)\}?")


def quantity(text: str, question: Question) -> Expression:
    """The term that a part of a question names.

    Args:
        text: the part, each formula as one character.
        question: which it belongs to.

    Raises:
        ReadError: where it names none that can be read with certainty.
    """
    told = text.strip(" ,")
    text = _bare(told)
    if re.fullmatch(FORMULA, text):
        return _single(question.formula(text))
    for pattern, build in _RULES:
        match = pattern.fullmatch(text)
        if match is not None:
            return build(match, question)
    for pattern, count in COUNTED:
        match = pattern.fullmatch(text)
        if match is not None:
            return count(_whole_value(match["n"], question))
    match = DIVISORS.fullmatch(text)
    if match is not None:
        return divisors_asked(match, _whole_value(match["m"] or match["n"], question))
    announced = _BEFORE_COLON.fullmatch(told) is not None
    if (_WITH_LETTERS if announced else _PLAIN).fullmatch(text.rstrip(" =?")) and any(sign.isdigit() for sign in text):
        if _NEGATIVE_WITHIN.search(text):
            raise ReadError("a power of a negative number, or the negative of one")
        return _either_power(_single(text)) if _POWER_OF_NEGATIVE.match(text) else _single(text)
    raise ReadError("not a quantity that is known")


_ANNOUNCING = (
    r"(?:(?:the|this|these|following|final|answer|to|exact|numerical|simplified|simplest|value|of|result|expressions?"
    r"|fractions?|radical|integral|limit|logarithm|determinant|quantity|product|sum|difference|quotient|arithmetic|problem"
    r"|multiplication|division|addition|subtraction|calculation|complex|numbers?|and|simplify|completely|real|number)"
    r"(?![A-Za-z])\s*)*"
)
_BEFORE_COLON = re.compile(rf"{_ANNOUNCING}:\s*(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_BEFORE_FORMULA = re.compile(rf"{_ANNOUNCING}(?P<rest>{FORMULA})", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the |an? )", re.IGNORECASE)
_WITH_LETTERS = re.compile(
    r"(?:[\d\s()+\-−*×·÷/^.,∫]|\*\*|(?<![A-Za-z])(?:sin|cos|tan|exp|log|ln|sqrt|d?[A-Za-z])(?![A-Za-z]))+"
)


def _bare(text: str) -> str:
    """The text without an article and without words that only announce a value."""
    text = text.strip(" ,")
    match = _BEFORE_COLON.fullmatch(text) or _BEFORE_FORMULA.fullmatch(text)
    return _ARTICLE.sub("", match["rest"] if match else text, count=1) if match else re.sub(_ARTICLE, "", text, count=1)


def _single(text: str) -> Expression:
    """The one term of a formula; what it equals with a question mark or an empty right side is the formula's left."""
    text = re.sub(r"\s*=\s*(?:\\?\?|\\_+|_+)?\s*$", "", text)
    modulo = _MODULO.fullmatch(text)
    if modulo is not None:
        return Operation("mod", (read_expression(modulo["term"]), number(int(modulo["modulus"]))))
    expression = read_expression(text)
    if isinstance(expression, Collection):
        raise ReadError("several values")
    return expression


def _either_power(term: Expression) -> Expression:
    """A plain ``-3^4``, which some take for the power of a negative number.

    Raises:
        ReadError: where it is only a part of the term.
    """
    match term:
        case Operation(operator="neg", arguments=(Operation(operator="pow", arguments=(base, exponent)),)):
            other = Operation("pow", (Operation("neg", (base,)), exponent))
            return Operation("either", (term, other))
    raise ReadError("a power, or the negative of one")


def whole(text: str, question: Question) -> int:
    """The natural number that a part of a question is.

    Raises:
        ReadError: where it is none.
    """
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    match quantity(text, question):
        case Number(value=value, decimals=None) if value.denominator == 1:
            return int(value)
    raise ReadError("not a natural number")


def _whole_value(text: str, question: Question) -> int:
    """The natural number that a part of a question is worth.

    Raises:
        ReadError: where it is none, or is not known.
    """
    term = quantity(text, question)
    value = canonical_answer(to_text(term)).value
    if letters_of(term) or value is None or value.number is None or value.number.q != 1:
        raise ReadError("not a natural number")
    return int(value.number)


def _list(text: str, question: Question) -> list[Expression]:
    """The terms of a list such as ``12, 18 and 24``."""
    text = re.sub(
        r"^(?:these|the|both|all)?\s*(?:two |three |four )?(?:numbers|integers|values|terms)?\s*:?\s*", "", text
    )
    items: list[Expression] = []
    for part in re.split(r",?\s+and\s+|,\s+|;\s*", text.strip()):
        if re.fullmatch(FORMULA, part):
            statements = read(question.formula(part))
            if any(isinstance(each, Relation | Collection) for each in statements):
                raise ReadError("not a list of terms")
            items += [each for each in statements if not isinstance(each, Relation)]
        else:
            items.append(quantity(part, question))
    return items


def _divisor_count(match: re.Match[str], question: Question) -> Expression:
    return divisor_count(whole(match["n"], question))


def _divisor_sum(match: re.Match[str], question: Question) -> Expression:
    return divisor_sum(whole(match["n"], question))


def _remainder(match: re.Match[str], question: Question) -> Expression:
    dividend, divisor = quantity(match["a"], question), whole(match["b"], question)
    if letters_of(dividend):
        raise ReadError("may be the remainder of a polynomial")
    return Operation("mod", (dividend, number(divisor)))


def _last_digit(match: re.Match[str], question: Question) -> Expression:
    term = quantity(match["a"], question)
    if letters_of(term) or not {each.operator for each in walk(term) if isinstance(each, Operation)} <= _OF_NATURALS:
        raise ReadError("may be something else than a natural number")
    if has_decimals(term):
        raise ReadError("the digit in front of the point")
    return Operation("mod", (term, number(10)))


def _extreme(operator: str) -> Callable[[re.Match[str], Question], Expression]:
    def build(match: re.Match[str], question: Question) -> Expression:
        items = _list(match["list"], question)
        if len(items) < 2:
            raise ReadError("one number only")
        return Operation(operator, tuple(items))

    return build


def _combined(match: re.Match[str], question: Question) -> Expression:
    items = _list(match["list"], question)
    word = match["word"].lower()
    if word == "sum" and len(items) > 1:
        return Operation("add", tuple(items))
    if word == "product" and len(items) > 1:
        return Operation("mul", tuple(items))
    if word in {"average", "mean", "arithmetic mean"} and len(items) > 1:
        return Operation("div", (sum_of(items), number(len(items))))
    raise ReadError("not a combination that is known")


def _share(match: re.Match[str], question: Question) -> Expression:
    part = quantity(match["part"].replace(" percent", "%"), question)
    if not isinstance(part, Operation) or part.operator not in {"percent", "div"}:
        raise ReadError("not a part of something")
    return Operation("mul", (_hundredths(part), _hundredths(quantity(match["whole"], question))))


def _hundredths(term: Expression) -> Expression:
    """A percentage of something as a number, in no reading the one in front of its sign."""
    if isinstance(term, Operation) and term.operator == "percent":
        return Operation("div", (term.arguments[0], number(100)))
    return term


def _root(match: re.Match[str], question: Question) -> Expression:
    degree = {"square": 2, "cube": 3, "fourth": 4}[match["degree"].lower()]
    return Operation("root", (number(degree), quantity(match["a"], question)))


def _power(match: re.Match[str], question: Question) -> Expression:
    return Operation("pow", (quantity(match["a"], question), number({"square": 2, "cube": 3}[match["degree"].lower()])))


def _reciprocal(match: re.Match[str], question: Question) -> Expression:
    return Operation("div", (number(1), quantity(match["a"], question)))


def _choose(match: re.Match[str], question: Question) -> Expression:
    return Operation("binomial", (quantity(match["n"], question), quantity(match["k"], question)))


def _first_naturals(match: re.Match[str], question: Question) -> Expression:
    if match["kind"] is None and match[0].lower().endswith(" natural numbers"):
        raise ReadError("zero may be the first one")
    return first_naturals(whole(match["n"], question), match["kind"] or "")


def _range_sum(match: re.Match[str], question: Question) -> Expression:
    low, high = whole(match["low"], question), whole(match["high"], question)
    kind = (match["kind"] or "").lower()
    step = whole(match["n"], question) if match["n"] else 2 if kind else 1
    rest = 1 if kind == "odd" else 0
    if step < 1:
        raise ReadError("no multiples")
    if match["between"] and not match["inclusive"] and rest in {low % step, high % step}:
        raise ReadError("the ends may count or not")
    return progression_sum(low, high, step, rest)


def _plain(match: re.Match[str], question: Question) -> Expression:  # noqa: ARG001 - the shape of a rule
    return _single(match["term"])


def _itself(match: re.Match[str], question: Question) -> Expression:
    return number(whole(match["n"], question))


def _midpoint(match: re.Match[str], question: Question) -> Expression:
    return midpoint(question.formula(match["p"]), question.formula(match["q"]))


def _distance(match: re.Match[str], question: Question) -> Expression:
    return distance(question.formula(match["p"]), question.formula(match["q"]))


def _conversion(match: re.Match[str], question: Question) -> Expression:
    """The amount in the other unit, by what both are worth."""
    given, asked = unit_name(match["given"].strip()), unit_name(match["asked"].strip())
    if given is None or asked is None or given == asked:
        raise ReadError("not units that are known")
    bases = {given.partition("^")[0], asked.partition("^")[0]}
    source, target = unit(given), unit(asked)
    if source.dimension != target.dimension or not any(bases <= system for system in SYSTEMS):
        raise ReadError("not units of one system")
    amount = match["n"]
    count = number(1) if amount.lower() in {"a", "an", "one"} else quantity(amount, question)
    return Operation("mul", (count, number(source.factor / target.factor)))


_DIVISORS = r"(?:divisors|factors)"
_POSITIVE = r"(?:different |distinct )?(?:positive|natural[- ]number|whole[- ]number|positive whole[- ]number) "
_GREATEST = r"(?:greatest|largest|highest) common (?:divisor|factor)|g\.?c\.?[df]\.?"
_LEAST = r"(?:least|lowest|smallest) (?:positive )?common multiple|l\.?c\.?m\.?"


def _rule(
    pattern: str, build: Callable[[re.Match[str], Question], Expression]
) -> tuple[re.Pattern[str], Callable[[re.Match[str], Question], Expression]]:
    return re.compile(pattern, re.IGNORECASE), build


_RULES = (
    _rule(rf"(?:{_GREATEST})(?: \((?:gcd|gcf|hcf)\))? (?:of|for|between) (?P<list>.+)", _extreme("gcd")),
    _rule(rf"(?:{_LEAST})(?: \(lcm\))? (?:of|for|between) (?P<list>.+)", _extreme("lcm")),
    _rule(rf"remainder when (?P<a>.+) is divided by (?P<b>{_COUNT})", _remainder),
    _rule(rf"remainder (?:of|in) (?P<a>.+?) (?:when |if )?divided by (?P<b>{_COUNT})", _remainder),
    _rule(
        r"(?:units|ones|unit's|unit|last)['’]? digit (?:of|in) (?:the )?(?:number |integer |value of )?(?P<a>.+)",
        _last_digit,
    ),
    _rule(rf"number of {_POSITIVE}(?:integer )?{_DIVISORS} of (?P<n>{_ONE})", _divisor_count),
    _rule(rf"many {_POSITIVE}(?:integer )?{_DIVISORS} does (?:the number )?(?P<n>{_ONE}) have", _divisor_count),
    _rule(rf"many {_POSITIVE}(?:integer )?{_DIVISORS} of (?P<n>{_ONE}) are there", _divisor_count),
    _rule(rf"sum of (?:all )?(?:of )?(?:the )?{_POSITIVE}(?:integer )?{_DIVISORS} of (?P<n>{_ONE})", _divisor_sum),
    _rule(
        rf"sum of (?:all )?(?:of )?(?:the )?first (?P<n>{_COUNT}) (?:"
        r"(?P<kind>odd |positive odd |odd positive |positive even |even positive )(?:integers|numbers|natural numbers)"
        r"|positive integers|natural numbers|counting numbers|positive whole numbers)",
        _first_naturals,
    ),
    _rule(
        rf"sum of (?:all )?(?:of )?(?:the )?(?:(?P<kind>odd|even) )?(?:positive )?"
        rf"(?:(?:integers|numbers|whole numbers|natural numbers)|multiples of (?P<n>{_COUNT}))"
        rf" (?:from|(?P<between>between)) (?P<low>{_ONE}) (?:to|and|through) (?P<high>{_ONE})"
        r"(?P<inclusive>,? inclusive)?",
        _range_sum,
    ),
    _rule(r"fraction (?P<term>[-−]?\d+ ?/ ?\d+)", _plain),
    _rule(rf"prime factori[sz]ation of (?P<n>{_ONE})", _itself),
    _rule(
        r"(?:coordinates of the )?midpoint of (?:the )?(?:line )?(?:segment )?"
        r"(?:between|with endpoints|joining|from|connecting) "
        rf"(?:the )?(?:points? )?(?P<p>{FORMULA}) (?:and|to) (?P<q>{FORMULA})",
        _midpoint,
    ),
    _rule(r"(?P<word>sum|product|average|mean|arithmetic mean) of (?P<list>[^a-z]*(?:\band\b[^a-z]*)?)", _combined),
    _rule(rf"(?P<part>{_ONE}\s?(?:%|percent)?) of (?P<whole>{_ONE})", _share),
    _rule(rf"(?:positive |principal )?(?P<degree>square|cube|fourth) root of (?P<a>{_ONE})", _root),
    _rule(rf"(?P<degree>square|cube) of (?P<a>{_ONE})", _power),
    _rule(rf"(?:reciprocal|multiplicative inverse) of (?P<a>{_ONE})", _reciprocal),
    _rule(rf"(?P<n>{_ONE}) choose (?P<k>{_ONE})", _choose),
    _rule(
        rf"(?:distance|length of the (?:line )?segment)(?:, in units,)? (?:between|from|joining) (?:the )?"
        rf"(?:points? )?(?P<p>{FORMULA}) (?:and|to) (?:the point )?(?P<q>{FORMULA})",
        _distance,
    ),
    _rule(rf"many (?P<asked>[a-z ]+?) (?:are|is)(?: there)? in (?P<n>an?|one|{_ONE}) (?P<given>[a-z ]+)", _conversion),
    _rule(rf"(?P<n>{_ONE}) (?P<given>[a-z ]+?) (?:to|into|in) (?P<asked>[a-z ]+)", _conversion),
)
