"""Judge examples from chains: only claims whose truth is certain, and half of each kind."""

from examples.train_nano.slips import Judged, balanced, judged_claims

PROBLEM = "What is 12 * 7 + 5?"


def found(text):
    return {(one.claim, one.right, one.final) for one in judged_claims(PROBLEM, 89, text)}


def test_every_line_of_a_sound_chain_is_right():
    assert found("Step 1: First 12*7=84.\nStep 2: In all: 84+5=89.\nAnswer: 89") == {
        ("First 12*7=84.", True, False),
        ("In all: 84+5=89.", True, False),
        ("The answer is 89.", True, True),
    }


def test_a_line_that_carries_a_slip_on_is_not_judged():
    assert found("First 12*7=74. In all: 74+5=79. The answer is 79.") == {
        ("First 12*7=74.", False, False),
        ("The answer is 79.", False, True),
    }


def test_a_chain_without_an_answer_yields_only_its_false_equations():
    assert found("First 12*7=84.\nThen 84+5=99.\nAnd so") == {("Then 84+5=99.", False, False)}


def test_right_and_wrong_claims_are_balanced():
    lines = [Judged(PROBLEM, f"{k}=1", k == 1, final=False) for k in range(20)]
    answers = [Judged(PROBLEM, f"The answer is {k}.", k == 89, final=True) for k in range(80, 95)]
    chosen = balanced([*lines * 3, *answers * 3], seed=1)
    assert sum(one.right for one in chosen) * 2 == len(chosen) > 0
