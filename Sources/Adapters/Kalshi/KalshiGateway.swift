public import Model
public import Ports
public import Risk
import Synchronization

/// Carries approved orders to the exchange, and says of each what is certain.
public final class KalshiGateway: OrderGateway {
    /// How far the portfolio's lists may be behind when they say that something is not there.
    static let mostBehind = Interval.seconds(5)
    /// Fills whose orders are asked for one by one; for more the whole list is cheaper.
    static let mostAskedAlone = 20

    /// Remembered names of orders; the oldest go first. A forgotten one is asked for.
    static let mostRemembered = 20_000

    private struct Memory {
        var clients: [OrderID: ClientOrderID] = [:]
        var age: [OrderID] = []
        /// When an answer failed to come, for `find`.
        var doubtful: [ClientOrderID: ContinuousClock.Instant] = [:]
    }

    private let client: KalshiClient
    private let settling: Duration
    /// An order that this process does not know may have been sent by the one before it, a moment ago.
    private let began = ContinuousClock.now
    private let memory = Mutex(Memory())

    /// - Parameter settling: after a lost answer the request may still be on its way; `find` lets this much time pass before it says `.absent`.
    public init(client: KalshiClient, settling: Duration = .seconds(1)) {
        self.client = client
        self.settling = settling
    }

    // MARK: - Orders

    public func place(_ order: ApprovedOrder) async -> OrderReport { await place(order.id, order.intent) }

    func place(_ id: ClientOrderID, _ intent: OrderIntent) async -> OrderReport {
        do throws(KalshiError) {
            let created = try await client.createOrder(id, intent)
            remember(created.order, id)
            return .accepted(id, created.order, remaining: created.remaining)
        } catch {
            switch error.outcome {
            case .notSent: return .rejected(id, code: error.code, message: error.message)
            case .unknown:
                doubt(id)
                return .unknown(id, reason: error.description)
            // It arrived before: this request repeats one whose answer was lost.
            case .refused where error.code == "order_already_exists": return await known(id, intent.market)
            case .refused: return .rejected(id, code: error.code, message: error.message)
            }
        }
    }

    private func known(_ id: ClientOrderID, _ market: Ticker) async -> OrderReport {
        let report = await find(id, market: market)
        guard case .absent = report else { return report }
        return .unknown(id, reason: "the exchange has an order of this id but does not list it")
    }

    public func cancel(_ order: OrderID, _ client: ClientOrderID, market: Ticker) async -> OrderReport {
        do throws(KalshiError) {
            return .canceled(client, remaining: try await self.client.cancelOrder(order, market: market))
        } catch {
            // 404 does not tell canceled from executed (Kalshi reference 16.6). Everything else leaves open whether it rests.
            return error.status == 404 ? .notResting(client) : .unknown(client, reason: error.description)
        }
    }

    public func amend(_ change: ApprovedChange) async -> OrderReport { await amend(change.order, change.id, change.intent) }

    /// - Parameter intent: the whole order as it is to be.
    func amend(_ order: OrderID, _ id: ClientOrderID, _ intent: OrderIntent) async -> OrderReport {
        do throws(KalshiError) {
            // With our id: an order that is not the one we mean is not changed.
            _ = try await client.amendOrder(order, intent.market, intent.side, limit: intent.limit, total: intent.quantity, client: id)
            return .change(id, .amended(limit: intent.limit, total: intent.quantity))
        } catch {
            return .change(id, ChangeOutcome(error))
        }
    }

    public func decrease(_ order: OrderID, _ client: ClientOrderID, market: Ticker, to rest: Quantity) async -> OrderReport {
        do throws(KalshiError) {
            return .change(client, .decreased(to: try await self.client.decreaseOrder(order, market: market, to: rest) ?? rest))
        } catch {
            return .change(client, ChangeOutcome(error))
        }
    }

    public func set(_ group: GroupRequest) async -> GroupReport {
        do throws(KalshiError) {
            return GroupReport(group, .set(try await asked(group)))
        } catch {
            switch error.outcome {
            case .refused where error.status == 404 && group.group != nil: return GroupReport(group, .absent)
            case .notSent, .refused: return GroupReport(group, .refused(code: error.code, message: error.message))
            case .unknown: return GroupReport(group, .unknown(reason: error.description))
            }
        }
    }

    private func asked(_ request: GroupRequest) async throws(KalshiError) -> OrderGroupID {
        guard let known = request.group else {
            guard let limit = request.limit else { preconditionFailure("a group without a name at the exchange can only be made") }
            return OrderGroupID(try await client.createOrderGroup(limit: limit))
        }
        switch request.demand {
        case .limit(let limit): try await client.limitOrderGroup(known.text, to: limit)
        case .reset: try await client.resetOrderGroup(known.text)
        case .delete: try await client.deleteOrderGroup(known.text)
        }
        return known
    }

    public func cancelAll() async throws(VenueError) {
        do {
            try await client.cancelAll()
        } catch {
            throw VenueError(error)
        }
    }

    // MARK: - Questions

    public func find(_ id: ClientOrderID, market: Ticker) async -> OrderReport {
        // A request that was sent cannot be waited on otherwise. Cancelled, it only asks earlier, and the guard below keeps it from saying absent.
        try? await Task.sleep(until: (memory.withLock { $0.doubtful[id] } ?? began) + settling)
        do throws(KalshiError) {
            if let order = try await client.orders(market: market).first(where: { $0.clientOrder == id }) {
                remember(order.order, id)
                memory.withLock { $0.doubtful[id] = nil }
                return .state(order)
            }
            let fills = try await client.fills(market: market)
            if fills.contains(where: { $0.clientOrder == id || remembered($0.order) == id }) {
                return .unknown(id, reason: "a fill of this order is listed, but not the order")
            }
            // Lists that lag behind prove nothing: what is not in them may have happened since.
            let behind = client.exchangeTime() - (try await client.portfolioAsOf())
            guard behind < KalshiGateway.mostBehind else { return .unknown(id, reason: "the exchange's lists are \(Int64(behind.seconds)) s behind") }
        } catch {
            return .unknown(id, reason: error.description)
        }
        guard !Task.isCancelled else { return .unknown(id, reason: "the question was cancelled") }
        memory.withLock { $0.doubtful[id] = nil }
        return .absent(id)
    }

    /// Asked for in several answers: a balance and positions that are the same before and after say that nothing happened between them. (The balance alone
    /// does not: what a resting order held back may be just what its fill costs.)
    public func account(fillsSince since: Timestamp) async throws(VenueError) -> AccountReport {
        do throws(KalshiError) {
            // Three tries: more means that the account trades faster than it can be read.
            for _ in 0..<3 {
                let balance = try await client.balance()
                let positions = try await client.positions()
                let orders = try await client.orders(status: .resting)
                for order in orders { remember(order.order, order.clientOrder) }
                let fills = try await named(client.fills(since: since))
                let settlements = try await client.settlements(since: since).map(\.settlement)
                if try await client.balance() == balance, try await client.positions() == positions {
                    return AccountReport(cash: balance.available, positions: positions, orders: orders, fills: fills, settlements: settlements)
                }
            }
        } catch {
            throw VenueError(error)
        }
        throw VenueError(attempted: "reading the account", reason: "it changed while it was read, three times", canRetry: true)
    }

    /// REST fills lack our client order id; their orders have it (Kalshi reference 16.17).
    private func named(_ fills: [Fill]) async throws(KalshiError) -> [Fill] {
        let nameless = Set(fills.filter { $0.clientOrder == nil && remembered($0.order) == nil }.map(\.order))
        // An account with a past, on the first day of its journal.
        if nameless.count > KalshiGateway.mostAskedAlone { for order in try await client.orders() { remember(order.order, order.clientOrder) } }
        var named: [Fill] = []
        for fill in fills {
            var id = fill.clientOrder ?? remembered(fill.order)
            if id == nil {
                do throws(KalshiError) {
                    let order = try await client.order(fill.order)
                    remember(order.order, order.clientOrder)
                    id = order.clientOrder
                } catch {
                    // An order older than the exchange shows (Kalshi reference 16.21) keeps its fill without a name.
                    guard error.status == 404 else { throw error }
                }
            }
            named.append(
                Fill(
                    trade: fill.trade, order: fill.order, clientOrder: id, market: fill.market, side: fill.side, price: fill.price, quantity: fill.quantity,
                    liquidity: fill.liquidity, fee: fill.fee, time: fill.time))
        }
        return named
    }

    public var health: VenueHealth {
        let offset = client.clockOffset
        return VenueHealth(clockOffset: offset?.estimate, clockUncertainty: offset?.uncertainty)
    }

    // MARK: - Memory

    private func doubt(_ id: ClientOrderID) {
        memory.withLock { memory in
            // Doubts are resolved within seconds; a thousand at once means that nobody asks any more.
            if memory.doubtful.count >= 1000 { memory.doubtful.removeAll() }
            memory.doubtful[id] = .now
        }
    }

    private func remembered(_ order: OrderID) -> ClientOrderID? { memory.withLock { $0.clients[order] } }

    private func remember(_ order: OrderID, _ id: ClientOrderID) {
        memory.withLock { memory in
            guard !id.text.isEmpty, memory.clients.updateValue(id, forKey: order) == nil else { return }
            memory.age.append(order)
            guard memory.age.count > KalshiGateway.mostRemembered else { return }
            for old in memory.age.prefix(1000) { memory.clients[old] = nil }
            memory.age.removeFirst(1000)
        }
    }
}

extension ChangeOutcome {
    fileprivate init(_ error: KalshiError) {
        switch error.outcome {
        case .notSent, .refused: self = .refused(code: error.code, message: error.message)
        case .unknown: self = .unknown(reason: error.description)
        }
    }
}

extension VenueError {
    init(_ error: KalshiError) { self.init(attempted: error.attempted, reason: "\(error.code): \(error.message)", canRetry: error.canRetry) }
}
