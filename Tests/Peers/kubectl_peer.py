"""kubectl, another's client of the same real control plane: what the server for clusters says and does, kubectl sees, and the other way round.

Runs beside `Scripts/cluster` alone (make test-cluster). There are no kubelets: a node is made up, and its pods run because this says so, as kwok would.
"""

import json
import os
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading
import time

from lib import mcp
from lib.tally import Tally

cluster = os.environ.get("AURA_TEST_CLUSTER")
if not cluster:
    print("skipped: kubectl wants the control plane of Scripts/cluster (make test-cluster)")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)

tally = Tally()
KUBECTL = mcp.kubectl()
AURA = os.environ.get("AURA_BINARY") or str(mcp.ROOT / ".build" / "debug" / "aura")
SPACE = "beside-kubectl"


def kubectl(*arguments, context="admin", text=None, fails=False):
    run = subprocess.run(
        [str(KUBECTL), "--kubeconfig", f"{cluster}/kubeconfig", "--context", context, *arguments], input=text, capture_output=True, text=True, timeout=60)
    if run.returncode != 0 and not fails:
        raise RuntimeError(f"kubectl {' '.join(arguments)}: {run.stderr[-400:]}")
    return run


def seen(kind, name=None, **options):
    """What kubectl reads, as JSON."""
    return json.loads(kubectl("get", kind, *([name] if name else []), "-n", SPACE, "-o", "json", **options).stdout)


def until(holds, seconds=30):
    """Waits for the controllers; the last answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = holds()
        if answer or time.monotonic() > deadline:
            return answer
        time.sleep(0.2)


class Server:
    """`aura mcp orchestration` over standard input and output, with a person who agrees."""

    def __init__(self, folder, context="admin"):
        self.questions = 0
        options = ["--allow-writes", "--toolset", "all", "--allow-kind", "secrets", "--data-dir", f"{folder}/{context}"]
        command = [AURA, "mcp", "orchestration", "--kubeconfig", f"{cluster}/kubeconfig", *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.context = context
        self.lines = queue.Queue()
        threading.Thread(target=lambda: [self.lines.put(line) for line in self.process.stdout], daemon=True).start()
        self.number = 0
        self.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}, "clientInfo": {"name": "beside kubectl", "version": "1"}})

    def write(self, message):
        self.process.stdin.write((json.dumps({"jsonrpc": "2.0", **message}) + "\n").encode())
        self.process.stdin.flush()

    def ask(self, method, params):
        self.number += 1
        self.write({"id": self.number, "method": method, "params": params})
        while True:
            heard = json.loads(self.lines.get(timeout=60))
            if heard.get("method") == "elicitation/create":
                self.questions += 1
                self.write({"id": heard["id"], "result": {"action": "accept", "content": {}}})
            elif heard.get("id") == self.number:
                return heard["result"]

    def call(self, tool, **arguments):
        result = self.ask("tools/call", {"name": tool, "arguments": {"cluster": self.context, **arguments}})
        if result.get("isError"):
            return {"error": result["content"][0]["text"]}
        return result["structuredContent"]

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


def deployment(replicas=2, image="registry.example/engine:1"):
    return f"""apiVersion: apps/v1
kind: Deployment
metadata: {{name: engine, namespace: {SPACE}, labels: {{app: engine}}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: engine}}}}
  template:
    metadata: {{labels: {{app: engine}}}}
    spec: {{containers: [{{name: main, image: "{image}"}}]}}
"""


def node():
    """A node that nobody runs, ready."""
    kubectl("apply", "-f", "-", text="apiVersion: v1\nkind: Node\nmetadata: {name: made-up}\n")
    size = {"cpu": "8", "memory": "16Gi", "pods": "110"}
    status = {"status": {"capacity": size, "allocatable": size, "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]}}
    kubectl("patch", "node", "made-up", "--subresource=status", "--type=merge", "-p", json.dumps(status))


def run_pods():
    """What a kubelet would say of each pod that has been given to the node."""
    for pod in seen("pods")["items"]:
        if pod["spec"].get("nodeName") and pod["status"]["phase"] == "Pending":
            state = {"name": "main", "ready": True, "started": True, "restartCount": 0, "image": "x", "imageID": "x", "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}
            status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}, {"type": "ContainersReady", "status": "True"}], "containerStatuses": [state]}
            kubectl("patch", "pod", pod["metadata"]["name"], "-n", SPACE, "--subresource=status", "--type=merge", "-p", json.dumps({"status": status}))


def rolled_out(server):
    """Both clients' word on the rollout, once ours says that it is done."""
    def done():
        run_pods()
        # Nobody ends a pod that was deleted, where there is no kubelet.
        for pod in seen("pods")["items"]:
            if pod["metadata"].get("deletionTimestamp"):
                kubectl("delete", "pod", pod["metadata"]["name"], "-n", SPACE, "--grace-period=0", "--force", "--ignore-not-found")
        answer = server.call("rollout_status", kind="deployment", name="engine", namespace=SPACE)
        return answer if answer.get("state") == "complete" else None
    ours = until(done)
    theirs = kubectl("rollout", "status", "deployment/engine", "-n", SPACE, "--watch=false", fails=True).stdout
    return ours, theirs


def applying(server):
    answer = server.call("manifest_diff", manifest=deployment())
    tally.check("error" not in answer, f"what is not there yet can be compared: {answer}")
    answer = server.call("manifest_apply", manifest=deployment())
    tally.check(answer.get("applied") is True and server.questions == 1, f"one question, then it is applied: {answer}")
    read = seen("deployment", "engine")
    tally.equal((read["spec"]["replicas"], read["spec"]["template"]["spec"]["containers"][0]["image"]), (2, "registry.example/engine:1"), "kubectl reads what we applied")
    managed = json.loads(kubectl("get", "deployment", "engine", "-n", SPACE, "-o", "json", "--show-managed-fields").stdout)["metadata"]["managedFields"]
    tally.check(any(one["operation"] == "Apply" and one["manager"] == "aura-orchestration" for one in managed), f"as a field manager of our own: {[one['manager'] for one in managed]}")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(deployment())
        file.flush()
        same = kubectl("diff", "--server-side", "--field-manager=aura-orchestration", "-f", file.name, fails=True)
        tally.equal(same.returncode, 0, f"kubectl's diff finds nothing left to do ({same.stdout[-300:]}{same.stderr[-300:]})")
    clash = kubectl("apply", "--server-side", "--field-manager=another", "-f", "-", text=deployment(replicas=5), fails=True)
    tally.check(clash.returncode != 0 and "conflict" in clash.stderr.lower(), "what we own, kubectl cannot take without force")
    kubectl("apply", "--server-side", "--field-manager=another", "--force-conflicts", "-f", "-", text=deployment(replicas=3))
    answer = server.call("manifest_diff", manifest=deployment())
    tally.check("replicas" in json.dumps(answer), f"what kubectl took over, our diff names: {answer}")
    refused = server.call("manifest_apply", manifest=deployment())
    tally.check("another" in json.dumps(refused) and seen("deployment", "engine")["spec"]["replicas"] == 3, f"and we do not take it back without being told to: {refused}")
    answer = server.call("manifest_apply", manifest=deployment(), force=True)
    tally.check(answer.get("applied") is True and seen("deployment", "engine")["spec"]["replicas"] == 2, f"but then we do: {answer}")


def rolling(server):
    ours, theirs = rolled_out(server)
    tally.check(ours is not None and "successfully rolled out" in theirs, f"both call it rolled out: {ours}, {theirs}")
    pods = {pod["metadata"]["name"] for pod in seen("pods")["items"] if not pod["metadata"].get("deletionTimestamp")}
    tally.equal({pod["name"] for pod in server.call("pods_list", namespace=SPACE)["pods"]}, pods, "the same pods")
    server.call("scale", kind="deployment", name="engine", namespace=SPACE, replicas=4)
    tally.equal(seen("deployment", "engine")["spec"]["replicas"], 4, "kubectl reads what we scaled")
    kubectl("scale", "deployment/engine", "-n", SPACE, "--replicas=1")
    read = server.call("resource_get", kind="deployment", name="engine", namespace=SPACE, path="spec.replicas")
    tally.check("1" in json.dumps(read.get("object")), f"we read what kubectl scaled: {read}")
    kubectl("set", "image", "deployment/engine", "main=registry.example/engine:2", "-n", SPACE)
    until(lambda: seen("deployment", "engine")["status"].get("observedGeneration") == seen("deployment", "engine")["metadata"]["generation"])
    ours, theirs = rolled_out(server)
    tally.check(ours is not None and "successfully rolled out" in theirs, f"both call the second image rolled out: {ours}, {theirs}")
    history = kubectl("rollout", "history", "deployment/engine", "-n", SPACE).stdout
    theirs = [int(line.split()[0]) for line in history.splitlines() if line[:1].isdigit()]
    found = server.call("rollout_history", kind="deployment", name="engine", namespace=SPACE)
    tally.equal(sorted(one["revision"] for one in found["revisions"]), theirs, "the same revisions")
    server.call("rollout_undo", kind="deployment", name="engine", namespace=SPACE, revision=theirs[0])
    tally.equal(seen("deployment", "engine")["spec"]["template"]["spec"]["containers"][0]["image"], "registry.example/engine:1", "kubectl reads the image that we went back to")
    server.call("rollout_restart", kind="deployment", name="engine", namespace=SPACE)
    notes = seen("deployment", "engine")["spec"]["template"]["metadata"].get("annotations", {})
    tally.check("kubectl.kubernetes.io/restartedAt" in notes, f"a restart is one in kubectl's sense too: {notes}")


def nodes(server):
    server.call("node_cordon", name="made-up")
    tally.check("SchedulingDisabled" in kubectl("get", "node", "made-up").stdout, "kubectl sees the node that we cordoned")
    kubectl("uncordon", "made-up")
    read = server.call("node_get", name="made-up")
    tally.check("unschedulable" not in json.dumps(read["taints"]), f"we see the node that kubectl let go: {read['taints']}")
    plan = kubectl("drain", "made-up", "--dry-run=server", "--ignore-daemonsets", "--force", "--delete-emptydir-data", fails=True)
    leaving = {line.split("/")[-1].split()[0] for line in plan.stdout.splitlines() if "evict" in line and "pod" in line}
    ours = server.call("node_drain", name="made-up", dry_run=True, lose_bare_pods=True, lose_local_data=True)
    tally.check("error" not in ours, f"a drain can be rehearsed: {ours}")
    mine = {name.split("/")[-1] for name in map(lambda one: one if isinstance(one, str) else one.get("name", ""), ours.get("left", []) + ours.get("gone", []))}
    tally.equal(mine, leaving, f"the same pods would leave (kubectl: {plan.stdout[-300:]}{plan.stderr[-200:]}; ours: {ours})")


def secrets(server):
    kubectl("create", "secret", "generic", "hidden", "-n", SPACE, "--from-literal=password=canary-31415")
    value = seen("secret", "hidden")["data"]["password"]
    answers = [server.call("resource_get", kind="secret", name="hidden", namespace=SPACE), server.call("resources_list", kind="secrets", namespace=SPACE)]
    tally.check("hidden" in json.dumps(answers), f"a secret has a name here, where its kind is allowed: {answers}")
    tally.check(value and not any(value in json.dumps(answer) or "canary-31415" in json.dumps(answer) for answer in answers), f"what kubectl shows of a secret, we never do: {answers}")


def rights(folder):
    # Each right is asked of both: the API server alone knows.
    for context in ["reader", "nobody"]:
        other = Server(folder, context)
        allowed = kubectl("auth", "can-i", "list", "pods", "-n", SPACE, context=context, fails=True).stdout.strip().startswith("yes")
        answer = other.call("pods_list", namespace=SPACE)
        tally.equal("error" not in answer, allowed, f"{context}: kubectl may list pods: {allowed}; ours: {str(answer)[:200]}")
        if not allowed:
            tally.check("forbidden" in answer["error"].lower() or "may not" in answer["error"].lower(), f"a right that is missing is called so: {answer}")
        other.end()


def leaving(server):
    server.call("resource_delete", kind="deployment", name="engine", namespace=SPACE)
    gone = until(lambda: "not found" in kubectl("get", "deployment", "engine", "-n", SPACE, fails=True).stderr.lower())
    tally.check(gone, "kubectl does not find what we deleted")
    kubectl("delete", "secret", "hidden", "-n", SPACE)
    answer = server.call("resource_get", kind="secret", name="hidden", namespace=SPACE)
    tally.check("error" in answer and "not" in answer["error"], f"we do not find what kubectl deleted: {answer}")


with tempfile.TemporaryDirectory() as folder:
    kubectl("create", "namespace", SPACE)
    node()
    server = Server(folder)
    try:
        for part in [applying, rolling, nodes, secrets]:
            tally.run(part.__name__, part, server)
        tally.run("rights", rights, folder)
        tally.run("leaving", leaving, server)
    finally:
        server.end()
        kubectl("delete", "node", "made-up", "--ignore-not-found", fails=True)
        kubectl("delete", "namespace", SPACE, "--wait=false", fails=True)
tally.finish()
