"""The system server: the conformance driver over stdio and HTTP, in both eras, with independent clients; two independent checkers; and NVIDIA's own client as
referee of the GPU library that the tests made up."""

import ctypes
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile

from lib import mcp
from lib.tally import Tally

tally = Tally()
aura = os.environ.get("AURA_BINARY") or str(mcp.ROOT / ".build" / "debug" / "aura")
CANARY = "canary-7f3a9c"

# What groundtruth calls, and with what.
TOOLS = {
    "host_overview": "{}", "processes_list": "{ limit = 3 }", "disks_list": "{}", "network_list": "{}", "sensors_list": "{}", "gpu_list": "{}", "gpu_processes": "{}",
    "metrics_query": '{ metric = "memory.used" }', "health_check": "{}", "db_schema": "{}", "db_query": '{ sql = "SELECT * FROM fill" }', "db_health": "{}", "logs_query": "{}",
    "services_list": "{}",
}


def database(folder):
    path = folder / "desk.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(f"CREATE TABLE fill(id INTEGER PRIMARY KEY, ticker TEXT, api_token TEXT); INSERT INTO fill VALUES (1, 'KXBTC', '{CANARY}');")
    db.close()
    return path


def redis(folder):
    """A server of its own; None where there is none."""
    program = shutil.which("redis-server")
    if program is None:
        return None, []
    port = mcp.free_port()
    server = subprocess.Popen([program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)], stdout=subprocess.DEVNULL)
    return server, ["--redis", f"127.0.0.1:{port}", "--redis-prefix", "cache:"]


def conformance(folder):
    older = ["--py-v1", str(mcp.OLDER / "bin" / "python")]
    store, flags = redis(folder)
    server = [aura, "mcp", "system", "--data-dir", str(folder / "data"), "--database", f"desk={database(folder)}", "--allow-writes", "--toolset", "all", *flags]
    profile = json.loads((mcp.HERE / "system.json").read_text())
    if store is None:
        print("skipped: redis-server is not installed")
        profile["safe_calls"] = [x for x in profile["safe_calls"] if not x["tool"].startswith("redis")]
        del profile["elicit_call"]
    (folder / "profile.json").write_text(json.dumps(profile))
    try:
        mcp.drive(tally, "stdio", *older, "--canary", f"AURA_SECRET={CANARY}", "--stdio", "--", *server, profile=folder / "profile.json", scenarios=False)
        port = mcp.free_port()
        spawn = " ".join([*server, "--http", str(port), "--no-token"])
        mcp.drive(tally, "HTTP", *older, "--spawn", spawn, "--url", f"http://127.0.0.1:{port}/mcp", profile=folder / "profile.json", scenarios=False)
    finally:
        if store is not None:
            store.terminate()
            store.wait()


def mcpcheck(folder):
    server = subprocess.Popen([aura, "mcp", "system", "--http", "0", "--no-token", "--data-dir", str(folder)], stdout=subprocess.PIPE, text=True)
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


def groundtruth(folder):
    target = folder / "system"
    target.mkdir()
    tools = "".join(f'[[tools]]\nname = "{name}"\narguments = {arguments}\n' for name, arguments in TOOLS.items())
    command = [aura, "mcp", "system", "--data-dir", str(folder / "data"), "--database", f"desk={database(folder)}"]
    head = f'[target]\nname = "system"\ndescription = "aura mcp system"\ncommand = {json.dumps(command)}\nenv = {{}}\n[state]\nlocations = ["fs:."]\n'
    # The data folder is outside of what is watched: the audit trail grows with every call, which is its purpose and no change that a tool makes.
    head += '[[adapters]]\nkind = "fs"\nlabel = "."\nbusiness = []\nappend_only = []\nmask = []\n'
    (target / "target.toml").write_text(head + tools)
    run = mcp.run_whole([mcp.NEWER / "bin" / "mcpgt", "run", "--audit", "--fail-on-violation", "--runs", "3", "--runs-dir", folder / "runs", target], timeout=200)
    print(run.stdout[-6000:] + run.stderr[-1000:], flush=True)
    if "unshare" in run.stderr and run.returncode != 0:
        print("skipped: mcp-groundtruth cannot take its network away here")
        return
    verdicts = re.findall(r"^\s+\S+\s+\w+\s+(?:true|false)\s+(PASS|VIOLATION)\b", run.stdout, re.M)
    tally.passed += verdicts.count("PASS")
    tally.check(run.returncode == 0 and "VIOLATION" not in verdicts and verdicts, f"mcp-groundtruth ended with {run.returncode}: {verdicts}")


def ours(library):
    """What `gpu_list` and `gpu_processes` tell with that library."""
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "peer", "version": "1"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "gpu_list", "arguments": {}}},
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "gpu_processes", "arguments": {"max_bytes": 100000}}},
    ]
    with tempfile.TemporaryDirectory() as data:
        run = subprocess.run(
            [aura, "mcp", "system", "--data-dir", data, "--nvml", str(library)], input="".join(json.dumps(m) + "\n" for m in messages), capture_output=True, text=True, timeout=60)
    answers = {m.get("id"): m for m in map(json.loads, run.stdout.splitlines())}
    return answers[2]["result"]["structuredContent"], answers[3]["result"]["structuredContent"]


def referee(folder):
    """The made-up library must be one that NVIDIA's own client reads; and what we read from it must be what that client reads."""
    compiler = shutil.which("clang") or shutil.which("cc")
    library = folder / "libnvidia-ml.so.1"
    subprocess.run([compiler, "-shared", "-fPIC", "-w", "-o", library, mcp.ROOT / "Tests" / "NVMLFake" / "nvml.c"], check=True)
    import pynvml

    pynvml.nvmlLib = ctypes.CDLL(str(library))
    pynvml.nvmlInit()
    gpus, processes = ours(library)
    tally.equal(gpus["driver"], pynvml.nvmlSystemGetDriverVersion(), "the driver")
    tally.equal(len(gpus["gpus"]), pynvml.nvmlDeviceGetCount(), "how many GPUs")
    for card in gpus["gpus"]:
        handle = pynvml.nvmlDeviceGetHandleByIndex(card["index"])
        memory = pynvml.nvmlDeviceGetMemoryInfo(handle, version=pynvml.nvmlMemory_v2)
        theirs = {
            "name": pynvml.nvmlDeviceGetName(handle), "uuid": pynvml.nvmlDeviceGetUUID(handle), "memory": memory.total, "memory_used": memory.used,
            "busy": pynvml.nvmlDeviceGetUtilizationRates(handle).gpu, "celsius": pynvml.nvmlDeviceGetTemperature(handle, pynvml.NVML_TEMPERATURE_GPU),
            "watts": pynvml.nvmlDeviceGetPowerUsage(handle) / 1000, "watts_limit": pynvml.nvmlDeviceGetEnforcedPowerLimit(handle) / 1000,
            "mhz": pynvml.nvmlDeviceGetClockInfo(handle, pynvml.NVML_CLOCK_SM), "memory_mhz": pynvml.nvmlDeviceGetClockInfo(handle, pynvml.NVML_CLOCK_MEM),
            "slowdown": pynvml.nvmlDeviceGetTemperatureThreshold(handle, pynvml.NVML_TEMPERATURE_THRESHOLD_SLOWDOWN),
        }
        tally.equal({key: card[key] for key in theirs}, theirs, f"GPU {card['index']}")
        reasons = pynvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle)
        tally.equal("power_cap" in card["throttled"], bool(reasons & pynvml.nvmlClocksThrottleReasonSwPowerCap), "held back by the power cap")
        tally.equal("software_thermal" in card["throttled"], bool(reasons & pynvml.nvmlClocksThrottleReasonSwThermalSlowdown), "held back by heat")
        for kind, ask in (("compute", pynvml.nvmlDeviceGetComputeRunningProcesses), ("graphics", pynvml.nvmlDeviceGetGraphicsRunningProcesses)):
            found = {(p["pid"], p.get("memory")) for p in processes["processes"] if p["gpu"] == card["index"] and p["kind"] == kind}
            tally.equal(found, {(p.pid, p.usedGpuMemory) for p in ask(handle)}, f"{kind} processes of GPU {card['index']}")


def within(scenario):
    with tempfile.TemporaryDirectory() as folder:
        scenario(pathlib.Path(folder))


tally.run("NVIDIA's client", within, referee)
if (mcp.DRIVER / "mcp_conformance.py").exists():
    tally.run("conformance", within, conformance)
else:
    print("skipped: ../shared/mcp is not there")
tally.run("jbt-mcpcheck", within, mcpcheck)
tally.run("mcp-groundtruth", within, groundtruth)
tally.finish()
