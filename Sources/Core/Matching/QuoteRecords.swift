public import Model

/// The name of a request for quotes.
public struct RFQID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// The name of a quote.
public struct QuoteID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// A request for quotes: an account asks what others would trade with it (Kalshi reference, section 9.4).
public struct RFQRecord: Hashable, Sendable, Codable {
    /// How much is asked for.
    public enum Size: Hashable, Sendable, Codable {
        case contracts(Quantity)
        /// As many contracts as this pays for; with the taker's fee inside of it, unless `excludesFees`.
        case cost(Money, excludesFees: Bool)
    }

    public enum Status: String, Hashable, Sendable, Codable {
        case open
        /// Nothing follows.
        case closed
    }

    public let account: AccountID
    public let subaccount: Int
    public let id: RFQID
    public let market: Ticker
    public let size: Size
    /// Whether what does not trade at once stays in the book.
    public let restsRemainder: Bool
    /// Whether others see a placeholder for who asks, until a quote is executed.
    public let isObscured: Bool
    public let created: Timestamp
    public internal(set) var status: Status
    public internal(set) var updated: Timestamp
    public internal(set) var reason: String?
}

/// What a maker offers on a request: to buy YES at one price, NO at the other.
public struct QuoteRecord: Hashable, Sendable, Codable {
    public enum Status: String, Hashable, Sendable, Codable {
        /// Then accepted or cancelled.
        case open
        /// The requester took a side; then confirmed or cancelled.
        case accepted
        /// The maker stands by it; then executed or cancelled.
        case confirmed
        /// Both orders went to the book. Nothing follows.
        case executed
        case cancelled

        /// Something may follow.
        var isLive: Bool {
            switch self {
            case .open, .accepted, .confirmed: true
            case .executed, .cancelled: false
            }
        }
    }

    public let account: AccountID
    public let subaccount: Int
    public let id: QuoteID
    public let rfq: RFQID
    public let requester: AccountID
    public let requesterSubaccount: Int
    public let market: Ticker
    /// What the maker pays for a YES; zero declines the side.
    public let yesBid: Price
    /// What the maker pays for a NO; zero declines the side.
    public let noBid: Price
    /// How many contracts each side would be.
    public let yesContracts: Quantity
    public let noContracts: Quantity
    public let restsRemainder: Bool
    public let isPostOnly: Bool
    public let created: Timestamp
    public internal(set) var status: Status
    public internal(set) var updated: Timestamp
    /// The side that the maker will hold.
    public internal(set) var acceptedSide: Side?
    public internal(set) var accepted: Timestamp?
    public internal(set) var confirmed: Timestamp?
    public internal(set) var executed: Timestamp?
    public internal(set) var cancelled: Timestamp?
    public internal(set) var reason: String?
    public internal(set) var makerOrder: OrderID?
    public internal(set) var requesterOrder: OrderID?

    /// What was taken, or what the larger side offers.
    public var contracts: Quantity {
        switch acceptedSide {
        case .yes: yesContracts
        case .no: noContracts
        case nil: max(yesContracts, noContracts)
        }
    }

    public func bid(_ side: Side) -> Price { side == .yes ? yesBid : noBid }
}

/// Why something about quotes is refused.
public enum QuoteRefusal: Error, Hashable, Sendable {
    case notFound
    case marketInactive
    case invalidPrice
    case invalidSize
    case rfqClosed
    /// The account has an open request in this market already.
    case rfqExists
    case ownRFQ
    case tooMany
    /// The quote is not in the state that this needs.
    case wrongState(QuoteRecord.Status)
    case sideDeclined
}

/// Something that happened between requesters and makers, in its order.
public enum QuoteEvent: Hashable, Sendable {
    case rfqCreated(RFQRecord)
    case rfqClosed(RFQRecord)
    case quoteCreated(QuoteRecord)
    case quoteAccepted(QuoteRecord)
    case quoteConfirmed(QuoteRecord)
    case quoteExecuted(QuoteRecord)
    case quoteCancelled(QuoteRecord)
}
