import Foundation
import Transport

/// poppler's `pdftotext` (Debian: poppler-utils), as a process of its own: what reads other people's documents must not be able to hurt this one.
///
/// It is run by an absolute path, without a shell and without this process's environment, under limits of memory, time, files and output.
public struct PDFText: Sendable {
    static let pageLimit = 300
    static let outputLimit = 4 << 20
    /// Wall-clock seconds; of processor time half as many.
    static let timeLimit = 10
    static let memoryLimit = 512 << 20

    let program: String
    let limiter: String

    /// - Parameters:
    ///   - program: pdftotext's path.
    ///   - limiter: that of util-linux's prlimit, which puts the limits on before the program begins.
    public init(program: String = "/usr/bin/pdftotext", limiter: String = "/usr/bin/prlimit") {
        self.program = program
        self.limiter = limiter
    }

    /// Says what is missing, before anything is fetched for it.
    func check() throws(ContractUnread) {
        for (path, package) in [(program, "poppler-utils"), (limiter, "util-linux")] where !FileManager.default.isExecutableFile(atPath: path) {
            throw ContractUnread("\(path) is not installed here (Debian package \(package)), so documents are not read")
        }
    }

    func pages(of document: [UInt8]) async throws(ContractUnread) -> [String] {
        let path = NSTemporaryDirectory() + "aura-contract-\(UUID().uuidString).pdf"
        guard FileManager.default.createFile(atPath: path, contents: Data(document), attributes: [.posixPermissions: 0o600]) else { throw ContractUnread("the document could not be kept for reading") }
        // Whoever empties the temporary folder before us has done this.
        defer { try? FileManager.default.removeItem(atPath: path) }
        let output = try await run(path)
        let pages = String(decoding: output, as: UTF8.self).split(separator: "\u{0C}", omittingEmptySubsequences: false).map { Self.tidy($0) }
        // After the last page stands the same mark as after every other.
        let read = pages.last?.isEmpty == true ? Array(pages.dropLast()) : pages
        guard read.contains(where: { !$0.isEmpty }) else { throw ContractUnread("the document holds no text: it may be a picture of one") }
        return read
    }

    private func run(_ path: String) async throws(ContractUnread) -> Data {
        let child = BoundedProcess(
            limiter,
            [
                "--as=\(Self.memoryLimit)", "--cpu=\(Self.timeLimit / 2)", "--fsize=0", "--nofile=64", "--core=0", "--", program, "-enc", "UTF-8", "-eol", "unix", "-l", "\(Self.pageLimit)", path, "-",
            ], environment: ["LC_ALL": "C.UTF-8"], seconds: Self.timeLimit, outputLimit: Self.outputLimit)
        let ended: BoundedProcess.Ended
        do { ended = try await child.run() } catch {
            switch error {
            case .notStarted: throw ContractUnread("\(program) cannot be run")
            case .late: throw ContractUnread("the document could not be read within \(Self.timeLimit) s")
            }
        }
        guard ended.isWhole else { throw ContractUnread("the document holds more than \(Self.outputLimit >> 20) MiB of text, and is not read") }
        guard ended.hasExited, ended.status == 0 else { throw ContractUnread("the document could not be read: it is damaged, locked, or wants more than it may have") }
        return ended.output
    }

    /// Without what only moved the text about: trailing blanks, runs of empty lines, control characters.
    private static func tidy(_ page: Substring) -> String {
        var lines: [String] = []
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F })).split(separator: " ").joined(separator: " ")
            if !words.isEmpty || lines.last?.isEmpty == false { lines.append(words) }
        }
        return lines.joined(separator: "\n").trimmingCharacters(in: .newlines)
    }
}
