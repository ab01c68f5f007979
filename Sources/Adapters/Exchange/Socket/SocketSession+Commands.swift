import Model
import Notation

extension SocketSession {
    mutating func subscribe(_ id: Int64, _ channels: [Channel], _ options: SubscribeOptions, _ board: Board) throws(SocketError) -> [[UInt8]] {
        if channels.contains(.book), options.markets?.isEmpty ?? true { throw .marketRequired }
        if options.marketIDs != nil, channels.contains(where: { $0 != .ticker }) { throw .invalidParameter }
        try makeRoom((options.markets?.count ?? 0) * channels.count { $0.takesMarkets } + (options.marketIDs?.count ?? 0))
        var acknowledged: [[UInt8]] = []
        var told: [[UInt8]] = []
        for channel in channels {
            if subscriptions[channel.rawValue] != nil {
                let (answer, opening) = merge(id, channel, options, board)
                acknowledged.append(answer)
                told.append(contentsOf: opening)
                continue
            }
            lastSid += 1
            subscriptions[channel.rawValue] = Subscription(sid: lastSid, channel: channel, options)
            let message = JSON.object(["channel": .text(channel.name), "sid": .integer(Int64(lastSid))])
            acknowledged.append(SocketFrame.bytes("subscribed", id: id, message: message.bytes, at: board.time))
            told.append(contentsOf: opening(channel, options.markets ?? [], ids: options.marketIDs ?? [], options, board))
        }
        return acknowledged + told
    }

    mutating func unsubscribe(_ id: Int64, _ sid: Int, _ board: Board) -> [UInt8] {
        guard let channel = channel(of: sid), let sequence = subscriptions[channel.rawValue]?.next() else {
            return SocketFrame.bytes("error", id: id, message: SocketError.unknownSid.message.bytes, at: board.time)
        }
        subscriptions[channel.rawValue] = nil
        return SocketFrame.bytes("unsubscribed", id: id, sid: sid, sequence: sequence, message: nil, at: board.time)
    }

    mutating func update(
        _ id: Int64, _ sid: Int, _ action: SocketCommand.Update, _ options: SubscribeOptions, _ board: Board
    ) throws(SocketError) -> [[UInt8]] {
        guard let channel = channel(of: sid) else { throw .unknownSid }
        switch action {
        case .addMarkets:
            try checkMarkets(channel, options)
            try makeRoom((options.markets ?? options.marketIDs ?? []).count)
            let (answer, opening) = merge(id, channel, options, board)
            return [answer] + opening
        case .deleteMarkets:
            try checkMarkets(channel, options)
            subscriptions[channel.rawValue]?.markets?.subtract((options.markets ?? []).map { Ticker($0) })
            subscriptions[channel.rawValue]?.marketIDs.subtract(options.marketIDs ?? [])
            return [listed(id, channel, board)]
        case .snapshot: return try snapshots(id, channel, options, board)
        case .subscribeIndices: return [try follow(id, channel, .indices, options, board)]
        case .unsubscribeIndices: return [try forget(id, channel, .indices, options, board)]
        case .indexList: return [try things(id, channel, .indices, board)]
        case .subscribeUnderlyings: return [try follow(id, channel, .underlyings, options, board)]
        case .unsubscribeUnderlyings: return [try forget(id, channel, .underlyings, options, board)]
        case .underlyingList: return [try things(id, channel, .underlyings, board)]
        }
    }

    func list(_ id: Int64, _ board: Board) -> [UInt8] {
        let all = subscriptions.compactMap { $0 }.sorted { $0.sid < $1.sid }
        let message = all.map { JSON.object(["channel": .text($0.channel.name), "sid": .integer(Int64($0.sid))]) }
        return SocketFrame.bytes("ok", id: id, message: JSON.array(message).bytes, at: board.time)
    }

    // MARK: - Markets

    private func makeRoom(_ more: Int) throws(SocketError) {
        let named = subscriptions.reduce(0) { $0 + ($1?.marketCount ?? 0) }
        guard named + more <= SocketSession.marketLimit else { throw .tooManyMarkets }
    }

    private func checkMarkets(_ channel: Channel, _ options: SubscribeOptions) throws(SocketError) {
        guard channel.takesMarkets else { throw .unsupportedAction }
        if options.marketIDs != nil, channel != .ticker { throw .invalidParameter }
        guard !(options.markets ?? options.marketIDs ?? []).isEmpty else { throw .marketRequired }
    }

    /// A second subscription to a channel adds to the first and is answered with the whole list; what is new is opened.
    private mutating func merge(
        _ id: Int64, _ channel: Channel, _ options: SubscribeOptions, _ board: Board
    ) -> (answer: [UInt8], opening: [[UInt8]]) {
        let place = channel.rawValue
        var (added, addedIDs): ([String], [String]) = ([], [])
        if let named = channel.things {
            subscriptions[place]?.things.formUnion(options.ids(named) ?? [])
        } else if channel.takesMarkets, options.markets == nil, options.marketIDs == nil {
            subscriptions[place]?.markets = nil
            subscriptions[place]?.marketIDs = []
        } else if channel.takesMarkets, subscriptions[place]?.markets != nil {
            added = (options.markets ?? []).filter { subscriptions[place]?.markets?.insert(Ticker($0)).inserted ?? false }
            addedIDs = (options.marketIDs ?? []).filter { subscriptions[place]?.marketIDs.insert($0).inserted ?? false }
        }
        return (listed(id, channel, board), opening(channel, added, ids: addedIDs, options, board))
    }

    private mutating func snapshots(_ id: Int64, _ channel: Channel, _ options: SubscribeOptions, _ board: Board) throws(SocketError) -> [[UInt8]] {
        guard channel == .book else { throw .unsupportedAction }
        guard let markets = options.markets, !markets.isEmpty else { throw .marketRequired }
        let frames = markets.compactMap { snapshot(of: Ticker($0), id: id, board) }
        // Silence would leave the client waiting: none of these markets has a book.
        guard !frames.isEmpty else { throw .invalidParameter }
        return frames
    }

    /// What a subscription is told at its start about markets that are new to it.
    private mutating func opening(_ channel: Channel, _ markets: [String], ids: [String], _ options: SubscribeOptions, _ board: Board) -> [[UInt8]] {
        switch channel {
        case .book: return markets.compactMap { snapshot(of: Ticker($0), id: 0, board) }
        case .ticker where options.initialTicker:
            let all = markets.map { Ticker($0) } + ids.compactMap(board.market)
            let sid = subscriptions[channel.rawValue]?.sid
            return all.compactMap(board.ticker).map { SocketFrame.bytes("ticker", sid: sid, message: $0.bytes, at: board.time) }
        case .ticker, .trade, .fill, .order, .position, .group, .lifecycle, .comboLifecycle, .communications, .index, .fastIndex, .pyth: return []
        }
    }

    private mutating func snapshot(of market: Ticker, id: Int64, _ board: Board) -> [UInt8]? {
        guard let subscription = subscriptions[Channel.book.rawValue], let book = board.book(market) else { return nil }
        return numbered("orderbook_snapshot", .book, id: id, book.message(market: market, useYesPrice: subscription.useYesPrice).bytes, at: board.time)
    }

    // MARK: - Price feeds

    private mutating func follow(
        _ id: Int64, _ channel: Channel, _ things: Channel.Things, _ options: SubscribeOptions, _ board: Board
    ) throws(SocketError) -> [UInt8] {
        let ids = try named(channel, things, options)
        subscriptions[channel.rawValue]?.things.formUnion(ids)
        return listed(id, channel, board)
    }

    private mutating func forget(
        _ id: Int64, _ channel: Channel, _ things: Channel.Things, _ options: SubscribeOptions, _ board: Board
    ) throws(SocketError) -> [UInt8] {
        let ids = try named(channel, things, options)
        subscriptions[channel.rawValue]?.things.subtract(ids)
        return listed(id, channel, board)
    }

    private func named(_ channel: Channel, _ things: Channel.Things, _ options: SubscribeOptions) throws(SocketError) -> [String] {
        guard channel.things == things else { throw .unsupportedAction }
        guard let ids = options.ids(things), !ids.isEmpty else { throw things == .indices ? .indexRequired : .underlyingRequired }
        return ids
    }

    private mutating func things(_ id: Int64, _ channel: Channel, _ things: Channel.Things, _ board: Board) throws(SocketError) -> [UInt8] {
        guard channel.things == things else { throw .unsupportedAction }
        let list = JSON.object([things.rawValue: .array(board.things(things).map(JSON.text))])
        let type = channel.name + (things == .indices ? "_indexlist" : "_underlying_list")
        return numbered(type, channel, id: id, list.bytes, at: board.time)
    }

    // MARK: - Frames

    func channel(of sid: Int) -> Channel? { subscriptions.first { $0?.sid == sid }??.channel }

    private mutating func listed(_ id: Int64, _ channel: Channel, _ board: Board) -> [UInt8] {
        numbered("ok", channel, id: id, (subscriptions[channel.rawValue]?.listed ?? .object([:])).bytes, at: board.time)
    }

    /// A message that takes a number of its subscription.
    mutating func numbered(_ type: String, _ channel: Channel, id: Int64 = 0, _ message: [UInt8], at time: Timestamp) -> [UInt8] {
        let sequence = subscriptions[channel.rawValue]?.next()
        return SocketFrame.bytes(type, id: id, sid: subscriptions[channel.rawValue]?.sid, sequence: sequence, message: message, at: time)
    }
}
