public import Model
public import Ports

/// How an exchange is set up.
public struct ExchangeConfiguration: Sendable {
    public enum Liquidity: Sendable, Hashable {
        /// A seeded market of makers, noise and informed traders, advanced in real time.
        case living(seed: UInt64)
        /// What a recording shows, given through `ExchangeServer.feed`; time is the recording's.
        case recorded(seed: UInt64)
    }

    public var host: String
    /// 0 for any free port.
    public var port: Int
    public var liquidity: Liquidity
    /// What a newly registered account holds.
    public var startingCash: Money
    public var ledger: any ExchangeLedger
    /// The request budgets of an account that was granted no other tier. The highest of the exchange's own, so that a desk on simulated money never starves.
    public var usageTier: UsageTier
    /// Whether trading pauses every Thursday from 03:00 to 05:00 in New York, as at the exchange.
    public var hasMaintenance: Bool
    /// How old something is when only the historical answers give it: about three months at the exchange.
    public var historyAfter: Interval
    /// The time of day; signatures are checked against it, and the living market follows it.
    public var now: @Sendable () -> Timestamp
    /// How many times faster than `now` the living world lives, for tests that need an hour: its times then run ahead of the clock that signatures are checked by.
    public var pace = 1
    /// When a new living world begins, for tests that must not depend on the hour they run at; nil for now. From then on it lives apart from the clock.
    public var worldStart: Timestamp?
    /// What shall go wrong. Nil, the default, costs nothing; an empty plan lets rules be injected later.
    public var faults: FaultPlan?
    /// Whether rules may be added and read at `/faults`, from this machine alone. Off unless asked for.
    public var faultControl = false
    /// How many WebSockets one account may have open; a handshake above it is answered with 429 (the exchange's lowest tier).
    public var socketLimit = 200

    public init(
        host: String = "127.0.0.1", port: Int = 0, liquidity: Liquidity = .living(seed: 1), startingCash: Money = .dollars(10_000),
        ledger: any ExchangeLedger = MemoryLedger(), usageTier: UsageTier = .prestige, hasMaintenance: Bool = true, historyAfter: Interval = .seconds(90 * 86_400),
        now: (@Sendable () -> Timestamp)? = nil, faults: FaultPlan? = nil
    ) {
        self.host = host
        self.port = port
        self.liquidity = liquidity
        self.startingCash = startingCash
        self.ledger = ledger
        self.faults = faults
        self.usageTier = usageTier
        self.hasMaintenance = hasMaintenance
        self.historyAfter = historyAfter
        self.now = now ?? { WallTime.now() }
    }
}

extension ExchangeConfiguration {
    var livesByTheClock: Bool { pace == 1 && worldStart == nil }
}

/// Why an exchange cannot start or go on, in one sentence.
public struct ExchangeError: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
