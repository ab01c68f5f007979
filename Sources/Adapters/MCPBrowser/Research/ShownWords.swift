import Browser
import MCPServing
import Ports

/// Words and addresses of strangers as they may be shown to the operator: on one line, bounded, without secrets.
struct ShownWords: Sendable {
    let redactor: Redactor

    /// Names in a query or a fragment whose values let somebody in, beside those that the redactor knows.
    private static let doors: Set<String> = ["auth", "code", "jwt", "key", "pass", "pwd", "session", "sessionid", "sid", "sig"]
    /// As far as is looked at all.
    private static let read = 8192

    /// - Parameter bytes: of the answer at most, in UTF-8; what is longer ends in an ellipsis.
    func line(_ text: String, bytes: Int) -> String { Self.cut(redactor.clean(VisibleText.line(text, bound: Self.read)), bytes) }

    func address(_ url: String, bytes: Int = 512) -> ResearchView.Address {
        let shown = Self.cut(redactor.clean(Self.withoutDoors(VisibleText.line(url, bound: Self.read))), bytes)
        return ResearchView.Address(text: shown, opens: shown == url && WebAddress(url) != nil && (url.hasPrefix("http://") || url.hasPrefix("https://")))
    }

    /// Secrets go before the end does: half a secret is one too.
    private static func cut(_ text: String, _ bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var out = ""
        var left = bytes - 3
        for scalar in text.unicodeScalars {
            left -= UTF8.width(scalar)
            guard left >= 0 else { break }
            out.unicodeScalars.append(scalar)
        }
        return out + "…"
    }

    /// `?id=3&sid=x#code=y` to `?id=3&sid=[redacted]#code=[redacted]`.
    private static func withoutDoors(_ url: String) -> String {
        guard let start = url.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return url }
        var out = String(url[..<start])
        var rest = url[start...]
        while let mark = rest.first {
            rest.removeFirst()
            let part = rest.prefix { !"?#&;".contains($0) }
            rest = rest[part.endIndex...]
            out.append(mark)
            let name = part.prefix { $0 != "=" }
            let plain = unescaped(name).lowercased()
            let isDoor = name.endIndex < part.endIndex && (doors.contains(plain) || Redactor.isSecret(name: plain))
            out += isDoor ? "\(name)=\(Redactor.mask)" : part
        }
        return out
    }

    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
