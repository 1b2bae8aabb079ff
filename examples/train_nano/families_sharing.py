"""Word problems about parts of a whole: equal shares, ratios, fractions, sum and difference."""

from __future__ import annotations

import random

from examples.train_nano.vocabulary import HOLDERS, NAMES, THINGS, Draft
from examples.train_nano.worksheet import Result, Worksheet


def sharing(rng: random.Random) -> Draft:
    """Equal boxes shared out equally; each loses some."""
    name, thing, box = rng.choice(NAMES), rng.choice(THINGS), rng.choice(HOLDERS)
    counts: list[int] = []
    while not counts:
        friends, share = rng.randint(3, 12), rng.randint(6, 40)
        total = friends * share
        counts = [k for k in range(2, 41) if total % k == 0 and k != friends and total > k]
    count = rng.choice(counts)
    lost = rng.randint(1, share - 1)
    text = rng.choice(
        [
            (
                f"{name} has {count} {box} with {total // count} {thing} in each and shares all of them equally among "
                f"{friends} friends. Each friend then loses {lost} {thing}. How many {thing} does each friend have?"
            ),
            (
                f"{friends} children share {count} {box} of {total // count} {thing} equally. Each child gives away "
                f"{lost}. How many {thing} does each child keep?"
            ),
            (
                f"The {thing} from {count} {box}, {total // count} in each, are shared equally by {friends} friends. "
                f"Each friend uses {lost} of them. How many {thing} does one friend have left?"
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        held = sheet.mul(count, total // count)
        sheet.line(f"There are {held} {thing}.", f"The {box} hold {held} {thing}.", f"In all: {held}.")
        part = sheet.div(held, friends)
        sheet.line(f"Each one gets {part} {thing}.", f"One share is {part}.", f"Shared by {friends}: {part}.")
        kept = sheet.sub(part, lost)
        sheet.line(f"Each one keeps {kept}.", f"Without {lost} that is {kept}.", f"Left: {kept} {thing}.")
        return kept

    return Draft(text, solve)


def ratio(rng: random.Random) -> Draft:
    """A quantity split in a ratio; how much more one side gets."""
    (name, other), thing = rng.sample(NAMES, 2), rng.choice(THINGS)
    small, big = sorted(rng.sample(range(2, 14), 2))
    part = rng.randint(4, 40)
    total = part * (small + big)
    text = rng.choice(
        [
            (
                f"{name} and {other} share {total} {thing} in the ratio {big}:{small}. How many more {thing} does "
                f"{name} get than {other}?"
            ),
            (
                f"{total} {thing} are split between {name} and {other} in the ratio {big} to {small}. By how many "
                f"{thing} is the part of {name} larger?"
            ),
            (
                f"Red and blue {thing} are in the ratio {big}:{small}. There are {total} in all. How many more red "
                f"than blue {thing} are there?"
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        parts = sheet.add(big, small)
        sheet.line(f"There are {parts} parts.", f"The parts are {parts}.", f"Parts in all: {parts}.")
        one = sheet.div(total, parts)
        sheet.line(f"One part is {one} {thing}.", f"Each part has {one}.", f"One part: {one}.")
        if sheet.chance(0.5):
            gap = sheet.sub(big, small)
            sheet.line(f"The difference is {gap} parts.", f"The parts differ by {gap}.")
            more = sheet.mul(gap, one)
        else:
            high, low = sheet.mul(big, one), sheet.mul(small, one)
            sheet.line(f"The larger side gets {high}.", f"The larger number is {high}.")
            sheet.line(f"The smaller side gets {low}.", f"The smaller number is {low}.")
            more = sheet.sub(high, low)
        sheet.line(f"The difference is {more} {thing}.", f"That is {more} more.", f"So {more} more {thing}.")
        return more

    return Draft(text, solve)


def fractions(rng: random.Random) -> Draft:
    """A fraction of a quantity, then a fraction of the rest."""
    name, thing = rng.choice(NAMES), rng.choice(THINGS)
    below, below2 = rng.randint(3, 9), rng.randint(3, 8)
    above = rng.randint(1, below - 1)
    unit = rng.randint(3, 15) * below2
    total = unit * below
    text = rng.choice(
        [
            (
                f"{name} has {total} {thing} and gives {above}/{below} of them away. Then {name} sells 1/{below2} of "
                f"the rest. How many {thing} are left?"
            ),
            (
                f"{above}/{below} of {total} {thing} are red. Of the others, 1/{below2} are blue. How many {thing} are "
                "neither red nor blue?"
            ),
            (
                f"From {total} {thing}, first {above}/{below} are taken, then 1/{below2} of what is left. Find the "
                f"number of {thing} that remain."
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        one = sheet.div(total, below)
        sheet.line(f"One part of {below} is {one}.", f"1/{below} of the {thing} is {one}.", f"One part: {one}.")
        if sheet.chance(0.6):
            gone = sheet.mul(above, one)
            sheet.line(f"{above}/{below} are {gone} {thing}.", f"The first share is {gone}.", f"First {gone}.")
            rest = sheet.sub(total, gone)
        else:
            kept = sheet.sub(below, above)
            sheet.line(f"{kept} parts stay.", f"The parts that stay: {kept}.")
            rest = sheet.mul(kept, one)
        sheet.line(f"The rest is {rest}.", f"What is left: {rest}.", f"Then {rest} are left.")
        second = sheet.div(rest, below2)
        sheet.line(f"1/{below2} of that is {second}.", f"The second share is {second}.", f"Then {second} more.")
        left = sheet.sub(rest, second)
        sheet.line(f"What remains is {left}.", f"So {left} {thing} are left.", f"Left: {left}.")
        return left

    return Draft(text, solve)


def sum_difference(rng: random.Random) -> Draft:
    """Two numbers from their sum and their difference."""
    (name, other), thing = rng.sample(NAMES, 2), rng.choice(THINGS)
    high = rng.randint(20, 300)
    low = rng.randint(5, high - 1)
    total, gap = high + low, high - low
    text = rng.choice(
        [
            (
                f"{name} and {other} have {total} {thing} together. {name} has {gap} more than {other}. How many "
                f"{thing} does {name} have?"
            ),
            f"The sum of two numbers is {total} and their difference is {gap}. What is the larger number?",
            (
                f"{name} has {gap} more {thing} than {other}. Together they have {total}. Find the number of {thing} "
                f"of {name}."
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        if sheet.chance(0.55):
            double = sheet.add(total, gap)
            sheet.line(f"Twice the larger number is {double}.", f"Two times the larger one: {double}.")
            larger = sheet.div(double, 2)
        else:
            double = sheet.sub(total, gap)
            sheet.line(f"Twice the smaller number is {double}.", f"Two times the smaller one: {double}.")
            smaller = sheet.div(double, 2)
            sheet.line(f"The smaller number is {smaller}.", f"The smaller one: {smaller}.")
            larger = sheet.add(smaller, gap)
        sheet.line(f"The larger number is {larger}.", f"The larger one: {larger}.", f"So it is {larger}.")
        return larger

    return Draft(text, solve)
