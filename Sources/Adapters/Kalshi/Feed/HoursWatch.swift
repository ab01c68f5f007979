import Model

/// When to ask the exchange whether it trades, and what of its answers is news. Pure: answers and time in, a reading for the desk or nothing out.
///
/// Two questions a minute while it trades, and one every five seconds in a pause, so that it goes on soon after; the calendar once an hour. Only what is new is
/// told, because every reading is a row of the journal.
struct HoursWatch {
    static let askAgainAfter = Duration.seconds(30)
    static let askAgainInPause = Duration.seconds(5)
    static let calendarHolds = Duration.seconds(3600)
    /// Failures in a row after which nobody knows any more whether it trades.
    static let failuresBelieved = 3
    /// How much longer than announced a pause may be.
    static let latePause = Interval.seconds(300)
    /// How long one is believed that has no announced end, by an exchange that does not answer.
    static let unendingPause = Interval.seconds(3600)

    private var calendar: KalshiSchedule?
    private var calendarRead: ContinuousClock.Instant?
    private var status: KalshiStatus?
    private var failures = 0
    private var answered: Timestamp?
    private var told: (reading: ExchangeReading, at: Timestamp)?

    /// Whether the calendar is to be read again.
    func wantsCalendar(at now: ContinuousClock.Instant) -> Bool { calendarRead.map { now - $0 >= Self.calendarHolds } ?? true }

    mutating func heard(_ calendar: KalshiSchedule, at now: ContinuousClock.Instant) {
        self.calendar = calendar
        calendarRead = now
    }

    /// - Parameter answer: nil where it could not be read.
    /// - Returns: what the desk has not been told.
    mutating func heard(_ answer: KalshiStatus?, at time: Timestamp) -> ExchangeReading? {
        failures = answer == nil ? failures + 1 : 0
        if let answer { (status, answered) = (answer, time) } else if failures >= Self.failuresBelieved, !holds(at: time) { status = nil }
        let windows = (calendar?.maintenance ?? []).filter { $0.end > time }.map { ExchangeReading.Window(start: $0.start, end: $0.end) }
        let reading = ExchangeReading(
            takesOrders: status.map { $0.exchangeActive && $0.tradingActive }, takesCancels: status.map(\.exchangeActive),
            resumes: status.flatMap { $0.exchangeActive && $0.tradingActive ? nil : $0.resumes }, maintenance: windows)
        guard isNews(reading, isAnswer: answer != nil, at: time) else { return nil }
        told = (reading, time)
        return reading
    }

    /// Of a pause that it announced the exchange need not answer: until the end that it named, with some patience, or for an hour.
    private func holds(at time: Timestamp) -> Bool {
        guard let status, let answered, !(status.exchangeActive && status.tradingActive) else { return false }
        return time < (status.resumes.map { $0 + Self.latePause } ?? answered + Self.unendingPause)
    }

    /// The same word again is news once a window has begun: the calendar says pause, and the exchange may say otherwise.
    private func isNews(_ reading: ExchangeReading, isAnswer: Bool, at time: Timestamp) -> Bool {
        guard let told else { return reading != ExchangeReading(takesOrders: nil, takesCancels: nil, resumes: nil, maintenance: []) }
        if reading != told.reading { return true }
        return isAnswer && reading.maintenance.contains { $0.contains(time) && told.at < $0.start }
    }

    /// How long until it is worth asking again.
    func wait(at time: Timestamp) -> Duration {
        let isPaused = told?.reading.pause(at: time, heard: told?.at ?? time) != nil
        let usual = isPaused || failures > 0 ? Self.askAgainInPause : Self.askAgainAfter
        let edges = (told?.reading.maintenance ?? []).flatMap { [$0.start, $0.end] } + [told?.reading.resumes].compactMap(\.self)
        guard let edge = edges.filter({ $0 > time }).min() else { return usual }
        // A quarter of a second later, so that the exchange has moved.
        return min(usual, .nanoseconds((edge - time).nanoseconds + 250_000_000))
    }
}
