import Accounting
public import Model
import Risk

// Order groups that assistants ask for: limits that the exchange itself keeps, whatever becomes of the desk. One request at a time for each.
extension TradingEngine {
    /// A group by the asker's name, and what is certain of it.
    public struct GroupRecord: Hashable, Sendable {
        public let name: String
        /// The exchange's name; nil while there is none.
        public internal(set) var group: OrderGroupID?
        /// What the exchange holds it to; nil while that is not certain.
        public internal(set) var limit: Quantity?
        /// What is being asked for.
        public internal(set) var asked: GroupRequest?
        public internal(set) var askedAt: Timestamp
        /// Why the last request did not come to what was asked; nil when it did.
        public internal(set) var trouble: String?

        /// Orders are put into it only while nothing about it is in doubt.
        var ready: OrderGroupID? { asked == nil && limit != nil ? group : nil }
    }

    /// Groups that are known at once; beyond, the oldest without an open order is forgotten (the exchange keeps it, and no order names it).
    static let groupsKept = 64
    /// A request without any answer for so long is as good as an unknown outcome.
    static let groupAnswerAwaited = Interval.seconds(30)

    mutating func set(_ wish: GroupWish, _ effects: inout [Effect]) {
        let known = groups.first { $0.name == wish.name }
        if let asked = known?.asked { return effects.append(.answered(asked.limit == wish.limit ? .settingGroup(wish.name) : .groupBusy(wish.name))) }
        if let known, known.ready != nil, known.limit == wish.limit { return effects.append(.answered(.groupAsAsked(wish.name))) }
        // A limit that only becomes stricter takes risk away, and works in whatever state the desk is.
        let isStricter = known?.limit.map { wish.limit < $0 } ?? false
        if !isStricter, let refusal = risk.deskRefusal(notTrading: notTrading, blocked: blocked) {
            refusals[refusal.code, default: 0] += 1
            return effects.append(.answered(.refused(refusal)))
        }
        guard let place = place(ofGroup: wish.name) else { return effects.append(.answered(.tooManyGroups(limit: Self.groupsKept))) }
        let request = GroupRequest(name: wish.name, group: groups[place].group, limit: wish.limit)
        groups[place].asked = request
        groups[place].askedAt = now
        let before = known?.limit.map { "from \($0) " } ?? ""
        effects.append(.notice(Notice(.info, "\(wish.asker) sets the order group \(wish.name) \(before)to \(wish.limit) contracts within 15 s.")))
        effects.append(.setGroup(request))
        effects.append(.answered(.settingGroup(wish.name)))
    }

    /// Where the group stands, after making room for it if it is new; nil when there is none.
    private mutating func place(ofGroup name: String) -> Int? {
        if let place = groups.firstIndex(where: { $0.name == name }) { return place }
        if groups.count >= Self.groupsKept {
            let inUse = Set(orders.values.filter(\.mayStillFill).compactMap(\.intent.group))
            guard let idle = groups.firstIndex(where: { $0.asked == nil && $0.group.map(inUse.contains) != true }) else { return nil }
            groups.remove(at: idle)
        }
        groups.append(GroupRecord(name: name, askedAt: now))
        return groups.count - 1
    }

    /// The order as it goes into the group that the asker named.
    func grouped(_ intent: OrderIntent, in name: String?) -> Result<OrderIntent, Refusal> {
        guard let name else { return .success(intent) }
        guard let group = groups.first(where: { $0.name == name })?.ready else { return .failure(.groupNotSet(name)) }
        return .success(intent.with(group: group))
    }

    // MARK: - What becomes of it

    mutating func hear(_ report: GroupReport, _ effects: inout [Effect]) {
        let name = report.request.name
        // An answer to what is not asked any more changes nothing.
        guard let place = groups.firstIndex(where: { $0.name == name }), groups[place].asked == report.request else { return }
        groups[place].asked = nil
        switch report.outcome {
        case .set(let group):
            groups[place].group = group
            groups[place].limit = report.request.limit
            groups[place].trouble = nil
        case .refused(let code, let message): groups[place].trouble = "\(code) \(message)"
        case .absent:
            groups[place].group = nil
            groups[place].limit = nil
            groups[place].trouble = "the exchange has it no more; set it again to make another"
        case .unknown(let reason):
            groups[place].limit = nil
            groups[place].trouble = "its outcome is not known (\(reason)); set it again"
        }
        if let trouble = groups[place].trouble { effects.append(.notice(Notice(.warning, "The order group \(name) was not set: \(trouble)."))) }
    }

    mutating func tendGroups(_ effects: inout [Effect]) {
        for group in groups where now - group.askedAt > Self.groupAnswerAwaited {
            if let asked = group.asked { hear(GroupReport(asked, .unknown(reason: "no answer for 30 s")), &effects) }
        }
    }

    /// What was on its way when the process died may have arrived.
    mutating func doubtGroups(_ effects: inout [Effect]) {
        for group in groups { if let asked = group.asked { hear(GroupReport(asked, .unknown(reason: "the desk restarted")), &effects) } }
    }

    func feedGroups(into digest: inout Digest) {
        // A desk without groups has the fingerprint that it always had.
        for group in groups {
            digest.feed(group.name)
            digest.feed(group.group?.text ?? "")
            digest.feed(group.limit?.description ?? "")
            digest.feed(group.asked?.limit.description ?? "")
        }
    }
}
