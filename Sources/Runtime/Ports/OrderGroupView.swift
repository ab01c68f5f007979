/// An order group that assistants set, as the desk knows it.
public struct OrderGroupView: Encodable, Sendable, Equatable {
    public var name: String
    /// The exchange's name for it.
    public var group: String?
    /// Contracts within 15 seconds; nil while it is not certain.
    public var limit: String?
    /// A request is under way.
    public var isBeingSet: Bool
    /// Why the last request did not come to what was asked.
    public var trouble: String?

    public init(name: String, group: String?, limit: String?, isBeingSet: Bool, trouble: String?) {
        self.name = name
        self.group = group
        self.limit = limit
        self.isBeingSet = isBeingSet
        self.trouble = trouble
    }
}
