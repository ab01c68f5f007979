"""Every frame of our exchange against the vendor's AsyncAPI text, in scenarios that reach every type of message; and the recorded sessions, asked again."""

import json
import time

from lib.exchange import Exchange, Plain, shared
from lib.frames import Frames
from lib.tally import Tally
from lib.websocket import WebSocket

tally = Tally()
contract = shared("kalshi-api", "asyncapi.yaml")
judge = Frames(contract) if contract else None
if judge is None:
    print("Skipped: there is no contract at ../shared/kalshi-api, so no frame is compared with it.")
samples = shared("kalshi-api", "wire-samples.json")

CHANNELS = [
    "orderbook_delta", "ticker", "trade", "fill", "user_orders", "market_positions", "order_group_updates", "market_lifecycle_v2",
    "multivariate_market_lifecycle", "communications", "cfbenchmarks_value", "cfbenchmarks_value_5hz", "pyth_value",
]
BASE = "/trade-api/v2"

# What this exchange does not do by itself; each is reached in the Swift tests instead.
UNREACHED = {"order_group_updates"}

seen = {}
complaints = {}


def judged(frames):
    for frame in frames:
        seen[frame["type"]] = seen.get(frame["type"], 0) + 1
        if judge is None:
            continue
        for sentence in judge.complaints(frame):
            complaints.setdefault(sentence, frame)
    return frames


def numbers_are_whole(frames, what):
    """No number is missing or doubled in any subscription."""
    last = {}
    for frame in frames:
        if "seq" in frame and "sid" in frame:
            if frame["seq"] != last.get(frame["sid"], 0) + 1:
                return tally.check(False, f"{what}: sid {frame['sid']} went from {last.get(frame['sid'], 0)} to {frame['seq']}")
            last[frame["sid"]] = frame["seq"]
    return tally.check(bool(last), f"{what}: there were numbered frames")


def open_markets(plain, series=None):
    query = f"?status=open&limit=1000{f'&series_ticker={series}' if series else ''}"
    return plain.send("GET", f"{BASE}/markets{query}")[1]["markets"]


def quoted(plain):
    """The market that is quoted on both sides and closes last: these worlds live fast."""
    for market in sorted(open_markets(plain), key=lambda market: market["close_time"], reverse=True):
        if float(market["yes_bid_dollars"]) > 0.03 and float(market["yes_ask_dollars"]) < 0.97:
            return market
    raise RuntimeError("no market is quoted on both sides")


def order(plain, market, side, price, client, **more):
    body = {
        "ticker": market, "side": side, "count": "2.00", "price": price, "client_order_id": client, "time_in_force": "good_till_canceled",
        "self_trade_prevention_type": "taker_at_cross",
    }
    body.update(more)
    return plain.send("POST", f"{BASE}/portfolio/events/orders", body)


def fault(plain, **rule):
    return plain.send("POST", "/faults", {"faults": [rule]}, key=None)


# MARK: scenarios


def everything(exchange):
    """All channels through the end of a quarter hour, with orders, fills, a pause and changes of subscriptions."""
    plain = Plain(exchange.port, exchange.first)
    market = quoted(plain)["ticker"]
    ws = WebSocket(exchange.ready["ws_url"], exchange.first)
    frames = []
    first = ws.command(
        "subscribe", channels=CHANNELS, market_tickers=[market], index_ids=["all"], underlying_tickers=["all"], send_initial_snapshot=True,
        use_yes_price=True)
    frames += ws.answer(first)
    frames += ws.collect(1)
    acknowledged = [frame["msg"]["channel"] for frame in frames if frame["type"] == "subscribed"]
    tally.equal(acknowledged, CHANNELS, "one acknowledgement a channel, in the order asked for")

    status, created = order(plain, market, "bid", "0.9900", "peer-taker", time_in_force="immediate_or_cancel")
    tally.equal((status, created.get("fill_count")), (201, "2.00"), "an order that crosses fills")
    status, resting = order(plain, market, "bid", "0.0100", "peer-maker")
    tally.equal(status, 201, "an order rests")
    frames += ws.collect(1)
    status, _ = plain.send("DELETE", f"{BASE}/portfolio/events/orders/{resting['order_id']}")
    tally.equal(status, 200, "and is canceled")

    sids = {frame["msg"]["channel"]: frame["msg"]["sid"] for frame in frames if frame["type"] == "subscribed"}
    others = [m["ticker"] for m in open_markets(plain) if m["ticker"] != market][:3]
    for command in [
        ws.command("update_subscription", sid=sids["orderbook_delta"], action="add_markets", market_tickers=others),
        ws.command("update_subscription", sids=[sids["orderbook_delta"]], action="get_snapshot", market_tickers=[market]),
        ws.command("update_subscription", sid=sids["orderbook_delta"], action="delete_markets", market_tickers=others[:1]),
        ws.command("update_subscription", sid=sids["ticker"], action="add_markets", market_tickers=others, send_initial_snapshot=True),
        ws.command("update_subscription", sid=sids["cfbenchmarks_value"], action="indexlist"),
        ws.command("update_subscription", sid=sids["cfbenchmarks_value_5hz"], action="indexlist"),
        ws.command("update_subscription", sid=sids["cfbenchmarks_value"], action="subscribe_indices", index_ids=["BRTI"]),
        ws.command("update_subscription", sid=sids["pyth_value"], action="underlying_list"),
        ws.command("update_subscription", sid=sids["pyth_value"], action="unsubscribe_underlyings", underlying_tickers=["Crypto.ETH/USD"]),
        ws.command("list_subscriptions"),
        ws.command("subscribe", channels=["trade"], market_tickers=others),
    ]:
        answered = ws.answer(command)
        frames += answered
        tally.check(bool(answered) and answered[-1].get("id") == command, f"command {command} was answered")

    fault(plain, fault="market_pause", seconds=1, market=market)
    fault(plain, fault="fee_change", market=market)
    # At the quarter hour markets are determined, paid and listed.
    wanted = {"created", "activated", "deactivated", "determined", "settled"}
    lives = set()

    def is_last(frame):
        if frame["type"] == "market_lifecycle_v2":
            lives.add(frame["msg"]["event_type"])
        return wanted <= lives

    frames += ws.collect(45, is_last)
    tally.check(wanted <= lives, f"the lives of markets are told: {sorted(lives)}")
    last = ws.command("unsubscribe", sids=[sids["ticker"], sids["trade"]])
    frames += ws.answer(last)
    frames += ws.collect(0.5)
    ws.close()
    numbers_are_whole(frames, "all channels")
    late = [f for f in frames if abs(f.get("sending_ts_ms", 0) - frames[0]["sending_ts_ms"]) > 7_200_000]
    tally.check(not late, "every frame says when it was queued")
    judged(frames)


def negotiation(exchange):
    """A request for quotes from the asking to the trade, and another that is withdrawn: each party hears what concerns it."""
    asks, offers = Plain(exchange.port, exchange.first), Plain(exchange.port, exchange.second)
    market = quoted(asks)["ticker"]
    requester, maker = WebSocket(exchange.ready["ws_url"], exchange.first), WebSocket(exchange.ready["ws_url"], exchange.second)
    for ws in (requester, maker):
        judged(ws.answer(ws.command("subscribe", channels=["communications"])))
    rfqs = f"{BASE}/communications/rfqs"
    status, made = asks.send("POST", rfqs, {"market_ticker": market, "contracts_fp": "3.00", "rest_remainder": False})
    tally.equal(status, 201, "a request for quotes")
    quotes = f"{BASE}/communications/quotes"
    body = {"rfq_id": made["id"], "yes_bid": "0.6000", "no_bid": "0.0100", "rest_remainder": False}
    status, quote = offers.send("POST", quotes, body)
    tally.equal(status, 201, "a quote")
    # A second and a half is the half minute in which the maker must confirm.
    tally.equal(asks.send("PUT", f"{quotes}/{quote['id']}/accept", {"accepted_side": "yes"})[0], 204, "its acceptance")
    tally.equal(offers.send("PUT", f"{quotes}/{quote['id']}/confirm", {})[0], 204, "its confirmation")
    heard = {}
    for name, ws in (("requester", requester), ("maker", maker)):
        frames = judged(ws.collect(15, lambda frame: frame["type"] == "quote_executed"))
        heard[name] = {frame["type"]: frame for frame in frames}
        tally.equal([frame["type"] for frame in frames], ["rfq_created", "quote_created", "quote_accepted", "quote_executed"], f"the {name} hears")
        numbers_are_whole(frames, f"the {name}'s news")
    orders = {heard[name].get("quote_executed", {}).get("msg", {}).get("order_id") for name in heard}
    tally.check(len(orders) == 2 and None not in orders, "each hears of its own order")
    other = quoted(asks)["ticker"]
    status, made = asks.send("POST", rfqs, {"market_ticker": other, "target_cost_dollars": "5.00", "rest_remainder": False, "replace_existing": True})
    tally.equal(asks.send("DELETE", f"{rfqs}/{made['id']}")[0], 204, "a request is withdrawn")
    frames = judged(maker.collect(10, lambda frame: frame["type"] == "rfq_deleted"))
    tally.equal([frame["type"] for frame in frames][-1:], ["rfq_deleted"], "and the others hear of it")
    requester.close()
    maker.close()


def combination(exchange):
    """A market made of two others lives on a channel of its own."""
    plain = Plain(exchange.port, exchange.first)
    legs = {}
    for market in sorted(open_markets(plain), key=lambda market: market["close_time"], reverse=True):
        if float(market["yes_bid_dollars"]) > 0.05:
            legs.setdefault(market["event_ticker"], market)
    legs = [{"market_ticker": market["ticker"], "event_ticker": event, "side": "yes"} for event, market in list(legs.items())[:2]]
    collection = plain.send("GET", f"{BASE}/multivariate_event_collections")[1]["multivariate_contracts"][0]["collection_ticker"]
    ws = WebSocket(exchange.ready["ws_url"], exchange.first)
    judged(ws.answer(ws.command("subscribe", channels=["multivariate_market_lifecycle"])))
    status, made = plain.send("POST", f"{BASE}/multivariate_event_collections/{collection}", {"selected_markets": legs})
    tally.check(status in (200, 201), f"a combination is made: {status} {made}")
    frames = judged(ws.collect(10, lambda frame: frame["type"] == "multivariate_market_lifecycle"))
    tally.equal([frame["msg"]["market_ticker"] for frame in frames if frame["type"] == "multivariate_market_lifecycle"], [made["market_ticker"]], "and told")
    ws.close()


def errors(exchange):
    ws = WebSocket(exchange.ready["ws_url"], exchange.first)
    expected = [
        ("not json", 1), ({"id": 1, "cmd": "subscribe"}, 2), ({"id": 2, "cmd": "subscribe", "params": {"channels": []}}, 3),
        ({"id": 3, "cmd": "unsubscribe", "params": {}}, 4), ({"id": 4, "cmd": "dance", "params": {}}, 5),
        ({"id": 5, "cmd": "unsubscribe", "params": {"sids": [99]}}, 7), ({"id": 6, "cmd": "subscribe", "params": {"channels": ["ticker_v2"]}}, 8),
        ({"id": 7, "cmd": "subscribe", "params": {"channels": ["trade"], "market_tickers": [1]}}, 11),
        ({"id": 8, "cmd": "update_subscription", "params": {"sids": [1, 2], "action": "add_markets"}}, 12),
        ({"id": 9, "cmd": "update_subscription", "params": {"sid": 1, "action": "explode"}}, 13),
        ({"id": 10, "cmd": "subscribe", "params": {"channels": ["orderbook_delta"]}}, 14),
        ({"id": 11, "cmd": "update_subscription", "params": {"sid": 1}}, 15),
        ({"id": 12, "cmd": "subscribe", "params": {"channels": ["communications"], "shard_factor": 0}}, 19),
        ({"id": 13, "cmd": "subscribe", "params": {"channels": ["communications"], "shard_key": 0}}, 20),
        ({"id": 14, "cmd": "subscribe", "params": {"channels": ["communications"], "shard_factor": 2, "shard_key": 2}}, 21),
        ({"id": 15, "cmd": "subscribe", "params": {"channels": ["communications"], "shard_factor": 101}}, 22),
    ]
    for message, code in expected:
        ws.say(message)
        frames = judged(ws.collect(10, lambda frame: frame["type"] == "error"))
        tally.equal(frames[-1]["msg"]["code"] if frames else None, code, f"{message}")
    # A plan of faults ends a subscription with the two terminal errors.
    plain = Plain(exchange.port, exchange.first)
    for code in (25, 10):
        fault(plain, fault="end_subscription", code=code, frame="cfbenchmarks_value_5hz", times=1)
        ws.answer(ws.command("subscribe", channels=["cfbenchmarks_value_5hz"], index_ids=["all"]))
        frames = judged(ws.collect(10, lambda frame: frame["type"] == "error"))
        tally.equal(frames[-1]["msg"]["code"] if frames else None, code, "a terminal error")
        tally.check(frames and "seq" in frames[-1] and "sid" in frames[-1], "which is numbered in its subscription")
    ws.close()


def heartbeat(exchange):
    ws = WebSocket(exchange.ready["ws_url"], exchange.first)
    start = time.monotonic()
    while not ws.pings and time.monotonic() - start < 15:
        ws.read(1)
    tally.equal(ws.pings[:1], [b"heartbeat"], "a ping within 15 s says heartbeat")
    tally.check(9 < time.monotonic() - start < 12, "after ten seconds")
    ws.close()


def shape(value):
    """Keys and kinds, without what is not always there."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items() if key not in ("sending_ts_ms", "yes_dollars_fp", "no_dollars_fp")}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__


def recorded(exchange):
    """The recorded sessions, asked again about a market of ours: the same acknowledgements, and frames of the same shape."""
    if not samples:
        print("Skipped: there are no recorded sessions at ../shared/kalshi-api.")
        return
    plain = Plain(exchange.port, exchange.first)
    for case in json.load(open(samples))["ws"]:
        market = quoted(plain)["ticker"]
        sent = json.loads(json.dumps(case["sent"]))
        sent["params"]["market_tickers"] = [market]
        ws = WebSocket(exchange.ready["ws_url"], exchange.first)
        ws.say(sent)
        frames = judged(ws.collect(30, lambda frame: frame["type"] == "orderbook_delta"))
        ws.close()
        for theirs in {frame["type"]: frame for frame in case["frames"]}.values():
            ours = next((frame for frame in frames if frame["type"] == theirs["type"]), None)
            tally.equal(shape(ours), shape(theirs), f"{case['case']}: {theirs['type']}")
        order_of_types = [frame["type"] for frame in frames[:3]]
        tally.equal(order_of_types, [frame["type"] for frame in case["frames"][:3]], f"{case['case']}: the order of the first frames")
        tally.equal([frame.get("msg", {}).get("sid") for frame in frames[:2]], [1, 2], f"{case['case']}: sids")


# Three minutes before a quarter hour, at twenty times the clock: slow enough for this program to keep up beside other work.
with Exchange("--speed", "20", "--world-start", "2026-09-23T15:27:00Z", "--fault-control", "--seed", "5") as exchange:
    for name, scenario in [("everything", everything), ("negotiation", negotiation), ("combination", combination), ("errors", errors), ("heartbeat", heartbeat), ("recorded", recorded)]:
        tally.run(name, scenario, exchange)

if judge is not None:
    for sentence, frame in complaints.items():
        tally.check(False, f"{sentence}\n  {json.dumps(frame)[:600]}")
    tally.check(not complaints, "every frame fits the contract")
    missing = judge.types() - set(seen) - UNREACHED
    tally.check(not missing, f"every type of message was met, but for {sorted(missing)}")
    print(f"{sum(seen.values())} frames of {len(seen)} types were compared with the contract: {seen}")
tally.finish()
