"""Kelly over the states of an event: our solver beside scipy's SLSQP and cvxpy (Clarabel) on the same problems, on one core. Which is fastest, and whether all find the same.

Everyone gets the problem in the form that it likes best: SLSQP with the gradient written out in numpy, cvxpy compiled once for each shape (parameters, as its manual advises) and with its own
time for handing the numbers over counted. Each problem is solved again and again for 50 ms at least; what is shown is the middle over the problems of a size.
"""

import json
import random
import statistics
import subprocess
import sys
import time
import warnings

import cvxpy as cp
import numpy as np
from scipy.optimize import minimize

SIZES, EACH, LEAST = (2, 10, 30), 12, 0.05


def problem(r, markets, kind):
    """An event of so many markets as the desk has them: every market with an offer at a price near its worth, some held, a quarter of 10,000 dollars to bet from."""
    states = markets + 1
    weights = [r.expovariate(1) for _ in range(states)]
    p = [w / sum(weights) for w in weights]
    legs, cash = [], 2500.0
    wealth = [cash] * states
    for j in range(markets):
        yes = [float(s == j) if kind == "exclusive" else float(s > j) for s in range(states)]
        pays = yes if r.random() < 0.6 else [1 - v for v in yes]
        worth = sum(a * b for a, b in zip(p, pays))
        legs.append({"pays": pays, "cost": min(max(worth * r.uniform(0.85, 1.1), 0.01), 0.99), "most": r.choice([None, float(r.randint(20, 2000))])})
        if r.random() < 0.3:
            held = r.uniform(0, 300)
            wealth = [w + held * v for w, v in zip(wealth, yes)]
    return {"probabilities": p, "wealth": wealth, "legs": legs, "budget": cash}


def arrays(q):
    pays = np.array([leg["pays"] for leg in q["legs"]]).T
    cost = np.array([leg["cost"] for leg in q["legs"]])
    most = np.array([np.inf if leg["most"] is None else leg["most"] for leg in q["legs"]])
    return np.array(q["probabilities"]), np.array(q["wealth"]), pays - cost, cost, most


def growth(q, x):
    p, w, gain, _, _ = arrays(q)
    return float(p @ np.log1p(gain @ x / w))


def slsqp(q):
    p, w, gain, cost, most = arrays(q)
    bounds = [(0, min(m, q["budget"] / c)) for m, c in zip(most, cost)]
    scale = 100.0  # contracts by the hundred, so that its steps are of the order of one
    constraint = {"type": "ineq", "fun": lambda y: q["budget"] - scale * cost @ y, "jac": lambda y: -scale * cost}

    def value(y):
        after = np.maximum(w + scale * gain @ y, 1e-9)
        return -float(p @ np.log(after / w)), -scale * (gain.T @ (p / after))

    def solve():
        found = minimize(value, np.zeros(len(cost)), jac=True, method="SLSQP", bounds=[(a / scale, b / scale) for a, b in bounds], constraints=[constraint],
                         options={"ftol": 1e-13, "maxiter": 500})
        return np.clip(scale * found.x, 0, [b for _, b in bounds])

    return solve


SHAPES = {}


def clarabel(q):
    p, w, gain, cost, most = arrays(q)
    shape = gain.shape
    if shape not in SHAPES:
        x = cp.Variable(shape[1], nonneg=True)
        named = {"p": cp.Parameter(shape[0], nonneg=True), "g": cp.Parameter(shape), "c": cp.Parameter(shape[1], nonneg=True), "m": cp.Parameter(shape[1], nonneg=True), "b": cp.Parameter(nonneg=True)}
        # Wealth in shares of what is owned before, contracts by the hundred.
        SHAPES[shape] = x, named, cp.Problem(cp.Maximize(named["p"] @ cp.log(1 + named["g"] @ x)), [x <= named["m"], named["c"] @ x <= named["b"]])
    x, named, whole = SHAPES[shape]

    def solve():
        named["p"].value, named["g"].value, named["c"].value, named["b"].value = p, 100 * gain / w[:, None], 100 * cost, q["budget"]
        named["m"].value = np.minimum(most, q["budget"] / cost) / 100
        whole.solve(solver=cp.CLARABEL, tol_gap_abs=1e-11, tol_gap_rel=1e-11, tol_feas=1e-11)
        return np.clip(100 * x.value, 0, None)

    return solve


def timed(solve):
    found = solve()
    start, solves = time.perf_counter(), 0
    while solves == 0 or time.perf_counter() - start < LEAST:
        solve()
        solves += 1
    return found, solves / (time.perf_counter() - start)


def main(bench, file):
    warnings.simplefilter("ignore")
    r = random.Random(1)
    asked = [(n, problem(r, n, kind)) for n in SIZES for kind in ("exclusive", "nested") for _ in range(EACH // 2)]
    with open(file, "w", encoding="utf-8") as out:
        json.dump([q for _, q in asked], out)
    lines = subprocess.run([bench, file], capture_output=True, text=True, check=True).stdout.splitlines()
    ours = [json.loads(line) for line in lines]
    print(f"Kelly over an event's states, one core, {EACH} problems of each size: solves a second, the middle of them; and by how much growth another solver finds more")
    failed = False
    for n in SIZES:
        rates, ahead = {"ours": []}, {}
        for (size, q), answer in zip(asked, ours):
            if size != n:
                continue
            best = growth(q, np.array(answer["contracts"]))
            rates["ours"].append(answer["solves"] / answer["seconds"])
            for name, solver in (("SLSQP", slsqp), ("cvxpy", clarabel)):
                x, rate = timed(solver(q))
                # What lies outside of the bounds by rounding is brought inside before it is judged.
                spent = float(arrays(q)[3] @ x)
                x = x * min(1.0, q["budget"] / spent) if spent > 0 else x
                rates.setdefault(name, []).append(rate)
                ahead.setdefault(name, []).append(growth(q, x) - best)
        middle = {name: statistics.median(found) for name, found in rates.items()}
        worst = {name: max(found) for name, found in ahead.items()}
        behind = {name: -min(found) for name, found in ahead.items()}
        failed |= max(worst.values()) > 1e-6
        print(f"{n:3} markets: ours {middle['ours']:,.0f}" + "".join(
            f"; {name} {middle[name]:,.0f} ({middle['ours'] / middle[name]:,.0f} times; ahead by {max(worst[name], 0):.1e} at most, behind by {max(behind[name], 0):.1e})" for name in ("SLSQP", "cvxpy")))
    if failed:
        sys.exit("another solver found more growth than ours by over 1e-6")


main(sys.argv[1], sys.argv[2])
