"""Words as JSON and back; what is not of the agreed form is refused, not rebuilt."""

import json

import pytest

from clra.packing import (
    pack_checked,
    pack_claim,
    pack_review,
    pack_verdict,
    unpack_checked,
    unpack_claim,
    unpack_review,
    unpack_verdict,
)
from clra.types import (
    Answer,
    CheckedClaim,
    Claim,
    ClaimKind,
    Modality,
    Outcome,
    Premise,
    Problem,
    Program,
    Reason,
    Review,
    Span,
    Step,
    Verdict,
)

CLAIM = Claim(
    text="x = 2",
    span=Span(3, 8),
    step=1,
    kind=ClaimKind.EQUALITY,
    modality=Modality.ASSUMED,
    formal="x = 2",
    rounded=True,
    premises=(Premise("x > 0"), Premise("f(n) = n", universal=True, source=0)),
    uses=(0,),
    program=Program("print(2)", "2", before=("x = 1",)),
)
VERDICT = Verdict(outcome=Outcome.UNKNOWN, method="smt", reason=Reason.SOLVER_UNKNOWN, seconds=0.5, probability=0.25)
CHECKED = CheckedClaim(claim=CLAIM, verdicts=(VERDICT,), follows_error=0)
REVIEW = Review(
    problem=Problem(text="What is x?"),
    text="Now x = 2.",
    steps=(Step(index=0, span=Span(0, 10)),),
    claims=(CHECKED,),
    answer=Answer(key="2", text="2", span=Span(7, 8)),
    seconds=1.5,
)


def through_json(packed):
    return json.loads(json.dumps(packed))


def unpack(packed):
    return unpack_review(packed, REVIEW.problem, REVIEW.text)


FORMS = [
    (CLAIM, pack_claim, unpack_claim),
    (VERDICT, lambda verdict: pack_verdict(verdict, verdict.seconds), unpack_verdict),
    (CHECKED, pack_checked, unpack_checked),
    (REVIEW, pack_review, unpack),
]


@pytest.mark.parametrize(("word", "pack", "unpack"), FORMS)
def test_words_come_back(word, pack, unpack):
    assert unpack(through_json(pack(word))) == word


@pytest.mark.parametrize(("word", "pack", "unpack"), FORMS)
@pytest.mark.parametrize("rubbish", [None, "", "x", 1, -1, 0.5, [], [1], [[]], {}, True, float("nan")])
def test_what_is_not_of_the_form_is_refused(word, pack, unpack, rubbish):
    """Each field in turn holds something else: either that is of the form too, or it is refused."""
    packed = through_json(pack(word))
    for key in packed if isinstance(packed, dict) else range(len(packed)):
        changed = packed.copy()
        changed[key] = rubbish
        try:
            assert through_json(pack(unpack(changed))) == changed
        except ValueError:
            continue


@pytest.mark.parametrize(("word", "pack", "unpack"), FORMS)
@pytest.mark.parametrize("packed", [None, "x", 1, [], {}, [1] * 8, [1] * 11, "x" * 11])
def test_other_things_are_refused(word, pack, unpack, packed):
    with pytest.raises(ValueError):
        unpack(packed)


@pytest.mark.parametrize(
    "changed",
    [
        Verdict(outcome=Outcome.UNKNOWN, method="m"),
        Verdict(outcome=Outcome.CONFIRMED, method="m", reason=Reason.TIMED_OUT),
        Verdict(outcome=Outcome.CONFIRMED, method="m", seconds=-1.0),
        Verdict(outcome=Outcome.CONFIRMED, method="m", seconds=float("inf")),
    ],
)
def test_verdicts_that_cannot_be(changed):
    with pytest.raises(ValueError):
        unpack_verdict(pack_verdict(changed, changed.seconds))


@pytest.mark.parametrize(
    "changes", [{"steps": [[0, 0, 11]]}, {"answer": ["2", "2", 7, 11]}, {"claims": [pack_checked(CHECKED)], "steps": 1}]
)
def test_a_review_of_another_text(changes):
    with pytest.raises(ValueError):
        unpack(through_json(pack_review(REVIEW)) | changes)
