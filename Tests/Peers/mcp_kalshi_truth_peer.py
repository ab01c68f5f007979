"""`mcp-groundtruth` on `aura mcp kalshi` with everything on, beside an exchange that knows whether anything was changed: does every tool do what its hints say?"""

import pathlib
import sys
from concurrent.futures import ThreadPoolExecutor

from lib import apart, checkers
from lib.exchange import Exchange, Plain
from lib.tally import Tally


def tools(ticker, event, series_start):
    """What each tool is called with. Every one has its arguments here: one without a verdict is a failure."""
    one = {"ticker": ticker}
    return {
        "markets_search": {"text": series_start, "limit": 2}, "market_get": {"tickers": [ticker]}, "event_get": {"event_ticker": event}, "orderbook_get": {"tickers": [ticker]},
        "trades_list": one, "candles_get": {"tickers": [ticker]}, "rules_read": one, "exchange_status": {}, "account_get": {}, "positions_list": {}, "orders_list": {}, "fills_list": {},
        "settlements_list": {}, "liquidity_scan": {"limit": 2}, "arbitrage_scan": {"text": series_start}, "forecast_history": {"event_ticker": event},
        "order_simulate": {"ticker": ticker, "side": "yes", "action": "buy", "count": "1"},
        "kelly_size": {"side": "yes", "probability": 0.6, "price": "0.50", "bankroll": "1000"},
    }


def judge(tally):
    with Exchange(*apart.SEED) as exchange:
        _, body = Plain(exchange.port).send("GET", "/trade-api/v2/markets?status=open&limit=1000")
        market = max(body["markets"], key=lambda market: (market["close_time"], market["ticker"]))
    wanted = tools(market["ticker"], market["event_ticker"], market["event_ticker"].split("-")[0])
    command = [sys.executable, "-B", str(pathlib.Path(apart.__file__)), market["ticker"]]
    # Each tool takes six lives of an exchange and a server: two halves at a time.
    halves = [dict(list(wanted.items())[start::2]) for start in range(2)]
    with ThreadPoolExecutor() as pool:
        for run in [pool.submit(checkers.groundtruth, tally, "kalshi", command, half, document="account.json", judged=half) for half in halves]:
            run.result()


tally = Tally()
tally.run("mcp-groundtruth", lambda: judge(tally))
tally.finish()
