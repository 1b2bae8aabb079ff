"""Chains looked at while they are drawn."""

import asyncio

import clra
from clra.oversight import Cut, Oversight, led_astray
from clra.types import Problem, Review

WRONG = "First, 135 - 45 = 80.\n\n"
LINES = "".join(f"In line {n} we add {n}.\n" for n in range(2000))
ON = "Then half of that is 40.\n\nSo each of them has 40 apples.\n\n"


def review_of(text):
    return clra.verify("What is 135 - 45?", text)


def test_a_text_that_goes_on_from_a_false_claim_is_led_astray():
    assert led_astray(review_of(WRONG + ON))


def test_a_text_has_some_steps_to_take_it_back():
    assert not led_astray(review_of(WRONG))
    assert not led_astray(review_of(WRONG + "Wait, that is wrong: 135 - 45 = 90.\n\n" + ON))
    assert not led_astray(review_of("First, 135 - 45 = 90.\n\n" + ON.replace("40", "45")))


def watched(text, review, *, pause=0.01, piece=40, busy=lambda: False):
    """The overseer's last word on a text that grows, but not while somebody is busy."""

    async def grow():
        oversight = Oversight(review, at_once=2)
        try:
            for end in range(piece, len(text) + piece, piece):
                if oversight.look(3, text[:end]):
                    return end, oversight.cut
                await asyncio.sleep(pause)
                while busy():  # noqa: ASYNC110 -- the double counts, and tells nobody
                    await asyncio.sleep(0.01)
            return None, oversight.cut
        finally:
            await oversight.aclose()

    return asyncio.run(grow())


def test_loops_are_cut_without_any_review():
    end, cut = watched("and the sum of the " * 200, None, pause=0)
    assert end is not None
    assert cut == {3: Cut.LOOPS}


def test_what_a_review_finds_astray_is_cut_at_the_next_look():
    reviewed, done = [], []

    async def review(text):
        reviewed.append(text)
        try:
            return await clra.averify("What is 135 - 45?", text)
        finally:
            done.append(text)

    end, cut = watched(WRONG + ON * 4, review, busy=lambda: len(done) < len(reviewed))
    assert end is not None
    assert cut == {3: Cut.REFUTED}
    assert all(text.endswith((".", "\n")) for text in reviewed)


def test_looking_never_waits_for_a_review():
    begun = []

    async def review(text):
        begun.append(len(text))
        await asyncio.Event().wait()

    end, cut = watched(LINES, review, pause=0)
    assert end is None
    assert cut == {}
    assert len(begun) == 1


def test_reviews_are_few_on_a_long_text():
    begun = []

    async def review(text):
        begun.append(len(text))
        return Review(problem=Problem(text=""), text=text, steps=(), claims=(), answer=None)

    watched(LINES, review, pause=0, piece=100)
    assert 10 < len(begun) < 100
    assert sum(begun) < 12 * len(LINES)


def test_a_chain_that_is_drawn_anew_is_seen_with_fresh_eyes():
    async def looks():
        oversight = Oversight(None, at_once=1)
        return [oversight.look(0, text) for text in ["so the end of the " * 30, "so the end", "so the end of it all"]]

    assert asyncio.run(looks()) == [False, False, False]


def test_only_chains_that_are_being_drawn_count_as_running():
    async def looks():
        oversight = Oversight(None, at_once=1)
        oversight.look(0, "a" * 10)
        oversight.look(1, "b" * 5)
        oversight.finished(0)
        return oversight.characters

    assert asyncio.run(looks()) == 5
