import Engine
import Exchange
import Foundation
import Model
@testable import Node
import Testing

/// All faults at once, at random, while the whole desk trades, and dies now and then.
///
/// AURA_STORM_SECONDS says how long (20 without it), AURA_STORM_SEED which storm; `make storm` takes ten minutes.
@Suite(.serialized) struct StormTests {
    @Test(.timeLimit(.minutes(60))) func `a random storm of every fault leaves nothing twice, nothing lost and no difference`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["AURA_STORM_SECONDS"].flatMap { Int($0) } ?? 20
        let seed = environment["AURA_STORM_SEED"].flatMap { UInt64($0) } ?? 1
        let desk = try await DeskUnderTest(seed: seed, faults: Self.plan(seed))
        do {
            let end = ContinuousClock.now + .seconds(seconds)
            try await desk.wait("the first orders in the storm", within: .seconds(120)) { $0.fillsSeen > 2 }
            // It blows for as long as it was asked to, and the operator looks in.
            var next = ContinuousClock.now + Self.lifetime
            while ContinuousClock.now < end {
                let until = min(next, end)
                try await desk.wait("the next hour of the storm", within: .seconds(seconds + 60)) { _ in ContinuousClock.now >= until }
                guard ContinuousClock.now < end else { break }
                try await desk.crash()
                next = ContinuousClock.now + Self.lifetime
            }
            let struck = desk.exchange.faultReport?.total ?? 0
            let line = try await desk.verdict("seed \(seed)")
            print("storm of \(seconds) s, seed \(seed): \(struck) faults; \(line)")
            #expect(struck > 0)
            #expect(try await desk.replaysToItself())
        } catch {
            Issue.record("\(error), seed \(seed)")
        }
        try await desk.stop()
    }

    /// How long the desk lives between two deaths.
    private static let lifetime = Duration.seconds(8)

    /// The exchange's own storm, with a changing contract and a restless life in it.
    private static func plan(_ seed: UInt64) -> FaultPlan {
        let more = FaultPlan(
            seed: seed,
            [
                FaultRule(.muteSocket, frame: "orderbook_delta", chance: 0.00005), FaultRule(.unknownField, chance: 0.001),
                FaultRule(.unknownValue(field: "status"), operation: "GetOrders", chance: 0.02), FaultRule(.missingField("fee_cost"), frame: "fill", chance: 0.01),
                FaultRule(.cutAnswer, operation: "GetFills", chance: 0.005), FaultRule(.clockSkew(seconds: 12), chance: 0.01),
                FaultRule(.tradingPause(seconds: 15), from: 60, interval: 150), FaultRule(.exchangePause(seconds: 10), from: 100, interval: 310),
                FaultRule(.marketPause(seconds: 20), from: 80, interval: 90), FaultRule(.earlyClose, from: 120, interval: 200),
            ])
        return FaultPlan(seed: seed, FaultPlan.storm(seed: seed).rules + more.rules)
    }
}
