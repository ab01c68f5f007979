/// A dated revision of the protocol. Up to 2025-11-25 a client opens a session (`initialize`); from 2026-07-28 on every request stands alone.
public enum Revision: String, CaseIterable, Comparable, Sendable, Codable {
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"
    case july2026 = "2026-07-28"

    public var isModern: Bool { self >= .july2026 }

    public static let newest = Revision.july2026
    public static let newestLegacy = Revision.november2025
    public static let modern = allCases.filter(\.isModern)
    public static let legacy = allCases.filter { !$0.isModern }

    // Their names are dates, so their order is the alphabet's.
    public static func < (a: Revision, b: Revision) -> Bool { a.rawValue < b.rawValue }
}

/// The names under which the protocol keeps its own in `_meta`.
public enum MetaKey {
    public static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
    public static let clientInfo = "io.modelcontextprotocol/clientInfo"
    public static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
    public static let logLevel = "io.modelcontextprotocol/logLevel"
    public static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
    public static let serverInfo = "io.modelcontextprotocol/serverInfo"
    public static let progressToken = "progressToken"
}
