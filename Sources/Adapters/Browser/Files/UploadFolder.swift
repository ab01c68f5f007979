import Foundation

/// The one folder whose files may be given to pages: by their plain names, never by a path.
public struct UploadFolder: Sendable {
    public struct File: Hashable, Sendable {
        public let name: String
        /// What it held when it was looked at. That, and nothing newer, is given.
        public let content: [UInt8]
        /// Seconds since 1970 and nanoseconds of the second: when it was last written.
        public let changed: [Int]
    }

    public let path: String
    /// Bytes of one file.
    public let limit: Int

    public init(path: String, limit: Int = 16 << 20) {
        self.path = path
        self.limit = limit
    }

    /// Reads the file. Links, folders and devices are none.
    public func file(_ name: String) throws(BrowserError) -> File {
        guard (1...200).contains(name.utf8.count), !name.hasPrefix("."), !name.contains("/"), name.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
            throw .unfit("'\(VisibleText.line(name, bound: 80))' is no plain name of a file")
        }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .unfit("the folder for uploads cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(folder) }
        // Without waiting: a pipe would keep us for ever.
        let descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { 
            throw .unfit(errno == ENOENT ? "there is no file '\(name)' in the folder for uploads; \(known)" : "'\(name)' is not a file that can be read")
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { throw .unfit("'\(name)' is not a file that can be read") }
        guard facts.st_size <= limit else { throw .unfit("'\(name)' has \(facts.st_size) bytes; at most \(limit) may be given") }
        return File(name: name, content: try Self.content(of: descriptor, name, Int(facts.st_size)), changed: [facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec])
    }

    private var known: String {
        // What cannot be listed has nothing to show.
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
        if names.isEmpty { return "it is empty" }
        return "there are \(names.prefix(20).map { VisibleText.line($0, bound: 80) }.joined(separator: ", "))" + (names.count > 20 ? " and \(names.count - 20) more" : "")
    }

    private static func content(of descriptor: Int32, _ name: String, _ size: Int) throws(BrowserError) -> [UInt8] {
        var content = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let count = content[filled...].withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Shorter than it said: somebody is writing it.
            guard count > 0 else { throw .unfit("'\(name)' changed while it was read") }
            filled += count
        }
        return content
    }
}

/// Copies of files that pages were given. The browser reads them when the page does, so they stay for as long as it runs.
///
/// The folder is ours and not the browser's: it can neither add to it nor put a link in our way.
final class UploadStage: Sendable {
    /// Files given by one life of the browser.
    static let countBound = 50

    private let root: String
    private let owner: (user: uid_t, group: gid_t)?

    init() throws(BrowserError) {
        var template = Array("\(P_tmpdir)/aura-upload-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .unfit("no folder can be made in \(P_tmpdir): \(String(cString: strerror(errno)))") }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        owner = getuid() == 0 ? ChromiumProcess.nobody : nil
        // The browser must get through to what it knows the name of.
        if owner != nil { chmod(root, 0o711) }
    }

    /// Where the copy lies, under the file's own name: the page sees that.
    func put(_ file: UploadFolder.File) throws(BrowserError) -> String {
        let folder = "\(root)/\(String(UInt64.random(in: 0 ... .max), radix: 16))"
        let path = "\(folder)/\(file.name)"
        guard mkdir(folder, owner == nil ? 0o700 : 0o711) == 0 else { throw .unfit("'\(file.name)' cannot be copied: \(String(cString: strerror(errno)))") }
        guard FileManager.default.createFile(atPath: path, contents: Data(file.content), attributes: [.posixPermissions: NSNumber(value: 0o400)]) else {
            throw .unfit("'\(file.name)' cannot be copied")
        }
        if let owner { chown(path, owner.user, owner.group) }
        return path
    }

    // A folder that stays is untidy and nothing worse.
    func remove() { try? FileManager.default.removeItem(atPath: root) }
}
