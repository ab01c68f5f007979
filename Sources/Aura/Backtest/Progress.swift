import Foundation

/// A bar on standard error, for a person at a terminal.
struct Progress {
    let total: Int
    let shown: Bool

    mutating func show(_ done: Int) {
        guard shown, total > 0 else { return }
        let share = min(Double(done) / Double(total), 1)
        let filled = Int(share * 40)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 40 - filled)
        FileHandle.standardError.write(Data("\r\(bar) \(Int(share * 100)) % of \(total) frames".utf8))
    }

    mutating func end() {
        guard shown else { return }
        show(total)
        FileHandle.standardError.write(Data("\n".utf8))
    }
}
