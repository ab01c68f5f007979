/// Pieces of a stream as its lines, without their ends.
struct LineSplitter {
    private var rest: [UInt8] = []
    private let limit: Int

    /// - Parameter limit: a longer line is not kept.
    init(limit: Int) { self.limit = limit }

    /// The lines that are whole now; nil once a line is longer than the limit.
    mutating func take(_ piece: [UInt8]) -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        var start = 0
        while let end = piece[start...].firstIndex(of: 0x0A) {
            lines.append(rest + piece[start..<end])
            rest = []
            start = end + 1
        }
        rest += piece[start...]
        return rest.count > limit || lines.contains { $0.count > limit } ? nil : lines
    }
}
