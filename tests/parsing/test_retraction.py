"""What a text takes back, denies or only tries is not what it states; what it goes on from is."""

import pytest

from clra.parsing.claims import find_claims
from clra.parsing.steps import split_steps
from clra.types import Modality, Outcome, Problem
from clra_verifiers.exact import ExactVerifier

_NO_PROBLEM = Problem(text="")


def _errors(text: str) -> list[str]:
    """The asserted claims of a text that are false."""
    return [
        claim.text
        for claim in find_claims(text, split_steps(text), _NO_PROBLEM)
        if claim.modality is Modality.ASSERTED and ExactVerifier().verify(claim, _NO_PROBLEM).outcome is Outcome.REFUTED
    ]


@pytest.mark.parametrize(
    "text",
    [
        "17 * 24 = 398. Wait, 17 * 24 = 408.",
        "So the total is 45 + 27 = 62. Hmm, that doesn't look right. 45 + 27 = 72.",
        "12 * 13 = 146? No, 156.",
        "Let me compute 7 * 8 = 54... no, 56.",
        "We have 13^2 = 159 (no, 169).",
        "The sum is 3 + 5 + 9 = 18, I mean 17.",
        "Then 8 * 9 = 74. Scratch that: 8 * 9 = 72.",
        "I previously said 6 * 7 = 44, but that's wrong.",
        "Earlier I wrote that 15/4 = 3.5. That was a mistake: 15/4 = 3.75.",
        "Earlier I wrote 15/4 = 3.5, but it should be 3.75.",
        "Try x = 3: 3^2 + 1 = 12? No, that's 10.",
        "If x = 3 then 3 + 4 = 8, which is false.",
        "Assume that it is rational. Then 2 = 3, a contradiction.",
        "But then 5 + 1 = 7. Contradiction.",
        "Is 91 = 7 * 12? No since 7 * 12 = 84.",
        "So maybe 2^5 = 30? Hmm, 32.",
        "Check: 3 * 4 = 13? Not equal.",
        "Does 3 + 4 = 8 hold? No.",
        "So we get\n\n\\[ 12 + 13 = 26 \\]\n\nWait, that's not right.",
        "So we get\n\\[ 12 + 13 = 26 \\]\nHmm, let me recompute: $12 + 13 = 25$.",
        "Hmm, 144 + 25 = 159... Let me recompute: 144 + 25 = 169.",
        "25 * 25 = 625, and 625 * 4 = 2400. Let me double-check: 625 * 4 = 2500.",
        "That gives 400 + 30 = 460. That can't be right.",
        "So 10 - 4 = 5? Hmm, 6.",
        "We find 9 × 8 = 71 — oops, 72.",
        "We find 9 × 8 = 71, no wait, 72.",
        "We find 9 × 8 = 71. No, 9 × 8 is 72.",
        "We find 9 × 8 = 71. No. 9 × 8 = 72.",
        "It is not 5 + 5 = 11 but 5 + 5 = 10.",
        "5 + 5 = 11 is clearly wrong.",
        "At first I thought that 6 * 7 = 43.",
        "Initially I got 6 * 7 = 43, but it is 42.",
        "One might think that 0.5^2 = 0.5.",
        "It is tempting to say that 0.5^2 = 0.5.",
        "A common error is to write 0.5^2 = 0.5.",
        "Test n = 4: 4! + 1 = 26. Hmm, 25 actually.",
        "We have 6 * 7 = 43. Hold on. Let me check: 6 * 7 = 42.",
        "We have 6 * 7 = 43. Hang on, 6 * 7 = 42.",
        "We have 6 * 7 = 43. Ah, I see my error. It should be 42.",
        "We have 6 * 7 = 43. Oh no, that's incorrect.",
        "We have 6 * 7 = 43. Let me verify: 6 * 7 = 42, so I was wrong.",
        "We have 6 * 7 = 43. So 43 - 1 = 42.\\\n\\\nWait, I made an arithmetic mistake. 6 * 7 = 42, so 42 - 1 = 41.",
        "We have 6 * 7 = 43.\\\n\\\nThus the answer is 43 + 1 = 44.\\\n\\\nOn second thought, 6 * 7 = 42.",
        "We have 6 * 7 = 43. That doesn't seem right, let me redo it. 6 * 7 = 42.",
        "We have 6 * 7 = 43. That seems off.",
        "We have 6 * 7 = 43. This is suspicious; 6 * 7 = 42.",
        "We have 6 * 7 = 43. Since the result should be even, let's recheck. 6 * 7 = 42.",
        "We have 6 * 7 = 43, but wait, 6 * 7 = 42.",
        "We have 6 * 7 = 43 (wait, that's 42).",
        "We have 6 * 7 = 43 [sic], really 42.",
        "We have 6 * 7 = 43, or rather 42.",
        "We have 6 * 7 = 43, sorry, 42.",
        "We have 6 * 7 = 43... wait no, it's 42.",
        "We have 6 * 7 = 43... hmm that's not right.",
        "Let me see, 6 * 7 = 43, hmm, no: 42.",
        "6 * 7 = 43? Let me check: 6 * 7 = 42.",
        "So is it that 6 * 7 = 43? 6 * 7 is 42, so no.",
        "I get 6 * 7 = 43, which is off by one.",
        "I get 6 * 7 = 43 which doesn't look right.",
        "I get 6 * 7 = 43, which can't be right since it is odd.",
        "I get 6 * 7 = 43, that can't be.",
        "My calculation of 6 * 7 = 43 was wrong.",
        "The mistake was in 6 * 7 = 43.",
        "I made a mistake when I computed 6 * 7 = 43.",
        "I wrote 6 * 7 = 43 by mistake.",
        "I mistakenly computed 6 * 7 = 43.",
        "The student writes 6 * 7 = 43.",
        "Replacing 6 * 7 = 43 with 6 * 7 = 42.",
        "Instead of 6 * 7 = 43 it must be 6 * 7 = 42.",
        "Suppose 6 * 7 = 43. Then we are stuck.",
        "Case 2: If 3 + 4 = 8, there is nothing to show.",
        "That would mean 3 + 4 = 8, which is absurd.",
        "This implies 3 + 4 = 8, which is a contradiction.",
        "For x = 2: 2^2 + 2 = 7, not true.",
        "For x = 2: 2^2 + 2 = 7 ✗",
        "For x = 2: 2^2 + 2 = 7 (false)",
        "For x = 2: 2^2 + 2 = 7 → false.",
        "For x = 2: 2^2 + 2 = 7 does not hold.",
        "x = 1: 1 + 1 = 3? No. x = 2: 4 + 2 = 3? No.",
        "x = 1: 1 + 1 = 3 (no), x = 2: 2 + 1 = 3 (yes)",
        "x = 1: 1 + 1 = 3 — no.",
        "x = 1: 1 + 1 = 3, no.",
        "We want 4k + 1 = 23, trying k = 5: 4 * 5 + 1 = 23, no.",
        "We need 5 * 5 = 24, which fails.",
        "Let me correct that: earlier I had 7 + 8 = 16, but 7 + 8 = 15.",
        "Correction: 7 + 8 = 15, not 7 + 8 = 16.",
        "We have 7 + 8 = 16. Correction: 7 + 8 = 15.",
        "We have 7 + 8 = 16. EDIT: 7 + 8 = 15.",
        "We have 7 + 8 = 16. (Actually 7 + 8 = 15.)",
        "We have 7 + 8 = 16. But 7 + 8 is actually 15.",
        "We have 7 + 8 = 16. But actually 7 + 8 = 15.",
        "We have 7 + 8 = 16. But that is wrong.",
        "We have 7 + 8 = 16. However, this is incorrect since 7 + 8 = 15.",
        "We have 7 + 8 = 16. Looking back, 7 + 8 = 15.",
        "We have 7 + 8 = 16. My bad, 15.",
        "We have 7 + 8 = 16. I misadded; it's 15.",
        "We have 7 + 8 = 16. Let me recount: 7 + 8 = 15.",
        "We have 7 + 8 = 16. Re-checking: 7 + 8 = 15.",
        "We have 7 + 8 = 16. Let's double check this: 7 + 8 = 15.",
        "We have 7 + 8 = 16. Double-checking, 7 + 8 = 15.",
        "We have 7 + 8 = 16. Rechecking the sum, 7 + 8 = 15.",
        "We have 7 + 8 = 16. Then 16 * 3 = 48. I think I made an error. Let me start over. 7 + 8 = 15 and 15 * 3 = 45.",
        "1640 * 39 = 64960, so 41 * 40 * 39 / 6 = 64960 / 6.\n\nThere must be a mistake. 41 * 40 * 39 / 6 = 63960 / 6.",
    ],
)
def test_what_is_taken_back_is_no_error(text: str) -> None:
    assert _errors(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "We have 6 * 7 = 43. Next, we subtract 2.",
        "We have 1640 * 39 = 64960. Let us recheck the rest: 5 * 5 = 24? It is 5 * 5 = 25. Thus 64960 + 1 = 64961.",
        "We have 6 * 7 = 43. Wait for the bus. Then 43 - 1 = 42.",
        "We check: 6 * 7 = 43.",
        "So the total is 6 * 7 = 43. Let me double-check the units.",
        "Therefore 6 * 7 = 43. No further steps are needed.",
        "Since 6 * 7 = 43, it is not true that 43 is even.",
        "We know 6 * 7 = 43, which is not 50.",
        "If we buy six packs, we have 6 * 7 = 43 pens.",
        "We need 6 * 7 = 43 pens.",
        "x = 6 works because 6 * 7 = 43, as needed.",
        "6 * 7 = 43 ✓",
        "6 * 7 = 43. Correct.",
        "6 * 7 = 43. That is right.",
        "6 * 7 = 43. So 7 does not divide 43.",
        "It would take 6 * 7 = 43 hours.",
        "There are no other cases. 6 * 7 = 43.",
        "Wait, 6 * 7 = 43.",
        "No, 6 * 7 = 43.",
        "Let me recompute: 6 * 7 = 43.",
        "Actually 6 * 7 = 43.",
        "Not counting the last, 6 * 7 = 43.",
    ],
)
def test_what_is_not_taken_back_stays_an_error(text: str) -> None:
    assert _errors(text) != []
