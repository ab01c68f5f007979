import Dispatch
import Foundation
public import Notation
import Synchronization

/// The DevTools protocol over two pipes: JSON messages that each end with a zero byte.
///
/// Events are handed over in the order in which they came, on the thread that reads: whoever hears them must not block.
public final class DevToolsConnection: Sendable {
    /// A larger message is passed over: a page can write 200 MB to its console, and nothing that we ask for is answered with so much. Who waits for it hears
    /// when the time is over.
    static let messageLimit = 96 << 20

    private struct Waiter {
        let command: DevToolsCommand
        let continuation: CheckedContinuation<Result<JSON, BrowserError>, Never>
    }

    private struct State {
        var next = 1
        var waiting: [Int: Waiter] = [:]
        var isClosed = false
        /// Sessions whose console is not read: what a page had underway when it was muted is passed over unparsed.
        var hushed: Set<String> = []
        var onEvent: @Sendable (DevToolsEvent) -> Void = { _ in }
        var onEnd: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())
    private let reading: Int32
    private let writing: Int32
    private let writes = DispatchQueue(label: "browser.write")

    /// Owns both descriptors from now on.
    init(reading: Int32, writing: Int32) {
        self.reading = reading
        self.writing = writing
    }

    func start(onEvent: @escaping @Sendable (DevToolsEvent) -> Void, onEnd: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.onEvent = onEvent
            state.onEnd = onEnd
        }
        let reader = Thread { [self] in
            readAll()
            Foundation.close(reading)
            end()
        }
        // Messages nest as deep as a page's frames do.
        reader.stackSize = 8 << 20
        reader.start()
    }

    /// Sends a command and waits for its answer.
    public func send(_ command: DevToolsCommand, within limit: Duration = .seconds(10)) async throws(BrowserError) -> JSON {
        let result: Result<JSON, BrowserError> = await withCheckedContinuation { continuation in
            let id = state.withLock { state -> Int? in
                guard !state.isClosed else { return nil }
                defer { state.next += 1 }
                state.waiting[state.next] = Waiter(command: command, continuation: continuation)
                return state.next
            }
            guard let id else { return continuation.resume(returning: .failure(.ended)) }
            write(id, command)
            DispatchQueue.global().asyncAfter(deadline: .now() + limit.seconds) { [weak self] in self?.answer(id) { .failure(.timedOut($0.method)) } }
        }
        return try result.get()
    }

    /// Sends a command whose answer nobody needs.
    public func post(_ command: DevToolsCommand) {
        let id = state.withLock { state -> Int in
            defer { state.next += 1 }
            return state.next
        }
        write(id, command)
    }

    /// Closing its input ends the browser.
    func close() { end() }

    private func write(_ id: Int, _ command: DevToolsCommand) {
        var bytes = JSON.object([
            "id": .integer(Int64(id)), "method": .text(command.method), "params": command.params, "sessionId": command.session.map { .text($0) },
        ]).bytes
        bytes.append(0)
        writes.async { [self, bytes] in
            guard !state.withLock({ $0.isClosed }) else { return }
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes { Foundation.write(writing, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return end() }
                sent += count
            }
        }
    }

    func hush(_ session: String, _ isOn: Bool) {
        state.withLock { state in
            if isOn { state.hushed.insert(session) } else { state.hushed.remove(session) }
        }
    }

    /// Whoever waits for an answer from that session waits in vain: its page crashed or is gone.
    func abandon(_ session: String) {
        let lost = state.withLock { state in
            state.hushed.remove(session)
            let lost = state.waiting.filter { $0.value.command.session == session }
            for id in lost.keys { state.waiting.removeValue(forKey: id) }
            return lost.values.map { $0 }
        }
        for waiter in lost { waiter.continuation.resume(returning: .failure(.refused(method: waiter.command.method, message: "the page is gone"))) }
    }

    private func answer(_ id: Int, _ result: (DevToolsCommand) -> Result<JSON, BrowserError>) {
        guard let waiter = state.withLock({ $0.waiting.removeValue(forKey: id) }) else { return }
        waiter.continuation.resume(returning: result(waiter.command))
    }

    private func end() {
        let (waiting, onEnd) = state.withLock { state -> ([Waiter], (@Sendable () -> Void)?) in
            guard !state.isClosed else { return ([], nil) }
            state.isClosed = true
            defer { state.waiting = [:] }
            return (Array(state.waiting.values), state.onEnd)
        }
        for waiter in waiting { waiter.continuation.resume(returning: .failure(.ended)) }
        guard let onEnd else { return }
        writes.async { [writing] in Foundation.close(writing) }
        onEnd()
    }

    private func readAll() {
        var held: [UInt8] = []
        var isTooLong = false
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = Foundation.read(reading, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            var rest = chunk[..<count]
            while let zero = Self.firstZero(rest) {
                held.append(contentsOf: rest[..<zero])
                if !isTooLong { deliver(held) }
                isTooLong = false
                held.removeAll(keepingCapacity: held.count < 1 << 20)
                rest = rest[(zero + 1)...]
            }
            if !isTooLong { held.append(contentsOf: rest) }
            if held.count > Self.messageLimit {
                isTooLong = true
                held = []
            }
        }
    }

    /// By the system's own search: a page may send much.
    private static func firstZero(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBytes { raw in
            guard let start = raw.baseAddress, let found = memchr(start, 0, raw.count) else { return nil }
            return bytes.startIndex + start.distance(to: UnsafeRawPointer(found))
        }
    }

    private func deliver(_ bytes: [UInt8]) {
        if let event = hushedEvent(bytes) {
            let onEvent = state.withLock { $0.onEvent }
            return onEvent(event)
        }
        // A page's text may hold halves of surrogate pairs; they are repaired. What is no message at all answers nobody.
        guard let json = try? JSON(parsing: bytes[...], depthLimit: 512, brokenText: .repaired) else { return }
        if let id = json["id"]?.asInteger {
            if let error = json["error"] {
                return answer(Int(id)) { .failure(.refused(method: $0.method, message: error["message"]?.asText ?? "unknown")) }
            }
            return answer(Int(id)) { _ in .success(json["result"] ?? .object([])) }
        }
        guard let method = json["method"]?.asText else { return }
        let onEvent = state.withLock { $0.onEvent }
        onEvent(DevToolsEvent(method, json["params"] ?? .object([]), session: json["sessionId"]?.asText, bytes: bytes.count))
    }

    private static let consoleHead = Array(#"{"method":"Runtime.consoleAPICalled""#.utf8)

    /// A line of a muted console, told by how the browser writes its messages: the method first, the session last. Written otherwise, it is parsed as all others.
    private func hushedEvent(_ bytes: [UInt8]) -> DevToolsEvent? {
        guard bytes.starts(with: Self.consoleHead) else { return nil }
        let hushed = state.withLock { $0.hushed }
        guard let session = hushed.first(where: { bytes.reversed().starts(with: #""sessionId":"\#($0)"}"#.utf8.reversed()) }) else { return nil }
        return DevToolsEvent("Runtime.consoleAPICalled", .object([]), session: session, bytes: bytes.count)
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
