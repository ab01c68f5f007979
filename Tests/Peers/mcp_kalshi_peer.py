"""The Kalshi server on a simulated exchange: the conformance driver over stdio and HTTP, in both eras, with independent clients; the same at a running desk, where
assistants may order and a person is asked; then `jbt-mcpcheck`. What `mcp-groundtruth` says is in mcp_kalshi_truth_peer.py."""

import json
import os
import pathlib
import subprocess
import tempfile

from lib import checkers, mcp
from lib.tally import Tally

mcp.skip_without_driver()
tally = Tally()
aura = os.environ.get("AURA_BINARY") or str(mcp.ROOT / ".build" / "debug" / "aura")
older = ["--py-v1", str(mcp.OLDER / "bin" / "python")]
profile = mcp.HERE / "kalshi.json"

def desk(folder):
    run = subprocess.Popen(
        [aura, "run", "--json", "--mcp-tier", "paper", "--data-dir", folder, "--dashboard-port", "0", "--bridge-port", "0", "--exchange-port", "0"],
        stdout=subprocess.PIPE, text=True, cwd=mcp.ROOT)
    try:
        ready = json.loads(run.stdout.readline())
        token = pathlib.Path(ready["mcp_token_path"]).read_text().strip()
        # A confirmation has no fields: the person's yes is the answer.
        wanted = json.loads(profile.read_text()) | {
            "elicit_call": {"tool": "trading_resume", "arguments": {"reason": "the driver asks"}, "answer": {}, "declined_is_error": True},
            "skip_tools": ["trading_halt", "orders_cancel_all"],
        }
        offered = {"liquidity_scan", "arbitrage_scan", "kelly_size", "order_simulate"}
        wanted["safe_calls"] = [c for c in wanted["safe_calls"] if c["tool"] not in offered] + [{"tool": "risk_limits_get", "isError": False}]
        wanted["bad_calls"] = [c for c in wanted["bad_calls"] if c["tool"] not in offered] + [
            {"tool": "order_place", "arguments": {"ticker": "A", "side": "yes", "count": "1", "price": "1.00", "probability": 0.5}},
            {"tool": "order_amend", "arguments": {"order": "nobody", "price": "0.50"}}, {"tool": "order_amend", "arguments": {"order": "nobody"}},
            {"tool": "order_group_set", "arguments": {"group": "a b", "limit": "5"}}, {"tool": "order_group_set", "arguments": {"group": "g", "limit": "0"}},
            {"tool": "order_group_reset", "arguments": {"group": "nobody"}}, {"tool": "order_group_delete", "arguments": {"group": "nobody"}},
            {"tool": "order_decrease", "arguments": {"order": "nobody", "to": "1"}}, {"tool": "risk_limits_tighten", "arguments": {}}, {"tool": "risk_limits_tighten", "arguments": {"maximum_order_cost": "1000000"}},
        ]
        del wanted["progress_call"]
        chosen = pathlib.Path(folder) / "profile.json"
        chosen.write_text(json.dumps(wanted))
        mcp.drive(tally, "at a running desk", *older, "--token", token, "--url", ready["mcp_url"], profile=chosen, scenarios=False)
    finally:
        run.terminate()
        run.wait(timeout=20)


with tempfile.TemporaryDirectory() as folder:
    server = [aura, "mcp", "kalshi", "--toolset", "all", "--data-dir", folder]
    mcp.drive(tally, "stdio", *older, "--canary", "AURA_SECRET=canary-7f3a9c", "--stdio", "--", *server, profile=profile, scenarios=False)
    port = mcp.free_port()
    mcp.drive(
        tally, "HTTP", *older, "--spawn", " ".join([*server, "--http", str(port), "--no-token"]), "--url", f"http://127.0.0.1:{port}/mcp", profile=profile, scenarios=False)
with tempfile.TemporaryDirectory() as folder:
    tally.run("a running desk", lambda: desk(folder))
with tempfile.TemporaryDirectory() as folder:
    tally.run("jbt-mcpcheck", lambda: checkers.mcpcheck(tally, [aura, "mcp", "kalshi", "--http", "0", "--no-token", "--data-dir", folder]))
tally.finish()
