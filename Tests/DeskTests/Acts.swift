import Kalshi
import Model
import Ports
import Risk
import Synchronization

/// The desk's gateway, and a list of what went out through it: the last thing before the exchange that can be counted.
final class CountedGateway: OrderGateway {
    private let inner: KalshiGateway
    private let acts: Acts

    init(_ inner: KalshiGateway, _ acts: Acts) {
        self.inner = inner
        self.acts = acts
    }

    func place(_ order: ApprovedOrder) async -> OrderReport {
        acts.add("place \(order.id)")
        return await inner.place(order)
    }
    func cancel(_ order: OrderID, _ client: ClientOrderID, market: Ticker) async -> OrderReport {
        acts.add("cancel \(client)")
        return await inner.cancel(order, client, market: market)
    }
    func amend(_ change: ApprovedChange) async -> OrderReport {
        acts.add("amend \(change.id)")
        return await inner.amend(change)
    }
    func decrease(_ order: OrderID, _ client: ClientOrderID, market: Ticker, to rest: Quantity) async -> OrderReport {
        acts.add("decrease \(client)")
        return await inner.decrease(order, client, market: market, to: rest)
    }
    func set(_ group: GroupRequest) async -> GroupReport {
        let act =
            switch group.demand {
            case .limit: "set"
            case .reset: "reset"
            case .delete: "delete"
            }
        acts.add("group \(act) \(group.name)")
        return await inner.set(group)
    }
    func cancelAll() async throws(VenueError) {
        acts.add("cancel all")
        try await inner.cancelAll()
    }
    func find(_ client: ClientOrderID, market: Ticker) async -> OrderReport { await inner.find(client, market: market) }
    func account(fillsSince since: Timestamp) async throws(VenueError) -> AccountReport { try await inner.account(fillsSince: since) }
    var health: VenueHealth { inner.health }
}

/// What a desk has done at its exchange, in order: a word for the kind of act, and whose order it was.
final class Acts: Sendable {
    private let list = Mutex<[String]>([])

    func add(_ act: String) { list.withLock { $0.append(act) } }
    var all: [String] { list.withLock { $0 } }
}
