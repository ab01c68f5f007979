"""The law of a settlement from a stream of prices: volatility on three horizons, jumps, the average at the close, Student's t."""

import math
import random

import mpmath as mp
import numpy as np
from scipy.stats import t as student

from lib.ask import ask
from lib.differences import Differences

HALF_LIVES = np.array([60.0, 300.0, 1800.0])
PRIOR = (0.5 * 0.5 / 31_557_600, 30.0)
WINDOW = 60


class Stream:
    """Every sum is written out over all samples, with the weight that each has left; only the cut of a jump needs the volatility of its moment."""

    def __init__(self, prices, jump):
        self.times, self.squares, self.spans = [], [[], [], []], []
        first, self.last_of_second = {}, {}
        for ms, price in prices:
            first.setdefault(ms // 1000, price)
            self.last_of_second[ms // 1000] = price
        seconds = sorted(first)
        self.start = seconds[0]
        for before, second in zip(seconds, seconds[1:]):
            elapsed = second - before
            square = math.log(first[second] / first[before]) ** 2
            span = min(elapsed, 15.0)
            usual = self.sums(2, before)[0] / self.sums(2, before)[1] * elapsed
            for h in range(3):
                self.squares[h].append((square if h == 2 else min(square, jump * jump * usual)) * span / elapsed)
            self.times.append(second)
            self.spans.append(span)
        self.newest = seconds[-1]
        self.spot = prices[-1][1]

    def sums(self, h, at):
        left = np.exp2(-(at - np.array(self.times)) / HALF_LIVES[h])
        prior = math.exp2(-(at - self.start) / HALF_LIVES[h]) * PRIOR[1]
        return float(left @ np.array(self.squares[h])) + prior * PRIOR[0], float(left @ np.array(self.spans)) + prior

    def volatility(self, slow):
        quick, middle, slowest = (self.sums(h, self.newest)[0] / self.sums(h, self.newest)[1] for h in range(3))
        return (1 - slow) * (quick + middle) / 2 + slow * slowest


def averaged(left):
    """The variance of the settlement average by that of one second: the square of what the price of each coming second still counts in it, summed up (Itô)."""
    with mp.workdps(20):
        share = lambda u: min(1, (left - u) / WINDOW)
        return mp.quad(lambda u: share(u) ** 2, sorted({0, max(left - WINDOW, 0), left}))


def opinion(question, strike):
    """Probability and uncertainty; nothing before there is enough of a stream."""
    own = {k.split(".")[1]: v for k, v in question["parameters"].items()}
    stream = Stream(question["prices"], own.get("jump", 10.0))
    if len(stream.times) < 60 or stream.sums(1, stream.newest)[1] < 50:
        return None
    close, left = question["close_s"], question["close_s"] - question["now_ms"] / 1000
    variance = stream.volatility(own.get("slow_share", 0.5)) * own.get("volatility_scale", 1.0) ** 2 * float(averaged(left))
    centre = stream.spot
    if left < WINDOW:
        seen = [p for s, p in stream.last_of_second.items() if s >= close - WINDOW and s > stream.newest - WINDOW]
        centre = ((np.mean(seen) if seen else stream.spot) * (WINDOW - left) + stream.spot * left) / WINDOW
        variance = max(variance, 1e-14)
    freedom = own.get("freedom", 6.0)

    def chance(widened):
        deviation = math.sqrt(variance) * widened
        law = student(freedom, loc=math.log(centre), scale=deviation * math.sqrt((freedom - 2) / freedom))
        above = lambda level: law.sf(math.log(level))
        if strike["kind"] == "greater":
            return above(strike["low"])
        if strike["kind"] == "less":
            return 1 - above(strike["high"])
        return max(above(strike["low"]) - above(strike["high"]), 0.0)

    error = max(own.get("volatility_error", 0.15), math.sqrt(2 / min(len(stream.times), 300 / 0.693)) / 2)
    return min(max(chance(1), 0.0005), 0.9995), max(abs(chance(1 + error) - chance(1 - error)) / 2, 0.01)


def drawn(r):
    price, ms, prices = r.uniform(100, 100_000), 1_000 * r.randint(0, 10_000), []
    swing, gap = price * r.choice([1e-5, 1e-4, 5e-4]), r.choice([300, 1000, 1000, 4000, 30_000])
    for _ in range(r.choice([30, 80, 200, 600])):
        prices.append([ms, price])
        ms += r.randint(1, 2 * gap)
        price = max(price + r.gauss(0, swing) * math.sqrt(gap / 1000) * (r.choice([30, -30]) if r.random() < 0.01 else 1), 1.0)
    now = ms + r.randint(0, 5_000)
    close = now // 1000 + r.choice([r.randint(1, 59), r.randint(60, 900), r.randint(900, 20_000)])
    usual = swing * math.sqrt(close - now / 1000)
    strikes = []
    for _ in range(4):
        k = max(price + r.gauss(0, 1) * usual, 1.0)
        strikes.append(r.choice([{"kind": "greater", "low": k}, {"kind": "less", "high": k}, {"kind": "between", "low": k, "high": k + abs(r.gauss(0, usual))}]))
    tuned = {"fundamental.freedom": r.choice([4.0, 8.0, 30.0]), "fundamental.volatility_scale": r.uniform(0.5, 2), "fundamental.slow_share": r.random(),
             "fundamental.jump": r.uniform(2, 20), "fundamental.volatility_error": r.uniform(0, 0.5)}
    return {"prices": prices, "now_ms": now, "close_s": close, "strikes": strikes, "parameters": {k: v for k, v in tuned.items() if r.random() < 0.3}}


def spot(tally, seed, cases):
    """spot"""
    r = random.Random(f"spot {seed}")
    questions = [drawn(r) for _ in range(cases)]
    found, silent, wrong = Differences("Settlement of a spot price, three horizons and the closing average"), 0, []
    for question, answer in zip(questions, ask("spot", questions)):
        found.case()
        for strike, ours in zip(question["strikes"], answer["opinions"]):
            wanted = opinion(question, strike)
            if wanted is None or not ours:
                silent += 1
                if wanted is not None or ours:
                    wrong.append(question)
                continue
            for a, b in zip(ours, wanted):
                found.add(a, b, strike)
    tally.check(not wrong and silent < 3 * cases, f"silent in {silent} questions, as {wrong[:1]}")
    found.told(tally, cases)


ALL = [spot]
