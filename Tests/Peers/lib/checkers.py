"""Two independent checkers against a server of ours: `jbt-mcpcheck` over HTTP, and `mcp-groundtruth`, which watches whether tools do what their hints say."""

import json
import pathlib
import re
import subprocess
import tempfile

from lib import mcp


def mcpcheck(tally, command):
    """`command` serves over HTTP on a free port and says so in its first line."""
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
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


def groundtruth(tally, name, command, tools, document=None, judged=()):
    """`tools` maps names to arguments. The server's data folder lies outside of what is watched: its audit trail grows with every call, and is meant to.

    `document`: a JSON file that the command writes at its end, whose collections are the state that tools may not change. `judged`: tools that must have a verdict.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / name
        target.mkdir()
        surface = f"json:{document}" if document else "fs:."
        lines = [
            "[target]", f"name = {json.dumps(name)}", f"description = {json.dumps(name)}", f"command = {json.dumps(command)}", "env = {}", "[state]",
            f"locations = [{json.dumps(surface)}]", "[[adapters]]", f"kind = {json.dumps(surface.split(':')[0])}", f"label = {json.dumps(surface.split(':')[1])}", "business = []",
            "append_only = []", "mask = []",
        ]
        for tool, arguments in tools.items():
            inline = ", ".join(f"{key} = {json.dumps(value)}" for key, value in arguments.items())
            lines += ["[[tools]]", f"name = {json.dumps(tool)}", f"arguments = {{ {inline} }}"]
        (target / "target.toml").write_text("\n".join(lines) + "\n")
        run = mcp.run_whole(
            [mcp.NEWER / "bin" / "mcpgt", "run", "--audit", "--fail-on-violation", "--runs", "3", "--runs-dir", pathlib.Path(folder) / "runs", target], timeout=200)
    print(run.stdout[-9000:] + run.stderr[-1000:], flush=True)
    if "unshare" in run.stderr and run.returncode != 0:
        print("skipped: mcp-groundtruth cannot take its network away here")
        return
    verdicts = re.findall(r"^\s+(\S+)\s+\w+\s+(?:true|false)\s+(PASS|VIOLATION)\b", run.stdout, re.M)
    tally.passed += sum(verdict == "PASS" for _, verdict in verdicts)
    tally.check(run.returncode == 0 and all(verdict == "PASS" for _, verdict in verdicts) and verdicts, f"mcp-groundtruth ended with {run.returncode}: {verdicts}")
    missing = set(judged) - {tool for tool, _ in verdicts}
    tally.check(not missing, f"mcp-groundtruth came to no verdict on {sorted(missing)}")
