"""Stands between a client and the exchange, hands everything on unchanged, and lets the contract judge every answer."""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Witness:
    def __init__(self, port, contract):
        self.port = port
        self.contract = contract
        self.seen = {}
        self.answers = 0
        self.complaints = []
        self.lock = threading.Lock()
        witness = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def relay(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length) if length else None
                if not hasattr(self, "onward"):
                    self.onward = http.client.HTTPConnection("127.0.0.1", witness.port, timeout=30)
                headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection", "accept-encoding")}
                self.onward.request(self.command, self.path, body=body, headers=headers)
                answer = self.onward.getresponse()
                raw = answer.read()
                witness.judge(self.command, self.path, answer.status, raw)
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() in ("content-type", "date"):
                        self.send_header(name, value)
                if answer.status != 204:
                    self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                if answer.status != 204:
                    self.wfile.write(raw)

            do_GET = do_POST = do_PUT = do_DELETE = relay

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/trade-api/v2"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def judge(self, method, path, status, raw):
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = raw.decode(errors="replace")
        complaints = self.contract.complaints(method, path, status, body) if self.contract else []
        found = self.contract.operation(method, path) if self.contract else None
        with self.lock:
            self.answers += 1
            if found:
                self.seen.setdefault((method, found[0]), set()).add(status)
            for complaint in complaints:
                if complaint not in self.complaints:
                    self.complaints.append(complaint)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
