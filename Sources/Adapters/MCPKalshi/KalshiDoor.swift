public import Kalshi
public import Model
public import Ports

/// What the server stands on: the exchange, whose account it is, and the desk, where there is one.
public struct KalshiDoor: Sendable {
    /// Whose money: told with every answer about it.
    public let environment: TradingMode
    /// Without a key only what is public can be read.
    public let hasAccount: Bool
    public let clock: any Ports.Clock
    public let desk: (any DeskPort)?
    /// How far assistants may go here: what is left of what was allowed.
    public let tier: AssistantTier
    let line: VenueLine
    let catalogue: Catalogue
    let books: LiveBooks
    let contracts: ContractReader

    /// - Parameters:
    ///   - open: makes the client; asked when it is first needed, so that a server answers before its exchange does, and again after a failure.
    ///   - desk: what orders and the desk's own account go through; without one the server can only read.
    ///   - tier: how far assistants may go, where there is a desk.
    ///   - contracts: reads contracts' documents; nil: from where the exchange keeps them.
    public init(
        environment: TradingMode, hasAccount: Bool, clock: any Ports.Clock, index: any MarketIndex, desk: (any DeskPort)? = nil,
        tier: AssistantTier = .read, contracts: ContractReader? = nil, open: @escaping @Sendable () async throws -> KalshiClient
    ) {
        self.environment = environment
        self.hasAccount = hasAccount
        self.clock = clock
        self.desk = desk
        // Without a desk there is nothing to order through.
        self.tier = desk == nil ? .read : tier.effective(in: environment)
        line = VenueLine(open)
        catalogue = Catalogue(line: line, index: index, clock: clock, freshness: environment == .simulated || environment == .recorded ? .seconds(30) : .seconds(600))
        books = LiveBooks(line: line, clock: clock)
        self.contracts = contracts ?? ContractReader { clock.now() }
    }

    func client() async throws -> KalshiClient { try await line.client() }

    /// The moment that an answer was made, as it is told.
    var asOf: String { clock.now().told }
}

/// The client of the exchange, made once, when somebody needs it.
actor VenueLine {
    private let open: @Sendable () async throws -> KalshiClient
    private var opening: Task<KalshiClient, any Error>?

    init(_ open: @escaping @Sendable () async throws -> KalshiClient) { self.open = open }

    func client() async throws -> KalshiClient {
        let open = open
        let task = opening ?? Task { try await open() }
        opening = task
        do { return try await task.value } catch {
            // The next question tries anew.
            opening = nil
            throw error
        }
    }
}
