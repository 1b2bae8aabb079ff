import asyncio
import math
from dataclasses import dataclass, field, replace

import pytest

from clra import registry
from clra.config import Settings
from clra.errors import ModelError, RequestRefusedError
from clra.models.openai import open_model
from clra.parsing.recorded import find_span
from clra.protocols import Completion, Critic
from clra.types import Chain, CheckedClaim, Claim, FinishReason, Modality, Outcome, Problem, Reason, Span, Verdict
from clra_verifiers.claimlists import SCHEMA
from clra_verifiers.model import GradedModelVerifier, ModelVerifier
from tests.models.fake_server import completion, fake_server, status

PROBLEM = Problem(text="What is 3 + 4 * 2?")
CHAIN = Chain(text="4 * 2 = 8, and 3 + 8 = 11.\nThe answer is \\boxed{11}.")
LISTED = "1. 4 * 2 = 8\n2. 3 + 8 = 11\n3. Multiplication goes first."


@dataclass
class Scripted:
    """A model that answers by what the prompt asks about."""

    claims: Completion | str = LISTED
    judgements: dict[str, object] = field(default_factory=dict)
    """By what stands in the prompt: a reply, or one for each seed."""
    repaired: str | Exception = "Who knows."
    name: str = "scripted"
    prompts: str = "default"
    asked: list = field(default_factory=list)
    open_at_once: int = 0
    most_at_once: int = 0

    async def sample(self, prompt, params):
        self.asked.append((prompt, params))
        self.open_at_once += 1
        self.most_at_once = max(self.most_at_once, self.open_at_once)
        await asyncio.sleep(0.01)
        self.open_at_once -= 1
        reply = self.reply(prompt)
        replies = reply if isinstance(reply, list) else [reply] * len(params.seeds)
        for index, (seed, each) in enumerate(zip(params.seeds, replies, strict=True)):
            if isinstance(each, Exception):
                raise each
            done = each if isinstance(each, Completion) else Completion(index=0, text=each)
            yield replace(done, index=index, seed=seed)

    def reply(self, prompt):
        if "You replied:" in prompt:
            return self.repaired
        if CHAIN.text in prompt:
            return self.claims
        return next((reply for claim, reply in self.judgements.items() if claim in prompt), "All is well.\nyes")

    async def aclose(self):
        """Nothing to give back."""


def review(model, chain=CHAIN, seed=7, claims=(), critic=None):
    critic = critic or ModelVerifier()
    return asyncio.run(critic.review(model, PROBLEM, chain, seed=seed, claims=claims))


def graded(model, chain=CHAIN, seed=7, claims=(), votes=4):
    return review(model, chain, seed, claims, GradedModelVerifier(votes))


def checked(text, outcome=None, uses=(), **fields):
    """A claim of the chain, proved true or false where an outcome is given."""
    verdicts = () if outcome is None else (Verdict(outcome=outcome, method="exact:rational", evidence="by hand"),)
    claim = Claim(text=text, span=find_span(text, CHAIN.text), formal=text, uses=uses, **fields)
    return CheckedClaim(claim=claim, verdicts=verdicts)


def test_they_are_critics():
    critics: list[Critic] = [ModelVerifier(), GradedModelVerifier()]  # mypy holds them to the protocol
    assert [critic.name for critic in critics] == ["model", "model-graded"]
    for critic in critics:
        assert registry.load("verifier", critic.name) is type(critic)
        assert not hasattr(critic, "verify")


def test_every_claim_is_named_found_and_judged():
    model = Scripted(judgements={"3 + 8 = 11": "It is **not** so.\n**No.**"})
    eight, eleven, first = review(model)
    assert [claim.claim.text for claim in (eight, eleven, first)] == [
        "4 * 2 = 8",
        "3 + 8 = 11",
        "Multiplication goes first.",
    ]
    assert (eight.claim.span, eleven.claim.span, first.claim.span) == (Span(0, 9), Span(15, 25), Span(0, 0))
    assert [claim.outcome for claim in (eight, eleven, first)] == [
        Outcome.CONFIRMED,
        Outcome.REFUTED,
        Outcome.CONFIRMED,
    ]
    (verdict,) = eleven.verdicts
    assert verdict.method == "model:scripted"
    assert verdict.reason is None
    assert not verdict.proof
    assert not eleven.refuted
    assert eleven.claim.modality is Modality.ASSERTED
    assert verdict.evidence == 'default prompts, version 4; scripted said: "It is **not** so. **No.**"'
    assert verdict.seconds > 0


def test_what_the_model_is_asked():
    model = Scripted()
    review(model)
    (claims_prompt, claims_params), *judging = model.asked
    assert PROBLEM.text in claims_prompt
    assert CHAIN.text in claims_prompt
    assert (claims_params.temperature, claims_params.max_tokens) == (None, None), "the run says"
    assert (claims_params.logprobs, claims_params.json_schema) == (None, SCHEMA)
    assert len(judging) == 3
    for prompt, params in judging:
        assert PROBLEM.text in prompt
        assert CHAIN.text not in prompt
        assert (params.temperature, params.max_tokens) == (None, None)
        assert (params.logprobs, params.json_schema) == (5, None)
    seeds = [seed for _, params in model.asked for seed in params.seeds]
    assert len(set(seeds)) == 4, "one throw of the dice does not judge two claims"


def test_the_claims_are_judged_at_the_same_time():
    model = Scripted()
    review(model)
    assert model.most_at_once == 3


def test_the_prompts_are_those_of_the_model():
    model = Scripted(prompts="nano", judgements={"Claim: 3 + 8 = 11": "no"})
    assert [claim.outcome for claim in review(model)] == [Outcome.CONFIRMED, Outcome.REFUTED, Outcome.CONFIRMED]
    assert "nano prompts" in review(model)[0].verdicts[0].evidence


def test_thoughts_are_not_shown_to_the_critic():
    model = Scripted()
    review(model, Chain(text=f"<think>hm, 12? no</think>\n{CHAIN.text}"))
    assert "hm, 12?" not in model.asked[0][0]
    thoughts_only = Chain(text="<think>" + CHAIN.text + "</think>")
    assert review(model, thoughts_only)


def test_a_chain_without_a_text_or_claims_has_an_empty_critique():
    model = Scripted(claims="I cannot find any.")
    assert review(model) == ()
    assert review(model, Chain(text=" ")) == ()
    assert len(model.asked) == 2, "asked, and asked again for what can be read"


@pytest.mark.parametrize(
    "reply",
    [
        "Perhaps.",
        "",
        Completion(index=0, text="Let us see, no", finish_reason=FinishReason.LENGTH),
    ],
)
def test_a_judgement_that_is_none(reply):
    (_, eleven, _) = review(Scripted(judgements={"3 + 8 = 11": reply}))
    assert eleven.outcome is Outcome.UNKNOWN
    assert eleven.verdicts[0].reason is Reason.NOT_TRANSLATED


def test_a_judgement_is_repaired_once():
    model = Scripted(claims="1. 3 + 8 = 11", judgements={"3 + 8 = 11": "Perhaps not."}, repaired="no")
    (eleven,) = review(model)
    assert eleven.outcome is Outcome.REFUTED
    *_, (judging, _), (again, _) = model.asked
    assert judging in again
    assert "Perhaps not." in again
    assert "its last line is neither yes nor no" in again
    assert len({seed for _, params in model.asked for seed in params.seeds}) == 3


@pytest.mark.parametrize("repaired", ["Perhaps.", ModelError("enough")])
def test_a_judgement_that_stays_unreadable(repaired):
    model = Scripted(claims="1. 3 + 8 = 11", judgements={"3 + 8 = 11": "Perhaps."}, repaired=repaired)
    (eleven,) = review(model)
    assert (eleven.outcome, eleven.verdicts[0].reason) == (Outcome.UNKNOWN, Reason.NOT_TRANSLATED)
    assert len(model.asked) == 3


def test_claims_are_repaired_once():
    model = Scripted(claims="Four times two is eight.", repaired='{"claims": ["4 * 2 = 8"]}')
    assert [claim.claim.text for claim in review(model)] == ["4 * 2 = 8"]
    (asked, _), (again, _), _ = model.asked
    assert asked in again
    assert "Four times two is eight." in again


def test_a_model_without_a_prompt_for_it_repairs_nothing():
    model = Scripted(prompts="nano", claims="1. a", judgements={"Claim: a": "Perhaps."})
    assert review(model)[0].verdicts[0].reason is Reason.NOT_TRANSLATED
    assert len(model.asked) == 2
    assert model.asked[0][1].json_schema is None


def test_a_server_without_schemas_is_asked_in_plain_words_and_not_troubled_again():
    class NoSchemas(Scripted):
        def reply(self, prompt):
            if self.asked[-1][1].json_schema is not None:
                return ModelError("no such feature")
            return super().reply(prompt)

    model = NoSchemas(claims='{"claims": ["4 * 2 = 8"]}')
    critic = ModelVerifier()
    assert [claim.outcome for claim in review(model, critic=critic)] == [Outcome.CONFIRMED]
    assert [claim.outcome for claim in review(model, critic=critic)] == [Outcome.CONFIRMED]
    assert [params.json_schema is not None for _, params in model.asked] == [True, False, False, False, False]


def test_a_chain_that_ends_with_its_claims_is_not_asked_for_them():
    model = Scripted(judgements={"3 + 8 = 11": "no"})
    listing = Chain(text=f"{CHAIN.text}\n<claims>\n1. 3 + 8 = 11\n2. The answer is 11.\n</claims>")
    eleven, answer = review(model, listing)
    assert (eleven.claim.text, eleven.claim.span, eleven.outcome) == ("3 + 8 = 11", Span(15, 25), Outcome.REFUTED)
    assert answer.claim.text == "The answer is 11."
    assert len(model.asked) == 2


def test_an_empty_list_at_the_end_is_asked_for_and_not_shown():
    model = Scripted()
    listing = Chain(text=f"{CHAIN.text}\n<claims>\nnone\n</claims>")
    assert len(review(model, listing)) == 3
    assert "</claims>" not in model.asked[0][0]


def test_a_claim_is_judged_with_what_it_uses_and_nothing_else():
    read = (
        checked("2 = 2"),
        checked("4 * 2 = 8", uses=(0,)),
        checked("3 + 8 = 11", uses=(1,)),
        checked("5 + 5 = 10"),
    )
    model = Scripted(claims="1. So $3 + 8 = 11$.\n2. Multiplication goes first.")
    review(model, claims=read)
    (_, _), (eleven, _), (first, _) = model.asked
    assert "may be false as well:\n- 2 = 2\n- 4 * 2 = 8\n\nClaim:\nSo $3 + 8 = 11$.\n" in eleven
    assert "5 + 5" not in eleven
    assert "may be false as well:\n- the problem alone\n\nClaim:\nMultiplication goes first.\n" in first
    review(nano := Scripted(prompts="nano"), claims=read)
    assert "4 * 2" not in nano.asked[2][0].replace("+ 4 * 2", "")


def test_the_published_form_counts_opinions_and_tells_where_a_proof_contradicts_one():
    model = Scripted(claims="1. 3 + 8 = 11\n2. 4 * 2 = 8", judgements={"3 + 8 = 11": "no", "Claim:\n4 * 2 = 8": "yes"})
    proved = (checked("4 * 2 = 8", Outcome.CONFIRMED), checked("3 + 8 = 11", Outcome.CONFIRMED))
    eleven, eight = review(model, claims=proved)
    assert (eleven.outcome, len(eleven.verdicts)) == (Outcome.REFUTED, 1)
    assert eleven.verdicts[0].evidence.endswith('said: "no"; but exact:rational proves it true (by hand)')
    assert "proves" not in eight.verdicts[0].evidence


def test_several_votes_are_one_call_with_seeds_of_their_own():
    model = Scripted(claims="1. a\n2. b")
    graded(model)
    graded(model, seed=8)
    judging = [params for prompt, params in model.asked if CHAIN.text not in prompt]
    assert [len(params.seeds) for params in judging] == [4] * 4
    seeds = {seed for params in judging for seed in params.seeds}
    assert len(seeds) == 16
    assert all(0 <= seed < 2**31 for seed in seeds)
    again = Scripted(claims="1. a\n2. b")
    graded(again)
    assert [params.seeds for _, params in again.asked] == [params.seeds for _, params in model.asked[:3]]


@pytest.mark.parametrize(
    ("votes", "outcome", "probability", "told"),
    [
        (["yes", "yes", "no", "yes"], Outcome.CONFIRMED, 0.75, "votes: 3 yes, 1 no; p(yes) = 0.75"),
        (["no", "no", "no", "yes"], Outcome.REFUTED, 0.25, "votes: 1 yes, 3 no; p(yes) = 0.25"),
        (["yes", "", "no", "yes"], Outcome.CONFIRMED, 2 / 3, "votes: 2 yes, 1 no, 1 unread; p(yes) = 0.67"),
        (["yes", "no", "no", "yes"], Outcome.UNKNOWN, 0.5, "votes: 2 yes, 2 no; p(yes) = 0.50"),
        (["", "", "", ""], Outcome.UNKNOWN, None, 'votes: 4 unread; scripted said: ""'),
        (["no", ModelError("gone")], Outcome.REFUTED, 0.0, "votes: 1 no, 3 missing; p(yes) = 0.00"),
    ],
)
def test_votes_are_shares(votes, outcome, probability, told):
    votes += ["yes"] * (4 - len(votes))
    (claim,) = graded(Scripted(claims="1. a = b", judgements={"a = b": votes}))
    (verdict,) = claim.verdicts
    assert (claim.outcome, verdict.probability) == (outcome, probability)
    assert verdict.evidence.startswith(f"default prompts, version 4; {told}")
    assert not verdict.proof


def test_why_a_graded_claim_is_unknown():
    tie = graded(Scripted(claims="1. a = b", judgements={"a = b": ["yes", "no", "no", "yes"]}))
    assert tie[0].reason is Reason.SOLVER_UNKNOWN
    unread = graded(Scripted(claims="1. a = b", judgements={"a = b": ""}))
    assert unread[0].reason is Reason.NOT_TRANSLATED
    gone = graded(Scripted(claims="1. a = b", judgements={"a = b": RequestRefusedError("gone to lunch")}))
    assert gone[0].reason is Reason.UNAVAILABLE
    assert "gone to lunch" in gone[0].verdicts[0].evidence


def test_log_probabilities_count_where_the_model_gives_them():
    def vote(word, yes):
        top = {"yes": math.log(yes), "no": math.log(1 - yes)}
        return Completion(index=0, text=word, logprobs=(0.0,), top_logprobs=(top,))

    votes = [vote("no", 0.4), vote("yes", 0.9), vote("no", 0.3), vote("no", 0.48)]
    (claim,) = graded(Scripted(claims="1. a = b", judgements={"a = b": votes}))
    assert claim.outcome is Outcome.CONFIRMED, "three weak no against one strong yes"
    assert claim.verdicts[0].probability == pytest.approx(0.52)
    assert "votes: 1 yes, 3 no; p(yes) = 0.52" in claim.verdicts[0].evidence


def test_a_proof_overrules_the_votes_and_the_disagreement_is_shown():
    proved = (checked("4 * 2 = 8"), checked("3 + 8 = 11", Outcome.CONFIRMED))
    model = Scripted(claims="1. 3 + 8 = 11\n2. 4 * 2 = 8", judgements={"Claim:\n3 + 8 = 11": "no"})
    eleven, eight = graded(model, claims=proved)
    opinion, proof = eleven.verdicts
    assert (eleven.outcome, eleven.deciding) == (Outcome.CONFIRMED, proof)
    assert (opinion.outcome, opinion.proof, opinion.probability) == (Outcome.REFUTED, False, 0.0)
    assert opinion.evidence.endswith("; but exact:rational proves it true (by hand)")
    assert (eight.outcome, len(eight.verdicts)) == (Outcome.CONFIRMED, 1)


def test_over_http_the_probability_is_that_of_the_server():
    listed = completion('{"claims": ["4 * 2 = 8"]}')
    with fake_server() as server:
        server.script = [status(400), listed]
        server.always = completion("It holds. yes")
        model = open_model(server.url, Settings(api_key="k", retries=0))

        async def asked():
            try:
                return await GradedModelVerifier(votes=2).review(model, PROBLEM, CHAIN, seed=1)
            finally:
                await model.aclose()

        (claim,) = asyncio.run(asked())
    assert claim.outcome is Outcome.CONFIRMED
    assert "votes: 2 yes; p(yes) = 1.00" in claim.verdicts[0].evidence
    schemas = ["response_format" in request.body for request in server.chats]
    assert schemas == [True, False, False, False]
    assert len({request.body["seed"] for request in server.chats[2:]}) == 2


def test_one_word_is_whole_even_where_it_was_cut_off():
    word = Completion(index=0, text="no", finish_reason=FinishReason.LENGTH)
    assert review(Scripted(judgements={"3 + 8 = 11": word}))[1].outcome is Outcome.REFUTED


def test_a_model_that_fails_on_one_claim():
    error = RequestRefusedError("gone to lunch")
    eight, eleven, _ = review(Scripted(judgements={"3 + 8 = 11": error}))
    assert eight.outcome is Outcome.CONFIRMED
    assert eleven.verdicts[0].reason is Reason.UNAVAILABLE
    assert "gone to lunch" in eleven.verdicts[0].evidence


def test_a_model_that_fails_on_the_claims_is_an_error():
    with pytest.raises(ModelError, match="refused"):
        review(Scripted(claims=ModelError("refused")))


def test_a_server_that_refuses_logprobs_is_asked_without():
    class NoLogprobs(Scripted):
        def reply(self, prompt):
            if self.asked[-1][1].logprobs is not None:
                return ModelError("logprobs are not supported")
            return super().reply(prompt)

    assert {claim.outcome for claim in review(NoLogprobs(claims="1. a = b"))} == {Outcome.CONFIRMED}


def test_the_probability_of_yes_is_shown_where_it_is_known():
    tops = ({"Well": -0.1, "no": -3.0}, {" Yes": -0.2231, " no": -1.897, "yes": -3.0}, {".": 0.0})
    reply = Completion(index=0, text="Well Yes.", logprobs=(-0.1, -0.22, 0.0), top_logprobs=tops)
    evidence = review(Scripted(claims="1. a", judgements={"a": reply}))[0].verdicts[0].evidence
    assert evidence.endswith('said: "Well Yes."; p(yes) = 0.85')
    unsure = Completion(index=0, text="yes", logprobs=(-0.1,), top_logprobs=({"maybe": -0.1, "yes": -3.0},))
    assert "p(yes)" not in review(Scripted(claims="1. a", judgements={"a": unsure}))[0].verdicts[0].evidence


def test_long_words_are_shortened_to_their_end():
    reply = "because " * 200 + "\nno"
    evidence = review(Scripted(claims="1. a", judgements={"a": reply}))[0].verdicts[0].evidence
    assert len(evidence) < 330
    assert evidence.endswith('because no"')


def test_evidence_holds_nothing_that_a_terminal_obeys():
    evidence = review(Scripted(claims="1. a", judgements={"a": "\x1b[2J\x07no"}))[0].verdicts[0].evidence
    assert evidence.endswith('said: "[2J no"')
