/// One line of a page's console, or an error that nobody caught.
public struct ConsoleLine: Hashable, Sendable {
    public let number: Int
    /// log, info, warning, error, debug, exception, dialog, popup.
    public let kind: String
    public let text: String
    /// Seconds since 1970, by the browser's clock.
    public let at: Double
}

/// One request that a page made, or wanted to make.
public struct RequestRecord: Hashable, Sendable {
    public let number: Int
    public let id: String
    public let method: String
    public let url: String
    /// Document, Script, XHR, WebSocket and so on, as the browser calls it.
    public let kind: String
    public let session: String?
    public internal(set) var status: Int?
    public internal(set) var mimeType: String?
    /// Why there is no answer: by our rules, or the browser's word.
    public internal(set) var failure: String?
    public internal(set) var bytes: Int?
    public internal(set) var requestHeaders: [String: String]
    public internal(set) var responseHeaders: [String: String] = [:]
    /// Seconds since 1970.
    public let at: Double
    public internal(set) var isOver = false
}

/// What becomes of a file that a page wanted to hand over.
public struct DownloadRecord: Hashable, Sendable {
    public enum Outcome: String, Hashable, Sendable { case running, saved, refused, cancelled }

    public let id: String
    public let page: String?
    public let url: String
    /// As the page called it; not where it lies.
    public let suggestedName: String
    public internal(set) var bytes: Int
    public internal(set) var outcome: Outcome
    /// In the downloads folder, once saved.
    public internal(set) var path: String?
    public internal(set) var why: String?
}

/// The newest of many: the oldest goes first.
struct Ring<Element: Sendable>: Sendable {
    let bound: Int
    private(set) var elements: [Element] = []
    /// How many there ever were.
    private(set) var total = 0

    init(_ bound: Int) { self.bound = bound }

    mutating func append(_ element: Element) {
        if elements.count == bound { elements.removeFirst() }
        elements.append(element)
        total += 1
    }

    mutating func change(last matches: (Element) -> Bool, _ edit: (inout Element) -> Void) {
        guard let place = elements.lastIndex(where: matches) else { return }
        edit(&elements[place])
    }
}
