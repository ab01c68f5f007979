import Glibc

/// Where the machine's own figures are read: the folder that holds `proc` and `sys`.
///
/// The root of the file system, or a tree of files that looks like it. What is not there is nil or empty, never an error and never a zero: a kernel without a
/// figure has told nothing.
public struct HostRoot: Sendable {
    /// A file of `/proc` or `/sys` longer than this is cut off: none that is read here comes near it.
    static let fileLimit = 4 << 20
    /// Entries of a folder beyond this are not looked at.
    static let entryLimit = 65_536

    let path: String

    /// - Parameter path: without a slash at its end; empty for the machine itself.
    public init(_ path: String = "") { self.path = path }

    /// Whether the figures are this machine's, so that system calls may be asked beside the files.
    var isThisMachine: Bool { path.isEmpty }

    func bytes(_ file: String, limit: Int = HostRoot.fileLimit) -> [UInt8]? {
        let descriptor = open(path + file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit, 16_384))
        while all.count < limit {
            let count = read(descriptor, &chunk, min(chunk.count, limit - all.count))
            guard count >= 0 else { return nil }
            if count == 0 { break }
            all += chunk[..<count]
        }
        return all
    }

    func text(_ file: String, limit: Int = HostRoot.fileLimit) -> String? { bytes(file, limit: limit).map { String(decoding: $0, as: UTF8.self) } }

    /// The only word of a file.
    func word(_ file: String) -> String? {
        guard let text = text(file, limit: 4096), let line = text.split(whereSeparator: \.isNewline).first else { return nil }
        return trimmed(line)
    }

    /// The only number of a file.
    func number(_ file: String) -> Int64? { word(file).flatMap { Int64($0) } }

    func lines(_ file: String) -> [Substring] { text(file)?.split(separator: "\n") ?? [] }

    /// The names in a folder, in order.
    func entries(_ folder: String) -> [String] {
        guard let handle = opendir(path + folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while names.count < HostRoot.entryLimit, let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Where a symbolic link leads.
    func target(_ link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path + link, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    func exists(_ file: String) -> Bool { access(path + file, F_OK) == 0 }
}

func trimmed(_ text: some StringProtocol) -> String {
    var part = text[...]
    while part.first?.isWhitespace == true { part.removeFirst() }
    while part.last?.isWhitespace == true { part.removeLast() }
    return String(part)
}

/// Two decimals are more than these figures are worth.
func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

/// `part` of `whole` in percent; nil when there is no whole.
func percent(_ part: Double, of whole: Double) -> Double? { whole > 0 ? rounded(part / whole * 100) : nil }

/// The word at that place of a line; nil when the line is shorter.
func field(_ line: some StringProtocol, _ index: Int) -> String? {
    let all = fields(line)
    return index < all.count ? all[index] : nil
}

func fields(_ line: some StringProtocol) -> [String] {
    line.split { (letter: Character) in letter == " " || letter == "\t" }.map { String($0) }
}

extension HostRoot {
    /// Names of users by number, from `/etc/passwd`. Users that are kept elsewhere have none here.
    public var userNames: [UInt32: String] {
        var names: [UInt32: String] = [:]
        for line in lines("/etc/passwd") {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count > 2, let number = UInt32(parts[2]), names[number] == nil { names[number] = String(parts[0]) }
        }
        return names
    }
}
