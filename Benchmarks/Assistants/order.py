#!/usr/bin/env python3
"""Benchmarks/Assistants/order.py [AURA] > Scripts/functions.order: the functions that our servers run while they start, list their tools and answer a call.

The linker lays them side by side (Package.swift). A system brings a program into memory by many pages at a time, so that 1.2 MB of functions spread over 43 MB made 17 MB resident.
Each server is run under valgrind (Debian: valgrind) on a release build; the functions that ran are those whose instructions did. A list that has grown old does no harm:
the linker passes over names that it does not find. It is made anew when the resident memory that measure.py tells has grown.
"""

import bisect
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
AURA = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / ".build/release/aura")
SERVERS = [("kalshi", ["--toolset=strategy"], "kelly_size", {"side": "yes", "probability": 0.6, "price": "0.50", "bankroll": "1000"}), ("system", [], "host_overview", {}),
           ("browser", [], "pages_list", {}), ("orchestration", [], "clusters_list", {})]


def functions(file, *options):
    """Addresses, sizes and names of the functions that a file defines."""
    rows = subprocess.run(["nm", "--defined-only", *options, str(file)], capture_output=True, text=True).stdout.splitlines()
    return [row.split() for row in rows if len(row.split()) >= 3 and row.split()[-2] in "tTwW"]


def conversation(tool, arguments):
    client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "order", "version": "1"}}
    asked = [("initialize", client), ("tools/list", {})] + [("tools/call", {"name": tool, "arguments": arguments})] * 5
    return [json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n" for number, (method, params) in enumerate(asked)]


def converse(command, lines):
    """First one question after the other, as an assistant asks; then all of them together: each goes a way of its own."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        for asked in [*lines, "".join(lines[2:])]:
            server.stdin.write(asked)
            server.stdin.flush()
            for _ in asked.splitlines():
                while '"id"' not in (answer := server.stdout.readline()):
                    if not answer:
                        sys.exit(f"{command} ended without an answer")
        server.stdin.close()
    if server.returncode:
        sys.exit(f"{command} ended with {server.returncode}")


def ran(binary, server, options, tool, arguments):
    """The addresses of the binary at which something ran: callgrind's format, each position absolute or relative to the one before."""
    with tempfile.TemporaryDirectory() as folder:
        trace = pathlib.Path(folder) / "trace"
        command = ["valgrind", "--tool=callgrind", "--dump-instr=yes", f"--callgrind-out-file={trace}", binary, "mcp", server, "--data-dir", folder, *options]
        converse(command, conversation(tool, arguments))
        names, inside, place, found = {}, False, 0, set()
        for line in trace.read_text().splitlines():
            if match := re.match(r"(c?)ob=\((\d+)\)(?: (.*))?", line):
                called, number, name = match.groups()
                if name:
                    names[number] = name
                if not called:
                    inside = names[number] == binary
            elif line[:1] in "0+-*" and line:
                word = line.split()[0]
                if word.startswith("0x"):
                    place = int(word, 16)
                elif word[0] in "+-":
                    place += int(word, 0)
                if inside:
                    found.add(place)
        return found


def main():
    with tempfile.TemporaryDirectory() as folder:
        # Valgrind would read the debug information of the whole program first.
        binary = f"{folder}/aura"
        subprocess.run(["objcopy", "--strip-debug", AURA, binary], check=True)
        table = sorted((int(start, 16), int(size, 16), name) for start, size, _, name in (row for row in functions(binary, "-S") if len(row) == 4))
        starts = [row[0] for row in table]
        names = set()
        for server in SERVERS:
            for place in ran(binary, *server):
                start, size, name = table[bisect.bisect_right(starts, place) - 1]
                if place < start + size:
                    names.add(name)
    print("\n".join(sorted(names)))


main()
