"""Word problems with measures: trips, speed, units, fences, areas, percentages, ratios, fractions, sum and difference."""

from __future__ import annotations

import random

from examples.train_nano.vocabulary import GOODS, NAMES, THINGS, Draft, split_total
from examples.train_nano.worksheet import Result, Worksheet


def trip(rng: random.Random) -> Draft:
    """Two legs at two speeds; what is left of the way."""
    name = rng.choice(NAMES)
    speed, hours, speed2, hours2 = rng.randint(21, 98), rng.randint(2, 9), rng.randint(21, 98), rng.randint(2, 9)
    whole = speed * hours + speed2 * hours2 + rng.randint(20, 400)
    text = rng.choice(
        [
            f"{name} drives {hours} hours at {speed} km per hour, then {hours2} hours at {speed2} km per hour. The whole trip "
            f"is {whole} km. How many km are left?",
            f"A trip is {whole} km long. {name} travels at {speed} km per hour for {hours} hours and at {speed2} km per hour "
            f"for {hours2} hours. How far is it to the end?",
            f"A train has to go {whole} km. It goes {hours} hours at {speed} km per hour and {hours2} hours at {speed2} km per "
            f"hour. Find the distance that remains in km.",
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        first = sheet.mul(speed, hours)
        sheet.line(f"The first part is {first} km.", f"In {hours} hours: {first} km.", f"First {first} km.")
        if sheet.chance(0.35):
            rest = sheet.sub(whole, first)
            sheet.line(f"After that {rest} km are left.", f"That leaves {rest}.")
            second = sheet.mul(speed2, hours2)
            sheet.line(f"The second part is {second} km.", f"In {hours2} hours: {second} km.")
            left = sheet.sub(rest, second)
        else:
            second = sheet.mul(speed2, hours2)
            sheet.line(f"The second part is {second} km.", f"In {hours2} hours: {second} km.", f"Then {second} km.")
            done = sheet.add(first, second)
            sheet.line(f"Together that is {done} km.", f"So far: {done}.", f"The distance so far is {done}.")
            left = sheet.sub(whole, done)
        sheet.line(f"What is left: {left} km.", f"So {left} km are left.", f"Left: {left}.")
        return left

    return Draft(text, solve)


def speed(rng: random.Random) -> Draft:
    """Hours for a way there and a slower way back."""
    name = rng.choice(NAMES)
    fast, slow = sorted(rng.sample(range(12, 90), 2), reverse=True)
    there, back = rng.randint(3, 24), rng.randint(3, 24)
    way, way2 = fast * there, slow * back
    text = rng.choice(
        [
            f"{name} rides {way} km at {fast} km per hour and {way2} km at {slow} km per hour. How many hours does {name} ride?",
            f"A bus goes {way} km at {fast} km per hour, then {way2} km at {slow} km per hour. How long does it take in hours?",
            f"{name} travels {way} km with a speed of {fast} km per hour, then {way2} km with {slow} km per hour. Find the time "
            f"in hours.",
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        first, second = sheet.div(way, fast), sheet.div(way2, slow)
        sheet.line(f"The first part takes {first} hours.", f"First {first} hours.", f"{way} km take {first} hours.")
        sheet.line(f"The second part takes {second} hours.", f"Then {second} hours.", f"{way2} km take {second} hours.")
        total = sheet.add(first, second)
        sheet.line(f"Together that is {total} hours.", f"In all: {total}.", f"The time is {total} hours.")
        return total

    return Draft(text, solve)


UNITS = (
    ("hours", "minutes", 60, (2, 30)),
    ("minutes", "seconds", 60, (3, 45)),
    ("days", "hours", 24, (2, 40)),
    ("m", "cm", 100, (2, 60)),
    ("weeks", "days", 7, (5, 90)),
    ("feet", "inches", 12, (4, 90)),
)


def units(rng: random.Random) -> Draft:
    """A mixed measure in the smaller unit, less a part, times a count or not."""
    big, small, factor, (low, high) = rng.choice(UNITS)
    whole, extra, times = rng.randint(low, high), rng.randint(1, factor - 1), rng.randint(2, 9)
    text = rng.choice(
        [
            f"One part takes {whole} {big} and {extra} {small}. How many {small} do {times} parts take?",
            f"How many {small} are {times} times {whole} {big} and {extra} {small}?",
            f"Something measures {whole} {big} and {extra} {small}. Find {times} times that measure in {small}.",
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        base = sheet.mul(whole, factor)
        sheet.line(f"{whole} {big} are {base} {small}.", f"In {small}: {base}.", f"The {big} make {base} {small}.")
        one = sheet.add(base, extra)
        sheet.line(f"With {extra} more that is {one}.", f"One part is {one} {small}.", f"Together: {one}.")
        total = sheet.mul(one, times)
        sheet.line(f"{times} times that is {total}.", f"In all: {total} {small}.", f"The total is {total} {small}.")
        return total

    return Draft(text, solve)


def fence(rng: random.Random) -> Draft:
    """The price of a fence around a rectangle."""
    place = rng.choice(["garden", "field", "yard", "park"])
    length, width, price = rng.randint(8, 95), rng.randint(5, 80), rng.randint(3, 28)
    text = rng.choice(
        [
            f"A {place} is {length} m long and {width} m wide. A fence costs {price} dollars per m. How much does a fence "
            f"around it cost?",
            f"A fence goes around a {place} of {length} m by {width} m. One m costs {price} dollars. What does the fence cost?",
            f"The sides of a {place} are {length} m and {width} m. Find the price in dollars of a fence around it at {price} "
            f"dollars per m.",
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        if sheet.chance(0.65):
            half = sheet.add(length, width)
            sheet.line(f"Length plus width is {half} m.", f"Two sides make {half} m.", f"Half of the way is {half}.")
            around = sheet.mul(2, half)
        else:
            long, short = sheet.mul(2, length), sheet.mul(2, width)
            sheet.line(f"The long sides are {long} m.", f"Two long sides: {long}.")
            sheet.line(f"The short sides are {short} m.", f"Two short sides: {short}.")
            around = sheet.add(long, short)
        sheet.line(f"The perimeter is {around} m.", f"All around: {around} m.", f"The fence is {around} m long.")
        cost = sheet.mul(around, price)
        sheet.line(f"The cost is {cost} dollars.", f"It costs {cost}.", f"The fence costs {cost} dollars.")
        return cost

    return Draft(text, solve)


def area(rng: random.Random) -> Draft:
    """The part of a rectangle that two others leave free."""
    place = rng.choice(["floor", "wall", "field", "yard"])
    length, width = rng.randint(18, 80), rng.randint(12, 60)
    inner, inner2 = rng.randint(3, length // 2), rng.randint(3, width // 2)
    price = rng.randint(2, 9)
    text = rng.choice(
        [
            f"A {place} is {length} m by {width} m. A part of {inner} m by {inner2} m stays free. The rest is painted for {price} "
            f"dollars per square m. What does that cost?",
            f"A {place} of {length} m by {width} m has a hole of {inner} m by {inner2} m. Paint for one square m costs {price} "
            f"dollars. How much does it cost to paint the {place}?",
            f"Find the cost in dollars of covering a {place} of {length} m by {width} m, without a corner of {inner} m by "
            f"{inner2} m, at {price} dollars per square m.",
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        whole, free = sheet.mul(length, width), sheet.mul(inner, inner2)
        sheet.line(f"The whole area is {whole} square m.", f"The {place} has {whole}.", f"Area: {whole}.")
        sheet.line(f"The free part is {free} square m.", f"Not covered: {free}.", f"Free: {free}.")
        rest = sheet.sub(whole, free)
        sheet.line(f"The rest is {rest} square m.", f"What is left: {rest}.", f"Covered: {rest}.")
        cost = sheet.mul(rest, price)
        sheet.line(f"The cost is {cost} dollars.", f"It costs {cost}.", f"That costs {cost} dollars.")
        return cost

    return Draft(text, solve)


def discount(rng: random.Random) -> Draft:
    """Some percent off, for several pieces."""
    name, good = rng.choice(NAMES), rng.choice(GOODS)
    rate, base, count = rng.choice([5, 10, 15, 20, 25, 30, 35, 40, 45, 60, 75]), rng.randint(2, 45) * 20, rng.randint(2, 12)
    text = rng.choice(
        [
            f"A set of {good} costs {base} dollars. It is {rate} percent off. {name} buys {count} sets. How much does {name} "
            f"pay?",
            f"{name} buys {count} sets of {good}. The price of a set was {base} dollars, now with a discount of {rate}%. What "
            f"does {name} pay in dollars?",
            f"The price of {base} dollars for a set of {good} is cut by {rate}%. Find the price of {count} sets.",
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        if sheet.chance(0.3):
            full = sheet.mul(count, base)
            sheet.line(f"Without discount {count} sets cost {full}.", f"The full price is {full} dollars.")
            off = sheet.percent(rate, full)
            sheet.line(f"The discount is {off} dollars.", f"{rate}% of that is {off}.")
            paid = sheet.sub(full, off)
            sheet.line(f"So {paid} dollars are paid.", f"What is left: {paid}.")
            return paid
        off = sheet.percent(rate, base)
        sheet.line(f"The discount is {off} dollars.", f"{rate}% of {base} is {off}.", f"One set is cheaper by {off}.")
        price = sheet.sub(base, off)
        sheet.line(f"One set costs {price} dollars.", f"The new price is {price}.", f"Now a set costs {price}.")
        paid = sheet.mul(count, price)
        sheet.line(f"{count} sets cost {paid} dollars.", f"In all: {paid}.", f"For {count} sets that is {paid}.")
        return paid

    return Draft(text, solve)


def ratio(rng: random.Random) -> Draft:
    """A quantity split in a ratio; how much more one side gets."""
    (name, other), thing = rng.sample(NAMES, 2), rng.choice(THINGS)
    small, big = sorted(rng.sample(range(2, 14), 2))
    part = rng.randint(4, 48)
    total = part * (small + big)
    text = rng.choice(
        [
            f"{name} and {other} share {total} {thing} in the ratio {big}:{small}. How many more {thing} does {name} get than "
            f"{other}?",
            f"{total} {thing} are split between {name} and {other} in the ratio {big} to {small}. By how many {thing} is the "
            f"part of {name} larger?",
            f"Red and blue {thing} are in the ratio {big}:{small}. There are {total} in all. How many more red than blue "
            f"{thing} are there?",
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
    unit = rng.randint(3, 24) * below2
    total = unit * below
    text = rng.choice(
        [
            f"{name} has {total} {thing} and gives {above}/{below} of them away. Then {name} sells 1/{below2} of the rest. How "
            f"many {thing} are left?",
            f"{above}/{below} of {total} {thing} are red. Of the others, 1/{below2} are blue. How many {thing} are neither red "
            f"nor blue?",
            f"From {total} {thing}, first {above}/{below} are taken, then 1/{below2} of what is left. Find the number of {thing} "
            f"that remain.",
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
    high = rng.randint(20, 480)
    low = rng.randint(5, high - 1)
    total, gap = high + low, high - low
    text = rng.choice(
        [
            f"{name} and {other} have {total} {thing} together. {name} has {gap} more than {other}. How many {thing} does "
            f"{name} have?",
            f"The sum of two numbers is {total} and their difference is {gap}. What is the larger number?",
            f"{name} has {gap} more {thing} than {other}. Together they have {total}. Find the number of {thing} of {name}.",
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


def interest(rng: random.Random) -> Draft:
    """A growing sum: percent each year, simple, plus the start."""
    name = rng.choice(NAMES)
    start, rate, years = rng.randint(3, 98) * 100, rng.randint(2, 15), rng.randint(2, 12)
    cost = split_total(rng, start)
    text = rng.choice(
        [
            f"{name} puts {start} dollars in a bank that adds {rate}% of the start sum each year. After {years} years {name} "
            f"takes out {cost} dollars. How many dollars are left?",
            f"A sum of {start} dollars grows each year by {rate} percent of the start sum. After {years} years {cost} dollars "
            f"are spent. What is left?",
            f"Each year for {years} years a bank adds {rate}% of {start} dollars to the {start} dollars of {name}. Then {name} "
            f"spends {cost}. Find the rest in dollars.",
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        yearly = sheet.percent(rate, start)
        sheet.line(f"Each year adds {yearly} dollars.", f"{rate}% of {start} is {yearly}.", f"Per year: {yearly}.")
        added = sheet.mul(yearly, years)
        sheet.line(f"In {years} years that is {added}.", f"All years add {added} dollars.")
        grown = sheet.add(start, added)
        sheet.line(f"The sum is then {grown}.", f"Together: {grown} dollars.", f"Then there are {grown}.")
        left = sheet.sub(grown, cost)
        sheet.line(f"What is left: {left} dollars.", f"So {left} are left.", f"Left: {left} dollars.")
        return left

    return Draft(text, solve)


MEASURE = (trip, speed, units, fence, area, discount, ratio, fractions, sum_difference, interest)
