import Accounting
import Matching
import Model
import Testing

/// A venue with what a test needs around it: markets, accounts, and the events of every call.
struct VenueBench {
    static let market = Ticker("KX-A")
    static let me = AccountID("me")
    static let other = AccountID("other")

    var venue: Venue
    var events: [VenueEvent] = []
    var now = Timestamp.seconds(1000)

    /// One active market on the cent grid, two accounts with $1,000 each.
    init(recorded: Bool = false, fees: FeeTerms = .ordinary, cash: Money = .dollars(1000)) {
        venue = Venue(seed: 7)
        venue.list(Self.definition(fees: fees), status: .active, recorded: recorded, at: now, into: &events)
        venue.open(Self.me, cash: cash)
        venue.open(Self.other, cash: cash)
    }

    static func definition(
        _ ticker: Ticker = market, fees: FeeTerms = .ordinary, grid: PriceGrid = .cents, strike: Strike = .other, exclusive: Bool = false
    ) -> Market {
        Market(
            ticker: ticker, event: EventTicker("KX"), series: SeriesTicker("KX"), title: "A", strike: strike, openTime: .zero,
            closeTime: .seconds(1_000_000), grid: grid, fees: fees, mutuallyExclusive: exclusive, underlying: nil)
    }

    mutating func request(_ request: OrderRequest, for account: AccountID = me) -> Result<OrderRecord, OrderRefusal> {
        events = []
        return venue.create(request, for: account, at: now, into: &events)
    }

    /// Sends an order that must be taken.
    @discardableResult
    mutating func order(
        _ side: Side, _ contracts: Int64, at cents: Int32, _ timeInForce: TimeInForce = .goodTillCanceled, for account: AccountID = me,
        selfTrade: SelfTradePrevention = .takerAtCross
    ) throws -> OrderRecord {
        try request(
            OrderRequest(
                market: Self.market, side: side, limit: .cents(cents), quantity: .contracts(contracts), timeInForce: timeInForce, selfTrade: selfTrade),
            for: account
        ).get()
    }

    /// A stranger's resting order.
    @discardableResult
    mutating func house(_ side: Side, _ contracts: Int64, at cents: Int32) -> HouseOrder? {
        venue.houseQuote(Self.market, side, at: .cents(cents), .contracts(contracts), time: now, into: &events)
    }

    func cash(_ account: AccountID = me) -> Money { venue.account(account)?.portfolio.cash ?? .zero }
    func free(_ account: AccountID = me) -> Money { venue.account(account)?.portfolio.free ?? .zero }
    func net(_ account: AccountID = me) -> Quantity { venue.account(account)?.portfolio.position(Self.market).net ?? .zero }
    func state(_ order: OrderRecord) -> OrderRecord? { venue.order(order.id, of: order.account) }
    /// "40:10 41:5", ascending.
    func book(_ side: Side) -> String {
        guard let book = venue.book(Self.market) else { return "none" }
        return (side == .yes ? book.yes : book.no).map { "\($0.price.tenThousandths / 100):\($0.quantity.hundredths / 100)" }.joined(separator: " ")
    }
}

func refusal(_ result: Result<OrderRecord, OrderRefusal>) -> OrderRefusal? {
    if case .failure(let refusal) = result { return refusal }
    return nil
}
