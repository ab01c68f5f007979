import HostFacts
import Model

/// The cards, read when somebody asks, one reading at a time.
actor GPUReadings {
    struct Reading: Sendable {
        let at: Timestamp
        let survey: GPUSurvey
    }

    /// Calls within this time share a reading.
    static let fresh = Interval.milliseconds(250)
    /// That there is nothing to read is believed for so long: a driver may come up later than we do.
    static let patience = Interval.seconds(60)
    /// The sampling lets so many times as long pass as a reading took: where nothing keeps a card awake, each reading wakes it, which takes seconds.
    static let rest = 20

    private let survey: @Sendable () async -> GPUSurvey
    private let now: @Sendable () -> Timestamp
    private let elapsed: @Sendable () -> Duration
    private let limit: Duration

    private var last: Reading?
    /// When the last reading ended and how long it took, by a clock that only goes forward.
    private var lastEnd: (at: Duration, took: Duration)?
    private var underWay: (number: Int, since: Timestamp, isHanging: Bool)?
    private var readings = 0
    private var waiting: [CheckedContinuation<Reading, Never>] = []

    /// - Parameters:
    ///   - limit: nobody waits for a reading for longer, even if its process cannot be killed.
    ///   - elapsed: time that only goes forward, from any beginning.
    init(
        limit: Duration = .seconds(12), now: @escaping @Sendable () -> Timestamp, elapsed: @escaping @Sendable () -> Duration = GPUReadings.sinceLoaded,
        _ survey: @escaping @Sendable () async -> GPUSurvey
    ) {
        self.limit = limit
        self.now = now
        self.elapsed = elapsed
        self.survey = survey
    }

    private static let loaded = ContinuousClock.now
    static let sinceLoaded: @Sendable () -> Duration = { ContinuousClock.now - loaded }

    func read() async -> Reading {
        let time = now()
        if let last, time >= last.at, time - last.at < (last.survey.none == nil ? Self.fresh : Self.patience) { return last }
        if let underWay, underWay.isHanging { return hanging(since: underWay.since, at: time) }
        return await withCheckedContinuation { continuation in
            waiting.append(continuation)
            if underWay == nil { begin(at: time) }
        }
    }

    /// For who reads again and again; nil while the cards are left in peace.
    func sample() async -> Reading? {
        if let lastEnd, elapsed() - lastEnd.at < lastEnd.took * Self.rest { return nil }
        return await read()
    }

    var isReading: Bool { underWay != nil }
    var waitingCount: Int { waiting.count }

    private func begin(at time: Timestamp) {
        readings += 1
        let (number, begun) = (readings, elapsed())
        underWay = (number, time, false)
        let watch = Task {
            // Cancelled when the reading has ended.
            do { try await Task.sleep(for: limit) } catch { return }
            giveUp(number)
        }
        Task {
            let found = await survey()
            watch.cancel()
            end(Reading(at: time, survey: found), took: elapsed() - begun)
        }
    }

    private func end(_ reading: Reading, took: Duration) {
        // Of one that nobody waited for any more, the figures are as old as its beginning.
        last = reading
        lastEnd = (elapsed(), took)
        underWay = nil
        answer(reading)
    }

    private func giveUp(_ number: Int) {
        guard let reading = underWay, reading.number == number else { return }
        underWay?.isHanging = true
        answer(hanging(since: reading.since, at: now()))
    }

    private func answer(_ reading: Reading) {
        let all = waiting
        waiting = []
        for one in all { one.resume(returning: reading) }
    }

    private func hanging(since: Timestamp, at time: Timestamp) -> Reading {
        let why = "NVIDIA's driver does not answer: a reading that began at \(CivilTime.text(since, decimals: 0)) has not ended"
        return Reading(at: time, survey: GPUSurvey(none: why, isTrouble: true))
    }
}
