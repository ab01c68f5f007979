"""Calibration, weights, evidence and nowcasts: states that move with each outcome."""

import random

from lib import learned
from lib.ask import ask
from lib.differences import Differences

HORIZONS = (10.0, 299.0, 300.0, 2000.0, 3600.0, 20_000.0, 50_000.0, 86_400.0, 300_000.0)


def calibration(tally, seed, cases):
    """calibration"""
    r = random.Random(f"calibration {seed}")
    questions = []
    for _ in range(cases):
        strategies, families = ["weather", "fundamental"], ["KXA", "KXB"]
        lessons = [{
            "strategy": r.choice(strategies), "family": r.choice(families), "outcome": r.choice([0.0, 1.0, 1.0, r.random()]),
            "rows": [{"p": r.choice([r.random(), r.uniform(0, 0.01), 0.25, 0.75, 0.9999]), "horizon": r.choice(HORIZONS)} for _ in range(r.choice([1, 2, 5, 16, 17, 40]))]}
            for _ in range(r.choice([0, 1, 5, 15]))]
        asked = [{"p": r.random(), "horizon": r.choice(HORIZONS), "strategy": r.choice(strategies), "family": r.choice(families)} for _ in range(8)]
        questions.append({"lessons": lessons, "asked": asked})
    found = Differences("Calibration, hierarchical and recursive")
    for question, answer in zip(questions, ask("calibration", questions)):
        twin = learned.Calibration()
        for lesson in question["lessons"]:
            twin.learn([(row["p"], row["horizon"]) for row in lesson["rows"]], lesson["strategy"], lesson["family"], lesson["outcome"])
        found.case()
        for one, ours in zip(question["asked"], answer["calibrated"]):
            for a, b in zip(ours, twin.calibrated(one["p"], one["horizon"], one["strategy"], one["family"])):
                found.add(a, b)
    found.told(tally, cases)


def shares(tally, seed, cases):
    """shares"""
    r = random.Random(f"shares {seed}")
    # Each round some are awake; strategies come as they come, and losses are those of forecasts beside the market's.
    names = ["market", "coherence", "fundamental", "nowcast", "weather"]
    questions = []
    for _ in range(cases):
        rounds = [{"market": 0.0} | {n: r.gauss(0, r.choice([0.05, 1, 5])) for n in names[1:] if r.random() < 0.6} for _ in range(r.randint(1, 60))]
        questions.append({"rounds": rounds})
    found = Differences("Fixed-Share")
    share, switching = ask("shares", [{"rounds": [{"market": 0.0, "a": 0.0}]}])[0]["weights"][0]["a"], "0.01"
    for question, answer in zip(questions, ask("shares", questions)):
        twin = learned.FixedShare(share, switching)
        found.case()
        for losses, ours in zip(question["rounds"], answer["weights"]):
            twin.learn(losses)
            if set(ours) != set(twin.weights):
                found.add(1, 0, "other names")
            for name, weight in twin.weights.items():
                found.add(ours.get(name, -1), weight, name)
    found.told(tally, cases)


def evidence(tally, seed, cases):
    """evidence"""
    r = random.Random(f"evidence {seed}")
    questions = []
    for _ in range(cases):
        lean = r.uniform(-0.4, 0.4)
        gains = [[r.choice([r.gauss(lean, 0.4), r.uniform(-1.2, 1.2), r.uniform(-1.2, 6), 0.0]) for _ in range(120)] for lean in (lean, -lean)]
        rounds = r.randint(1, 120)
        questions.append({"better": gains[0][:rounds], "worse": gains[1][:rounds]})
    found, alarms, wrong = Differences("E-process and drift detector"), 0, []
    for question, answer in zip(questions, ask("evidence", questions)):
        found.case()
        for n, (capital, level, alarm) in enumerate(learned.evidence(question["better"], question["worse"])):
            found.add(answer["log_capital"][n], capital, "capital")
            found.add(answer["level"][n], level, "level")
            alarms += alarm
            if answer["alarm"][n] != alarm:
                wrong.append(question)
    found.told(tally, cases)
    tally.check(not wrong and alarms > 0, f"{alarms} alarms at the same rounds, as {wrong[:1]}")


def nowcast(tally, seed, cases):
    """nowcast"""
    r = random.Random(f"nowcast {seed}")
    questions = []
    for _ in range(cases):
        step, scale = r.choice([0.1, 0.25, 1.0, 1000.0]), r.uniform(0.5, 4)
        errors = {name: step * scale * r.uniform(0.5, 2) for name in r.sample(["a", "b", "c"], r.randint(1, 3))}
        releases = []
        for _ in range(r.randint(0, 30)):
            truth = step * r.randint(-20, 40)
            said = [{"source": n, "value": r.gauss(truth, e), "error": e} for n, e in errors.items()]
            releases.append({"said": said, "figure": truth + (20 * step if r.random() < 0.05 else 0)})
        last = step * r.randint(-20, 40)
        releases.append({"said": [{"source": n, "value": r.gauss(last, e), "error": e} for n, e in errors.items()], "figure": None})
        strikes = []
        for _ in range(5):
            k = step * round(last / step + r.randint(-4, 4))
            strikes.append(r.choice([{"kind": "greater", "low": k}, {"kind": "less", "high": k}, {"kind": "between", "low": k, "high": k + step * r.randint(0, 3)}]))
        questions.append({"step": step, "releases": releases, "strikes": strikes})
    found = Differences("Student's t about a learned centre (nowcasts)")
    for question, answer in zip(questions, ask("nowcast", questions)):
        twin = learned.Nowcast(question["step"])
        said = lambda release: [(s["source"], s["value"], s["error"]) for s in release["said"]]
        for release in question["releases"][:-1]:
            twin.learn(said(release), release["figure"])
        found.case()
        for strike, ours in zip(question["strikes"], answer["opinions"]):
            wanted = twin.opinion(said(question["releases"][-1]), strike)
            for a, b in zip(ours or (-1, -1), wanted):
                found.add(a, b, strike)
    found.told(tally, cases)


ALL = [calibration, shares, evidence, nowcast]
