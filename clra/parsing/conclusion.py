"""The final answer of a chain as claims: what the problem demands of it, and what the chain derived."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from clra.parsing.answer_ranges import ANSWER
from clra.parsing.answers import key_for
from clra.parsing.choices import options, stated_choice
from clra.parsing.demands import Demand, demands_of
from clra.parsing.exercises.words import Writing
from clra.parsing.extraction import WINDOW, find_marked
from clra.parsing.givens import givens_of
from clra.parsing.notation import to_text
from clra.parsing.reader import read, read_relation
from clra.parsing.rounded_answers import (
    Solutions,
    is_calculus,
    is_coarser,
    is_extreme,
    linear_solution,
    listed_roots,
    rounded_value,
)
from clra.parsing.stated import Stated, coordinates, digits_in_base, is_plain, is_reducible, values_of, written_values
from clra.parsing.tree import (
    Call,
    Collection,
    Expression,
    Number,
    Operation,
    ReadError,
    Relation,
    Relator,
    Symbol,
    has_decimals,
    walk,
)
from clra.parsing.unbound import letters_of
from clra.types import Answer, Claim, ClaimKind, Modality, Premise, Problem, Step


def answer_claims(
    text: str, answer: Answer | None, claims: tuple[Claim, ...], problem: Problem, steps: tuple[Step, ...] = ()
) -> tuple[Claim, ...]:
    """The final answer as claims of kind ANSWER; empty where nothing is known that it must agree with.

    Args:
        text: the chain.
        answer: what was read as its final answer.
        claims: the chain's claims, in the order of their places.
        problem: what it solves.
        steps: the chain's steps, in order; the answer belongs to the last one that begins at or before it.
    """
    if answer is None or _is_another_number(text, answer):
        return ()
    marked = find_marked(text, max(0, len(text) - WINDOW))
    final = (marked is not None and marked.span == answer.span) or stated_choice(
        text, options(problem.text)
    ) is not None
    values = values_of(answer, problem)
    demands = demands_of(problem)
    if any(demand.writing is not Writing.PLAIN for demand in demands):
        values = written_values(answer.text, values, demands[0].writing)
    demands = demands if values else ()
    if not final:  # a chain that was cut off ends anywhere, but not by chance with the very term that is asked for
        demands = tuple(demand for demand in demands if demand.term is not None and demand.term == values[0].name)
    found = dict.fromkeys(claim for demand in demands for claim in _demanded(demand, values, answer, problem))
    starts = [step.span.start for step in steps]
    place = bisect_right(starts, answer.span.start) - 1
    index = steps[place].index if place >= 0 else 0
    uses = _arrived_from(values, claims)
    return tuple(
        replace(claim, step=index, uses=tuple(sorted({*claim.uses, *uses})))
        for claim in (*found, *_derived(demands, values, claims, answer))
    )


_CHECKED = re.compile(r"\b(?:check|verify|confirm|test)(?:s|ed|ing)?\b(?: \w+){0,4}:?[\s$\\(]*$", re.IGNORECASE)
_ANNOUNCED = re.compile(r"\b(?:as follows|(?:the )?following(?: \w+){0,3}|below)[.:]\s", re.IGNORECASE)
_COUNTED = r"\b(?:steps?|parts?|cases?|equations?|problems?|questions?|lines?|examples?|figures?|methods?)[\s#*(]*"
"""What a number in front of which it stands is the number of."""
_COUNTING = re.compile(_COUNTED, re.IGNORECASE)
_LEAD = 60


def _is_another_number(text: str, answer: Answer) -> bool:
    """Whether what looks like the answer comes of checking it, numbers a step, or stands in what leads to it."""
    within = text[slice(*answer.span)]
    place = within.find(answer.text)
    if place > 0 and (
        _ANNOUNCED.search(within, 0, place)
        or (_COUNTING.search(within) and re.search(rf"{_COUNTED}{re.escape(answer.text)}(?!\w)", within, re.IGNORECASE))
    ):
        return True
    return _CHECKED.search(text, max(0, answer.span.start - _LEAD), answer.span.start) is not None


def _arrived_from(values: tuple[Stated, ...], claims: tuple[Claim, ...]) -> tuple[int, ...]:
    """The latest claim whose right side is the answer."""
    if len(values) != 1:
        return ()
    ending = f" = {to_text(values[0].value)}"
    latest = (index for index in reversed(range(len(claims))) if (claims[index].formal or "").endswith(ending))
    return tuple(islice(latest, 1))


def _demanded(demand: Demand, values: tuple[Stated, ...], answer: Answer, problem: Problem) -> Iterator[Claim]:
    """What one demand makes of an answer."""
    if demand.writing is Writing.ROOTS:
        yield from _listed(listed_roots(demand, values), answer)
    elif demand.unknowns:
        for stated in values:
            yield from _of_unknowns(demand, stated, answer, problem)
    elif len(values) != 1:
        return
    elif demand.conditions:
        value = values[0].value
        if not letters_of(value) and is_plain(value):
            yield from _claim(Symbol(ANSWER), value, answer, tuple(Premise(each) for each in demand.conditions))
    elif isinstance(demand.term, Collection):
        parts = coordinates(values[0].value, len(demand.term.items))
        for term, part in zip(demand.term.items, parts, strict=False):
            if not isinstance(term, Relation):
                yield from _of_term(demand, term, part, replace(answer, text=to_text(part)), problem)
    elif demand.term is not None and _is_of(values[0].name, demand.term):
        yield from _of_term(demand, demand.term, values[0].value, answer, problem)


def _is_of(name: Expression | None, term: Expression) -> bool:
    """Whether an answer that names its value may speak of a term: it repeats it, or gives the whole a letter."""
    match name:
        case None:
            return True
        case Symbol(name=letter):
            return name == term or letter not in letters_of(term)
        case _:
            return name == term or not letters_of(name) or isinstance(name, Call)


def _of_term(demand: Demand, term: Expression, value: Expression, answer: Answer, problem: Problem) -> Iterator[Claim]:
    """The value of a term."""
    if isinstance(value, Collection) or (isinstance(value, Number) and value.value in demand.open_values):
        return
    if demand.antiderivative:
        match term:
            case Operation(arguments=(variable, body)):
                yield from _claim(Operation("derivative", (variable, value)), body, answer, universal=True)
        return
    if value == term and not isinstance(value, Number):  # the question, not an answer to it
        return
    if _LOWEST.search(problem.text) and is_reducible(value):
        return
    names = letters_of(term)
    if is_extreme(term):
        if not letters_of(value) and not has_decimals(value):
            yield from _claim(term, value, answer)
        return
    if demand.base != 10:
        digits = digits_in_base(value, demand.base)
        if digits is None:
            return
        value = digits
    if demand.percent and isinstance(value, Number | Operation) and not _is_percent(value):
        value = Operation("percent", (value,))
    if not names and letters_of(value):
        return
    if demand.universal:
        if letters_of(value) <= names:
            yield from _claim(term, value, answer, universal=True)
        return
    premises: tuple[Premise, ...] = ()
    if names:
        given = givens_of(problem.text)
        if demand.rounded or given.general or letters_of(value) or has_decimals(value):
            return
        premises = (*_premises(demand.extra), *given.about(names, implied=True))
        if not premises or _names_segments(term, premises, problem):
            return
    elif demand.rounded and (demand.places is not None or demand.significant is not None):
        relation = rounded_value(term, value, demand)
        if relation is not None:
            yield from _stated(relation, answer)
            return
        if not is_calculus(term) or is_coarser(value, demand):
            return
    elif demand.complex:
        premises = (Premise("i^2 = -1"),)
    yield from _claim(term, value, answer, premises, rounded=demand.rounded)


def _is_percent(value: Expression) -> bool:
    return isinstance(value, Operation) and value.operator == "percent"


def _of_unknowns(demand: Demand, stated: Stated, answer: Answer, problem: Problem) -> Iterator[Claim]:
    """The values of the letters against the problem's facts about them."""
    names = [Symbol(name) for name in demand.unknowns]
    parts = coordinates(stated.value, len(names)) if len(names) > 1 else (stated.value,)
    if stated.name is not None and stated.name != names[0]:
        return
    if len(parts) != len(names) or any(isinstance(part, Collection) or letters_of(part) for part in parts):
        return
    given = givens_of(problem.text)
    if demand.rounded or given.general:
        return
    if any(has_decimals(part) for part in parts):
        if len(parts) == len(demand.extra) == 1:
            yield from _listed(linear_solution(names[0], demand.extra[0], parts[0]), answer)
        return
    others = tuple(
        Premise(to_text(Relation(Relator.EQUAL, name, part))) for name, part in zip(names[1:], parts[1:], strict=True)
    )
    premises = (*_premises(demand.extra), *given.about(frozenset(demand.unknowns), implied=True))
    if premises and not _names_segments(names[0], premises, problem):
        yield from _claim(names[0], parts[0], answer, (*others, *premises))


def _listed(solutions: Solutions | None, answer: Answer) -> Iterator[Claim]:
    """A list of solutions, all of them and rounded, against their equation."""
    if solutions is not None:
        premise = Premise(to_text(solutions.equation))
        yield from _stated(solutions.listed, answer, (premise,), rounded=True, universal=True)


_LOWEST = re.compile(r"\b(?:lowest terms|simplest form|(?:reduced|simplified|irreducible) fraction)\b", re.IGNORECASE)
_JUXTAPOSED = re.compile(r"(?<![A-Za-z\\{])[A-Z] [A-Z](?![a-z])")
_SEGMENT = re.compile(r"(?<![A-Za-z])[A-Z]\*[A-Z](?![A-Za-z])")


def _names_segments(term: Expression, premises: tuple[Premise, ...], problem: Problem) -> bool:
    """Whether a product of capital letters may be the name of a segment or of a figure: ``A B = 5``."""
    written = [to_text(term), *(premise.formal for premise in premises)]
    return any(_SEGMENT.search(each) for each in written) and _JUXTAPOSED.search(problem.text) is not None


def _premises(texts: tuple[str, ...]) -> tuple[Premise, ...]:
    return tuple(Premise(to_text(each)) for text in texts for each in read(text))


def _claim(
    left: Expression,
    right: Expression,
    answer: Answer,
    premises: tuple[Premise, ...] = (),
    *,
    rounded: bool = False,
    universal: bool = False,
) -> Iterator[Claim]:
    """The claim that two terms are equal.

    What is asked for modulo a number is said to be congruent where it holds an inverse, which is no quotient there.
    """
    relation = Relation(Relator.EQUAL, left, right)
    match left:
        case Operation(operator="mod", arguments=(term, modulus)) if _holds_inverse(term):
            relation = Relation(Relator.CONGRUENT, term, right, modulus)
        case _:
            pass
    yield from _stated(relation, answer, premises, rounded=rounded, universal=universal)


def _stated(
    relation: Relation,
    answer: Answer,
    premises: tuple[Premise, ...] = (),
    *,
    rounded: bool = False,
    universal: bool = False,
) -> Iterator[Claim]:
    """A claim, where it can be written down and read again."""
    formal = to_text(relation)
    try:
        if read_relation(formal) != relation:
            return
    except ReadError:
        return
    yield Claim(
        text=answer.text,
        span=answer.span,
        kind=ClaimKind.ANSWER,
        formal=formal,
        rounded=rounded,
        universal=universal,
        premises=tuple(dict.fromkeys(premises)),
    )


def _holds_inverse(term: Expression) -> bool:
    """Whether a term divides, or has a negative power."""
    return any(
        isinstance(node, Operation)
        and (node.operator == "div" or (node.operator == "pow" and _is_negative(node.arguments[1])))
        for node in walk(term)
    )


def _is_negative(exponent: Expression) -> bool:
    return isinstance(exponent, Operation) and exponent.operator == "neg"


def _derived(
    demands: tuple[Demand, ...], values: tuple[Stated, ...], claims: tuple[Claim, ...], answer: Answer
) -> Iterator[Claim]:
    """The answer against the one value that the chain found for the very thing that is asked for, where they differ."""
    targets = {_target(demand) for demand in demands} - {None}
    if len(targets) != 1 or len(values) != 1 or letters_of(values[0].value) or any(each.rounded for each in demands):
        return
    target = targets.pop()
    if values[0].name not in {None, target}:
        return
    found: list[tuple[int, Relation]] = []
    for index, claim in enumerate(claims):
        relation = _equation(claim)
        if relation is None or relation.left != target or letters_of(relation.right):
            continue
        if claim.modality is not Modality.ASSERTED or claim.tentative or claim.rounded:
            return
        found.append((index, relation))
    keys = {key_for(to_text(relation.right)) for _, relation in found}
    if len(keys) == 1 and key_for(to_text(values[0].value)) not in keys:
        index, relation = found[-1]
        premise = Premise(to_text(relation), source=index)
        yield from _claim(relation.left, values[0].value, answer, (premise,))


def _target(demand: Demand) -> Expression | None:
    """The letter, or the term of letters, whose value is asked for."""
    if len(demand.unknowns) == 1:
        return Symbol(demand.unknowns[0])
    open_term = demand.term is not None and letters_of(demand.term) and not demand.universal
    if demand.writing is Writing.ROOTS or (demand.term is not None and is_extreme(demand.term)):
        return None
    return demand.term if open_term and not demand.antiderivative else None


def _equation(claim: Claim) -> Relation | None:
    try:
        relation = read_relation(claim.formal or "")
    except ReadError:
        return None
    return relation if relation.relator is Relator.EQUAL else None
