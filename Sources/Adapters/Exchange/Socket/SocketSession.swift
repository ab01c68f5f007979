import Model
import Notation

/// What a session may ask the exchange while it answers a command.
struct Board {
    /// When it is asked, on the exchange's clock: what is sent bears this time.
    let time: Timestamp
    /// When it is asked, on a clock that never stands still: commands are counted by it.
    let now: Timestamp
    /// Nil for a market that is not known.
    let book: (Ticker) -> BookLevels?
    let ticker: (Ticker) -> JSON?
    /// The market of an id.
    let market: (_ id: String) -> Ticker?
    /// The ids on the index channels, and the underlyings that were streamed.
    let indices: [String]
    let underlyings: [String]

    func things(_ things: Channel.Things) -> [String] {
        switch things {
        case .indices: indices
        case .underlyings: underlyings
        }
    }
}

/// One WebSocket client: its subscriptions, and the sequence number of each (Kalshi reference, section 11.3). Pure: bytes in, frames out.
///
/// A frame that was made must be sent, or its subscription ended with `end`: its number is taken.
struct SocketSession {
    /// A session names no more markets than this, over all its subscriptions (error 26).
    static let marketLimit = 500_000
    /// More commands than this in one second are refused (error 27).
    static let commandLimit = 10_000

    /// Who listens: the account of the handshake's key, and the one subaccount that the key is locked to.
    struct Reader: Hashable {
        let account: String
        var subaccount: Int?

        func speaks(for owner: Owner) -> Bool { owner.account == account && (subaccount ?? owner.subaccount) == owner.subaccount }
    }

    let reader: Reader
    /// By channel.
    var subscriptions = [Subscription?](repeating: nil, count: Channel.allCases.count)
    /// The channels that it listens to, as bits.
    private(set) var channels: UInt16 = 0
    var lastSid = 0
    private var commands = (second: Int64.min, count: 0)

    init(_ reader: Reader) { self.reader = reader }

    /// Answers one command, with the snapshots that belong to it.
    mutating func receive(_ bytes: [UInt8], board: Board) -> [[UInt8]] {
        guard isInTime(board.now) else { return [SocketSession.refusal(.tooManyRequests, of: bytes, at: board.time)] }
        let (id, parsed) = SocketCommand.parse(bytes)
        defer { channels = subscriptions.reduce(0) { $0 | ($1?.channel.bit ?? 0) } }
        do throws(SocketError) {
            switch try parsed.get() {
            case .subscribe(let channels, let options): return try subscribe(id, channels, options, board)
            case .unsubscribe(let sids): return sids.map { unsubscribe(id, $0, board) }
            case .update(let sid, let action, let options): return try update(id, sid, action, options, board)
            case .list: return [list(id, board)]
            }
        } catch {
            return [SocketFrame.bytes("error", id: id, message: error.message.bytes, at: board.time)]
        }
    }

    /// The answer to a command that cannot be looked at now.
    static func refusal(_ error: SocketError, of command: [UInt8], at time: Timestamp) -> [UInt8] {
        SocketFrame.bytes("error", id: SocketCommand.parse(command).id, message: error.message.bytes, at: time)
    }

    /// The subscription ends, and this last frame of it says why: its client reads too slowly, or the channel broke.
    mutating func end(_ channel: Channel, _ error: SocketError, at time: Timestamp) -> [UInt8]? {
        guard let sid = subscriptions[channel.rawValue]?.sid, let sequence = subscriptions[channel.rawValue]?.next() else { return nil }
        subscriptions[channel.rawValue] = nil
        channels &= ~channel.bit
        return SocketFrame.bytes("error", sid: sid, sequence: sequence, message: error.message.bytes, at: time)
    }

    private mutating func isInTime(_ now: Timestamp) -> Bool {
        if commands.second != now.wholeSeconds { commands = (now.wholeSeconds, 0) }
        commands.count += 1
        return commands.count <= SocketSession.commandLimit
    }
}
