"""What a chain says solves the differential equation of its problem, together with that equation.

Only where the problem holds one such equation, for one function, and the chain surely speaks of its solution: the final
answer, or a sentence that calls it so. A homogeneous, particular or assumed solution solves another equation.

Not covered: equations with differentials such as ``y dy = x dx``, systems, equations that the chain itself sets up.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from clra.parsing.claims import find_claims
from clra.parsing.extraction import WINDOW, find_marked
from clra.parsing.notation import to_text
from clra.parsing.prose.discourse import Discourse
from clra.parsing.reader import read_relation
from clra.parsing.spans import lay_out
from clra.parsing.stated import values_of
from clra.parsing.tree import Call, Expression, Number, Operation, ReadError, Relation, Relator, Symbol, walk
from clra.parsing.unbound import letters_of
from clra.types import Answer, Claim, ClaimKind, Modality, Premise, Problem, Step

_SIGN = re.compile(r"derivative\(|[A-Za-z]'")
_MENTIONED = re.compile(
    r"\bdifferential equation|\b(?:O\.?D\.?E|I\.?V\.?P)\b|\binitial[- ]value|\bgeneral solution", re.IGNORECASE
)
_OTHERWISE = re.compile(
    r"\b(?:system|wrong|incorrect|mistake|not|which of|partial|homogeneous (?:part|solution)|particular integral"
    r"|complementary|integrating factor|characteristic|auxiliary|approximat\w+|Euler|perturb\w+|linearized|Wronskian"
    r"|series|substitution)\b",
    re.IGNORECASE,
)
_REACH = 300
"""Characters before a claim that may call it the solution."""
_CALLED_SOLUTION = re.compile(r"\bsolution\b", re.IGNORECASE)
_CALLED_OTHERWISE = re.compile(
    r"\b(?:homogeneous|complementary|particular|trial|guess|tr(?:y|ies)|assum\w+|ansatz|forms?|formal|characteristic"
    r"|auxiliary|reduced|associated|independent|suppose|steady|one|first|second|another|candidate|check|if|would|could"
    r"|may|not|implicit|basis|fundamental|where|let|without|ignor\w+|instead|wrong)\b|n['’]t\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?:solve|solution|find|determine|what is)\b", re.IGNORECASE)
_CONSTANT = re.compile(r"[CcK](?:_\w+|_\{\w+\})?")


class Task(NamedTuple):
    """A differential equation that a problem sets."""

    function: str
    variable: str
    equation: str
    conditions: tuple[str, ...]
    """Values of the function and its derivatives, ``call("y", 0) = 1``."""


def with_differential_equations(
    text: str, claims: tuple[Claim, ...], answer: Answer | None, problem: Problem, steps: tuple[Step, ...] = ()
) -> tuple[Claim, ...]:
    """The claims, those about the solution of a differential equation with that equation among their premises.

    Args:
        text: the chain.
        claims: what was found in it.
        answer: what was read as its final answer, which becomes a claim if it is marked as such and such a solution.
        problem: what it solves.
        steps: the chain's steps, in order.
    """
    task = task_of(problem.text)
    if task is None:
        return claims
    prose = lay_out(text).prose
    discourse = Discourse(prose)
    told = tuple(_told(claim, task, discourse, prose) for claim in claims)
    said = any(new is not old for new, old in zip(told[-1:], claims[-1:], strict=True))
    marked = find_marked(text, max(0, len(text) - WINDOW))
    if said or answer is None or marked is None or marked.span != answer.span:
        return told
    return (*told, *_answered(task, answer, problem, steps))


@lru_cache(maxsize=256)
def task_of(text: str) -> Task | None:
    """The differential equation of a problem's text; None where there is none, or more than one."""
    if not _MENTIONED.search(text) or _OTHERWISE.search(text) or not _ASKED.search(text):
        return None
    equations: list[Relation] = []
    values: list[Relation] = []
    for claim in find_claims(text, (), Problem(text=text)):
        try:
            relation = read_relation(claim.formal or "")
        except ReadError:
            return None
        if relation.relator is not Relator.EQUAL:
            continue
        relation = replace(relation, left=_as_call(relation.left))
        if isinstance(relation.left, Call) and _is_at_a_number(relation.left):
            values.append(relation)
        elif _SIGN.search(claim.formal or ""):
            equations.append(relation)
    if len(equations) != 1:
        return None
    functions = {name for node in walk(equations[0]) if (name := _differentiated(node))}
    if len(functions) != 1:
        return None
    (function,) = functions
    variables = _variables(equations[0]) or (letters_of(equations[0]) & {"x", "t"}) - {function} or {"x"}
    if len(variables) != 1 or any(_base(value) != function for value in values):
        return None
    return Task(function, min(variables), to_text(equations[0]), tuple(map(to_text, values)))


def _as_call(tree: Expression) -> Expression:
    """``y(0)``, which may be a product too, as the value of a function."""
    match tree:
        case Operation(operator="either", arguments=(Call() as call, *_)):
            return call
    return tree


def _is_at_a_number(call: Call) -> bool:
    return len(call.arguments) == 1 and not letters_of(call.arguments[0])


def _base(value: Relation) -> str:
    return value.left.name.rstrip("'") if isinstance(value.left, Call) else ""


def _differentiated(node: object) -> str:
    """The function whose derivative a node is."""
    match node:
        case Symbol(name=name) | Call(name=name) if name.endswith("'"):
            return name.rstrip("'")
        case Operation(operator="derivative", arguments=(_, Symbol(name=name) | Call(name=name))):
            return name
    return ""


def _variables(equation: Relation) -> frozenset[str]:
    """The letters with respect to which it differentiates, or that stand in the brackets behind the function."""
    found: set[str] = set()
    for node in walk(equation):
        match node:
            case Operation(operator="derivative", arguments=(Symbol(name=name), _)):
                found.add(name)
            case Call(arguments=(Symbol(name=name),)):
                found.add(name)
    return frozenset(found)


def _told(claim: Claim, task: Task, discourse: Discourse, prose: str) -> Claim:
    """The claim with the equation, if it says what the solution is."""
    if claim.formal is None or claim.modality is not Modality.ASSERTED or claim.tentative:
        return claim
    heads = (
        f"{task.function} = ",
        f'either(call("{task.function}", {task.variable}), ',
        f"{task.function}({task.variable}) = ",
    )
    if not claim.formal.startswith(heads):
        return claim
    sentence = discourse.sentence(claim.span.start)
    before = prose[max(sentence.start, claim.span.start - _REACH) : claim.span.start]
    if not _CALLED_SOLUTION.search(before) or _CALLED_OTHERWISE.search(before):
        return claim
    return replace(claim, premises=(*claim.premises, Premise(task.equation, universal=True)))


def _answered(task: Task, answer: Answer, problem: Problem, steps: tuple[Step, ...]) -> tuple[Claim, ...]:
    """The final answer as what solves the equation under all its conditions."""
    values = values_of(answer, problem)
    if len(values) != 1:
        return ()
    name, value = values[0].name, values[0].value
    function = Call(task.function, (Symbol(task.variable),))
    if name is None or _as_call(name) not in {function, Symbol(task.function)}:
        return ()
    if task.variable not in letters_of(value) or isinstance(value, Number):
        return ()
    formal = to_text(Relation(Relator.EQUAL, function, value))
    general = any(_CONSTANT.fullmatch(letter) for letter in letters_of(value))
    conditions = () if general else task.conditions
    premises = (Premise(task.equation, universal=True), *map(Premise, conditions))
    step = max((step.index for step in steps if step.span.start <= answer.span.start), default=0)
    return (
        Claim(text=answer.text, span=answer.span, kind=ClaimKind.ANSWER, step=step, formal=formal, premises=premises),
    )
