"""Reports made by hand, for the tests of the page."""

import base64
import json
import re
import zlib
from dataclasses import replace
from html.parser import HTMLParser

from clra.html_problem import Solved
from clra.html_report import Report
from clra.types import (
    Answer,
    Chain,
    CheckedClaim,
    Claim,
    ClaimKind,
    Outcome,
    Premise,
    Problem,
    Reason,
    Reliability,
    ScoredChain,
    Solution,
    Span,
    Tally,
    TallyRow,
    Usage,
    Verdict,
)

HOSTILE = (
    "<script>window.hit = 1; alert(1)</script></script><!--<img src=x onerror='window.hit=1;alert(2)'>"
    "\u2028\u2029\x00\x1b[2J\ud800\u202eevil\u202c{{ 7 * 7 }}{% raw %}&lt;b&gt;\"'`]]>"
    "$\\href{javascript:alert(3)}{x}$ $\\htmlData{a=b}{x}$ $\\includegraphics{http://example.org/a.png}$"
)
CONFIRMED = Verdict(outcome=Outcome.CONFIRMED, method="exact:rational", evidence="both sides are 90", seconds=0.01)
REFUTED = Verdict(outcome=Outcome.REFUTED, method="exact:rational", evidence="it is 90", statement="135 - 45 = 80")
OPEN = Verdict(outcome=Outcome.UNKNOWN, method="exact", reason=Reason.CONTEXTUAL)
OPINION = Verdict(outcome=Outcome.CONFIRMED, method="model:m", proof=False, probability=0.8)


def claim(chain, text, *verdicts, at=None, **traits):
    """A claim that stands in a chain's text."""
    start = chain.index(text) if at is None else at
    traits.setdefault("formal", text)
    span = Span(start, start + len(text))
    follows = traits.pop("follows_error", None)
    return CheckedClaim(claim=Claim(text=text, span=span, **traits), verdicts=verdicts, follows_error=follows)


def scored(index, text, answer, *claims, **traits):
    """A chain with its claims."""
    traits.setdefault("reliability", Reliability(value=1.0))
    found = None if answer is None else Answer(key=answer, text=answer)
    chain = Chain(text=text, index=index, model="m", seed=index, tokens=20)
    return ScoredChain(chain=chain, answer=found, claims=claims, **traits)


def solution(problem, *chains, weights=None):
    """A solution in which chains count by their reliability, or by what is given."""
    rows, plain = {}, {}
    for chain in chains:
        if chain.votes:
            key = chain.answer.key
            rows.setdefault(key, []).append(chain)
            plain[key] = plain.get(key, 0) + 1
    tally = sorted(
        (
            TallyRow(
                answer=given[0].answer,
                weight=(weights or {}).get(key, sum(chain.reliability.value for chain in given)),
                chains=tuple(chain.chain.index for chain in given),
            )
            for key, given in rows.items()
        ),
        key=lambda row: -row.weight,
    )
    majority = sorted((replace(row, weight=float(plain[row.answer.key])) for row in tally), key=lambda row: -row.weight)
    return Solution(
        problem=problem,
        answer=tally[0].answer if tally else None,
        reliability=Reliability(value=0.75),
        tally=Tally(strategy="clra", rows=tuple(tally)),
        majority=Tally(strategy="majority", rows=tuple(majority)),
        chains=chains,
        usage=Usage(
            tokens=20 * len(chains), prompt_tokens=5, chains=len(chains), asked=len(chains), seconds=1.5,
            stage_tokens={"draw": 20 * len(chains)}, stage_seconds={"draw": 1.0, "check": 0.5},
        ),
    )  # fmt: skip


def rent(index=0):
    """A chain with an error, and a claim that stands on it; two claims overlap, and one stands in another."""
    text = "😀 We have $135 - 45 = 80$. Hence 80 + 80 = 160 = 2 * 80. Answer: 160"
    return scored(
        index, text, "160",
        claim(text, "135 - 45 = 80", REFUTED, OPINION, premises=(Premise("x = 135"), Premise("y = 45", source=0))),
        claim(text, "80 + 80 = 160", CONFIRMED, uses=(0,), follows_error=0, step=1),
        claim(text, "160 = 2 * 80", CONFIRMED, uses=(1,), follows_error=0, step=1),
        claim(text, "160", OPEN, at=text.rindex("160"), kind=ClaimKind.ANSWER, formal=None, step=2),
        claim(text, "80", OPEN, at=text.index("80"), formal="80"),
        reliability=Reliability(value=0.05),
    )  # fmt: skip


def fair(index=1):
    """A chain without an error."""
    text = r"We have $135 - 45 = 90$, and \[\frac{180}{2} = 90.\] Answer: 90"
    return scored(
        index, text, "90",
        claim(text, "135 - 45 = 90", CONFIRMED),
        claim(text, r"\frac{180}{2} = 90", CONFIRMED, formal="180/2 = 90", uses=(0,)),
    )  # fmt: skip


def example_report(**changes):
    """One problem that is right against the majority, one that is wrong, one undecided, one whose answer is open."""
    rents = Problem(text="What is $135 - 45$?", id="rent", gold="90")
    turned = solution(rents, rent(0), fair(1), rent(2))
    wrong = solution(replace(rents, id="wrong one", gold="7"), scored(0, "It is 8.", "8"))
    nothing = solution(Problem(text="Nobody knows.", id="nothing", gold="1"), scored(0, "Well …", None))
    unknown = solution(Problem(text="Is it so?", id="unknown"), scored(0, "It is 8.", "8"))
    solved = (
        Solved(turned, frozenset({"90"})),
        Solved(wrong, frozenset({"7"})),
        Solved(nothing, frozenset({"1"})),
        Solved(unknown),
    )
    report = Report(title="sums", settings={"strategy": "clra", "model": "m"}, asked=len(solved), solved=solved)
    return replace(report, **changes)


def hostile_report():
    """Hostile text wherever a text can stand."""
    bad = HOSTILE
    verdict = Verdict(outcome=Outcome.REFUTED, method=bad, evidence=bad, statement=bad)
    chain = scored(0, bad, bad, claim(bad, bad, verdict, premises=(Premise(bad),)), selected={bad: 1.0})
    chain = replace(chain, chain=replace(chain.chain, model=bad), critique=chain.claims)
    given = solution(Problem(text=bad, id=bad, gold=bad), chain)
    given = replace(given, notes=(bad,), tally=replace(given.tally, strategy=bad))
    return Report(
        title=bad, created=bad, version=bad, dataset=bad, settings={bad: bad, "model": bad, "strategy": bad}, asked=1,
        solved=(Solved(given, frozenset({"x"})),), notes=(bad,),
    )  # fmt: skip


class Page(HTMLParser):
    """The elements of a page: tags with their attributes, and what scripts and styles hold."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.inner, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self.inner.append([tag, dict(attrs), ""])

    def handle_data(self, data):
        if self.elements[-1:] and self.elements[-1][0] in {"script", "style"} and self.cdata_elem:
            self.inner[-1][2] += data
        else:
            self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def records(self):
        """What each problem's data unpacks to."""
        packed = [text for tag, attributes, text in self.inner if attributes.get("type") == "text/plain"]
        return [json.loads(zlib.decompress(base64.b64decode(text))) for text in packed]

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))
