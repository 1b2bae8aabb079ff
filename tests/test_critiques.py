from clra.critiques import critique_notes, disagreements
from clra.types import Answer, Chain, CheckedClaim, Claim, Outcome, Reason, ScoredChain, Span, Verdict

TEXT = "3 + 8 = 12"
TRUE, FALSE, UNKNOWN = Outcome.CONFIRMED, Outcome.REFUTED, Outcome.UNKNOWN


def opinion(outcome):
    reason = Reason.NOT_TRANSLATED if outcome is UNKNOWN else None
    return Verdict(outcome=outcome, method="model:m", reason=reason, proof=False)


def proof(outcome):
    return Verdict(outcome=outcome, method="exact:rational")


def claim(text, *verdicts):
    return CheckedClaim(claim=Claim(text=text, span=Span(0, len(text))), verdicts=verdicts)


def chain(critique, *claims):
    return ScoredChain(chain=Chain(text=TEXT), answer=Answer(text="90", key="90"), claims=claims, critique=critique)


READ = claim(TEXT, proof(FALSE))


def test_nothing_to_say():
    assert critique_notes([]) == ()
    assert critique_notes([chain(None, READ), chain((claim(TEXT, opinion(FALSE)),), READ)]) == ()
    assert critique_notes([chain((claim(TEXT, opinion(UNKNOWN), proof(FALSE)),), READ)])[0].startswith("the model's")


def test_replies_that_could_not_be_read_are_counted():
    read = claim("a", opinion(TRUE))
    notes = critique_notes([chain((read, claim("b", opinion(UNKNOWN)))), chain((read,)), chain(()), chain(None)])
    assert notes == (
        "no claims could be read for 1 of 3 chains",
        "the model's judgement of 1 of 3 claims could not be read",
    )


def test_in_the_published_form_the_opinion_counts():
    scored = chain((claim(TEXT, opinion(TRUE)), claim("b", opinion(TRUE))), READ)
    (found,) = disagreements(scored)
    assert (found.opinion.outcome, found.proof.outcome, found.overruled) == (TRUE, FALSE, False)
    (note,) = critique_notes([scored, scored])
    assert note == (
        "the model contradicts a proof on 2 of 4 claims, such as '3 + 8 = 12', which is proved false "
        "(exact:rational); the published vote counts the opinion"
    )


def test_where_the_proof_is_a_verdict_it_counts():
    (note,) = critique_notes([chain((claim("8 = 8", opinion(FALSE), proof(TRUE)),))])
    assert note.endswith("such as '8 = 8', which is proved true (exact:rational); the proof counts")


def test_a_long_claim_is_shortened_and_stays_on_one_line():
    (note,) = critique_notes([chain((claim("a\n" * 100, opinion(FALSE), proof(TRUE)),))])
    assert len(note) < 200
    assert "\n" not in note
