public import Model

/// The stream of what the world says: headlines, each once, as events.
public protocol NewsFeed: Sendable {
    /// Runs until cancelled, and does not return before. Calls `deliver` for every headline; it may be called from several tasks.
    func run(deliver: @escaping @Sendable (Stamped) async -> Void) async
}
