import Foundation
import Keys
import Notation

extension AuditTrail {
    /// What a whole trail came to.
    public struct Verdict: Sendable, Equatable {
        public let lines: Int
        /// The hash of the last line.
        public let head: String
    }

    /// Reads the trail from its first line to its last. Throws at the first line that was changed, taken out or put in.
    ///
    /// A trail that was cut at its end verifies: only somebody who kept its head can tell.
    public static func verify(_ path: String) throws(AuditError) -> Verdict {
        guard let content = FileManager.default.contents(atPath: path) else { throw AuditError("there is no audit trail at \(path)") }
        var lines = 0
        var head = start
        for line in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            lines += 1
            let bytes = Array(line)
            // ,"hash":" and 64 digits and "}
            let tail = 9 + 64 + 2
            guard bytes.count > tail, let json = try? JSON(parsing: bytes[...]), let hash = json["hash"]?.asText else {
                throw AuditError("line \(lines) of the audit trail \(path) is none of ours")
            }
            guard hexadecimal(sha256(Array(bytes.dropLast(tail)))) == hash, json["previous"]?.asText == head, json["n"]?.asInteger == Int64(lines) else {
                throw AuditError("line \(lines) of the audit trail \(path) is not what was written there")
            }
            head = hash
        }
        return Verdict(lines: lines, head: head)
    }
}
