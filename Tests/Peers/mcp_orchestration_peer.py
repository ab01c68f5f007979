"""The server for clusters: the conformance driver over stdio and HTTP, in both eras, with independent clients; then two independent checkers.

Beside `Scripts/cluster` it stands at a real control plane, and is allowed everything there. Else it has no cluster, and every tool says so: the protocol is the same.
"""

import json
import os
import pathlib
import re
import ssl
import tempfile
import urllib.request

from lib import checkers, mcp
from lib.tally import Tally

mcp.skip_without_driver()
tally = Tally()
aura = os.environ.get("AURA_BINARY") or str(mcp.ROOT / ".build" / "debug" / "aura")
older = ["--py-v1", str(mcp.OLDER / "bin" / "python")]
cluster = os.environ.get("AURA_TEST_CLUSTER")
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: driver}\ndata: {a: '1'}\n"
NAMES = {"kind": "configmaps"}



def make_deployment():
    """Something that can be restarted as often as somebody agrees to."""
    text = pathlib.Path(cluster, "kubeconfig").read_text()
    server, token = re.search(r'server: "([^"]+)"', text)[1], re.search(r'name: admin, user: {token: "([^"]+)"', text)[1]
    labels = {"app": "driver"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "x"}]}}
    body = {"metadata": {"name": "driver"}, "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{server}/apis/apps/v1/namespaces/default/deployments", json.dumps(body).encode(), headers)
    urllib.request.urlopen(request, context=ssl.create_default_context(cafile=f"{cluster}/certs/apiserver.crt")).close()


profile = {
    "skip_tools": ["manifest_apply", "scale", "rollout_restart", "rollout_undo", "resource_delete", "job_run", "node_cordon", "node_drain", "port_forward_open", "port_forward_close", "pod_exec"],
    "bad_calls": [{"tool": "pods_list", "arguments": {"limit": "many"}}, {"tool": "resource_get", "arguments": {"kind": "pod", "name": "--server=https://evil"}}],
    "safe_calls": [{"tool": "clusters_list", "isError": False}],
    "complete": [{"ref": {"type": "ref/resource", "uri": "k8s://{cluster}/events"}, "argument": {"name": "cluster", "value": "a"}}],
}
if cluster:
    profile["safe_calls"] += [
        {"tool": tool, "arguments": arguments, "isError": False}
        for tool, arguments in {
            "pods_list": {}, "nodes_list": {}, "events_list": {}, "api_resources": {"match": "pod"}, "resources_list": NAMES, "diagnose": {}, "stack_status": {}, "release_list": {},
            "manifest_validate": {"manifest": SETTINGS}, "manifest_diff": {"manifest": SETTINGS}, "explain": {"kind": "deployment", "path": "spec"},
        }.items()
    ]
    profile["read_resources"] = ["k8s://admin/events", "k8s://admin/-/namespaces/default"]
    profile["resource_subscribe"] = "k8s://admin/-/namespaces/default"
    profile["elicit_call"] = {"tool": "rollout_restart", "arguments": {"kind": "deployment", "name": "driver"}, "answer": {}, "declined_is_error": True}
    make_deployment()

with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "profile.json"
    path.write_text(json.dumps(profile))
    # A kubeconfig without clusters, so that nobody's own is ever spoken to.
    nowhere = pathlib.Path(folder) / "nowhere.json"
    nowhere.write_text(json.dumps({"apiVersion": "v1", "kind": "Config", "contexts": []}))
    command = [aura, "mcp", "orchestration", "--kubeconfig", f"{cluster}/kubeconfig" if cluster else str(nowhere)]
    server = [*command, "--allow-writes", "--toolset", "all", "--data-dir", folder]
    mcp.drive(tally, "stdio", *older, "--canary", "AURA_SECRET=canary-7f3a9c", "--stdio", "--", *server, profile=path, scenarios=False)
    port = mcp.free_port()
    mcp.drive(
        tally, "HTTP", *older, "--spawn", " ".join([*server, "--http", str(port), "--no-token"]), "--url", f"http://127.0.0.1:{port}/mcp", profile=path, scenarios=False)
    tally.run("jbt-mcpcheck", lambda: checkers.mcpcheck(tally, [*command, "--http", "0", "--no-token", "--data-dir", folder]))
    # It takes the network away: what is left to watch are the files of this machine, and of those the tools may touch the audit trail alone.
    tools = {"clusters_list": {}, "pods_list": {}, "nodes_list": {}, "events_list": {}, "api_resources": {}, "stack_status": {}, "diagnose": {}, "release_list": {}}
    command = [aura, "mcp", "orchestration", "--kubeconfig", str(nowhere), "--toolset", "all", "--data-dir", folder]
    tally.run("mcp-groundtruth", lambda: checkers.groundtruth(tally, "orchestration", command, tools))
tally.finish()
