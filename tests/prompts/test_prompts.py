import json
import subprocess
import sys

import pytest

from clra.errors import ConfigError, UnknownPluginError
from clra.parsing.listed import split_list
from clra.prompts import parse_prompts, prompt_set

MINIMAL = 'version = 1\nsolve = "{problem}"\nclaims = "{solution}"\njudge = "{claim}"\n'


@pytest.mark.parametrize("name", ["default", "nano"])
def test_every_set_can_be_rendered(name):
    prompts = prompt_set(name)
    parts = {"problem": "PROBLEM", "solution": "SOLUTION", "claim": "CLAIM"}
    rendered = {task: prompts.render(task, **parts) for task in ("solve", "claims", "judge")}
    assert prompts.name == name
    assert prompts.version
    assert "PROBLEM" in rendered["solve"]
    assert "SOLUTION" in rendered["claims"]
    assert "CLAIM" in rendered["judge"]
    for text in rendered.values():
        assert not any(part in text for part in ("{problem}", "{solution}", "{claim}"))
        assert text == text.strip()


def test_the_default_asks_for_a_list_at_the_end_of_a_chain():
    prompts = prompt_set("default")
    asked = prompts.render("solve_claims", problem="PROBLEM\nends")
    assert all(part in asked for part in (r"\boxed{}", "at most 5", "<claims>", "</claims>", "\nPROBLEM\nends"))
    assert split_list(asked).claims is None, "a prompt is not to be taken for a list"
    assert prompts.json_claims
    assert json.loads(prompts.claims.partition("nothing else: ")[2].partition(". In")[0]) == {
        "claims": ["first claim", "second claim"]
    }


def test_the_default_judges_a_claim_by_what_it_uses():
    asked = prompt_set("default").render("judge", problem="P", claim="CLAIM", premises="- ONE\n- TWO")
    assert "may be false as well:\n- ONE\n- TWO\n\nClaim:\nCLAIM\n" in asked


def test_the_default_repairs():
    parts = {"asked": "ASKED {reply}", "reply": r"\frac{1}{2} {fault}", "fault": "it is short"}
    asked = prompt_set("default").render("repair", **parts)
    assert "could not be read: it is short.\n" in asked
    assert "\nASKED {reply}\n" in asked
    assert "\n\\frac{1}{2} {fault}\n" in asked


def test_nano_is_asked_as_it_was_trained():
    nano = prompt_set("nano")
    assert nano.version == "1"
    assert not nano.json_claims
    assert not nano.has("solve_claims")
    assert not nano.has("repair")
    assert nano.opening("judge") == "{problem}"
    assert nano.opening("repair") == ""
    parts = {"problem": "1 + 1?", "claim": "1 + 1 = 2", "premises": "- 1 = 1", "solution": "1 + 1 = 2"}
    assert nano.render("judge", **parts) == "1 + 1?\n\nClaim: 1 + 1 = 2\nIs this right?"
    assert nano.render("claims", **parts) == "1 + 1?\n\nSolution:\n1 + 1 = 2\n\nList the claims."
    assert nano.render("solve", **parts) == "1 + 1?"


def test_the_default_asks_for_check_programs():
    prompts = prompt_set("default")
    asked = prompts.render("check", problem="PROBLEM")
    assert "PROBLEM" in asked
    assert '{"answer": VALUE}' in asked
    assert "```python" in asked
    about = prompts.render("check_claim", problem="PROBLEM", claim="CLAIM", premises="- PREMISE")
    assert all(part in about for part in ("PROBLEM", "CLAIM", "- PREMISE", '{"holds": true}'))
    assert not any(part in asked + about for part in ("{problem}", "{claim}", "{premises}"))


@pytest.mark.parametrize(("task", "form"), [("universal", '"choice": NUMBER}'), ("genselect", '"choice: NUMBER"')])
def test_the_default_lets_a_model_choose(task, form):
    prompts = prompt_set("default")
    asked = prompts.render(task, problem="PROBLEM", candidates="<{problem} {code}>", code="CODE", count="12")
    assert all(part in asked for part in ("PROBLEM", "\n<{problem} {code}>\n", "the code CODE;", "1 to 12", form))
    assert prompts.json_choices
    assert not prompt_set("nano").has(task)


@pytest.mark.parametrize(("task", "asked"), [("program", "standard input"), ("inputs", "JSON list")])
def test_the_default_asks_for_programs_and_inputs(task, asked):
    prompt = prompt_set("default").render(task, problem="PROBLEM")
    assert "\nPROBLEM\n" in prompt
    assert asked in prompt


def test_what_a_set_leaves_out_cannot_be_asked():
    nano = prompt_set("nano")
    assert not nano.has("check")
    assert nano.has("judge")
    with pytest.raises(ConfigError, match="prompt set 'nano' has no \"check\""):
        nano.render("check", problem="PROBLEM")


def test_braces_stay_as_they_are():
    prompts = parse_prompts("x", MINIMAL.replace('"{problem}"', r"'\boxed{} {x} {problem}'"))
    assert prompts.render("solve", problem=r"\frac{1}{2} {claim}") == r"\boxed{} {x} \frac{1}{2} {claim}"


def test_the_default_asks_for_what_is_read_later():
    prompts = prompt_set("default")
    assert r"\boxed{}" in prompts.solve
    assert "at most 5" in prompts.claims
    assert "falsify" in prompts.judge
    assert prompts.judge.endswith("yes if the claim is true, no if it is false.")


def test_a_set_that_is_not_there():
    with pytest.raises(UnknownPluginError, match="no prompt set named 'shouting'") as caught:
        prompt_set("shouting")
    assert "default" in caught.value.hint
    with pytest.raises(UnknownPluginError):
        prompt_set("../prompts/default")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version = ", "prompt set 'x': "),
        (MINIMAL.replace("version = 1\n", ""), 'expected "version"'),
        (MINIMAL.replace("{claim}", "claim"), 'expected "judge" to be a text with {claim} in it'),
        (MINIMAL.replace('"{solution}"', "3"), 'expected "claims" to be a text'),
        (MINIMAL + 'solve_claims = "no place"\n', 'expected "solve_claims" to be a text with {problem} in it'),
        (MINIMAL + 'json_claims = "yes"\n', 'expected "json_claims" to be true or false'),
        (MINIMAL + "json_choices = 1\n", 'expected "json_choices" to be true or false'),
        (MINIMAL + 'genselect = "no place"\n', 'expected "genselect" to be a text with {candidates} in it'),
        (MINIMAL + 'check = "no place"\n', 'expected "check" to be a text with {problem} in it'),
    ],
)
def test_a_file_that_is_none(text, said):
    with pytest.raises(ConfigError) as caught:
        parse_prompts("x", text)
    assert said in str(caught.value)


def test_importing_the_loader_is_cheap():
    code = "import clra.prompts, sys; print([name for name in ('pydantic', 'httpx', 'sympy') if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
