import HostFacts
import Model
import Synchronization

/// All processes, with how much processor time and storage each took lately: for that the table is read twice.
final class ProcessTable: Sendable {
    /// Two calls within this time share a reading.
    private static let fresh = Interval.milliseconds(100)
    /// What a share of processor time is measured over, at least and at most.
    private static let shortest = Interval.milliseconds(200)
    private static let longest = Interval.seconds(120)

    /// Bytes that went from and to storage since the process began.
    struct Storage: Sendable {
        let read: Int64
        let written: Int64
    }

    struct Lately: Sendable {
        /// Percent of one processor.
        let cpu: Double
        /// Bytes a second; nil where the totals are not known.
        let reads: Double?
        let writes: Double?
    }

    struct Reading: Sendable {
        let at: Timestamp
        let bootTime: Int64?
        let processes: [ProcessReading]
        /// By pid; nothing for another user's process, which only root may see.
        let storage: [Int32: Storage]
        /// Since the reading before, by pid; nothing for a process that was not there then.
        var lately: [Int32: Lately] = [:]

        func started(_ process: ProcessReading) -> String? {
            // Three centuries of ticks are no start of a process.
            guard let bootTime, process.startTicks < 1_000_000_000_000 else { return nil }
            let nanoseconds = Double(process.startTicks) / ProcessReading.ticksPerSecond * 1_000_000_000
            return nanoseconds < 1e18 ? CivilTime.text(.seconds(bootTime) + Interval(nanoseconds: Int64(nanoseconds)), decimals: 0) : nil
        }
    }

    let root: HostRoot
    private let now: @Sendable () -> Timestamp
    private let users: [UInt32: String]
    private let state = Mutex<(before: Reading?, last: Reading?)>((nil, nil))

    init(_ root: HostRoot, now: @escaping @Sendable () -> Timestamp) {
        self.root = root
        self.now = now
        users = root.userNames
    }

    func userName(_ number: UInt32) -> String { users[number] ?? "\(number)" }

    /// The table as it is now. The first time it takes a quarter of a second, to have something to compare with.
    func read() async throws -> Reading {
        let time = now()
        if let last = state.withLock({ $0.last }), time >= last.at, time - last.at < ProcessTable.fresh { return last }
        if baseline(at: time) == nil {
            let first = take()
            state.withLock { $0.before = first }
            try await Task.sleep(for: .milliseconds(250))
        }
        var reading = take()
        if let base = baseline(at: reading.at) { reading.lately = lately(reading, since: base) }
        let done = reading
        state.withLock { state in
            if let last = state.last, done.at - last.at >= ProcessTable.shortest { state.before = last }
            state.last = done
        }
        return done
    }

    private func take() -> Reading {
        let at = now()
        let processes = ProcessReading.all(root)
        let storage = processes.compactMap { process in process.storageBytes(root).map { (process.pid, Storage(read: $0.read, written: $0.written)) } }
        return Reading(at: at, bootTime: CPUTimes(root)?.bootTime, processes: processes, storage: Dictionary(storage, uniquingKeysWith: { first, _ in first }))
    }

    private func baseline(at time: Timestamp) -> Reading? {
        state.withLock { state in
            [state.last, state.before].compactMap(\.self).first { time - $0.at >= ProcessTable.shortest && time - $0.at <= ProcessTable.longest }
        }
    }

    private func lately(_ reading: Reading, since base: Reading) -> [Int32: Lately] {
        let before = Dictionary(base.processes.map { ($0.pid, $0) }, uniquingKeysWith: { first, _ in first })
        let seconds = (reading.at - base.at).seconds
        // Counters only grow: one that fell is of something else.
        func rate(_ now: Int64?, _ then: Int64?) -> Double? {
            guard let now, let then, now >= then else { return nil }
            return (Double(now - then) / seconds).rounded()
        }
        var lately: [Int32: Lately] = [:]
        for process in reading.processes {
            // The number may belong to another process by now: its start tells them apart.
            guard let earlier = before[process.pid], earlier.startTicks == process.startTicks, process.ticks >= earlier.ticks else { continue }
            let (now, then) = (reading.storage[process.pid], base.storage[process.pid])
            lately[process.pid] = Lately(
                cpu: (Double(process.ticks - earlier.ticks) / ProcessReading.ticksPerSecond / seconds * 1000).rounded() / 10,
                reads: rate(now?.read, then?.read), writes: rate(now?.written, then?.written))
        }
        return lately
    }
}
