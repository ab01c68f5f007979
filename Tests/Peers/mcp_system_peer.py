"""The system server: the conformance driver over stdio and HTTP, in both eras, with independent clients; two independent checkers; and NVIDIA's own client as
referee of the GPU library that the tests made up."""

import ctypes
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile

from lib import checkers, mcp
from lib.tally import Tally

tally = Tally()
aura = os.environ.get("AURA_BINARY") or str(mcp.ROOT / ".build" / "debug" / "aura")
CANARY = "canary-7f3a9c"

# What groundtruth calls, and with what.
TOOLS = {
    "host_overview": {}, "processes_list": {"limit": 3}, "disks_list": {}, "network_list": {}, "sensors_list": {}, "gpu_list": {}, "gpu_processes": {}, "metrics_query": {"metric": "memory.used"},
    "health_check": {}, "db_schema": {}, "db_query": {"sql": "SELECT * FROM fill"}, "db_health": {}, "logs_query": {"regex": "a|b"}, "services_list": {},
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


def healer(folder):
    """A healer with its desk, for the tools that ask one."""
    command = [aura, "heal", "--data-dir", str(folder / "data"), "--port", "0", "--json", "--", "--dashboard-port", "0", "--bridge-port", "0", "--exchange-port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "AURA_SIMULATED_MAINTENANCE": "false"})
    tally.check('"url"' in process.stdout.readline(), "the healer can be asked")
    return process


def conformance(folder):
    older = ["--py-v1", str(mcp.OLDER / "bin" / "python")]
    store, flags = redis(folder)
    server = [aura, "mcp", "system", "--data-dir", str(folder / "data"), "--database", f"desk={database(folder)}", "--allow-writes", "--toolset", "all", *flags]
    profile = json.loads((mcp.HERE / "system.json").read_text())
    # The desk has databases of its own beside ours.
    for call in [*profile["safe_calls"], *profile["bad_calls"], profile["progress_call"], profile["slow_call"]]:
        if call["tool"].startswith("db_"):
            call["arguments"] = {"database": "desk", **call.get("arguments", {})}
    if store is None:
        print("skipped: redis-server is not installed")
        profile["safe_calls"] = [x for x in profile["safe_calls"] if not x["tool"].startswith("redis")]
        del profile["elicit_call"]
    (folder / "profile.json").write_text(json.dumps(profile))
    watch = healer(folder)
    try:
        mcp.drive(tally, "stdio", *older, "--canary", f"AURA_SECRET={CANARY}", "--stdio", "--", *server, profile=folder / "profile.json", scenarios=False)
        port = mcp.free_port()
        spawn = " ".join([*server, "--http", str(port), "--no-token"])
        mcp.drive(tally, "HTTP", *older, "--spawn", spawn, "--url", f"http://127.0.0.1:{port}/mcp", profile=folder / "profile.json", scenarios=False)
    finally:
        watch.terminate()
        tally.equal(watch.wait(timeout=30), 0, "the healer has ended its desk in order")
        if store is not None:
            store.terminate()
            store.wait()


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
tally.run("jbt-mcpcheck", within, lambda folder: checkers.mcpcheck(tally, [aura, "mcp", "system", "--http", "0", "--no-token", "--data-dir", str(folder)]))
tally.run("mcp-groundtruth", within, lambda folder: checkers.groundtruth(
    tally, "system", [aura, "mcp", "system", "--data-dir", str(folder / "data"), "--database", f"desk={database(folder)}"], TOOLS))
tally.finish()
