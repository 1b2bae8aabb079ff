"""Families that are never trained on: steps of trained families in new combinations."""

from __future__ import annotations

import random

from examples.train_nano.vocabulary import HOLDERS, NAMES, THINGS, Draft
from examples.train_nano.worksheet import Result, Worksheet


def work_then_packing(rng: random.Random) -> Draft:
    """What a machine makes in a day goes into full boxes: work, then remainder."""
    thing, box = rng.choice(THINGS), rng.choice(HOLDERS)
    rate, hours, size = rng.randint(6, 60), rng.randint(3, 10), rng.randint(6, 20)
    text = rng.choice(
        [
            (
                f"A machine makes {rate} {thing} per hour and runs {hours} hours. They are packed in {box} of {size}. "
                f"How many {thing} are left over?"
            ),
            (
                f"A team packs {rate} {thing} an hour for {hours} hours into {box} that hold {size} each. What is the "
                "remainder?"
            ),
            (
                f"For {hours} hours a machine makes {rate} {thing} each hour. They fill {box} of {size} {thing} each. "
                f"How many {thing} do not fit into full {box}?"
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        made = sheet.mul(rate, hours)
        sheet.line(f"In all: {made} {thing}.")
        full = made.value // size
        packed = sheet.mul(full, size)
        sheet.line(f"{full} full {box} hold {packed}.")
        rest = sheet.sub(made, packed)
        sheet.line(f"Left over: {rest}.")
        return rest

    return Draft(text, solve)


def discounted_fence(rng: random.Random) -> Draft:
    """A fence around a rectangle, some percent off: perimeter, then price, then discount."""
    name = rng.choice(NAMES)
    length, width = rng.randint(8, 95), rng.randint(5, 80)
    price, rate = rng.randint(2, 9) * 10, rng.choice([5, 10, 15, 20, 25, 30, 40])
    text = rng.choice(
        [
            (
                f"A garden is {length} m long and {width} m wide. A fence costs {price} dollars per m. It is {rate} "
                f"percent off. How much does {name} pay for a fence around it?"
            ),
            (
                f"A fence goes around a yard of {length} m by {width} m. One m costs {price} dollars, now with a "
                f"discount of {rate}%. What does the fence cost?"
            ),
            (
                f"The sides of a field are {length} m and {width} m. The price of {price} dollars for one m of fence "
                f"is cut by {rate}%. Find the price in dollars of a fence around it."
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        half = sheet.add(length, width)
        sheet.line(f"Length plus width is {half} m.")
        around = sheet.mul(2, half)
        sheet.line(f"The perimeter is {around} m.")
        full = sheet.mul(around, price)
        sheet.line(f"The full price is {full} dollars.")
        off = sheet.percent(rate, full)
        sheet.line(f"The discount is {off} dollars.")
        paid = sheet.sub(full, off)
        sheet.line(f"So {paid} dollars are paid.")
        return paid

    return Draft(text, solve)
