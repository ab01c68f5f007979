"""Two independent checkers against the fixture: `jbt-mcpcheck` over HTTP, and `mcp-groundtruth`, which watches whether tools do what their hints say."""

import pathlib
import re
import subprocess
import tempfile

from lib import mcp
from lib.tally import Tally

# What groundtruth calls, and with what; the other tools need an answer that it cannot give.
TOOLS = {
    "test_simple_text": "{}", "test_structured_add": "{ a = 2, b = 3 }", "test_error_handling": "{}", "test_touch_watched_resource": "{}",
    "test_trigger_tool_change": "{}", "test_confirmation": '{ what = "nothing" }',
}
TARGET = """
[target]
name = "fixture"
description = "aura-mcp-fixture"
command = [COMMAND]
env = {}
[state]
locations = ["fs:."]
[[adapters]]
kind = "fs"
label = "."
business = []
append_only = []
mask = []
"""


def mcpcheck():
    server = subprocess.Popen([mcp.fixture(), "--http", "0"], stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r'"url":"([^"]+)"', server.stdout.readline())[1]
        run = mcp.run_whole([mcp.NEWER / "bin" / "jbt-mcpcheck", "--legacy-probes", url], timeout=120)
    finally:
        server.kill()
        server.wait()
    print(run.stdout, flush=True)
    for name in ("handshake", "session", "discover", "protocol", "schemas", "errors", "cache", "origin"):
        # "!" is advice, "✓" is all well; only "✗" is a failed check.
        tally.check(re.search(rf"^[✓!] {name}\b", run.stdout, re.M), f"jbt-mcpcheck {name}")
    tally.check(run.returncode == 0, f"jbt-mcpcheck ended with {run.returncode}")


def groundtruth():
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "fixture"
        target.mkdir()
        tools = "".join(f'[[tools]]\nname = "{name}"\narguments = {arguments}\n' for name, arguments in TOOLS.items())
        (target / "target.toml").write_text(TARGET.replace("COMMAND", f'"{mcp.fixture()}"') + tools)
        command = [mcp.NEWER / "bin" / "mcpgt", "run", "--audit", "--fail-on-violation", "--runs", "3", "--runs-dir", pathlib.Path(folder) / "runs", target]
        run = mcp.run_whole(command, timeout=200)
    print(run.stdout[-6000:] + run.stderr[-1000:], flush=True)
    if "unshare" in run.stderr and run.returncode != 0:
        print("skipped: mcp-groundtruth cannot take its network away here")
        return
    verdicts = re.findall(r"^\s+\S+\s+\w+\s+(?:true|false)\s+(PASS|VIOLATION)\b", run.stdout, re.M)
    tally.passed += verdicts.count("PASS")
    tally.check(run.returncode == 0 and "VIOLATION" not in verdicts and verdicts, f"mcp-groundtruth ended with {run.returncode}: {verdicts}")


tally = Tally()
tally.run("jbt-mcpcheck", mcpcheck)
tally.run("mcp-groundtruth", groundtruth)
tally.finish()
