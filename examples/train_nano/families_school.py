"""Word problems of counting: boxes, ages, work, packing, averages."""

from __future__ import annotations

import random

from examples.train_nano.vocabulary import HOLDERS, NAMES, THINGS, Draft, split_total
from examples.train_nano.worksheet import Result, Worksheet


def boxes(rng: random.Random) -> Draft:
    """Equal boxes, then more, then fewer."""
    name, thing, box = rng.choice(NAMES), rng.choice(THINGS), rng.choice(HOLDERS)
    count, each, more = rng.randint(3, 40), rng.randint(4, 30), rng.randint(5, 120)
    gone = split_total(rng, count * each + more)
    text = rng.choice(
        [
            (
                f"{name} has {count} {box} with {each} {thing} in each. {name} buys {more} more {thing} and gives away "
                f"{gone}. How many {thing} does {name} have now?"
            ),
            (
                f"There are {count} {box} of {each} {thing}. {name} adds {more} {thing} and then sells {gone}. How "
                f"many {thing} are left?"
            ),
            (
                f"A shop keeps {each} {thing} in each of {count} {box}. It gets {more} more {thing} and sells {gone} "
                f"of them. Find the number of {thing} that remain."
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        if more > gone and sheet.chance(0.3):
            change = sheet.sub(more, gone)
            sheet.line(f"The change is {change} {thing}.", f"Adding {more} and losing {gone} makes {change} more.")
            held = sheet.mul(count, each)
            sheet.line(f"The {box} hold {held} {thing}.", f"In the {box}: {held}.")
            left = sheet.add(held, change)
            sheet.line(f"In all there are {left}.", f"Now there are {left} {thing}.")
            return left
        held = sheet.mul(count, each)
        sheet.line(f"The {box} hold {held} {thing}.", f"In the {box}: {held}.", f"At first there are {held} {thing}.")
        grown = sheet.add(held, more)
        sheet.line(f"With {more} more there are {grown}.", f"After adding: {grown}.", f"Then {grown} {thing}.")
        left = sheet.sub(grown, gone)
        sheet.line(
            f"Without the {gone} that went there are {left}.", f"What is left: {left}.", f"Left: {left} {thing}."
        )
        return left

    return Draft(text, solve)


def ages(rng: random.Random) -> Draft:
    """Three ages, each given by the one before it."""
    first, second, third = rng.sample(NAMES, 3)
    age, times, older = rng.randint(4, 40), rng.randint(2, 5), rng.randint(2, 40)
    text = rng.choice(
        [
            (
                f"{first} is {age} years old. {second} is {times} times as old as {first}. {third} is {older} years "
                f"older than {second}. What is the sum of their ages?"
            ),
            (
                f"{second} is {times} times as old as {first}, who is {age}. {third} is {older} years older than "
                f"{second}. How old are all three together?"
            ),
            (
                f"{first} is {age}. The age of {second} is {times} times that. {third} is {older} years older than "
                f"{second}. Find the sum of the three ages."
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        middle = sheet.mul(age, times)
        sheet.line(f"{second} is {middle}.", f"{second} is {middle} years old.", f"Age of {second}: {middle}.")
        old = sheet.add(middle, older)
        sheet.line(f"{third} is {old}.", f"{third} is {old} years old.", f"Age of {third}: {old}.")
        if sheet.chance(0.5):
            total = sheet.add(age, middle, old)
            sheet.line(f"The sum is {total}.", f"Together they are {total}.")
            return total
        pair = sheet.add(age, middle)
        sheet.line(f"{first} and {second} together are {pair}.", f"The first two make {pair}.")
        total = sheet.add(pair, old)
        sheet.line(f"With {third} that is {total}.", f"The sum is {total}.")
        return total

    return Draft(text, solve)


def work(rng: random.Random) -> Draft:
    """A machine's output over days, less the faulty ones."""
    thing = rng.choice(THINGS)
    rate, hours, days = rng.randint(6, 60), rng.randint(3, 10), rng.randint(2, 9)
    faulty = split_total(rng, rate * hours * days)
    text = rng.choice(
        [
            (
                f"A machine makes {rate} {thing} per hour and runs {hours} hours a day for {days} days. {faulty} of "
                f"the {thing} are faulty. How many are good?"
            ),
            (
                f"For {days} days a machine works {hours} hours a day. Each hour it makes {rate} {thing}. {faulty} of "
                f"them are thrown away. How many {thing} are kept?"
            ),
            (
                f"A team packs {rate} {thing} an hour, {hours} hours a day, {days} days long. Then {faulty} {thing} "
                f"are lost. How many {thing} remain?"
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        if sheet.chance(0.6):
            daily = sheet.mul(rate, hours)
            sheet.line(f"Per day that is {daily} {thing}.", f"One day gives {daily}.", f"Each day: {daily}.")
            made = sheet.mul(daily, days)
        else:
            time = sheet.mul(hours, days)
            sheet.line(f"The time is {time} hours.", f"In all that takes {time} hours.", f"Hours: {time}.")
            made = sheet.mul(rate, time)
        sheet.line(f"In {days} days that is {made}.", f"In all: {made} {thing}.", f"The total is {made}.")
        good = sheet.sub(made, faulty)
        sheet.line(f"Without the {faulty} there are {good}.", f"What is left: {good}.", f"Good ones: {good}.")
        return good

    return Draft(text, solve)


def packing(rng: random.Random) -> Draft:
    """What is left over when full boxes are filled."""
    name, thing, box = rng.choice(NAMES), rng.choice(THINGS), rng.choice(HOLDERS)
    owned, found, size = rng.randint(20, 200), rng.randint(20, 150), rng.randint(6, 20)
    text = rng.choice(
        [
            (
                f"{name} has {owned} {thing} and finds {found} more. {name} fills {box} of {size} {thing} each. How "
                f"many {thing} are left over?"
            ),
            (
                f"{name} puts {owned} {thing} and {found} more {thing} into {box} that hold {size} each. How many "
                f"{thing} do not fit into full {box}?"
            ),
            (
                f"There are {owned} red and {found} blue {thing}. They are packed in {box} of {size}. What is the "
                "remainder?"
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        total = sheet.add(owned, found)
        sheet.line(f"In all there are {total}.", f"Together: {total} {thing}.", f"The total is {total}.")
        full = total.value // size
        packed = sheet.mul(full, size)
        sheet.line(f"{full} full {box} hold {packed}.", f"There are {full} full {box} with {packed} {thing}.")
        rest = sheet.sub(total, packed)
        sheet.line(f"Left over: {rest}.", f"The remainder is {rest}.", f"So {rest} {thing} are left over.")
        return rest

    return Draft(text, solve)


def average(rng: random.Random) -> Draft:
    """The last score that brings an average to a goal."""
    name, count = rng.choice(NAMES), rng.randint(4, 5)
    while True:
        scores = [rng.randint(35, 99) for _ in range(count - 1)]
        goal = rng.randint(50, 92)
        last = goal * count - sum(scores)
        if 0 < last <= 150:
            break
    listed = ", ".join(map(str, scores[:-1])) + f" and {scores[-1]}"
    text = rng.choice(
        [
            (
                f"{name} scores {listed} points in {count - 1} games. How many points must {name} score in the next "
                f"game so that the average of all {count} games is {goal}?"
            ),
            f"The average of {count} numbers is {goal}. {count - 1} of them are {listed}. What is the other number?",
            f"{name} has the scores {listed}. Which score does {name} need next for an average of {goal}?",
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        needed = sheet.mul(count, goal)
        sheet.line(f"The sum must be {needed}.", f"All {count} add up to {needed}.", f"Needed in all: {needed}.")
        so_far = sheet.add(*scores)
        sheet.line(f"The sum so far is {so_far}.", f"The known ones make {so_far}.", f"So far: {so_far}.")
        missing = sheet.sub(needed, so_far)
        sheet.line(f"Missing: {missing}.", f"The other one is {missing}.", f"So {missing} are needed.")
        return missing

    return Draft(text, solve)
