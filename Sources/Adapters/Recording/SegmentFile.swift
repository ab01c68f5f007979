import Foundation

/// One open file of blocks, read and written at given places.
final class SegmentFile {
    let path: String
    private let descriptor: Int32

    enum Mode { case read, create, append }

    init(_ path: String, _ mode: Mode) throws(RecordingError) {
        self.path = path
        let flags = switch mode {
        case .read: O_RDONLY
        case .create: O_RDWR | O_CREAT | O_EXCL
        case .append: O_RDWR
        }
        descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw RecordingError("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    func size() throws(RecordingError) -> Int {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { throw failure("measured") }
        return Int(end)
    }

    /// Reads as many bytes as there are, up to the buffer's size.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(RecordingError) -> Int {
        var done = 0
        while done < buffer.count {
            let n = pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
            if n < 0 {
                if errno == EINTR { continue }
                throw failure("read")
            }
            if n == 0 { break }
            done += n
        }
        return done
    }

    func read(count: Int, at offset: Int) throws(RecordingError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        // A typed throw does not pass through `withUnsafeMutableBytes`, so it leaves as a result.
        let result = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(RecordingError) in try read(into: buffer, at: offset) }
        }
        bytes.removeLast(count - (try result.get()))
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(RecordingError) {
        var done = 0
        while done < bytes.count {
            let n = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done)) }
            if n < 0 {
                if errno == EINTR { continue }
                throw failure("written")
            }
            done += n
        }
    }

    func truncate(to size: Int) throws(RecordingError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw failure("cut") }
    }

    func synchronize() throws(RecordingError) {
        guard fsync(descriptor) == 0 else { throw failure("made durable") }
    }

    private func failure(_ what: String) -> RecordingError { RecordingError("\(path) cannot be \(what): \(String(cString: strerror(errno)))") }
}
