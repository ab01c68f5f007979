"""The vendor's SDKs 3.34.0, sync and async, against `aura exchange`: every answer must parse, and fit the vendor's OpenAPI text."""

import time

from lib.contract import Contract
from lib.exchange import Exchange, quoted_market, shared
from lib.sdk import SDK, client_id, order, tally
from lib.sdk_orders import asking, batches, groups, refusals, resting, subaccounts, trading
from lib.witness import Witness

# What a trading system needs: each must have been called, and answered with success.
NEEDED = """
GET /account/endpoint_costs
GET /account/limits
GET /events
GET /events/fee_changes
GET /events/{event_ticker}
GET /events/{event_ticker}/metadata
GET /exchange/schedule
GET /exchange/status
GET /exchange/user_data_timestamp
GET /markets
GET /markets/candlesticks
GET /markets/orderbooks
GET /markets/trades
GET /markets/{ticker}
GET /markets/{ticker}/orderbook
GET /portfolio/balance
POST /portfolio/events/orders
DELETE /portfolio/events/orders
POST /portfolio/events/orders/batched
DELETE /portfolio/events/orders/batched
DELETE /portfolio/events/orders/{order_id}
POST /portfolio/events/orders/{order_id}/amend
POST /portfolio/events/orders/{order_id}/decrease
GET /portfolio/fills
GET /portfolio/order_groups
POST /portfolio/order_groups/create
GET /portfolio/order_groups/{order_group_id}
DELETE /portfolio/order_groups/{order_group_id}
PUT /portfolio/order_groups/{order_group_id}/limit
PUT /portfolio/order_groups/{order_group_id}/reset
PUT /portfolio/order_groups/{order_group_id}/trigger
GET /portfolio/orders
GET /portfolio/orders/queue_positions
GET /portfolio/orders/{order_id}
GET /portfolio/orders/{order_id}/queue_position
GET /portfolio/positions
GET /portfolio/settlements
GET /series
GET /series/fee_changes
GET /series/{series_ticker}
GET /series/{series_ticker}/events/{ticker}/candlesticks
GET /series/{series_ticker}/markets/{ticker}/candlesticks
""".split("\n")


def the_exchange(sdk, market):
    tally.check(sdk.call("get_exchange_status").trading_active, "trading is active")
    schedule = sdk.call("get_exchange_schedule").schedule
    tally.equal(len(schedule.standard_hours), 1, "weeks in the schedule")
    tally.check(sdk.call("get_user_data_timestamp").as_of_time is not None, "user data has a time")
    costs = sdk.call("get_account_endpoint_costs")
    tally.equal(costs.default_cost, 10, "the default cost")
    limits = sdk.call("get_account_api_limits")
    tally.check(limits.read.refill_rate > 0 and limits.write.bucket_capacity > 0, "the account has budgets")


def listings(sdk, market):
    series = sdk.call("get_series_list", include_volume=True).series
    tally.check(len(series) > 0, "there are series")
    one = sdk.call("get_series", series[0].ticker).series
    tally.equal(one.ticker, series[0].ticker, "the series")
    sdk.call("get_series_list", category=one.category, tags="nothing")
    sdk.call("get_series_fee_changes", show_historical=True)
    events = sdk.call("get_events", limit=3, with_nested_markets=True, with_milestones=True)
    tally.check(len(events.events) == 3 and events.events[0].markets, "events with their markets")
    more = sdk.call("get_events", limit=3, cursor=events.cursor)
    tally.check(more.events[0].event_ticker > events.events[-1].event_ticker, "the second page follows the first")
    for status in ("open", "closed", "settled", "unopened"):
        sdk.call("get_events", status=status)
    event = market["event_ticker"]
    tally.check(sdk.call("get_event", event).markets, "an event has markets beside it")
    tally.check(sdk.call("get_event", event, with_nested_markets=True).event.markets, "or inside it")
    tally.equal(len(sdk.call("get_event_metadata", event).market_details), len(sdk.call("get_event", event).markets), "metadata for each market")
    sdk.call("get_event_fee_changes", limit=10)
    sdk.call("get_multivariate_events", limit=10)
    sdk.refused(404, "get_event", "KXNONE-1")
    sdk.refused(404, "get_event_metadata", "KXNONE-1")
    sdk.refused(404, "get_series", "KXNONE")


def markets(sdk, market):
    ticker = market["ticker"]
    tally.equal(sdk.call("get_market", ticker).market.ticker, ticker, "the market")
    first = sdk.call("get_markets", limit=5)
    second = sdk.call("get_markets", limit=5, cursor=first.cursor)
    tally.check({m.ticker for m in first.markets}.isdisjoint(m.ticker for m in second.markets), "pages do not overlap")
    for status in ("unopened", "open", "paused", "closed", "settled"):
        sdk.call("get_markets", status=status, limit=1000)
    two = sdk.call("get_markets", tickers=f"{ticker},{first.markets[0].ticker}").markets
    tally.check(1 <= len(two) <= 2, "markets by their tickers")
    now = int(time.time())
    sdk.call("get_markets", status="open", min_created_ts=now - 86400 * 3, max_created_ts=now)
    sdk.call("get_markets", min_close_ts=now, max_close_ts=now + 86400)
    sdk.call("get_markets", status="settled", min_settled_ts=now - 3600, max_settled_ts=now)
    sdk.call("get_markets", min_updated_ts=now - 3600, mve_filter="exclude")
    sdk.call("get_markets", event_ticker=market["event_ticker"], mve_filter="exclude")
    sdk.refused(400, "get_markets", status="open", min_close_ts=now)
    sdk.refused(400, "get_markets", min_settled_ts=now, min_created_ts=now)
    sdk.refused(404, "get_market", "KXNONE-1")

    sdk.call("get_market_orderbook", ticker)
    book = sdk.call("get_market_orderbook", ticker, depth=1).orderbook_fp
    tally.check(len(book.yes_dollars) <= 1 and len(book.no_dollars) <= 1, "a book of depth 1")
    tally.equal(len(sdk.call("get_market_orderbooks", [ticker, first.markets[0].ticker]).orderbooks), len({ticker, first.markets[0].ticker}), "two books")
    sdk.refused(404, "get_market_orderbook", "KXNONE-1")
    trades = sdk.call("get_trades", limit=5)
    sdk.call("get_trades", limit=5, cursor=trades.cursor)
    sdk.call("get_trades", ticker=ticker, min_ts=now - 60, max_ts=now + 60)
    tally.equal(sdk.call("get_trades", is_block_trade=True).trades, [], "block trades")


def candles(sdk, market):
    ticker, now = market["ticker"], int(time.time())
    series = next(e.series_ticker for e in [sdk.call("get_event", market["event_ticker"]).event])
    for period in (1, 60, 1440):
        found = sdk.call("get_market_candlesticks", series, ticker, now - 3600, now + 86400, period).candlesticks
        tally.check(len(found) >= 1, f"candles of {period} minutes")
    sdk.call("get_market_candlesticks", series, ticker, now, now + 60, 1, include_latest_before_start=True)
    batch = sdk.call("batch_get_market_candlesticks", ticker, now - 3600, now + 3600, 1, include_latest_before_start=True)
    tally.equal([m.market_ticker for m in batch.markets], [ticker], "candles of a batch")
    of_event = sdk.call("get_market_candlesticks_by_event", market["event_ticker"], series, now - 3600, now + 3600, 60)
    tally.equal(len(of_event.market_tickers), len(of_event.market_candlesticks), "candles of an event")
    sdk.refused(404, "get_market_candlesticks", "KXNONE", ticker, now - 60, now, 1)


def the_account(sdk, market):
    made = sdk.call("generate_api_key", name="reader", scopes=["read"])
    tally.check(made.private_key.startswith("-----BEGIN"), "a private key is handed over once")
    listed = sdk.call("get_api_keys").api_keys
    tally.check(made.api_key_id in [key.api_key_id for key in listed], "the key is listed")
    sdk.call("delete_api_key", made.api_key_id)
    sdk.refused(404, "delete_api_key", made.api_key_id)
    sdk.refused(400, "create_api_key", name="broken", public_key="no key")
    sdk.call("get_account_api_usage_level_volume_progress")
    sdk.call("upgrade_account_api_usage_level")
    tally.equal(sdk.call("get_deposits").deposits, [], "deposits")
    tally.equal(sdk.call("get_withdrawals").withdrawals, [], "withdrawals")
    sdk.refused(403, "get_portfolio_resting_order_total_value")


def combos(sdk, market):
    found = sdk.call("get_multivariate_event_collections", status="open").multivariate_contracts
    tally.equal(len(found), 1, "collections")
    tally.equal(sdk.call("get_multivariate_event_collections", status="closed").multivariate_contracts, [], "closed collections")
    name = found[0].collection_ticker
    tally.equal(sdk.call("get_multivariate_event_collection", name).multivariate_contract.size_min, 2, "the collection")
    other = next(m for m in sdk.call("get_markets", status="open", limit=1000, mve_filter="exclude").markets if m.event_ticker != market["event_ticker"])
    legs = [
        {"market_ticker": market["ticker"], "event_ticker": market["event_ticker"], "side": "yes"},
        {"market_ticker": other.ticker, "event_ticker": other.event_ticker, "side": "no"},
    ]
    made = sdk.call("create_market_in_multivariate_event_collection", name, selected_markets=legs, with_market_payload=True)
    tally.equal(len(made.market.mve_selected_legs), 2, "legs")
    again = sdk.call("create_market_in_multivariate_event_collection", name, selected_markets=legs[::-1])
    tally.equal(again.market_ticker, made.market_ticker, "the same legs again")
    for wrong in ([legs[0], legs[0]], [legs[0], {**legs[0], "side": "no"}], legs[:1]):
        sdk.refused(400, "create_market_in_multivariate_event_collection", name, selected_markets=wrong)
    events = sdk.call("get_multivariate_events", collection_ticker=name, with_nested_markets=True).events
    tally.check(made.event_ticker in [event.event_ticker for event in events], "the combination's event")
    tally.equal(sdk.call("get_markets", tickers=made.market_ticker, mve_filter="only").markets[0].ticker, made.market_ticker, "the combination's market")
    tally.equal(sdk.call("get_markets", tickers=made.market_ticker, mve_filter="exclude").markets, [], "and it is left out when asked for")
    order_made = sdk.call("create_order_v2", **order({"ticker": made.market_ticker}, "bid", "0.0055"))
    sdk.call("cancel_order_v2", order_made.order_id)


def reference(sdk, market):
    tally.equal(sdk.call("get_milestones", 10).milestones, [], "milestones")
    tally.equal(sdk.call("get_structured_targets").structured_targets, [], "structured targets")
    tally.equal(sdk.call("get_incentive_programs").incentive_programs, [], "incentive programs")
    sdk.call("get_filters_for_sports")
    sdk.call("get_tags_for_series_categories")
    sdk.refused(404, "get_milestone", client_id())
    sdk.refused(404, "get_structured_target", client_id())
    sdk.refused(404, "get_multivariate_event_collection", "KXMVENONE")
    now = int(time.time())
    tally.check(sdk.call("get_historical_cutoff").trades_created_ts is not None, "history has a cutoff")
    tally.equal(sdk.call("get_historical_markets").markets, [], "historical markets")
    for name in ("get_trades_historical", "get_fills_historical", "get_historical_orders", "get_historical_positions"):
        sdk.call(name, limit=10)
    sdk.refused(404, "get_historical_market", market["ticker"])
    sdk.refused(404, "get_market_candlesticks_historical", market["ticker"], now - 60, now, 1)


def main():
    path = shared("kalshi-api", "openapi.yaml")
    if path is None:
        print("skipped: the OpenAPI text is not at ../shared/kalshi-api, so bodies are judged by the SDKs alone")
    contract = Contract(path) if path else None
    scenarios = (the_exchange, listings, markets, candles, resting, refusals, batches, groups, subaccounts, combos, the_account, reference)
    with Exchange() as exchange:
        witness = Witness(exchange.port, contract)
        # The two accounts change places, so that the second round begins without the first one's position.
        for flavour, own_key, other_key in (("sync", exchange.first, exchange.second), ("async", exchange.second, exchange.first)):
            sdk, other = SDK(flavour, witness.url, own_key), SDK(flavour, witness.url, other_key)
            for scenario in scenarios:
                tally.run(f"{flavour} {scenario.__name__}", scenario, sdk, quoted_market(exchange.port))
            for scenario in (trading, asking):
                tally.run(f"{flavour} {scenario.__name__}", scenario, sdk, quoted_market(exchange.port), other)
            sdk.close()
            other.close()
        witness.close()
        for complaint in witness.complaints:
            tally.check(False, complaint)
        if contract:
            tally.check(witness.answers > 250, f"only {witness.answers} answers were judged")
            for operation in filter(None, NEEDED):
                statuses = witness.seen.get(tuple(operation.split(" ")), set())
                tally.check(any(status < 300 for status in statuses), f"{operation} was never called with success: {sorted(statuses)}")
            print(f"{witness.answers} answers judged, of {len(witness.seen)} operations")


if __name__ == "__main__":
    main()
    tally.finish()
