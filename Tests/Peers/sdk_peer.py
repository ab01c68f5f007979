"""The vendor's SDKs 3.34.0, sync and async, against `aura exchange`: every answer must parse, and fit the vendor's OpenAPI text."""

import asyncio
import importlib
import sys
import time
import uuid

from lib.contract import Contract
from lib.exchange import Exchange, quoted_market, shared
from lib.tally import Tally
from lib.witness import Witness

tally = Tally()


class SDK:
    """One account's client; `call` waits for the async one, so that both live through the same scenarios."""

    def __init__(self, flavour, url, key):
        self.flavour = flavour
        self.module = importlib.import_module(f"kalshi_python_{flavour}")
        self.loop = asyncio.new_event_loop() if flavour == "async" else None
        configuration = self.module.Configuration(host=url)
        configuration.api_key_id = key.id
        configuration.private_key_pem = key.pem
        self.client = self.enter(configuration)

    def enter(self, configuration):
        if self.loop is None:
            return self.module.KalshiClient(configuration)

        async def make():
            return self.module.KalshiClient(configuration)

        return self.loop.run_until_complete(make())

    def call(self, name, /, *arguments, **fields):
        result = getattr(self.client, name)(*arguments, **fields)
        return self.loop.run_until_complete(result) if self.loop else result

    def refused(self, status, name, /, *arguments, **fields):
        """The call must be refused with this status."""
        try:
            self.call(name, *arguments, **fields)
        except self.module.exceptions.ApiException as error:
            tally.equal(error.status, status, f"{self.flavour} {name} {arguments} {fields}")
            return
        tally.check(False, f"{self.flavour} {name} {arguments} {fields} was not refused with {status}")

    def close(self):
        if self.loop:
            self.loop.run_until_complete(self.client.close())
            self.loop.close()


def own(sdk):
    """`user_filter=self`, as the SDK wants it."""
    return importlib.import_module(f"kalshi_python_{sdk.flavour}.models.user_filter").UserFilter("self")


def client_id():
    return str(uuid.uuid4())


def order(market, side, price, count="1.00", **more):
    fields = dict(
        ticker=market["ticker"], side=side, count=count, price=price, client_order_id=client_id(), time_in_force="good_till_canceled",
        self_trade_prevention_type="taker_at_cross")
    fields.update(more)
    return fields


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


def resting(sdk, market):
    """One order from its creation over its changes to its end."""
    made = sdk.call("create_order_v2", **order(market, "bid", "0.0300", "10.00", post_only=True, expiration_time=int(time.time()) + 3600))
    tally.equal((made.fill_count, made.remaining_count, made.average_fill_price), ("0.00", "10.00", None), "a resting order")
    found = sdk.call("get_order", made.order_id).order
    tally.equal((found.status, found.book_side, found.yes_price_dollars, found.initial_count_fp), ("resting", "bid", "0.0300", "10.00"), "the order")
    tally.check(sdk.call("get_order_queue_position", made.order_id).queue_position_fp is not None, "it has a place in the queue")
    queue = sdk.call("get_order_queue_positions", market_tickers=market["ticker"]).queue_positions
    tally.check(made.order_id in [place.order_id for place in queue], "and among all places")
    sdk.call("get_order_queue_positions", event_ticker=market["event_ticker"])
    less = sdk.call("decrease_order_v2", made.order_id, reduce_by="2.00")
    tally.equal(less.remaining_count, "8.00", "decreased by two")
    less = sdk.call("decrease_order_v2", made.order_id, reduce_to="5.00")
    tally.equal(less.remaining_count, "5.00", "decreased to five")
    sdk.refused(400, "decrease_order_v2", made.order_id, reduce_to="5.00", reduce_by="1.00")
    sdk.refused(400, "decrease_order_v2", made.order_id)
    renamed = client_id()
    moved = sdk.call(
        "amend_order_v2", made.order_id, ticker=market["ticker"], side="bid", price="0.0200", count="7.00", updated_client_order_id=renamed, expiration_time=0)
    tally.equal((moved.remaining_count, moved.client_order_id), ("7.00", renamed), "amended")
    same = sdk.call("amend_order_v2", made.order_id, ticker=market["ticker"], side="bid", price="0.0200", count="7.00")
    tally.equal(same.remaining_count, None, "an amendment that changes no size says none")
    sdk.refused(409, "amend_order_v2", made.order_id, ticker=market["ticker"], side="ask", price="0.0200", count="7.00")
    sdk.refused(409, "amend_order_v2", made.order_id, ticker="KXNONE-1", side="bid", price="0.0200", count="7.00")
    sdk.refused(404, "amend_order_v2", client_id(), ticker=market["ticker"], side="bid", price="0.0200", count="7.00")
    gone = sdk.call("cancel_order_v2", made.order_id, market_ticker=market["ticker"])
    tally.equal(gone.reduced_by, "7.00", "canceled")
    sdk.refused(404, "cancel_order_v2", made.order_id)
    sdk.refused(404, "decrease_order_v2", made.order_id, reduce_by="1.00")
    sdk.refused(404, "get_order_queue_position", made.order_id)
    sdk.refused(404, "get_order", client_id())


def refusals(sdk, market):
    taken = order(market, "bid", "0.0100")
    sdk.call("create_order_v2", **taken)
    sdk.refused(409, "create_order_v2", **taken)
    sdk.refused(400, "create_order_v2", **order(market, "bid", "1.0000"))
    sdk.refused(400, "create_order_v2", **order(market, "bid", "0.9900", post_only=True))
    sdk.refused(400, "create_order_v2", **order(market, "bid", "0.0100", "9000000.00"))
    sdk.refused(400, "create_order_v2", **order(market, "bid", "0.0100", "0.00"))
    sdk.refused(400, "create_order_v2", **order(market, "bid", "0.0100", reduce_only=True))
    sdk.refused(400, "create_order_v2", **order(market, "bid", "0.0100", expiration_time=int(time.time()) - 60))
    sdk.refused(404, "create_order_v2", **order({"ticker": "KXNONE-1"}, "bid", "0.0100"))
    sdk.refused(409, "create_order_v2", **order(market, "bid", "0.0100", "5.00", time_in_force="fill_or_kill"))


def batches(sdk, market):
    first, second = order(market, "bid", "0.0100", "3.00"), order(market, "ask", "0.9900", "2.00")
    made = sdk.call("batch_create_orders_v2", orders=[first, second, {**first}, order(market, "bid", "0.0155")]).orders
    tally.equal([item.error is None for item in made], [True, True, False, False], "two of four are taken")
    tally.equal([item.error.code for item in made[2:]], ["order_already_exists", "invalid_price"], "and the others say why")
    gone = sdk.call("batch_cancel_orders_v2", orders=[{"order_id": made[0].order_id}, {"order_id": made[1].order_id}, {"order_id": client_id()}]).orders
    tally.equal([item.reduced_by for item in gone], ["3.00", "2.00", "0.00"], "taken back")
    tally.equal(gone[2].error.code, "not_found", "what was not there")
    sdk.call("create_order_v2", **order(market, "bid", "0.0100"))
    sdk.call("cancel_all_orders")
    tally.equal(sdk.call("get_orders", status="resting").orders, [], "orders after all were canceled")


def trading(sdk, market, other):
    """Two accounts meet: the maker's price, both fills, the positions, the money."""
    now = sdk.call("get_market", market["ticker"]).market
    price = now.yes_ask_dollars
    taken = sdk.call("create_order_v2", **order(market, "bid", "0.9900", "2.00", time_in_force="immediate_or_cancel"))
    tally.equal((taken.fill_count, taken.remaining_count), ("2.00", "0.00"), f"taken from the crowd at {price}")
    tally.check(taken.average_fill_price and taken.average_fee_paid, "a fill has averages")
    fills = sdk.call("get_fills", order_id=taken.order_id).fills
    tally.check(sum(float(fill.count_fp) for fill in fills) == 2 and all(fill.is_taker for fill in fills), "its fills")
    sdk.call("get_fills", ticker=market["ticker"], limit=1, min_ts=int(time.time()) - 60, max_ts=int(time.time()) + 60)
    sold = sdk.call("create_order_v2", **order(market, "ask", "0.0100", "1.00", time_in_force="immediate_or_cancel", reduce_only=True))
    tally.equal(sold.fill_count, "1.00", "one of it sold again")
    held = sdk.call("get_positions", ticker=market["ticker"]).market_positions
    tally.check(len(held) == 1, "one position")
    for settled in ("unsettled", "settled", "all"):
        sdk.call("get_positions", settlement_status=settled, count_filter="position,total_traded")
    sdk.call("get_positions", event_ticker=market["event_ticker"], limit=1)
    for status in ("resting", "canceled", "executed"):
        sdk.call("get_orders", status=status)
    page = sdk.call("get_orders", limit=2)
    sdk.call("get_orders", limit=2, cursor=page.cursor, ticker=market["ticker"], event_ticker=market["event_ticker"])
    sdk.call("get_settlements", limit=5)
    balance = sdk.call("get_balance")
    tally.check(0 < balance.balance < 1_000_000, "money was spent")
    tally.equal(sdk.call("get_balance", subaccount=0).balance_breakdown[0].exchange_index, 0, "the shard")
    # An order of our own in the way is not traded with.
    mine = sdk.call("create_order_v2", **order(market, "bid", "0.0100"))
    crossing = sdk.call("create_order_v2", **order(market, "ask", "0.0100", "1.00", time_in_force="immediate_or_cancel", self_trade_prevention_type="maker"))
    tally.check(crossing.order_id != mine.order_id, "an order that meets its own account")
    other.call("get_fills")
    other.call("get_orders")
    sdk.call("cancel_all_orders")


def asking(sdk, market, other):
    """A request for quotes, from the asking to the orders in the book."""
    ticker = market["ticker"]
    tally.check(len(sdk.call("get_communications_id").communications_id) == 64, "a communications id")
    sdk.call("create_rfq", market_ticker=ticker, contracts_fp="3.00", rest_remainder=False, replace_existing=True)
    sdk.refused(409, "create_rfq", market_ticker=ticker, contracts_fp="3.00", rest_remainder=False)
    made = sdk.call("create_rfq", market_ticker=ticker, contracts_fp="3.00", rest_remainder=False, replace_existing=True)
    cost = sdk.call("create_rfq", market_ticker=second_market(sdk, ticker), target_cost_dollars="5.00", rest_remainder=False, replace_existing=True)
    tally.equal(sdk.call("get_rfq", made.id).rfq.status, "open", "the request")
    tally.check(made.id in [rfq.id for rfq in other.call("get_rfqs", status="open", market_ticker=ticker).rfqs], "others see it")
    sdk.call("get_rfqs", user_filter=own(sdk), limit=1)
    sdk.call("get_rfqs", event_ticker=market["event_ticker"])
    sdk.refused(400, "get_rfq", "not-an-id")
    sdk.refused(404, "get_rfq", client_id())

    bid = market["yes_bid_dollars"]
    old = other.call("create_quote", rfq_id=made.id, yes_bid=bid, no_bid="0.0100", rest_remainder=False)
    quote = other.call("create_quote", rfq_id=made.id, yes_bid=bid, no_bid="0", rest_remainder=False)
    tally.equal(other.call("get_quote", old.id).quote.status, "cancelled", "a new quote takes the place of the old one")
    for_cost = other.call("create_quote", rfq_id=cost.id, yes_bid="0.5000", no_bid="0.4000", rest_remainder=False)
    tally.check(float(other.call("get_quote", for_cost.id).quote.yes_contracts_fp) < 10, "a target cost holds the fee as well")
    sdk.refused(400, "create_quote", rfq_id=made.id, yes_bid=bid, no_bid="0", rest_remainder=False)
    other.refused(400, "create_quote", rfq_id=made.id, yes_bid="0.6000", no_bid="0.6000", rest_remainder=False)
    tally.equal([q.id for q in sdk.call("get_quotes", rfq_user_filter=own(sdk), rfq_id=made.id, status="open").quotes], [quote.id], "the requester's quotes")
    other.call("get_quotes", user_filter=own(sdk), limit=1)
    other.call("delete_quote", for_cost.id)
    sdk.call("delete_rfq", cost.id)
    other.refused(409, "create_quote", rfq_id=cost.id, yes_bid="0.5000", no_bid="0.4000", rest_remainder=False)
    sdk.refused(400, "accept_rfq_quote", made.id, quote.id, accepted_side="no")
    sdk.call("accept_rfq_quote", made.id, quote.id, accepted_side="yes")
    sdk.refused(404, "confirm_quote", client_id())
    other.call("confirm_rfq_quote", made.id, quote.id)
    tally.equal(sdk.call("get_rfq_quote", made.id, quote.id).quote.status, "confirmed", "the agreement")
    if sdk.flavour == "async":
        return
    until = time.time() + 30
    while time.time() < until and sdk.call("get_quote", quote.id).quote.status == "confirmed":
        time.sleep(0.5)
    done = sdk.call("get_quote", quote.id).quote
    tally.equal(done.status, "executed", "the agreement in the book")
    mine = sdk.call("get_order", done.rfq_creator_order_id).order
    tally.equal((mine.outcome_side, mine.initial_count_fp), ("no", "3.00"), "the requester's order")
    theirs = other.call("get_order", other.call("get_quote", quote.id).quote.creator_order_id).order
    tally.equal(theirs.outcome_side, "yes", "the maker's order")
    # When the crowd has moved meanwhile, one of the two may have met the crowd instead.
    tally.check(float(mine.fill_count_fp) + float(theirs.fill_count_fp) > 0, "and they traded")
    sdk.call("cancel_all_orders")


def second_market(sdk, ticker):
    return next(m.ticker for m in sdk.call("get_markets", status="open").markets if m.ticker != ticker)


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
    with Exchange() as exchange:
        witness = Witness(exchange.port, contract)
        # The two accounts change places, so that the second round begins without the first one's position.
        for flavour, own_key, other_key in (("sync", exchange.first, exchange.second), ("async", exchange.second, exchange.first)):
            sdk, other = SDK(flavour, witness.url, own_key), SDK(flavour, witness.url, other_key)
            for scenario in (the_exchange, listings, markets, candles, resting, refusals, batches, combos, the_account, reference):
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
            print(f"{witness.answers} answers judged, of {len(witness.seen)} operations")


if __name__ == "__main__":
    main()
    tally.finish()
