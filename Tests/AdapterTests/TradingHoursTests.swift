import Model
import Testing

@testable import Exchange

@Suite struct TradingHoursTests {
    private let weekly = TradingHours(hasMaintenance: true)

    private func time(_ text: String) throws -> Timestamp { try #require(CivilTime.parse(text)) }

    @Test(arguments: [
        // In winter New York is five hours behind, in summer four.
        ("2026-11-26T07:59:59Z", false), ("2026-11-26T08:00:00Z", true), ("2026-11-26T09:59:59Z", true), ("2026-11-26T10:00:00Z", false),
        ("2026-07-16T06:59:59Z", false), ("2026-07-16T07:00:00Z", true), ("2026-07-16T08:59:59Z", true), ("2026-07-16T09:00:00Z", false),
        // The weeks in which the clock changes: on the Sunday before it is another hour.
        ("2026-03-05T08:30:00Z", true), ("2026-03-12T07:30:00Z", true), ("2026-03-12T09:30:00Z", false),
        ("2026-10-29T07:30:00Z", true), ("2026-11-05T08:30:00Z", true), ("2026-11-05T07:30:00Z", false),
        // No other day.
        ("2026-11-25T08:30:00Z", false), ("2026-11-27T08:30:00Z", false),
    ])
    func `trading pauses on Thursdays from three to five in New York`(_ text: String, _ isPaused: Bool) throws {
        #expect((weekly.maintenance(at: try time(text)) != nil) == isPaused)
        #expect(TradingHours(hasMaintenance: false).maintenance(at: try time(text)) == nil)
    }

    @Test func `the schedule tells the next four, the one that is on among them`() throws {
        let during = try time("2026-10-22T08:00:00Z")
        #expect(
            weekly.upcoming(4, from: during).map { CivilTime.text($0.start, decimals: 0) } == [
                "2026-10-22T07:00:00Z", "2026-10-29T07:00:00Z", "2026-11-05T08:00:00Z", "2026-11-12T08:00:00Z",
            ])
        #expect(weekly.upcoming(1, from: try time("2026-10-22T09:00:00Z")).map { CivilTime.text($0.end, decimals: 0) } == ["2026-10-29T09:00:00Z"])
    }
}
