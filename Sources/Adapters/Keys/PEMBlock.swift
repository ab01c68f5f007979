import Foundation

/// The first block of a PEM text, with the editor's blanks and line ends taken off: the strict parsers below want exactly this.
struct PEMBlock {
    let label: String
    let der: [UInt8]

    init(_ text: String, expecting what: String) throws(KeyError) {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        guard let first = lines.firstIndex(where: { $0.hasPrefix("-----BEGIN ") && $0.hasSuffix("-----") }) else {
            throw KeyError("this is not \(what) in PEM form: no line begins with -----BEGIN")
        }
        let label = String(lines[first].dropFirst(11).dropLast(5))
        guard let last = lines[first...].firstIndex(of: "-----END \(label)-----") else {
            throw KeyError("the PEM text is cut off: its -----END \(label)----- line is missing")
        }
        let body = lines[(first + 1)..<last]
        // An encrypted PKCS#1 key says so in headers, which have a colon; an encrypted PKCS#8 key in its label.
        guard !label.contains("ENCRYPTED"), !body.contains(where: { $0.contains(":") }) else {
            throw KeyError("the key is protected by a passphrase; write it out without one, for example with openssl pkey")
        }
        guard let data = Data(base64Encoded: body.joined()), !data.isEmpty else { throw KeyError("the PEM text is damaged: its body is not base64") }
        self.label = label
        der = Array(data)
    }

    /// Ed25519's object identifier, 1.3.101.112 (RFC 8410); X25519, which cannot sign, differs in the last byte.
    var isEd25519: Bool { der.prefix(32).split(separator: [0x06, 0x03, 0x2B, 0x65, 0x70] as [UInt8], maxSplits: 1).count == 2 }
}
