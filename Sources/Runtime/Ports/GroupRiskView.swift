/// What one group of markets that move together holds and could lose, beside its limits.
public struct GroupRiskView: Encodable, Sendable, Equatable {
    /// Absent for all groups together.
    public var group: String?
    public var used: String
    public var limit: String
    /// The mean loss of the worst twentieth of the scenarios.
    public var tailLoss: String
    public var tailLimit: String

    public init(group: String?, used: String, limit: String, tailLoss: String, tailLimit: String) {
        self.group = group
        self.used = used
        self.limit = limit
        self.tailLoss = tailLoss
        self.tailLimit = tailLimit
    }
}
