"""Word problems about money: shopping, saving, selling, discounts, interest."""

from __future__ import annotations

import random

from examples.train_nano.vocabulary import GOODS, NAMES, Draft, split_total
from examples.train_nano.worksheet import Result, Worksheet


def shopping(rng: random.Random) -> Draft:
    """Two goods at two prices, paid with a round sum."""
    name, (first, second) = rng.choice(NAMES), rng.sample(GOODS, 2)
    n, p, m, q = rng.randint(2, 15), rng.randint(3, 30), rng.randint(2, 15), rng.randint(3, 30)
    paid = ((n * p + m * q) // 100 + rng.randint(1, 3)) * 100
    text = rng.choice(
        [
            (
                f"{name} buys {n} {first} at {p} dollars each and {m} {second} at {q} dollars each. {name} pays with "
                f"{paid} dollars. How much change does {name} get?"
            ),
            (
                f"One of the {first} costs {p} dollars and one of the {second} costs {q} dollars. {name} takes {n} "
                f"{first} and {m} {second} and pays {paid} dollars. What is the change in dollars?"
            ),
            (
                f"{name} has {paid} dollars and spends it on {n} {first} for {p} dollars each and {m} {second} for {q} "
                "dollars each. How many dollars are left?"
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        if sheet.chance(0.3):
            cost = sheet.mul(n, p)
            sheet.line(f"The {first} cost {cost} dollars.", f"{n} {first} cost {cost}.")
            rest = sheet.sub(paid, cost)
            sheet.line(f"After that {rest} dollars are left.", f"That leaves {rest}.")
            other = sheet.mul(m, q)
            sheet.line(f"The {second} cost {other} dollars.", f"{m} {second} cost {other}.")
            change = sheet.sub(rest, other)
            sheet.line(f"The change is {change} dollars.", f"That leaves {change}.")
            return change
        cost, other = sheet.mul(n, p), sheet.mul(m, q)
        sheet.line(f"The {first} cost {cost} dollars.", f"{n} {first} cost {cost}.", f"Cost of the {first}: {cost}.")
        sheet.line(
            f"The {second} cost {other} dollars.", f"{m} {second} cost {other}.", f"Cost of the {second}: {other}."
        )
        total = sheet.add(cost, other)
        sheet.line(f"The total is {total} dollars.", f"Together: {total}.", f"In all {name} spends {total} dollars.")
        change = sheet.sub(paid, total)
        sheet.line(f"The change is {change} dollars.", f"What is left: {change}.", f"So {change} dollars are left.")
        return change

    return Draft(text, solve)


def saving(rng: random.Random) -> Draft:
    """Weekly savings on top of a start sum, towards a price."""
    name, good = rng.choice(NAMES), rng.choice(["bike", "phone", "tent", "piano", "camera", "table"])
    start, earned, spent, weeks = rng.randint(10, 300), rng.randint(20, 95), rng.randint(2, 18), rng.randint(3, 20)
    price = start + weeks * (earned - spent) + rng.randint(5, 400)
    text = rng.choice(
        [
            (
                f"{name} has {start} dollars. Every week {name} earns {earned} dollars and spends {spent} of them. A "
                f"{good} costs {price} dollars. How many dollars are missing after {weeks} weeks?"
            ),
            (
                f"A {good} costs {price} dollars. {name} starts with {start} dollars and for {weeks} weeks earns "
                f"{earned} and spends {spent} dollars a week. How much more does {name} need?"
            ),
            (
                f"{name} wants a {good} for {price} dollars and has {start} dollars. In each of {weeks} weeks {name} "
                f"gets {earned} dollars and spends {spent}. How many dollars are still missing?"
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        weekly = sheet.sub(earned, spent)
        sheet.line(f"Each week {name} saves {weekly} dollars.", f"Saved per week: {weekly}.", f"A week gives {weekly}.")
        saved = sheet.mul(weekly, weeks)
        sheet.line(f"In {weeks} weeks that is {saved}.", f"Over {weeks} weeks: {saved}.")
        owned = sheet.add(start, saved)
        sheet.line(f"Then {name} has {owned} dollars.", f"With the {start} from the start: {owned}.")
        missing = sheet.sub(price, owned)
        sheet.line(f"Missing: {missing} dollars.", f"{name} still needs {missing}.", f"What is missing: {missing}.")
        return missing

    return Draft(text, solve)


def selling(rng: random.Random) -> Draft:
    """Goods bought at one price and sold at another, with a fixed cost."""
    name, good = rng.choice(NAMES), rng.choice(GOODS)
    count, low, gain = rng.randint(8, 50), rng.randint(3, 30), rng.randint(2, 25)
    fee = split_total(rng, count * gain)
    text = rng.choice(
        [
            (
                f"{name} buys {count} {good} for {low} dollars each and sells all of them for {low + gain} dollars "
                f"each. The stand costs {fee} dollars. What is the profit in dollars?"
            ),
            (
                f"A shop pays {low} dollars for each of {count} {good} and sells each for {low + gain} dollars. It "
                f"also pays a fee of {fee} dollars. How much does it earn?"
            ),
            (
                f"{name} sells {count} {good} at {low + gain} dollars each. Each had cost {low} dollars, and the rent "
                f"is {fee} dollars. Find the profit."
            ),
        ]
    )

    def solve(sheet: Worksheet) -> Result:
        if sheet.chance(0.55):
            each = sheet.sub(low + gain, low)
            sheet.line(f"Each one brings {each} dollars.", f"The gain on one is {each}.", f"Per piece: {each}.")
            gross = sheet.mul(count, each)
            sheet.line(f"All of them bring {gross}.", f"For {count} {good}: {gross}.")
        else:
            income = sheet.mul(count, low + gain)
            sheet.line(f"The income is {income} dollars.", f"Sold for {income}.")
            spent = sheet.mul(count, low)
            sheet.line(f"The {good} cost {spent} dollars.", f"Bought for {spent}.")
            gross = sheet.sub(income, spent)
            sheet.line(f"The difference is {gross}.", f"That brings {gross}.")
        profit = sheet.sub(gross, fee)
        sheet.line(f"The profit is {profit} dollars.", f"Without the {fee} that is {profit}.", f"Profit: {profit}.")
        return profit

    return Draft(text, solve)


def discount(rng: random.Random) -> Draft:
    """Some percent off, for several pieces."""
    name, good = rng.choice(NAMES), rng.choice(GOODS)
    rate, base, count = (
        rng.choice([5, 10, 15, 20, 25, 30, 35, 40, 45, 60, 75]),
        rng.randint(2, 30) * 20,
        rng.randint(2, 12),
    )
    text = rng.choice(
        [
            (
                f"A set of {good} costs {base} dollars. It is {rate} percent off. {name} buys {count} sets. How much "
                f"does {name} pay?"
            ),
            (
                f"{name} buys {count} sets of {good}. The price of a set was {base} dollars, now with a discount of "
                f"{rate}%. What does {name} pay in dollars?"
            ),
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


def interest(rng: random.Random) -> Draft:
    """A growing sum: percent each year, simple, plus the start."""
    name = rng.choice(NAMES)
    start, rate, years = rng.randint(3, 40) * 100, rng.randint(2, 12), rng.randint(2, 9)
    cost = split_total(rng, start)
    text = rng.choice(
        [
            (
                f"{name} puts {start} dollars in a bank that adds {rate}% of the start sum each year. After {years} "
                f"years {name} takes out {cost} dollars. How many dollars are left?"
            ),
            (
                f"A sum of {start} dollars grows each year by {rate} percent of the start sum. After {years} years "
                f"{cost} dollars are spent. What is left?"
            ),
            (
                f"Each year for {years} years a bank adds {rate}% of {start} dollars to the {start} dollars of {name}. "
                f"Then {name} spends {cost}. Find the rest in dollars."
            ),
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
