#!/usr/bin/env python3
"""Benchmarks/Assistants/measure.py [AURA]: each of our servers over standard input and output, as an assistant starts it.

Start to the first answer (median of seven), the size of its list of tools, one call after the other (p50), calls a second when 20,000 are written without waiting, and
what is resident then. Needs the release build.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time

AURA = sys.argv[1] if len(sys.argv) > 1 else ".build/release/aura"
MANY = 20_000
CALLS = [
    ("kalshi", "kelly_size", {"side": "yes", "probability": 0.6, "price": "0.50", "bankroll": "1000"}, "--toolset=strategy"),
    ("system", "host_overview", {}),
    ("browser", "pages_list", {}),
    ("orchestration", "clusters_list", {}),
]


def line(number, method, params):
    return (json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n").encode()


def started(server, folder, options):
    """The process after its first answer, and the milliseconds that took."""
    began = time.perf_counter()
    process = subprocess.Popen([AURA, "mcp", server, "--data-dir", folder, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "measure", "version": "1"}}
    process.stdin.write(line(0, "initialize", client))
    process.stdin.flush()
    process.stdout.readline()
    return process, (time.perf_counter() - began) * 1000


def ended(process):
    process.stdin.close()
    process.wait(10)


def measure(folder, server, tool, arguments, *options):
    starts = []
    for _ in range(6):
        process, took = started(server, folder, options)
        starts.append(took)
        ended(process)
    process, took = started(server, folder, options)
    starts.append(took)
    ask = lambda number: line(number, "tools/call", {"name": tool, "arguments": arguments})
    process.stdin.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n' + line(1, "tools/list", {}))
    process.stdin.flush()
    listed = len(process.stdout.readline())
    process.stdin.write(ask(2))
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    if "result" not in answer or answer["result"].get("isError"):
        sys.exit(f"{server}: {tool} was not answered, so there is nothing to measure: {answer}")
    each = []
    for number in range(10, 1010):
        began = time.perf_counter()
        process.stdin.write(ask(number))
        process.stdin.flush()
        process.stdout.readline()
        each.append((time.perf_counter() - began) * 1000)
    questions = b"".join(ask(number) for number in range(10_000, 10_000 + MANY))
    began = time.perf_counter()
    writer = threading.Thread(target=lambda: (process.stdin.write(questions), process.stdin.flush()))
    writer.start()
    for _ in range(MANY):
        process.stdout.readline()
    rate = MANY / (time.perf_counter() - began)
    writer.join()
    with open(f"/proc/{process.pid}/status") as status:
        memory = {name: int(rest.split()[0]) / 1024 for name, rest in (text.split(":", 1) for text in status) if name in ("VmRSS", "RssAnon")}
    ended(process)
    print(
        f"{server} ({tool}): start {sorted(starts)[3]:.0f} ms, list {listed} bytes, p50 {sorted(each)[500]:.3f} ms, {rate:,.0f} calls/s, "
        f"resident {memory['VmRSS']:.0f} MiB, of them its own {memory['RssAnon']:.0f}", flush=True)


for call in CALLS:
    with tempfile.TemporaryDirectory() as data:
        measure(data, *call)
