"""Problems about bare numbers: equations, sequences, expressions, counting."""

from __future__ import annotations

import random

from examples.train_nano.vocabulary import NAMES, THINGS, Draft
from examples.train_nano.worksheet import Result, Worksheet

VARIABLES = "xyzn"


def _asked(rng: random.Random, equation: str, variable: str) -> str:
    if rng.random() < 0.25:
        equation = f"${equation}$"
    return rng.choice(
        [f"Solve {equation} for {variable}.", f"Find {variable} if {equation}.", f"What is {variable} when {equation}?"]
    )


def equation_one_side(rng: random.Random) -> Draft:
    """Of the form ax + b = c or ax - b = c."""
    a, x, b, v = rng.randint(3, 25), rng.randint(4, 60), rng.randint(5, 200), rng.choice(VARIABLES)
    minus = rng.random() < 0.4 and a * x > b
    c = a * x - b if minus else a * x + b
    text = _asked(rng, f"{a}{v} {'-' if minus else '+'} {b} = {c}", v)

    def solve(sheet: Worksheet) -> Result:
        moved = sheet.add(c, b) if minus else sheet.sub(c, b)
        sheet.line(f"Move {b}: <{a}{v} = {moved.equation}>.", f"So <{a}{v} = {moved.equation}>.")
        found = sheet.div(moved, a)
        sheet.line(f"Divide by {a}: <{v} = {found.equation}>.", f"Then <{v} = {found.equation}>.")
        return found

    return Draft(text, solve)


def equation_two_sides(rng: random.Random) -> Draft:
    """Of the form ax + b = cx + d."""
    c, x, b, v = rng.randint(2, 25), rng.randint(4, 50), rng.randint(2, 90), rng.choice(VARIABLES)
    a = c + rng.randint(3, 15)
    d = (a - c) * x + b
    text = _asked(rng, f"{a}{v} + {b} = {c}{v} + {d}", v)

    def solve(sheet: Worksheet) -> Result:
        if sheet.chance(0.65):
            factor = sheet.sub(a, c)
            sheet.line(f"Collect {v}: {factor}.", f"Subtract {c}{v}: {factor}.", f"On the left {factor}.")
            moved = sheet.sub(d, b)
        else:
            moved = sheet.sub(d, b)
            sheet.line(f"Collect the numbers: {moved}.", f"Subtract {b}: {moved}.", f"On the right {moved}.")
            factor = sheet.sub(a, c)
        sheet.line(f"Now <{factor.value}{v} = {moved.value}>.", f"So <{factor.value}{v} = {moved.value}>.")
        found = sheet.div(moved, factor)
        sheet.line(f"Divide by {factor.value}: <{v} = {found.equation}>.", f"Then <{v} = {found.equation}>.")
        return found

    return Draft(text, solve)


def equation_bracket(rng: random.Random) -> Draft:
    """Of the form a(x + b) = c."""
    a, x, b, v = rng.randint(3, 20), rng.randint(4, 50), rng.randint(2, 50), rng.choice(VARIABLES)
    c = a * (x + b)
    text = _asked(rng, f"{a}({v} + {b}) = {c}", v)

    def solve(sheet: Worksheet) -> Result:
        if sheet.chance(0.6):
            inner = sheet.div(c, a)
            sheet.line(f"Divide by {a}: <{v} + {b} = {inner.equation}>.", f"So <{v} + {b} = {inner.equation}>.")
            found = sheet.sub(inner, b)
            sheet.line(f"Move {b}: <{v} = {found.equation}>.", f"Then <{v} = {found.equation}>.")
            return found
        product = sheet.mul(a, b)
        sheet.line(f"The bracket gives {product}.", f"Multiply: {product}.")
        moved = sheet.sub(c, product)
        sheet.line(f"Move {product.value}: <{a}{v} = {moved.equation}>.", f"So <{a}{v} = {moved.equation}>.")
        found = sheet.div(moved, a)
        sheet.line(f"Divide by {a}: <{v} = {found.equation}>.", f"Then <{v} = {found.equation}>.")
        return found

    return Draft(text, solve)


def sequence_term(rng: random.Random) -> Draft:
    """A far term of an arithmetic sequence."""
    first, step, place = rng.randint(1, 90), rng.randint(3, 15), rng.randint(8, 40)
    listed = ", ".join(str(first + k * step) for k in range(4))
    text = rng.choice(
        [
            (
                f"A sequence starts with {first} and each term is {step} more than the one before. What is term number "
                f"{place}?"
            ),
            f"What is term number {place} of the sequence {listed}, ...?",
            f"The first term of an arithmetic sequence is {first} and the difference is {step}. Find term {place}.",
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        jumps = sheet.sub(place, 1)
        sheet.line(f"There are {jumps} jumps.", f"The jumps are {jumps}.", f"Jumps: {jumps}.")
        added = sheet.mul(jumps, step)
        sheet.line(f"Jumps of {step} add {added}.", f"Together {step} each: {added}.", f"They add {added}.")
        term = sheet.add(first, added)
        sheet.line(f"The term is {term}.", f"Term {place} is {term}.", f"From {first}: {term}.")
        return term

    return Draft(text, solve)


def series(rng: random.Random) -> Draft:
    """The sum of an arithmetic sequence."""
    first, step = rng.randint(2, 40), rng.randint(2, 9) * 2
    count = rng.randint(5, 15)
    name, thing = rng.choice(NAMES), rng.choice(THINGS)
    text = rng.choice(
        [
            (
                f"A sequence starts with {first} and each term is {step} more than the one before. What is the sum of "
                f"the first {count} terms?"
            ),
            (
                f"{name} collects {first} {thing} on the first day and each day {step} more than the day before. How "
                f"many {thing} does {name} collect in {count} days?"
            ),
            (
                f"The first term of an arithmetic sequence is {first} and the difference is {step}. Find the sum of "
                f"{count} terms."
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        jumps = sheet.sub(count, 1)
        added = sheet.mul(jumps, step)
        last = sheet.add(first, added)
        sheet.line(f"There are {jumps} jumps.", f"The jumps are {jumps}.", f"Jumps: {jumps}.")
        sheet.line(f"They add {added}.", f"Together {step} each: {added}.", f"Jumps of {step} add {added}.")
        sheet.line(f"The last term is {last}.", f"Last: {last}.", f"The last one is {last}.")
        ends = sheet.add(first, last)
        sheet.line(f"First and last make {ends}.", f"First plus last: {ends}.")
        double = sheet.mul(count, ends)
        sheet.line(f"Twice the sum is {double}.", f"Two times the sum: {double}.")
        total = sheet.div(double, 2)
        sheet.line(f"The sum is {total}.", f"So the sum is {total}.", f"Half of that is {total}.")
        return total

    return Draft(text, solve)


def growth(rng: random.Random) -> Draft:
    """A small geometric growth, then a loss."""
    thing = rng.choice(["cells", "fish", "plants", "birds"])
    factor = rng.choice([2, 2, 3, 3, 4, 5])
    periods = rng.randint(2, {2: 6, 3: 4, 4: 3, 5: 3}[factor])
    start = rng.randint(3, 40)
    lost = rng.randint(2, start * factor**periods // 2)
    word = {2: "double", 3: "triple", 4: "become four times as many", 5: "become five times as many"}[factor]
    text = rng.choice(
        [
            (
                f"There are {start} {thing}. Every year they {word}. After {periods} years {lost} {thing} die. How "
                "many are left?"
            ),
            f"{start} {thing} {word} each year for {periods} years. Then {lost} go away. How many {thing} remain?",
            (
                f"A lake has {start} {thing} that {word} every year. Find how many there are after {periods} years if "
                f"{lost} are taken away at the end."
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        grown = sheet.mul(start, factor)
        sheet.line(f"After year 1 there are {grown}.", f"Year 1: {grown}.")
        for year in range(2, periods + 1):
            grown = sheet.mul(grown, factor)
            sheet.line(f"After year {year} there are {grown}.", f"Year {year}: {grown}.")
        left = sheet.sub(grown, lost)
        sheet.line(f"What is left: {left}.", f"Without the {lost} that is {left}.", f"So {left} {thing} are left.")
        return left

    return Draft(text, solve)


def expression(rng: random.Random) -> Draft:
    """A number expression with brackets, of one of three shapes."""
    a, b, c, d = rng.randint(5, 50), rng.randint(5, 50), rng.randint(3, 15), rng.randint(3, 60)
    shape = rng.randrange(3)
    if shape == 0:
        d = min(d, (a + b) * c)
        written = f"({a} + {b}) * {c} - {d}"
    elif shape == 1:
        a, b = max(a, b) + 1, min(a, b)
        e = rng.randint(3, 12)
        written = f"({a} - {b}) * {c} + {d} * {e}"
    else:
        a = c * rng.randint(6, 40)
        written = f"{a} / {c} + {b} * {d}"
    latex = written.replace("*", rng.choice([r"\times", r"\cdot"]))
    shown = f"${latex}$" if rng.random() < 0.25 else written
    text = rng.choice([f"Compute {shown}.", f"What is {shown}?", f"Find the value of {shown}."])

    def solve(sheet: Worksheet) -> Result:
        if shape == 0:
            inner = sheet.add(a, b)
            sheet.line(f"The bracket is {inner}.", f"First {inner}.", f"Bracket: {inner}.")
            product = sheet.mul(inner, c)
            sheet.line(f"The product is {product}.", f"Then {product}.", f"Multiply: {product}.")
            value = sheet.sub(product, d)
        elif shape == 1:
            inner = sheet.sub(a, b)
            sheet.line(f"The bracket is {inner}.", f"First {inner}.", f"Bracket: {inner}.")
            left = sheet.mul(inner, c)
            sheet.line(f"The first product is {left}.", f"Then {left}.", f"Multiply: {left}.")
            right = sheet.mul(d, e)
            sheet.line(f"The second product is {right}.", f"Next {right}.", f"Multiply: {right}.")
            value = sheet.add(left, right)
        else:
            part = sheet.div(a, c)
            sheet.line(f"The quotient is {part}.", f"First {part}.", f"Divide: {part}.")
            product = sheet.mul(b, d)
            sheet.line(f"The product is {product}.", f"Then {product}.", f"Multiply: {product}.")
            value = sheet.add(part, product)
        sheet.line(f"The result is {value}.", f"The value is {value}.", f"In all: {value}.")
        return value

    return Draft(text, solve)


def handshakes(rng: random.Random) -> Draft:
    """Pairs among a group, some of whom do not take part."""
    people, away = rng.randint(10, 32), rng.randint(1, 6)
    word, act = rng.choice([("guests", "shakes hands"), ("players", "plays one game"), ("teams", "plays once")])
    text = rng.choice(
        [
            (
                f"{people} {word} are invited and {away} do not come. Each of the others {act} with each other one. "
                "How many pairs are there?"
            ),
            (
                f"There are {people} {word}, but {away} leave. Everyone who stays {act} with everyone else. How many "
                "times does that happen?"
            ),
            (
                f"Of {people} {word}, {away} stay at home. Find the number of pairs if each one of the rest {act} with "
                "each other."
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        present = sheet.sub(people, away)
        sheet.line(f"There are {present} {word}.", f"Those who stay: {present}.", f"The {word} are {present}.")
        others = sheet.sub(present, 1)
        sheet.line(f"Each one meets {others} others.", f"Others for each: {others}.", f"Each has {others} others.")
        double = sheet.mul(present, others)
        sheet.line(f"Counted twice that is {double}.", f"Each pair counts twice: {double}.")
        pairs = sheet.div(double, 2)
        sheet.line(f"So there are {pairs} pairs.", f"Half of that is {pairs}.", f"Pairs: {pairs}.")
        return pairs

    return Draft(text, solve)


def outfits(rng: random.Random) -> Draft:
    """Choices of one of each kind, without those that are not allowed."""
    name = rng.choice(NAMES)
    kinds = rng.choice([("shirts", "hats", "coats"), ("soups", "dishes", "desserts"), ("roads", "bridges", "gates")])
    a, b, c = rng.randint(3, 15), rng.randint(3, 12), rng.randint(2, 9)
    banned = rng.randint(2, a * b * c // 3)
    text = rng.choice(
        [
            (
                f"{name} has {a} {kinds[0]}, {b} {kinds[1]} and {c} {kinds[2]} and takes one of each. {banned} choices "
                "are not allowed. How many choices are left?"
            ),
            (
                f"One can choose from {a} {kinds[0]}, {b} {kinds[1]} and {c} {kinds[2]}, one of each kind, but "
                f"{banned} choices do not work. How many do work?"
            ),
            (
                f"Find how many ways {name} can take one of {a} {kinds[0]}, one of {b} {kinds[1]} and one of {c} "
                f"{kinds[2]} if {banned} ways are not allowed."
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        pairs = sheet.mul(a, b)
        sheet.line(f"For the first two there are {pairs} ways.", f"{kinds[0]} and {kinds[1]}: {pairs}.")
        total = sheet.mul(pairs, c)
        sheet.line(f"With the {kinds[2]} there are {total} ways.", f"In all: {total}.", f"All choices: {total}.")
        left = sheet.sub(total, banned)
        sheet.line(f"Without the {banned} there are {left}.", f"What is left: {left}.", f"Allowed: {left}.")
        return left

    return Draft(text, solve)


def teams(rng: random.Random) -> Draft:
    """A pair from one group and one or two from another."""
    n, m = rng.randint(5, 15), rng.randint(5, 20)
    first, second = rng.choice([("girls", "boys"), ("cooks", "waiters"), ("red cards", "blue cards")])
    text = rng.choice(
        [
            (
                f"There are {n} {first} and {m} {second}. In how many ways can one choose two of the {first} and one "
                f"of the {second}?"
            ),
            f"A team has two of {n} {first} and one of {m} {second}. How many teams are there?",
            f"Find how many ways there are to take 2 of {n} {first} and 1 of {m} {second}.",
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        others = sheet.sub(n, 1)
        sheet.line(f"Each has {others} others.", f"Others for each: {others}.")
        double = sheet.mul(n, others)
        sheet.line(f"Counted twice that is {double}.", f"Each pair counts twice: {double}.")
        pairs = sheet.div(double, 2)
        sheet.line(f"So there are {pairs} pairs.", f"Half of that is {pairs}.", f"Pairs: {pairs}.")
        ways = sheet.mul(pairs, m)
        sheet.line(f"With the {second} there are {ways} ways.", f"In all: {ways}.", f"All choices: {ways}.")
        return ways

    return Draft(text, solve)
