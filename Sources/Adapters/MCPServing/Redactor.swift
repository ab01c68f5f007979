public import MCP
public import Notation

/// Takes secrets out of what a server tells, in one place: values that are known to be secret, and what looks like one.
///
/// What looks like one: the value beside a name that ends in `password`, `token`, `secret` and their like (`DB_PASSWORD=x`, `"api_key": "x"`, `--token x`),
/// what follows `Bearer` or `Basic`, the password in an address, and private keys in PEM.
public struct Redactor: Sendable {
    public static let mask = "[redacted]"

    static let names = [
        "password", "passwd", "secret", "token", "api_key", "apikey", "api-key", "access_key", "access-key", "private_key", "private-key", "credential",
        "credentials", "authorization", "cookie", "signature",
    ]

    /// Longest first: one may hold another.
    private let secrets: [[UInt8]]
    /// The first letters of all that is looked for: what begins with none of them is passed over.
    private let starts: [Bool]

    /// - Parameter secrets: values that must never be told; those under 8 bytes are too common to be looked for.
    public init(secrets: [String] = []) {
        self.secrets = secrets.map { Array($0.utf8) }.filter { $0.count >= 8 }.sorted { $0.count > $1.count }
        var starts = [Bool](repeating: false, count: 256)
        for secret in self.secrets { starts[Int(secret[0])] = true }
        for word in Redactor.names + ["bearer", "basic", "://", "-----begin"] { starts[Int(word.utf8.first ?? 0)] = true }
        for letter in UInt8(ascii: "A")...UInt8(ascii: "Z") where starts[Int(letter | 0x20)] { starts[Int(letter)] = true }
        self.starts = starts
    }

    public func clean(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in masked(bytes) } ?? text
    }

    public func clean(_ json: JSON) -> JSON {
        switch json {
        case .text(let text): .text(clean(text))
        case .array(let values): .array(values.map(clean))
        case .object(let members):
            .object(members.map { member in
                guard case .text = member.value, Redactor.isSecretName(Array(member.key.utf8)) else { return JSON.Member(key: member.key, value: clean(member.value)) }
                return JSON.Member(key: member.key, value: .text(Redactor.mask))
            })
        default: json
        }
    }

    /// The text block beside structured content says the same: it is written anew where something was taken out.
    public func clean(_ result: ToolResult) -> ToolResult {
        guard let structured = result.structured else {
            return ToolResult(result.content.map(clean), structured: nil, isError: result.isError)
        }
        let cleaned = clean(structured)
        guard cleaned != structured else { return result.content.count == 1 ? result : ToolResult(result.content.map(clean), structured: structured, isError: result.isError) }
        let twin = Content.text(structured.rendered)
        return ToolResult(result.content.map { $0 == twin ? .text(cleaned.rendered) : clean($0) }, structured: cleaned, isError: result.isError)
    }

    private func clean(_ content: Content) -> Content {
        switch content {
        case .text(let text, let extras): return .text(clean(text), extras)
        case .resource(var contents, let extras):
            contents.text = contents.text.map(clean)
            return .resource(contents, extras)
        default: return content
        }
    }

    /// Whether what stands under this name is a secret, as the name has it.
    public static func isSecret(name: String) -> Bool { isSecretName(Array(name.utf8)) }

    private static func isSecretName(_ key: [UInt8]) -> Bool {
        names.contains { name in key.count >= name.utf8.count && zip(key.suffix(name.utf8.count), name.utf8).allSatisfy { ($0 | 0x20) == $1 || $0 == $1 } }
    }

    // MARK: - In one pass

    /// Nil when nothing was found.
    private func masked(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var out: [UInt8] = []
        var copied = 0
        var at = 0
        while at < bytes.count {
            guard starts[Int(bytes[at])], let (from, to) = secret(bytes, at) else {
                at += 1
                continue
            }
            out.append(contentsOf: bytes[copied..<from])
            out.append(contentsOf: Redactor.mask.utf8)
            copied = to
            at = to
        }
        guard copied > 0 else { return nil }
        out.append(contentsOf: bytes[copied...])
        return String(decoding: out, as: UTF8.self)
    }

    /// What has to go, if a secret or the sign of one begins here.
    private func secret(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> (from: Int, to: Int)? {
        for secret in secrets where bytes.count - at >= secret.count && secret.indices.allSatisfy({ bytes[at + $0] == secret[$0] }) { return (at, at + secret.count) }
        if matches("-----begin", bytes, at) { return privateKey(bytes, at) }
        if matches("://", bytes, at) { return password(bytes, at + 3) }
        for scheme in ["bearer ", "basic "] where matches(scheme, bytes, at) { return value(bytes, at + scheme.utf8.count, least: 8) }
        for name in Redactor.names where matches(name, bytes, at) {
            if let found = assigned(bytes, at + name.utf8.count, isOption: isOption(bytes, at)) { return found }
        }
        return nil
    }

    private func matches(_ word: String, _ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
        guard bytes.count - at >= word.utf8.count else { return false }
        var i = at
        for letter in word.utf8 {
            let byte = bytes[i]
            guard byte == letter || (byte >= 65 && byte <= 90 && byte | 0x20 == letter) else { return false }
            i += 1
        }
        return true
    }

    /// Whether the name at `at` is the end of `--some-name`.
    private func isOption(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
        var start = at
        while start > 0, Redactor.isNamePart(bytes[start - 1]) { start -= 1 }
        return at - start >= 1 && bytes[start] == UInt8(ascii: "-")
    }

    /// The value after a name: `=x`, `: x`, `": "x"`, or after an option's name simply ` x`.
    private func assigned(_ bytes: UnsafeBufferPointer<UInt8>, _ end: Int, isOption: Bool) -> (from: Int, to: Int)? {
        var at = end
        if at < bytes.count, Redactor.isQuote(bytes[at]) { at += 1 } else if at + 1 < bytes.count, bytes[at] == 92, Redactor.isQuote(bytes[at + 1]) { at += 2 }
        while at < bytes.count, bytes[at] == 32 { at += 1 }
        if at < bytes.count, bytes[at] == UInt8(ascii: "=") || bytes[at] == UInt8(ascii: ":") {
            at += 1
            while at < bytes.count, bytes[at] == 32 { at += 1 }
        } else if !(isOption && at == end + 1) {
            return nil
        }
        for scheme in ["bearer ", "basic "] where matches(scheme, bytes, at) { at += scheme.utf8.count }
        return value(bytes, at, least: 1)
    }

    private func value(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, least: Int) -> (from: Int, to: Int)? {
        var from = start
        var close: UInt8?
        if from + 1 < bytes.count, bytes[from] == 92, Redactor.isQuote(bytes[from + 1]) { from += 1 }
        if from < bytes.count, Redactor.isQuote(bytes[from]) {
            close = bytes[from]
            from += 1
        }
        var to = from
        while to < bytes.count, close.map({ bytes[to] != $0 && bytes[to] != 92 }) ?? !Redactor.endsValue(bytes[to]) { to += 1 }
        // Said already, or nothing said.
        guard to - from >= least, !matches(Redactor.mask, bytes, from) else { return nil }
        return (from, to)
    }

    /// `user:password@` of an address.
    private func password(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> (from: Int, to: Int)? {
        var colon: Int?
        var at = start
        while at < bytes.count, !Redactor.endsValue(bytes[at]), bytes[at] != UInt8(ascii: "/") {
            if bytes[at] == UInt8(ascii: ":"), colon == nil { colon = at }
            if bytes[at] == UInt8(ascii: "@") { return colon.flatMap { at > $0 + 1 ? ($0 + 1, at) : nil } }
            at += 1
        }
        return nil
    }

    private func privateKey(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> (from: Int, to: Int)? {
        var label = at + 10
        while label < bytes.count, bytes[label] != UInt8(ascii: "-"), !matches("private key", bytes, label) { label += 1 }
        guard matches("private key", bytes, label) else { return nil }
        var end = label
        while end < bytes.count, !matches("-----end", bytes, end) { end += 1 }
        guard end < bytes.count else { return (at, bytes.count) }
        end += 8
        while end < bytes.count, !matches("-----", bytes, end) { end += 1 }
        return (at, min(bytes.count, end + 5))
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        (byte >= 48 && byte <= 57) || (byte | 0x20 >= 97 && byte | 0x20 <= 122) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
    private static func endsValue(_ byte: UInt8) -> Bool { byte <= 32 || byte == 92 || isQuote(byte) || [38, 44, 59, 60, 62, 125, 93, 41].contains(byte) }
}
