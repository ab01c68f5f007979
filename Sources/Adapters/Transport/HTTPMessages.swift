/// Header fields in the order they came. Names compare without regard to case; a name may occur more than once.
public struct HeaderFields: Hashable, Sendable, ExpressibleByDictionaryLiteral, Sequence {
    public struct Field: Hashable, Sendable {
        public var name: String
        public var value: String
    }

    public private(set) var fields: [Field] = []

    public init() {}
    public init(dictionaryLiteral elements: (String, String)...) { for (name, value) in elements { add(name, value) } }

    /// The first value under the name. Setting replaces all of them; setting nil removes them.
    public subscript(name: String) -> String? {
        get { fields.first { Self.same($0.name, name) }?.value }
        set {
            fields.removeAll { Self.same($0.name, name) }
            if let newValue { add(name, newValue) }
        }
    }

    public mutating func add(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }
    public func all(_ name: String) -> [String] { fields.filter { Self.same($0.name, name) }.map(\.value) }
    public func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }

    /// Letters differ from their capitals in one bit; no other byte of a field's name does (RFC 9110: tokens).
    private static func same(_ a: String, _ b: String) -> Bool {
        a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { $0 == $1 || ($0 ^ $1 == 0x20 && ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A) }
    }
}

/// One request, whole, as the server got it.
///
/// `path` is percent-encoded exactly as it was sent and has no query: signatures are computed over it. Use `segments` to route.
public struct HTTPRequest: Sendable {
    public var method: String
    public var path: String
    /// As sent, without the question mark; empty when there is none.
    public var query: String
    public var headers: HeaderFields
    public var body: [UInt8]
    /// Address and port of the other side, for logs.
    public var peer: String

    public init(method: String, path: String, query: String = "", headers: HeaderFields = [:], body: [UInt8] = [], peer: String = "") {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The query's items in order, decoded.
    public var queryItems: [(name: String, value: String)] {
        query.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (PercentCoding.decode(parts[0], plusIsSpace: true), parts.count > 1 ? PercentCoding.decode(parts[1], plusIsSpace: true) : "")
        }
    }

    /// The first value of a query item, decoded.
    public func query(_ name: String) -> String? { queryItems.first { $0.name == name }?.value }

    /// The path between its slashes, each part decoded: "/a/b%20c" is ["a", "b c"].
    public var segments: [String] { path.split(separator: "/").map { PercentCoding.decode($0, plusIsSpace: false) } }
}

/// One answer: what a handler returns and what a client gets. `content-length` is written by the server.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: HeaderFields
    public var body: [UInt8]
    /// The body in pieces, in place of `body`, for as long as there are any.
    public var stream: HTTPBodyStream?
    /// Nothing is answered and the connection is closed instead. For faults.
    public private(set) var hangsUp = false

    public init(status: Int, headers: HeaderFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// No answer: the client sees its connection break.
    public static let hangUp: HTTPResponse = {
        var response = HTTPResponse(status: 503)
        response.hangsUp = true
        return response
    }()

    public static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["content-type": "text/plain; charset=utf-8"], body: Array(text.utf8))
    }

    public static func json(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["content-type": "application/json"], body: body)
    }
}
