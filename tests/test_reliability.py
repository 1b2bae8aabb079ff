import json
from dataclasses import replace

import pytest

from clra.errors import ConfigError
from clra.evidence import EVIDENCE, answer_disputed, evidence_of
from clra.reliability import (
    MOST_WEIGHT,
    RIVALS,
    SUREST,
    Calibration,
    answer_reliability,
    chain_reliability,
    load_calibration,
    rated,
    vote_evidence,
    vote_weight,
)
from clra.strategies import clra, majority
from clra.types import (
    Answer,
    Chain,
    CheckedClaim,
    Claim,
    ClaimKind,
    Modality,
    Outcome,
    Program,
    Reason,
    ScoredChain,
    Span,
    Verdict,
)

PLAIN = Calibration(
    name="plain",
    intercept=0.0,
    evidence={"refuted": -1.0, "refuted again": -0.5, "answer refuted": -4.0, "answer confirmed": 3.0},
    answers={"clra": {"intercept": 0.5, "share": 1.0, "lead": 0.0, "proved": 2.0}},
    fitted={},
)


def checked(outcome, formal="1 = 2", *, proof=True, probability=None):
    reason = Reason.TIMED_OUT if outcome is Outcome.UNKNOWN else None
    verdict = Verdict(outcome=outcome, method="m", reason=reason, proof=proof, probability=probability)
    return CheckedClaim(claim=Claim(text=formal, formal=formal, span=Span(0, 0)), verdicts=(verdict,))


def on_answer(each):
    return replace(each, claim=replace(each.claim, kind=ClaimKind.ANSWER))


def chain(*claims, index=0, key="a", **fields):
    fields = {"critique": None, "logprobs": None} | fields
    return ScoredChain(
        chain=Chain(text="", index=index, logprobs=fields["logprobs"]),
        answer=Answer(key=key, text=key),
        claims=claims,
        critique=fields["critique"],
    )


def told(*claims, **fields):
    """The evidence that is there at all."""
    return {name: value for name, value in evidence_of(chain(*claims, **fields)).items() if value}


def test_verified_claims_say_nothing():
    assert told() == told(*(checked(Outcome.CONFIRMED, f"{n} = {n}") for n in range(20))) == {}


def test_unknown_is_not_false_and_an_opinion_is_no_proof():
    assert told(checked(Outcome.UNKNOWN)) == told(checked(Outcome.REFUTED, proof=False)) == {}


def test_what_the_chain_does_not_assert_is_no_error():
    supposed = checked(Outcome.REFUTED)
    assert told(replace(supposed, claim=replace(supposed.claim, modality=Modality.ASSUMED))) == {}


def test_equal_errors_are_one_and_what_follows_is_none():
    wrong, other = checked(Outcome.REFUTED), checked(Outcome.REFUTED, "3 = 4")
    assert told(wrong, wrong) == told(wrong, replace(other, follows_error=0)) == {"refuted": 1.0}
    assert told(wrong, other) == {"refuted": 1.0, "refuted again": 1.0}


def test_all_that_is_refuted_of_one_program_is_one_error():
    def printing(code, output):
        one = checked(Outcome.REFUTED)
        program = Program(code, output)
        return replace(one, claim=replace(one.claim, kind=ClaimKind.PROGRAM, formal=None, program=program))

    assert told(printing("print(1)", "2"), printing("print(1)", "3")) == {"refuted": 1.0}
    assert "refuted again" in told(printing("print(1)", "2"), printing("print(2)", "3"))


def test_a_proof_on_the_answer_is_evidence_of_its_own():
    assert told(on_answer(checked(Outcome.REFUTED))) == {"answer refuted": 1.0}
    assert told(on_answer(checked(Outcome.CONFIRMED))) == {"answer confirmed": 1.0}
    assert told(on_answer(checked(Outcome.CONFIRMED)), on_answer(checked(Outcome.REFUTED, "x = 5"))) == {
        "answer refuted": 1.0
    }
    assert told(on_answer(checked(Outcome.CONFIRMED, proof=False))) == {}


def test_an_answer_is_disputed_by_opinions_where_no_proof_settles_it():
    disputed = on_answer(checked(Outcome.REFUTED, proof=False))
    assert told(disputed, disputed) == {"answer disputed": 1.0}
    assert answer_disputed([disputed])
    overruled = replace(
        on_answer(checked(Outcome.CONFIRMED)), verdicts=(*checked(Outcome.CONFIRMED).verdicts, *disputed.verdicts)
    )
    assert told(overruled) == {"answer confirmed": 1.0}
    assert told(disputed, on_answer(checked(Outcome.REFUTED))) == {"answer refuted": 1.0}


def test_what_the_model_thinks_and_how_sure_its_tokens_were():
    critique = (
        checked(Outcome.CONFIRMED, proof=False, probability=0.7),
        checked(Outcome.REFUTED, proof=False),
        checked(Outcome.UNKNOWN, proof=False),
    )
    assert told(critique=critique) == {"opinion": pytest.approx((0.7 + 0 + 0.5) / 3 - 0.5)}
    assert told(logprobs=(-1.0, -3.0)) == {"log-probability": -2.0}
    assert set(evidence_of(chain(critique=critique, logprobs=(-1.0,)))) == set(EVIDENCE)


def test_log_odds_add_up_to_a_probability():
    def value(*claims):
        return chain_reliability(chain(*claims), PLAIN).value

    assert value() == 0.5
    assert value(checked(Outcome.REFUTED)) == pytest.approx(1 / (1 + 2.718281828**1))
    assert value(checked(Outcome.REFUTED), checked(Outcome.REFUTED, "3 = 4")) == pytest.approx(
        1 / (1 + 2.718281828**1.5)
    )
    assert value(on_answer(checked(Outcome.CONFIRMED))) == pytest.approx(1 / (1 + 2.718281828**-3))
    assert rated(chain(), PLAIN).reliability.calibration == "plain"


def test_no_reliability_is_certain():
    sure = replace(PLAIN, intercept=50.0)
    assert chain_reliability(chain(), sure).value == SUREST
    assert 0 < chain_reliability(chain(), replace(PLAIN, intercept=-1000.0)).value < 0.01


def test_the_weight_of_a_vote():
    assert vote_weight(0.5) == pytest.approx(1.0)
    assert vote_weight(RIVALS / (1 + RIVALS)) == pytest.approx(2.0)
    assert vote_weight(1.0) == vote_weight(SUREST) == pytest.approx(MOST_WEIGHT)
    guess = 1 / (1 + RIVALS)
    assert vote_weight(guess) == guess / 10
    assert 0 < vote_weight(0.01) < vote_weight(0.05) < vote_weight(0.2) < vote_weight(0.5)


def test_many_chains_with_a_disproved_answer_do_not_outvote_a_clean_one():
    wrong = [rated(chain(on_answer(checked(Outcome.REFUTED)), index=n), load_calibration()) for n in range(31)]
    clean = rated(chain(index=31, key="b"), load_calibration())
    assert clra([*wrong, clean]).winner.answer.key == "b"
    assert clra(wrong).winner.answer.key == "a"


def test_an_answer_is_as_reliable_as_the_vote_went():
    votes = [chain(index=0), chain(index=1), chain(index=2, key="b")]
    found = vote_evidence(clra(votes), votes)
    assert found == {"share": pytest.approx(0.5108256), "lead": pytest.approx(0.5108256), "proved": 0.0}
    assert answer_reliability(clra(votes), votes, PLAIN).value == pytest.approx(
        1 / (1 + 2.718281828 ** -(0.5 + 0.5108256))
    )
    proved = [chain(on_answer(checked(Outcome.CONFIRMED)), index=0), *votes[1:]]
    assert answer_reliability(clra(proved), proved, PLAIN).value > answer_reliability(clra(votes), votes, PLAIN).value
    assert answer_reliability(clra([]), [], PLAIN).value == 0.0


def test_a_strategy_that_nothing_was_fitted_for_says_so():
    votes = [chain(index=0), chain(index=1), chain(index=2, key="b")]
    told = answer_reliability(majority(votes), votes, PLAIN)
    assert (told.value, told.calibration) == (0.5, "uncalibrated")


def test_the_shipped_calibration_is_whole():
    shipped = load_calibration()
    assert set(shipped.evidence) <= set(EVIDENCE)
    assert {"clra", "majority"} <= set(shipped.answers)
    assert shipped.evidence["refuted"] < 0 < shipped.evidence["answer confirmed"]
    assert shipped.evidence["answer refuted"] < shipped.evidence["refuted"]
    assert sum(shipped.fitted["sets"].values()) > 1000


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "x", "chain": {"intercept": "a"}}', "\udcff"])
def test_a_file_that_is_no_calibration(tmp_path, text):
    path = tmp_path / "calibration.json"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigError, match="expected a calibration"):
        load_calibration(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match="no such file"):
        load_calibration(tmp_path / "none.json")


def test_a_calibration_is_read_from_its_file(tmp_path):
    path = tmp_path / "calibration.json"
    path.write_text(
        json.dumps(
            {
                "name": "plain",
                "chain": {"intercept": 0, "evidence": dict(PLAIN.evidence)},
                "answer": {strategy: dict(weights) for strategy, weights in PLAIN.answers.items()},
                "fitted": {},
            }
        )
    )
    assert load_calibration(path) == PLAIN
