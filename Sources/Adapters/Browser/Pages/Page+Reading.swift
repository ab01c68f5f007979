public import Notation

extension Page {
    /// A page's main text.
    public struct Reading: Hashable, Sendable {
        public let title: String
        /// Markdown, without what nobody sees.
        public let text: String
        public let author: String
        public let date: String
        /// The page had more than is read of one.
        public let isCut: Bool
        /// The frame that was read; nil for the page itself.
        public let frame: FrameSource?
    }

    /// Whose words the document of a frame holds.
    public struct FrameSource: Hashable, Sendable {
        public let url: String
        /// "null" where the document is of no origin: a sandboxed one, or one that the page wrote into an address.
        public let origin: String
    }

    /// The main text of the document that holds a node; of the page itself without one.
    public func read(in ref: NodeRef? = nil) async throws(BrowserError) -> Reading {
        let (found, frame) = try await evaluate(PageScripts.read, at: ref, milliseconds: 5000)
        func line(_ key: String) -> String { VisibleText.line(found[key]?.asText ?? "", bound: 300) }
        return Reading(
            title: line("title"), text: VisibleText.lines(found["text"]?.asText ?? ""), author: line("author"), date: line("date"), isCut: found["truncated"]?.asBool ?? false, frame: frame)
    }

    /// Runs our script in the document that holds a node, and says which frame that is.
    private func evaluate(_ script: String, at ref: NodeRef?, milliseconds: Int = 3000) async throws(BrowserError) -> (JSON, FrameSource?) {
        guard let ref else { return (try await evaluate(script, milliseconds: milliseconds), nil) }
        let standing = try await standing(ref)
        guard ref.frame > 0 || standing.frame != nil else { return (try await evaluate(script, milliseconds: milliseconds), nil) }
        let facts = try await evaluate(PageScripts.source, in: standing.context, ofFrame: ref.frame)
        let source = FrameSource(url: VisibleText.line(facts["url"]?.asText ?? "", bound: 500), origin: VisibleText.line(facts["origin"]?.asText ?? "", bound: 300))
        guard Self.mayBeRead(facts["url"]?.asText ?? "", rules) else { throw .unfit("the frame that holds \(ref) shows nothing of an allowed origin") }
        // The place for scripts goes with the document: what is read is what was judged, or nothing.
        return (try await evaluate(script, in: standing.context, ofFrame: ref.frame, milliseconds: milliseconds), source)
    }

    /// A frame of an allowed origin, or one whose words the page around it wrote. The proxy lets nothing else through; an error's page is the browser's own.
    static func mayBeRead(_ url: String, _ rules: AccessRules) -> Bool {
        if ["about:blank", "about:srcdoc"].contains(url.prefix { $0 != "#" && $0 != "?" }) || url.hasPrefix("data:") { return true }
        let address = url.hasPrefix("blob:") ? String(url.dropFirst("blob:".count)) : url
        if case .success = rules.judge(address) { return true }
        return false
    }

    // MARK: - Tables and lists

    public struct Table: Hashable, Sendable {
        public let caption: String
        /// Nil where the table has no row of headers.
        public let header: [String]?
        public let rows: [[String]]
        public let total: Int
    }

    /// Rows of a table that are read at all.
    static let rowBound = 2000

    /// The table at, around or within a node.
    public func table(_ ref: NodeRef) async throws(BrowserError) -> Table {
        let found = try await call(ref, PageScripts.table, [.integer(Int64(Self.rowBound))])
        guard found["rows"] != nil else { throw .unfit("\(ref) is no table and holds none") }
        func texts(_ json: JSON?) -> [String] { (json?.asArray ?? []).map { VisibleText.line($0.asText ?? "", bound: 500) } }
        return Table(
            caption: VisibleText.line(found["caption"]?.asText ?? "", bound: 300), header: found["header"]?.asArray.map { texts(.array($0)) },
            rows: (found["rows"]?.asArray ?? []).map { texts($0) }, total: Int(found["total"]?.asInteger ?? 0))
    }

    /// One object for each element that `row` selects, its fields by selectors (`css`, `css@attribute`, `@attribute`); absent ones are null.
    /// - Parameter ref: of something in the frame that is meant; the page itself without one.
    public func extract(
        row: String?, fields: [(name: String, selector: String)], limit: Int, in ref: NodeRef? = nil
    ) async throws(BrowserError) -> (rows: [JSON], total: Int, frame: FrameSource?) {
        let pairs = JSON.array(fields.map { .array([.text($0.name), .text($0.selector)]) })
        let (found, frame) = try await evaluate("(\(PageScripts.extract))(\((row.map { JSON.text($0) } ?? .null).rendered), \(pairs.rendered), \(limit))", at: ref)
        let rows = (found["rows"]?.asArray ?? []).map { row in
            JSON.object((row.asObject ?? []).map { JSON.Member(key: $0.key, value: $0.value.asText.map { .text(VisibleText.line($0, bound: 2000)) } ?? .null) })
        }
        return (rows, Int(found["total"]?.asInteger ?? 0), frame)
    }

    /// Times since the page was asked for, in milliseconds, and counts; absent ones are null.
    public func metrics() async throws(BrowserError) -> (timing: JSON, counts: [String: Double]) {
        let timing = try await evaluate(PageScripts.metrics)
        try await send("Performance.enable")
        let found = try await send("Performance.getMetrics")["metrics"]?.asArray ?? []
        let wanted: Set<String> = ["Documents", "Frames", "Nodes", "JSEventListeners", "JSHeapUsedSize", "JSHeapTotalSize", "ScriptDuration", "TaskDuration", "LayoutCount"]
        var counts: [String: Double] = [:]
        for metric in found { if let name = metric["name"]?.asText, wanted.contains(name) { counts[name] = metric["value"]?.asNumber } }
        return (timing, counts)
    }

    // MARK: - Waiting

    public func wait(for milestone: Milestone, within limit: Duration) async throws(BrowserError) -> Bool {
        let came = await state.wait(within: limit) { $0.crashed || $0.milestones.contains(milestone.rawValue) }
        if state.value.crashed { try await send("Page.stopLoading") }
        return came
    }

    public func wait(forAddress part: String, within limit: Duration) async throws(BrowserError) -> Bool {
        let came = await state.wait(within: limit) { $0.crashed || $0.url.contains(part) }
        if state.value.crashed { try await send("Page.stopLoading") }
        return came
    }

    /// Looks every 100 ms, in the page.
    public func wait(forText text: String, present: Bool, within limit: Duration) async throws(BrowserError) -> Bool {
        let start = ContinuousClock.now
        let wanted = JSON.text(text.lowercased()).rendered
        while true {
            let left = limit - start.duration(to: .now)
            guard left > .zero else { return false }
            let slice = Int(min(2000, max(1, left.seconds * 1000)))
            let script = """
                new Promise(done => { const end = Date.now() + \(slice); const body = Object.getOwnPropertyDescriptor(Document.prototype, 'body').get;
                  const look = () => { const b = body.call(document); const has = !!b && b.innerText.toLowerCase().includes(\(wanted));
                    if (has === \(present)) done(true); else if (Date.now() >= end) done(false); else setTimeout(look, 100); }; look(); })
                """
            do { if try await evaluate(script, milliseconds: slice + 2000).asBool == true { return true } } catch {
                // The document went away under the script: the next one is looked at.
                switch error {
                case .refused, .unfit: break
                default: throw error
                }
                if Task.isCancelled { return false }
                _ = await state.wait(within: .milliseconds(100)) { $0.crashed }
            }
        }
    }
}

extension Page {
    /// What a part of the page says, the whole page without a selector.
    public func regionText(_ selector: String?, bound: Int) async throws(BrowserError) -> String {
        let place = selector.map { "Document.prototype.querySelector.call(document, \(JSON.text($0).rendered))" } ?? "Object.getOwnPropertyDescriptor(Document.prototype, 'body').get.call(document)"
        let found = try await evaluate("(() => { const e = \(place); return e ? (e.innerText ?? e.textContent ?? '').slice(0, \(bound)) : null; })()")
        guard let text = found.asText else { throw .unfit("nothing on the page is selected by \(selector ?? "body")") }
        return VisibleText.lines(text)
    }
}
