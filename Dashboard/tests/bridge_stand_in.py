"""A scripted desk for the browser tests: serves Dashboard/dist and speaks the bridge's protocol. Test-only, never shipped.

Run alone to look at the page:  Dashboard/.venv/bin/python Dashboard/tests/bridge_stand_in.py [--port 3999] [--mode LIVE] [--empty]
"""

import argparse
import asyncio
import contextlib
import functools
import http.server
import json
import math
import pathlib
import random
import threading
import time

import websockets

DIST = pathlib.Path(__file__).resolve().parent.parent / "dist"
TOKEN = "stand-in-token"
SECOND = 1_000_000_000


def now():
    return time.time_ns()


def dollars(value):
    return f"{value:.4f}"


class Desk:
    """What a desk would say, from a seed."""

    def __init__(self, mode="SIMULATED", empty=False, seed=7, exchange=None):
        self.random = random.Random(seed)
        self.started = now() - 47 * 60 * SECOND
        self.mode, self.state, self.breaker, self.reason, self.blocked = mode, "running", "normal", None, None
        self.feed, self.frozen_clock, self.empty, self.exchange = "live", None, empty, exchange
        self.groups = [
            {"name": "morning", "group": "5c0e", "limit": "25.00", "used": "25.00", "isTriggered": True, "isBeingSet": False},
            {"name": "evening", "group": "5c0f", "limit": "40.00", "used": "3.50", "isTriggered": False, "isBeingSet": False},
            {"name": "night", "group": "5c10", "limit": "10.00", "used": "0.00", "isBeingSet": False},
        ]
        self.events, self.next_id = 182_344, 1
        self.markets = [] if empty else self.make_markets()
        self.equity = [] if empty else self.make_equity()
        self.decisions, self.log = [], []
        if not empty:
            for ago in range(26, 0, -1):
                self.decide(now() - ago * 7 * SECOND)
            for ago, (level, text) in enumerate(LOG):
                self.say(level, text, now() - (len(LOG) - ago) * 11 * SECOND)

    def make_markets(self):
        rows, start = [], now()
        ends = [4 * 60 + 12, 19 * 60 + 12, 34 * 60 + 12]
        for asset, name in (("BTC", "Bitcoin"), ("ETH", "Ether"), ("SOL", "Solana")):
            for index, left in enumerate(ends):
                rows.append(self.market(f"KX{asset}15M", f"{name} up in the next 15 minutes?", f"26NOV2502{15 * (index + 1):02d}", start + left * SECOND, 0.3 + 0.4 * self.random.random()))
        for step in range(9):
            strike = 91_000 + 250 * step
            rows.append(self.market("KXBTCH", f"Bitcoin above ${strike:,} at 3 am?", f"26NOV2503-T{strike}", start + 2_700 * SECOND, 1 / (1 + math.exp((step - 4) * 0.8))))
        for low in range(38, 48, 2):
            rows.append(self.market("KXHIGHNY", f"Highest temperature in New York {low}° to {low + 1}° today?", f"26NOV25-B{low}.5", start + 16 * 3_600 * SECOND, math.exp(-((low - 42) ** 2) / 8) * 0.62))
        rows[7].update(book="frozen")
        empty = rows[-1]
        for key in ("yesBid", "yesAsk", "yesBidSize", "yesAskSize", "last", "probability", "updated"):
            empty.pop(key)
        empty.update(book="empty", reason="no quote yet")
        return rows

    def market(self, series, title, tail, closes, fair):
        fair = min(0.97, max(0.03, fair))
        bid = max(0.01, round(fair - 0.01, 2))
        return {
            "ticker": f"{series}-{tail}", "event": f"{series}-{tail.split('-')[0]}", "series": series, "title": title, "status": "active", "book": "live",
            "yesBid": dollars(bid), "yesAsk": dollars(bid + 0.02), "yesBidSize": f"{self.random.randint(5, 900)}.00", "yesAskSize": f"{self.random.randint(5, 900)}.00",
            "last": dollars(bid + 0.01), "probability": min(0.99, max(0.01, fair + self.random.gauss(0, 0.025))), "position": "0.00", "closes": closes, "updated": now(), "spot": 92_114.5,
        }

    def make_equity(self):
        value, points = 10_000.0, []
        for minute in range(47 * 6):
            value += self.random.gauss(0.35, 4)
            points.append({"time": self.started + minute * 10 * SECOND, "equity": dollars(value)})
        return points

    def decide(self, at):
        market = self.random.choice(self.markets)
        outcome, reason = self.random.choice(OUTCOMES)
        ours = market.get("probability", 0.5)
        row = {"id": self.next_id, "time": at, "market": market["ticker"], "outcome": outcome, "reason": reason, "probability": ours, "marketProbability": ours - 0.03, "edge": 0.03,
               "why": "spot 92,114.50, strike 92,080.00, 4 m 12 s left\nvolatility 41 % a year from 900 s\nmodel 0.6410, market 0.6100, weights 0.32 / 0.68 -> 0.6199\nfee 0.0168 a contract, Kelly 0.021, half -> 12 contracts"}
        if outcome in ("ordered", "canceled"):
            row.update(side="yes" if self.random.random() < 0.6 else "no", price=market.get("yesBid", "0.4200"), quantity=f"{self.random.randint(2, 40)}.00")
        if outcome == "refused":
            row.pop("edge")
        self.next_id += 1
        self.decisions = [*self.decisions, row][-200:]
        return row

    def say(self, level, text, at=None):
        line = {"id": self.next_id, "time": at or now(), "level": level, "text": text}
        self.next_id += 1
        self.log = [*self.log, line][-400:]
        return line

    def status(self):
        status = {"mode": self.mode, "state": self.state, "breaker": self.breaker, "feed": self.feed, "time": self.frozen_clock or now(), "started": self.started,
                  "events": self.events, "stateHash": "9f3ac41e77d20b58c1f06a2be4d9137508aa64ce", "version": "0.1.0"}
        if self.reason:
            status["breakerReason"] = self.reason
        if self.blocked:
            status["blocked"] = self.blocked
        if self.exchange:
            status["exchange"] = self.exchange
        return status

    def account(self):
        if self.empty:
            return {"reserved": "0.0000", "realized": "0.0000", "fees": "0.0000", "exposure": "0.0000"}
        equity = float(self.equity[-1]["equity"])
        return {"cash": dollars(equity - 412.36), "reserved": "63.2400", "equity": dollars(equity), "realized": "118.0200", "unrealized": "7.4100", "fees": "21.8700",
                "dayPnl": dollars(equity - 10_000), "drawdown": 0.0123, "exposure": "412.3600", "reconciled": now() - 9 * SECOND}

    def orders(self):
        if self.empty or self.state in ("halted", "stopped"):
            return []
        first, second, third = self.markets[0], self.markets[3], self.markets[12]
        return [
            {"id": "a-1", "orderId": "7d1f", "market": first["ticker"], "side": "yes", "price": first["yesBid"], "quantity": "12.00", "filled": "4.00", "state": "resting", "placed": now() - 40 * SECOND},
            {"id": "a-2", "orderId": "7d20", "market": second["ticker"], "side": "no", "price": "0.3700", "quantity": "20.00", "filled": "0.00", "state": "resting", "placed": now() - 21 * SECOND},
            {"id": "a-3", "market": third["ticker"], "side": "yes", "price": "0.4850", "quantity": "8.00", "filled": "0.00", "state": "unknown", "placed": now() - 3 * SECOND},
        ]

    def positions(self):
        if self.empty:
            return []
        return [
            {"market": self.markets[0]["ticker"], "side": "yes", "quantity": "34.00", "averageCost": "0.5120", "mark": self.markets[0]["yesBid"], "unrealized": "3.1400", "realized": "12.0000", "fees": "0.8400"},
            {"market": self.markets[4]["ticker"], "side": "no", "quantity": "15.00", "averageCost": "0.4400", "mark": "0.4100", "unrealized": "-0.4500", "realized": "0.0000", "fees": "0.2500"},
            {"market": self.markets[-1]["ticker"], "side": "yes", "quantity": "5.00", "averageCost": "0.0800", "realized": "0.0000", "fees": "0.0300"},
        ]

    def snapshot(self):
        for market in self.markets:
            market["position"] = {p["market"]: p["quantity"] if p["side"] == "yes" else f"-{p['quantity']}" for p in self.positions()}.get(market["ticker"], "0.00")
        return {"status": self.status(), "account": self.account(), "markets": self.markets, "orders": self.orders(), "positions": self.positions(), "decisions": self.decisions,
                "log": self.log, "equity": self.equity, "refusals": [] if self.empty else REFUSALS, "scores": [] if self.empty else SCORES,
                "groups": [] if self.empty else self.groups, "news": [] if self.empty else NEWS, "research": {"watches": [], "pages": [], "checks": []} if self.empty else self.research(), "risks": [] if self.empty else RISKS, "learning": {"settled": 0, "standings": [], "curves": [], "versions": []} if self.empty else LEARNING}

    def research(self):
        def at(text, opens=True):
            return {"text": text, "opens": opens}
        cpi, noaa = at("https://www.bls.gov/news.release/cpi.nr0.htm"), at("https://api.weather.gov/stations/KNYC/observations/latest")
        return {
            "watches": [
                {"id": "w1", "address": cpi, "selector": "#content h3", "everySeconds": 300, "looks": 41, "changes": 1, "looked": now() - 44 * SECOND, "changed": now() - 190 * SECOND,
                 "reads": "CPI for all items rises 0.3% in April", "before": "CPI for all items rises 0.2% in March", "after": "CPI for all items rises 0.3% in April " + "A" * 240},
                {"id": "w2", "address": noaa, "everySeconds": 60, "looks": 12, "changes": 0, "looked": now() - 21 * SECOND, "reads": "temperature 4.4 wmoUnit:degC textDescription Mostly Cloudy"},
                {"id": "w3", "address": at("https://example.org/private?sid=[redacted]", False), "selector": ".price", "everySeconds": 3_600, "looks": 3, "changes": 0, "looked": now() - 900 * SECOND,
                 "trouble": "the address answered with status 503"},
                {"id": "w4", "address": at("https://example.org/new"), "everySeconds": 15, "looks": 0, "changes": 0}],
            "checks": [
                {"market": "KXCPI-26APR-T0.3", "address": cpi, "sought": "all items", "time": now() - 75 * SECOND, "found": ["CPI for all items rises 0.3% in April; gasoline up", "All items index, 12 months: 2.9"], "more": 2},
                {"market": "KXHIGHNY-26NOV25-B42.5", "address": noaa, "selector": "td.max", "sought": "maximum", "time": now() - 3_000 * SECOND, "found": [], "more": 0},
                {"market": "KXHIGHNY-26NOV25-B44.5", "address": noaa, "selector": "td.max", "time": now() - 9_000 * SECOND, "found": [], "more": 0, "trouble": "nothing on the page is selected by td.max"}],
            "pages": [{"address": at("https://www.example.org/markets"), "title": HOSTILE, "how": "fetched", "time": now() - 30 * SECOND},
                      {"address": cpi, "title": "Consumer Price Index Summary", "how": "read", "time": now() - 400 * SECOND}]}

    def book(self, ticker):
        market = next((one for one in self.markets if one["ticker"] == ticker), None)
        if market is None or market["book"] == "empty":
            return {"market": ticker, "state": "empty", "yes": [], "no": []}
        bid, ask = float(market["yesBid"]), float(market["yesAsk"])
        dice = random.Random(ticker)
        side = lambda top: [[dollars(top - 0.01 * step), f"{dice.randint(4, 120) * (1 + step)}.00"] for step in range(14) if top - 0.01 * step > 0]
        return {"market": ticker, "state": market["book"], "yes": side(bid), "no": side(1 - ask), "updated": market.get("updated", now())}

    def move(self):
        """One beat: some quotes move, equity steps, now and then a decision. Gives the increments."""
        out = []
        self.events += self.random.randint(20, 90)
        if not self.empty and self.feed == "live":
            changed = []
            for market in self.random.sample([one for one in self.markets if one["book"] == "live"], 4):
                bid = min(0.97, max(0.01, float(market["yesBid"]) + self.random.choice((-0.01, 0, 0.01))))
                market.update(yesBid=dollars(bid), yesAsk=dollars(bid + 0.02), last=dollars(bid), updated=now(), yesBidSize=f"{self.random.randint(5, 900)}.00")
                changed.append(market)
            out.append(("markets", changed))
            self.equity.append({"time": now(), "equity": dollars(float(self.equity[-1]["equity"]) + self.random.gauss(0.2, 1.5))})
            out += [("equity", self.equity[-1:]), ("account", self.account())]
            if self.state == "running" and self.random.random() < 0.2:
                out.append(("decisions", [self.decide(now())]))
        return [*out, ("status", self.status())]


OUTCOMES = [("ordered", "edge 3.1 pt after fees"), ("held", "edge below the fee"), ("held", "spread wider than the edge"), ("refused", "event limit reached"), ("held", "edge below the fee"),
            ("refused", "book older than 2 s"), ("canceled", "the quote moved away"), ("held", "less than 30 s to the close")]
REFUSALS = [{"reason": "edge below the fee", "count": 1_204}, {"reason": "spread wider than the edge", "count": 611}, {"reason": "book older than 2 s", "count": 187},
            {"reason": "event_limit", "count": 92}, {"reason": "less than 30 s to the close", "count": 44}, {"reason": "daily loss limit", "count": 3}]
SCORES = [{"name": "market", "forecasts": 214, "brier": 0.1672, "logLoss": 0.5013, "weight": 0.61}, {"name": "pool", "forecasts": 214, "brier": 0.1659, "logLoss": 0.4988},
          {"name": "spot and volatility", "forecasts": 214, "brier": 0.1718, "logLoss": 0.5140, "weight": 0.27}, {"name": "ladder coherence", "forecasts": 36, "brier": 0.1644, "logLoss": 0.4931, "weight": 0.12},
          {"name": "weather", "forecasts": 0}]
NEWS = [{"heard": now() - 400 * SECOND, "sources": ["wire", "post"], "title": "Bitcoin surges to a record high after approval of another fund", "tone": "positive", "score": 0.82, "topics": ["bitcoin"],
         "matches": [{"market": "KXBTC15M-26NOV250215", "shift": 0.041, "settlements": 96}, {"market": "KXBTCH-26NOV2503-T91000", "shift": 0, "settlements": 0}], "matched": 12},
        {"heard": now() - 2_700 * SECOND, "sources": ["gazette"], "title": "Council debates new parking rules", "tone": "neutral", "score": 0.0, "topics": [], "matches": [], "matched": 0}]
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)> " + "word" * 30
RISKS = [{"group": "crypto", "used": "231.4000", "limit": "500.0000", "tailLoss": "187.2500", "tailLimit": "300.0000"},
         {"group": "weather-northeast", "used": "180.9600", "limit": "500.0000", "tailLoss": "96.1000", "tailLimit": "300.0000"},
         {"used": "412.3600", "limit": "1000.0000", "tailLoss": "241.7700", "tailLimit": "600.0000"}]
LEARNING = {
    "settled": 214,
    "standings": [{"family": family, "strategy": strategy, "stage": stage, "weight": weight, "influence": weight * share, "events": events, "capital": capital, "promotion": 20, "drift": drift, "driftLimit": 500}
                  for family, strategy, stage, weight, share, events, capital, drift in (
                      ("KXBTC15M", "coherence", "paper", 0.07, 1, 0, 1, 0), ("KXBTC15M", "fundamental", "paper", 0.18, 1, 96, 2.41, 11.2),
                      ("KXHIGHNY", "coherence", "shadow", 0.04, 0, 12, 0.71, 38.5), ("KXHIGHNY", "weather", "canary", 0.29, 1, 51, 8.93, 2.1))],
    "curves": [{"name": name, "points": [{"said": (i + 0.5) / 10, "cameTrue": min(max((i + 0.5) / 10 + lean * (i - 4.5) / 4.5, 0), 1), "low": max((i + 0.5) / 10 + lean * (i - 4.5) / 4.5 - 0.11, 0),
                                          "high": min((i + 0.5) / 10 + lean * (i - 4.5) / 4.5 + 0.11, 1), "markets": 14.0 + 3 * abs(i - 4.5)} for i in range(10)]}
               for name, lean in (("coherence", 0.02), ("fundamental", -0.09), ("market", 0.015), ("pool", 0.01), ("weather", -0.05))],
    "versions": [{"number": 200, "changed": 41, "changes": [{"name": "weight weather in KXHIGHNY", "now": 0.29, "was": 0.271}, {"name": "calibration weather/KXHIGHNY shift", "now": -0.041, "was": -0.055}]},
                 {"number": 150, "changed": 118, "changes": [{"name": "stage weather in KXHIGHNY", "now": 2, "was": 1}, {"name": "weight weather in KXHIGHNY", "now": 0.29, "was": 0.214},
                                                             {"name": "calibration fundamental/KXBTC15M/minutes/high shift", "was": 0.02}]},
                 {"number": 50, "changed": 130, "changes": [{"name": "weight fundamental in KXBTC15M", "now": 0.18, "was": 0.1}]}],
    "orders": {
        "credits": [{"family": family, "name": name, "gain": gain, "fees": fees, "contracts": contracts, "markets": markets}
                    for family, name, gain, fees, contracts, markets in (
                        ("KXBTC15M", "fundamental", "41.3072", "9.1200", "812.44", 61), ("KXBTC15M", "locked_set", "0.8800", "0.2100", "12.00", 2),
                        ("KXHIGHNY", "sentiment", "-3.0541", "0.4400", "31.56", 9), ("KXHIGHNY", "weather", "12.7700", "3.0100", "240.00", 22))],
        "fees": [{"series": "KXBTC15M", "liquidity": "maker", "fills": 44, "contracts": "320.00", "rate": "0.0000", "predicted": "0.2310", "charged": "0.2290", "surprises": 0, "surcharge": 0.0007},
                 {"series": "KXBTC15M", "liquidity": "taker", "fills": 71, "contracts": "504.44", "rate": "8.7400", "predicted": "8.8900", "charged": "8.8900", "surprises": 0, "surcharge": 0.0002}],
        "waits": [{"series": "KXBTC15M", "ahead": ahead, "waits": waits, "fills": fills, "seconds": seconds, "predicted": predicted, "low": low, "high": high}
                  for ahead, waits, fills, seconds, predicted, low, high in ((0, 31, 18, 402.0, 15.2, 8.4, 23.1), (64, 52, 21, 1880.5, 11.9, 5.9, 19.0), (1024, 12, 1, 940.0, 1.7, 0.0, 4.8))],
        "adverse": [{"series": "KXBTC15M", "fills": 44, "moved": -0.0041, "cost": 0.0028}],
        "foreseen": {"events": 93, "expected": 38.21, "low": -61.4, "high": 137.8, "came": "51.9030"},
    },
}
LOG = [("info", "journal opened, 182,001 events replayed in 0.4 s"), ("info", "reconciled with the exchange: cash, positions and orders are equal"), ("info", "bridge listens on 127.0.0.1:8766"),
       ("warning", "KXETH15M-26NOV250230: sequence gap, the book is frozen until a snapshot"), ("info", "KXBTC15M-26NOV250145 settled YES, +$4.18 net of fees"), ("error", "order a-3: no answer in 2 s, outcome unknown; the market is blocked until resolved"),
       ("info", "KXSOL15M-26NOV250145 settled NO, -$1.02 net of fees")] * 3


class StandIn:
    """The server; the tests reach in to cut it off, freeze it or skip a number."""

    def __init__(self, desk, port=0, beat=0.5):
        self.desk, self.port, self.beat = desk, port, beat
        self.requests, self.connections, self.refuse, self.mute, self.bridge_port = [], set(), False, False, 0
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()

    def start(self):
        files = functools.partial(Files, self, directory=str(DIST))
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), files)
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        threading.Thread(target=self.loop.run_until_complete, args=(self.serve(),), daemon=True).start()
        self.ready.wait(10)
        return f"http://127.0.0.1:{self.port}"

    async def serve(self):
        self.stopped = asyncio.Event()
        async with websockets.serve(self.client, "127.0.0.1", 0) as server:
            self.bridge_port = server.sockets[0].getsockname()[1]
            self.ready.set()
            await self.stopped.wait()

    def stop(self):
        self.loop.call_soon_threadsafe(self.stopped.set)
        self.http.shutdown()

    def cut(self, refuse=True):
        """Drop every page; while `refuse`, none comes back."""
        self.refuse = refuse
        for one in list(self.connections):
            asyncio.run_coroutine_threadsafe(one.socket.close(), self.loop).result(5)

    def skip(self):
        for one in self.connections:
            one.seq += 1

    async def client(self, socket):
        if self.refuse:
            return await socket.close()
        talk = Talk(self, socket)
        self.connections.add(talk)
        beat = asyncio.create_task(talk.beat())
        with contextlib.suppress(websockets.ConnectionClosed):
            async for text in socket:
                await talk.hear(json.loads(text))
        beat.cancel()
        self.connections.discard(talk)


class Talk:
    def __init__(self, server, socket):
        self.server, self.socket, self.seq, self.welcome, self.watched = server, socket, 0, False, None

    async def send(self, kind, payload):
        self.seq += 1
        await self.socket.send(json.dumps({"v": 1, "seq": self.seq, "type": kind, "ts": now(), "payload": payload}))

    async def beat(self):
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await asyncio.sleep(self.server.beat)
                if self.welcome and not self.server.mute:
                    for kind, payload in self.server.desk.move():
                        await self.send(kind, payload)
                    if self.watched:
                        await self.send("book", self.server.desk.book(self.watched))

    async def hear(self, request):
        self.server.requests.append(request)
        kind, payload, desk = request["type"], request.get("payload", {}), self.server.desk
        if kind == "hello":
            if payload.get("token") != TOKEN:
                await self.send("answer", {"id": request["id"], "ok": False, "error": {"code": "unauthorized", "message": "the token is wrong"}})
                return await self.socket.close()
            self.welcome = True
        error = self.command(payload) if kind == "command" else None
        answer = {"id": request["id"], "ok": error is None}
        answer |= {"result": {"state": desk.state}} if error is None else {"error": {"code": "refused", "message": error}}
        await self.send("answer", answer)
        if kind in ("hello", "resync"):
            await self.send("snapshot", desk.snapshot())
        elif kind == "watch":
            self.watched = payload["market"]
            await self.send("book", desk.book(self.watched))
        elif kind == "command":
            await self.send("log", [desk.say("info", f"command {payload['name']}: {error or 'accepted'}")])
            await self.send("status", desk.status())
            await self.send("orders", desk.orders())
            await self.send("groups", desk.groups)

    def command(self, payload):
        desk, name = self.server.desk, payload["name"]
        if name == "start" and desk.state == "stopped" and desk.blocked:
            return desk.blocked
        if name == "kill":
            desk.state, desk.breaker, desk.reason = "halted", "halted", "killed by the operator"
        elif name == "reset":
            desk.state, desk.breaker, desk.reason = "stopped", "normal", None
        elif name in ("group_reset", "group_delete"):
            group = next(one for one in desk.groups if one["name"] == payload["group"])
            if name == "group_delete":
                desk.groups.remove(group)
            group.update(isTriggered=False, used="0.00")
        elif name == "roll_back":
            for version in LEARNING["versions"]:
                if version["number"] == payload["version"]:
                    return None
            return f"there is no version {payload['version']} to go back to"
        else:
            desk.state = {"start": "running", "pause": "paused", "stop": "stopped"}[name]
        return None


class Files(http.server.SimpleHTTPRequestHandler):
    def __init__(self, server, *args, **kwargs):
        self.stand_in = server
        super().__init__(*args, **kwargs)

    def do_GET(self):
        if self.path == "/session.json":
            body = json.dumps({"bridge": f"ws://127.0.0.1:{self.stand_in.bridge_port}/", "token": TOKEN, "mode": self.stand_in.desk.mode, "version": "0.1.0"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        if self.path == "/style-guide":
            self.path = "/index.html"
        with contextlib.suppress(ConnectionError):  # the page may leave before it has read everything
            super().do_GET()

    def end_headers(self):
        self.send_header("Content-Security-Policy", "default-src 'self'; connect-src 'self' ws://127.0.0.1:*; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'")
        super().end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    flags = argparse.ArgumentParser()
    flags.add_argument("--port", type=int, default=3999)
    flags.add_argument("--mode", default="SIMULATED")
    flags.add_argument("--empty", action="store_true")
    chosen = flags.parse_args()
    print(StandIn(Desk(chosen.mode, chosen.empty), chosen.port).start(), flush=True)
    threading.Event().wait()
