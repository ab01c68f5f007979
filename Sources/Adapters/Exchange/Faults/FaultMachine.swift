import Model

/// Decides which occasions are struck by which fault. Pure: occasions and seconds in, faults out; chance comes from the plan's seed.
///
/// Each rule has a generator of its own, so that a further rule changes nothing about the others.
struct FaultMachine {
    static let recentLimit = 1000

    /// A frame that is about to be sent, or a request that came in.
    struct Occasion {
        var frame: String?
        var operation: String?
        var market: String?
        var account: String?

        var subject: String { [operation, frame, market].compactMap { $0 }.joined(separator: " ") }
    }

    struct Strike {
        let rule: Int
        let fault: Fault
        /// The rule's market, where it has one.
        let market: String?
    }

    private struct Entry {
        let rule: FaultRule
        /// The rule's zero of time.
        let start: Double
        var random: SeededRandom
        var occasions = 0
        var fired = 0
        /// The life's faults: when it strikes next.
        var due: Double

        var isSpent: Bool { rule.times.map { fired >= $0 } ?? false }
    }

    private let seed: UInt64
    private var entries: [Entry] = []
    /// Rules that were cleared: their numbers are not given again.
    private var cleared = 0
    private var recent: [FaultReport.Firing] = []
    private var total = 0

    init(_ plan: FaultPlan) {
        seed = plan.seed
        add(plan.rules, at: 0)
    }

    mutating func add(_ rules: [FaultRule], at seconds: Double) {
        for rule in rules {
            var seeds = SeededRandom(seed: seed &+ UInt64(cleared + entries.count))
            entries.append(Entry(rule: rule, start: seconds, random: SeededRandom(seed: seeds.next()), due: seconds + rule.from))
        }
    }

    /// No rule is left; what happened stays in the report's total and its recent firings.
    mutating func clear() {
        cleared += entries.count
        entries = []
    }

    /// All that strikes this occasion, in the order of the rules.
    mutating func strikes(_ occasion: Occasion, at seconds: Double) -> [Strike] {
        var strikes: [Strike] = []
        for i in entries.indices where fits(entries[i].rule, occasion) && isOpen(entries[i], at: seconds) {
            entries[i].occasions += 1
            let turn = entries[i].occasions - entries[i].rule.after - 1
            guard turn >= 0, turn % entries[i].rule.every == 0, !entries[i].isSpent, entries[i].random.uniform() < entries[i].rule.chance else { continue }
            strikes.append(fire(i, occasion.subject, at: seconds))
        }
        return strikes
    }

    /// The faults of the exchange's life whose moment has come.
    mutating func lifeStrikes(at seconds: Double) -> [Strike] {
        var strikes: [Strike] = []
        for i in entries.indices where entries[i].rule.fault.place == .life && entries[i].due <= seconds && !entries[i].isSpent {
            entries[i].due = entries[i].rule.interval.map { max(entries[i].due + $0, seconds) } ?? .infinity
            guard isOpen(entries[i], at: seconds) else { continue }
            entries[i].occasions += 1
            guard entries[i].random.uniform() < entries[i].rule.chance else { continue }
            strikes.append(fire(i, entries[i].rule.market ?? "", at: seconds))
        }
        return strikes
    }

    /// A draw of the rule's own: which of `count` things it strikes.
    mutating func choice(_ strike: Strike, of count: Int) -> Int {
        let place = strike.rule - cleared
        guard entries.indices.contains(place) else { return 0 }
        return Int(entries[place].random.next() % UInt64(max(count, 1)))
    }

    func report(at seconds: Double) -> FaultReport {
        FaultReport(
            lines: entries.map { FaultReport.Line(fault: $0.rule.fault, occasions: $0.occasions, fired: $0.fired) }, recent: recent, total: total)
    }

    private func fits(_ rule: FaultRule, _ occasion: Occasion) -> Bool {
        let isFrame = occasion.frame != nil
        switch rule.fault.place {
        case .frame where !isFrame, .answer where isFrame, .life: return false
        case .frame, .answer, .both: break
        }
        // A condition on what the occasion is not, is not met.
        return (rule.frame == nil || rule.frame == occasion.frame) && (rule.operation == nil || rule.operation == occasion.operation)
            && (rule.market == nil || rule.market == occasion.market) && (rule.account == nil || rule.account == occasion.account)
    }

    private func isOpen(_ entry: Entry, at seconds: Double) -> Bool {
        let age = seconds - entry.start
        return age >= entry.rule.from && entry.rule.until.map { age < $0 } ?? true
    }

    private mutating func fire(_ i: Int, _ subject: String, at seconds: Double) -> Strike {
        entries[i].fired += 1
        total += 1
        let fault = entries[i].rule.fault
        recent.append(FaultReport.Firing(number: total, rule: cleared + i, fault: fault, seconds: seconds, subject: subject))
        if recent.count > FaultMachine.recentLimit { recent.removeFirst(recent.count - FaultMachine.recentLimit) }
        return Strike(rule: cleared + i, fault: fault, market: entries[i].rule.market)
    }
}
