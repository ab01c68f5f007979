import Notation

extension Page {
    public enum Step: Hashable, Sendable {
        case click(NodeRef, count: Int)
        case hover(NodeRef)
        /// Key by key, into what has the focus when no node is named.
        case type(NodeRef?, String)
        /// In place of what stands there.
        case fill(NodeRef, String)
        /// Options of a list, by value or by what they show.
        case select(NodeRef, [String])
        /// `Enter`, `a`, `Control+a`.
        case press(String)
        case drag(NodeRef, NodeRef)
    }

    /// Does it the way a person would: by pointer and keys, where the thing is and if nothing covers it.
    public func perform(_ step: Step) async throws(BrowserError) {
        switch step {
        case .click(let node, let count):
            let point = try await point(of: node)
            try await move(point)
            for number in 1...max(1, count) { try await press(point, number) }
        case .hover(let node): try await move(try await point(of: node))
        case .type(let node, let text):
            if let node { try await focus(node) }
            for letter in text { try await key(String(letter), Keyboard.Stroke(letter: letter)) }
        case .fill(let node, let text): try await fill(node, text)
        case .select(let node, let values):
            let chosen = try await call(node, PageScripts.select, [.array(values.map { .text($0) })])
            guard chosen.asBool == true else { throw .unfit("\(node) is no list with these options: \(chosen.asText ?? values.joined(separator: ", "))") }
        case .press(let name):
            guard let stroke = Keyboard.Stroke(name) else { throw .unfit("there is no key '\(name.prefix(40))'; keys are letters and names like Enter, Tab, Escape, ArrowDown, Control+a") }
            try await key(name, stroke)
        case .drag(let from, let to):
            let start = try await point(of: from)
            try await move(start)
            try await mouse("mousePressed", start, count: 1)
            let end = try await point(of: to, scrolls: false)
            try await move(Point(x: (start.x + end.x) / 2, y: (start.y + end.y) / 2), held: true)
            try await move(end, held: true)
            try await mouse("mouseReleased", end, count: 1)
        }
    }

    /// Waits until the page has answered to what was done: scripts ran, requests are over, a new document stands; within a bound.
    public func settle(within limit: Duration = .seconds(2)) async throws(BrowserError) {
        do { _ = try await evaluate("new Promise(done => setTimeout(done, 30))") } catch {
            // The document went away under the script: that is what was waited for.
            switch error {
            case .refused, .unfit: break
            default: throw error
            }
        }
        _ = await state.wait(within: limit) { $0.crashed || ($0.openRequests == 0 && ($0.milestones.isEmpty || $0.milestones.contains("load"))) }
    }

    // MARK: - Pointer

    struct Point: Hashable, Sendable { let x, y: Double }

    /// Where the thing is on the page, if a click there reaches it: nothing covers it, nor any frame that holds it.
    private func point(of ref: NodeRef, scrolls: Bool = true) async throws(BrowserError) -> Point {
        let owners = try await owners(ofFrame: ref.frame)
        if scrolls { for place in owners.reversed() + [ref] { try await scroll(to: place) } }
        if !owners.isEmpty { try await settle(ref, in: owners) }
        return try await point(of: ref, in: owners, isChecked: true)
    }

    private func point(of ref: NodeRef, in owners: [NodeRef], isChecked: Bool) async throws(BrowserError) -> Point {
        var point = try await middle(of: ref)
        if isChecked { try await requireOpen(point, ref, shown: ref) }
        var inner = ref.frame
        for owner in owners {
            point = try await outward(point, from: inner, through: owner)
            if isChecked { try await requireOpen(point, owner, shown: ref) }
            inner = owner.frame
        }
        return point
    }

    /// A frame's scrolling goes on in the processes around it, and a click is brought to the frame that was drawn there last: waits until it stands still and is drawn.
    private func settle(_ ref: NodeRef, in owners: [NodeRef]) async throws(BrowserError) {
        var last: Point?
        for _ in 0..<6 {
            _ = try await evaluate(PageScripts.drawn)
            let now = try await point(of: ref, in: owners, isChecked: false)
            if now == last { return }
            last = now
        }
    }

    private func scroll(to ref: NodeRef) async throws(BrowserError) {
        do { try await send("DOM.scrollIntoViewIfNeeded", .object(["backendNodeId": .integer(Int64(ref.node))]), toFrame: ref.frame) } catch { throw Self.told(error, ref) }
    }

    /// In the view of the process that holds it.
    private func middle(of ref: NodeRef) async throws(BrowserError) -> Point {
        let quads: [JSON]
        do {
            quads = try await send("DOM.getContentQuads", .object(["backendNodeId": .integer(Int64(ref.node))]), toFrame: ref.frame)["quads"]?.asArray ?? []
        } catch { throw Self.told(error, ref) }
        guard let quad = quads.first?.asArray?.compactMap(\.asNumber), quad.count == 8 else { throw .unfit("\(ref) is not visible") }
        return Point(x: (quad[0] + quad[2] + quad[4] + quad[6]) / 4, y: (quad[1] + quad[3] + quad[5] + quad[7]) / 4)
    }

    private func requireOpen(_ point: Point, _ ref: NodeRef, shown: NodeRef) async throws(BrowserError) {
        for (node, place) in try await places(of: ref, at: point) {
            let cover = try await call(node, PageScripts.cover, [.number(place.x), .number(place.y)])
            if let cover = cover.asText { throw .unfit("\(shown) is covered by \(VisibleText.line(cover, bound: 80))") }
        }
    }

    private static func told(_ error: BrowserError, _ ref: NodeRef) -> BrowserError {
        guard case .refused(_, let message) = error else { return error }
        return .unfit(message.contains("layout object") || message.contains("not have") ? "\(ref) is not visible" : "there is no \(ref) on the page any more; take a new page_snapshot")
    }

    private func move(_ point: Point, held: Bool = false) async throws(BrowserError) { try await mouse("mouseMoved", point, count: 0, held: held) }

    private func press(_ point: Point, _ number: Int) async throws(BrowserError) {
        try await mouse("mousePressed", point, count: number)
        try await mouse("mouseReleased", point, count: number)
    }

    private func mouse(_ type: String, _ point: Point, count: Int, held: Bool = false) async throws(BrowserError) {
        try await send("Input.dispatchMouseEvent", .object([
            "type": .text(type), "x": .number(point.x), "y": .number(point.y), "button": type == "mouseMoved" && !held ? "none" : "left", "buttons": held || type == "mousePressed" ? 1 : 0,
            "clickCount": .integer(Int64(count)),
        ]))
    }

    // MARK: - Keys

    private func focus(_ ref: NodeRef) async throws(BrowserError) {
        do { try await send("DOM.focus", .object(["backendNodeId": .integer(Int64(ref.node))]), toFrame: ref.frame) } catch {
            guard case .refused(_, let message) = error else { throw error }
            throw .unfit(message.contains("focusable") ? "\(ref) takes no text" : "there is no \(ref) on the page any more; take a new page_snapshot")
        }
    }

    private func fill(_ ref: NodeRef, _ text: String) async throws(BrowserError) {
        let kind = try await call(ref, PageScripts.prepareFill, [.text(text)]).asText
        switch kind {
        // The script has set what is not typed: dates, colours, sliders.
        case "set": return
        case "text":
            try await focus(ref)
            if text.isEmpty { try await key("Delete", Keyboard.Stroke(name: "Delete", code: 46, text: nil)) } else { try await send("Input.insertText", .object(["text": .text(text)])) }
        default: throw .unfit("\(ref) takes no text")
        }
    }

    private func key(_ name: String, _ stroke: Keyboard.Stroke) async throws(BrowserError) {
        try await send("Input.dispatchKeyEvent", stroke.event("keyDown"))
        try await send("Input.dispatchKeyEvent", stroke.event("keyUp"))
    }
}

/// Keys as a page's scripts see them (UI Events KeyboardEvent key values).
enum Keyboard {
    struct Stroke: Hashable, Sendable {
        let name: String
        let code: Int
        let text: String?
        var modifiers = 0

        init(name: String, code: Int, text: String?) {
            self.name = name
            self.code = code
            self.text = text
        }

        init(letter: Character) {
            let text = letter == "\n" ? "\r" : String(letter)
            let ascii = letter.uppercased().unicodeScalars.first.map { Int($0.value) } ?? 0
            self.init(name: letter == "\n" ? "Enter" : String(letter), code: letter == "\n" ? 13 : (ascii < 128 ? ascii : 0), text: text)
        }

        /// Nil for a key that there is not.
        init?(_ text: String) {
            var parts = text.split(separator: "+", omittingEmptySubsequences: true).map(String.init)
            guard let last = parts.popLast() ?? (text == "+" ? "+" : nil) else { return nil }
            if let named = Keyboard.named[last] {
                self.init(name: last == "Space" ? " " : last, code: named.code, text: named.text)
            } else if last.count == 1, let letter = last.first {
                self.init(letter: letter)
            } else {
                return nil
            }
            for part in parts {
                guard let bit = ["Alt": 1, "Control": 2, "Meta": 4, "Shift": 8][part] else { return nil }
                modifiers |= bit
            }
        }

        func event(_ type: String) -> JSON {
            // With Control or Meta a key writes nothing.
            let written = modifiers & 6 == 0 ? text : nil
            return .object([
                "type": .text(type == "keyDown" && written == nil ? "rawKeyDown" : type), "key": .text(name), "windowsVirtualKeyCode": .integer(Int64(code)),
                "modifiers": .integer(Int64(modifiers)), "text": type == "keyDown" ? written.map { .text($0) } : nil,
            ])
        }
    }

    static let named: [String: (code: Int, text: String?)] = [
        "Enter": (13, "\r"), "Tab": (9, nil), "Escape": (27, nil), "Backspace": (8, nil), "Delete": (46, nil), "Space": (32, " "), "ArrowLeft": (37, nil), "ArrowUp": (38, nil),
        "ArrowRight": (39, nil), "ArrowDown": (40, nil), "Home": (36, nil), "End": (35, nil), "PageUp": (33, nil), "PageDown": (34, nil), "Insert": (45, nil),
        "F1": (112, nil), "F2": (113, nil), "F3": (114, nil), "F4": (115, nil), "F5": (116, nil), "F6": (117, nil), "F7": (118, nil), "F8": (119, nil), "F9": (120, nil),
        "F10": (121, nil), "F11": (122, nil), "F12": (123, nil),
    ]
}
