"""Requests that nobody thought of: schemathesis makes them of the vendor's OpenAPI text, for every operation, and every answer must fit it.

AURA_PEER_EXAMPLES says how many an operation (8 without it), AURA_PEER_SEED which.
"""

import os
import random
import tempfile

import hypothesis.configuration
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings

from lib.contract import Contract
from lib.exchange import Exchange, Plain, quoted_market, shared
from lib.tally import Tally

# What it would keep for its next run has no place in the repository.
hypothesis.configuration.set_hypothesis_home_dir(tempfile.mkdtemp(prefix="aura-peer-hypothesis-"))

tally = Tally()
BASE = "/trade-api/v2"
EXAMPLES = int(os.environ.get("AURA_PEER_EXAMPLES", "8"))
SEED = int(os.environ.get("AURA_PEER_SEED", "1"))
SIGNED = ("KALSHI-ACCESS-KEY", "KALSHI-ACCESS-SIGNATURE", "KALSHI-ACCESS-TIMESTAMP")


class Names:
    """Things that are there: without them nearly every made-up request would be about nothing."""

    def __init__(self, exchange):
        self.random = random.Random(SEED)
        self.plain = Plain(exchange.port, exchange.first)
        market = quoted_market(exchange.port)
        _, body = self.plain.send("GET", f"{BASE}/events/{market['event_ticker']}")
        series = body["event"]["series_ticker"]
        self.known = {
            "ticker": market["ticker"], "market_ticker": market["ticker"], "tickers": market["ticker"], "market_tickers": market["ticker"],
            "event_ticker": market["event_ticker"], "series_ticker": series,
        }
        self.orders = []

    def order(self):
        """An order that rests, or did when it was made."""
        if not self.orders or self.random.random() < 0.3:
            _, body = self.plain.send("POST", f"{BASE}/portfolio/events/orders", {
                "ticker": self.known["ticker"], "client_order_id": f"made-{self.random.random()}", "side": "bid", "count": "5.00", "price": "0.0100",
                "time_in_force": "good_till_canceled", "self_trade_prevention_type": "taker_at_cross"})
            self.orders.append(body["order_id"])
        return self.random.choice(self.orders)

    def put_into(self, case):
        """Most requests are about something that exists; the others keep what was made up."""
        if self.random.random() > 0.7:
            return
        for part in (case.path_parameters, case.query, case.body):
            if not isinstance(part, dict):
                continue
            for name in part:
                if name in self.known:
                    part[name] = self.known[name]
                elif name == "order_id":
                    part[name] = self.order()


def ask(exchange, contract, names, operation, counts):
    session = requests.Session()

    def send(case):
        names.put_into(case)
        arguments = case.as_transport_kwargs(base_url=f"http://127.0.0.1:{exchange.port}{BASE}")
        parts = ("method", "url", "params", "headers", "json", "data")
        try:
            prepared = session.prepare_request(requests.Request(**{part: arguments.get(part) for part in parts}))
        except (ValueError, requests.RequestException):
            return  # No request: a header that HTTP does not allow, say.
        for name in SIGNED:
            prepared.headers.pop(name, None)
        prepared.headers.update(exchange.first.headers(prepared.method, prepared.path_url.split("?")[0]))
        answer = session.send(prepared, timeout=30, allow_redirects=False)
        try:
            body = answer.json() if answer.content else None
        except ValueError:
            body = answer.text
        counts[answer.status_code] = counts.get(answer.status_code, 0) + 1
        tally.check(answer.status_code < 500, f"{prepared.method} {prepared.path_url} {prepared.body!r}: {answer.status_code} {answer.text[:200]}")
        complaints = contract.complaints(prepared.method, prepared.path_url, answer.status_code, body)
        tally.check(not complaints, f"{prepared.method} {prepared.path_url} {prepared.body!r}: {'; '.join(complaints)[:400]}")
        if answer.status_code < 300:
            try:
                operation.validate_response(schemathesis.Response.from_requests(answer, verify=False))
            except Exception as error:
                tally.check(False, f"{prepared.method} {prepared.path_url}: {str(error)[:400]}")

    limits = settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    limits(seed(SEED)(given(case=operation.as_strategy())(send)))()


def main():
    path = shared("kalshi-api", "openapi.yaml")
    if path is None:
        print("skipped: ../shared/kalshi-api/openapi.yaml is not here, and the requests are made of it")
        tally.finish()
    contract = Contract(path)
    schema = schemathesis.openapi.from_path(path)
    counts = {}
    with Exchange("--tier", "unmetered") as exchange:
        names = Names(exchange)
        for found in schema.get_all_operations():
            operation = found.ok()
            tally.run(operation.label, ask, exchange, contract, names, operation, counts)
        tally.check(exchange.process.poll() is None, "the exchange still runs")
    print(f"answers by status: {dict(sorted(counts.items()))}")
    tally.check(sum(count for status, count in counts.items() if status < 300) > EXAMPLES * 20, f"too few requests were understood: {counts}")
    tally.finish()


main()
