public import Accounting
public import Model

/// One account's part of a trade. In a box that never changes, so that history and events share it.
public struct FillRecord: Sendable {
    struct Values: Equatable, Sendable, Codable {
        let account: AccountID
        let subaccount: Int
        let fill: Fill
        let charge: FeeCharge
        let position: Quantity
    }

    private final class Box: Sendable {
        let values: Values
        init(_ values: Values) { self.values = values }
    }

    private let box: Box

    init(_ values: Values) { box = Box(values) }

    public var account: AccountID { box.values.account }
    public var subaccount: Int { box.values.subaccount }
    public var fill: Fill { box.values.fill }
    public var charge: FeeCharge { box.values.charge }
    /// The subaccount's net position in the market right after.
    public var position: Quantity { box.values.position }
}

extension FillRecord: Equatable, Codable {
    public static func == (a: FillRecord, b: FillRecord) -> Bool { a.box === b.box || a.box.values == b.box.values }
    public init(from decoder: any Decoder) throws { self.init(try Values(from: decoder)) }
    public func encode(to encoder: any Encoder) throws { try box.values.encode(to: encoder) }
}

extension FillRecord.Values {
    /// Fills that were stored before there were subaccounts are the primary one's.
    init(from decoder: any Decoder) throws {
        let stored = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            account: try stored.decode(AccountID.self, forKey: .account), subaccount: try stored.decodeIfPresent(Int.self, forKey: .subaccount) ?? 0,
            fill: try stored.decode(Fill.self, forKey: .fill), charge: try stored.decode(FeeCharge.self, forKey: .charge),
            position: try stored.decode(Quantity.self, forKey: .position))
    }
}
