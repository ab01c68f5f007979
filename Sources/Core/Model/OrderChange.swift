/// What is to become of a resting order.
public enum OrderChange: Hashable, Sendable, Codable {
    /// Another limit, in the order's own leg's dollars, and another size, what is filled already included. A new limit or a larger size loses its place in
    /// the queue (Kalshi reference 9.2), and may trade at once.
    case amend(limit: Price, total: Quantity)
    /// No more than this is to rest; it keeps its place in the queue.
    case decrease(to: Quantity)
}

/// What is certain about a request to change an order.
public enum ChangeOutcome: Hashable, Sendable, Codable {
    /// These are its terms from now on.
    case amended(limit: Price, total: Quantity)
    /// So much of it rests. How much had filled by then the exchange does not say with it: the order's next state does.
    case decreased(to: Quantity)
    /// It is as it was, or is over.
    case refused(code: String, message: String)
    /// The answer does not say whether it was changed.
    case unknown(reason: String)
}

/// A change that an assistant wants, in a person's name. Terms are absolute, so that asking twice is asking for the same.
public struct ChangeWish: Hashable, Sendable, Codable {
    public let order: ClientOrderID
    /// Who asks, for the journal.
    public let asker: String
    public let change: OrderChange
    /// The asker's own probability that the leg wins, by which an amended order's edge is judged; nil: the one that it was ordered with.
    public let probability: Double?

    public init(order: ClientOrderID, asker: String, change: OrderChange, probability: Double? = nil) {
        self.order = order
        self.asker = asker
        self.change = change
        self.probability = probability
    }
}
