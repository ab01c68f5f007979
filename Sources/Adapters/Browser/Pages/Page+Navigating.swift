import Notation

extension Page {
    public enum Milestone: String, Sendable { case none, dom = "DOMContentLoaded", load, idle = "networkIdle" }

    public enum Direction: String, Sendable { case back, forward, reload }

    public struct Arrival: Hashable, Sendable {
        public let url: String
        public let title: String
        /// Of the document's answer; nil when it was not told.
        public let status: Int?
        /// False when the milestone did not come in time; the page is there all the same, as far as it came.
        public let reached: Bool
    }

    /// Opens an address in this page. Throws when a rule forbids it or one of its redirects, and when nothing came.
    public func open(_ text: String, wait milestone: Milestone, within limit: Duration) async throws(BrowserError) -> Arrival {
        let address: WebAddress
        switch rules.judge(text) {
        case .success(let allowed): address = allowed
        case .failure(let refusal): throw .notAllowed(refusal)
        }
        let before = state.change { state in
            state.beginNavigation()
            return state.document
        }
        let answer: JSON
        do {
            answer = try await connection.send(DevToolsCommand("Page.navigate", .object(["url": .text(address.text)]), session: session), within: limit)
        } catch {
            // A server that never answers is not a page that hangs.
            guard case .timedOut = error else { throw state.value.crashed ? await crashed() : error }
            connection.post(DevToolsCommand("Page.stopLoading", session: session))
            throw .unfit("\(address.origin) did not answer within \(Int(limit.seconds * 1000)) ms")
        }
        touch()
        if let failure = answer["errorText"]?.asText { throw explained(failure, address, isDownload: answer["isDownload"]?.asBool == true) }
        // No loader: the same document, another fragment.
        guard answer["loaderId"] != nil else { return try await arrival(true) }
        return try await arrive(after: before, milestone, limit)
    }

    public func go(_ direction: Direction, wait milestone: Milestone, within limit: Duration) async throws(BrowserError) -> Arrival {
        let before = state.change { state in
            state.beginNavigation()
            return state.document
        }
        switch direction {
        case .reload: try await send("Page.reload")
        case .back, .forward:
            let history = try await send("Page.getNavigationHistory")
            let place = Int(history["currentIndex"]?.asInteger ?? 0) + (direction == .back ? -1 : 1)
            guard let entries = history["entries"]?.asArray, entries.indices.contains(place), let id = entries[place]["id"] else { throw .unfit("there is no page to go \(direction.rawValue) to") }
            try await send("Page.navigateToHistoryEntry", .object(["entryId": id]))
        }
        return try await arrive(after: before, milestone, limit)
    }

    private func arrive(after before: Int, _ milestone: Milestone, _ limit: Duration) async throws(BrowserError) -> Arrival {
        let came = await state.wait(within: limit) { state in
            state.crashed || state.navigationRefusal != nil || (state.document > before && (milestone == .none || state.milestones.contains(milestone.rawValue)))
        }
        if state.value.crashed { throw await crashed() }
        if let refusal = state.value.navigationRefusal { throw .notAllowed(refusal) }
        return try await arrival(came)
    }

    private func arrival(_ reached: Bool) async throws(BrowserError) -> Arrival {
        let state = state.value
        let status = state.requests.elements.last { $0.kind == "Document" && $0.status != nil }?.status
        return Arrival(url: state.url, title: try await title(), status: status, reached: reached)
    }

    /// The page's title, as far as the browser knows it: asks no script of the page.
    public func title() async throws(BrowserError) -> String {
        let answer = try await connection.send(DevToolsCommand("Target.getTargetInfo", .object(["targetId": .text(target)])))
        return VisibleText.line(answer["targetInfo"]?["title"]?.asText ?? "", bound: 300)
    }

    private func crashed() async -> BrowserError {
        do { try await send("Page.stopLoading") } catch { return error }
        return .replaced(why: "has crashed")
    }

    private func explained(_ failure: String, _ address: WebAddress, isDownload: Bool) -> BrowserError {
        if let refusal = state.value.navigationRefusal { return .notAllowed(refusal) }
        let last = state.value.lastDocumentRequest.flatMap { WebAddress($0) } ?? address
        if let refusal = refusedConnection(last) { return .notAllowed(refusal) }
        if isDownload || failure == "net::ERR_ABORTED" { return .unfit("\(last.origin) answered with a file, not with a page; downloads_list tells what became of it") }
        return .unfit("\(last.origin) could not be opened (\(failure))")
    }
}
