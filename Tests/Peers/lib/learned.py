"""What is learned from one outcome after the other, in mpmath by the formulas of the pages (docs/strategies.md, the papers), with matrices instead of entries."""

import mpmath as mp

mp.mp.dps = 50


def logit(p, least):
    q = min(max(mp.mpf(p), mp.mpf(least)), 1 - mp.mpf(least))
    return mp.log(q / (1 - q))


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


class Calibration:
    """Four levels of (shift, stretch), each an extended Kalman filter with its own covariance."""

    PRIORS = [(0.01, 0.01), (0.01, 0.01), (0.005, 0.005), (0.005, 0)]

    def __init__(self):
        self.levels = {}

    def keys(self, p, strategy, family, horizon):
        edges = [(300, "minutes"), (3600, "hour"), (21_600, "hours"), (86_400, "day"), (mp.inf, "days")]
        near = next(name for end, name in edges if horizon < end)
        price = "low" if p < 0.25 else "high" if p > 0.75 else "middle"
        return [(strategy,), (strategy, family), (strategy, family, near), (strategy, family, near, price)]

    def known(self, key):
        if key not in self.levels:
            a, b = self.PRIORS[len(key) - 1]
            return mp.zeros(2, 1), mp.diag([mp.mpf(a), mp.mpf(b)])
        return self.levels[key]

    def calibrated(self, p, horizon, strategy, family):
        h = mp.matrix([1, logit(p, "0.001")])
        moved, variance = h[1, 0], mp.mpf(0)
        for key in self.keys(p, strategy, family, horizon):
            mean, covariance = self.known(key)
            moved += (h.T * mean)[0, 0]
            variance += max((h.T * covariance * h)[0, 0], 0)
        q = sigmoid(moved)
        return q, q * (1 - q) * mp.sqrt(variance)

    def learn(self, rows, strategy, family, outcome):
        kept = rows if len(rows) <= 16 else [rows[i * len(rows) // 16] for i in range(16)]
        touched = set()
        for p, horizon in kept:
            keys = self.keys(p, strategy, family, horizon)
            h = mp.matrix([1, logit(p, "0.001")])
            states = [self.known(key) for key in keys]
            q = sigmoid(h[1, 0] + sum((h.T * mean)[0, 0] for mean, _ in states))
            q = min(max(q, mp.mpf("0.01")), mp.mpf("0.99"))
            information = q * (1 - q)
            # All rows of a market are one observation: each has the noise of one, times their number.
            spread = len(kept) / information + sum((h.T * covariance * h)[0, 0] for _, covariance in states)
            for key, (mean, covariance) in zip(keys, states):
                gain = covariance * h / spread
                self.levels[key] = (mean + gain * (mp.mpf(outcome) - q) / information, covariance - gain * gain.T * spread)
                touched.add(key)
        for key in touched:
            mean, covariance = self.levels[key]
            a, b = self.PRIORS[len(key) - 1]
            covariance = covariance.copy()
            covariance[0, 0] = min(covariance[0, 0] / mp.mpf("0.999"), mp.mpf(a))
            covariance[1, 1] = min(covariance[1, 1] / mp.mpf("0.999"), mp.mpf(b))
            self.levels[key] = (mean, covariance)


class FixedShare:
    """Herbster & Warmuth 1998, with experts that sleep (Freund et al. 1997) and newcomers; the market starts with 1 - share."""

    def __init__(self, share, switching):
        self.share, self.switching = mp.mpf(share), mp.mpf(switching)
        self.weights = {"market": mp.mpf(1)}

    def first(self, name):
        if len(self.weights) == 1:
            return mp.mpf(1)
        return 1 - self.share if name == "market" else self.share / (len(self.weights) - 1)

    def admit(self, name):
        if name in self.weights:
            return
        others = [n for n in self.weights if n != "market"]
        held = sum((self.weights[n] for n in others), mp.mpf(0))
        share = self.share / (len(others) + 1)
        given = min(share, held / (len(others) + 1))
        for other in others:
            self.weights[other] *= 1 - given / held
        self.weights["market"] -= share - given
        self.weights[name] = share

    def learn(self, losses):
        for name in sorted(losses):
            self.admit(name)
        awake = sum(self.weights[n] for n in losses)
        # The mixture's loss is given to all that sleep: the weights of the others share what they had together.
        mixture = -mp.log(sum(self.weights[n] / awake * mp.exp(-mp.mpf(loss)) for n, loss in losses.items()))
        after = {n: w * (mp.exp(mixture - mp.mpf(losses[n])) if n in losses else 1) for n, w in self.weights.items()}
        after = {n: (1 - self.switching) * w + self.switching * self.first(n) for n, w in after.items()}
        total = sum(after.values())
        self.weights = {n: w / total for n, w in after.items()}


def evidence(better, worse):
    """Log capital of the gambler and level of the detector after each round."""
    capital, level, found = mp.mpf(0), mp.mpf(0), []
    seen = []
    for gain, loss in zip(better, worse):
        x = min(max(mp.mpf(gain), -1), 4)
        mean = mp.fsum(seen) / (len(seen) + 2)
        square = (mp.fsum(v * v for v in seen) + mp.mpf("0.5")) / (len(seen) + 2)
        stake = min(max(mean / max(square, mp.mpf("0.001")), 0), mp.mpf("0.5"))
        capital += mp.log(1 + stake * x)
        level = (level + 1) * (1 + mp.mpf("0.2") * min(max(mp.mpf(loss), -1), 4))
        alarm = level >= 500
        if alarm:
            level = mp.mpf(0)
        seen.append(x)
        found.append((capital, level, alarm))
    return found


def student(x, centre, deviation):
    """The chance of less than x under Student's t with 8 degrees of freedom and this standard deviation."""
    if not mp.isfinite(x):
        return mp.mpf(1) if x > 0 else mp.mpf(0)
    freedom = mp.mpf(8)
    t = (x - centre) / (deviation * mp.sqrt((freedom - 2) / freedom))
    tail = mp.betainc(freedom / 2, mp.mpf(1) / 2, 0, freedom / (freedom + t * t), regularized=True) / 2
    return 1 - tail if t > 0 else tail


class Nowcast:
    """Bias and mean square of each source's errors; what the source states is worth ten releases."""

    def __init__(self, step):
        self.step, self.known = mp.mpf(step), {}

    def errors(self, source, error):
        return self.known.get(source, (mp.mpf(10), mp.mpf(0), mp.mpf(error) ** 2))

    def learn(self, said, figure):
        for source, value, error in said:
            weight, bias, variance = self.errors(source, error)
            missed = mp.mpf(figure) - mp.mpf(value) - bias
            weight += 1
            bias += missed / weight
            variance += (min(missed**2, 16 * variance) - variance) / weight
            self.known[source] = (weight, bias, variance)

    def opinion(self, said, strike):
        source, value, error = min(sorted(said), key=lambda s: self.errors(s[0], s[2])[2])
        weight, bias, variance = self.errors(source, error)
        low, high = self.span(strike)

        def chance(centre, deviation):
            return max(student(high, centre, deviation) - student(low, centre, deviation), mp.mpf(0))

        centre, deviation = mp.mpf(value) + bias, mp.sqrt(variance)
        off, wide = mp.sqrt(variance / weight), mp.sqrt(1 / (2 * weight))
        moves = (chance(centre + off, deviation) - chance(centre - off, deviation)) / 2, (chance(centre, deviation * (1 + wide)) - chance(centre, deviation * (1 - wide))) / 2
        p = min(max(chance(centre, deviation), mp.mpf("0.0005")), mp.mpf("0.9995"))
        return p, max(mp.sqrt(moves[0] ** 2 + moves[1] ** 2), mp.mpf("0.01"))

    def span(self, strike):
        """The published figures that resolve YES lie between these: strikes are asked on whole steps only."""
        half = self.step / 2
        steps = lambda k: mp.nint(mp.mpf(k) / self.step) * self.step
        if strike["kind"] == "greater":
            return steps(strike["low"]) + half, mp.inf
        if strike["kind"] == "less":
            return -mp.inf, steps(strike["high"]) - half
        return steps(strike["low"]) - half, steps(strike["high"]) + half
