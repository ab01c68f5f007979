import Foundation
import Keys
import Testing

@Suite struct KeysTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func path(_ name: String) -> String { folder.path + "/" + name }
    private func file(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
        return path(name)
    }

    /// Runs openssl in the test's folder; nil when this machine has none.
    private func openssl(_ arguments: String...) throws -> Int32? {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") else {
            print("skipped: no openssl on this machine")
            return nil
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test(arguments: SigningKey.Kind.allCases) func `a key survives its file, which nobody else may read`(kind: SigningKey.Kind) throws {
        let key = try SigningKey.generate(kind)
        try key.write(to: path("key.pem"))
        #expect(try FileManager.default.attributesOfItem(atPath: path("key.pem"))[.posixPermissions] as? Int == 0o600)
        let read = try SigningKey(contentsOf: path("key.pem"))
        #expect(read.kind == kind)
        #expect(try key.verifyingKey.verify(read.sign("text"), of: "text"))
        #expect(throws: KeyError.self) { try key.write(to: path("key.pem")) }
        let published = try VerifyingKey(pem: key.verifyingKey.pem)
        #expect(try published.verify(key.sign("text"), of: "text"))
        #expect(try !published.verify(key.sign("text"), of: "other text"))
        #expect(!published.verify("not base64!", of: "text"))
        #expect(try !SigningKey.generate(kind).verifyingKey.verify(key.sign("text"), of: "text"))
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o620, 0o644]) func `a key file that is open to others is refused with the command that closes it`(mode: Int) throws {
        try SigningKey.generate(.ed25519).write(to: path("open.pem"))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path("open.pem"))
        let error = #expect(throws: KeyError.self) { try SigningKey(contentsOf: path("open.pem")) }
        #expect(error?.description.contains("chmod 600") == true)
    }

    @Test func `what is no key is refused with one sentence`() throws {
        let ed25519 = try SigningKey.generate(.ed25519)
        for text in ["", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", ed25519.verifyingKey.pem,
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"]
        {
            let error = #expect(throws: KeyError.self) { try SigningKey(pem: text) }
            #expect(error?.description.contains("\n") == false)
        }
        #expect(throws: KeyError.self) { try SigningKey(contentsOf: path("absent.pem")) }
        #expect(throws: KeyError.self) { try SigningKey(contentsOf: folder.path) }
        #expect(throws: KeyError.self) { try VerifyingKey(pem: "hello") }
    }

    @Test(arguments: SigningKey.Kind.allCases) func `nothing of a key is shown, however it is printed`(kind: SigningKey.Kind) throws {
        struct Holder { let key: SigningKey }
        let key = try SigningKey.generate(kind)
        try key.write(to: path("key.pem"))
        let secret = try String(contentsOfFile: path("key.pem"), encoding: .utf8).split(separator: "\n")[1].prefix(24)
        var dumped = ""
        dump(Holder(key: key), to: &dumped)
        for shown in ["\(key)", String(describing: key), String(reflecting: key), String(reflecting: Holder(key: key)), "\(Holder(key: key))", dumped] {
            #expect(shown.contains("private \(kind.rawValue) key"))
            #expect(!shown.contains(secret))
            #expect(shown.count < 200)
        }
        #expect(Mirror(reflecting: key).children.isEmpty)
    }

    @Test func `signatures agree with openssl in both directions, and a weaker RSA signature is refused`() throws {
        guard try openssl("genrsa", "-out", "rsa8.pem", "2048") == 0, try openssl("rsa", "-in", "rsa8.pem", "-traditional", "-out", "rsa1.pem") == 0 else { return }
        let text = RequestSignature.text(timestampMilliseconds: 1_700_000_000_000, method: "get", path: "/trade-api/v2/portfolio/orders?limit=5")
        #expect(text == "1700000000000GET/trade-api/v2/portfolio/orders")
        _ = try file("text", text)
        let key = try SigningKey(contentsOf: path("rsa8.pem"))
        let pkcs1 = try SigningKey(contentsOf: path("rsa1.pem"))
        #expect(try key.verifyingKey.verify(pkcs1.sign(text), of: text))
        _ = try file("public.pem", key.verifyingKey.pem)
        try #require(Data(base64Encoded: key.sign(text))).write(to: URL(fileURLWithPath: path("ours")))
        let pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt"]
        #expect(try openssl("dgst", "-sha256", pss[0], pss[1], pss[2], "rsa_pss_saltlen:32", "-verify", "public.pem", "-signature", "ours", "text") == 0)
        for (option, valid) in [("rsa_pss_saltlen:32", true), ("rsa_pss_saltlen:-2", false), ("rsa_pss_saltlen:20", false)] {
            #expect(try openssl("dgst", "-sha256", pss[0], pss[1], pss[2], option, "-sign", "rsa8.pem", "-out", "theirs", "text") == 0)
            let signature = try Data(contentsOf: URL(fileURLWithPath: path("theirs"))).base64EncodedString()
            #expect(key.verifyingKey.verify(signature, of: text) == valid, "\(option)")
        }
        #expect(try openssl("dgst", "-sha256", "-sign", "rsa8.pem", "-out", "theirs", "text") == 0)
        #expect(try !key.verifyingKey.verify(Data(contentsOf: URL(fileURLWithPath: path("theirs"))).base64EncodedString(), of: text))
    }

    @Test func `Ed25519 agrees with openssl and with RFC 8032, and X25519, which cannot sign, is refused`() throws {
        // RFC 8032, section 7.1, test 2, wrapped as PKCS#8 (RFC 8410).
        let seed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
        let der = hexBytes("302e020100300506032b657004220420" + seed)
        let key = try SigningKey(pem: "-----BEGIN PRIVATE KEY-----\r\n  \(Data(der).base64EncodedString())\r\n-----END PRIVATE KEY-----\r\n")
        let signature = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        #expect(key.verifyingKey.verify(Data(hexBytes(signature)).base64EncodedString(), of: "r"))
        guard try openssl("genpkey", "-algorithm", "ed25519", "-out", "ed.pem") == 0, try openssl("genpkey", "-algorithm", "x25519", "-out", "x.pem") == 0 else { return }
        let theirs = try SigningKey(contentsOf: path("ed.pem"))
        _ = try file("text", "hello")
        _ = try file("public.pem", theirs.verifyingKey.pem)
        try #require(Data(base64Encoded: theirs.sign("hello"))).write(to: URL(fileURLWithPath: path("ours")))
        #expect(try openssl("pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in", "text", "-sigfile", "ours") == 0)
        #expect(throws: KeyError.self) { try SigningKey(contentsOf: path("x.pem")) }
    }

    @Test func `the headers carry the key id, the time and a signature over exactly the text`() throws {
        let key = try SigningKey.generate(.ed25519)
        let headers = try RequestSignature.headers(keyID: "id-1", key: key, timestampMilliseconds: 12, method: "POST", path: "/trade-api/v2/x?y=1")
        #expect(headers.map(\.name) == ["KALSHI-ACCESS-KEY", "KALSHI-ACCESS-TIMESTAMP", "KALSHI-ACCESS-SIGNATURE"])
        #expect(headers[0].value == "id-1" && headers[1].value == "12")
        #expect(key.verifyingKey.verify(headers[2].value, of: "12POST/trade-api/v2/x"))
    }

    @Test func `a digest in pieces is the digest of the whole, and tokens differ`() {
        #expect(hexadecimal(sha256(Array("abc".utf8))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        var hasher = SHA256Hasher()
        hasher.update(Array("a".utf8))
        hasher.update(Array("bc".utf8))
        #expect(hasher.finish() == sha256(Array("abc".utf8)))
        #expect(randomToken().count == 64 && randomToken() != randomToken())
        #expect(sameSecret("abc", "abc") && !sameSecret("abc", "abd") && !sameSecret("abc", "ab"))
    }

    private func hexBytes(_ text: String) -> [UInt8] {
        let digits = Array(text)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }
}
