"""Word problems of counting: boxes, sharing, ages, work, packing, averages, ratios, fractions, two numbers."""

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
