/// How much one document may write to its console. A pure machine: a line in, what to do with it out.
///
/// Nobody reads a thousand lines a second, and each has to pass the one pipe that all pages share. So a flood is first muted at its source; scripts that cannot
/// be muted, because they never pause, are ended.
struct ConsoleBudget: Sendable {
    enum Step: Hashable, Sendable { case write, drop, mute, end }

    /// Within one second of the browser's clock.
    static let lines = 1000
    static let bytes = 2 << 20
    /// After it was muted: what was underway already comes all the same, and a script that has come to its end stops at that.
    static let linesAfter = 20_000
    static let bytesAfter = 32 << 20

    private(set) var isMuted = false
    private var hasEnded = false
    private var begin = -Double.infinity
    private var lines = 0
    private var bytes = 0

    /// - Parameter seconds: the browser's clock; scripts cannot set it.
    mutating func take(bytes size: Int, at seconds: Double) -> Step {
        if hasEnded { return .drop }
        if !isMuted, !(begin...begin + 1).contains(seconds) { (begin, lines, bytes) = (seconds, 0, 0) }
        lines += 1
        bytes += size
        if isMuted {
            guard lines > Self.linesAfter || bytes > Self.bytesAfter else { return .drop }
            hasEnded = true
            return .end
        }
        guard lines > Self.lines || bytes > Self.bytes else { return .write }
        (isMuted, lines, bytes) = (true, 0, 0)
        return .mute
    }
}
