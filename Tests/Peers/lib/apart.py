"""`aura mcp kalshi` over stdio beside an exchange of its own, in a place that has no network: mcp-groundtruth takes it away before it starts a server.

What is taken away is the way out. Within the empty network namespace this brings the loopback interface up, so that exchange and server reach each other and
nothing else. When the server ends, what the exchange then says of the account is written to account.json in the working directory, which is what groundtruth compares.
"""

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from lib.exchange import Exchange, Plain  # noqa: E402

SEED = ["--seed", "7"]
PORTFOLIO = "/trade-api/v2/portfolio"


def loopback_up():
    """Only in a namespace of our own: elsewhere it is up, or not ours to change."""
    SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(s, SIOCGIFFLAGS, request))[1]
        if not flags & IFF_UP:
            fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


def account(plain):
    """Whatever a tool could have changed: money, orders, positions, groups. Without times and names that are made anew at every start."""

    def read(path):
        status, body = plain.send("GET", PORTFOLIO + path)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
        return body

    def rows(path, name, fields):
        return [{field: row.get(field) for field in fields} for row in read(path)[name]]

    return {
        "balance": {"cents": read("/balance")["balance"]},
        "orders": rows("/orders", "orders", ["client_order_id", "status", "ticker", "side", "yes_price_dollars", "initial_count_fp", "remaining_count_fp", "fill_count_fp"]),
        "positions": rows("/positions", "market_positions", ["ticker", "position_fp"]),
        "groups": rows("/order_groups", "order_groups", ["contracts_limit_fp"]),
    }


def main(ticker):
    loopback_up()
    with Exchange(*SEED) as exchange, tempfile.TemporaryDirectory() as data:
        plain = Plain(exchange.port, exchange.first)
        # Something that could be taken away: an order that nobody will fill.
        status, body = plain.send(
            "POST", PORTFOLIO + "/events/orders",
            {"client_order_id": "rests", "ticker": ticker, "side": "bid", "price": "0.0100", "count": "1.00", "time_in_force": "good_till_canceled", "self_trade_prevention_type": "taker_at_cross"})
        if status != 201:
            raise RuntimeError(f"the order was not taken: {status} {body}")
        server = subprocess.run([
            exchange.binary, "mcp", "kalshi", "--toolset", "all", "--data-dir", data, "--exchange", f"http://127.0.0.1:{exchange.port}", "--key-id", exchange.first.id,
            "--key-file", exchange.ready["private_key_path"],
        ])
        with open("account.json", "w") as file:
            json.dump(account(plain), file)
    sys.exit(server.returncode)


if __name__ == "__main__":
    main(sys.argv[1])
