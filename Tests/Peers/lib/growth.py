"""The purchase of greatest expected log growth, found without our solver: scipy's SLSQP finds which bounds hold, Newton's method in mpmath (50 digits) the rest.

Beside it a certificate that needs no solver at all: the objective is concave, so the best that its tangent could still gain over everything that may be bought
bounds what a purchase falls short of the best.
"""

import mpmath as mp
import numpy as np
from scipy.optimize import minimize

mp.mp.dps = 50


class Problem:
    """Probabilities of the states, what is owned in each, legs as (pays, cost, most or None), a budget, and perhaps (level, chance, aside)."""

    def __init__(self, probabilities, wealth, legs, budget, drawdown=None):
        used = [s for s, p in enumerate(probabilities) if p > 0]
        self.p = [mp.mpf(probabilities[s]) for s in used]
        self.w = [mp.mpf(wealth[s]) for s in used]
        self.cost = [mp.mpf(cost) for _, cost, _ in legs]
        self.most = [mp.inf if most is None else mp.mpf(most) for _, _, most in legs]
        self.gain = [[mp.mpf(pays[s]) - mp.mpf(cost) for pays, cost, _ in legs] for s in used]
        self.budget = mp.mpf(budget)
        self.legs = range(len(legs))
        self.states = range(len(used))
        self.drawdown = None
        if drawdown:
            level, chance, aside = drawdown
            # What is owned on average today, the states that cannot come among it: they weigh nothing.
            self.drawdown = (mp.log(mp.mpf(chance)) / mp.log(mp.mpf(level)), sum(a * b for a, b in zip(self.p, self.w)) + aside, mp.mpf(aside))

    def after(self, x):
        return [self.w[s] + sum(self.gain[s][j] * x[j] for j in self.legs) for s in self.states]

    def growth(self, x):
        return sum(p * mp.log(a / w) for p, a, w in zip(self.p, self.after(x), self.w))

    def excess(self, x):
        exponent, now, aside = self.drawdown
        return sum(p * ((a + aside) / now) ** -exponent for p, a in zip(self.p, self.after(x))) - 1

    def slopes(self, x):
        after = self.after(x)
        return [sum(self.p[s] * self.gain[s][j] / after[s] for s in self.states) for j in self.legs]

    def excess_slopes(self, x):
        exponent, now, aside = self.drawdown
        pull = [-exponent * self.p[s] * ((a + aside) / now) ** (-exponent - 1) / now for s, a in enumerate(self.after(x))]
        return [sum(pull[s] * self.gain[s][j] for s in self.states) for j in self.legs]

    # -- The certificate

    def shortfall(self, x, price=0):
        """No purchase that keeps the bounds grows by more than this above `growth(x)`, whatever price of risk is named. A hair outside a bound is inside."""
        x = [mp.mpf(v) for v in x]
        price = mp.mpf(price)
        slopes = self.slopes(x)
        gained = -price * self.excess(x) if self.drawdown else mp.mpf(0)
        if self.drawdown and price:
            slopes = [a - price * b for a, b in zip(slopes, self.excess_slopes(x))]
        # The tangent's best: the legs of most slope for a dollar first, as far as budget and offers go.
        left, best = self.budget, mp.mpf(0)
        for j in sorted(self.legs, key=lambda j: -slopes[j] / self.cost[j]):
            if slopes[j] <= 0:
                break
            much = min(self.most[j], left / self.cost[j])
            best += slopes[j] * much
            left -= much * self.cost[j]
        return best - sum(a * b for a, b in zip(slopes, x)) + gained

    def outside(self, x):
        """How far a purchase lies outside of what may be bought, in dollars."""
        x = [mp.mpf(v) for v in x]
        spent = sum(a * b for a, b in zip(x, self.cost))
        worst = max([mp.mpf(0), spent - self.budget] + [-v for v in x] + [(v - m) * c for v, m, c in zip(x, self.most, self.cost) if m != mp.inf])
        return worst

    # -- The solution

    def near(self):
        """By scipy, to some digits."""
        p, w = np.array(self.p, float), np.array(self.w, float)
        gain, cost = np.array(self.gain, float), np.array(self.cost, float)
        scale = float(self.budget) / cost
        tiny = 1e-9 * w.min()

        def log(a):
            # Past the edge of the domain a parabola goes on where the logarithm ends.
            over = np.maximum(a, tiny)
            short = (a - over) / tiny
            return np.log(over) + short - short * short / 2, 1 / over + np.where(a < tiny, -short / tiny, 0)

        def loss(y):
            value, slope = log(w + gain @ (y * scale))
            return -(p @ value), -((p * slope) @ gain) * scale

        constraints = [{"type": "ineq", "fun": lambda y: 1 - y.sum(), "jac": lambda y: -np.ones(len(y))}]
        if self.drawdown:
            exponent, now, aside = (float(v) for v in self.drawdown)

            def room(y):
                return 1 - p @ np.maximum((w + gain @ (y * scale) + aside) / now, 1e-6) ** -exponent

            def room_slope(y):
                r = np.maximum((w + gain @ (y * scale) + aside) / now, 1e-6)
                return (exponent * p * r ** (-exponent - 1) / now) @ gain * scale

            constraints.append({"type": "ineq", "fun": room, "jac": room_slope})
        bounds = [(0, 1 if m == mp.inf else min(1, float(m) / s)) for m, s in zip(self.most, scale)]
        found = minimize(loss, np.zeros(len(scale)), jac=True, method="SLSQP", bounds=bounds, constraints=constraints, options={"maxiter": 500, "ftol": 1e-16})
        return found.x * scale

    def least_excess(self):
        """The least that the drawdown's excess can be made by buying anything at all."""
        p, w, gain, cost = np.array(self.p, float), np.array(self.w, float), np.array(self.gain, float), np.array(self.cost, float)
        exponent, now, aside = (float(v) for v in self.drawdown)
        scale = float(self.budget) / cost

        def excess(y):
            return p @ np.maximum((w + gain @ (y * scale) + aside) / now, 1e-6) ** -exponent - 1

        bounds = [(0, 1 if m == mp.inf else min(1, float(m) / s)) for m, s in zip(self.most, scale)]
        return float(minimize(excess, np.zeros(len(scale)), method="SLSQP", bounds=bounds, constraints=[{"type": "ineq", "fun": lambda y: 1 - y.sum()}]).fun)

    def solve(self):
        """(contracts, unique) to 30 digits and more, or None where the bounds that hold were not found."""
        near = [float(v) for v in self.near()]
        dust = 1e-6 * float(self.budget)
        low = {j for j in self.legs if near[j] * float(self.cost[j]) < dust}
        high = {j for j in self.legs if self.most[j] != mp.inf and (float(self.most[j]) - near[j]) * float(self.cost[j]) < dust} - low
        spent = bool(float(self.budget) - sum(near[j] * float(self.cost[j]) for j in self.legs) < dust)
        bound = self.drawdown is not None and float(self.excess([mp.mpf(v) for v in near])) > -1e-7
        for _ in range(12):
            tried = self._polished(near, low, high, spent, bound)
            if tried is None:
                return None
            x, budget_price, risk_price, unique = tried
            slopes = self.slopes(x)
            if bound:
                slopes = [a - risk_price * b for a, b in zip(slopes, self.excess_slopes(x))]
            slopes = [a - budget_price * c for a, c in zip(slopes, self.cost)]
            tight = mp.mpf("1e-25")
            changes = [(-x[j] * self.cost[j], ("low", j)) for j in self.legs if x[j] < -tight]
            changes += [((x[j] - self.most[j]) * self.cost[j], ("high", j)) for j in self.legs if x[j] > self.most[j] + tight]
            changes += [(slopes[j], ("free", j)) for j in low if slopes[j] > tight] + [(-slopes[j], ("free", j)) for j in high if slopes[j] < -tight]
            if budget_price < -tight:
                changes.append((-budget_price, ("spend", False)))
            if sum(a * b for a, b in zip(x, self.cost)) > self.budget + tight:
                changes.append((mp.mpf(1), ("spend", True)))
            if risk_price < -tight:
                changes.append((-risk_price, ("bound", False)))
            if self.drawdown and not bound and self.excess(x) > tight:
                changes.append((mp.mpf(1), ("bound", True)))
            if not changes:
                return x, unique
            what, j = max(changes)[1]
            if what == "spend":
                spent = j
            elif what == "bound":
                bound = j
            else:
                low.discard(j)
                high.discard(j)
                if what == "low":
                    low.add(j)
                if what == "high":
                    high.add(j)
        return None

    def _polished(self, near, low, high, spent, bound):
        """Newton's method on the conditions of an optimum with these bounds."""
        free = [j for j in self.legs if j not in low and j not in high]
        x = [mp.mpf(0) if j in low else self.most[j] if j in high else mp.mpf(float(near[j])) for j in self.legs]
        if not free:
            return x, mp.mpf(0), mp.mpf(0), True
        if np.linalg.matrix_rank(np.array([[self.gain[s][j] for j in free] for s in self.states], float), tol=1e-9) < len(free):
            return x, mp.mpf(0), mp.mpf(0), False
        n = len(free)
        budget_price, risk_price = mp.mpf(0), mp.mpf(0)
        for _ in range(60):
            after = self.after(x)
            if min(after) <= 0:
                return None
            slopes = self.slopes(x)
            bend = [[-sum(self.p[s] * self.gain[s][i] * self.gain[s][j] / after[s] ** 2 for s in self.states) for j in free] for i in free]
            size = n + spent + bound
            matrix, right = mp.zeros(size), mp.zeros(size, 1)
            if bound:
                exponent, now, aside = self.drawdown
                pulls = self.excess_slopes(x)
                curve = [exponent * (exponent + 1) * self.p[s] * ((after[s] + aside) / now) ** (-exponent - 2) / now**2 for s in self.states]
                bend = [
                    [bend[a][b] - risk_price * sum(curve[s] * self.gain[s][i] * self.gain[s][j] for s in self.states) for b, j in enumerate(free)]
                    for a, i in enumerate(free)
                ]
            for a, i in enumerate(free):
                for b in range(n):
                    matrix[a, b] = bend[a][b]
                right[a, 0] = -slopes[i] + (budget_price * self.cost[i] if spent else 0) + (risk_price * pulls[i] if bound else 0)
                if spent:
                    matrix[a, n] = matrix[n, a] = -self.cost[i]
                if bound:
                    matrix[a, size - 1] = matrix[size - 1, a] = -pulls[i]
            if spent:
                right[n, 0] = sum(a * b for a, b in zip(x, self.cost)) - self.budget
            if bound:
                right[size - 1, 0] = self.excess(x)
            try:
                step = mp.lu_solve(matrix, right)
            except ZeroDivisionError:
                return None
            # Never more than most of the way to where a state would leave nothing.
            share = mp.mpf(1)
            change = [mp.mpf(0)] * len(x)
            for a, i in enumerate(free):
                change[i] = step[a, 0]
            for s in self.states:
                moved = sum(self.gain[s][j] * change[j] for j in self.legs)
                if after[s] + moved <= 0:
                    share = min(share, after[s] / -moved * mp.mpf("0.9"))
            x = [v + share * c for v, c in zip(x, change)]
            if spent:
                budget_price += share * step[n, 0]
            if bound:
                risk_price += share * step[size - 1, 0]
            if share == 1 and max(abs(c) for c in change) < mp.mpf("1e-32") * (1 + max(abs(v) for v in x)):
                return x, budget_price, risk_price, True
        return None
