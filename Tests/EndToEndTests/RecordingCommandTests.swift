import Foundation
import Testing

private func aura(_ arguments: String...) async throws -> (code: Int32, out: String, err: String) {
    let result = try await AuraProcess.result(arguments, in: NSTemporaryDirectory())
    return (result.code ?? -1, result.text, result.errors)
}

@Suite struct RecordingCommandTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures").path

    @Test func `a capture is imported, verified, and its book shown at a moment`() async throws {
        let scratch = NSTemporaryDirectory() + "aura-e2e-" + UUID().uuidString
        defer { do { try FileManager.default.removeItem(atPath: scratch) } catch { print("left behind: \(scratch)") } }
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        let recording = scratch + "/btc"
        let made = try await aura("import", "kalshi-ws-btc15m", Self.fixtures + "/btc15m", "--out", recording)
        #expect(made.code == 0 && made.out == "\(recording): 10 frames of 2 markets, 2 spot prices, 11 control frames\n")
        #expect(try await aura("recording", "verify", recording, "--json").out.contains(#""ok":true,"frames":23,"events":22"#))
        let info = try await aura("recording", "info", "--recording", recording, "--json")
        #expect(info.code == 0 && info.out.contains(#""markets":["KXBTC15M-26JAN010045-45","KXBTC15M-26JAN010100-00"]"#))

        func book(_ time: String) async throws -> String {
            try await aura("recording", "book", "--recording", recording, "--market", "KXBTC15M-26JAN010045-45", "--at", time, "--json").out
        }
        let before = #"{"market":"KXBTC15M-26JAN010045-45","at":1767227400999999999,"state":"live","yes":[["0.4500","12.00"]],"no":[["0.0010","10.00"],["0.5000","3.00"]]}"#
        #expect(try await book("1767227400999999999") == before + "\n")
        // The moment itself counts, in either way of writing it.
        let after = #"{"market":"KXBTC15M-26JAN010045-45","at":1767227401000000000,"state":"live","yes":[["0.4500","9.50"]],"no":[["0.0010","10.00"],["0.5000","3.00"]]}"#
        #expect(try await book("1767227401000000000") == after + "\n")
        #expect(try await book("2026-01-01T00:30:01Z") == after + "\n")
        #expect(try await book("2026-01-01T00:45:03Z").contains(#""state":"empty","yes":[],"no":[]"#))

        for arguments in [["--market", "X", "--at", "1"], ["--market", "KXBTC15M-26JAN010045-45", "--at", "noon"]] {
            let wrong = try await aura("recording", "book", "--recording", recording, arguments[0], arguments[1], arguments[2], arguments[3])
            #expect(wrong.code != 0 && wrong.out.isEmpty && wrong.err.hasPrefix("Error: ") && wrong.err.split(separator: "\n").count == 1)
        }
        let segment = URL(fileURLWithPath: recording + "/000001.frames")
        try Data(contentsOf: segment).dropLast(3).write(to: segment)
        for command in ["info", "verify"] {
            let torn = try await aura("recording", command, recording)
            #expect(torn.code != 0 && torn.err.contains("is truncated") && torn.err.split(separator: "\n").count == 1)
        }
        let again = try await aura("import", "kalshi-ws-gold15m", Self.fixtures + "/btc15m", "--out", scratch + "/gold")
        #expect(again.code != 0 && again.err.contains("holds no file that ends in .ndjson"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch) == ["btc"])
    }
}
