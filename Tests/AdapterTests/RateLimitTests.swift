import Keys
import Matching
import Model
import Notation
import Testing
import Transport

@testable import Exchange

@Suite struct RateLimitTests {
    @Test func `a bucket begins full, refills continuously, and never above its capacity`() {
        var bucket = TokenBucket(UsageTier.Budget(refillRate: 100, capacity: 100), at: .zero)
        func take(_ cost: Int, _ time: Timestamp) -> Bool { bucket.take(cost, at: time) }
        for _ in 0..<10 { #expect(take(10, .zero)) }
        #expect(!take(2, .milliseconds(19)))
        #expect(take(2, .milliseconds(20)))
        #expect(take(100, .seconds(9_000_000)))
        #expect(!take(1, .seconds(9_000_000)))
        #expect(!take(101, .seconds(9_900_000)), "what does not fit the bucket is never admitted")
        #expect(take(100, .seconds(8_000_000)), "a clock that goes back takes nothing away")
    }

    @Test(arguments: UsageTier.allCases)
    func `no tier's numbers overflow`(_ tier: UsageTier) {
        for budget in [tier.read, tier.write] {
            var bucket = TokenBucket(budget, at: .zero)
            let isWholeTaken = bucket.take(Int(budget.capacity), at: Timestamp(nanoseconds: .max))
            let isMoreTaken = bucket.take(1, at: Timestamp(nanoseconds: .max))
            #expect(isWholeTaken && !isMoreTaken)
        }
    }

    @Test func `reads and writes have budgets of their own, and so has every account`() {
        let gate = RateGate(standard: .basic)
        let (a, b) = (AccountID("a"), AccountID("b"))
        #expect(gate.admit(a, cost: 100, isWrite: true, at: .zero) && !gate.admit(a, cost: 2, isWrite: true, at: .zero))
        #expect(gate.admit(a, cost: 400, isWrite: false, at: .zero) && gate.admit(b, cost: 100, isWrite: true, at: .zero))
        gate.grant(.advanced, to: a, at: .zero)
        #expect(gate.admit(a, cost: 600, isWrite: true, at: .zero) && gate.tier(of: a) == .advanced && gate.tier(of: b) == .basic)
    }

    @Test func `who asks too much is told so, and what a batch costs is what its items cost`() async throws {
        let rig = try await ExchangeRig.start(tier: .basic)
        let item = JSON.object(["order_id": "x"])
        // 100 tokens to write: fifty cancels of two fit, one more never does.
        func batch(_ count: Int) -> JSON { .object(["orders": .array(Array(repeating: item, count: count))]) }
        let first = try await rig.send("DELETE", "/portfolio/events/orders/batched", body: batch(50))
        #expect(first.status == 200 && first.json["orders"]?.array?.count == 50)
        let second = try await rig.send("DELETE", "/portfolio/events/orders/batched", body: batch(51))
        #expect(second.status == 429 && second.json == .object(["error": "too many requests"]))
        let limits = try await rig.get("/account/limits")
        #expect(limits["usage_tier"] == "basic" && limits["write"]?["bucket_capacity"] == 100 && limits["read"]?["refill_rate"] == 200)
        try await rig.stop()
    }
}
