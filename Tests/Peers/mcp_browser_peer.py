"""The browser's server: the conformance driver over stdio and HTTP, in both eras, with independent clients; then two independent checkers, on pages of a site of our own."""

import http.server
import os
import pathlib
import re
import subprocess
import tempfile
import threading

from lib import mcp
from lib.tally import Tally

mcp.skip_without_driver()
tally = Tally()
aura = os.environ.get("AURA_BINARY") or str(mcp.ROOT / ".build" / "debug" / "aura")
older = ["--py-v1", str(mcp.OLDER / "bin" / "python")]
profile = mcp.HERE / "browser.json"


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"<!doctype html><title>Peer</title><h1>A page</h1><p>Text.</p>"
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def groundtruth(folder):
    target = pathlib.Path(folder) / "browser"
    target.mkdir()
    tools = "".join(f'[[tools]]\nname = "{name}"\narguments = {{}}\n' for name in ("pages_list", "downloads_list", "watch_list"))
    command = [aura, "mcp", "browser", "--toolset", "all", "--allow-writes", "--data-dir", str(pathlib.Path(folder) / "data")]
    header = f'[target]\nname = "browser"\ndescription = "aura mcp browser"\ncommand = {command!r}\nenv = {{}}\n[state]\nlocations = ["fs:."]\n'
    header += '[[adapters]]\nkind = "fs"\nlabel = "."\nbusiness = []\nappend_only = []\nmask = []\n'
    (target / "target.toml").write_text(header.replace("'", '"') + tools)
    run = mcp.run_whole([mcp.NEWER / "bin" / "mcpgt", "run", "--audit", "--fail-on-violation", "--runs", "3", "--runs-dir", pathlib.Path(folder) / "runs", target], timeout=200)
    print(run.stdout[-6000:] + run.stderr[-1000:], flush=True)
    if "unshare" in run.stderr and run.returncode != 0:
        print("skipped: mcp-groundtruth cannot take its network away here")
        return
    verdicts = re.findall(r"^\s+\S+\s+\w+\s+(?:true|false)\s+(PASS|VIOLATION)\b", run.stdout, re.M)
    tally.passed += verdicts.count("PASS")
    tally.check(run.returncode == 0 and "VIOLATION" not in verdicts and verdicts, f"mcp-groundtruth ended with {run.returncode}: {verdicts}")


def mcpcheck(server):
    running = subprocess.Popen([*server, "--http", "0", "--no-token"], stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r'"url":"([^"]+)"', running.stdout.readline())[1]
        run = mcp.run_whole([mcp.NEWER / "bin" / "jbt-mcpcheck", "--legacy-probes", url], timeout=120)
    finally:
        running.terminate()
        running.wait()
    print(run.stdout, flush=True)
    for name in ("handshake", "session", "discover", "protocol", "schemas", "errors", "cache", "origin"):
        tally.check(re.search(rf"^[✓!] {name}\b", run.stdout, re.M), f"jbt-mcpcheck {name}")
    tally.check(run.returncode == 0, f"jbt-mcpcheck ended with {run.returncode}")


site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=site.serve_forever, daemon=True).start()
with tempfile.TemporaryDirectory() as folder:
    server = [aura, "mcp", "browser", "--toolset", "all", "--allow-writes", "--allow-origin", f"http://127.0.0.1:{site.server_port}", "--data-dir", folder]
    mcp.drive(tally, "stdio", *older, "--canary", "AURA_SECRET=canary-7f3a9c", "--stdio", "--", *server, profile=profile, scenarios=False)
    port = mcp.free_port()
    mcp.drive(
        tally, "HTTP", *older, "--spawn", " ".join([*server, "--http", str(port), "--no-token"]), "--url", f"http://127.0.0.1:{port}/mcp", profile=profile, scenarios=False)
    tally.run("jbt-mcpcheck", lambda: mcpcheck(server))
with tempfile.TemporaryDirectory() as folder:
    tally.run("mcp-groundtruth", lambda: groundtruth(folder))
site.shutdown()
tally.finish()
