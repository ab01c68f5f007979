"""The order book of `kalshi-sdk` (third party, unmodified) through an hour of simulated flow, with frames lost, doubled and overtaken and sockets broken:
whenever the market stands still, it equals the exchange's, market by market and level by level."""

import asyncio
import logging
import os
import time
from decimal import Decimal

from kalshi.auth import KalshiAuth
from kalshi.config import KalshiConfig
from kalshi.ws.client import KalshiWebSocket

from lib.exchange import Exchange, Plain
from lib.tally import Tally

# The hour lasts two minutes: on a busy machine the Python reader keeps up with no faster one. It is a Wednesday's, in which the hourly markets live to its end.
SPEED = 30
START, CLOSE = "2026-09-23T15:00:20Z", "2026-09-23T16:00:00Z"
MARKETS = 12
SECONDS = int(os.environ.get("AURA_PEER_SECONDS", "115"))
BASE = "/trade-api/v2"

logging.basicConfig(level=logging.WARNING if os.environ.get("AURA_PEER_LOG") else logging.CRITICAL)
tally = Tally()


def fault(plain, **rule):
    return plain.send("POST", "/faults", {"faults": [rule]}, key=None)[0]


def fired(plain):
    report = plain.send("GET", "/faults", key=None)[1]
    counts = {}
    for rule in report["rules"]:
        counts[rule["fault"]] = counts.get(rule["fault"], 0) + rule["fired"]
    return counts


def levels(pairs):
    return {Decimal(price): Decimal(size) for price, size in pairs}


def exchange_book(plain, market):
    book = plain.send("GET", f"{BASE}/markets/{market}/orderbook")[1]["orderbook_fp"]
    return levels(book["yes_dollars"]), levels(book["no_dollars"])


def sdk_book(ws, market):
    book = ws._orderbook_mgr.get(market) if ws._orderbook_mgr else None
    if book is None:
        return None
    return {level.price: level.quantity for level in book.yes}, {level.price: level.quantity for level in book.no}


async def compare(ws, plain, markets):
    """The markets whose books differ; it is waited a while for what is still on its way."""
    differing = markets
    end = time.monotonic() + 6
    while differing and time.monotonic() < end:
        await asyncio.sleep(0.05)
        differing = [m for m in differing if sdk_book(ws, m) != await asyncio.to_thread(exchange_book, plain, m)]
    return differing


def followed(plain):
    """Those that are open for the whole hour, the liveliest first."""
    markets = plain.send("GET", f"{BASE}/markets?status=open&limit=1000")[1]["markets"]
    lasting = [market for market in markets if market["close_time"] >= CLOSE and float(market["yes_bid_dollars"]) > 0]
    lasting.sort(key=lambda market: abs(float(market["yes_bid_dollars"]) - 0.5))
    return [market["ticker"] for market in lasting[:MARKETS]]


def rest_at_the_edges(plain, markets):
    """The contract leaves out an empty side of a snapshot, and the SDK takes no snapshot without both: so another account always bids and asks."""
    for number, market in enumerate(markets):
        for side, price in (("bid", "0.0100"), ("ask", "0.9900")):
            body = {
                "ticker": market, "side": side, "count": "500000.00", "price": price, "client_order_id": f"edge-{number}-{side}",
                "time_in_force": "good_till_canceled", "self_trade_prevention_type": "taker_at_cross", "post_only": True,
            }
            status, answer = plain.send("POST", f"{BASE}/portfolio/events/orders", body)
            tally.equal(status, 201, f"{market} has an order at its edge ({answer})")


async def read(stream, counts):
    async for _ in stream:
        counts["frames"] += 1


async def follow(exchange):
    plain = Plain(exchange.port, exchange.first)
    auth = KalshiAuth.from_key_path(exchange.first.id, exchange.ready["private_key_path"])
    config = KalshiConfig(base_url=exchange.url, ws_base_url=exchange.ready["ws_url"], ws_max_retries=50)
    counts = {"frames": 0, "compared": 0, "rounds": 0, "reconnects": 0}
    for rule in [
        {"fault": "drop_frame", "frame": "orderbook_delta", "chance": 0.0005}, {"fault": "duplicate_frame", "frame": "orderbook_delta", "chance": 0.0005},
        {"fault": "reorder_frame", "frame": "orderbook_delta", "chance": 0.0003}, {"fault": "drop_frame", "frame": "orderbook_snapshot", "chance": 0.01},
    ]:
        tally.equal(fault(plain, **rule), 200, f"{rule['fault']} is planned")

    async def changed(_, new):
        counts["reconnects"] += new.name == "RECONNECTING"

    ws = KalshiWebSocket(auth, config, on_state_change=changed)
    end = time.monotonic() + SECONDS
    async with ws.connect() as session:
        markets = await asyncio.to_thread(followed, plain)
        tally.check(len(markets) >= 5, f"there are markets that last the hour: {len(markets)}")
        await asyncio.to_thread(rest_at_the_edges, Plain(exchange.port, exchange.second), markets)
        # Room for what comes while this program does something else: at the bound the SDK gives up.
        stream = await session.subscribe_orderbook_delta(tickers=markets, maxsize=1_000_000)
        reading = asyncio.create_task(read(stream, counts))
        while time.monotonic() < end:
            await asyncio.sleep(4)
            # The crowds quote nothing for two minutes of theirs, so that the books stand still.
            await asyncio.to_thread(fault, plain, fault="trading_pause", seconds=2)
            await asyncio.sleep(0.2)
            differing = await compare(ws, plain, markets)
            counts["rounds"] += 1
            counts["compared"] += len(markets)
            for market in differing[:3]:
                print(market, "\n  sdk     ", sdk_book(ws, market), "\n  exchange", exchange_book(plain, market), flush=True)
            tally.check(not differing, f"round {counts['rounds']}: {len(differing)} of {len(markets)} books differ")
            # A socket is broken while all is well: the SDK ends when one breaks under a resynchronization of its own.
            ending = {"fault": "break_socket"} if counts["rounds"] % 2 else {"fault": "close_socket", "code": 1012}
            await asyncio.to_thread(lambda: fault(plain, frame="orderbook_delta", times=1, **ending))
            await asyncio.sleep(1)
        why = repr(reading.exception()) if reading.done() and not reading.cancelled() else ""
        tally.check(not reading.done(), f"the stream of the SDK lives to the end {why}")
        reading.cancel()
    struck = fired(plain)
    print(f"{counts} {struck}")
    tally.check(counts["frames"] > 1000, f"the hour had frames: {counts['frames']}")
    tally.check(struck["drop_frame"] > 5 and struck["duplicate_frame"] > 5, "frames were lost and doubled")
    tally.check(struck.get("break_socket", 0) + struck.get("close_socket", 0) > 3, "sockets were broken")


with Exchange("--speed", str(SPEED), "--world-start", START, "--fault-control", "--seed", "11", "--cash", "100000000") as exchange:
    tally.run("the hour", lambda: asyncio.run(follow(exchange)))
tally.finish()
