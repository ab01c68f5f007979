import Keys
public import Model
public import Risk

/// The risk gate's word on one order, as text that can travel: what was approved, until when, and a code that only the gate's own process can have made.
///
/// Everything here may have been written by anybody. What it is worth, an `ApprovalDesk` says.
public struct SealedApproval: Hashable, Sendable {
    public var id: String
    public var ticker: String
    /// "yes" or "no": the leg that is bought, in whose dollars the price is.
    public var side: String
    public var price: String
    public var count: String
    public var timeInForce: String
    public var postOnly: Bool
    /// When the exchange takes the order off its book, in seconds since 1970; 0: never.
    public var lapses: Int64
    /// The exchange's name of the order group that it counts in; empty: none.
    public var group: String
    /// The exchange's name of the resting order that is to be like this; empty: it is a new one.
    public var amends: String
    /// Nanoseconds since 1970: not to be sent after.
    public var expires: Int64
    /// Never the same twice.
    public var nonce: String
    /// HMAC-SHA256 over all of the above, 64 hexadecimal digits.
    public var code: String

    public init(
        id: String, ticker: String, side: String, price: String, count: String, timeInForce: String, postOnly: Bool, lapses: Int64, group: String, amends: String, expires: Int64,
        nonce: String, code: String
    ) {
        self.id = id
        self.ticker = ticker
        self.side = side
        self.price = price
        self.count = count
        self.timeInForce = timeInForce
        self.postOnly = postOnly
        self.lapses = lapses
        self.group = group
        self.amends = amends
        self.expires = expires
        self.nonce = nonce
        self.code = code
    }

    /// What the code is over: each part with its length before it, so that no two orders have the same bytes.
    var sealed: [UInt8] {
        let parts = ["aura approval 3", id, ticker, side, price, count, timeInForce, postOnly ? "1" : "0", String(lapses), group, amends, String(expires), nonce]
        return parts.flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) }
    }
}

/// The key by which approvals are sealed and opened; it never leaves the process, and another start has another one.
public struct ApprovalKey: Sendable {
    let bytes: [UInt8]

    public init() { bytes = randomBytes(32) }

    /// Seals what the gate has approved. There is no other way to a seal: only the module Risk can make an `ApprovedOrder` or an `ApprovedChange`.
    /// - Parameter life: how long it may be sent. An order that could not be sent for so long was meant for another market.
    public func seal(_ order: ApprovedOrder, at now: Timestamp, life: Interval = .seconds(10)) -> SealedApproval {
        seal(order.id, order.intent, amends: "", expires: now + life)
    }

    /// The same for new terms of an order that rests.
    public func seal(_ change: ApprovedChange, at now: Timestamp, life: Interval = .seconds(10)) -> SealedApproval {
        seal(change.id, change.intent, amends: change.order.text, expires: now + life)
    }

    private func seal(_ id: ClientOrderID, _ intent: OrderIntent, amends: String, expires: Timestamp) -> SealedApproval {
        var approval = SealedApproval(
            id: id.text, ticker: intent.market.text, side: intent.side.rawValue, price: intent.limit.description, count: intent.quantity.description,
            timeInForce: intent.timeInForce.rawValue, postOnly: intent.postOnly, lapses: (intent.expires?.nanoseconds ?? 0) / 1_000_000_000, group: intent.group?.text ?? "", amends: amends,
            expires: expires.nanoseconds, nonce: hexadecimal(randomBytes(16)), code: "")
        approval.code = hexadecimal(authenticationCode(approval.sealed, key: bytes))
        return approval
    }
}

/// An approval that was judged: true, in time, and not used before. Only an `ApprovalDesk` makes one.
public struct OpenedApproval: Sendable {
    let id: ClientOrderID
    let intent: OrderIntent
    /// The resting order that is to be like this; nil: it is a new one.
    let amends: OrderID?
}

/// Why an approval is worth nothing.
public enum ApprovalRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not sealed here, or changed since.
    case forged
    case expired
    case used
    /// So many are remembered as used that no further one can be told from a repetition: nothing is sent until some expire.
    case full

    public var description: String {
        switch self {
        case .forged: "this approval was not sealed by the risk gate, or was changed since"
        case .expired: "this approval has expired"
        case .used: "this approval was used before"
        case .full: "too many approvals are under way"
        }
    }
}
