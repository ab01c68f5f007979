/// A frame of another site within a page. It lives in a process of its own, and is spoken to by a session of its own.
struct EmbeddedFrame: Sendable, Equatable {
    /// What its references begin with. A new document in it has a new one.
    var number: Int
    /// The browser's name of the frame.
    let id: String
    let session: String
    /// The session of what embeds it.
    let parent: String
    var url: String
    /// Where our scripts run, once there is such a place.
    var world: Int?
}

/// The frames of other sites that a page holds, as the browser tells of them. A pure list.
struct EmbeddedFrames: Sendable {
    /// More are not remembered: they are watched all the same, and not shown.
    static let bound = 64

    private(set) var all: [EmbeddedFrame] = []
    private var next = 1

    mutating func join(id: String, session: String, parent: String, url: String) {
        guard all.count < Self.bound else { return }
        all.append(EmbeddedFrame(number: number(), id: id, session: session, parent: parent, url: url))
    }

    /// With what it embeds itself.
    mutating func leave(_ session: String) {
        all.removeAll { $0.session == session }
        for inner in all.filter({ $0.parent == session }) { leave(inner.session) }
    }

    /// It shows another document.
    mutating func navigated(_ session: String, frame id: String?, to url: String) {
        guard let place = all.firstIndex(where: { $0.session == session && $0.id == id }) else { return }
        all[place].number = number()
        all[place].url = url
        all[place].world = nil
    }

    mutating func settle(_ number: Int, world: Int) {
        guard let place = all.firstIndex(where: { $0.number == number }) else { return }
        all[place].world = world
    }

    subscript(number: Int) -> EmbeddedFrame? { all.first { $0.number == number } }
    func of(_ session: String) -> EmbeddedFrame? { all.first { $0.session == session } }

    /// Levels down from the page.
    func depth(of frame: EmbeddedFrame) -> Int {
        var depth = 1
        var parent = of(frame.parent)
        while let inner = parent, depth < 8 {
            depth += 1
            parent = of(inner.parent)
        }
        return depth
    }

    private mutating func number() -> Int {
        defer { next += 1 }
        return next
    }
}
