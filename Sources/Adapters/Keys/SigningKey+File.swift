import Foundation

extension SigningKey {
    /// Reads a key file. A file that others than its owner may read or write is refused: the key may have leaked already.
    public init(contentsOf path: String) throws(KeyError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw KeyError("the key file \(path) cannot be opened: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw KeyError("the key file \(path) is not a plain file") }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw KeyError("the key file \(path) is open to others (mode \(mode)); make it yours alone with: chmod 600 \(path)")
        }
        // A 16,384-bit RSA key in PEM has 13 kB.
        guard status.st_size <= 64 << 10 else { throw KeyError("the key file \(path) is too large to be a key") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw KeyError("the key file \(path) cannot be read") }
        do {
            self = try SigningKey(pem: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw KeyError("the key file \(path) cannot be used: \(error.description)")
        }
    }

    /// Writes the key as PEM (PKCS#8) with mode 0600 from its first byte. An existing file is never overwritten.
    public func write(to path: String) throws(KeyError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw KeyError("the key file \(path) cannot be created: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        let bytes = Array(pem.utf8)
        guard fchmod(file, 0o600) == 0, bytes.withUnsafeBytes({ Foundation.write(file, $0.baseAddress, $0.count) }) == bytes.count, fsync(file) == 0 else {
            unlink(path)
            throw KeyError("the key file \(path) cannot be written")
        }
    }
}
