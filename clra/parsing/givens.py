"""The facts of a problem's text: what a solution may take for granted, and must agree with.

A fact is in force for the whole solution. So what holds for some values only (a case, one curve among others, a
polynomial whose letter is a placeholder), of all values (a functional equation), or is asked for, is no fact.

Not covered: what is told in words only, other than what kind of number a letter stands for.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from clra.parsing.asked import mixes_units
from clra.parsing.claims import find_claims
from clra.parsing.implied import implied_facts
from clra.parsing.kinds import kinds_in
from clra.parsing.measured import may_stand_measured
from clra.parsing.outlines import CACHED, Outline, outline
from clra.parsing.prose.discourse import Discourse
from clra.parsing.spans import lay_out
from clra.types import Claim, Modality, Premise, Problem, Span

LIMIT = 10
"""Facts that a claim is checked against at most."""
MOST = 40
"""Facts that are kept of one problem."""


class Given(NamedTuple):
    """One fact of a problem."""

    premise: Premise
    names: frozenset[str]
    """Its letters and functions; of a definition, the name that is defined."""
    reach: frozenset[str] = frozenset()
    """What it speaks of besides: the functions that a definition is made of."""


class Givens(NamedTuple):
    """The facts of a problem, in the order of its text."""

    facts: tuple[Given, ...] = ()
    mentioned: frozenset[str] = frozenset()
    """All letters and functions of its formulas, in facts or not."""
    general: bool = False
    """Its letters stand for all values, or each for several things: no value contradicts what is said of them."""
    implied: tuple[Given, ...] = ()
    """Facts that it tells in words. A solution may use the same letters otherwise, but not in its answer."""

    def about(self, names: frozenset[str], limit: int = LIMIT, *, implied: bool = False) -> tuple[Premise, ...]:
        """The facts that these letters and functions are tied to, directly or through other facts, nearest first."""
        reached = set(names)
        found: list[Given] = []
        waiting = [*self.facts, *(self.implied if implied else ())]
        while len(found) < limit:
            near = [given for given in waiting if given.names & reached]
            if not near:
                break
            found += near
            waiting = [given for given in waiting if not given.names & reached]
            reached.update(*(given.names | given.reach for given in near))
        return tuple(given.premise for given in found[:limit])


_OPTION = re.compile(
    r"(?:(?<=\s)|\A)(?:\(([A-E])\)|\$?\\(?:textbf|text|mathrm)\{\(([A-E])\)[^}]*\}|([A-E])[:.)])(?=[\s$~\\])"
)
_OFFERED = re.compile(
    r"\bwhich (?:one )?of the following\b|\b(?:enter|give|express|write) (?:your|the) answer\b", re.IGNORECASE
)
"""What follows is no fact."""
_GENERAL = re.compile(
    r"\bfor (?:all|any|every|each)\b|\\forall|∀|\bfunctional\b|\b[a-z]+ functions?\b[^.]{0,40}\bsuch that\b"
    r"|\ball functions\b|\bidentity\b|\bfor (?:which|what) (?!value of \W?x)|\bthere (?:exists?|is|are)\b"
    r"|\bregardless\b|\bno matter\b|\bwhenever\b|\bif and only if\b|\brandom\w*|\b(?:swap|interchang)\w*",
    re.IGNORECASE,
)
"""Letters of the sentence stand for all values, or are bound in it."""
_CURVE = re.compile(
    r"\b(?:lines?|parabolas?|circles?|graph\w*|curves?|ellipses?|hyperbolas?|planes?|spheres?|regions?|bounded|tangents?"
    r"|slopes?|asymptotes?|ax[ie]s|intersect\w*|intercepts?|vert(?:ex|ices)|loc(?:us|i)|points?|sketch|plot\w*"
    r"|derivative|differential|integral|series|inverse|vectors?|matri\w+|transform\w*|translat\w*|rotat\w*|reflect\w*"
    r"|(?:one|another|other) (?:solution|root)|not|cannot|never|except|unless|other than|incorrect\w*|wrong\w*"
    r"|mistake\w*|instead|either|case|otherwise|operation)\b|n['’]t\b",
    re.IGNORECASE,
)
"""The letters of an equation may stand for any point of a curve, or for one case."""
_PLACEHOLDER = re.compile(
    r"\b(?:roots?|zeros?|zeroes|polynomials?|quadratics?|factors?|solutions?|expression|inequalit\w+)\b", re.IGNORECASE
)
"""The letter of an equation may be bound."""
_SOLVED = re.compile(
    r"\b(?:system|solve|simultaneous\w*|ordered (?:pairs?|triples?)|solutions? [^.;]{0,14}"
    r"\b(?:of|to|for) (?:the|these|both) (?:\w+ )?(?:equations?|system)"
    r"|satisf(?:y|ies|ying)|values? of)\b",
    re.IGNORECASE,
)
_TO_SHOW = re.compile(
    r"\b(?:show|prove|verify|demonstrate|establish|deduce|conclude|probability|chance|whether|form)\b[^.;]*$",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:what is|what are|find|compute|determine|evaluate|calculate|simplify|factor|express)\b[^.;]*$", re.IGNORECASE
)
_CONDITION = re.compile(
    r"\b(?:if|when|where|with|given|such that|so that|satisf\w+|suppose|assuming|for|that|and|let|at|equation|of)\b",
    re.IGNORECASE,
)
_FOR_VALUES = re.compile(r"\bfor (?:(?:what|which)\b[^.;]*|[^\w:;,.]*)$", re.IGNORECASE)
"""What follows holds of some values of a running letter."""
_PIECES = re.compile(r"\\text\{[^}]*\b(?:if|when|for|otherwise)\b|\\begin\{(?:cases|array)\}|\b(?:even|odd)\b")
_FROM_ON = re.compile(
    r"[\s,$\\)(\]]*for (?:all |every |each |any )?(?:\w+ ){0,2}[$\\(]*[a-z]\s*(?:\\geq?|\\geqslant|>=?|≥|\W*\.|$)"
)
_CONDITIONAL = re.compile(r"[\s,$\\)(\]]*(?:if|when|for|where|while|otherwise)\b", re.IGNORECASE)
_RULE = re.compile(
    r"\bif\b.{0,400}?\bthen\b(?!.{0,400}?(?:\?|\b(?:what|how|which|find|compute|determine|evaluate|calculate|express"
    r"|simplify|solve|give)\b))",
    re.IGNORECASE | re.DOTALL,
)
"""A sentence that tells what follows from what, and asks nothing."""
_EXAMPLE = re.compile(r"\b(?:for (?:example|instance)|e\.g\.)", re.IGNORECASE)
_GOING_ON = re.compile(r"\W*(?:we|this|here|it|in this|thus|so|that)\b", re.IGNORECASE)
"""How a sentence begins that goes on with the example of the one before."""
_RUNNING = frozenset("xyztnkmij")
_COORDINATES = frozenset({"x", "y", "z", "r", "theta"})
_BOUND = frozenset(
    {"sum", "product", "integral", "derivative", "limit", "matrix", "determinant", "either", "call", "builder"}
)
_UNUSABLE = frozenset('"{[')
_ARROWS = ("bold_", "vec_", "hat_")
_CHANCES = frozenset({"P", "Pr", "p", "E"})
_DEFINED = re.compile(r"(?P<name>[^\W\d_]\w*'*)\([a-z](?:, [a-z])*\)")
_TERM = re.compile(r"(?P<name>[^\W\d_]+)_(?:\{[^{}]*[a-z][^{}]*\}|[a-z](?![^\W_]))")
_ARGUMENT = re.compile(r"(?<![\w}])[^\W\d_]\w*'*\(([^()]*)\)")


@lru_cache(maxsize=256)
def givens_of(text: str) -> Givens:
    """The facts of a problem's text."""
    text = _without_options(text)
    if not text.strip():
        return Givens()
    prose = lay_out(text).prose
    discourse = Discourse(prose)
    facts: list[Given] = []
    general = _GENERAL.search(prose) is not None
    claims = find_claims(text, (), Problem(text=text))
    varied = _varied(claims)
    defining = {
        discourse.sentence(claim.span.start).start
        for claim in claims
        if claim.formal is not None and definition_of(outline(claim.formal)) is not None
    }
    for claim in claims:
        sentence = discourse.sentence(claim.span.start)
        place = _Place(text, prose, sentence, claim.span, discourse.sentence(max(0, sentence.start - 1)))
        given = _given(claim, place, beside_definition=sentence.start in defining)
        if given is not None and not (given.premise.universal and given.names & varied):
            facts.append(given)
            general = general and not given.premise.universal
    facts = _without_conflicts(facts)
    facts += [Given(Premise(formal), outline(formal).names) for formal in kinds_in(text)]
    shapes = [outline(claim.formal) for claim in claims if claim.formal is not None]
    mentioned = frozenset().union(*(shape.names | shape.functions for shape in shapes))
    implied = [Given(Premise(formal), outline(formal).names) for formal in implied_facts(text) if is_usable(formal)]
    return Givens(tuple(facts[:MOST]), mentioned, general, tuple(implied))


@lru_cache(maxsize=CACHED)
def is_usable(formal: str) -> bool:
    """Whether a statement in formal notation can be calculated with, free of words, double signs and bound letters."""
    shape = outline(formal)
    return (
        bool(shape.sign)
        and shape.sign != "≈"
        and not _UNUSABLE & set(formal.replace("_{", ""))
        and not _BOUND & shape.operators
        and not (shape.right.startswith("(") and "," in shape.right)
        and not any(name.startswith(_ARROWS) for name in shape.names)
    )


def definition_of(shape: Outline) -> str | None:
    """The name of the function or the sequence that a relation defines for all values of its letters."""
    if not shape.is_equation:
        return None
    function = _DEFINED.fullmatch(shape.left) if shape.left.endswith(")") else None
    if function is not None:
        return None if function["name"] in outline(shape.right).functions else function["name"]
    term = _TERM.fullmatch(shape.left) if "_" in shape.left else None
    return term["name"] if term is not None and _TERM.search(shape.right) else None


def _varied(claims: tuple[Claim, ...]) -> frozenset[str]:
    """The functions and sequences that are defined in several ways, each for some values."""
    shapes = {claim.formal: outline(claim.formal) for claim in claims if claim.formal is not None}
    ways = Counter(definition_of(shape) for shape in shapes.values())
    return frozenset(name for name, count in ways.items() if name is not None and count > 1)


class _Place(NamedTuple):
    """Where a relation stands in a problem."""

    text: str
    prose: str
    sentence: Span
    span: Span
    previous: Span
    """The sentence before; the same one at the beginning of the text."""

    @property
    def is_rule_or_example(self) -> bool:
        """Whether it is told of any values that meet a condition, or of those of an example."""
        if _RULE.search(self.words) or _EXAMPLE.search(self.words):
            return True
        return _GOING_ON.match(self.words) is not None and _EXAMPLE.search(self.prose, *self.previous) is not None

    @property
    def words(self) -> str:
        """The sentence."""
        return self.prose[self.sentence.start : max(self.sentence.end, self.span.end)]

    @property
    def before(self) -> str:
        """The sentence up to the relation."""
        return self.prose[self.sentence.start : self.span.start]

    @property
    def after(self) -> str:
        """The text behind it."""
        return self.text[self.span.end : self.span.end + 40]

    @property
    def formula(self) -> str:
        """The sentence with its formulas."""
        return self.text[self.sentence.start : max(self.sentence.end, self.span.end)]


def _without_options(text: str) -> str:
    """The text up to its options, where it offers some."""
    options = [(match.start(), match[1] or match[2] or match[3]) for match in _OPTION.finditer(text)]
    for index, (start, letter) in enumerate(options):
        if letter == "A" and [each for _, each in options[index : index + 3]] == ["A", "B", "C"]:
            text = text[:start]
            break
    offered = _OFFERED.search(text)
    return text[: offered.start()] if offered else text


def _given(claim: Claim, place: _Place, *, beside_definition: bool) -> Given | None:
    """The fact that a relation of the problem states, if it does."""
    formal = claim.formal
    if formal is None or not is_usable(formal) or claim.modality is Modality.NEGATED or claim.rounded:
        return None
    shape = outline(formal)
    if may_stand_measured(place.text, claim.span) or (shape.gives_value and mixes_units(place.text)):
        return None
    if not (shape.names or shape.functions) or _CHANCES & shape.functions:
        return None
    if _PIECES.search(place.formula) and not _is_in_pieces(shape):
        return None
    if (
        place.is_rule_or_example
        or _TO_SHOW.search(place.before)
        or _FOR_VALUES.search(place.before)
        or "?" in claim.text
    ):
        return None
    asking = _ASKED.search(place.before)
    if asking is not None and not _CONDITION.search(asking[0]):
        return None
    name = definition_of(shape)
    if name is not None:
        limited = _CONDITIONAL.match(place.after) and not _FROM_ON.match(place.after)
        reach = outline(shape.right).functions
        return None if limited else Given(Premise(formal, universal=True), frozenset({name}), reach)
    if _GENERAL.search(place.words) or _is_running(formal) or (beside_definition and not shape.is_equation):
        return None
    if shape.names & _COORDINATES and (
        _CURVE.search(place.words) or (_PLACEHOLDER.search(place.words) and not _SOLVED.search(place.words))
    ):
        return None
    return Given(Premise(formal), shape.names | shape.functions)


def _is_in_pieces(shape: Outline) -> bool:
    """Whether a function is defined by pieces that have been read with their conditions."""
    return shape.right.startswith("cases(") and definition_of(shape) is not None


def _is_running(formal: str) -> bool:
    """Whether a statement may be made of every term of a sequence, or of every value of a function."""
    if _TERM.search(formal):
        return True
    shape = outline(formal)
    if not shape.functions:
        return False
    return any(outline(match[1]).names & _RUNNING for match in _ARGUMENT.finditer(formal))


def _without_conflicts(facts: list[Given]) -> list[Given]:
    """The facts without those that speak of one value among several: of letters if a letter has two, of functions."""
    heads = Counter(map(_head, {fact.premise.formal: fact for fact in facts}.values()))
    various = any(heads[_head(given)] > 1 and not given.premise.universal for given in facts if _head(given))
    return [
        given
        for given in facts
        if not _head(given) or (heads[_head(given)] == 1 and (given.premise.universal or not various))
    ]


def _head(given: Given) -> str:
    """What a fact gives the value of; empty if it gives none."""
    shape = outline(given.premise.formal)
    if given.premise.universal:
        return min(given.names)
    return shape.left if shape.gives_value else ""
