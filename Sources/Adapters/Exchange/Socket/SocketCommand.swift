import Notation

/// One command of a WebSocket client, checked (section 11.1).
enum SocketCommand {
    case subscribe([Channel], SubscribeOptions)
    case unsubscribe([Int])
    case update(sid: Int, Update, SubscribeOptions)
    case list

    enum Update: String {
        case addMarkets = "add_markets"
        case deleteMarkets = "delete_markets"
        case snapshot = "get_snapshot"
        case subscribeIndices = "subscribe_indices"
        case unsubscribeIndices = "unsubscribe_indices"
        case indexList = "indexlist"
        case subscribeUnderlyings = "subscribe_underlyings"
        case unsubscribeUnderlyings = "unsubscribe_underlyings"
        case underlyingList = "underlying_list"
    }

    /// The id that the client chose (0 for none) and its command, or why it is none.
    static func parse(_ bytes: [UInt8]) -> (id: Int64, command: Result<SocketCommand, SocketError>) {
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch { return (0, .failure(.unprocessable)) }
        guard case .object = json else { return (0, .failure(.unprocessable)) }
        var id: Int64 = 0
        if case .integer(let given)? = json["id"] { id = given }
        do throws(SocketError) {
            return (id, .success(try parse(json)))
        } catch {
            return (id, .failure(error))
        }
    }

    private static func parse(_ json: JSON) throws(SocketError) -> SocketCommand {
        guard case .text(let name)? = json["cmd"] else { throw .unknownCommand }
        if name == "list_subscriptions" { return .list }
        guard ["subscribe", "unsubscribe", "update_subscription"].contains(name) else { throw .unknownCommand }
        guard case .object? = json["params"], let params = json["params"] else { throw .paramsRequired }
        switch name {
        case "subscribe": return .subscribe(try channels(params), try SubscribeOptions(params))
        case "unsubscribe": return .unsubscribe(try sids(params, missing: .sidsRequired))
        default: return try update(params)
        }
    }

    private static func update(_ params: JSON) throws(SocketError) -> SocketCommand {
        let sids = try sids(params, missing: .oneSidRequired)
        guard sids.count == 1 else { throw .oneSidRequired }
        guard case .text(let name)? = params["action"] else { throw .actionRequired }
        guard let action = Update(rawValue: name) else { throw .unsupportedAction }
        return .update(sid: sids[0], action, try SubscribeOptions(params))
    }

    private static func channels(_ params: JSON) throws(SocketError) -> [Channel] {
        guard case .array(let values)? = params["channels"], !values.isEmpty else { throw .channelsRequired }
        var channels: [Channel] = []
        for value in values {
            guard case .text(let name) = value, let channel = Channel(name: name) else { throw .unknownChannel }
            if !channels.contains(channel) { channels.append(channel) }
        }
        return channels
    }

    private static func sids(_ params: JSON, missing: SocketError) throws(SocketError) -> [Int] {
        if case .integer(let sid)? = params["sid"] {
            guard params["sids"] == nil else { throw .oneSidRequired }
            return [Int(truncatingIfNeeded: sid)]
        }
        guard case .array(let values)? = params["sids"], !values.isEmpty else { throw missing }
        var sids: [Int] = []
        for value in values {
            guard case .integer(let sid) = value else { throw .invalidParameter }
            sids.append(Int(truncatingIfNeeded: sid))
        }
        return sids
    }
}
