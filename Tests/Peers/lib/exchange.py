"""`aura exchange` on a free port with a folder of its own, two accounts, and a plain client that signs."""

import base64
import http.client
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
SHARED = os.path.join(os.path.dirname(ROOT), "shared")


def shared(*path):
    """A file beside the repository, or None where it is absent."""
    full = os.path.join(SHARED, *path)
    return full if os.path.exists(full) else None


class Key:
    def __init__(self, key_id, pem):
        self.id = key_id
        self.pem = pem
        self.private = serialization.load_pem_private_key(pem.encode(), password=None)

    @staticmethod
    def new(key_id):
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return Key(key_id, pem.decode())

    def public_pem(self):
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    def headers(self, method, path, skew_milliseconds=0):
        stamp = str(int(time.time() * 1000) + skew_milliseconds)
        text = (stamp + method + path).encode()
        signature = self.private.sign(
            text, padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32), hashes.SHA256())
        return {
            "KALSHI-ACCESS-KEY": self.id,
            "KALSHI-ACCESS-TIMESTAMP": stamp,
            "KALSHI-ACCESS-SIGNATURE": base64.b64encode(signature).decode(),
        }


class Exchange:
    """Ends with the `with` block, by its process id."""

    def __init__(self, *arguments):
        self.binary = os.environ.get("AURA_BINARY", os.path.join(ROOT, ".build", "debug", "aura"))
        self.arguments = list(arguments)

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="aura-peer-")
        self.second = Key.new("second-account")
        public = os.path.join(self.folder, "second.pub.pem")
        with open(public, "w") as file:
            file.write(self.second.public_pem())
        command = [
            self.binary, "exchange", "--port", "0", "--data-dir", os.path.join(self.folder, "data"),
            "--key-id", self.second.id, "--public-key", public, "--no-maintenance", *self.arguments,
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        ready, _, _ = select.select([self.process.stdout], [], [], 60)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.__exit__()
            raise RuntimeError("aura exchange did not start within a minute")
        self.ready = json.loads(line)
        self.url = self.ready["url"]
        self.port = urllib.parse.urlsplit(self.url).port
        with open(self.ready["private_key_path"]) as file:
            self.first = Key(self.ready["key_id"], file.read())
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Plain:
    """Requests by hand, signed unless told otherwise: (status, body)."""

    def __init__(self, port, key=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.key = key

    def send(self, method, path, body=None, key=..., skew=0, headers=None):
        key = self.key if key is ... else key
        bare = path.split("?")[0]
        fields = dict(key.headers(method, bare, skew) if key else {})
        fields.update(headers or {})
        if body is not None:
            fields.setdefault("Content-Type", "application/json")
        data = json.dumps(body) if isinstance(body, (dict, list)) else body
        self.connection.request(method, path, body=data, headers={name: value for name, value in fields.items() if value is not None})
        answer = self.connection.getresponse()
        raw = answer.read()
        return answer.status, json.loads(raw) if raw else None


def quoted_market(port, seconds=90):
    """An open market with bids on both sides whose question is open, and that does not close within five minutes."""
    plain = Plain(port)
    until = time.time() + seconds
    while time.time() < until:
        _, body = plain.send("GET", "/trade-api/v2/markets?status=open&limit=1000")
        for market in body["markets"]:
            close = time.mktime(time.strptime(market["close_time"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
            if 0.10 <= float(market["yes_bid_dollars"]) and float(market["yes_ask_dollars"]) <= 0.90 and close > time.time() + 300:
                return market
        time.sleep(0.5)
    raise RuntimeError("no market was quoted on both sides")
