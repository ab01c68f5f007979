"""What a result is worth: Sharpe ratios, overfitting, bootstrap intervals; and how opinions are pooled and made coherent."""

import itertools
import random

import mpmath as mp
import numpy as np
from scipy import stats
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression

from lib.ask import ask
from lib.differences import Differences


def below(x):
    return mp.ncdf(mp.mpf(x))


def quantile(p):
    return -mp.sqrt(2) * mp.erfinv(1 - 2 * mp.mpf(p))


def best_by_chance(trials, variance):
    n = mp.mpf(trials)
    return mp.sqrt(variance) * ((1 - mp.euler) * quantile(1 - 1 / n) + mp.euler * quantile(1 - 1 / (n * mp.e)))


def normal(tally, seed, cases):
    """normal"""
    r = random.Random(f"normal {seed}")
    questions = [{"x": r.uniform(-37, 8) if i % 2 else r.gauss(0, 2), "trials": r.choice([2, 3, 10, 100, 5000, r.randint(2, 10**6)])} for i in range(cases)]
    law, tail, best = Differences("Normal law"), Differences("Normal law, relative in its tail"), Differences("Normal quantiles (the best of n trials)")
    for question, answer in zip(questions, ask("normal", questions)):
        for one in (law, tail, best):
            one.case()
        wanted = below(question["x"])
        law.add(answer["below"], wanted, question)
        tail.add(mp.mpf(answer["below"]) / wanted, 1, question)
        best.add(answer["best"], best_by_chance(question["trials"], 1), question)
    for one in (law, tail, best):
        one.told(tally, cases)


def sharpe(tally, seed, cases):
    """sharpe"""
    r = random.Random(f"sharpe {seed}")
    questions = []
    for _ in range(cases):
        n, tail = r.randint(4, 300), r.choice([0, 0, 1])
        gains = [r.gauss(r.uniform(-1, 1), r.uniform(0.5, 3)) + tail * r.expovariate(0.3) for _ in range(n)]
        questions.append({"gains": gains, "all": [r.gauss(0, 0.2) for _ in range(r.randint(1, 50))], "benchmark": r.uniform(-0.2, 0.2)})
    found = Differences("Sharpe ratio, its probability, and deflated")
    for question, answer in zip(questions, ask("sharpe", questions)):
        gains = np.array(question["gains"])
        ratio, skew, kurtosis = gains.mean() / gains.std(ddof=1), stats.skew(gains), stats.kurtosis(gains, fisher=False)
        found.case()
        for ours, theirs in ((answer["value"], ratio), (answer["skewness"], skew), (answer["kurtosis"], kurtosis)):
            found.add(ours, theirs, "moments")

        def above(benchmark):
            return below((ratio - benchmark) * mp.sqrt(len(gains) - 1) / mp.sqrt(1 - skew * ratio + (kurtosis - 1) / 4 * ratio**2))

        found.add(answer["above"], above(question["benchmark"]), "above")
        every = question["all"]
        found.add(answer["deflated"], above(best_by_chance(len(every), mp.mpf(np.var(every, ddof=1))) if len(every) > 1 else 0), "deflated")
    found.told(tally, cases)


def overfitting(tally, seed, cases):
    """overfitting"""
    r = random.Random(f"overfitting {seed}")
    questions = [{"gains": [[r.gauss(r.uniform(-0.2, 0.2), 1) for _ in range(n)] for _ in range(r.randint(2, 9))]} for n in (r.randint(8, 40) for _ in range(cases // 3))]
    found = Differences("Probability of backtest overfitting")
    for question, answer in zip(questions, ask("overfitting", questions)):
        gains = np.array(question["gains"])
        trials, events = gains.shape
        blocks = min(12, events // 4 * 2)
        block = np.arange(events) * blocks // events
        # Of every half of the blocks: count, sum and squares by trial, so that all splits are one product.
        chosen = np.array([[b in half for b in range(blocks)] for half in itertools.combinations(range(blocks), blocks // 2)], float)
        member = (block[:, None] == np.arange(blocks)).astype(float)
        count, total, squares = member.sum(0), gains @ member, (gains**2) @ member

        def ratio(which):
            n, s, q = which @ count, which @ total.T, which @ squares.T
            return (s.T / n).T / np.sqrt((q.T - s.T**2 / n) / (n - 1)).T, s

        (inside, _), (outside, rest) = ratio(chosen), ratio(1 - chosen)
        best = inside.argmax(1)
        rows = np.arange(len(chosen))
        ranks = stats.rankdata(outside, axis=1)[rows, best] / (trials + 1)
        found.case()
        for ours, theirs in ((answer["blocks"], blocks), (answer["splits"], len(chosen)), (answer["probability"], np.mean(ranks <= 0.5)), (answer["loss_probability"], np.mean(rest[rows, best] < 0))):
            found.add(ours, theirs, f"{trials} trials of {events} events")
    found.told(tally, cases // 4)


def bootstrap(tally, seed, cases):
    """bootstrap"""
    r = random.Random(f"bootstrap {seed}")
    questions = []
    for i in range(cases):
        n = r.randint(2, 40)
        questions.append({
            "above": [r.gauss(0, 2) for _ in range(n)], "below": [float(r.randint(1, 30)) for _ in range(n)], "mean_block": r.choice([None, 1.0, 3.5]), "draws": 100, "level": r.choice([0.9, 0.95]),
            "seed": i})
    found, wrong = Differences("Block bootstrap, from the places drawn"), []
    followed = breaks = 0
    for question, answer in zip(questions, ask("bootstrap", questions)):
        above, under, places = np.array(question["above"]), np.array(question["below"]), np.array(answer["places"])
        n = len(above)
        ends = [(1 - question["level"]) / 2, (1 + question["level"]) / 2]
        found.case()
        if places.shape != (100, n) or places.min() < 0 or places.max() >= n:
            wrong.append(question)
            continue
        for name, values in (("mean", above[places].mean(1)), ("total", above[places].sum(1)), ("ratio", above[places].sum(1) / under[places].sum(1))):
            for ours, theirs in zip((answer[name]["low"], answer[name]["high"]), np.quantile(values, ends)):
                found.add(ours, theirs, name)
        if question["mean_block"] == 3.5 and n > 10:
            followed += np.sum((places[:, :-1] + 1) % n == places[:, 1:])
            breaks += places[:, 1:].size
    found.told(tally, cases)
    # A block ends with chance 1 / 3.5, and by chance the next place follows even then (once in some twenty).
    share = followed / breaks
    tally.check(not wrong and abs(share - (1 - 1 / 3.5)) < 0.03, f"blocks of 3.5 events on average go on with chance {share:.3f}; places as asked: {wrong[:1]}")


def pool(tally, seed, cases):
    """pool"""
    r = random.Random(f"pool {seed}")
    questions = []
    for _ in range(cases):
        weights = [r.expovariate(1) for _ in range(r.randint(1, 6))]
        opinions = [{"p": r.uniform(0.001, 0.999), "uncertainty": r.uniform(0, 0.2), "weight": w / sum(weights)} for w in weights[1:]]
        spoken = {"p": r.uniform(0.001, 0.999), "uncertainty": r.uniform(0, 0.1), "weight": 0} if r.random() < 0.5 else None
        questions.append({"market": r.uniform(0.001, 0.999), "spoken": spoken, "opinions": opinions})
    found = Differences("Pool in log-odds")
    for question, answer in zip(questions, ask("pool", questions)):
        spoken = question["spoken"] or {"p": question["market"], "uncertainty": 0}
        voices = question["opinions"] + [spoken | {"weight": 1 - mp.fsum(o["weight"] for o in question["opinions"])}]
        # A product of powers of the odds.
        odds = mp.fprod((mp.mpf(v["p"]) / (1 - mp.mpf(v["p"]))) ** v["weight"] for v in voices)
        found.case()
        found.add(answer["probability"], odds / (1 + odds), question)
        found.add(answer["uncertainty"], mp.sqrt(mp.fsum((mp.mpf(v["weight"]) * v["uncertainty"]) ** 2 for v in voices)), question)
    found.told(tally, cases)


def projection(tally, seed, cases):
    """projection"""
    r = random.Random(f"projection {seed}")
    questions = []
    for _ in range(cases):
        n = r.randint(2, 12)
        questions.append({"values": [r.choice([r.uniform(0.0005, 0.9995), r.uniform(0.0005, 0.05)]) for _ in range(n)], "total": r.uniform(0.3, 1.7)})
    sums, order = Differences("Coherence, the nearest that sums to one"), Differences("Coherence, the nearest that ascends (scikit-learn)")
    for question, answer in zip(questions, ask("projection", questions)):
        v, total = np.array(question["values"]), question["total"]
        moved = lambda shift: expit(logit(v) + shift)
        shift = brentq(lambda x: moved(x).sum() - total, -40, 40, xtol=1e-15, rtol=1e-14, maxiter=500)
        fitted = expit(IsotonicRegression().fit_transform(range(len(v)), logit(v)))
        sums.case()
        order.case()
        for j in range(len(v)):
            sums.add(answer["summing"][j], moved(shift)[j], question)
            order.add(answer["ascending"][j], fitted[j], question)
    sums.told(tally, cases)
    order.told(tally, cases)


ALL = [normal, sharpe, overfitting, bootstrap, pool, projection]
