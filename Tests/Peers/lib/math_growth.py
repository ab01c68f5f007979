"""Kelly over the states of an event: random problems with inventory, bounds, little cash and a bound on drawdown."""

import random

import mpmath as mp

from lib.ask import ask
from lib.differences import Differences
from lib.growth import Problem


def drawn(r):
    """A problem as the desk has them: legs of an event's markets, priced near what is believed, with something held."""
    count = r.randint(1, 6)
    kind = r.choice(["exclusive", "nested", "free"])
    states = count + 1
    if kind == "exclusive":
        yes = [[float(s == j) for s in range(states)] for j in range(count)]
    elif kind == "nested":
        yes = [[float(s > j) for s in range(states)] for j in range(count)]
    else:
        yes = [[float(r.random() < 0.5) for _ in range(states)] for _ in range(count)]
    weights = [r.expovariate(1) for _ in range(states)]
    probabilities = [w / sum(weights) for w in weights]
    if r.random() < 0.1:
        probabilities[0] = 0.0
        probabilities = [p / sum(probabilities) for p in probabilities]
    legs = []
    for pays in yes:
        if r.random() < 0.3:
            pays = [1 - v for v in pays]
        worth = sum(p * v for p, v in zip(probabilities, pays))
        cost = min(max(worth * r.uniform(0.6, 1.2), 0.01), 0.99)
        legs.append({"pays": pays, "cost": cost, "most": r.choice([None, None, float(r.randint(1, 400))])})
    cash = r.uniform(20, 2000)
    wealth = [cash] * states
    for pays in yes:
        if r.random() < 0.4:
            held = r.uniform(0, cash)
            wealth = [w + held * v for w, v in zip(wealth, pays)]
    budget = cash if r.random() < 0.7 else cash * r.uniform(0.02, 0.5)
    drawdown = {"level": r.uniform(0.5, 0.9), "chance": r.uniform(0.02, 0.3), "aside": r.choice([0.0, cash * r.uniform(0, 3)])} if r.random() < 0.4 else None
    return {"probabilities": probabilities, "wealth": wealth, "legs": legs, "budget": budget, "drawdown": drawdown}


def problem(question):
    bound = question["drawdown"]
    return Problem(
        question["probabilities"], question["wealth"], [(leg["pays"], leg["cost"], leg.get("most")) for leg in question["legs"]], question["budget"],
        (bound["level"], bound["chance"], bound["aside"]) if bound else None)


def growth(tally, seed, cases):
    """growth"""
    r = random.Random(f"growth {seed}")
    questions = [drawn(r) for _ in range(cases)]
    values, shortfalls, bounds, sizes = (Differences(f"Kelly, {what}") for what in (
        "expected growth", "what any purchase could still gain (certificate)", "bounds kept", "contracts of each leg"))
    silent, wrong = 0, []
    for question, answer in zip(questions, ask("growth", questions)):
        asked = problem(question)
        if answer.get("contracts") is None:
            # Nothing keeps the bound on drawdown: it is broken by what is held. Elsewhere no answer is a failure.
            silent += 1
            if asked.drawdown is None or asked.least_excess() < 1e-7:
                wrong.append(question)
            continue
        x = answer["contracts"]
        for one in (values, shortfalls, bounds):
            one.case()
        values.add(answer["growth"], asked.growth([mp.mpf(v) for v in x]), "growth")
        shortfalls.add(asked.shortfall(x, answer["drawdown_multiplier"] if asked.drawdown else 0), 0, f"shortfall of {question}")
        bounds.add(asked.outside(x) / asked.budget, 0, "outside")
        if asked.drawdown:
            bounds.add(max(asked.excess([mp.mpf(v) for v in x]), 0), 0, "drawdown")
        solved = asked.solve()
        if solved is None or not solved[1]:
            continue
        sizes.case()
        for j, (ours, theirs) in enumerate(zip(x, solved[0])):
            # In dollars of the budget: what a billionth of it buys is no difference.
            sizes.add(mp.mpf(ours) * asked.cost[j] / asked.budget, theirs * asked.cost[j] / asked.budget, f"leg {j} of {question}")
    tally.check(not wrong, f"no answer where there is one: {wrong[:1]}")
    values.told(tally, cases * 2 // 3)
    shortfalls.told(tally, cases * 2 // 3)
    bounds.told(tally, cases * 2 // 3)
    sizes.told(tally, cases // 2)


def exclusive(tally, seed, cases):
    """exclusive"""
    r = random.Random(f"exclusive {seed}")
    questions = []
    for _ in range(cases):
        count = r.randint(1, 7)
        weights = [r.expovariate(1) for _ in range(count + 1)]
        p = [w / sum(weights) for w in weights[:count]]
        questions.append({"probabilities": p, "costs": [min(max(v * r.uniform(0.6, 1.4), 0.005), 0.99) for v in p]})
    # All of a sure profit has no end: such prices are no question.
    questions = [q for q in questions if sum(q["costs"]) > 1 or 1 - sum(q["probabilities"]) > 1e-6 and sum(q["costs"]) < 0.98]
    found = Differences("Kelly, the closed form for exclusive outcomes")
    for question, answer in zip(questions, ask("exclusive", questions)):
        p, cost = question["probabilities"], question["costs"]
        legs = [([float(s == j) for s in range(len(p) + 1)], c, None) for j, c in enumerate(cost)]
        asked = Problem(p + [1 - sum(p)], [1] * (len(p) + 1), legs, 1)
        solved = asked.solve()
        if solved is None or not solved[1]:
            continue
        found.case()
        for j, stake in enumerate(answer["stakes"]):
            found.add(stake, solved[0][j] * asked.cost[j], f"stake {j} of {question}")
    found.told(tally, cases // 2)


ALL = [growth, exclusive]
