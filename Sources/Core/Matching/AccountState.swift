import Accounting
import Model

/// One account: its money, and all it ever did.
///
/// In a box, so that looking into one of many arrays does not count references to all of them.
struct AccountState: Sendable {
    private struct Values: Sendable {
        let id: AccountID
        /// By number, from 0 without gaps.
        var subaccounts: [SubaccountState]
        /// What its subaccounts have in the markets they ever touched.
        var stakes: [Stake] = []
        var orders: [OrderState] = []
        var groups: [GroupState] = []
        var groupPlaces: [OrderGroupID: Int] = [:]
        var fills: [FillRecord] = []
        var settlements: [SettlementRecord] = []
        var settlementPlaces: [String: Int] = [:]
        var transfers: [TransferRecord] = []
        var transferIDs: Set<String> = []
        /// Places of orders by client id, former ones too, and by their own.
        var clients: PlaceTable
        var ids: PlaceTable
        /// How many of its orders rest.
        var resting: Int = 0
    }

    private var shared: Shared<Values>

    init(id: AccountID, cash: Money, seed: UInt64) {
        shared = Shared(Values(id: id, subaccounts: [SubaccountState(cash: cash)], clients: PlaceTable(seed: seed), ids: PlaceTable(seed: seed)))
    }

    var id: AccountID {
        @inline(__always) _read { yield shared.value.id }
    }
    var subaccounts: [SubaccountState] {
        @inline(__always) _read { yield shared.value.subaccounts }
        @inline(__always) _modify { yield &shared.value.subaccounts }
    }
    var stakes: [Stake] {
        @inline(__always) _read { yield shared.value.stakes }
        @inline(__always) _modify { yield &shared.value.stakes }
    }
    var orders: [OrderState] {
        @inline(__always) _read { yield shared.value.orders }
        @inline(__always) _modify { yield &shared.value.orders }
    }
    var groups: [GroupState] {
        @inline(__always) _read { yield shared.value.groups }
        @inline(__always) _modify { yield &shared.value.groups }
    }
    var groupPlaces: [OrderGroupID: Int] {
        @inline(__always) _read { yield shared.value.groupPlaces }
        @inline(__always) _modify { yield &shared.value.groupPlaces }
    }
    var fills: [FillRecord] {
        @inline(__always) _read { yield shared.value.fills }
        @inline(__always) _modify { yield &shared.value.fills }
    }
    var settlements: [SettlementRecord] {
        @inline(__always) _read { yield shared.value.settlements }
        @inline(__always) _modify { yield &shared.value.settlements }
    }
    var settlementPlaces: [String: Int] {
        @inline(__always) _read { yield shared.value.settlementPlaces }
        @inline(__always) _modify { yield &shared.value.settlementPlaces }
    }
    var transfers: [TransferRecord] {
        @inline(__always) _read { yield shared.value.transfers }
        @inline(__always) _modify { yield &shared.value.transfers }
    }
    var transferIDs: Set<String> {
        @inline(__always) _read { yield shared.value.transferIDs }
        @inline(__always) _modify { yield &shared.value.transferIDs }
    }
    var clients: PlaceTable {
        @inline(__always) _read { yield shared.value.clients }
        @inline(__always) _modify { yield &shared.value.clients }
    }
    var ids: PlaceTable {
        @inline(__always) _read { yield shared.value.ids }
        @inline(__always) _modify { yield &shared.value.ids }
    }
    var resting: Int {
        @inline(__always) _read { yield shared.value.resting }
        @inline(__always) _modify { yield &shared.value.resting }
    }

    /// - Precondition: neither its id nor its client id is known here.
    mutating func add(_ order: OrderState) {
        let o = orders.count
        ids.add(ids.key(VenueIDs.counter(of: order.record.id.text)), place: o)
        for client in order.record.formerClients { clients.add(clients.key(client.text), place: o) }
        clients.add(clients.key(order.record.client.text), place: o)
        orders.append(order)
    }

    /// The same for an order of no former name, whose keys are at hand.
    mutating func add(_ order: consuming OrderState, counter: UInt64, client: PlaceTable.Key) {
        ids.add(ids.key(counter), place: orders.count)
        clients.add(client, place: orders.count)
        orders.append(order)
    }

    /// An order's record, without counting what lies beside it.
    @inline(__always) func record(_ o: Int) -> OrderRecord { orders.withUnsafeBufferPointer { $0[o].record } }

    /// Ids are found by the counter in them, and compared whole.
    @inline(__always) func place(_ order: OrderID) -> Int? {
        var search = ids.search(ids.key(VenueIDs.counter(of: order.text)))
        while let o = ids.next(&search) {
            if orders[o].record.values.id == order { return o }
        }
        return nil
    }

    @inline(__always) func place(_ client: ClientOrderID) -> Int? { place(client, clients.key(client.text)) }

    @inline(__always) func place(_ client: ClientOrderID, _ key: PlaceTable.Key) -> Int? {
        var search = clients.search(key)
        while let o = clients.next(&search) {
            if orders[o].record.values.client == client || orders[o].record.values.formerClients.contains(client) { return o }
        }
        return nil
    }

    /// Gives an order a new client id; the old one stays taken.
    mutating func rename(_ o: Int, to client: ClientOrderID) {
        orders[o].record.values.formerClients.append(orders[o].record.client)
        orders[o].record.values.client = client
        clients.add(clients.key(client.text), place: o)
    }
}

/// One portfolio's money. Its positions are its stakes.
struct SubaccountState: Sendable {
    /// With the collateral that was returned.
    var cash: Money
    /// Set aside for resting orders.
    var reserved: Money = .zero
    var netting = false
    /// The events in which collateral is netted, in the order in which they were first touched.
    var nets: [Net] = []
    /// Places of its stakes by place of the market; -1 where it has none.
    private var stakePlaces: [Int32] = []

    init(cash: Money) { self.cash = cash }

    var free: Money { cash - reserved }

    func stake(_ m: Int) -> Int? {
        guard m < stakePlaces.count, stakePlaces[m] >= 0 else { return nil }
        return Int(stakePlaces[m])
    }

    mutating func set(stake: Int, in m: Int) {
        while stakePlaces.count <= m { stakePlaces.append(-1) }
        stakePlaces[m] = Int32(stake)
    }
}

/// What a subaccount has in one market: a position, and resting orders.
struct Stake: Sendable {
    /// The resting orders of one leg, oldest first.
    struct Queue: Sendable {
        /// Places of the first and the last one in the account; -1 when there is none.
        var head: Int32 = -1
        var tail: Int32 = -1
        var quantity: Quantity = .zero
        /// What they would need if none of them reduced the position.
        var full: Money = .zero
    }

    let subaccount: Int
    let market: Int
    var position = Position()
    /// What all its fills cost, fees not included, and how many contracts they were.
    var traded: Money = .zero
    var volume: Quantity = .zero
    /// Of the last fill or payout.
    var updated: Timestamp = .zero
    var yes = Queue()
    var no = Queue()
    /// What is set aside for the parts that open.
    var opening: Money = .zero
    /// The price of the parts that reduce; counts only where collateral is netted.
    var closing: Money = .zero

    subscript(side: Side) -> Queue {
        get { side == .yes ? yes : no }
        _modify { if side == .yes { yield &yes } else { yield &no } }
    }

    var isResting: Bool { yes.head >= 0 || no.head >= 0 }

    mutating func buy(_ side: Side, _ price: Price, _ quantity: Quantity, fee: Money, at time: Timestamp) -> Position.Change {
        count(price, quantity, at: time)
        return position.buy(side, price: price, quantity: quantity, fee: fee)
    }

    mutating func count(_ price: Price, _ quantity: Quantity, at time: Timestamp) {
        traded += price * quantity
        volume += quantity
        updated = max(updated, time)
    }

    /// What is held of the leg that buying `side` would close.
    func held(against side: Side) -> Quantity { max(side == .yes ? -position.net : position.net, .zero) }
}

/// An order, and where it stands.
struct OrderState: Sendable {
    var record: OrderRecord
    let market: Int32
    /// Place of its stake in the account.
    let stake: Int32
    /// Place of its group in the account; -1 without one.
    let group: Int32
    let side: Side
    /// In `side`'s own dollars.
    var limit: Price
    /// Place in the slab of its book; -1 when it rests in none.
    var handle: Int32 = -1
    /// Its neighbours among the resting orders of its leg.
    var next: Int32 = -1
    var previous: Int32 = -1
    var isResting = false
    /// What of it rests, and what that would need if it did not reduce the position: as its queue counts them.
    var quantity: Quantity = .zero
    var full: Money = .zero

    init(record: OrderRecord, market: Int32, stake: Int32, group: Int32) {
        self.record = record
        self.market = market
        self.stake = stake
        self.group = group
        side = record.side
        limit = record.limit
    }
}

/// The collateral of one event in one subaccount, where netting is enabled.
struct Net: Sendable {
    let event: EventTicker
    var returned: Money = .zero
    /// The price of the resting orders that reduce positions in this event.
    var closing: Money = .zero

    /// What reducing can take away again: no more than was returned.
    var reserved: Money { min(returned, closing) }
}
