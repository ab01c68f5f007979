public import Model

/// The stream of what the world says, as events: headlines, each once, and facts that were measured or forecast.
public protocol NewsFeed: Sendable {
    /// Runs until cancelled, and does not return before. Calls `deliver` for every one; it may be called from several tasks.
    func run(deliver: @escaping @Sendable (Stamped) async -> Void) async
}
