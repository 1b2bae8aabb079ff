"""Word problems with measures: trips, speed, units, fences, areas."""

from __future__ import annotations

import random

from examples.train_nano.vocabulary import NAMES, Draft
from examples.train_nano.worksheet import Result, Worksheet


def trip(rng: random.Random) -> Draft:
    """Two legs at two speeds; what is left of the way."""
    name = rng.choice(NAMES)
    speed, hours, speed2, hours2 = rng.randint(21, 98), rng.randint(2, 9), rng.randint(21, 98), rng.randint(2, 9)
    whole = speed * hours + speed2 * hours2 + rng.randint(20, 400)
    text = rng.choice(
        [
            (
                f"{name} drives {hours} hours at {speed} km per hour, then {hours2} hours at {speed2} km per hour. The "
                f"whole trip is {whole} km. How many km are left?"
            ),
            (
                f"A trip is {whole} km long. {name} travels at {speed} km per hour for {hours} hours and at {speed2} "
                f"km per hour for {hours2} hours. How far is it to the end?"
            ),
            (
                f"A train has to go {whole} km. It goes {hours} hours at {speed} km per hour and {hours2} hours at "
                f"{speed2} km per hour. Find the distance that remains in km."
            ),
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
    fast, slow = sorted(rng.sample(range(12, 75), 2), reverse=True)
    there, back = rng.randint(2, 15), rng.randint(2, 15)
    way, way2 = fast * there, slow * back
    text = rng.choice(
        [
            (
                f"{name} rides {way} km at {fast} km per hour and {way2} km at {slow} km per hour. How many hours does "
                f"{name} ride?"
            ),
            (
                f"A bus goes {way} km at {fast} km per hour, then {way2} km at {slow} km per hour. How long does it "
                "take in hours?"
            ),
            (
                f"{name} travels {way} km with a speed of {fast} km per hour, then {way2} km with {slow} km per hour. "
                "Find the time in hours."
            ),
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
    length, width, price = rng.randint(8, 95), rng.randint(5, 80), rng.randint(3, 15)
    text = rng.choice(
        [
            (
                f"A {place} is {length} m long and {width} m wide. A fence costs {price} dollars per m. How much does "
                "a fence around it cost?"
            ),
            (
                f"A fence goes around a {place} of {length} m by {width} m. One m costs {price} dollars. What does the "
                "fence cost?"
            ),
            (
                f"The sides of a {place} are {length} m and {width} m. Find the price in dollars of a fence around it "
                f"at {price} dollars per m."
            ),
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
    length, width = rng.randint(12, 45), rng.randint(8, 35)
    inner, inner2 = rng.randint(3, length // 2), rng.randint(3, width // 2)
    price = rng.randint(2, 9)
    text = rng.choice(
        [
            (
                f"A {place} is {length} m by {width} m. A part of {inner} m by {inner2} m stays free. The rest is "
                f"painted for {price} dollars per square m. What does that cost?"
            ),
            (
                f"A {place} of {length} m by {width} m has a hole of {inner} m by {inner2} m. Paint for one square m "
                f"costs {price} dollars. How much does it cost to paint the {place}?"
            ),
            (
                f"Find the cost in dollars of covering a {place} of {length} m by {width} m, without a corner of "
                f"{inner} m by {inner2} m, at {price} dollars per square m."
            ),
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
