import asyncio
import json
from contextlib import aclosing

import pytest

from clra.config import Settings
from clra.errors import ConfigError, InputError, ModelError
from clra.models.replay import open_model
from clra.prompts import prompt_set
from clra.protocols import SamplingParams
from clra.types import FinishReason
from tests.parsing.foreign.logs import lines, nemo_output

PROBLEM = "Ann has 3 apples.\nShe buys 4. How many has she?"


def chains(*texts, **fields):
    return [{"text": text, **fields} for text in texts]


@pytest.fixture
def recording(tmp_path):
    def write(*rows):
        path = tmp_path / "chains.jsonl"
        rows = [{"id": index, **row} for index, row in enumerate(rows)]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return open_model(str(path), Settings())

    return write


def prompt(problem=PROBLEM, task="solve", **parts):
    return prompt_set("default").render(task, problem=problem, **parts)


def draw(model, asked=None, *, seeds=(0,), **params):
    async def texts():
        drawn = model.sample(prompt() if asked is None else asked, SamplingParams(seeds=seeds, **params))
        return [done.text async for done in drawn]

    return asyncio.run(texts())


def test_it_repeats_the_chains_of_the_problem(recording):
    model = recording(
        {"problem": "Another one", "chains": chains("no")}, {"problem": PROBLEM, "chains": chains("a", "b", "c")}
    )
    assert model.name == "replay:chains.jsonl"
    assert draw(model, seeds=(91, 17, 4)) == ["a", "b", "c"]


def test_a_seed_that_was_recorded_brings_its_chain(recording):
    rows = [{"text": "a", "seed": 7}, {"text": "b", "seed": 8}, {"text": "c", "seed": 9}]
    model = recording({"problem": PROBLEM, "chains": rows})
    assert draw(model, seeds=(9, 1, 7)) == ["c", "b", "a"]


def test_a_seed_asked_again_brings_the_same_chain_and_no_chain_stands_for_two(recording):
    model = recording({"problem": PROBLEM, "chains": chains("a", "b", "c", "d", seed=0)})
    assert draw(model, seeds=(5, 6)) == ["a", "b"]
    assert draw(model, seeds=(8, 6, 0)) == ["c", "b", "d"]


def test_when_the_chains_run_out_the_rest_is_an_error(recording):
    model = recording({"problem": PROBLEM, "chains": chains("a", "b")})
    got = {}

    async def collect():
        async for done in model.sample(prompt(), SamplingParams(seeds=(1, 2, 3))):
            got[done.seed] = done.text

    with pytest.raises(ModelError, match="holds 2 chains") as caught:
        asyncio.run(collect())
    assert got == {1: "a", 2: "b"}
    assert caught.value.hint == "ask for at most 2"


def test_rows_of_the_same_problem_belong_together(recording):
    model = recording({"problem": PROBLEM, "chains": chains("a")}, {"problem": PROBLEM + "\n", "chains": chains("b")})
    assert draw(model, seeds=(1, 2)) == ["a", "b"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_problem_must_stand_in_the_prompt_word_for_word(recording, newline):
    model = recording({"problem": PROBLEM, "chains": chains("a")}, {"problem": "She buys 4.", "chains": chains("b")})
    assert draw(model, f"Solve this:\n{PROBLEM}".replace("\n", newline)) == ["a"]
    for other in ["Ann has 13 apples.", PROBLEM + " Then double it.", "1" + PROBLEM]:
        with pytest.raises(ModelError, match="holds no chains for this prompt"):
            draw(model, other)


def test_of_two_problems_in_a_prompt_the_longer_counts(recording):
    short = {"problem": "Ann has 3 apples.", "chains": chains("short")}
    model = recording(short, {"problem": PROBLEM, "chains": chains("long")})
    assert draw(model) == ["long"]


def test_it_does_not_take_a_question_about_a_chain_for_the_problem(recording):
    chain = "<think>well</think>\nShe has 7.\n\\boxed{7}"
    model = recording({"problem": PROBLEM, "chains": chains(chain)})
    assert draw(model) == [chain]
    with pytest.raises(ModelError, match="about its chains") as caught:
        draw(model, "Is this right?\n" + PROBLEM + "\nShe has 7.\n\\boxed{7}")
    assert "choose a model" in caught.value.hint


@pytest.mark.parametrize("task", ["claims", "judge", "check", "check_claim", "inputs"])
def test_it_solves_and_does_nothing_else(recording, task):
    model = recording({"problem": PROBLEM, "chains": chains("She has 7.\n<claims>\n1. 3 + 4 = 7\n</claims>")})
    with pytest.raises(ModelError, match="about its chains"):
        draw(model, prompt(task=task, claim="3 + 4 = 7"))
    assert draw(model, prompt(task="solve_claims"))
    assert draw(model, prompt(task="program"))


def test_recorded_facts_come_along_and_logprobs_only_when_asked(recording):
    row = {"text": "a", "tokens": 2, "prompt_tokens": 9, "logprobs": [-0.5, -1], "finish_reason": "length"}
    model = recording({"problem": PROBLEM, "chains": [row]})

    async def one(logprobs):
        async with aclosing(model.sample(prompt(), SamplingParams(seeds=(3,), logprobs=logprobs))) as drawn:
            return await anext(drawn)

    done = asyncio.run(one(0))
    assert (done.tokens, done.prompt_tokens, done.finish_reason) == (2, 9, FinishReason.LENGTH)
    assert (done.seed, done.logprobs, done.top_logprobs) == (3, (-0.5, -1.0), None)
    assert asyncio.run(one(None)).logprobs is None


def test_recorded_confidences_come_along_when_asked(recording):
    row = {"text": "a", "logprobs": [-0.5], "confidences": [7, 8.5], "self_certainty": 11}
    model = recording({"problem": PROBLEM, "chains": [row]})

    async def one(confidences):
        async with aclosing(model.sample(prompt(), SamplingParams(seeds=(3,), confidences=confidences))) as drawn:
            done = await anext(drawn)
        return done.confidences, done.self_certainty, done.logprobs

    assert asyncio.run(one(20)) == ((7.0, 8.5), 11.0, None)
    assert asyncio.run(one(None)) == (None, None, None)


def test_what_it_cannot_do(recording):
    model = recording({"problem": PROBLEM, "chains": chains("a")})
    with pytest.raises(ModelError, match="JSON schema"):
        draw(model, json_schema={})
    asyncio.run(model.aclose())
    with pytest.raises(ModelError, match="holds no chains"):
        draw(model)


def test_foreign_recordings_and_folders_of_them_are_handed_out_too(tmp_path):
    for seed, text in ((1, "It is 7."), (2, "It is 8.")):
        lines(tmp_path / f"output-rs{seed}.jsonl", nemo_output(text, problem=PROBLEM))
    assert draw(open_model(str(tmp_path), Settings()), seeds=(2, 1)) == ["It is 8.", "It is 7."]


def test_the_file_must_be_named_and_be_there(tmp_path):
    with pytest.raises(ConfigError, match="needs a file"):
        open_model("", Settings())
    with pytest.raises(InputError, match=r"none\.jsonl cannot be read"):
        open_model(str(tmp_path / "none.jsonl"), Settings())
