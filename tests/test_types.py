from clra.types import CheckedClaim, Claim, Modality, Outcome, Reason, Span, Verdict


def checked(*verdicts, modality=Modality.ASSERTED):
    return CheckedClaim(claim=Claim(text="1 = 2", span=Span(0, 5), modality=modality), verdicts=verdicts)


PROVED = Verdict(outcome=Outcome.CONFIRMED, method="exact")
REFUTED = Verdict(outcome=Outcome.REFUTED, method="exact")
OPEN = Verdict(outcome=Outcome.UNKNOWN, method="smt", reason=Reason.TIMED_OUT)
DOUBT = Verdict(outcome=Outcome.REFUTED, method="model", proof=False)


def test_a_proof_overrules_an_opinion():
    claim = checked(DOUBT, PROVED)
    assert claim.deciding is PROVED
    assert claim.outcome is Outcome.CONFIRMED
    assert not claim.refuted


def test_an_opinion_alone_refutes_nothing():
    claim = checked(DOUBT)
    assert claim.outcome is Outcome.REFUTED
    assert not claim.refuted


def test_what_timed_out_is_not_false():
    assert checked(OPEN).outcome is Outcome.UNKNOWN
    assert checked(OPEN, REFUTED).refuted


def test_only_what_is_asserted_counts_against_a_chain():
    assert not any(checked(REFUTED, modality=modality).refuted for modality in Modality if modality != "asserted")
    assert checked(REFUTED).refuted


def test_what_is_not_known_has_a_reason():
    assert checked(OPEN).reason is Reason.TIMED_OUT
    assert checked().reason is Reason.NOT_TRANSLATED
    assert checked(REFUTED).reason is None


def test_nothing_is_known_without_verdicts():
    assert checked().outcome is Outcome.UNKNOWN
    assert checked().deciding is None
