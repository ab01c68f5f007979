/// An order that somebody beside the desk's own strategies wants: an assistant, in a person's name. It passes the same gate as every other.
public struct OrderWish: Hashable, Sendable, Codable {
    /// The asker's own name for it: the same key is the same order, however often it is asked for. Enters the order's id.
    public let key: String
    /// Who asks, for the journal.
    public let asker: String
    public let intent: OrderIntent
    /// The asker's own probability that the leg wins, by which the edge is judged; nil for an order that only closes.
    public let probability: Double?
    /// Refused rather than open or turn a position.
    public let reduceOnly: Bool
    /// The order group it goes into, by its asker's name for it; nil: none.
    public let group: String?

    /// - Parameter key: 1 to 32 of letters, digits, `_` and `-`.
    public init(key: String, asker: String, intent: OrderIntent, probability: Double?, reduceOnly: Bool, group: String? = nil) {
        precondition(OrderWish.isKey(key), "a key is 1 to 32 letters, digits, _ and -")
        self.key = key
        self.asker = asker
        self.intent = intent
        self.probability = probability
        self.reduceOnly = reduceOnly
        self.group = group
    }

    public static func isKey(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || ($0 | 0x20 >= 97 && $0 | 0x20 <= 122) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }
}

/// Which resting orders are to go.
public enum CancelScope: Hashable, Sendable, Codable {
    case order(ClientOrderID)
    case market(Ticker)
    case event(EventTicker)
    case all
}

/// Limits that are put on top of the operator's own. Each can only make the desk more careful; nil leaves a limit as it is.
public struct LimitCaps: Hashable, Sendable, Codable {
    public var kellyFraction: Double?
    public var maximumOrderCost: Money?
    public var maximumMarketExposure: Money?
    public var maximumEventExposure: Money?
    public var maximumSeriesExposure: Money?
    public var maximumGroupExposure: Money?
    public var maximumTotalExposure: Money?
    public var cashReserve: Money?
    public var dailyLossLimit: Money?
    public var maximumOrdersPerMinute: Int?

    public init() {}

    /// The names of what would become looser than `settings`, or is no limit at all; empty where nothing would.
    public func loosened(_ settings: DeskSettings) -> [String] {
        func money(_ name: String, _ cap: Money?, atMost limit: Money) -> String? { cap.flatMap { $0 < .zero || $0 > limit ? name : nil } }
        return [
            kellyFraction.flatMap { !($0 >= 0 && $0 <= settings.kellyFraction) ? "kelly_fraction" : nil },
            money("maximum_order_cost", maximumOrderCost, atMost: settings.maximumOrderCost),
            money("maximum_market_exposure", maximumMarketExposure, atMost: settings.maximumMarketExposure),
            money("maximum_event_exposure", maximumEventExposure, atMost: settings.maximumEventExposure),
            money("maximum_series_exposure", maximumSeriesExposure, atMost: settings.maximumSeriesExposure),
            money("maximum_group_exposure", maximumGroupExposure, atMost: settings.maximumGroupExposure),
            money("maximum_total_exposure", maximumTotalExposure, atMost: settings.maximumTotalExposure),
            cashReserve.flatMap { $0 < settings.cashReserve ? "cash_reserve" : nil },
            // Nothing, as a limit of the loss, is none.
            dailyLossLimit.flatMap { $0 <= .zero || settings.dailyLossLimit > .zero && $0 > settings.dailyLossLimit ? "daily_loss_limit" : nil },
            maximumOrdersPerMinute.flatMap { $0 < 0 || $0 > settings.maximumOrdersPerMinute ? "maximum_orders_per_minute" : nil },
        ].compactMap(\.self)
    }

    /// What is given in `newer` is put over what is here.
    public func merged(_ newer: LimitCaps) -> LimitCaps {
        var merged = self
        merged.kellyFraction = newer.kellyFraction ?? kellyFraction
        merged.maximumOrderCost = newer.maximumOrderCost ?? maximumOrderCost
        merged.maximumMarketExposure = newer.maximumMarketExposure ?? maximumMarketExposure
        merged.maximumEventExposure = newer.maximumEventExposure ?? maximumEventExposure
        merged.maximumSeriesExposure = newer.maximumSeriesExposure ?? maximumSeriesExposure
        merged.maximumGroupExposure = newer.maximumGroupExposure ?? maximumGroupExposure
        merged.maximumTotalExposure = newer.maximumTotalExposure ?? maximumTotalExposure
        merged.cashReserve = newer.cashReserve ?? cashReserve
        merged.dailyLossLimit = newer.dailyLossLimit ?? dailyLossLimit
        merged.maximumOrdersPerMinute = newer.maximumOrdersPerMinute ?? maximumOrdersPerMinute
        return merged
    }
}

extension DeskSettings {
    /// These settings under the caps: of each limit the more careful one, so that no cap can ever loosen.
    public func capped(by caps: LimitCaps) -> DeskSettings {
        var settings = self
        func lower<T: Comparable>(_ path: WritableKeyPath<DeskSettings, T>, _ cap: T?) {
            if let cap { settings[keyPath: path] = min(settings[keyPath: path], cap) }
        }
        lower(\.kellyFraction, caps.kellyFraction)
        lower(\.maximumOrderCost, caps.maximumOrderCost)
        lower(\.maximumMarketExposure, caps.maximumMarketExposure)
        lower(\.maximumEventExposure, caps.maximumEventExposure)
        lower(\.maximumSeriesExposure, caps.maximumSeriesExposure)
        lower(\.maximumGroupExposure, caps.maximumGroupExposure)
        lower(\.maximumTotalExposure, caps.maximumTotalExposure)
        if let cap = caps.dailyLossLimit { settings.dailyLossLimit = settings.dailyLossLimit > .zero ? min(settings.dailyLossLimit, cap) : cap }
        lower(\.maximumOrdersPerMinute, caps.maximumOrdersPerMinute)
        if let reserve = caps.cashReserve { settings.cashReserve = max(settings.cashReserve, reserve) }
        return settings
    }
}
