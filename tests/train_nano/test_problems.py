"""The problem generator: right by an independent check, deterministic, held-out problems kept out."""

# ruff: noqa: S311  # random numbers choose problems here

import random
from itertools import islice

import pytest

from examples.train_nano import checking
from examples.train_nano.problems import TRAINED, UNSEEN, gold, held_out, is_held_out, training_exercises
from examples.train_nano.tasks import claims_example, judge_example, solve_example, work_out, work_out_with_slip


@pytest.mark.parametrize("family", [*TRAINED, *UNSEEN], ids=lambda family: family.__name__)
def test_every_equation_of_every_solution_holds(family):
    rng = random.Random(family.__name__)
    for _ in range(60):
        draft = family(rng)
        right = gold(draft)
        text = solve_example(draft, rng).completion
        found = checking.equations(text)
        assert text.count("=") == sum(equation.count("=") for equation in found), text
        assert checking.holds_throughout(found, right), text
        assert checking.answer(text) == right, text


@pytest.mark.parametrize("family", [*TRAINED, *UNSEEN], ids=lambda family: family.__name__)
def test_every_family_has_phrasings_routes_and_whole_answers(family):
    rng = random.Random(family.__name__)
    drafts = [family(rng) for _ in range(40)]
    assert len({draft.text.split(" ")[0] for draft in drafts} | {draft.text[-12:] for draft in drafts}) > 3
    assert all(0 <= gold(draft) < 10**6 for draft in drafts)
    assert len({tuple(work_out(drafts[0], seed).lines) for seed in range(20)}) > (5 if family in TRAINED else 1)
    assert {work_out(drafts[0], seed).answer for seed in range(20)} == {gold(drafts[0])}


def test_a_slip_changes_a_line_and_an_answer_without_a_slip_is_right():
    rng = random.Random(3)
    changed = 0
    for exercise in islice(training_exercises(rng), 200):
        exact, wrong = work_out(exercise.draft, 1), work_out_with_slip(exercise.draft, 1, rng)
        assert exact.answer == gold(exercise.draft)
        if wrong is not None:
            changed += wrong.answer != exact.answer
            assert len(wrong.lines) == len(exact.lines)
            assert wrong.lines != exact.lines
    assert changed > 100


def test_judged_claims_are_half_right_and_a_false_equation_is_never_right():
    rng = random.Random(4)
    verdicts = []
    for exercise in islice(training_exercises(rng), 600):
        made = judge_example(exercise.draft, rng)
        claim = made.prompt.partition("Claim: ")[2].rpartition("\nIs this")[0]
        *anew, verdict = made.completion.splitlines()
        right = gold(exercise.draft)
        assert checking.holds_throughout(checking.equations("\n".join(anew)), right), made
        if not all(checking.holds(equation, right) for equation in checking.equations(claim)):
            assert verdict == "no", made
        verdicts.append(verdict)
    assert 0.4 < verdicts.count("yes") / len(verdicts) < 0.6


def test_listed_claims_stand_in_the_solution():
    rng = random.Random(5)
    for exercise in islice(training_exercises(rng), 100):
        made = claims_example(exercise.draft, rng)
        *steps, last = made.completion.splitlines()
        assert 1 < len(steps) + 1 <= 5
        assert all(step.partition(". ")[2] in made.prompt for step in steps)
        assert last.partition(". ")[2] == f"The answer is {checking.answer(made.prompt)}."


def test_the_same_seed_gives_the_same_problems():
    def texts(seed):
        return [exercise.draft.text for exercise in islice(training_exercises(random.Random(seed)), 50)]

    assert texts(1) == texts(1) != texts(2)
    assert held_out(40) == held_out(40) != held_out(40, seed=1)


def test_held_out_problems_are_never_trained_on():
    kept = held_out(120)
    assert all(is_held_out(problem.text) for problem in kept)
    assert len({problem.text for problem in kept}) == 120
    assert {problem.family for problem in kept} == {family.__name__ for family in TRAINED}
    trained = [exercise.draft.text for exercise in islice(training_exercises(random.Random(7)), 2000)]
    assert not any(is_held_out(text) for text in trained)


def test_unseen_families_are_not_among_the_trained_ones():
    assert {problem.family for problem in held_out(10, unseen=True)} == {family.__name__ for family in UNSEEN}
    assert not {*UNSEEN} & {*TRAINED}


@pytest.mark.parametrize(
    ("equation", "true"),
    [
        ("12*7=84", True),
        ("12*34=12*30+12*4=360+48=408", True),
        ("135-45=80", False),
        ("8*2=8*2+8*2=16", False),
        ("7x = 98 - 14 = 84", True),
        ("x=84/7=13", False),
        (r"$\frac{60 \cdot 15}{100} = \frac{900}{100} = 9$", True),
        (r"$12 \times 7 = 85$", False),
    ],
)
def test_equations_are_read_and_checked_exactly(equation, true):
    (found,) = checking.equations(f"So {equation} pens.")
    assert checking.holds(found, 12) is true
