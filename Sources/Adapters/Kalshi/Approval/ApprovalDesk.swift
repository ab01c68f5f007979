import Keys
public import Model
public import Ports
import Synchronization

/// Judges approvals before anything is sent: each is true, in time, and good for one order.
public final class ApprovalDesk: Sendable {
    /// Used approvals that have not expired yet.
    static let mostUsed = 4096

    private let key: ApprovalKey
    private let clock: any Ports.Clock
    /// When those that were used expire, by nonce.
    private let used = Mutex<[String: Int64]>([:])

    public init(key: ApprovalKey, clock: any Ports.Clock) {
        self.key = key
        self.clock = clock
    }

    /// Opens it, and spends it: whatever becomes of the order, this approval is good for nothing more.
    public func open(_ approval: SealedApproval) throws(ApprovalRefusal) -> OpenedApproval {
        // First the code: nothing is believed before, not even the time.
        guard let code = bytes(hexadecimal: approval.code), isAuthentic(code, approval.sealed, key: key.bytes) else { throw .forged }
        let now = clock.now().nanoseconds
        guard now < approval.expires else { throw .expired }
        guard let side = Side(rawValue: approval.side), let price = Price(approval.price), let count = Quantity(approval.count),
            let life = TimeInForce(rawValue: approval.timeInForce), (0..<9_000_000_000).contains(approval.lapses)
        else { throw .forged }
        let refusal = used.withLock { used -> ApprovalRefusal? in
            if used[approval.nonce] != nil { return .used }
            if used.count >= Self.mostUsed { used = used.filter { $0.value > now } }
            guard used.count < Self.mostUsed else { return .full }
            used[approval.nonce] = approval.expires
            return nil
        }
        if let refusal { throw refusal }
        return OpenedApproval(
            id: ClientOrderID(approval.id),
            intent: OrderIntent(
                market: Ticker(approval.ticker), side: side, limit: price, quantity: count, timeInForce: life, postOnly: approval.postOnly,
                expires: approval.lapses == 0 ? nil : .seconds(approval.lapses), group: approval.group.isEmpty ? nil : OrderGroupID(approval.group)),
            amends: approval.amends.isEmpty ? nil : OrderID(approval.amends))
    }

    private func bytes(hexadecimal text: String) -> [UInt8]? {
        guard text.utf8.count == 64 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in text.utf8 {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }
}

extension KalshiGateway {
    /// Sends an order, or its new terms, whose approval came by way of text.
    public func carryOut(_ approval: OpenedApproval) async -> OrderReport {
        guard let order = approval.amends else { return await place(approval.id, approval.intent) }
        return await amend(order, approval.id, approval.intent)
    }
}
