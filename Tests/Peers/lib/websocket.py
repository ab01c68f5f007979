"""A WebSocket client that shows everything it gets, pings too: a blocking socket under the `websockets` package's protocol."""

import collections
import json
import socket
import time
import urllib.parse

from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.uri import parse_uri


class WebSocket:
    PATH = "/trade-api/ws/v2"

    def __init__(self, url, key):
        self.protocol = ClientProtocol(parse_uri(url))
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        request = self.protocol.connect()
        for name, value in key.headers("GET", self.PATH).items():
            request.headers[name] = value
        self.protocol.send_request(request)
        self.flush()
        self.pings = []
        self.frames = collections.deque()
        self.closed = None
        self.commands = 0
        end = time.monotonic() + 10
        while self.protocol.state is State.CONNECTING and self.protocol.handshake_exc is None and time.monotonic() < end:
            self.read(1)
        if self.protocol.handshake_exc is not None:
            raise self.protocol.handshake_exc

    def flush(self):
        for data in self.protocol.data_to_send():
            if data:
                self.socket.sendall(data)

    def read(self, seconds):
        """Reads once, for at most so long."""
        self.socket.settimeout(max(seconds, 0.001))
        try:
            data = self.socket.recv(1 << 20)
        except TimeoutError:
            return
        if data:
            self.protocol.receive_data(data)
        else:
            self.closed = self.protocol.close_code or 1006
            self.protocol.receive_eof()
        # Pongs, and the answer to a goodbye.
        self.flush()
        self.take()

    def take(self):
        for event in self.protocol.events_received():
            opcode = getattr(event, "opcode", None)
            if opcode is Opcode.PING:
                self.pings.append(bytes(event.data))
            elif opcode is Opcode.TEXT:
                self.frames.append(bytes(event.data))
            elif opcode is Opcode.CLOSE:
                self.closed = self.protocol.close_code

    def command(self, name, **parameters):
        """Sends one command; returns its id."""
        self.commands += 1
        message = {"id": self.commands, "cmd": name}
        if parameters:
            message["params"] = parameters
        return self.say(message)

    def say(self, message):
        text = message if isinstance(message, str) else json.dumps(message)
        self.protocol.send_text(text.encode())
        self.flush()
        return message.get("id") if isinstance(message, dict) else None

    def collect(self, seconds, until=None):
        """The frames of so many seconds, or up to the first that `until` is true of."""
        end = time.monotonic() + seconds
        collected = []
        while True:
            while self.frames:
                frame = json.loads(self.frames.popleft())
                collected.append(frame)
                if until and until(frame):
                    return collected
            left = end - time.monotonic()
            if left <= 0 or self.closed:
                return collected
            self.read(min(left, 0.5))

    def answer(self, command, seconds=10):
        """The frames up to the first that answers this command."""
        return self.collect(seconds, lambda frame: frame.get("id") == command)

    def close(self):
        self.socket.close()
