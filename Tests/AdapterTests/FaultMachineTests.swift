import Foundation
import Model
import Notation
import Testing

@testable import Exchange

/// The decisions alone: which occasions are struck, and what becomes of a frame.
@Suite struct FaultMachineTests {
    private func struck(_ rule: FaultRule, of count: Int = 20, seed: UInt64 = 1, frame: String = "orderbook_delta", market: String? = "A") -> [Int] {
        var machine = FaultMachine(FaultPlan(seed: seed, [rule]))
        return (1...count).filter { i in
            !machine.strikes(FaultMachine.Occasion(frame: frame, market: market, account: "desk"), at: Double(i)).isEmpty
        }
    }

    @Test func `a rule takes the occasions that its conditions name`() {
        #expect(struck(FaultRule(.dropFrame), of: 4) == [1, 2, 3, 4])
        #expect(struck(FaultRule(.dropFrame, after: 2), of: 5) == [3, 4, 5])
        #expect(struck(FaultRule(.dropFrame, after: 1, every: 3), of: 9) == [2, 5, 8])
        #expect(struck(FaultRule(.dropFrame, every: 2, times: 2), of: 9) == [1, 3])
        #expect(struck(FaultRule(.dropFrame, from: 3, until: 6), of: 9) == [3, 4, 5])
        #expect(struck(FaultRule(.dropFrame, frame: "fill")).isEmpty)
        #expect(struck(FaultRule(.dropFrame, market: "B")).isEmpty)
        #expect(struck(FaultRule(.dropFrame, account: "desk"), of: 1) == [1])
        #expect(struck(FaultRule(.dropFrame, operation: "GetOrder")).isEmpty, "a frame is no request")
        #expect(struck(FaultRule(.tooManyRequests)).isEmpty)
        #expect(struck(FaultRule(.earlyClose)).isEmpty)
    }

    @Test func `chance comes from the seed, and a further rule changes nothing about the others`() {
        let rule = FaultRule(.dropFrame, chance: 0.3)
        let once = struck(rule, of: 1000)
        #expect(once == struck(rule, of: 1000))
        #expect((240...360).contains(once.count))
        #expect(once != struck(rule, of: 1000, seed: 2))

        var both = FaultMachine(FaultPlan(seed: 1, [rule, FaultRule(.duplicateFrame, chance: 0.5)]))
        let occasion = FaultMachine.Occasion(frame: "orderbook_delta", market: "A", account: "desk")
        let beside = (1...1000).filter { both.strikes(occasion, at: Double($0)).contains { $0.fault == .dropFrame } }
        #expect(beside == once)
    }

    @Test func `what concerns the exchange's life strikes when its time comes, once or at each interval`() {
        var machine = FaultMachine(FaultPlan([FaultRule(.tradingPause(seconds: 5), from: 10), FaultRule(.earlyClose, from: 4, interval: 4)]))
        let times = (0...16).map { second in machine.lifeStrikes(at: Double(second)).map(\.fault.name) }
        #expect(times[10] == ["trading_pause"])
        #expect(times.enumerated().filter { $0.element.contains("early_close") }.map(\.offset) == [4, 8, 12, 16])
        #expect(times.joined().count { $0 == "trading_pause" } == 1)
    }

    @Test func `each firing is counted and told with what it struck`() {
        var machine = FaultMachine(FaultPlan([FaultRule(.dropFrame, every: 2), FaultRule(.emptyAnswer)]))
        for second in 1...3 { _ = machine.strikes(.init(frame: "fill", market: "A"), at: Double(second)) }
        _ = machine.strikes(.init(operation: "CreateOrderV2"), at: 4)
        let report = machine.report(at: 5)
        #expect(report.lines.map(\.occasions) == [3, 1] && report.lines.map(\.fired) == [2, 1])
        #expect(report.recent.map(\.subject) == ["fill A", "fill A", "CreateOrderV2"] && report.recent.map(\.number) == [1, 2, 3])
        #expect(report.fired("drop_frame") == 2 && report.total == 3)
    }

    // MARK: The line

    private func line(_ steps: [(frame: String, faults: [Fault])]) -> String {
        var line = FaultyLine()
        return steps.map { step in
            line.pass(Array(step.frame.utf8), step.faults, now: .zero).frames.map { String(decoding: $0, as: UTF8.self) }.joined()
        }.joined(separator: "|")
    }

    @Test func `frames are dropped, doubled and overtaken`() {
        #expect(line([("a", [.dropFrame]), ("b", [])]) == "|b")
        #expect(line([("a", [.duplicateFrame]), ("b", [])]) == "aa|b")
        #expect(line([("a", [.reorderFrame]), ("b", []), ("c", [])]) == "|ba|c")
        #expect(line([("a", [.reorderFrame]), ("b", [.reorderFrame]), ("c", [])]) == "|ba|c", "one waits at a time")
        #expect(line([("a", [.reorderFrame]), ("b", [.dropFrame]), ("c", [])]) == "||ca")
    }

    @Test func `a delayed frame holds up all behind it, and a frame with nothing behind it is not held for ever`() {
        var line = FaultyLine()
        let start = Timestamp.seconds(100)
        let a = line.pass([1], [.delayFrame(milliseconds: 300)], now: start).frames
        let b = line.pass([2], [], now: start + .milliseconds(100)).frames
        let early = line.release(now: start + .milliseconds(299))
        let late = line.release(now: start + .milliseconds(300))
        #expect(a.isEmpty && b.isEmpty && early.isEmpty && late == [[1], [2]])

        _ = line.pass([3], [.reorderFrame], now: start)
        #expect(line.waiting == 1)
        let alone = line.release(now: start + FaultyLine.holdLimit)
        #expect(alone == [[3]] && line.waiting == 0)
    }

    @Test func `a muted line says nothing any more, and a broken one ends`() {
        var line = FaultyLine()
        let muted = line.pass([1], [.muteSocket], now: .zero)
        let after = line.pass([2], [], now: .zero)
        #expect(muted.frames.isEmpty && muted.ending == .mutes && after.frames.isEmpty)
        var other = FaultyLine()
        let broken = other.pass([1], [.breakSocket], now: .zero)
        #expect(broken.ending == .breaks && broken.frames.isEmpty)
    }

    @Test func `a message is changed where the contract would notice`() {
        let frame = Array(#"{"type":"fill","sid":2,"msg":{"side":"yes","count_fp":"1.00"}}"#.utf8) + [10]
        func damaged(_ fault: Fault) -> String { String(decoding: JSON.damaged(frame, fault), as: UTF8.self) }
        #expect(damaged(.unknownField) == #"{"type":"fill","sid":2,"msg":{"side":"yes","count_fp":"1.00","brand_new_field":"brand_new_value"}}"# + "\n")
        #expect(damaged(.unknownValue(field: "side")) == #"{"type":"fill","sid":2,"msg":{"side":"brand_new_value","count_fp":"1.00"}}"# + "\n")
        #expect(damaged(.missingField("count_fp")) == #"{"type":"fill","sid":2,"msg":{"side":"yes"}}"# + "\n")
    }

    // MARK: The file

    private func plan(_ text: String) throws -> FaultPlan { try JSONDecoder().decode(FaultPlan.self, from: Data(text.utf8)) }

    @Test func `a file says the same as the rules in code`() throws {
        let text = """
            {"seed": 7, "faults": [
              {"fault": "drop_frame", "frame": "orderbook_delta", "chance": 0.01, "after": 50},
              {"fault": "server_error", "operation": "CreateOrderV2", "status": 502, "carried_out": true, "every": 5, "times": 3},
              {"fault": "missing_field", "field": "seq", "frame": "trade"},
              {"fault": "market_pause", "seconds": 20, "from": 30, "interval": 60, "until": 300},
              {"fault": "close_socket"}
            ]}
            """
        #expect(
            try plan(text)
                == FaultPlan(
                    seed: 7,
                    [
                        FaultRule(.dropFrame, frame: "orderbook_delta", chance: 0.01, after: 50),
                        FaultRule(.serverError(status: 502, carriedOut: true), operation: "CreateOrderV2", every: 5, times: 3),
                        FaultRule(.missingField("seq"), frame: "trade"),
                        FaultRule(.marketPause(seconds: 20), from: 30, until: 300, interval: 60),
                        FaultRule(.closeSocket(code: 1012)),
                    ]))
    }

    @Test(arguments: [
        (#"{"faults": [{"fault": "drop_fame"}]}"#, "there is no fault 'drop_fame'"),
        (#"{"faults": [{"chance": 1}]}"#, "a rule needs 'fault: NAME'"),
        (#"{"faults": [{"fault": "drop_frame", "chnce": 0.1}]}"#, "drop_frame has 'chnce', which is none of"),
        (#"{"faults": [{"fault": "drop_frame", "milliseconds": 5}]}"#, "drop_frame has 'milliseconds', which is none of"),
        (#"{"faults": [{"fault": "drop_frame", "chance": 2}]}"#, "drop_frame: chance is from 0 to 1"),
        (#"{"faults": [{"fault": "drop_frame", "every": 0}]}"#, "drop_frame: after and times are not negative, and every is at least 1"),
        (#"{"faults": [{"fault": "missing_field"}]}"#, "missing_field needs 'field: NAME'"),
        (#"{"faults": [{"fault": "end_subscription", "code": 7}]}"#, "end_subscription: code is 10 or 25"),
        (#"{"fault": [], "faults": []}"#, "the plan has 'fault', which is none of faults, seed"),
    ])
    func `a file that says something unknown is refused in one sentence`(text: String, reason: String) throws {
        let error = #expect(throws: FaultPlanError.self) { try plan(text) }
        #expect(error?.description.hasPrefix(reason) == true)
    }
}
