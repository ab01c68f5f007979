import CZlib
import Foundation

/// The lines of a text file, gzipped or plain, read as a stream. Errors name the file and the line.
final class CompressedLines {
    // Far above any line of these formats; beyond it the file is another kind of file.
    private static let lineLimit = 8 << 20
    private static let pieceBytes = 256 << 10

    let path: String
    private(set) var lineNumber = 0
    private let file: gzFile
    private var buffer: [UInt8] = []
    private var start = 0
    private var ended = false

    init(_ path: String) throws(RecordingError) {
        self.path = path
        guard let file = gzopen(path, "rb") else { throw RecordingError("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
        self.file = file
        gzbuffer(file, UInt32(Self.pieceBytes))
    }

    deinit { gzclose_r(file) }

    /// Calls `body` with the next line, without its line feed; false at the end. Empty lines are passed over.
    func next(_ body: (UnsafeBufferPointer<UInt8>) throws(RecordingError) -> Void) throws(RecordingError) -> Bool {
        while true {
            guard let line = try nextRange() else { return false }
            lineNumber += 1
            if line.isEmpty { continue }
            let result = buffer.withUnsafeBufferPointer { all in
                Result { () throws(RecordingError) in try body(UnsafeBufferPointer(rebasing: all[line])) }
            }
            try result.get()
            return true
        }
    }

    func failure(_ what: String) -> RecordingError { RecordingError("\(path), line \(lineNumber): \(what)") }

    private func nextRange() throws(RecordingError) -> Range<Int>? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { start = end + 1 }
                return start..<(end > start && buffer[end - 1] == 0x0D ? end - 1 : end)
            }
            if ended {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                return start..<buffer.count
            }
            searched = buffer.count - start
            try fill()
        }
    }

    private func fill() throws(RecordingError) {
        buffer.removeFirst(start)
        start = 0
        guard buffer.count < Self.lineLimit else { throw RecordingError("\(path), line \(lineNumber + 1): the line is too long to be one") }
        let old = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.pieceBytes))
        let read = buffer.withUnsafeMutableBytes { gzread(file, $0.baseAddress.map { $0 + old }, UInt32(Self.pieceBytes)) }
        buffer.removeLast(Self.pieceBytes - max(0, Int(read)))
        if read > 0 { return }
        // At the end of a file that was cut off, zlib gives what there was and then names the error.
        var code: Int32 = 0
        let message = gzerror(file, &code).map { String(cString: $0) } ?? ""
        if code == Z_BUF_ERROR { throw RecordingError("\(path), line \(lineNumber + 1): the file is cut off (truncated gzip)") }
        if read < 0 || code != Z_OK { throw RecordingError("\(path), line \(lineNumber + 1): the file is damaged (\(message))") }
        ended = true
    }
}
