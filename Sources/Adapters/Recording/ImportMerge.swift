import Model

/// One input file of an import, read front to back.
protocol ImportSource: AnyObject {
    var path: String { get }
    /// The receive time of its first line, known before it is opened.
    var start: Timestamp { get }
    /// The receive time of the line that `emit` will write; nil at the end.
    var time: Timestamp? { get }
    func open(_ sink: ImportSink) throws(RecordingError)
    func emit(_ sink: ImportSink) throws(RecordingError)
    /// Called after the last line, with the files that are still being read.
    func finish(_ sink: ImportSink, remaining: [any ImportSource]) throws(RecordingError)
    /// Whether this one's line comes first where both were received at the same moment.
    func precedes(_ other: any ImportSource) -> Bool
}

enum ImportMerge {
    /// Writes the lines of all sources in the order they were received. A file is open only while its turn lasts, however many there are.
    static func run(_ sources: [any ImportSource], _ sink: ImportSink) throws(RecordingError) {
        var waiting = ArraySlice(sources.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }.map(\.element))
        var active: [any ImportSource] = []
        while true {
            let earliest = active.compactMap(\.time).min()
            if let next = waiting.first, earliest.map({ next.start <= $0 }) ?? true {
                waiting.removeFirst()
                try next.open(sink)
                active.append(next)
                continue
            }
            guard let earliest else { return }
            var chosen: Int?
            for (i, source) in active.enumerated() where source.time == earliest {
                if let c = chosen, !source.precedes(active[c]) { continue }
                chosen = i
            }
            guard let chosen else { preconditionFailure("one of them has the earliest time") }
            try active[chosen].emit(sink)
            if active[chosen].time == nil {
                let done = active.remove(at: chosen)
                try done.finish(sink, remaining: active)
            }
        }
    }
}
