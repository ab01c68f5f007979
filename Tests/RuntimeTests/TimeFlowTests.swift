import Model
@testable import Node
import Testing

struct TimeFlowTests {
    @Test func `time is the machine's, and a moment earlier is no time at all`() {
        var flow = TimeFlow()
        var now = Timestamp.seconds(100)
        for (received, expected) in [(101, 101), (103, 103), (102, 103), (104, 104)] as [(Int64, Int64)] {
            let step = flow.time(of: .seconds(received), after: now)
            #expect(step.time == .seconds(expected) && step.setBack == nil)
            now = step.time
        }
    }

    @Test func `a clock that was ahead and is set back: time goes on, a tenth slower, until the two agree, and that is told once`() {
        var flow = TimeFlow()
        var now = flow.time(of: .seconds(1_300), after: .seconds(100)).time
        #expect(now == .seconds(1_300))
        var told: [Interval] = []
        // 1200 s ahead: ten times as long until it is made good.
        for second in 101...12_200 as ClosedRange<Int64> {
            let step = flow.time(of: .seconds(second), after: now)
            #expect(step.time >= now)
            if let back = step.setBack { told.append(back) }
            now = step.time
            if second == 111 { #expect(now == .seconds(1_309), "ten seconds are nine") }
        }
        #expect(now == .seconds(12_200) && told == [.seconds(1_199)])
        #expect(flow.time(of: .seconds(12_201), after: now).time == .seconds(12_201))
    }

    @Test func `a start whose journal is ahead of the machine goes on from the journal's time`() {
        var flow = TimeFlow()
        let first = flow.time(of: .seconds(50), after: .seconds(500))
        #expect(first.time == .seconds(500) && first.setBack == .seconds(450))
        #expect(flow.time(of: .seconds(60), after: first.time).time == .seconds(509))
    }
}
