public import MCPHosting
public import Notation

/// One call of a tool that asks a person, and everything that a caller could try instead of a person's yes to this very call.
public struct Agreement: Sendable {
    public let tool: String
    public let arguments: JSON
    /// The same tool for something else.
    public let other: JSON
    /// A tool of the same server that asks as well.
    public let another: String

    public init(_ tool: String, _ arguments: JSON, other: JSON, another: String) {
        self.tool = tool
        self.arguments = arguments
        self.other = other
        self.another = another
    }

    public struct Unasked: Error, CustomStringConvertible {
        public let description: String
    }

    /// Forged states, other arguments, another caller, another tool, a yes to no question, no answer, a no, and a yes after the no. None of them may do anything.
    /// - Parameter each: what was tried and what came back, one after the other.
    public func goAround(_ host: ServiceHost, _ each: (String, BluntCaller.Reply) async throws -> Void) async throws {
        let blunt = try await BluntCaller(host)
        let stranger = try await BluntCaller(host, principal: "somebody else")
        let state = try await question(blunt)
        for forged in Self.forgeries(of: state) { try await each("by a forged state", await blunt.call(tool, arguments, state: forged, answer: "accept")) }
        try await each("for other arguments", await blunt.call(tool, other, state: state, answer: "accept"))
        try await each("for somebody else", await stranger.call(tool, arguments, state: state, answer: "accept"))
        try await each("by another tool's name", await blunt.call(another, arguments, state: state, answer: "accept"))
        try await each("by a yes that nobody asked for", await blunt.call(tool, arguments, answer: "accept"))
        try await each("without an answer", await blunt.call(tool, arguments, state: state))
        try await each("by a no", await blunt.call(tool, arguments, state: state, answer: "decline"))
        try await each("by a yes after the no", await blunt.call(tool, arguments, state: state, answer: "accept"))
        for caller in [blunt, stranger] { await caller.close() }
    }

    /// One yes, sent twice at once by an impatient caller, and then once more.
    /// - Returns: what came back, in this order.
    public func sendThrice(_ host: ServiceHost) async throws -> [BluntCaller.Reply] {
        let blunt = try await BluntCaller(host)
        let state = try await question(blunt)
        async let left = blunt.call(tool, arguments, state: state, answer: "accept")
        async let right = blunt.call(tool, arguments, state: state, answer: "accept")
        let both = await [left, right]
        let replies = both + [await blunt.call(tool, arguments, state: state, answer: "accept")]
        await blunt.close()
        return replies
    }

    private func question(_ caller: BluntCaller) async throws -> String {
        let reply = await caller.call(tool, arguments)
        guard case .asked(_, let state) = reply else { throw Unasked(description: "\(tool) did not ask: \(reply)") }
        return state
    }

    /// The state with one character changed in its body, its code and its middle, cut, doubled, and none at all.
    private static func forgeries(of state: String) -> [String] {
        let characters = Array(state)
        let changed = [0, characters.count / 2, characters.count - 2].map { place in
            var forged = characters
            forged[place] = forged[place] == "A" ? "B" : "A"
            return String(forged)
        }
        return changed + [String(characters.dropLast(4)), state + "." + state, "x", ""]
    }
}
