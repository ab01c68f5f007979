"""What an account does: orders alone and in batches, groups, subaccounts, trades, requests for quotes. Each scenario begins and ends with nothing resting."""

import time

from lib.sdk import client_id, order, own, tally


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


def groups(sdk, market):
    """Order groups from their creation to their end."""
    made = sdk.call("create_order_group", contracts_limit=5)
    group = made.order_group_id
    tally.equal(made.subaccount, 0, "the group's subaccount")
    inside = sdk.call("create_order_v2", **order(market, "bid", "0.0200", "2.00", order_group_id=group, cancel_order_on_pause=True))
    tally.equal(sdk.call("get_order_group", group).orders, [inside.order_id], "the group's orders")
    tally.equal(sdk.call("get_order", inside.order_id).order.order_group_id, group, "the order's group")
    tally.check(group in [found.id for found in sdk.call("get_order_groups").order_groups], "the group is listed")
    sdk.call("update_order_group_limit", group, contracts_limit_fp="7.50")
    tally.equal(sdk.call("get_order_group", group).contracts_limit_fp, "7.50", "the new limit")
    sdk.call("trigger_order_group", group)
    tally.equal(sdk.call("get_order", inside.order_id).order.status, "canceled", "an order of a triggered group")
    refused_order = order(market, "bid", "0.0200", order_group_id=group)
    try:
        sdk.call("create_order_v2", **refused_order)
        tally.check(False, "a triggered group took an order")
    except sdk.module.exceptions.ApiException as error:
        tally.check(error.status in (400, 409), f"a triggered group refused with {error.status}")
    sdk.call("reset_order_group", group)
    again = sdk.call("create_order_v2", **order(market, "bid", "0.0200", order_group_id=group))
    sdk.call("delete_order_group", group)
    tally.equal(sdk.call("get_order", again.order_id).order.status, "canceled", "an order of a deleted group")
    for name in ("get_order_group", "delete_order_group", "reset_order_group", "trigger_order_group"):
        sdk.refused(404, name, group)
    sdk.refused(404, "create_order_v2", **order(market, "bid", "0.0200", order_group_id=client_id()))
    sdk.refused(400, "create_order_group", contracts_limit=5, contracts_limit_fp="6.00")


def subaccounts(sdk, market):
    """Money between subaccounts, orders in one of them, and a key that is locked to it."""
    number = sdk.call("create_subaccount").subaccount_number
    tally.check(1 <= number <= 63, "a new subaccount")
    transfer = dict(client_transfer_id=client_id(), from_subaccount=0, to_subaccount=number, amount_cents=5000)
    sdk.call("apply_subaccount_transfer", **transfer)
    sdk.refused(409, "apply_subaccount_transfer", **transfer)
    sdk.refused(400, "apply_subaccount_transfer", **{**transfer, "client_transfer_id": client_id(), "amount_cents": 99_999_999})
    tally.equal(sdk.call("get_balance", subaccount=number).balance, 5000, "the subaccount's balance")
    balances = {item.subaccount_number: item.balance for item in sdk.call("get_subaccount_balances").subaccount_balances}
    tally.equal(balances[number], "50.0000", "among all balances")
    tally.equal(sdk.call("get_subaccount_transfers", limit=1).transfers[0].amount_cents, 5000, "the transfer")
    made = sdk.call("create_order_v2", **order(market, "bid", "0.0200", "3.00", subaccount=number))
    tally.equal(sdk.call("get_order", made.order_id).order.subaccount_number, number, "the order's subaccount")
    tally.equal([found.order_id for found in sdk.call("get_orders", subaccount=number, status="resting").orders], [made.order_id], "orders of the subaccount")
    tally.check(made.order_id not in [found.order_id for found in sdk.call("get_orders", subaccount=0).orders], "and not of the primary one")
    sdk.call("cancel_all_orders", subaccount=0)
    tally.equal(sdk.call("get_order", made.order_id).order.status, "resting", "another subaccount's cancel-all leaves it")
    sdk.call("cancel_all_orders", subaccount=number)
    tally.equal(sdk.call("get_order", made.order_id).order.status, "canceled", "its own takes it")
    sdk.call("update_subaccount_netting", subaccount_number=number, enabled=True)
    netting = {item.subaccount_number: item.enabled for item in sdk.call("get_subaccount_netting").netting_configs}
    tally.equal((netting[0], netting[number]), (False, True), "netting")
    sdk.call("get_positions", subaccount=number)
    sdk.call("get_fills", subaccount=number)
    sdk.call("get_settlements", subaccount=number)
    sdk.refused(404, "get_balance", subaccount=63)
