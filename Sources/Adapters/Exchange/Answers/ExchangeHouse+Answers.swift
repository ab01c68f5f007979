import Matching
import Model
import Notation
import Transport

/// One request that has passed the door.
struct Call: Sendable {
    let operation: Operation
    let query: Query
    let body: [UInt8]
    /// Nil where nobody signed.
    let caller: Caller?
}

/// One answer: a status and a body, or none (204).
struct Answer: Sendable {
    let status: Int
    let body: JSON?

    static func ok(_ members: KeyValuePairs<String, JSON?>) -> Answer { Answer(status: 200, body: .object(members)) }
    static func created(_ members: KeyValuePairs<String, JSON?>) -> Answer { Answer(status: 201, body: .object(members)) }
    static let nothing = Answer(status: 204, body: nil)
}

extension ExchangeHouse {
    /// Answers one call, and returns when the ledger has what it did.
    func answer(_ call: Call) throws(APIError) -> Answer { try answer([call])[0].get() }

    /// Answers calls one after the other and returns when the ledger has, in one write, what all of them did. When it has not, nobody is told anything.
    func answer(_ calls: [Call]) -> [Result<Answer, APIError>] {
        // In trouble, what is public is still answered; what is about an account is not.
        guard live() else { return calls.map(result) }
        let answers = calls.map(result)
        return commitNoted() ? answers : answers.map { _ in .failure(.unavailable) }
    }

    private func result(of call: Call) -> Result<Answer, APIError> {
        do throws(APIError) { return .success(try respond(call)) } catch { return .failure(error) }
    }

    /// Answers whoever waits until nobody does.
    func serve(_ intake: Intake) async {
        while true {
            let waiting = intake.take()
            if waiting.isEmpty { return }
            for (waiting, answer) in zip(waiting, answer(waiting.map(\.call))) { waiting.reply.resume(returning: answer) }
            // Between two groups the clock and the sockets have their turn.
            await Task.yield()
        }
    }

    /// The answer as it will be once what happened is stored: see `note`.
    func respond(_ call: Call) throws(APIError) -> Answer {
        let query = call.query
        switch call.operation {
        case .exchangeStatus: return status()
        case .exchangeSchedule: return .ok(["schedule": hours.json(at: time)])
        case .userDataTimestamp: return .ok(["as_of_time": .text(CivilTime.text(time))])
        case .seriesList: return try seriesList(query)
        case .series(let ticker): return try series(ticker)
        case .seriesFeeChanges: return .ok(["series_fee_change_arr": []])
        case .events: return try events(query)
        case .event(let ticker): return try event(ticker, query)
        case .eventMetadata(let ticker): return try eventMetadata(ticker)
        case .eventFeeChanges: return try emptyPage("event_fee_changes", query, maximum: 1000)
        case .multivariateEvents: return try multivariateEvents(query)
        case .markets: return try markets(query)
        case .market(let ticker): return try market(ticker)
        case .orderbook(let ticker): return try orderbook(ticker, query)
        case .orderbooks: return try orderbooks(query)
        case .trades: return try trades(query, isHistorical: false)
        case .candles(let series, let market): return try candles(series, market, query)
        case .candlesBatch: return try candlesBatch(query)
        case .eventCandles(let series, let event): return try eventCandles(series, event, query)
        case .historicalCutoff: return cutoffs()
        case .historicalMarkets: return try historicalMarkets(query)
        case .historicalMarket(let ticker): return try historicalMarket(ticker)
        case .historicalCandles(let ticker): return try historicalCandles(ticker, query)
        case .historicalTrades: return try trades(query, isHistorical: true)
        case .endpointCosts: return endpointCosts()
        case .collections: return try collections(query)
        case .collection(let ticker): return try collection(ticker)
        case .milestones: return try milestones(query)
        case .structuredTargets: return try structuredTargets(query)
        case .incentives: return try incentives(query)
        case .sportFilters: return .ok(["filters_by_sports": .object([:]), "sport_ordering": []])
        case .categoryTags: return categoryTags()
        case .milestone, .structuredTarget: throw .notFound
        case .retired: throw .retired
        case .limits: return try limits(owner(call))
        case .upgrade: return try upgrade(owner(call))
        case .volumeProgress: return try volumeProgress(owner(call))
        case .apiKeys: return try apiKeys(owner(call))
        case .createKey: return try createKey(owner(call), call.body)
        case .generateKey: return try generateKey(owner(call), call.body)
        case .deleteKey(let id): return try deleteKey(owner(call), id)
        case .balance: return try balance(owner(call), query)
        case .positions: return try positions(owner(call), query, isHistorical: false)
        case .historicalPositions: return try positions(owner(call), query, isHistorical: true)
        case .fills: return try fills(owner(call), query, isHistorical: false)
        case .historicalFills: return try fills(owner(call), query, isHistorical: true)
        case .settlements: return try settlements(owner(call), query)
        case .deposits: return try emptyPage("deposits", query, maximum: 500)
        case .withdrawals: return try emptyPage("withdrawals", query, maximum: 500)
        // For clearing members; everybody else was seen to get this (recorded answer of 2026-01-14).
        case .restingValue: throw .permissionDenied
        case .orders: return try orders(owner(call), query, isHistorical: false)
        case .historicalOrders: return try orders(owner(call), query, isHistorical: true)
        case .order(let id): return try order(owner(call), id)
        case .queuePositions: return try queuePositions(owner(call), query)
        case .queuePosition(let id): return try queuePosition(owner(call), id)
        case .createOrder: return try create(owner(call), call.body)
        case .createOrders: return try createBatch(owner(call), call.body)
        case .cancelOrder(let id): return try cancel(owner(call), id, query)
        case .cancelOrders: return try cancelBatch(owner(call), call.body)
        case .cancelAll: return try cancelAll(owner(call), query)
        case .amendOrder(let id): return try amend(owner(call), id, call.body, query)
        case .decreaseOrder(let id): return try decrease(owner(call), id, call.body, query)
        case .orderGroups, .orderGroup, .createGroup, .deleteGroup, .resetGroup, .triggerGroup, .limitGroup: throw .notFound
        case .createSubaccount, .subaccountBalances, .netting, .setNetting, .transfer, .transfers: throw .notFound
        case .communicationsID: return try .ok(["communications_id": .text(communicationsID(owner(call).account))])
        case .rfqs: return try rfqs(owner(call), query)
        case .rfq(let id): return try rfq(owner(call), id)
        case .createRFQ: return try createRFQ(owner(call), call.body)
        case .deleteRFQ(let id): return try deleteRFQ(owner(call), id)
        case .quotes: return try quotes(owner(call), query)
        case .quote(let id, let rfq): return try quote(owner(call), id, rfq)
        case .createQuote: return try createQuote(owner(call), call.body)
        case .deleteQuote(let id, let rfq): return try deleteQuote(owner(call), id, rfq)
        case .acceptQuote(let id, let rfq): return try acceptQuote(owner(call), id, rfq, call.body)
        case .confirmQuote(let id, let rfq): return try confirmQuote(owner(call), id, rfq)
        case .createCombo(let collection): return try createCombo(owner(call), collection, call.body)
        }
    }

    /// Whose account a private call is about. While the ledger cannot be written, nothing about an account is told.
    private func owner(_ call: Call) throws(APIError) -> Caller {
        guard let caller = call.caller, accounts.contains(caller.account) else { throw .keyUnknown }
        guard trouble == nil else { throw .unavailable }
        return caller
    }

    private func status() -> Answer {
        let active = venue.exchangeActive && trouble == nil
        let trading = active && venue.tradingActive
        return .ok([
            "exchange_active": .bool(active),
            "trading_active": .bool(trading),
            "intra_exchange_transfers_active": .bool(active),
            "exchange_estimated_resume_time": hours.maintenance(at: time).map { .text(CivilTime.text($0.end, decimals: 0)) },
            "exchange_index_statuses": [
                .object([
                    "exchange_index": 0, "description": "Simulated event contracts", "exchange_active": .bool(active), "trading_active": .bool(trading),
                    "intra_exchange_transfers_active": .bool(active),
                ])
            ],
        ])
    }

    /// A list of which this world has nothing; its parameters are checked all the same.
    func emptyPage(_ name: String, _ query: Query, maximum: Int) throws(APIError) -> Answer {
        _ = try query.limit(default: 100, maximum: maximum)
        return Answer(status: 200, body: .object([JSON.Member(key: name, value: []), JSON.Member(key: "cursor", value: "")]))
    }
}
