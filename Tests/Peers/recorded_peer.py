"""What was recorded at the vendor's exchange, asked again of ours: the same status, the same code, the same shape."""

import gzip
import json
import os
import sys
import time
import uuid

from lib.exchange import Exchange, Key, Plain, quoted_market, shared
from lib.tally import Tally

tally = Tally()
BASE = "/trade-api/v2"

# Keys of the recordings that the exchange has dropped since, or that belong to one kind of market only (see the contract's list of changes).
GONE = {
    "service", "liquidity_dollars", "liquidity", "fractional_trading_enabled", "response_price_units", "custom_strike", "early_close_condition", "tick_size",
    "occurrence_datetime", "available_on_brokers", "risk_limit_cents", "strike_period", "fee_waiver_expiration_time", "primary_participant_key",
    "queue_position", "competition", "competition_scope", "product_metadata", "min_dollars", "max_dollars", "order_group_id", "expiration_time",
    "cap_strike", "floor_strike", "mve_collection_ticker", "mve_selected_legs", "is_provisional", "settlement_value", "settlement_value_dollars",
    "settlement_ts", "notional_value", "functional_strike", "subaccount_number", "client_order_id", "value", "volume_fp", "old_order",
    "resting_orders_count", "exchange_estimated_resume_time", "previous_dollars", "no_price_fixed", "yes_price_fixed",
    # Integer cents and integer counts: every one has a successor in dollars or with two decimals.
    "yes_price", "no_price", "price", "count", "yes_bid", "yes_ask", "no_bid", "no_ask", "last_price", "previous_yes_bid", "previous_yes_ask",
    "previous_price", "open_interest", "volume", "volume_24h", "fill_count", "initial_count", "remaining_count", "maker_fees", "taker_fees",
    "maker_fill_cost", "taker_fill_cost", "position", "market_exposure", "total_traded", "realized_pnl", "fees_paid", "event_exposure", "total_cost",
    "total_cost_shares", "yes_count", "no_count", "yes_total_cost", "no_total_cost", "open", "low", "high", "close", "mean", "previous", "min", "max",
}
# Objects whose keys are names of things, not of fields.
MAPS = {"filters_by_sports", "tags_by_categories"}
# Where a number of today stands in a string, and the recording is from before.
RETYPED = {"reduced_by", "queue_position"}


def kind(value):
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return type(value).__name__


def shape(recorded, ours, place):
    """What the recording has and ours lacks or has otherwise. Null and absent are one: optional values are often left out."""
    if recorded is None or ours is None and place.rsplit("/", 1)[-1] in GONE:
        return []
    if kind(recorded) != kind(ours):
        # What the recording has as an object or list, and ours as null, is optional.
        return [] if place.rsplit("/", 1)[-1] in RETYPED else [f"{place} is {kind(recorded)} in the recording and {kind(ours)} here"]
    if isinstance(recorded, dict) and place.rsplit("/", 1)[-1] not in MAPS:
        found = []
        for key, value in recorded.items():
            if key in ours:
                found += shape(value, ours[key], f"{place}/{key}")
            elif value is not None and key not in GONE:
                found.append(f"{place}/{key} is missing")
        return found
    if isinstance(recorded, list) and recorded and ours:
        return shape(recorded[0], ours[0], f"{place}/0")
    return []


def same(name, status, body, wanted_status, wanted):
    tally.equal(status, wanted_status, f"{name}: status")
    if wanted_status >= 400:
        error = dict((wanted.get("error") if isinstance(wanted.get("error"), dict) else wanted))
        error.pop("service", None)
        ours = body.get("error") if isinstance(body, dict) and isinstance(body.get("error"), dict) else body
        tally.equal(ours, error, f"{name}: error")
        tally.equal(sorted(body), sorted(wanted), f"{name}: shape of the error")
        return
    complaints = shape(wanted, body, name)
    tally.check(not complaints, "; ".join(complaints))


class Replay:
    """The recorded session of an account, with our market and our order ids in the place of theirs."""

    def __init__(self, exchange, samples):
        self.exchange = exchange
        self.samples = {sample["case"]: sample for sample in samples}
        self.plain = Plain(exchange.port, exchange.first)
        self.market = self.wide_market()
        self.ids = {}
        self.clients = {}
        self.done = set()

    def wide_market(self):
        """One with room between its quotes, so that an order of ours can stand first in its queue."""
        for _ in range(120):
            market = quoted_market(self.exchange.port)
            if float(market["yes_ask_dollars"]) - float(market["yes_bid_dollars"]) > 0.015:
                return market
            time.sleep(0.25)
        raise RuntimeError("no market with a spread")

    def play(self, name, **changes):
        sample = self.samples[name]
        self.done.add(name)
        path = sample["path"]
        for theirs, ours in self.ids.items():
            path = path.replace(theirs, ours)
        if "/markets/KX" in path:
            path = "/".join(self.market["ticker"] if part.startswith("KX") else part for part in path.split("/"))
        body = dict(sample["request"]) if sample["request"] else None
        if body:
            body["ticker"] = self.market["ticker"]
            if "client_order_id" in body:
                body["client_order_id"] = self.clients.setdefault(body["client_order_id"], str(uuid.uuid4()))
            body.update(changes)
        key, skew, headers = ..., 0, {}
        if sample["auth"] == "bad-signature":
            key = Key(self.exchange.first.id, Key.new("x").pem)
        elif sample["auth"] == "missing-signature-header":
            headers = {"KALSHI-ACCESS-SIGNATURE": None}
        elif sample["auth"] == "unknown-key-id":
            key = Key(str(uuid.uuid4()), self.exchange.first.pem)
        elif sample["auth"] == "signed-skewed":
            amount = name.split("_")[-1]
            skew = {"minus30s": -30, "minus5min": -300, "minus5s": -5, "plus5min": 300, "plus5s": 5}[amount] * 1000
        status, answer = self.plain.send(sample["method"], path, body, key=key, skew=skew, headers=headers)
        same(name, status, answer, sample["status"], sample["response"])
        recorded = sample["response"].get("order_id") if isinstance(sample["response"], dict) else None
        if recorded and isinstance(answer, dict) and "order_id" in answer:
            self.ids[recorded] = answer["order_id"]
        return answer

    def run(self):
        for name in self.samples:
            if name.split("__")[0] in ("account", "auth", "exchange", "markets", "orderbook"):
                self.play(name)
        for name in (
            "orders__create_v2_maker", "orders__get_after_create", "orders__duplicate_client_order_id", "orders__cancel_v2", "orders__get_after_cancel",
            "orders__cancel_already_canceled", "orders__reuse_canceled_client_id", "orders__cancel_unknown_id", "orders__insufficient_balance",
            "orders__invalid_price_structure", "orders__numeric_field_types", "orders__post_only_cross", "orders__create_v2_taker_ioc",
            "orders__cancel_executed", "fills__after_taker", "portfolio__orders_list", "portfolio__positions", "settlements__page",
        ):
            self.play(name)
        self.self_cross()
        tally.equal(set(self.samples) - self.done, set(), "recorded cases that were not played")

    def self_cross(self):
        """An order of ours first in its queue, met by another of ours: nothing trades, and the first stays. The crowd may get in between: then once more."""
        for _ in range(20):
            self.market = self.wide_market()
            price = f"{float(self.market['yes_bid_dollars']) + 0.01:.2f}"
            self.clients = {}
            status, _ = self.plain.send("DELETE", f"{BASE}/portfolio/events/orders")
            tally.equal(status, 204, "cancel-all")
            made = self.play("orders__stp_setup", price=price)
            if "order_id" not in made:
                continue
            crossed = self.play("orders__stp_self_cross", price=price)
            if crossed.get("fill_count") == "0.00":
                tally.equal(crossed["remaining_count"], "0.00", "what is left of an order that met its own account")
                rest = self.play("orders__stp_resting_after")
                if rest["order"]["status"] == "resting":
                    return
        tally.check(False, "the crowd was in the way twenty times")


def fixtures(folder, exchange):
    """The answers of January 2026: older than today's contract, so what was renamed since is left out."""
    plain = Plain(exchange.port, exchange.first)
    market = quoted_market(exchange.port)
    ticker, event = market["ticker"], market["event_ticker"]
    series = plain.send("GET", f"{BASE}/events/{event}")[1]["event"]["series_ticker"]
    now = int(time.time())
    span = f"start_ts={now - 3600}&end_ts={now + 3600}&period_interval=1"
    order = dict(
        ticker=ticker, side="bid", count="2.00", price="0.0100", time_in_force="good_till_canceled", self_trade_prevention_type="taker_at_cross")
    _, resting = plain.send("POST", f"{BASE}/portfolio/events/orders", {**order, "client_order_id": str(uuid.uuid4())})
    plain.send("POST", f"{BASE}/portfolio/events/orders", {**order, "price": "0.9900", "time_in_force": "immediate_or_cancel"})
    asked = {
        "exchange_status": "/exchange/status", "exchange_schedule": "/exchange/schedule", "user_data_timestamp": "/exchange/user_data_timestamp",
        "series_list": "/series", "series_single": f"/series/{series}", "series_fee_changes": "/series/fee_changes",
        "events_list": "/events?limit=5&with_milestones=true", "event_single": f"/events/{event}", "event_metadata": f"/events/{event}/metadata",
        "events_multivariate_list": "/events/multivariate?limit=5", "markets_list": "/markets?limit=5&status=open", "market_single": f"/markets/{ticker}",
        "trades_list": "/markets/trades?limit=5", "candlesticks_batch": f"/markets/candlesticks?market_tickers={ticker}&{span}",
        "series_candlesticks": f"/series/{series}/markets/{ticker}/candlesticks?{span}",
        "event_candlesticks": f"/series/{series}/events/{event}/candlesticks?{span}",
        "filters_by_sport": "/search/filters_by_sport", "tags_by_categories": "/search/tags_by_categories",
        "incentive_programs": "/incentive_programs?limit=5", "milestones_list": "/milestones?limit=5", "structured_targets_list": "/structured_targets?page_size=5",
        "multivariate_event_collections_list": "/multivariate_event_collections?status=open&limit=5",
        "portfolio_balance": "/portfolio/balance", "portfolio_positions": "/portfolio/positions", "portfolio_fills": "/portfolio/fills?limit=5",
        "portfolio_orders": "/portfolio/orders?limit=5", "portfolio_order_single": f"/portfolio/orders/{resting['order_id']}",
        "portfolio_settlements": "/portfolio/settlements?limit=5", "portfolio_total_resting_order_value": "/portfolio/summary/total_resting_order_value",
        "order_queue_position": f"/portfolio/orders/{resting['order_id']}/queue_position",
        "order_queue_positions": f"/portfolio/orders/queue_positions?market_tickers={ticker}", "order_groups_list": "/portfolio/order_groups",
    }
    for name, path in asked.items():
        file = next(os.path.join(folder, n) for n in sorted(os.listdir(folder)) if n.startswith(f"{name}_response.json"))
        with (gzip.open if file.endswith(".gz") else open)(file) as text:
            recorded = json.load(text)
        status, body = plain.send("GET", BASE + path)
        same(name, status, body, recorded["_metadata"].get("http_status", 200), recorded["response"])
    for gone in ("/exchange/announcements", "/milestones/93ce8b69-d3db-412d-b41e-a245a271adcc", "/structured_targets/0002acd4-bc08-4ee6-9a89-be6051b21a2c"):
        tally.equal(plain.send("GET", BASE + gone)[0], 404, gone)
    for method, path in (("POST", ""), ("POST", "/batched"), ("DELETE", "/batched"), ("DELETE", "/x"), ("POST", "/x/amend"), ("POST", "/x/decrease")):
        status, body = plain.send(method, f"{BASE}/portfolio/orders{path}", {"ticker": ticker, "yes_price": 47})
        tally.equal((status, body["error"]["code"]), (410, "deprecated_v1_order_endpoint"), f"legacy {method} {path}")


def main():
    samples = shared("kalshi-api", "wire-samples.json")
    recorded = shared("data", "kalshi-rest-fixtures")
    if samples is None:
        print("skipped: the recorded session is not at ../shared/kalshi-api")
    if recorded is None:
        print("skipped: the recorded answers are not at ../shared/data")
    if samples is None and recorded is None:
        return
    with Exchange() as exchange:
        if samples:
            with open(samples) as file:
                replay = Replay(exchange, json.load(file)["rest"])
            tally.run("the recorded session", replay.run)
        if recorded:
            tally.run("the recorded answers", fixtures, recorded, exchange)


if __name__ == "__main__":
    main()
    tally.finish()
