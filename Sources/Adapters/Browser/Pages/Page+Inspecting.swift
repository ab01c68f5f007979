public import Notation

extension Page {
    /// The body of an answer, if it is text and the browser still has it.
    public func body(of record: RequestRecord) async -> String? {
        let command = DevToolsCommand("Network.getResponseBody", .object(["requestId": .text(record.id)]), session: record.session ?? session)
        // Gone, or never there: both are told as absent.
        guard let answer = try? await connection.send(command), answer["base64Encoded"]?.asBool != true, let body = answer["body"]?.asText else { return nil }
        return VisibleText.lines(body)
    }

    /// Base64 of a PDF of at most two megabytes.
    public func pdf() async throws(BrowserError) -> String {
        let answer = try await send("Page.printToPDF", .object(["printBackground": true, "pageRanges": "1-20"]), within: max(patience, .seconds(20)))
        guard let data = answer["data"]?.asText else { throw .unfit("the browser printed nothing") }
        guard data.utf8.count <= 2_800_000 else { throw .unfit("printed, the page has more than 2 MB") }
        return data
    }

    /// Runs a script of somebody else's in the page's own world.
    public func evaluateInPage(_ script: String) async throws(BrowserError) -> JSON {
        let answer = try await send("Runtime.evaluate", .object(["expression": .text(script), "returnByValue": true, "awaitPromise": true, "timeout": 5000]))
        if let fault = answer["exceptionDetails"] {
            throw .unfit("the script failed: \(VisibleText.line(fault["exception"]?["description"]?.asText ?? fault["text"]?.asText ?? "no reason given", bound: 500))")
        }
        return answer["result"]?["value"] ?? .null
    }

    public struct Cookie: Hashable, Sendable {
        public let name: String
        public let domain: String
        public let path: String
        public let isSecure: Bool
        public let isHTTPOnly: Bool
        public let sameSite: String
        public let isSession: Bool
    }

    /// Without their values: nobody here needs them.
    public func cookies() async throws(BrowserError) -> [Cookie] {
        guard let address = WebAddress(url) else { return [] }
        let found = try await send("Network.getCookies", .object(["urls": .array([.text(address.text)])]))
        return (found["cookies"]?.asArray ?? []).map { cookie in
            func line(_ key: String) -> String { VisibleText.line(cookie[key]?.asText ?? "", bound: 200) }
            return Cookie(
                name: line("name"), domain: line("domain"), path: line("path"), isSecure: cookie["secure"]?.asBool ?? false, isHTTPOnly: cookie["httpOnly"]?.asBool ?? false,
                sameSite: line("sameSite"), isSession: cookie["session"]?.asBool ?? false)
        }
    }

    /// Returns the origin whose storage was cleared.
    public func clearStorage() async throws(BrowserError) -> String {
        guard let address = WebAddress(url) else { throw .unfit("the page shows no address yet") }
        try await send("Storage.clearDataForOrigin", .object(["origin": .text(address.origin), "storageTypes": "all"]))
        return address.origin
    }
}
