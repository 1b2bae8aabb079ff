"""Word problems of everyday counting: boxes, shopping, sharing, ages, work, saving, selling, packing, averages."""

from __future__ import annotations

import random

from examples.train_nano.vocabulary import GOODS, HOLDERS, NAMES, THINGS, Draft, split_total
from examples.train_nano.worksheet import Result, Worksheet


def boxes(rng: random.Random) -> Draft:
    """Equal boxes, then more, then fewer."""
    name, thing, box = rng.choice(NAMES), rng.choice(THINGS), rng.choice(HOLDERS)
    count, each, more = rng.randint(3, 60), rng.randint(4, 48), rng.randint(5, 150)
    gone = split_total(rng, count * each + more)
    text = rng.choice(
        [
            f"{name} has {count} {box} with {each} {thing} in each. {name} buys {more} more {thing} and gives away {gone}. "
            f"How many {thing} does {name} have now?",
            f"There are {count} {box} of {each} {thing}. {name} adds {more} {thing} and then sells {gone}. "
            f"How many {thing} are left?",
            f"A shop keeps {each} {thing} in each of {count} {box}. It gets {more} more {thing} and sells {gone} of them. "
            f"Find the number of {thing} that remain.",
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
        sheet.line(f"Without the {gone} that went there are {left}.", f"What is left: {left}.", f"Left: {left} {thing}.")
        return left

    return Draft(text, solve)


def shopping(rng: random.Random) -> Draft:
    """Two goods at two prices, paid with a round sum."""
    name, (first, second) = rng.choice(NAMES), rng.sample(GOODS, 2)
    n, p, m, q = rng.randint(2, 24), rng.randint(3, 48), rng.randint(2, 24), rng.randint(3, 48)
    paid = ((n * p + m * q) // 100 + rng.randint(1, 3)) * 100
    text = rng.choice(
        [
            f"{name} buys {n} {first} at {p} dollars each and {m} {second} at {q} dollars each. {name} pays with {paid} "
            f"dollars. How much change does {name} get?",
            f"One of the {first} costs {p} dollars and one of the {second} costs {q} dollars. {name} takes {n} {first} and "
            f"{m} {second} and pays {paid} dollars. What is the change in dollars?",
            f"{name} has {paid} dollars and spends it on {n} {first} for {p} dollars each and {m} {second} for {q} dollars "
            f"each. How many dollars are left?",
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
        sheet.line(f"The {second} cost {other} dollars.", f"{m} {second} cost {other}.", f"Cost of the {second}: {other}.")
        total = sheet.add(cost, other)
        sheet.line(f"The total is {total} dollars.", f"Together: {total}.", f"In all {name} spends {total} dollars.")
        change = sheet.sub(paid, total)
        sheet.line(f"The change is {change} dollars.", f"What is left: {change}.", f"So {change} dollars are left.")
        return change

    return Draft(text, solve)


def sharing(rng: random.Random) -> Draft:
    """Equal boxes shared out equally; each loses some."""
    name, thing, box = rng.choice(NAMES), rng.choice(THINGS), rng.choice(HOLDERS)
    counts: list[int] = []
    while not counts:
        friends, share = rng.randint(3, 15), rng.randint(6, 60)
        total = friends * share
        counts = [k for k in range(2, 41) if total % k == 0 and k != friends and total > k]
    count = rng.choice(counts)
    lost = rng.randint(1, share - 1)
    text = rng.choice(
        [
            f"{name} has {count} {box} with {total // count} {thing} in each and shares all of them equally among {friends} "
            f"friends. Each friend then loses {lost} {thing}. How many {thing} does each friend have?",
            f"{friends} children share {count} {box} of {total // count} {thing} equally. Each child gives away {lost}. "
            f"How many {thing} does each child keep?",
            f"The {thing} from {count} {box}, {total // count} in each, are shared equally by {friends} friends. Each friend "
            f"uses {lost} of them. How many {thing} does one friend have left?",
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
    """Three ages, each given by the one before."""
    first, second, third = rng.sample(NAMES, 3)
    age, times, older = rng.randint(4, 40), rng.randint(2, 5), rng.randint(2, 40)
    text = rng.choice(
        [
            f"{first} is {age} years old. {second} is {times} times as old as {first}. {third} is {older} years older than "
            f"{second}. What is the sum of their ages?",
            f"{second} is {times} times as old as {first}, who is {age}. {third} is {older} years older than {second}. "
            f"How old are all three together?",
            f"{first} is {age}. The age of {second} is {times} times that. {third} is {older} years older than {second}. "
            f"Find the sum of the three ages.",
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
    rate, hours, days = rng.randint(6, 75), rng.randint(3, 12), rng.randint(2, 9)
    faulty = split_total(rng, rate * hours * days)
    text = rng.choice(
        [
            f"A machine makes {rate} {thing} per hour and runs {hours} hours a day for {days} days. {faulty} of the {thing} "
            f"are faulty. How many are good?",
            f"For {days} days a machine works {hours} hours a day. Each hour it makes {rate} {thing}. {faulty} of them are "
            f"thrown away. How many {thing} are kept?",
            f"A team packs {rate} {thing} an hour, {hours} hours a day, {days} days long. Then {faulty} {thing} are lost. "
            f"How many {thing} remain?",
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


def saving(rng: random.Random) -> Draft:
    """Weekly savings on top of a start sum, towards a price."""
    name, good = rng.choice(NAMES), rng.choice(["bike", "phone", "tent", "piano", "camera", "table"])
    start, earned, spent, weeks = rng.randint(10, 300), rng.randint(20, 95), rng.randint(2, 18), rng.randint(3, 30)
    price = start + weeks * (earned - spent) + rng.randint(5, 400)
    text = rng.choice(
        [
            f"{name} has {start} dollars. Every week {name} earns {earned} dollars and spends {spent} of them. A {good} costs "
            f"{price} dollars. How many dollars are missing after {weeks} weeks?",
            f"A {good} costs {price} dollars. {name} starts with {start} dollars and for {weeks} weeks earns {earned} and "
            f"spends {spent} dollars a week. How much more does {name} need?",
            f"{name} wants a {good} for {price} dollars and has {start} dollars. In each of {weeks} weeks {name} gets "
            f"{earned} dollars and spends {spent}. How many dollars are still missing?",
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
    count, low, gain = rng.randint(12, 95), rng.randint(3, 40), rng.randint(2, 30)
    fee = split_total(rng, count * gain)
    text = rng.choice(
        [
            f"{name} buys {count} {good} for {low} dollars each and sells all of them for {low + gain} dollars each. The stand "
            f"costs {fee} dollars. What is the profit in dollars?",
            f"A shop pays {low} dollars for each of {count} {good} and sells each for {low + gain} dollars. It also pays a fee "
            f"of {fee} dollars. How much does it earn?",
            f"{name} sells {count} {good} at {low + gain} dollars each. Each had cost {low} dollars, and the rent is {fee} "
            f"dollars. Find the profit.",
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


def packing(rng: random.Random) -> Draft:
    """What is left over when full boxes are filled."""
    name, thing, box = rng.choice(NAMES), rng.choice(THINGS), rng.choice(HOLDERS)
    owned, found, size = rng.randint(20, 400), rng.randint(20, 300), rng.randint(6, 28)
    text = rng.choice(
        [
            f"{name} has {owned} {thing} and finds {found} more. {name} fills {box} of {size} {thing} each. How many {thing} "
            f"are left over?",
            f"{name} puts {owned} {thing} and {found} more {thing} into {box} that hold {size} each. How many {thing} do not "
            f"fit into full {box}?",
            f"There are {owned} red and {found} blue {thing}. They are packed in {box} of {size}. What is the remainder?",
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
    name, count = rng.choice(NAMES), rng.randint(4, 6)
    while True:
        scores = [rng.randint(35, 99) for _ in range(count - 1)]
        goal = rng.randint(50, 92)
        last = goal * count - sum(scores)
        if 0 < last <= 150:
            break
    listed = ", ".join(map(str, scores[:-1])) + f" and {scores[-1]}"
    text = rng.choice(
        [
            f"{name} scores {listed} points in {count - 1} games. How many points must {name} score in the next game so that "
            f"the average of all {count} games is {goal}?",
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


SCHOOL = (boxes, shopping, sharing, ages, work, saving, selling, packing, average)
