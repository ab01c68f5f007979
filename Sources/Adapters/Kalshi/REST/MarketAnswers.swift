public import Model

/// A market as REST shows it. Everything but the names may be missing; `listing` says what it takes to trade it.
public struct KalshiMarket: Decodable, Sendable {
    struct Range: Decodable, Sendable {
        let start: String
        let end: String
        let step: String
    }

    public let ticker: Ticker
    public let event: EventTicker
    public let title: String
    public let status: MarketStatus
    /// Nil until it is determined.
    public let result: MarketResult?
    public let openTime: Timestamp?
    public let closeTime: Timestamp?
    let strikeType: String?
    let floorStrike: Double?
    let capStrike: Double?
    let ranges: [Range]

    enum CodingKeys: String, CodingKey {
        case ticker, title, status, result
        case event = "event_ticker"
        case yesSubTitle = "yes_sub_title"
        case openTime = "open_time"
        case closeTime = "close_time"
        case strikeType = "strike_type"
        case floorStrike = "floor_strike"
        case capStrike = "cap_strike"
        case ranges = "price_ranges"
        case settlementValue = "settlement_value_dollars"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        ticker = Ticker(try fields.text(.ticker))
        event = EventTicker(try fields.text(.event))
        title = KalshiMarket.title(try fields.text(ifPresent: .title) ?? "", try fields.text(ifPresent: .yesSubTitle) ?? "")
        status = MarketStatus(rawValue: try fields.text(.status)) ?? .unknown
        openTime = try fields.time(ifPresent: .openTime)
        closeTime = try fields.time(ifPresent: .closeTime)
        strikeType = try fields.text(ifPresent: .strikeType)
        floorStrike = try fields.decodeIfPresent(Double.self, forKey: .floorStrike)
        capStrike = try fields.decodeIfPresent(Double.self, forKey: .capStrike)
        ranges = try fields.decodeIfPresent([Range].self, forKey: .ranges) ?? []
        result = KalshiMarket.result(try fields.text(ifPresent: .result), try fields.price(ifPresent: .settlementValue))
    }

    /// One event's markets share a title and differ in the sub-title: both tell a person which one it is.
    private static func title(_ title: String, _ sub: String) -> String { sub.isEmpty || title.contains(sub) ? title : "\(title) · \(sub)" }

    private static func result(_ text: String?, _ value: Price?) -> MarketResult? {
        switch text {
        case "yes": .yes
        case "no": .no
        case "scalar": value.map { .scalar($0) }
        case "void": .void
        default: nil
        }
    }
}

/// An event: the question that its markets divide.
public struct KalshiEvent: Decodable, Sendable {
    public let ticker: EventTicker
    public let series: SeriesTicker
    public let title: String
    public let mutuallyExclusive: Bool
    let feeType: String?
    let feeMultiplier: Double?

    enum CodingKeys: String, CodingKey {
        case title
        case ticker = "event_ticker"
        case series = "series_ticker"
        case mutuallyExclusive = "mutually_exclusive"
        case feeType = "fee_type_override"
        case feeMultiplier = "fee_multiplier_override"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        ticker = EventTicker(try fields.text(.ticker))
        series = SeriesTicker(try fields.text(.series))
        title = try fields.text(ifPresent: .title) ?? ""
        mutuallyExclusive = try fields.decode(Bool.self, forKey: .mutuallyExclusive)
        feeType = try fields.text(ifPresent: .feeType)
        feeMultiplier = try fields.decodeIfPresent(Double.self, forKey: .feeMultiplier)
    }
}

/// A series: what its events have in common, the fee among it.
public struct KalshiSeries: Decodable, Sendable {
    public let ticker: SeriesTicker
    public let title: String
    let feeType: String
    let feeMultiplier: Double

    enum CodingKeys: String, CodingKey {
        case title
        case ticker
        case feeType = "fee_type"
        case feeMultiplier = "fee_multiplier"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        ticker = SeriesTicker(try fields.text(.ticker))
        title = try fields.text(ifPresent: .title) ?? ""
        feeType = try fields.text(.feeType)
        feeMultiplier = try fields.decode(Double.self, forKey: .feeMultiplier)
    }
}

/// Whether the exchange is up and trading.
public struct KalshiStatus: Decodable, Sendable, Equatable {
    public let exchangeActive: Bool
    public let tradingActive: Bool

    enum CodingKeys: String, CodingKey {
        case exchangeActive = "exchange_active"
        case tradingActive = "trading_active"
    }
}

/// A book as REST shows it: bids on both legs, each in its own dollars, ascending.
public struct KalshiOrderbook: Decodable, Sendable, Equatable {
    public let yes: [Level]
    public let no: [Level]

    enum Outer: String, CodingKey { case book = "orderbook_fp" }
    enum CodingKeys: String, CodingKey {
        case yes = "yes_dollars"
        case no = "no_dollars"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Outer.self).nestedContainer(keyedBy: CodingKeys.self, forKey: .book)
        func levels(_ key: CodingKeys) throws -> [Level] {
            try (fields.decodeIfPresent([[String]].self, forKey: key) ?? []).map { pair in
                guard pair.count == 2, let price = Price(pair[0]), let quantity = Quantity(pair[1]) else {
                    throw DecodingError.dataCorruptedError(forKey: key, in: fields, debugDescription: "not a level")
                }
                return Level(price: price, quantity: quantity)
            }
        }
        yes = try levels(.yes)
        no = try levels(.no)
    }
}

struct LimitsAnswer: Decodable {
    struct Bucket: Decodable {
        let refillRate: Double
        let bucketCapacity: Double
        enum CodingKeys: String, CodingKey {
            case refillRate = "refill_rate"
            case bucketCapacity = "bucket_capacity"
        }
    }
    let read: Bucket
    let write: Bucket
}

struct MarketAnswer: Decodable, Sendable { let market: KalshiMarket }
struct EventAnswer: Decodable, Sendable { let event: KalshiEvent }
struct SeriesAnswer: Decodable, Sendable { let series: KalshiSeries }

struct MarketsPage: KalshiPage {
    let rows: [KalshiMarket]
    let cursor: String?
    enum CodingKeys: String, CodingKey {
        case rows = "markets"
        case cursor
    }
}
struct EventsPage: KalshiPage {
    let rows: [KalshiEvent]
    let cursor: String?
    enum CodingKeys: String, CodingKey {
        case rows = "events"
        case cursor
    }
}
