public import Model
public import Risk

/// The desk as the bridge sees it: a view to show, and a door for commands. Both answer at once; neither can hold the engine up.
public protocol DeskPort: Sendable {
    /// The newest view, made by the engine's owner a few times a second.
    func view() async -> DeskView
    /// One market's book from the same moment, best levels first; nil for a market the desk does not know.
    func book(_ market: Ticker, depth: Int) async -> BookView?
    /// Hands a command to the engine. Returns when it is in the journal, with what the desk made of it; throws when it was not taken.
    func command(_ command: Command) async throws -> String
    /// The same for a command that asks for something: what the engine answered, once it is in the journal.
    func answer(to command: Command) async throws -> CommandAnswer?
    /// One order that is not over, or ended a short while ago; nil for any other.
    func order(_ id: ClientOrderID) async -> OrderView?
    /// An order group by its asker's name; nil for one that the desk does not know.
    func group(_ name: String) async -> OrderGroupView?
    /// The limits in force, caps included.
    var limits: DeskSettings { get async }
    /// How events move together, as far as the desk has measured it.
    var correlations: EventCorrelations { get async }
}
