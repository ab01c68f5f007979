import Foundation
@testable import Kalshi
import Model
import TestSupport
import Testing

/// Every answer of the exchange that others recorded, read by this client: those of June 2026, and those of January 2026, when prices were cents.
@Suite struct KalshiRecordedAnswersTests {
    private enum Expected: Sendable {
        case reads(Reading.Reader)
        /// Its meaning cannot be known, and the client says why.
        case breaks(String, Reading.Reader)
        case refuses(code: String)
        case saysNothing
        /// No operation of this client asks for it.
        case notAsked
    }

    private struct OldBatchRow: Answered {
        static let contract = Contract("OldBatchRow", "order order_id client_order_id reduced_by error")
        init(_ fields: Fields) throws(ContractBreak) { _ = try fields.one("order", OrderRow.self) }
    }

    private static let order = Reading.wrapped("order", OrderRow.self, beside: "old_order reduced_by")

    private static let january: [String: Expected] = [
        "amend_order_response.json": .reads(order), "cancel_order_response.json": .reads(order), "create_order_response.json": .reads(order),
        "decrease_order_response.json": .reads(order), "portfolio_order_single_response.json": .reads(order),
        "batch_cancel_orders_response.json": .reads(Reading.list(ListShape("orders", OldBatchRow.self), atLeast: 1)),
        "batch_create_orders_response.json": .reads(Reading.list(ListShape("orders", OldBatchRow.self), atLeast: 1)),
        "candlesticks_batch_response.json.gz": .reads(Reading.list(ListShape("markets", CandlesticksOfMarket.self), atLeast: 1)),
        "event_candlesticks_response.json.gz": .reads(Reading.one(CandlesticksOfEvent.self)),
        "series_candlesticks_response.json.gz": .reads(Reading.one(CandlesticksOfMarket.self)),
        "event_metadata_response.json": .reads(Reading.one(KalshiEventMetadata.self)),
        "event_single_response.json": .reads(Reading.wrapped("event", KalshiEvent.self, beside: "markets")),
        "events_list_response.json": .reads(Reading.list(.events, atLeast: 1)),
        "events_multivariate_list_response.json": .reads(Reading.list(.events, atLeast: 1)),
        "exchange_schedule_response.json": .reads(Reading.wrapped("schedule", KalshiSchedule.self)),
        "exchange_status_response.json": .reads(Reading.one(KalshiStatus.self)),
        "market_single_response.json": .reads(Reading.wrapped("market", KalshiMarket.self)),
        "markets_list_response.json": .reads(Reading.list(.markets, atLeast: 1)),
        "markets_settled_KXNBAGAME_2026-01_02.json.gz": .reads { value, notes in
            guard case .array(let rows) = value, rows.count == 368 else { throw ContractBreak("not 368 markets") }
            let markets = try rows.map { try KalshiMarket(Fields($0, KalshiMarket.contract, notes)) }
            let scalars = markets.count { if case .scalar = $0.result { true } else { false } }
            if scalars != 4 || markets.contains(where: { $0.result == nil }) { throw ContractBreak("\(scalars) markets were settled by a value") }
        },
        "order_group_create_response.json": .reads(Reading.one(OrderGroupCreated.self)),
        "order_group_single_response.json": .reads(Reading.one(OrderGroupDetail.self)),
        "order_groups_list_response.json": .reads(Reading.list(ListShape("order_groups", KalshiOrderGroup.self), atLeast: 1)),
        "order_queue_position_response.json": .reads(Reading.one(QueuePositionAlone.self)),
        "order_queue_positions_response.json": .reads(Reading.list(ListShape("queue_positions", KalshiQueuePosition.self), atLeast: 1)),
        "orderbook_response.json": .reads(Reading.one(OrderbookAnswer.self)),
        "portfolio_balance_response.json": .reads(Reading.one(KalshiBalance.self)),
        // A fill whose fee is not told cannot be booked: no fee is invented.
        "portfolio_fills_response.json": .breaks("Fill lacks fee_cost", Reading.list(.fills)),
        "portfolio_orders_response.json": .reads(Reading.list(.orders, atLeast: 1)),
        "portfolio_positions_response.json": .reads(Reading.list(.positions, atLeast: 1)),
        "portfolio_settlements_response.json": .reads(Reading.list(.settlements, atLeast: 1)),
        "portfolio_total_resting_order_value_response.json": .refuses(code: "permission_denied"),
        "series_fee_changes_response.json": .reads(Reading.list(ListShape("series_fee_change_arr", KalshiFeeChange.self))),
        "series_list_response.json.gz": .reads(Reading.list(.series, atLeast: 1)),
        "series_single_response.json": .reads(Reading.wrapped("series", KalshiSeries.self)),
        "trades_list_response.json": .reads(Reading.list(.trades, atLeast: 1)),
        "user_data_timestamp_response.json": .reads(Reading.one(UserDataTimestamp.self)),
        "filters_by_sport_response.json": .reads(Reading.one(FiltersBySport.self)),
        "tags_by_categories_response.json": .reads(Reading.one(TagsByCategory.self)),
        // In January it did not say which market it was for by id, nor described the program; the target was a whole number.
        "incentive_programs_response.json": .reads(Reading.list(ListShape("incentive_programs", KalshiIncentive.self, cursor: "next_cursor"), atLeast: 1)),
        "milestone_single_response.json": .reads(Reading.wrapped("milestone", KalshiMilestone.self)),
        "milestones_list_response.json": .reads(Reading.list(ListShape("milestones", KalshiMilestone.self), atLeast: 1)),
        "structured_target_single_response.json": .reads(Reading.wrapped("structured_target", KalshiTarget.self)),
        "structured_targets_list_response.json": .reads(Reading.list(ListShape("structured_targets", KalshiTarget.self), atLeast: 1)),
        "multivariate_event_collection_single_response.json": .reads(Reading.wrapped("multivariate_contract", KalshiCollection.self)),
        "multivariate_event_collections_list_response.json": .reads(Reading.list(ListShape("multivariate_contracts", KalshiCollection.self), atLeast: 1)),
        // The operation was another one then, its answer the same.
        "multivariate_event_collection_lookup_tickers_response.json": .reads(Reading.one(CombinationAnswer.self)),
        // Acts whose answer says nothing; the client reads none.
        "order_group_delete_response.json": .saysNothing, "order_group_reset_response.json": .saysNothing,
        // Not in the contract any more, or of its part for sports, which this client leaves out (Kalshi reference, section 7, tier C).
        "exchange_announcements_response.json": .notAsked, "live_data_batch_response.json": .notAsked, "live_data_milestone_response.json": .notAsked,
    ]

    @Test func `every answer of January 2026 is read, or refused with the field that is missing, and what it had beside the contract is reported`() throws {
        guard let folder = Shared.path("data/kalshi-rest-fixtures") else { return }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains(".json") && !$0.hasSuffix("jsonl") }
        #expect(Set(files) == Set(Self.january.keys))
        var news: [String: [String]] = [:]
        for (file, expected) in Self.january.sorted(by: { $0.key < $1.key }) {
            var value = try AnswerValue(Array(Shared.unpacked(folder + "/" + file)))
            if case .object(let members) = value, let response = members["response"] { value = response }
            let notes = ContractNotes()
            switch expected {
            case .reads(let read):
                do { try read(value, notes) } catch { Issue.record("\(file): \(error)") }
            case .breaks(let problem, let read):
                #expect(throws: ContractBreak(problem)) { try read(value, notes) }
            case .refuses(let code):
                guard case .object(let members) = value, case .object(let error)? = members["error"] else {
                    Issue.record("\(file) is no error")
                    continue
                }
                #expect(error["code"] == .text(code))
            case .saysNothing: #expect(value == .object([:]))
            case .notAsked: continue
            }
            news[file] = notes.problems
        }
        // Cents beside the dollars: known no more, and said so.
        #expect(news["portfolio_orders_response.json"]?.contains("Order has the unknown field yes_price") == true)
        #expect(news["markets_list_response.json"]?.contains("Market has the unknown field tick_size") == true)
        #expect(news["portfolio_positions_response.json"]?.contains("MarketPosition has the unknown field resting_orders_count") == true)
        #expect(news["user_data_timestamp_response.json"] == [] && news["exchange_status_response.json"] == [] && news["series_single_response.json"] == [])
    }

    @Test func `every recorded request of June 2026 is answered with what the client takes it for`() throws {
        guard let data = try Shared.data("kalshi-api/wire-samples.json") else { return }
        guard case .object(let root) = try AnswerValue(Array(data)), case .array(let samples)? = root["rest"] else {
            Issue.record("no samples")
            return
        }
        var read = 0
        var news: [String] = []
        for case .object(let sample) in samples {
            guard case .text(let name)? = sample["case"], case .number(let status)? = sample["status"], case .text(let path)? = sample["path"],
                case .text(let method)? = sample["method"], let answer = sample["response"]
            else {
                Issue.record("a sample without its parts")
                continue
            }
            let notes = ContractNotes()
            if status.hasPrefix("2") {
                let place = path.dropFirst("/trade-api/v2".count).prefix { $0 != "?" }
                do { try Self.reader(method, String(place))(answer, notes) } catch { Issue.record("\(name): \(error)") }
                news += notes.problems
            } else {
                guard case .object(let members) = answer else {
                    Issue.record("\(name) is no error")
                    continue
                }
                let said = members["error"] ?? members["code"] ?? members["msg"]
                #expect(said != nil, "\(name)")
            }
            read += 1
        }
        #expect(read == 36)
        // What has left the contract since June, and nothing else.
        let gone = ["Market has the unknown field fractional_trading_enabled", "Market has the unknown field liquidity_dollars",
            "Market has the unknown field response_price_units", "MarketPosition has the unknown field resting_orders_count"]
        #expect(Set(news).subtracting(gone).isEmpty, "\(news)")
    }

    @Test func `the recorded portfolio of June 2026 is read as it was meant`() throws {
        guard let data = try Shared.data("kalshi-api/wire-samples.json") else { return }
        guard case .object(let root) = try AnswerValue(Array(data)), case .array(let samples)? = root["rest"] else { return }
        let notes = ContractNotes()
        func body(_ name: String) throws -> AnswerValue {
            for case .object(let sample) in samples where sample["case"] == .text(name) { return sample["response"] ?? .null }
            throw ContractBreak("no sample \(name)")
        }
        func one<Part: Answered>(_ type: Part.Type, _ name: String) throws -> Part { try Part(Fields(body(name), Part.contract, notes)) }
        #expect(try one(KalshiBalance.self, "auth__balance_ok").available == Money("98.0186"))
        #expect(try one(KalshiLimits.self, "account__limits").write.refillPerSecond == 100)
        let costs = try one(EndpointCosts.self, "account__endpoint_costs")
        #expect(costs[.createOrder] == 10 && costs[.cancelOrder] == 2)
        let fills = try ListShape.fills.page(body("fills__after_taker"), notes).rows.map(\.fill)
        #expect(fills[0].price == Price("0.52") && fills[0].fee == Money("0.0175") && fills[0].side == .yes && fills[0].liquidity == .taker && fills[0].quantity == .contracts(1))
        #expect(fills[0].time == CivilTime.parse("2026-06-11T06:29:30.164956Z"))
        let orders = try ListShape.orders.page(body("portfolio__orders_list"), notes).rows.map(\.order)
        #expect(orders[0].status == .executed && orders[0].limit == Price("0.99") && orders[1].status == .canceled)
        #expect(try ListShape.positions.page(body("portfolio__positions"), notes).rows.map(\.position.net) == [.contracts(3)])
        #expect(try one(KalshiCreated.self, "orders__create_v2_taker_ioc").remaining == .zero)
        #expect(try one(KalshiCreated.self, "orders__create_v2_maker").remaining == .contracts(1))
        #expect(try one(CanceledAnswer.self, "orders__cancel_v2").reducedBy == .contracts(1))
        #expect(try one(OrderbookAnswer.self, "orderbook__base").book.no == [Level(price: .cents(48), quantity: .contracts(3))])
    }

    @Test(arguments: [
        (#"{"order_id":"o","ticker":"T","outcome_side":"maybe","status":"resting"}"#, #"Order has the unknown outcome_side "maybe""#),
        (#"{"order_id":"o","ticker":"T","book_side":"offer","status":"resting"}"#, #"Order has the unknown book_side "offer""#),
        (#"{"order_id":"o","ticker":"T","outcome_side":"yes","book_side":"ask","status":"resting"}"#, "Order is on both sides at once"),
        (#"{"order_id":"o","ticker":"T","side":"yes","action":"lend","status":"resting"}"#, #"Order has the unknown action "lend""#),
        (#"{"order_id":"","ticker":"T","side":"yes","yes_price_dollars":"0.5000","status":"resting"}"#, "Order has an empty order_id"),
        (#"{"order_id":"o","ticker":"T","side":"yes","yes_price_dollars":"1.5000","status":"resting"}"#, "Order has a yes_price_dollars that cannot be read"),
        (#"{"order_id":"o","ticker":"T","side":"yes","yes_price_dollars":"0.5000","status":"resting","initial_count_fp":"1.00","fill_count_fp":"0.00"}"#, "Order lacks remaining_count_fp"),
        (#"[]"#, "Order is not an object"),
    ]) func `what decides is never guessed`(json: String, problem: String) throws {
        #expect(throws: ContractBreak(problem)) { try Reading.read(OrderRow.self, json) }
    }

    private static let fill = #"{"trade_id":"t","order_id":"o","ticker":"T","side":"yes","yes_price_dollars":"0.5000","is_taker":true,"fee_cost":"0.01""#
    private static let settlement = #"{"ticker":"T","market_result":"scalar","settled_time":"2026-06-11T06:25:00Z""#

    /// A number in another unit than the contract's must not stop the process, nor be believed.
    @Test(arguments: [
        (fill + #","count_fp":"1.00","ts":1781159460000000000}"#, "Fill has a ts that cannot be read", Reading.one(FillRow.self)),
        (fill + #","count_fp":"1.00","ts":-1}"#, "Fill has a ts that cannot be read", Reading.one(FillRow.self)),
        (fill + #","count_fp":"1.00","ts_ms":9223372036854775807}"#, "Fill has a ts_ms that cannot be read", Reading.one(FillRow.self)),
        (fill + #","count_fp":"100000000000.01","ts":1}"#, "Fill has a count_fp that cannot be read", Reading.one(FillRow.self)),
        (#"{"end_period_ts":17811594600000,"yes_bid":{},"yes_ask":{},"price":{},"volume_fp":"0.00","open_interest_fp":"0.00"}"#,
            "Candlestick has a end_period_ts that cannot be read", Reading.one(KalshiCandlestick.self)),
        (#"{"balance":9223372036854775807}"#, "Balance has a balance that cannot be read", Reading.one(KalshiBalance.self)),
        (#"{"balance_dollars":"9000000000000.0000"}"#, "Balance has a balance_dollars that cannot be read", Reading.one(KalshiBalance.self)),
        (settlement + #","value":25,"revenue":-9223372036854775808}"#, "Settlement has a revenue that cannot be read", Reading.one(KalshiSettlement.self)),
        (settlement + #","value":101,"revenue":1}"#, "Settlement has a value that is not 0 to 100 cents", Reading.one(KalshiSettlement.self)),
        (#"{"refill_rate":1e-300,"bucket_capacity":10}"#, "BucketLimit is beyond all sense", Reading.one(KalshiLimits.Bucket.self)),
    ]) func `a number beyond all sense is a break of the contract`(json: String, problem: String, read: Reading.Reader) throws {
        let value = try AnswerValue(Array(json.utf8))
        #expect(throws: ContractBreak(problem)) { try read(value, ContractNotes()) }
    }

    @Test func `a market that is settled by a value without one is void, also to the account`() throws {
        let market = #"{"ticker":"T","event_ticker":"E","status":"finalized","result":"scalar"}"#
        #expect(try Reading.read(KalshiMarket.self, market).result == .void)
        let paid = try Reading.read(KalshiSettlement.self, Self.settlement + #","value":null,"yes_count_fp":"10.00","no_count_fp":"0.00","revenue":402}"#)
        #expect(paid.settlement.result == .void && paid.settlement.paid == .init(net: .contracts(10), amount: .cents(402)))
    }

    @Test func `of contracts on both legs the payout is not believed to be one position's`() throws {
        let paid = try Reading.read(KalshiSettlement.self, Self.settlement + #","value":25,"yes_count_fp":"10.00","no_count_fp":"4.00","revenue":650}"#)
        #expect(paid.settlement.paid == nil)
    }

    @Test func `a settlement value finer than any price leaves the list readable, and the result to the account`() throws {
        let json = #"{"ticker":"T","event_ticker":"E","status":"finalized","result":"scalar","settlement_value_dollars":"0.333333"}"#
        let (market, news) = try Reading.read(KalshiMarket.self, Data(json.utf8))
        #expect(market.result == nil && news.count == 1)
    }

    @Test func `an unknown status of an order is unknown, and said`() throws {
        let json = #"{"order_id":"o","ticker":"T","side":"yes","yes_price_dollars":"0.5000","status":"dreaming","initial_count_fp":"1.00","fill_count_fp":"0.00","remaining_count_fp":"1.00"}"#
        let (row, news) = try Reading.read(OrderRow.self, Data(json.utf8))
        #expect(row.order.status == .unknown && news == [#"Order has the unknown status "dreaming""#])
    }

    private static func reader(_ method: String, _ path: String) -> Reading.Reader {
        let parts = path.split(separator: "/")
        switch (method, parts.first.map(String.init) ?? "", parts.dropFirst().first.map(String.init) ?? "") {
        case ("GET", "account", "limits"): return Reading.one(KalshiLimits.self)
        case ("GET", "account", _): return Reading.one(EndpointCosts.self)
        case ("GET", "exchange", _): return Reading.one(KalshiStatus.self)
        case ("GET", "markets", _): return parts.count == 3 ? Reading.one(OrderbookAnswer.self) : Reading.wrapped("market", KalshiMarket.self)
        case ("GET", "portfolio", "balance"): return Reading.one(KalshiBalance.self)
        case ("GET", "portfolio", "fills"): return Reading.list(.fills, atLeast: 1)
        case ("GET", "portfolio", "positions"): return Reading.list(.positions, atLeast: 1)
        case ("GET", "portfolio", "settlements"): return Reading.list(.settlements)
        case ("GET", "portfolio", "orders"): return parts.count == 3 ? Reading.wrapped("order", OrderRow.self) : Reading.list(.orders, atLeast: 1)
        case ("POST", "portfolio", "events"): return Reading.one(KalshiCreated.self)
        case ("DELETE", "portfolio", "events"): return Reading.one(CanceledAnswer.self)
        default: return { _, _ in throw ContractBreak("no operation for \(method) \(path)") }
        }
    }

    @Test func `every frame of April 2026 is read, and nothing in it is broken`() throws {
        guard let data = try Shared.data("data/kalshi-rest-fixtures/ws_frames_mixed.jsonl") else { return }
        var session = FeedSession(settings: KalshiFeedSettings(series: []))
        var actions: [FeedSession.Action] = []
        session.opened(1, at: .zero, into: &actions)
        var (frames, errors) = (0, 0)
        for line in data.split(separator: UInt8(ascii: "\n")) {
            guard case .object(let row) = try AnswerValue(Array(line)), case .text(let raw)? = row["raw"] else {
                Issue.record("a line without a frame")
                continue
            }
            // An error may end the connection: the next frame is another one's.
            if !session.isConnected { session.opened(session.connection + 1, at: .zero, into: &actions) }
            actions = []
            session.frame(Array(raw.utf8), session.connection, at: .zero, into: &actions)
            frames += 1
            if raw.contains(#""type":"error""#) { errors += 1 }
            for case .deliver(.drift(let drift), _) in actions { Issue.record("\(drift)") }
            #expect(!actions.isEmpty, "\(raw.prefix(200))")
        }
        #expect(frames == 74 && errors == 3)
    }
}
