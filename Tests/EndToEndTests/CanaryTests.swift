import Foundation
import Testing

/// A private key must be in its file and nowhere else: not in what a desk prints, not in what it stores, not in what other users of the machine see of it, and
/// not in what it leaves behind when it crashes or refuses.
@Suite(.serialized) struct CanaryTests {
    /// Where any line of the key's body occurs.
    private func finds(_ canaries: [Data], in places: [String: Data]) -> [String] {
        places.filter { place in canaries.contains { place.value.range(of: $0) != nil } }.keys.sorted()
    }

    @Test func `a key that a desk trades with is in its file and nowhere else`() async throws {
        try await Scratch.with { scratch in
            let running = try await RunningExchange.start(scratch, dataDir: "venue")
            defer { running.process.send(SIGKILL) }
            let (exchange, ready) = (running.process, running.ready)
            let pem = try String(contentsOfFile: ready.private_key_path, encoding: .utf8)
            let canaries = pem.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") && $0.count > 20 }.map { Data($0.utf8) }
            #expect(canaries.count > 10)
            #expect(finds(canaries, in: ["the key's own file": Data(pem.utf8)]).count == 1, "the canary sings where it is")

            let account = running.forDesk.dropLast(2)
            let desk = try AuraProcess(["run", "--data-dir", "data"] + running.forDesk + RunningDesk.ports, in: scratch.path)
            defer { desk.send(SIGKILL) }
            try await desk.seen.wait("the desk's line", within: .seconds(60)) { $0.out.contains(10) || $0.code != nil }
            let line = try JSONDecoder().decode(RunningDesk.Ready.self, from: desk.seen.value.out.prefix { $0 != 10 })
            let token = try String(contentsOfFile: line.token_path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            try await BridgeClient.with(port: line.bridge_port, token: token) { bridge in
                try await bridge.seen.wait("a reconciled desk") { $0.isTrading && $0.cash != nil }
            }
            var places: [String: Data] = [:]
            for part in ["cmdline", "environ", "comm", "status"] {
                // try?: a system without /proc shows nothing to others this way.
                places["/proc \(part)"] = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(desk.number)/\(part)"))
            }
            // It crashes: what it says then is read too.
            desk.send(SIGABRT)
            let end = try await desk.ended()
            places["what the desk printed"] = end.out
            places["what the desk complained of"] = end.err
            places["what the exchange said"] = exchange.seen.value.out + exchange.seen.value.err
            for (name, content) in try scratch.contents(of: "data") { places["data/\(name)"] = content }
            for name in ["journal.sqlite-wal", "exchange.sqlite-wal"] { places["data/\(name)"] = FileManager.default.contents(atPath: scratch.file("data/" + name)) }
            #expect(places.count > 6)
            #expect(finds(canaries, in: places) == [])

            // Keys that are refused are refused without being quoted.
            let damaged = pem.replacingOccurrences(of: "-----END", with: "!!!!\n-----END")
            for (text, mode) in [(damaged, 0o600), (pem, 0o644), (String(pem.dropLast(40)), 0o600)] {
                let path = scratch.file("refused.pem")
                #expect(FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
                let refused = try await AuraProcess.result(["run", "--data-dir", "other", "--key-file", path] + account + RunningDesk.ports, in: scratch.path)
                #expect(refused.code != 0 && refused.out.isEmpty && refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
                #expect(finds(canaries, in: ["refusal": refused.out + refused.err]) == [])
                try FileManager.default.removeItem(atPath: path)
            }
        }
    }
}
