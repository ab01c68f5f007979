import Keys
import Matching
import Model

/// A market on several others at once: YES when every leg came out as it was chosen (Kalshi reference, section 9.4).
struct Combo: Hashable, Sendable, Codable {
    struct Leg: Hashable, Sendable, Codable {
        let market: Ticker
        let event: EventTicker
        let side: Side
    }

    let ticker: Ticker
    let event: EventTicker
    let creator: AccountID
    let created: Timestamp
    /// In ascending order of market: the order in which they were chosen means nothing.
    let legs: [Leg]

    static let collection = "KXMVESIMULATED"
    static let series = SeriesTicker("KXMVESIMULATED")
    static let sizes = 2...6

    /// The same legs are the same market, whoever chooses them.
    init(_ legs: [Leg], creator: AccountID, at time: Timestamp) {
        self.legs = legs.sorted { ($0.market, $0.side.rawValue) < ($1.market, $1.side.rawValue) }
        self.creator = creator
        created = time
        let text = self.legs.map { "\($0.market)/\($0.side.rawValue)" }.joined(separator: " ")
        let digits = hexadecimal(sha256(Array(text.utf8))).uppercased()
        event = EventTicker("\(Combo.collection)-S\(digits.prefix(14))")
        ticker = Ticker("\(event)-\(digits.dropFirst(14).prefix(10))")
    }

    /// `center_deci_edge_centi_cent`, the grid of all combinations (section 10).
    static let grid: PriceGrid = {
        let edge = Price(tenThousandths: 100)
        let bands = [
            PriceGrid.Band(start: .zero, end: edge, step: 1), PriceGrid.Band(start: edge, end: edge.complement, step: 10),
            PriceGrid.Band(start: edge.complement, end: .one, step: 1),
        ]
        guard let grid = PriceGrid(bands: bands) else { preconditionFailure("the bands are in order and without gaps") }
        return grid
    }()

    /// It trades until the first of its legs closes: from then on somebody may know more than the book.
    func market(legs markets: [Market]) -> Market {
        let words = zip(legs, markets).map { leg, market in "\(leg.side.rawValue): \(market.title) \(market.strike.words ?? "")" }
        return Market(
            ticker: ticker, event: event, series: Combo.series, title: words.joined(separator: "; "), strike: .other, openTime: created,
            closeTime: markets.map(\.closeTime).min() ?? created, grid: Combo.grid, fees: .ordinary, mutuallyExclusive: false, underlying: nil)
    }

    /// The product of what the chosen sides pay, cut to a ten-thousandth of a dollar; nil until all are known. One leg that is void makes it void.
    func result(_ results: [MarketResult?]) -> MarketResult? {
        var product: Int64 = 10_000
        var isVoid = false
        for (leg, result) in zip(legs, results) {
            guard let result else { return nil }
            guard let value = result.yesValue else {
                isVoid = true
                continue
            }
            product = product * Int64((leg.side == .yes ? value : value.complement).tenThousandths) / 10_000
        }
        if isVoid { return .void }
        switch product {
        case 10_000: return .yes
        case 0: return .no
        default: return .scalar(Price(tenThousandths: Int32(product)))
        }
    }
}
