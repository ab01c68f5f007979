import Model
import Notation

extension SocketSession {
    /// Whether anybody listens: lets the exchange skip making messages.
    func listens(to channel: Channel) -> Bool { channels & channel.bit != 0 }

    /// The frame that tells this client; nil when it is not concerned.
    mutating func frame(for bulletin: Bulletin, at time: Timestamp) -> [UInt8]? {
        let channel = bulletin.channel
        guard channels & channel.bit != 0, let message = message(for: bulletin, channel) else { return nil }
        let place = channel.rawValue
        let sequence = channel.isSequenced ? subscriptions[place]?.next() : nil
        return SocketFrame.bytes(bulletin.type, sid: subscriptions[place]?.sid, sequence: sequence, message: message, at: time)
    }

    private func message(for bulletin: Bulletin, _ channel: Channel) -> [UInt8]? {
        guard let subscription = subscriptions[channel.rawValue] else { return nil }
        switch bulletin {
        case .book(let change): return subscription.wants(change.market) ? change.message(for: reader, useYesPrice: subscription.useYesPrice) : nil
        case .trade(let market, let message): return subscription.wants(market) ? message : nil
        case .ticker(let market, let id, let message): return subscription.wants(market, id: id) ? message : nil
        case .lifecycle(_, _, let message): return message
        case .index(_, let id, let message): return subscription.wantsThing(id) ? message : nil
        case .own(let owner, _, let market, let message): return reader.speaks(for: owner) && market.map(subscription.wants) ?? true ? message : nil
        case .communication(let talk): return concerns(talk, subscription) ? talk.message : nil
        }
    }

    /// RFQs go to all, or to their creators alone where a client wants only its own; quotes go to their parties. A shard gets its part of both.
    private func concerns(_ talk: Communication, _ subscription: Subscription) -> Bool {
        if let shard = subscription.shard, Int64(talk.shardHash % UInt64(shard.factor)) != shard.key { return false }
        switch talk.audience {
        case .everyone(let creator): return !subscription.ownOnly || reader.speaks(for: creator)
        case .parties(let parties): return parties.contains(where: reader.speaks)
        }
    }

    /// A snapshot that the client did not ask for: of a market that it named before it existed. A market begins with an empty book.
    mutating func snapshot(ofNew market: Ticker, at time: Timestamp) -> [UInt8]? {
        guard let subscription = subscriptions[Channel.book.rawValue], subscription.wants(market) else { return nil }
        let message = BookLevels(yes: [], no: []).message(market: market, useYesPrice: subscription.useYesPrice)
        return numbered("orderbook_snapshot", .book, message.bytes, at: time)
    }
}
