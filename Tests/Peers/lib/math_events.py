"""Sizing to the contract, fees to the cent's rounding, and what events lose together."""

import random
from fractions import Fraction as F
from math import floor

import mpmath as mp
import numpy as np
from scipy.stats import multivariate_normal, norm
from sklearn.isotonic import IsotonicRegression

from lib import exchange_rules as rules
from lib.ask import ask
from lib.differences import Differences
from lib.growth import Problem

# -- Fees


def fees(tally, seed, cases):
    """fees"""
    r = random.Random(f"fees {seed}")
    questions = []
    for _ in range(cases * 3):
        whole = r.random() < 0.5
        questions.append({
            "rounding": r.choice(["cent", "tenThousandth", "order"]), "kind": r.choice(["quadratic", "quadratic_with_maker_fees"]), "multiplier": r.choice([0, 500, 1000, 1000, 1375]),
            "fills": [{"price": r.randrange(1, 10_000) if r.random() < 0.3 else 100 * r.randint(1, 99), "hundredths": 100 * r.randint(1, 300) if whole else r.randint(1, 30_000),
                       "liquidity": r.choice(["maker", "taker"])} for _ in range(r.randint(1, 12))]})
    wrong, rate = [], Differences("Fees, rate of a contract")
    for question, answer in zip(questions, ask("fees", questions)):
        wanted, account = rules.charges(
            question["kind"], question["multiplier"], question["rounding"], [(f["price"], f["hundredths"], f["liquidity"]) for f in question["fills"]])
        found = [[F(v, 10**6) for v in charge] for charge in answer["charges"]]
        if found != [list(c) for c in wanted] or F(answer["accumulator"], 10**6) != account:
            wrong.append((question, answer, wanted))
        rate.case()
        for fill, ours in zip(question["fills"], answer["expected"]):
            p = F(fill["price"], 10_000)
            exact = rules.RATES[question["kind"], fill["liquidity"]] * F(question["multiplier"], 1000) * p * (1 - p)
            rate.add(ours, mp.mpf(exact.numerator) / exact.denominator)
    print(f"Fees, each fill and the account of roundings: {len(questions)} orders, exactly", flush=True)
    tally.check(not wrong, f"fees of {len(wrong)} orders, as {wrong[:1]}")
    rate.told(tally, cases)


# -- One member of an event, to the contract


def an_event(r):
    count = r.randint(1, 6)
    # A bracket holds two numbers at least, as the exchange's do: one of a single number tells nothing of how wide a gap may be.
    edges = sorted(r.sample(range(30, 100, 2), count + 1))
    kind = r.choice(["brackets", "some brackets", "thresholds", "thresholds below"])
    if kind == "brackets" and count > 2:
        # Both tails, and whole numbers between them without a gap.
        strikes = [{"kind": "less", "high": float(edges[0])}]
        strikes += [{"kind": "between", "low": float(a), "high": float(b - 1)} for a, b in zip(edges[: count - 2], edges[1 : count - 1])]
        strikes.append({"kind": "greater", "low": float(edges[count - 2] - 1)})
    elif kind in ("brackets", "some brackets"):
        strikes = [{"kind": "between", "low": float(a), "high": float(b - 1)} for a, b in zip(edges[:count], edges[1:])]
    elif kind == "thresholds":
        strikes = [{"kind": "greater", "low": float(v)} for v in edges[:count]]
    else:
        strikes = [{"kind": "less", "high": float(v)} for v in edges[:count]]
    exclusive = "brackets" in kind
    members = []
    for strike in strikes:
        p = r.uniform(0.02, 0.9) / (max(count * 0.7, 1) if exclusive else 1)
        side = r.choice(["yes", "no"])
        worth = p if side == "yes" else 1 - p
        price = min(max(round(100 * worth * r.uniform(0.6, 1.1)), 1), 99)
        members.append({
            "strike": strike, "probability": p, "uncertainty": r.uniform(0, 0.1), "held_hundredths": r.choice([0, 0, 0, 100 * r.randint(-60, 60)]), "mark": min(max(p + r.uniform(-0.1, 0.1), 0.01), 0.99),
            "fee_kind": r.choice(["quadratic", "quadratic_with_maker_fees"]), "multiplier": r.choice([1000, 1000, 500]),
            "offer": {"side": side, "price": 100 * price, "liquidity": r.choice(["maker", "taker"]), "surcharge": r.choice([0.0, 0.001, -0.0005])} if r.random() < 0.85 else None})
    equity = r.randint(200, 5000) * 10**6
    drawdown = {"level": 0.7, "chance": 0.1} if r.random() < 0.4 else None
    return {"members": members, "exclusive": exclusive, "equity": equity, "spendable": int(equity * r.uniform(0.1, 1)), "fraction": r.choice([0.125, 0.25, 0.5, 1.0]), "drawdown": drawdown}


def believed(question):
    """States of the event with their probabilities, by the page's rules."""
    members = question["members"]
    strikes, p = [m["strike"] for m in members], [m["probability"] for m in members]
    rows = rules.states(strikes)
    if len(strikes) == 1:
        return [[True], [False]], [p[0], 1 - p[0]]
    if question["exclusive"]:
        # The whole numbers decide: where each resolves one of the markets, one of them must win.
        covered = all(any(rules.resolves(s, x) for s in strikes) for x in range(-200, 201))
        if covered:
            rows = [row for row in rows if any(row)]
        scale = 1 / sum(p) if covered or sum(p) > 1 else 1.0
        empty = sum(1 for row in rows if not any(row))
        return rows, [p[row.index(True)] * scale if any(row) else (1 - sum(p) * scale) / empty for row in rows]
    # A harder threshold is never likelier than an easier one: the nearest in squares that obeys.
    order = sorted(range(len(p)), key=lambda j: sum(row[j] for row in rows))
    fitted = np.clip(IsotonicRegression().fit_transform(range(len(p)), [p[j] for j in order]), 0, 1)
    chance = dict(zip(order, fitted))
    return rows, [max(min([chance[j] for j in chance if row[j]], default=1) - max([chance[j] for j in chance if not row[j]], default=0), 0) for row in rows]


def cost(member):
    offer = member["offer"]
    p = offer["price"] / 10_000
    rate = float(rules.RATES[member["fee_kind"], offer["liquidity"]]) * member["multiplier"] / 1000
    return p + max(rate * p * (1 - p) + offer["surcharge"], 0)


def sized(question, rows, probabilities, trust):
    """The contracts that may be bought of each member: sets, because a solution near a whole number may be rounded either way."""
    members = question["members"]
    equity, spendable = question["equity"] / 1e6, question["spendable"] / 1e6
    offered = [i for i, m in enumerate(members) if m["offer"]]
    none = [{0} for _ in members]
    share = question["fraction"] * trust
    held = [m["held_hundredths"] / 100 for m in members]
    marked = sum(abs(h) * (m["mark"] if h > 0 else 1 - m["mark"]) for h, m in zip(held, members))
    cash = share * equity - marked
    if cash <= 0 or share <= 0:
        # More is held than should be bet: what leaves it is still worth doing.
        leaving = lambda i: max(-held[i] if members[i]["offer"]["side"] == "yes" else held[i], 0)
        return [{int(leaving(i))} if i in offered else {0} for i in range(len(members))]
    wealth = [cash + sum(abs(h) * ((h < 0) != row[j]) for j, h in enumerate(held)) for row in rows]
    legs = [([float(row[i] == (members[i]["offer"]["side"] == "yes")) for row in rows], cost(members[i]), None) for i in offered]
    bound = question["drawdown"]
    problem = Problem(probabilities, wealth, legs, min(cash, spendable), (bound["level"], bound["chance"], equity - share * equity) if bound else None)
    if bound and problem.excess([mp.mpf(0)] * len(legs)) > 0 and problem.least_excess() > 0:
        return none
    solved = problem.solve()
    if solved is None or not solved[1]:
        return None
    found = [set(s) for s in none]
    for leg, i in enumerate(offered):
        rest = [mp.mpf(0) if j == leg else v for j, v in enumerate(solved[0])]
        before = problem.after(rest)
        found[i] = {whole(before, problem, leg, members[i], floor(solved[0][leg] * (1 + mp.mpf(e)))) for e in ("-1e-8", "1e-8")}
    return found


def whole(before, problem, leg, member, most):
    """Of the last ten sizes the best with the fee that the exchange would charge for that very order."""
    offer, best = member["offer"], (mp.mpf(0), 0)
    for count in range(most, max(most - 10, 1) - 1, -1):
        price = F(offer["price"], 10_000)
        paid = price * count + rules.net(member["fee_kind"], member["multiplier"], offer["price"], count, offer["liquidity"])
        gains = [(problem.gain[s][leg] + problem.cost[leg]) * count - mp.mpf(paid.numerator) / paid.denominator for s in problem.states]
        if all(b + g > 0 for b, g in zip(before, gains)):
            growth = sum(p * mp.log(1 + g / b) for p, b, g in zip(problem.p, before, gains))
            best = max(best, (growth, count), key=lambda pair: pair[0])
    return best[1]


def events(tally, seed, cases):
    """events"""
    r = random.Random(f"events {seed}")
    questions = [an_event(r) for _ in range(cases)]
    chances, trusts, wrong, counted, bought = Differences("Event states, probabilities"), Differences("Shrinkage by uncertainty"), [], 0, 0
    for question, answer in zip(questions, ask("event_kelly", questions)):
        rows, probabilities = believed(question)
        if answer.get("pays") is None or sorted(answer["pays"]) != sorted(rows):
            wrong.append(("states", question, answer, rows))
            continue
        chances.case()
        by_row = {tuple(row): p for row, p in zip(answer["pays"], answer["probabilities"])}
        for row, p in zip(rows, probabilities):
            chances.add(by_row[tuple(row)], p, question)
        squares = [(m, (m["probability"] if m["offer"]["side"] == "yes" else 1 - m["probability"]) - cost(m)) for m in question["members"] if m["offer"]]
        edges = sum(e * e for _, e in squares if e > 0)
        trust = edges / (edges + sum(m["uncertainty"] ** 2 for m, e in squares if e > 0)) if edges else 0
        trusts.case()
        trusts.add(answer["trust"], trust)
        may = sized(question, rows, [float(by_row[tuple(row)]) for row in rows], trust)
        if may is None:
            continue
        counted += 1
        bought += any(answer["contracts"])
        if any(ours % 100 or ours // 100 not in wanted for ours, wanted in zip(answer["contracts"], may)):
            wrong.append((question, answer["contracts"], may))
    chances.told(tally, cases * 2 // 3)
    trusts.told(tally, cases * 2 // 3)
    print(f"Kelly to the contract, fee-exact, with inventory: {counted} events, {bought} with a purchase", flush=True)
    tally.check(not wrong and counted > cases // 2 and bought > cases // 4, f"contracts of {len(wrong)} events, as {wrong[:1]}")


# -- Events together


def correlation(r, order):
    factors = np.array([[r.gauss(0, 1) for _ in range(3)] for _ in range(order)])
    matrix = factors @ factors.T + np.diag([r.uniform(0.2, 2) for _ in range(order)])
    scale = np.sqrt(np.diag(matrix))
    matrix = matrix / np.outer(scale, scale)
    np.fill_diagonal(matrix, 1)
    return matrix


def a_bet(r, known=True):
    states = r.randint(2, 6)
    weights = [r.expovariate(1) for _ in range(states)]
    bet = {"gains": [r.uniform(-100, 100) for _ in range(states)], "probabilities": [w / sum(weights) for w in weights]}
    if known:
        bet |= {"group": r.choice(["crypto", "metals"]), "underlying": r.choice(["BTC", "ETH", None]), "day": r.choice([1, 2])}
    return bet


def losses(bets, matrix, normals):
    """Of each scenario: the Gaussian copula by scipy, each bet's own law by its quantile; a bet of no group loses all it can, every time."""
    known = [b for b in bets if b.get("group")]
    z = np.array(normals) @ np.linalg.cholesky(matrix).T
    found = np.full(2 * len(z), 0.0 + sum(-min(b["gains"]) for b in bets if not b.get("group")))
    for sign, half in ((1, slice(0, None, 2)), (-1, slice(1, None, 2))):
        for j, bet in enumerate(known):
            places = np.searchsorted(np.cumsum(bet["probabilities"]), norm.cdf(sign * z[:, j]), side="right")
            found[half] -= np.array(bet["gains"])[np.minimum(places, len(bet["gains"]) - 1)]
    return np.sort(found)


def worst(sorted_losses, tail):
    return sorted_losses[-max(int(np.ceil(len(sorted_losses) * tail - 1e-12)), 1):].mean()


def copula(tally, seed, cases):
    """copula"""
    r = random.Random(f"copula {seed}")
    questions = []
    for i in range(cases):
        bets = [a_bet(r) for _ in range(r.randint(1, 8))] + [a_bet(r, known=False) for _ in range(r.choice([0, 0, 1]))]
        order = sum(1 for b in bets if b.get("group"))
        questions.append({"bets": bets, "correlation": correlation(r, order).tolist(), "pairs": 60, "seed": i, "tail": r.choice([0.05, 0.1])})
    every, tails = Differences("Gaussian copula, loss of every scenario"), Differences("Gaussian copula, expected shortfall")
    for question, answer in zip(questions, ask("scenarios", questions)):
        wanted = losses(question["bets"], np.array(question["correlation"]), answer["normals"])
        every.case()
        tails.case()
        for ours, theirs in zip(answer["losses"], wanted):
            every.add(ours, theirs, question)
        tails.add(answer["shortfall"], worst(wanted, question["tail"]), question)
    every.told(tally, cases)
    tails.told(tally, cases)


def bivariate(tally, seed, cases):
    """bivariate"""
    r = random.Random(f"bivariate {seed}")
    questions = []
    for i in range(12):
        a, b, rho = r.uniform(0.05, 0.95), r.uniform(0.05, 0.95), r.uniform(-0.9, 0.95)
        # The loss tells which of the two came out low: 1, 10, both or none.
        bets = [{"gains": [-size, 0.0], "probabilities": [p, 1 - p], "group": "crypto"} for size, p in ((1.0, a), (10.0, b))]
        questions.append({"bets": bets, "correlation": [[1, rho], [rho, 1]], "pairs": 4000, "seed": 1000 + i, "tail": 0.05})
    furthest = 0
    for question, answer in zip(questions, ask("scenarios", questions)):
        a, b = (norm.ppf(bet["probabilities"][0]) for bet in question["bets"])
        wanted = multivariate_normal.cdf([a, b], cov=question["correlation"])
        found = np.mean(np.array(answer["losses"]) > 10.5)
        # The two of a pair depend on each other: no more than as if they were one.
        furthest = max(furthest, abs(found - wanted) / np.sqrt(wanted * (1 - wanted) / 4000))
    print(f"Gaussian copula, both low together: 12 pairs of events, at most {furthest:.1f} standard errors from the bivariate normal", flush=True)
    tally.check(furthest < 4.5, "the scenarios follow the bivariate normal")


def tails(tally, seed, cases):
    """tails"""
    r = random.Random(f"tails {seed}")
    questions = [{"bets": [a_bet(r, known=r.random() < 0.9) for _ in range(r.randint(1, 6))], "pairs": 500} for _ in range(cases // 5)]

    def assumed(a, b):
        same = lambda key: a[key] is not None and a[key] == b[key]
        rho = 0.1 + (0.4 + 0.2 * same("day")) * same("group") + (0.2 + 0.05 * same("day")) * same("underlying")
        return rho, 0.95 * (same("underlying") and same("day"))

    found = Differences("Loss in bad times, of both assumptions the worse, in cents rounded up")
    for question, answer in zip(questions, ask("tail", questions)):
        known = [b for b in question["bets"] if b.get("group")]
        if not known:
            continue
        both = []
        for which in (0, 1):
            matrix = np.array([[1.0 if a is b else assumed(a, b)[which] for b in known] for a in known])
            both.append(worst(losses(question["bets"], matrix, answer["normals"]), 0.05))
        found.case()
        found.add(answer["loss"], max(np.ceil(max(both) * 100 - 1e-6), 0) * 10_000, question)
    found.told(tally, cases // 8)


GROUPS = {"BTC": "crypto", "ETH": "crypto", "SOL": "crypto", "XAU": "metals", "NYC-HIGH": "weather-northeast", "BOS-HIGH": "weather-northeast"}


def surprise(law, state):
    """The mean of a standard normal number given the slice of the law that it fell in, and the variance of such means over the slices."""
    law = np.maximum(law, 1e-4)
    law = law / law.sum()
    cuts = np.concatenate([[-np.inf], norm.ppf(np.cumsum(law)[:-1]), [np.inf]])
    means = (norm.pdf(cuts[:-1]) - norm.pdf(cuts[1:])) / law
    return means[state], float((means ** 2 * law).sum())


def correlations(tally, seed, cases):
    """correlations between events, from settlements"""
    r = random.Random(f"correlations {seed}")
    questions = []
    for _ in range(cases // 4):
        names = r.sample(sorted(GROUPS), r.randint(2, 5))
        events = []
        for day in range(r.randint(1, 60)):
            common = r.gauss(0, 1)
            for name in names:
                for number in range(r.choice([0, 1, 1, 3])):
                    law = np.array([r.uniform(0.05, 1) for _ in range(r.randint(2, 7))])
                    law /= law.sum()
                    u = norm.cdf(0.8 * common + 0.6 * r.gauss(0, 1))
                    state = int(min(np.searchsorted(np.cumsum(law), u), len(law) - 1))
                    events.append({"underlying": name, "day": day, "law": law.tolist(), "state": state if r.random() < 0.95 else None})
        questions.append({"events": events, "asked": [[a, b] for i, a in enumerate(names) for b in names[:i]]})
    found = Differences("Correlations between events, shrunk to the assumption (numpy, scipy)")
    for question, answer in zip(questions, ask("correlations", questions)):
        days = {}
        for event in question["events"]:
            if event["state"] is not None:
                days.setdefault(event["day"], {}).setdefault(event["underlying"], []).append(surprise(np.array(event["law"]), event["state"]))
        days = [{n: (float(np.clip(sum(s for s, _ in rows) / np.sqrt(len(rows)), -3, 3)), np.mean([v for _, v in rows])) for n, rows in days[d].items()} for d in sorted(days)]
        found.case()

        def shrunk(rows, target):
            if not rows:
                return target, 0.0
            keep = (1 - 1 / 365) ** np.arange(len(rows) - 1, -1, -1)
            products, information = (float((keep * np.array(c)).sum()) for c in zip(*rows))
            return min(max((30 * target + products) / (30 + information), 0), 0.95), information

        for (a, b), ours in zip(question["asked"], answer["figures"]):
            pairs = [[(day[x][0] * day[y][0], day[x][1] * day[y][1]) for x in day for y in day if x < y and {GROUPS[x], GROUPS[y]} == {GROUPS[a], GROUPS[b]}
                      and (GROUPS[x] == GROUPS[y]) == (GROUPS[a] == GROUPS[b])] for day in days]
            groups, information = shrunk([tuple(np.mean(rows, axis=0)) for rows in pairs if rows], 0.7 if GROUPS[a] == GROUPS[b] else 0.1)
            own, _ = shrunk([(day[a][0] * day[b][0], day[a][1] * day[b][1]) for day in days if a in day and b in day], groups)
            found.add(ours[0], own, f"{a} and {b} of {question}")
            found.add(ours[1], information, f"information on {a} and {b}")
    found.told(tally, cases // 4)


ALL = [fees, events, copula, bivariate, tails, correlations]
