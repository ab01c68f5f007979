import Foundation
import Keys

/// The fingerprint of this program: of the file that is running, every byte of it. Nobody has to remember to count a version up.
enum ProgramPrint {
    /// Nil when the file cannot be read.
    static let text: String? = {
        guard let file = FileHandle(forReadingAtPath: "/proc/self/exe") ?? Bundle.main.executablePath.flatMap({ FileHandle(forReadingAtPath: $0) }) else { return nil }
        var print: [UInt8] = []
        do {
            // Piece by piece, each hashed with what came before it.
            while let piece = try file.read(upToCount: 4 << 20), !piece.isEmpty { print = sha256(print + piece) }
        } catch {
            return nil
        }
        return hexadecimal(print)
    }()
}
