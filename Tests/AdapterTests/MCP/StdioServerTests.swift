import Dispatch
import Foundation
import MCP
@testable import MCPHosting
import Notation
import Testing

/// The line between a client and a server: what is a line, and how it ends.
@Suite(.timeLimit(.minutes(1))) struct StdioServerTests {
    /// Writes the pieces, closes the input, and returns what the server said until it was done.
    private func converse(_ pieces: [[UInt8]]) async throws -> [JSON] {
        let (input, output) = (Pipe(), Pipe())
        let server = StdioServer(Workshop().host, input: input.fileHandleForReading.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor)
        // Reading and writing block, so each has a thread of its own, and none that tasks need.
        let (writer, reader) = (DispatchQueue(label: "test.write"), DispatchQueue(label: "test.read"))
        writer.async {
            for piece in pieces { input.fileHandleForWriting.write(Data(piece)) }
            input.fileHandleForWriting.closeFile()
        }
        async let said: Data = withCheckedContinuation { continuation in
            reader.async { continuation.resume(returning: output.fileHandleForReading.readDataToEndOfFile()) }
        }
        await server.run()
        output.fileHandleForWriting.closeFile()
        let lines = await said.split(separator: UInt8(ascii: "\n"))
        return try lines.map { try JSON(parsing: Array($0), depthLimit: 128) }
    }

    private func ping(_ id: String) -> [UInt8] { Array(#"{"jsonrpc":"2.0","id":"\#(id)","method":"ping"}"#.utf8) }

    @Test func `lines may come in pieces, together, with a carriage return, and with blank ones between`() async throws {
        let newline: [UInt8] = [0x0A]
        let answers = try await converse([
            Array(ping("split").prefix(11)), Array(ping("split").dropFirst(11)) + newline, ping("two-1") + newline + ping("two-2") + newline,
            ping("return") + [0x0D, 0x0A], newline + [0x20, 0x0A], ping("after blank") + newline,
        ])
        #expect(answers.map { $0["id"] } == ["split", "two-1", "two-2", "return", "after blank"])
    }

    @Test func `a line that is too long is refused, and the next one served`() async throws {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: StdioServer.lineLimit + (1 << 17))
        let answers = try await converse([long, [0x0A], ping("next") + [0x0A]])
        #expect(answers.map { $0["error"]?["code"] } == [-32600, nil] && answers.last?["id"] == "next")
    }

    @Test func `hostile lines get errors, and the last request its answer although the input has ended`() async throws {
        let hostile: [[UInt8]] = [
            Array("{bad".utf8), [0xFF, 0xFE], Array(String(repeating: "[", count: 20_000).utf8), Array(#"{"jsonrpc":"2.0","id":1,"method":"no/such","params":{"x":"\ud800"}}"#.utf8),
            Array(#"{"jsonrpc":"2.0","id":1,"method":"no/such","params":{"x":1e999999}}"#.utf8), Array("[]".utf8), Array("42".utf8),
        ]
        let call = #"{"jsonrpc":"2.0","id":"last","method":"tools/call","params":{"name":"echo","arguments":{"text":"x"},"_meta":{"# +
            #""io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#
        let lines: [UInt8] = hostile.reduce(into: []) { $0 += $1 + [0x0A] }
        let answers = try await converse([lines, Array(call.utf8) + [0x0A]])
        #expect(answers.count == hostile.count + 1 && answers.dropLast().allSatisfy { $0["error"] != nil })
        #expect(answers.last?["id"] == "last" && answers.last?["result"]?["structuredContent"]?["by"] == "stdio")
    }

    @Test func `the input may end while somebody is asked`() async throws {
        let opening = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"t","version":"1"}}}"#
        let call = #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"ask_name"}}"#
        let answers = try await converse([Array(opening.utf8) + [0x0A], Array(call.utf8) + [0x0A]])
        #expect(answers.count == 2 && answers.last?["method"] == "elicitation/create")
    }

    @Test func `a client that sends much and reads late gets everything`() async throws {
        let calls: [UInt8] = (0..<5000).reduce(into: []) { $0 += ping("\($1)") + [0x0A] }
        let answers = try await converse([calls])
        #expect(Set(answers.compactMap { $0["id"]?.asText }).count == 5000)
    }

    @Test func `more calls than may be at work, all of which ask the client, are asked and answered`() async throws {
        let opening = #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"t","version":"1"}}}"#
        let (input, output) = (Pipe(), Pipe())
        let server = StdioServer(Workshop().host, input: input.fileHandleForReading.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor)
        let calls = 200
        let done = Task { await server.run() }
        let lines = ([opening] + (1...calls).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"tools/call","params":{"name":"ask_name"}}"# }).map { Array($0.utf8) + [0x0A] }
        DispatchQueue(label: "test.write").async { for line in lines { input.fileHandleForWriting.write(Data(line)) } }
        let answered: Int = await withCheckedContinuation { continuation in
            DispatchQueue(label: "test.read").async {
                var (rest, answers) = (Data(), 0)
                while answers < calls, case let data = output.fileHandleForReading.availableData, !data.isEmpty {
                    rest += data
                    while let end = rest.firstIndex(of: 0x0A) {
                        let message = try? JSON(parsing: Array(rest[rest.startIndex..<end]))
                        rest = Data(rest[(end + 1)...])
                        if message?["method"] == "elicitation/create", let id = message?["id"] {
                            let answer = JSON.object(["jsonrpc": "2.0", "id": id, "result": .object(["action": "accept", "content": .object(["name": "Ada"])])])
                            input.fileHandleForWriting.write(Data(answer.bytes + [0x0A]))
                        } else if message?["id"] != nil, message?["id"] != 0 { answers += 1 }
                    }
                }
                continuation.resume(returning: answers)
            }
        }
        #expect(answered == calls)
        input.fileHandleForWriting.closeFile()
        await done.value
    }

    @Test func `what nobody asked for is not kept for a client that does not read`() async throws {
        let workshop = Workshop()
        let (input, output) = (Pipe(), Pipe())
        let server = StdioServer(workshop.host, input: input.fileHandleForReading.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor)
        let done = Task {
            await server.run()
            output.fileHandleForWriting.closeFile()
        }
        let opening = #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#
        let subscription = #"{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"shelf://one"}}"#
        for line in [opening, subscription] { input.fileHandleForWriting.write(Data(Array(line.utf8) + [0x0A])) }
        let reader = DispatchQueue(label: "test.read")
        await withCheckedContinuation { continuation in
            reader.async {
                var lines = 0
                while lines < 2 { lines += output.fileHandleForReading.availableData.count { $0 == 0x0A } }
                continuation.resume()
            }
        }
        // Some six megabytes.
        let changes = 60_000
        for _ in 0..<changes { workshop.host.resourceChanged("shelf://one") }
        input.fileHandleForWriting.write(Data(ping("after") + [0x0A]))
        input.fileHandleForWriting.closeFile()
        let rest: Data = await withCheckedContinuation { continuation in reader.async { continuation.resume(returning: output.fileHandleForReading.readDataToEndOfFile()) } }
        await done.value
        let lines = rest.split(separator: 0x0A)
        #expect(lines.count > 100 && lines.count < changes / 2)
        #expect(try JSON(parsing: Array(try #require(lines.last)))["id"] == "after")
    }

    @Test(arguments: [ClientDialogue.Era.sessions, .modern]) func `a call that keeps its thread can be cancelled, and others are answered beside it`(era: ClientDialogue.Era) async throws {
        let workshop = Workshop()
        workshop.host.update(.tools) { $0.tools.append(Declared(HoldTool(log: workshop.log))) }
        let client = Client(try PipeLink(workshop.host), info: Implementation(name: "tester", version: "1"), era: era)
        _ = try await client.connect()
        let held = Task { try await client.call("hold") }
        await workshop.log.wait(for: "holding")
        for text in ["one", "two", "three"] { #expect(try await client.call("echo", .object(["text": .text(text)])).structured?["said"] == .array([.text(text)])) }
        held.cancel()
        await workshop.log.wait(for: "let go")
        #expect(try await client.call("echo", .object(["text": "after"])).structured?["said"] == ["after"])
        await client.close()
    }
}

/// Keeps the thread that it was begun on until it is cancelled.
private struct HoldTool: Tool {
    let log: EventSignal
    static let name = "hold"
    static let summary = "Keeps its thread until it is cancelled."
    static let hints = ToolHints.readsHere

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> Nothing {
        log.happen("holding")
        let bound = ContinuousClock.now + .seconds(50)
        while !Task.isCancelled {
            guard ContinuousClock.now < bound else { throw ToolFailure("nobody cancelled it") }
            sched_yield()
        }
        log.happen("let go")
        return Nothing()
    }
}
