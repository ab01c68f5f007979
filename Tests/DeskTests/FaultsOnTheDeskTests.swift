import Accounting
import Engine
import Exchange
import Foundation
import Model
@testable import Node
import Testing

/// Each fault that the exchange can have, while the whole desk trades: one after the other on one desk, which has to come back to trading after each of them.
@Suite(.serialized) struct FaultsOnTheDeskTests {
    /// A fault, and how the desk is to take it.
    private struct Trial {
        let rule: FaultRule
        var lasts = Duration.zero

        init(_ rule: FaultRule, lasts: Duration = .zero) {
            self.rule = rule
            self.lasts = lasts
        }
    }

    private static let create = "CreateOrderV2"
    private static let cancel = "CancelOrderV2"

    private static let trials: [Trial] = [
        // The stream.
        Trial(FaultRule(.dropFrame, frame: "orderbook_delta", every: 15, times: 3)), Trial(FaultRule(.duplicateFrame, frame: "orderbook_delta", every: 5, times: 5)),
        Trial(FaultRule(.reorderFrame, frame: "orderbook_delta", every: 15, times: 3)), Trial(FaultRule(.delayFrame(milliseconds: 800), every: 40, times: 3)),
        Trial(FaultRule(.endSubscription(code: 25), frame: "orderbook_delta", times: 1)), Trial(FaultRule(.endSubscription(code: 10), frame: "trade", times: 1)),
        Trial(FaultRule(.breakSocket, frame: "orderbook_delta", times: 1)), Trial(FaultRule(.closeSocket(code: 1012), frame: "orderbook_delta", times: 1)),
        Trial(FaultRule(.muteSocket, frame: "orderbook_delta", times: 1)), Trial(FaultRule(.dropFrame, frame: "fill", times: 3)),
        Trial(FaultRule(.duplicateFrame, frame: "fill", times: 2)), Trial(FaultRule(.dropFrame, frame: "user_order", times: 5)),
        // Answers.
        Trial(FaultRule(.lateAnswer(milliseconds: 300), operation: create, times: 3)), Trial(FaultRule(.lateAnswer(milliseconds: 1500), operation: create, times: 1)),
        Trial(FaultRule(.lostAnswer(carriedOut: true), operation: create, times: 2)), Trial(FaultRule(.lostAnswer(carriedOut: false), operation: create, times: 2)),
        Trial(FaultRule(.serverError(status: 503, carriedOut: true), operation: create, times: 2)),
        Trial(FaultRule(.serverError(status: 503, carriedOut: false), operation: create, times: 2)), Trial(FaultRule(.tooManyRequests, operation: create, times: 3)),
        Trial(FaultRule(.tooManyRequests, every: 3, times: 4)), Trial(FaultRule(.serverError(status: 500, carriedOut: false), operation: "GetFills", times: 2)),
        Trial(FaultRule(.lostAnswer(carriedOut: true), operation: cancel, times: 2)), Trial(FaultRule(.serverError(status: 503, carriedOut: true), operation: cancel, times: 2)),
        Trial(FaultRule(.staleRead(milliseconds: 4000), operation: cancel, times: 2)), Trial(FaultRule(.clockSkew(seconds: 12), every: 2, times: 6)),
        Trial(FaultRule(.clockSkew(seconds: -90), every: 3, times: 3)),
        // A contract that changed.
        Trial(FaultRule(.unknownField, frame: "orderbook_delta", times: 20)), Trial(FaultRule(.unknownField, frame: "fill", times: 1)),
        Trial(FaultRule(.unknownField, operation: "GetFills", times: 2)), Trial(FaultRule(.unknownValue(field: "status"), operation: "GetOrders", times: 2)),
        Trial(FaultRule(.emptyAnswer, operation: create, times: 1)), Trial(FaultRule(.cutAnswer, operation: create, times: 1)),
        Trial(FaultRule(.cutAnswer, operation: "GetPositions", times: 1)), Trial(FaultRule(.missingField("fee_cost"), operation: "GetFills", times: 1)),
        Trial(FaultRule(.missingField("fee_cost"), frame: "fill", times: 1)), Trial(FaultRule(.unknownValue(field: "outcome_side"), frame: "fill", times: 1)),
        Trial(FaultRule(.missingField("delta_fp"), frame: "orderbook_delta", times: 1)), Trial(FaultRule(.retiredEndpoint, operation: create, times: 1)),
        // The exchange's life, in its own seconds.
        Trial(FaultRule(.tradingPause(seconds: 20)), lasts: .seconds(2)), Trial(FaultRule(.exchangePause(seconds: 20)), lasts: .seconds(2)),
        Trial(FaultRule(.marketPause(seconds: 20)), lasts: .seconds(2)), Trial(FaultRule(.earlyClose)),
    ]

    @Test(.timeLimit(.minutes(10))) func `each fault is survived by the trading desk: nothing twice, nothing lost, nothing on a book that is not true`() async throws {
        let desk = try await DeskUnderTest(seed: 11)
        do {
            // Volatility is believed after a minute of prices.
            try await desk.wait("the first orders", within: .seconds(90)) { $0.fillsSeen > 2 }
            for trial in Self.trials {
                let name = "\(trial.rule.fault) \(trial.rule.frame ?? trial.rule.operation ?? "")"
                desk.exchange.clearFaults()
                desk.exchange.inject(trial.rule)
                do {
                    try await desk.wait("the fault \(name)", within: .seconds(45)) { _ in desk.exchange.faultReport?.lines.last.map { $0.fired > 0 } ?? false }
                    // What lasts is let last: the length of the fault is this test's input.
                    if trial.lasts > .zero { try await Task.sleep(for: trial.lasts) }
                    try await desk.wait("the recovery from \(name)", within: .seconds(45)) {
                        $0.state == .running && $0.reconciled && $0.connected && $0.blocked == nil && $0.thaw.waiting.isEmpty
                    }
                } catch let missed as Missed {
                    Issue.record("\(missed)")
                }
            }
            let line = try await desk.verdict()
            print("\(Self.trials.count) faults on a trading desk: \(line)")
            #expect(try await desk.replaysToItself())
        } catch {
            Issue.record("\(error)")
        }
        try await desk.stop()
    }

    @Test(.timeLimit(.minutes(10))) func `a settlement that is reversed while the desk trades leaves no difference`() async throws {
        let desk = try await DeskUnderTest(seed: 12)
        do {
            try await desk.wait("the first orders", within: .seconds(90)) { $0.fillsSeen > 2 }
            // A market that was held is paid: a quarter hour of the exchange's time, at ten times the wall's.
            var paid: Settlement?
            try await desk.wait("a payout", within: .seconds(150)) { _ in
                paid = try desk.ledger.payouts(to: DeskUnderTest.keyID).first { $0.result == .yes || $0.result == .no }
                return paid != nil
            }
            let first = try #require(paid)
            desk.exchange.inject(FaultRule(.settlementReversal, market: first.market.text))
            try await desk.wait("the second payout", within: .seconds(60)) { _ in try desk.ledger.payouts(to: DeskUnderTest.keyID).contains { $0.market == first.market && $0.result != first.result } }
            let line = try await desk.verdict()
            print("a settlement was reversed: \(line)")
            #expect(try await desk.replaysToItself())
        } catch {
            Issue.record("\(error)")
        }
        try await desk.stop()
    }
}
