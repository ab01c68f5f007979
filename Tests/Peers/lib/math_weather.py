"""The law of a day's high: regression with a shared part and each place's own, spreads, the skill of sources, the climate, and the day that is under way."""

import math
import random

import numpy as np
from scipy.stats import t as student

from lib.ask import ask
from lib.differences import Differences


class Regression:
    """Both parts as one Gaussian, conditioned by adding information; between the parts nothing is remembered. Then certainty fades, to the prior at most."""

    def __init__(self, prior, memory):
        self.prior, self.memory = np.array(prior, float), memory
        self.parts = {None: (np.zeros(len(prior)), np.diag(self.prior))}

    def known(self, group):
        return self.parts.get(group, (np.zeros(len(self.prior)), np.diag(self.prior)))

    def predict(self, group, x):
        (a, p), (b, q) = self.known(None), self.known(group)
        return float(x @ a + x @ b), float(x @ p @ x + x @ q @ x)

    def learn(self, group, x, answer, noise):
        (a, p), (b, q) = self.known(None), self.known(group)
        n, both = len(x), np.concatenate([x, x])
        before = np.zeros((2 * n, 2 * n))
        before[:n, :n], before[n:, n:] = np.linalg.inv(p), np.linalg.inv(q)
        after = np.linalg.inv(before + np.outer(both, both) / noise)
        mean = after @ (before @ np.concatenate([a, b]) + both * answer / noise)
        self.parts[group] = mean[n:], self.faded(after[n:, n:], 1 / self.memory)
        rate = 1 / (1 - (1 - self.memory) / (2 * (len(self.parts) - 1)))
        self.parts[None] = mean[:n], self.faded(after[:n, :n], rate)

    def faded(self, covariance, rate):
        covariance = covariance * rate
        scale = np.minimum(1, np.sqrt(self.prior / np.diag(covariance)))
        return covariance * np.outer(scale, scale)


def wave(day):
    angle = 2 * math.pi * day / 365.2425
    return np.array([1, math.cos(angle), math.sin(angle), math.cos(2 * angle), math.sin(2 * angle)])


REACHED = [0.02] * 10 + [0.03, 0.05, 0.1, 0.2, 0.35, 0.55, 0.75, 0.87, 0.93, 0.95, 0.96, 0.97, 0.98, 0.99]


class Place:
    def __init__(self):
        self.forecasts, self.prepared, self.highs, self.courses, self.so_far = {}, {}, {}, {}, None
        self.reached = [[8 * p, 8 * (1 - p)] for p in REACHED]

    def forget(self, before):
        for table in (self.forecasts, self.prepared, self.highs, self.courses):
            for day in [d for d in table if d < before]:
                del table[day]


class Weather:
    def __init__(self):
        self.places, self.spreads, self.skills, self.seen = {}, {}, {}, {}
        self.errors = Regression([9, 0.1, 0.1, 0.1, 0.1], 0.98)
        self.climate = Regression([100, 9, 9, 1, 1], 0.9995)

    def observe(self, fact):
        place = self.places.setdefault(fact["place"], Place())
        day, value = fact["day"], fact["value"]
        if fact["kind"] == "forecast":
            place.forecasts.setdefault(day, {})[fact["source"]] = value
            place.forget(day - 12)
            fresh = self.prepare(fact["place"], day)
            if fresh:
                place.prepared.setdefault(day, {})[fresh[0]] = fresh
        elif fact["kind"] == "so_far":
            highest = max(value, place.so_far[1]) if place.so_far and place.so_far[0] == day else value
            place.so_far = day, highest, fact["hour"]
            place.courses.setdefault(day, {})[fact["hour"]] = highest
        elif day not in place.highs:
            self.learn(fact["place"], place, day, value)

    def learn(self, name, place, day, high):
        self.seen[name] = self.seen.get(name, 0) + 1
        self.climate.learn(name, wave(day), high / 10, 0.8)
        for source, said in sorted(place.forecasts.get(day, {}).items()):
            mean, variance, count = self.skills.get(source, (0.0, 6.0, 5.0))
            count = min(count + 1, 200)
            off = high - said - mean
            mean += off / count
            variance += (off * (high - said - mean) - variance) / count
            self.skills[source] = mean, variance, count
        for _, (source, said, x) in sorted(place.prepared.get(day, {}).items()):
            variance, weight, days = self.spreads.get((name, source), (6.0, 10.0, 0))
            bias, error = self.errors.predict((name, source), x)
            self.errors.learn((name, source), x, high - said, variance)
            square = min((high - said - bias) ** 2 * variance / (variance + error), 16 * variance)
            weight = 0.98 * weight + 1
            self.spreads[name, source] = variance + (square - variance) / weight, weight, days + 1
        place.highs[day] = high
        for hour, value in place.courses.pop(day, {}).items():
            yes, no = place.reached[hour]
            keep = min(1, 200 / (yes + no + 1))
            done = round_half_away(value) >= high
            place.reached[hour] = [yes * keep + done, no * keep + (not done)]
        place.forget(day - 12)

    def prepare(self, name, day):
        place = self.places[name]
        said = place.forecasts.get(day)
        if not said:
            return None
        variance = {s: self.skills.get(s, (0, 6.0, 5))[1] for s in said}
        first = min(said)
        leader = min(sorted(said), key=lambda s: variance[s] * (0.67 if s == first else 1))
        lead = said[leader]
        others = sorted(s for s in said if s != leader)
        blend = sum((said[s] - lead) / variance[s] for s in others) / sum(1 / variance[s] for s in others) if others else 0.0
        usual = 10 * self.climate.predict(name, wave(day))[0] - lead if self.seen.get(name, 0) >= 120 else 0.0
        last = max((d for d in place.highs if day - 3 <= d < day), default=None)
        error = place.highs[last] - place.forecasts[last][leader] if last is not None and leader in place.forecasts.get(last, {}) else 0.0
        persistence = place.highs[last] - lead if last is not None else 0.0
        return leader, lead, np.array([1, blend, usual / 3, error / 3, persistence / 5])

    def opinion(self, name, day, strike):
        fresh = self.prepare(name, day) if name in self.places else None
        if not fresh or max((d for (p, _), (_, _, d) in self.spreads.items() if p == name), default=0) < 15:
            return None
        source, said, x = fresh
        bias, error = self.errors.predict((name, source), x)
        variance, weight, _ = self.spreads.get((name, source), (6.0, 10.0, 0))
        place = self.places[name]
        low = {"greater": lambda: strike["low"] + 0.5, "less": lambda: -math.inf, "between": lambda: strike["low"] - 0.5}[strike["kind"]]()
        high = {"greater": lambda: math.inf, "less": lambda: strike["high"] - 0.5, "between": lambda: strike["high"] + 0.5}[strike["kind"]]()

        def chance(moved, widened):
            law = student(8, loc=said + bias + moved, scale=math.sqrt(variance + error) * widened * math.sqrt(6 / 8))
            within = lambda a, b: max(law.cdf(b) - law.cdf(a), 0) if a < b else 0.0
            if not place.so_far or place.so_far[0] != day:
                return within(low, high)
            yes, no = place.reached[place.so_far[2]]
            reached, done = round_half_away(place.so_far[1]), yes / (yes + no)
            above = 1 - law.cdf(reached + 0.5)
            stays = float(low < reached < high)
            if above <= 1e-9:
                return done * stays + (1 - done) * float(low < reached + 1 < high)
            return done * stays + (1 - done) * (within(max(low, reached + 0.5), high) / above if high > reached + 0.5 else 0.0)

        off, wide = math.sqrt(error), math.sqrt(1 / (2 * weight))
        moves = (chance(off, 1) - chance(-off, 1)) / 2, (chance(0, 1 + wide) - chance(0, 1 - wide)) / 2
        return min(max(chance(0, 1), 0.0005), 0.9995), max(math.hypot(*moves), 0.01)


def round_half_away(x):
    return math.copysign(math.floor(abs(x) + 0.5), x)


def drawn(r):
    names = r.sample(["NYC-HIGH", "CHI-HIGH", "MIA-HIGH"], r.randint(1, 3))
    sources = {s: (r.gauss(0, 2), r.uniform(1, 4)) for s in r.sample(["gfs day-0", "nbm day-0", "nws day-1"], r.randint(1, 3))}
    start, facts = r.randint(19_000, 20_000), []
    days = r.choice([5, 14, 20, 40, 130])
    for day in range(start, start + days + 1):
        for name in names:
            truth = 55 + 25 * math.sin(day / 58) + r.gauss(0, 6)
            said = [s for s in sources if r.random() < 0.9]
            facts += [{"kind": "forecast", "place": name, "day": day, "source": s, "value": truth + sources[s][0] + r.gauss(0, sources[s][1])} for s in said]
            hours = sorted(r.sample(range(24), r.choice([0, 0, 3])))
            facts += [{"kind": "so_far", "place": name, "day": day, "hour": h, "value": truth - r.expovariate(0.5)} for h in hours]
            if day < start + days and r.random() < 0.95:
                facts.append({"kind": "high", "place": name, "day": day, "value": round_half_away(truth + (25 if r.random() < 0.02 else 0))})
    middle = round_half_away(truth)
    strikes = []
    for _ in range(5):
        k = middle + r.randint(-6, 6)
        strikes.append(r.choice([{"kind": "greater", "low": k}, {"kind": "less", "high": k}, {"kind": "between", "low": k, "high": k + r.randint(0, 3)}]))
    return {"facts": facts, "place": names[-1], "day": start + days, "hour": r.choice([1, 9]), "strikes": strikes}


def weather(tally, seed, cases):
    """weather"""
    r = random.Random(f"weather {seed}")
    questions = [drawn(r) for _ in range(cases // 2)]
    found, silent, wrong = Differences("A day's high, by a regression that is shared between places"), 0, []
    for question, answer in zip(questions, ask("weather", questions)):
        twin = Weather()
        for fact in question["facts"]:
            twin.observe(fact)
        found.case()
        for strike, ours in zip(question["strikes"], answer["opinions"]):
            wanted = twin.opinion(question["place"], question["day"], strike)
            if wanted is None or not ours:
                silent += 1
                if wanted is not None or ours:
                    wrong.append((question["place"], question["day"], strike, ours, wanted))
                continue
            for a, b in zip(ours, wanted):
                found.add(a, b, strike)
    tally.check(not wrong and silent < 4 * len(questions), f"silent {silent} times, as {wrong[:1]}")
    found.told(tally, cases // 2)


ALL = [weather]
