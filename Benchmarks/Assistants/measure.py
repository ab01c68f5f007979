#!/usr/bin/env python3
"""Benchmarks/Assistants/measure.py [AURA]: each of our servers over standard input and output, as an assistant starts it, beside its peers in the same run.

Start to the first answer (median of seven), the size of its list of tools, one call after the other (p50), calls a second when many are written without
waiting, and what is resident then: all of it, and the part that is the process's own and no file's. Needs the release build. The peers are other people's
servers from PyPI, unmodified, each asked for something that it answers without the network; `Benchmarks/Assistants/peers` brings them, and without them only ours are measured.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
AURA = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / ".build/release/aura")
PEERS = ROOT / ".build-peers/assistants"
KELLY = {"side": "yes", "probability": 0.6, "price": "0.50", "bankroll": "1000"}
OURS = [
    ("kalshi", ["--toolset=strategy"], "kelly_size", KELLY),
    ("system", [], "host_overview", {}),
    ("browser", [], "pages_list", {}),
    ("orchestration", [], "clusters_list", {}),
]
THEIRS = [
    ("mcp-server-kalshi", ["start"], "get_environment"),
    ("kalshi-mcp-server", ["kalshi-mcp-server"], "kalshi_get_environment"),
    ("mcp-server-sqlite", ["mcp-server-sqlite", "--db-path", "{folder}/empty.sqlite"], "list_tables"),
    ("mcp-sysmon", ["mcp-sysmon"], "get_disk_usage"),
    ("gpu-server", ["gpu-server"], "gpu_info"),
]


def line(number, method, params):
    return (json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n").encode()


class Started:
    """A server after its first answer, and the milliseconds that took."""

    def __init__(self, command, environment):
        began = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "measure", "version": "1"}}
        self.write(line(0, "initialize", client))
        self.answer()
        self.took = (time.perf_counter() - began) * 1000

    def write(self, bytes):
        self.process.stdin.write(bytes)
        self.process.stdin.flush()

    def answer(self):
        """The next answer; what a server tells by itself in between is passed over."""
        while text := self.process.stdout.readline():
            if b'"id"' in text and b'"method"' not in text:
                return text
        raise EOFError("it ended")

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return {name: int(rest.split()[0]) / 1024 for name, rest in (text.split(":", 1) for text in status) if name in ("VmRSS", "RssAnon")}


def measure(title, command, tool, arguments, environment, calls, many):
    starts = []
    for _ in range(6):
        server = Started(command, environment)
        starts.append(server.took)
        server.end()
    server = Started(command, environment)
    starts.append(server.took)
    ask = lambda number: line(number, "tools/call", {"name": tool, "arguments": arguments})
    server.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n' + line(1, "tools/list", {}))
    listed = len(server.answer())
    server.write(ask(2))
    answer = json.loads(server.answer())
    if "result" not in answer or answer["result"].get("isError"):
        server.end()
        sys.exit(f"{title}: {tool} was not answered, so there is nothing to measure: {answer}")
    each = []
    for number in range(10, 10 + calls):
        began = time.perf_counter()
        server.write(ask(number))
        server.answer()
        each.append((time.perf_counter() - began) * 1000)
    questions = b"".join(ask(number) for number in range(10_000, 10_000 + many))
    began = time.perf_counter()
    writer = threading.Thread(target=lambda: server.write(questions))
    writer.start()
    for _ in range(many):
        server.answer()
    rate = many / (time.perf_counter() - began)
    writer.join()
    memory = resident(server.process.pid)
    server.end()
    print(
        f"{title} ({tool}): start {sorted(starts)[3]:.0f} ms, list {listed} bytes, p50 {sorted(each)[calls // 2]:.3f} ms, {rate:,.0f} calls/s, "
        f"resident {memory['VmRSS']:.0f} MiB, of them its own {memory['RssAnon']:.0f}", flush=True)


def ours():
    for server, options, tool, arguments in OURS:
        with tempfile.TemporaryDirectory() as folder:
            measure(f"aura mcp {server}", [AURA, "mcp", server, "--data-dir", folder, *options], tool, arguments, None, 1000, 20_000)


def theirs():
    """They ask for a key before they start; this one is made for the run, and no account knows it."""
    with tempfile.TemporaryDirectory() as folder:
        key = f"{folder}/key.pem"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        names = {"KALSHI_API_KEY": "00000000-0000-0000-0000-000000000000", "KALSHI_API_KEY_ID": "00000000-0000-0000-0000-000000000000"}
        environment = os.environ | names | {"KALSHI_PRIVATE_KEY_PATH": key, "KALSHI_ENV": "demo", "BASE_URL": "http://127.0.0.1:9"}
        for peer, (program, *options), tool in THEIRS:
            command = PEERS / peer / "bin" / program
            if not command.exists():
                print(f"skip: {peer} is not installed (Benchmarks/Assistants/peers)")
                continue
            measure(peer, [str(command), *(option.format(folder=folder) for option in options)], tool, {}, environment, 300, 2000)


ours()
theirs()
