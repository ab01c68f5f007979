import Model
import Notation

/// What a session may ask the exchange while it answers a command.
struct Board {
    /// Nil for a market that is not known.
    let book: (Ticker) -> BookLevels?
    let ticker: (Ticker) -> JSON?
    /// The ids on the index channel.
    let indices: [String]
}

/// One WebSocket client: its subscriptions, and the sequence number of each (Kalshi reference, section 11.3). Pure: bytes in, frames out.
///
/// A frame that was made must be sent, or its subscription ended with `end`: its number is taken.
struct SocketSession {
    /// Beyond this a subscription takes no more markets (error 26).
    static let marketLimit = 10_000

    struct Subscription {
        let sid: Int
        let channel: Channel
        /// Nil for all markets.
        var markets: Set<String>?
        var indices: Set<String> = []
        var useYesPrice = false
        var skipList = false
        var sequence: Int64 = 0

        func wants(_ market: Ticker) -> Bool { markets?.contains(market.text) ?? true }
        func wantsIndex(_ id: String) -> Bool { indices.contains("all") || indices.contains(id) }
    }

    /// Names the account of the handshake's key.
    let account: String
    private var subscriptions: [Channel: Subscription] = [:]
    private var lastSid = 0

    init(account: String) { self.account = account }

    /// Answers one command, with the snapshots that belong to it.
    mutating func receive(_ bytes: [UInt8], board: Board) -> [[UInt8]] {
        let (id, parsed) = SocketCommand.parse(bytes)
        do throws(SocketError) {
            switch try parsed.get() {
            case .subscribe(let channels, let options): return try subscribe(id, channels, options, board)
            case .unsubscribe(let sids): return unsubscribe(id, sids)
            case .update(let sid, let action, let options): return try update(id, sid, action, options, board)
            case .list: return [list(id)]
            }
        } catch {
            return [SocketSession.frame(type: "error", id: id, message: error.message)]
        }
    }

    /// The answer to a command that cannot be looked at now.
    static func refusal(_ error: SocketError, of command: [UInt8]) -> [UInt8] {
        frame(type: "error", id: SocketCommand.parse(command).id, message: error.message)
    }

    /// The frame that tells this client, with the sid it belongs to; nil when it is not concerned.
    mutating func frame(for bulletin: Bulletin) -> (channel: Channel, bytes: [UInt8])? {
        let channel = bulletin.channel
        guard let subscription = subscriptions[channel] else { return nil }
        switch bulletin {
        case .book(let change):
            guard subscription.wants(change.market) else { return nil }
            return (channel, data("orderbook_delta", channel, change.message(for: account, useYesPrice: subscription.useYesPrice)))
        case .trade(let market, let message):
            guard subscription.wants(market) else { return nil }
            return (channel, data("trade", channel, message))
        case .ticker(let market, let message):
            guard subscription.wants(market) else { return nil }
            return (channel, data("ticker", channel, message))
        case .lifecycle(let message):
            return (channel, data("market_lifecycle_v2", channel, message))
        case .index(let id, let message):
            guard subscription.wantsIndex(id) else { return nil }
            return (channel, data("cfbenchmarks_value", channel, message))
        case .fill(let owner, let market, let message):
            guard owner == account, subscription.wants(market) else { return nil }
            return (channel, data("fill", channel, message))
        case .order(let owner, let market, let message):
            guard owner == account, subscription.wants(market) else { return nil }
            return (channel, data("user_order", channel, message))
        case .position(let owner, let market, let message):
            guard owner == account, subscription.wants(market) else { return nil }
            return (channel, data("market_position", channel, message))
        }
    }

    /// Whether anybody listens: lets the exchange skip making messages.
    func listens(to channel: Channel) -> Bool { subscriptions[channel] != nil }

    /// The subscription ends, and this last frame of it says why: its client reads too slowly, or the channel broke.
    mutating func end(_ channel: Channel, _ error: SocketError) -> [UInt8]? {
        guard subscriptions[channel] != nil else { return nil }
        let frame = control("error", channel, id: nil, message: error.message)
        subscriptions[channel] = nil
        return frame
    }

    // MARK: Commands

    private mutating func subscribe(_ id: Int64, _ channels: [Channel], _ options: SubscribeOptions, _ board: Board) throws(SocketError) -> [[UInt8]] {
        if channels.contains(.book), options.markets?.isEmpty ?? true { throw .marketRequired }
        guard options.markets?.count ?? 0 <= SocketSession.marketLimit else { throw .tooManyMarkets }
        var acknowledged: [[UInt8]] = []
        var snapshots: [[UInt8]] = []
        for channel in channels {
            if subscriptions[channel] != nil {
                acknowledged.append(contentsOf: try merge(id, channel, options, board))
                continue
            }
            lastSid += 1
            var subscription = Subscription(sid: lastSid, channel: channel, markets: channel.takesMarkets ? options.markets.map(Set.init) : nil)
            subscription.indices = Set(options.indices ?? [])
            subscription.useYesPrice = options.useYesPrice
            subscription.skipList = options.skipTickerList
            subscriptions[channel] = subscription
            let message = JSON.object(["channel": .text(channel.rawValue), "sid": .integer(Int64(lastSid))])
            acknowledged.append(SocketSession.frame(type: "subscribed", id: id, message: message))
            snapshots.append(contentsOf: opening(channel, options.markets ?? [], options, board))
        }
        return acknowledged + snapshots
    }

    /// A second subscription to a channel adds to the first and is answered with the whole list.
    private mutating func merge(_ id: Int64, _ channel: Channel, _ options: SubscribeOptions, _ board: Board) throws(SocketError) -> [[UInt8]] {
        if channel == .index {
            subscriptions[channel]?.indices.formUnion(options.indices ?? [])
            return [control("ok", channel, id: id, message: listed(channel))]
        }
        let added = try add(options.markets, to: channel)
        return [control("ok", channel, id: id, message: listed(channel))] + opening(channel, added, options, board)
    }

    /// Adds markets (nil for all); gives those that were not in before.
    private mutating func add(_ markets: [String]?, to channel: Channel) throws(SocketError) -> [String] {
        guard channel.takesMarkets, let present = subscriptions[channel]?.markets else { return [] }
        guard let markets else {
            subscriptions[channel]?.markets = nil
            return []
        }
        var all = present
        let added = markets.filter { all.insert($0).inserted }
        guard all.count <= SocketSession.marketLimit else { throw .tooManyMarkets }
        subscriptions[channel]?.markets = all
        return added
    }

    private mutating func unsubscribe(_ id: Int64, _ sids: [Int]) -> [[UInt8]] {
        sids.map { sid in
            guard let channel = channel(of: sid) else { return SocketSession.frame(type: "error", id: id, message: SocketError.unknownSid.message) }
            let frame = control("unsubscribed", channel, id: id, message: nil)
            subscriptions[channel] = nil
            return frame
        }
    }

    private mutating func update(
        _ id: Int64, _ sid: Int, _ action: SocketCommand.Update, _ options: SubscribeOptions, _ board: Board
    ) throws(SocketError) -> [[UInt8]] {
        guard let channel = channel(of: sid) else { throw .unknownSid }
        switch action {
        case .addMarkets, .deleteMarkets, .snapshot:
            guard channel.takesMarkets else { throw .unsupportedAction }
            guard let markets = options.markets, !markets.isEmpty else { throw .marketRequired }
            return try update(id, channel, action, markets, options, board)
        case .subscribeIndices, .unsubscribeIndices, .indexList:
            guard channel == .index else { throw .unsupportedAction }
            return try updateIndices(id, action, options.indices ?? [], board)
        }
    }

    private mutating func update(
        _ id: Int64, _ channel: Channel, _ action: SocketCommand.Update, _ markets: [String], _ options: SubscribeOptions, _ board: Board
    ) throws(SocketError) -> [[UInt8]] {
        switch action {
        case .addMarkets:
            let added = try add(markets, to: channel)
            return [control("ok", channel, id: id, message: listed(channel))] + opening(channel, added, options, board)
        case .deleteMarkets:
            subscriptions[channel]?.markets?.subtract(markets)
            return [control("ok", channel, id: id, message: listed(channel))]
        case .snapshot:
            guard channel == .book else { throw .unsupportedAction }
            return markets.compactMap { snapshot(of: Ticker($0), id: id, board) }
        case .subscribeIndices, .unsubscribeIndices, .indexList: throw .unsupportedAction
        }
    }

    private mutating func updateIndices(_ id: Int64, _ action: SocketCommand.Update, _ indices: [String], _ board: Board) throws(SocketError) -> [[UInt8]] {
        if action == .indexList {
            let list = JSON.object(["index_ids": .array(board.indices.map(JSON.text))])
            return [control("cfbenchmarks_value_indexlist", .index, id: id, message: list)]
        }
        guard !indices.isEmpty else { throw .indexRequired }
        if action == .subscribeIndices {
            subscriptions[.index]?.indices.formUnion(indices)
        } else {
            subscriptions[.index]?.indices.subtract(indices)
        }
        return [control("ok", .index, id: id, message: listed(.index))]
    }

    private func list(_ id: Int64) -> [UInt8] {
        let all = subscriptions.values.sorted { $0.sid < $1.sid }
        let message = all.map { JSON.object(["channel": .text($0.channel.rawValue), "sid": .integer(Int64($0.sid))]) }
        return SocketSession.frame(type: "ok", id: id, message: .array(message))
    }

    // MARK: Frames

    /// What a subscription is told at its start about markets that are new to it.
    private mutating func opening(_ channel: Channel, _ markets: [String], _ options: SubscribeOptions, _ board: Board) -> [[UInt8]] {
        switch channel {
        case .book: markets.compactMap { snapshot(of: Ticker($0), id: nil, board) }
        case .ticker where options.initialTicker: markets.compactMap { board.ticker(Ticker($0)) }.map { data("ticker", .ticker, $0) }
        case .ticker, .trade, .fill, .order, .position, .lifecycle, .index: []
        }
    }

    private mutating func snapshot(of market: Ticker, id: Int64?, _ board: Board) -> [UInt8]? {
        guard let subscription = subscriptions[.book], let book = board.book(market) else { return nil }
        return control("orderbook_snapshot", .book, id: id, message: book.message(market: market, useYesPrice: subscription.useYesPrice))
    }

    /// A snapshot that the client did not ask for: of a market that it named before it existed. A market begins with an empty book.
    mutating func snapshot(ofNew market: Ticker) -> [UInt8]? {
        guard let subscription = subscriptions[.book], subscription.wants(market) else { return nil }
        let message = BookLevels(yes: [], no: []).message(market: market, useYesPrice: subscription.useYesPrice)
        return control("orderbook_snapshot", .book, id: nil, message: message)
    }

    private func listed(_ channel: Channel) -> JSON {
        guard let subscription = subscriptions[channel] else { return .object([:]) }
        if channel == .index { return .object(["index_ids": .array(subscription.indices.sorted().map(JSON.text))]) }
        guard !subscription.skipList, let markets = subscription.markets else { return .object([:]) }
        return .object(["market_tickers": .array(markets.sorted().map(JSON.text))])
    }

    private func channel(of sid: Int) -> Channel? { subscriptions.values.first { $0.sid == sid }?.channel }

    private mutating func data(_ type: String, _ channel: Channel, _ message: JSON) -> [UInt8] {
        channel.isSequenced ? control(type, channel, id: nil, message: message) : SocketSession.frame(type: type, sid: subscriptions[channel]?.sid, message: message)
    }

    /// A message that takes a sequence number.
    private mutating func control(_ type: String, _ channel: Channel, id: Int64?, message: JSON?) -> [UInt8] {
        subscriptions[channel]?.sequence += 1
        let subscription = subscriptions[channel]
        return SocketSession.frame(type: type, id: id, sid: subscription?.sid, sequence: subscription?.sequence, message: message)
    }

    private static func frame(type: String, id: Int64? = nil, sid: Int? = nil, sequence: Int64? = nil, message: JSON?) -> [UInt8] {
        let json = JSON.object([
            "type": .text(type),
            "id": id.flatMap { $0 == 0 ? nil : .integer($0) },
            "sid": sid.map { .integer(Int64($0)) },
            "seq": sequence.map(JSON.integer),
            "msg": message,
        ])
        var bytes = json.bytes
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}
