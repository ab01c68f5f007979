public import Model

/// The account's money as the exchange counts it: what new orders may use, without what resting orders hold back.
public struct KalshiBalance: Decodable, Sendable, Equatable {
    public let available: Money

    enum CodingKeys: String, CodingKey {
        case cents = "balance"
        case dollars = "balance_dollars"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        // `balance` is cut to whole cents; the other is exact.
        available = try fields.contains(.dollars) ? fields.money(.dollars) : .cents(fields.decode(Int64.self, forKey: .cents))
    }
}

/// Which leg an order or fill is on. `outcome_side` says it; older answers only `side` and `action`, where selling one leg is buying the other.
struct Direction: Decodable {
    let side: Side

    enum CodingKeys: String, CodingKey {
        case outcome = "outcome_side"
        case book = "book_side"
        case side, action
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        if let outcome = try fields.text(ifPresent: .outcome).flatMap(Side.init) {
            side = outcome
        } else if let book = try fields.text(ifPresent: .book) {
            side = book == "bid" ? .yes : .no
        } else {
            guard let leg = Side(rawValue: try fields.text(.side)) else {
                throw DecodingError.dataCorruptedError(forKey: .side, in: fields, debugDescription: "neither yes nor no")
            }
            side = try fields.text(ifPresent: .action) == "sell" ? leg.opposite : leg
        }
    }
}

/// An order as REST and the private channel show it: the same fields but for the times.
struct OrderRow: Decodable, Sendable {
    let order: VenueOrder

    enum CodingKeys: String, CodingKey {
        case order = "order_id"
        case client = "client_order_id"
        case market = "ticker"
        case status
        case yesPrice = "yes_price_dollars"
        case initial = "initial_count_fp"
        case filled = "fill_count_fp"
        case remaining = "remaining_count_fp"
        case created = "created_time"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let side = try Direction(from: decoder).side
        let yesPrice = try fields.price(.yesPrice)
        order = VenueOrder(
            order: OrderID(try fields.text(.order)), clientOrder: ClientOrderID(try fields.text(ifPresent: .client) ?? ""), market: Ticker(try fields.text(.market)),
            side: side, limit: side == .yes ? yesPrice : yesPrice.complement, status: VenueOrder.Status(rawValue: try fields.text(.status)) ?? .unknown,
            initial: try fields.quantity(.initial), filled: try fields.quantity(.filled), remaining: try fields.quantity(.remaining),
            created: try fields.time(ifPresent: .created) ?? .zero)
    }
}

/// A fill as REST shows it: without our client order id, which `KalshiGateway` adds from the order.
struct FillRow: Decodable, Sendable {
    let fill: Fill

    enum CodingKeys: String, CodingKey {
        case trade = "trade_id"
        case order = "order_id"
        case client = "client_order_id"
        case ticker
        case marketTicker = "market_ticker"
        case yesPrice = "yes_price_dollars"
        case count = "count_fp"
        case taker = "is_taker"
        case fee = "fee_cost"
        case created = "created_time"
        case milliseconds = "ts_ms"
        case seconds = "ts"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let side = try Direction(from: decoder).side
        let yesPrice = try fields.price(.yesPrice)
        let time: Timestamp
        if let created = try fields.time(ifPresent: .created) {
            time = created
        } else if let milliseconds = try fields.decodeIfPresent(Int64.self, forKey: .milliseconds) {
            time = .milliseconds(milliseconds)
        } else {
            time = .seconds(try fields.decode(Int64.self, forKey: .seconds))
        }
        fill = Fill(
            trade: TradeID(try fields.text(.trade)), order: OrderID(try fields.text(.order)),
            clientOrder: try fields.text(ifPresent: .client).flatMap { $0.isEmpty ? nil : ClientOrderID($0) },
            market: Ticker(try fields.text(ifPresent: .marketTicker) ?? fields.text(.ticker)), side: side, price: side == .yes ? yesPrice : yesPrice.complement,
            quantity: try fields.quantity(.count), liquidity: try fields.decode(Bool.self, forKey: .taker) ? .taker : .maker, fee: try fields.money(.fee), time: time)
    }
}

struct PositionRow: Decodable, Sendable {
    let position: VenuePosition

    enum CodingKeys: String, CodingKey {
        case ticker
        case net = "position_fp"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        position = VenuePosition(market: Ticker(try fields.text(.ticker)), net: try fields.quantity(.net))
    }
}

/// What a market paid the account.
struct SettlementRow: Decodable, Sendable {
    let settlement: VenueSettlement

    enum CodingKeys: String, CodingKey {
        case market = "ticker"
        case result = "market_result"
        case value
        case time = "settled_time"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let result: MarketResult
        switch try fields.text(.result) {
        case "yes": result = .yes
        case "no": result = .no
        case "void": result = .void
        case "scalar":
            // Integer cents, of the last fields that are (Kalshi reference, section 5).
            let cents = try fields.decode(Int32.self, forKey: .value)
            guard (0...100).contains(cents) else { throw DecodingError.dataCorruptedError(forKey: .value, in: fields, debugDescription: "not 0 to 100 cents") }
            result = .scalar(.cents(cents))
        default: throw DecodingError.dataCorruptedError(forKey: .result, in: fields, debugDescription: "not a result")
        }
        settlement = VenueSettlement(market: Ticker(try fields.text(.market)), result: result, time: try fields.time(.time))
    }
}

struct OrderAnswer: Decodable, Sendable { let order: OrderRow }

struct OrdersPage: KalshiPage {
    let rows: [OrderRow]
    let cursor: String?
    enum CodingKeys: String, CodingKey {
        case rows = "orders"
        case cursor
    }
}
struct FillsPage: KalshiPage {
    let rows: [FillRow]
    let cursor: String?
    enum CodingKeys: String, CodingKey {
        case rows = "fills"
        case cursor
    }
}
struct PositionsPage: KalshiPage {
    let rows: [PositionRow]
    let cursor: String?
    enum CodingKeys: String, CodingKey {
        case rows = "market_positions"
        case cursor
    }
}
struct SettlementsPage: KalshiPage {
    let rows: [SettlementRow]
    let cursor: String?
    enum CodingKeys: String, CodingKey {
        case rows = "settlements"
        case cursor
    }
}
