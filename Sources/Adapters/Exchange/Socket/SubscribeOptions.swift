import Notation

/// The parameters that subscribing and updating share, checked against each other.
struct SubscribeOptions {
    /// A part of the communications channel: of `factor` parts the one with number `key`.
    struct Shard {
        let factor: Int64
        let key: Int64
    }

    /// Nil where the command named none.
    let markets: [String]?
    /// Of the ticker channel alone. A command names markets by ticker or by id, not both.
    let marketIDs: [String]?
    let indices: [String]?
    let underlyings: [String]?
    let useYesPrice: Bool
    let initialTicker: Bool
    let skipTickerList: Bool
    let shard: Shard?
    /// RFQs of one's own only.
    let ownOnly: Bool

    init(_ params: JSON) throws(SocketError) {
        markets = try SubscribeOptions.oneOrMany(params, "market_ticker", "market_tickers")
        marketIDs = try SubscribeOptions.oneOrMany(params, "market_id", "market_ids")
        guard markets == nil || marketIDs == nil else { throw .invalidParameter }
        indices = try SubscribeOptions.texts(params["index_ids"])
        underlyings = try SubscribeOptions.texts(params["underlying_tickers"])
        useYesPrice = try SubscribeOptions.flag(params["use_yes_price"])
        initialTicker = try SubscribeOptions.flag(params["send_initial_snapshot"])
        skipTickerList = try SubscribeOptions.flag(params["skip_ticker_ack"])
        shard = try SubscribeOptions.shard(params)
        switch params["user_filter"] {
        case nil, .null, .text(""): ownOnly = false
        case .text("self"): ownOnly = true
        case .some: throw .invalidParameter
        }
    }

    /// The ids of the price feeds that `things` names.
    func ids(_ things: Channel.Things) -> [String]? {
        switch things {
        case .indices: indices
        case .underlyings: underlyings
        }
    }

    private static func shard(_ params: JSON) throws(SocketError) -> Shard? {
        let factor = try whole(params["shard_factor"])
        let key = try whole(params["shard_key"])
        guard let factor else {
            if key != nil { throw .shardFactorRequired }
            return nil
        }
        guard factor > 0 else { throw .shardFactorNotPositive }
        guard factor <= 100 else { throw .shardFactorTooLarge }
        guard (0..<factor).contains(key ?? 0) else { throw .shardKeyOutOfRange }
        return Shard(factor: factor, key: key ?? 0)
    }

    private static func oneOrMany(_ params: JSON, _ one: String, _ many: String) throws(SocketError) -> [String]? {
        let all = try texts(params[many])
        switch params[one] {
        case nil, .null: return all
        case .text(let text):
            guard all == nil else { throw .invalidParameter }
            return [text]
        case .some: throw .invalidParameter
        }
    }

    private static func texts(_ json: JSON?) throws(SocketError) -> [String]? {
        switch json {
        case nil, .null: return nil
        case .array(let values):
            var texts: [String] = []
            for value in values {
                guard case .text(let text) = value else { throw .invalidParameter }
                texts.append(text)
            }
            return texts
        case .some: throw .invalidParameter
        }
    }

    private static func whole(_ json: JSON?) throws(SocketError) -> Int64? {
        switch json {
        case nil, .null: return nil
        case .integer(let value): return value
        case .some: throw .invalidParameter
        }
    }

    private static func flag(_ json: JSON?) throws(SocketError) -> Bool {
        switch json {
        case nil, .null: return false
        case .bool(let flag): return flag
        case .some: throw .invalidParameter
        }
    }
}
