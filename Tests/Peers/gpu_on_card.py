#!/usr/bin/env python3
"""Tests/Peers/gpu_on_card.py [AURA]: the system server beside NVIDIA's own client, on a machine that has a card.

Not part of `make peers`, whose machines have none: there the same comparison runs against a made-up library. Here each figure is read by the server and by
nvidia-ml-py: at rest, and while a program keeps the card busy (with PyTorch, where it is installed). What stands still must be equal; what moves between two
readings must lie between the client's reading before and the one after, with a margin for its own noise.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import pynvml

AURA = sys.argv[1] if len(sys.argv) > 1 else ".build/release/aura"
WORK = """
import sys, torch
held = torch.empty(4 << 30, dtype=torch.uint8, device="cuda")
a = torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16)
print("ready", flush=True)
while True:
    for _ in range(50): b = a @ a
    torch.cuda.synchronize()
"""
checks = {"passed": 0, "failed": 0}


def check(holds, sentence):
    checks["passed" if holds else "failed"] += 1
    print("ok  " if holds else "FAIL", sentence, flush=True)


class Server:
    def __init__(self, folder):
        self.process = subprocess.Popen([AURA, "mcp", "system", "--data-dir", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.number = 0
        self.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "card", "version": "1"}})

    def ask(self, method, params):
        self.number += 1
        self.process.stdin.write((json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}) + "\n").encode())
        self.process.stdin.flush()
        while True:
            answer = json.loads(self.process.stdout.readline())
            if answer.get("id") == self.number:
                return answer["result"]

    def call(self, tool, **arguments):
        result = self.ask("tools/call", {"name": tool, "arguments": arguments})
        assert not result.get("isError"), result
        return result["structuredContent"]

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


def client(handle):
    """What moves, by NVIDIA's client."""
    def told(ask):
        try:
            return ask()
        except pynvml.NVMLError:
            return None
    return {
        "memory_used": told(lambda: pynvml.nvmlDeviceGetMemoryInfo(handle, version=pynvml.nvmlMemory_v2).used),
        "busy": told(lambda: pynvml.nvmlDeviceGetUtilizationRates(handle).gpu),
        "celsius": told(lambda: pynvml.nvmlDeviceGetTemperature(handle, pynvml.NVML_TEMPERATURE_GPU)),
        "watts": told(lambda: pynvml.nvmlDeviceGetPowerUsage(handle) / 1000),
        "mhz": told(lambda: pynvml.nvmlDeviceGetClockInfo(handle, pynvml.NVML_CLOCK_SM)),
        "memory_mhz": told(lambda: pynvml.nvmlDeviceGetClockInfo(handle, pynvml.NVML_CLOCK_MEM)),
    }


MARGIN = {"memory_used": 0, "busy": 10, "celsius": 2, "watts": 40, "mhz": 120, "memory_mhz": 0}


def compare(server, handle, when):
    before = client(handle)
    card = server.call("gpu_list")["gpus"][0]
    after = client(handle)
    print(f"     {when}: {json.dumps(card)}")
    for name, margin in MARGIN.items():
        if before[name] is None or after[name] is None:
            check(card.get(name) is None, f"{when}: {name} is absent, as the driver does not tell it")
            continue
        low, high = sorted((before[name], after[name]))
        told = card.get(name)
        check(told is not None and low - margin <= told <= high + margin, f"{when}: {name} is {told}, NVIDIA's client reads {before[name]} and {after[name]}")


def still(server, handle):
    answer = server.call("gpu_list")
    card = answer["gpus"][0]
    check(answer["driver"] == pynvml.nvmlSystemGetDriverVersion(), f"the driver is {answer['driver']}")
    check(len(answer["gpus"]) == pynvml.nvmlDeviceGetCount(), f"{len(answer['gpus'])} card(s)")
    expected = {
        "name": lambda: pynvml.nvmlDeviceGetName(handle),
        "uuid": lambda: pynvml.nvmlDeviceGetUUID(handle),
        "memory": lambda: pynvml.nvmlDeviceGetMemoryInfo(handle).total,
        "watts_limit": lambda: pynvml.nvmlDeviceGetEnforcedPowerLimit(handle) / 1000,
        "slowdown": lambda: pynvml.nvmlDeviceGetTemperatureThreshold(handle, pynvml.NVML_TEMPERATURE_THRESHOLD_SLOWDOWN),
        "shutdown": lambda: pynvml.nvmlDeviceGetTemperatureThreshold(handle, pynvml.NVML_TEMPERATURE_THRESHOLD_SHUTDOWN),
        "fan": lambda: pynvml.nvmlDeviceGetFanSpeed(handle),
        "ecc_errors": lambda: pynvml.nvmlDeviceGetTotalEccErrors(handle, pynvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED, pynvml.NVML_VOLATILE_ECC),
    }
    for name, ask in expected.items():
        try:
            wanted = ask()
        except pynvml.NVMLError as absent:
            check(card.get(name) is None, f"{name} is absent, as the driver says: {absent}")
            continue
        check(card.get(name) == wanted, f"{name} is {card.get(name)}, NVIDIA's client reads {wanted}")


def busy(server, handle):
    try:
        worker = subprocess.Popen([sys.executable, "-c", WORK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError as trouble:
        return print(f"skip: no program to keep the card busy ({trouble})")
    try:
        if not worker.stdout.readline():
            return print("skip: PyTorch is not installed here, so the card was read at rest only")
        deadline = time.monotonic() + 20
        while client(handle)["busy"] is not None and client(handle)["busy"] < 90 and time.monotonic() < deadline:
            time.sleep(0.2)
        for _ in range(5):
            compare(server, handle, "at work")
            time.sleep(0.7)  # a reading is shared for a quarter of a second: each of these is a new one
        told = {row["pid"]: row for row in server.call("gpu_processes")["processes"]}
        known = {process.pid: process.usedGpuMemory for process in pynvml.nvmlDeviceGetComputeRunningProcesses(handle)}
        print("     processes:", json.dumps(list(told.values())))
        check(set(told) >= set(known), f"processes {sorted(told)}, NVIDIA's client reads {sorted(known)}")
        for pid, memory in known.items():
            check(told.get(pid, {}).get("memory") == memory, f"process {pid} holds {told.get(pid, {}).get('memory')}, NVIDIA's client reads {memory}")
        reasons = pynvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle)
        throttled = server.call("gpu_list")["gpus"][0].get("throttled", [])
        for word, bit in (("power_cap", pynvml.nvmlClocksThrottleReasonSwPowerCap), ("software_thermal", pynvml.nvmlClocksThrottleReasonSwThermalSlowdown)):
            again = pynvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle)
            if reasons & bit == again & bit:
                check((word in throttled) == bool(reasons & bit), f"{word}: {throttled}, NVIDIA's client reads {reasons:#x}")
        time.sleep(11)
        history = server.call("metrics_query", metric="gpu0.busy", window=60, agg="max")
        check(history["points"] and history["points"][-1]["value"] >= 90, f"the history has the work: {json.dumps(history['points'])}")
        print("     health:", json.dumps([row for row in server.call("health_check").get("findings", []) if "gpu" in json.dumps(row).lower()]))
    finally:
        worker.kill()
        worker.wait()


def main():
    pynvml.nvmlInit()
    handle = pynvml.nvmlDeviceGetHandleByIndex(0)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        still(server, handle)
        compare(server, handle, "at rest")
        busy(server, handle)
        took = []
        for _ in range(300):
            began = time.perf_counter()
            server.call("gpu_list")
            took.append((time.perf_counter() - began) * 1000)
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        print(f"     gpu_list: p50 {statistics.median(took):.2f} ms; resident {int(resident) // 1024} MiB")
        server.end()
    print(f"{checks['passed']} passed, {checks['failed']} failed")
    return 1 if checks["failed"] else 0


sys.exit(main())
