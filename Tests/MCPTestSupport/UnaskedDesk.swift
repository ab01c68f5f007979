public import Model
public import Ports
public import Risk

/// A desk that stands behind a server and is asked for nothing but, where it was given them, the correlations it has learned.
public struct UnaskedDesk: DeskPort {
    private let learned: EventCorrelations?

    public init(correlations: EventCorrelations? = nil) { learned = correlations }

    public var correlations: EventCorrelations {
        get async {
            guard let learned else { unexpected() }
            return learned
        }
    }
    public var limits: DeskSettings { get async { unexpected() } }
    public func view() async -> DeskView { unexpected() }
    public func book(_ market: Ticker, depth: Int) async -> BookView? { unexpected() }
    public func command(_ command: Command) async throws -> String { unexpected() }
    public func answer(to command: Command) async throws -> CommandAnswer? { unexpected() }
    public func order(_ id: ClientOrderID) async -> OrderView? { unexpected() }
    public func group(_ name: String) async -> OrderGroupView? { unexpected() }

    private func unexpected() -> Never { preconditionFailure("this desk was not to be asked") }
}
