import Foundation
import Glibc
import HostFacts
public import Model

/// Starts a desk, watches it, and does what the machine decides.
public actor Healer {
    /// What is started, and where its traces go.
    public struct Settings: Sendable {
        public var program: String
        public var arguments: [String]
        /// Of the history and of the desk's errors.
        public var logFolder: String
        public var policy = HealingPolicy()
        public var probeInterval = Duration.seconds(1)
        public var showsOutput = true
        /// Ends when the desk has ended on purpose or a person would have to look.
        public var once = false

        public init(program: String, arguments: [String], logFolder: String) {
            (self.program, self.arguments, self.logFolder) = (program, arguments, logFolder)
        }
    }

    /// How it ended.
    public enum Result: Sendable, Equatable {
        case closed
        case escalated(String)
    }

    public nonisolated let historyPath: String
    public nonisolated let deskLogPath: String
    private let settings: Settings
    private let history: HealingHistory
    private let log: DeskLog
    private let now: @Sendable () -> Timestamp
    private let tell: @Sendable (HealingEntry) -> Void
    private var machine: HealingMachine
    private var desk: DeskProcess?
    private var logStart: off_t = 0
    private var port: Int?
    /// Why one that runs once ends without success.
    private var verdict: String?
    private var waiting: CheckedContinuation<Void, Never>?

    /// - Parameters:
    ///   - now: the time; it must not go back.
    ///   - tell: hears every entry of the history.
    public init(_ settings: Settings, now: @escaping @Sendable () -> Timestamp, tell: @escaping @Sendable (HealingEntry) -> Void) throws(HealingError) {
        let history = try HealingHistory(settings.logFolder + "/healing.jsonl")
        self.settings = settings
        self.history = history
        self.now = now
        self.tell = tell
        log = DeskLog(path: settings.logFolder + "/desk.log")
        (historyPath, deskLogPath) = (history.path, log.path)
        machine = HealingMachine(settings.policy, at: now(), repairs: history.repairs(before: now()), paused: history.pause)
    }

    /// Starts the desk, and returns when it has ended for good.
    public func run() async -> Result {
        take(.begin)
        let probing = Task { await watch() }
        await withCheckedContinuation { continuation in
            if isOver { continuation.resume() } else { waiting = continuation }
        }
        probing.cancel()
        await probing.value
        return verdict.map { .escalated($0) } ?? .closed
    }

    public var status: HealerStatus { HealerStatus(machine, port: port) }

    public func report(entries: Int) -> HealerReport { HealerReport(status: status, history: history.newest(entries)) }

    public func pause(_ reason: String?) { take(.pause(reason)) }
    public func resume() { take(.resume) }
    /// False when it is ending, and starts nothing any more.
    public func restart(_ reason: String?) -> Bool {
        guard !machine.isClosing else { return false }
        take(.restart(reason))
        return true
    }
    /// Ends the desk in order, and then itself.
    public func close() { take(.close) }

    private var isOver: Bool {
        switch machine.phase {
        case .closed: true
        case .stopped, .escalated: settings.once && machine.process == nil
        default: false
        }
    }

    // MARK: - Doing

    private func take(_ input: HealingMachine.Input) {
        for action in machine.take(input, at: now()) { carryOut(action) }
        if case .escalated(let why) = machine.phase, settings.once, verdict == nil {
            verdict = why
            // Whoever starts this healer anew starts the desk anew: one that hangs is not left behind.
            if machine.process != nil { return take(.close) }
        }
        guard isOver else { return }
        waiting?.resume()
        waiting = nil
    }

    private func carryOut(_ action: HealingMachine.Action) {
        switch action {
        case .start: start()
        case .terminate(let pid): if desk?.pid == pid { desk?.send(SIGTERM) }
        case .kill(let pid): if desk?.pid == pid { desk?.send(SIGKILL) }
        case .note(let entry):
            tell(entry)
            do { try history.append(entry) } catch {
                // A full disk must not keep a desk from being repaired; whoever looks at the terminal is told.
                tell(HealingEntry(at: entry.at, level: "error", kind: entry.kind, message: error.description, pid: nil))
            }
        }
    }

    private func start() {
        do throws(HealingError) {
            let (file, start) = try log.open()
            defer { Glibc.close(file) }
            (logStart, port) = (start, nil)
            let child = try DeskProcess(settings.program, settings.arguments, showsOutput: settings.showsOutput, errors: file) { [weak self] pid, ending in
                Task { await self?.ended(pid, ending) }
            }
            desk = child
            take(.spawned(child.pid))
        } catch { take(.notSpawned(error.description)) }
    }

    private func ended(_ pid: Int32, _ ending: HealingMachine.Ending) {
        take(.ended(pid, ending, lastError: ending == .exited(0) ? nil : log.lastLine(since: logStart)))
    }

    // MARK: - Seeing

    private func watch() async {
        while !Task.isCancelled {
            if let pid = machine.process {
                let answer = await probe(pid)
                take(.probed(pid, answer))
            }
            take(.tick)
            log.trim()
            // The pace of looking; cancellation ends it.
            try? await Task.sleep(for: settings.probeInterval)
        }
    }

    /// Asks the port that answered last, else those that the process listens on.
    private func probe(_ pid: Int32) async -> HealingMachine.Answer {
        if let port, let ready = await ReadyProbe.ask(port) { return ready ? .ready : .recovering }
        for candidate in ListenerFacts.ports(HostRoot(), of: pid).prefix(Self.portLimit) where candidate != port {
            guard let ready = await ReadyProbe.ask(candidate) else { continue }
            // Another process may have been started meanwhile.
            if machine.process == pid { port = candidate }
            return ready ? .ready : .recovering
        }
        return .none
    }

    /// A desk listens on three.
    private static let portLimit = 8
}
