"""Asks `aura-math-fixture`: all questions in, all answers out, in order."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]


def fixture():
    """The path of the fixture, built if it is not there."""
    given = os.environ.get("AURA_MATH_FIXTURE")
    if given:
        return given
    path = ROOT / ".build" / "debug" / "aura-math-fixture"
    if not path.exists():
        subprocess.run(["swift", "build", "--product", "aura-math-fixture"], cwd=ROOT, check=True)
    return str(path)


def ask(name, questions):
    lines = "".join(json.dumps({"ask": name, **question}) + "\n" for question in questions)
    run = subprocess.run([fixture()], input=lines, capture_output=True, text=True, timeout=200)
    if run.returncode != 0:
        raise RuntimeError(f"{name}: the fixture ended with {run.returncode}: {run.stderr[-400:]}")
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    if len(answers) != len(questions):
        raise RuntimeError(f"{name}: {len(answers)} answers to {len(questions)} questions")
    return answers
