"""The browser's server: the conformance driver over stdio and HTTP, in both eras, with independent clients; then two independent checkers, on pages of a site of our own."""

import http.server
import os
import tempfile
import threading

from lib import checkers, mcp
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


site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=site.serve_forever, daemon=True).start()
with tempfile.TemporaryDirectory() as folder:
    server = [aura, "mcp", "browser", "--toolset", "all", "--allow-writes", "--upload-dir", folder, "--allow-origin", f"http://127.0.0.1:{site.server_port}", "--data-dir", folder]
    mcp.drive(tally, "stdio", *older, "--canary", "AURA_SECRET=canary-7f3a9c", "--stdio", "--", *server, profile=profile, scenarios=False)
    port = mcp.free_port()
    mcp.drive(
        tally, "HTTP", *older, "--spawn", " ".join([*server, "--http", str(port), "--no-token"]), "--url", f"http://127.0.0.1:{port}/mcp", profile=profile, scenarios=False)
    tally.run("jbt-mcpcheck", lambda: checkers.mcpcheck(tally, [*server, "--http", "0", "--no-token"]))
with tempfile.TemporaryDirectory() as folder:
    command = [aura, "mcp", "browser", "--toolset", "all", "--allow-writes", "--upload-dir", folder, "--data-dir", folder]
    tally.run("mcp-groundtruth", lambda: checkers.groundtruth(tally, "browser", command, {"pages_list": {}, "downloads_list": {}, "watch_list": {}}))
site.shutdown()
tally.finish()
