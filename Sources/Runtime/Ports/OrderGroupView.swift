/// An order group that assistants set, as the desk knows it.
public struct OrderGroupView: Encodable, Sendable, Equatable {
    public var name: String
    /// The exchange's name for it.
    public var group: String?
    /// Contracts within 15 seconds; nil while it is not certain.
    public var limit: String?
    /// Contracts that filled within the last 15 seconds, as far as the desk has heard.
    public var used: String
    /// The exchange takes no more orders into it until it is reset; nil while that is not certain.
    public var isTriggered: Bool?
    /// A request is under way.
    public var isBeingSet: Bool
    /// Why the last request did not come to what was asked.
    public var trouble: String?

    public init(name: String, group: String?, limit: String?, used: String = "0.00", isTriggered: Bool? = nil, isBeingSet: Bool, trouble: String?) {
        self.name = name
        self.group = group
        self.limit = limit
        self.used = used
        self.isTriggered = isTriggered
        self.isBeingSet = isBeingSet
        self.trouble = trouble
    }
}
