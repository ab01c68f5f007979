import Accounting
public import Model
import Risk

// Order groups that assistants ask for: limits that the exchange itself keeps, whatever becomes of the desk. One request at a time for each.
extension TradingEngine {
    /// A group by the asker's name, and what is certain of it.
    public struct GroupRecord: Sendable, Codable {
        struct Filled: Sendable, Codable {
            let time: Timestamp
            let quantity: Quantity
        }

        public let name: String
        /// The exchange's name; nil while there is none.
        public internal(set) var group: OrderGroupID?
        /// What the exchange holds it to; nil while that is not certain.
        public internal(set) var limit: Quantity?
        /// What it was before our last change, of which the exchange may still tell.
        var limitBefore: Quantity?
        /// Somebody else's change was told while ours was under way.
        var isContested = false
        /// What is being asked for.
        public internal(set) var asked: GroupRequest?
        public internal(set) var askedAt: Timestamp
        /// Why the last request did not come to what was asked; nil when it did.
        public internal(set) var trouble: String?
        /// Whether the exchange takes no orders into it until it is reset; nil while that is not certain: nobody listened, and it may have filled its limit meanwhile.
        public internal(set) var isTriggered: Bool?
        /// What of its orders filled lately, as far as the desk has heard; bounded by what can fill within the window.
        var fills: [Filled] = []

        init(name: String, askedAt: Timestamp) {
            self.name = name
            self.askedAt = askedAt
        }

        /// Orders are put into it only while nothing about it is in doubt.
        var ready: OrderGroupID? { asked == nil && limit != nil ? group : nil }

        /// Contracts that filled within the window before `time`.
        public func used(at time: Timestamp) -> Quantity {
            fills.reduce(.zero) { sum, fill in time - fill.time < OrderGroupRule.window ? sum + fill.quantity : sum }
        }

        mutating func count(_ fill: Fill, at now: Timestamp) {
            fills.removeAll { now - $0.time >= OrderGroupRule.window }
            fills.append(Filled(time: fill.time, quantity: fill.quantity))
        }
    }

    /// Groups that are known at once; beyond, the oldest without an open order is forgotten (the exchange keeps it, and no order names it).
    static let groupsKept = 64
    /// A request without any answer for so long is as good as an unknown outcome.
    static let groupAnswerAwaited = Interval.seconds(30)

    mutating func set(_ wish: GroupWish, _ effects: inout [Effect]) {
        let known = groups.first { $0.name == wish.name }
        if let asked = known?.asked { return effects.append(.answered(asked.demand == .limit(wish.limit) ? .settingGroup(wish.name) : .groupBusy(wish.name))) }
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

    /// Lets a triggered group fill again: that adds risk, so it passes the gate.
    mutating func resetGroup(_ name: String, _ asker: String, _ effects: inout [Effect]) {
        guard let place = groups.firstIndex(where: { $0.name == name }), let group = groups[place].group else { return effects.append(.answered(.noGroup(name))) }
        if let asked = groups[place].asked { return effects.append(.answered(asked.demand == .reset ? .settingGroup(name) : .groupBusy(name))) }
        if groups[place].isTriggered == false { return effects.append(.answered(.groupAsAsked(name))) }
        if let refusal = risk.deskRefusal(notTrading: notTrading, blocked: blocked) {
            refusals[refusal.code, default: 0] += 1
            return effects.append(.answered(.refused(refusal)))
        }
        request(.reset, place, group, "\(asker) resets the order group \(name).", &effects)
    }

    /// Works in whatever state the desk is: what rests of the group goes with it, and no order can name it any more.
    mutating func deleteGroup(_ name: String, _ asker: String, _ effects: inout [Effect]) {
        guard let place = groups.firstIndex(where: { $0.name == name }) else { return effects.append(.answered(.noGroup(name))) }
        if let asked = groups[place].asked { return effects.append(.answered(asked.demand == .delete ? .settingGroup(name) : .groupBusy(name))) }
        guard let group = groups[place].group else {
            // The exchange has none of that name, so there is only the name to forget.
            groups.remove(at: place)
            return effects.append(.answered(.noGroup(name)))
        }
        request(.delete, place, group, "\(asker) deletes the order group \(name).", &effects)
    }

    private mutating func request(_ demand: GroupDemand, _ place: Int, _ group: OrderGroupID, _ notice: String, _ effects: inout [Effect]) {
        let request = GroupRequest(name: groups[place].name, group: group, demand: demand)
        groups[place].asked = request
        groups[place].askedAt = now
        effects.append(.notice(Notice(.info, notice)))
        effects.append(.setGroup(request))
        effects.append(.answered(.settingGroup(request.name)))
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
        guard let known = groups.first(where: { $0.name == name }), let group = known.ready else { return .failure(.groupNotSet(name)) }
        if known.isTriggered == true { return .failure(.groupTriggered(name)) }
        return .success(intent.with(group: group))
    }

    /// What an order's group is called: by its asker, else by the exchange; nil for an order in none.
    public func groupName(of intent: OrderIntent) -> String? {
        intent.group.map { group in groups.first { $0.group == group }?.name ?? group.text }
    }

    // MARK: - What becomes of it

    mutating func hear(_ report: GroupReport, _ effects: inout [Effect]) {
        let name = report.request.name
        // An answer to what is not asked any more changes nothing.
        guard let place = groups.firstIndex(where: { $0.name == name }), groups[place].asked == report.request else { return }
        groups[place].asked = nil
        groups[place].trouble = nil
        switch (report.outcome, report.request.demand) {
        case (.set(let group), .limit(let limit)): held(place, group, limit, isNew: report.request.group == nil)
        case (.set, .reset): reopened(place, &effects)
        case (.set, .delete), (.absent, .delete): return forget(place, &effects)
        case (.refused(let code, let message), _): groups[place].trouble = "\(code) \(message)"
        case (.absent, .limit), (.absent, .reset): gone(place, "the exchange has it no more; set it again to make another")
        case (.unknown(let reason), let demand): doubt(place, demand, reason)
        }
        if let trouble = groups[place].trouble { effects.append(.notice(Notice(.warning, "The order group \(name) was not \(report.request.demand.done): \(trouble)."))) }
    }

    /// What the exchange tells by itself: of a limit that was reached, and of what another user of the account did.
    mutating func hear(_ news: GroupNews, _ effects: inout [Effect]) {
        guard let place = groups.firstIndex(where: { $0.group == news.group }) else { return }
        let name = groups[place].name
        switch news.change {
        case .created: break
        case .triggered:
            // One order after the other may be answered so.
            guard groups[place].isTriggered != true else { return }
            groups[place].isTriggered = true
            effects.append(.notice(Notice(.warning, "The order group \(name) was triggered: the exchange cancels what rests of it and takes no more until it is reset.")))
        case .reset: reopened(place, &effects)
        case .deleted:
            // Whoever asked for it here hears of it by the answer.
            guard groups[place].asked?.demand != .delete else { return }
            gone(place, "it was deleted at the exchange; set it again to make another")
            effects.append(.notice(Notice(.warning, "The order group \(name) was deleted at the exchange.")))
        case .limitUpdated:
            // Our own changes are told too, and may be told late.
            guard let limit = news.limit else { return }
            if let asked = groups[place].asked {
                // Which is last, ours or another's, the answer does not say.
                if limit != asked.limit, limit != groups[place].limit { groups[place].isContested = true }
                return
            }
            guard limit != groups[place].limit else {
                // Our own, told late: what was before cannot come any more.
                groups[place].limitBefore = nil
                return
            }
            let isRecent = now - groups[place].askedAt <= Self.groupAnswerAwaited
            if isRecent, limit == groups[place].limitBefore { return }
            // Which came last, another's change or ours, nobody can say while ours is fresh.
            groups[place].limit = isRecent ? nil : limit
            let doubt = isRecent ? "; set it again to be certain of it" : ""
            effects.append(.notice(Notice(.warning, "The order group \(name) was set to \(limit) contracts at the exchange, not by this desk\(doubt).")))
        }
    }

    private mutating func held(_ place: Int, _ group: OrderGroupID, _ limit: Quantity, isNew: Bool) {
        groups[place].group = group
        groups[place].limitBefore = groups[place].limit
        groups[place].limit = groups[place].isContested ? nil : limit
        if groups[place].isContested { groups[place].trouble = "somebody else changed it meanwhile; set it again to be certain of it" }
        groups[place].isContested = false
        guard isNew else { return }
        groups[place].isTriggered = false
        groups[place].fills = []
    }

    private mutating func reopened(_ place: Int, _ effects: inout [Effect]) {
        groups[place].fills = []
        guard groups[place].isTriggered != false else { return }
        groups[place].isTriggered = false
        effects.append(.notice(Notice(.info, "The order group \(groups[place].name) takes orders again.")))
    }

    private mutating func forget(_ place: Int, _ effects: inout [Effect]) {
        effects.append(.notice(Notice(.info, "The order group \(groups[place].name) is deleted.")))
        groups.remove(at: place)
    }

    private mutating func gone(_ place: Int, _ trouble: String) {
        groups[place].group = nil
        groups[place].limit = nil
        groups[place].isTriggered = nil
        groups[place].fills = []
        groups[place].trouble = trouble
    }

    private mutating func doubt(_ place: Int, _ demand: GroupDemand, _ reason: String) {
        switch demand {
        case .limit, .delete: groups[place].limit = nil
        case .reset: groups[place].isTriggered = nil
        }
        groups[place].trouble = "its outcome is not known (\(reason)); \(demand.verb) it again"
    }

    // MARK: - What its orders show

    mutating func countGroup(_ fill: Fill, of id: ClientOrderID) {
        guard let group = orders[id]?.intent.group, let place = groups.firstIndex(where: { $0.group == group }) else { return }
        groups[place].count(fill, at: now)
    }

    /// The exchange took an order into it, so it was open; what was heard to the contrary since is newer.
    mutating func noteTaken(into group: OrderGroupID?) {
        guard let group, let place = groups.firstIndex(where: { $0.group == group }), groups[place].isTriggered == nil else { return }
        groups[place].isTriggered = false
    }

    /// The exchange did not take an order because of its group. That may be all the desk hears of it: the group's own news can be lost.
    mutating func noteRefused(by group: OrderGroupID?, _ code: String, _ effects: inout [Effect]) {
        guard let group else { return }
        switch code {
        case CircuitBreaker.groupIsFull: hear(GroupNews(group, .triggered, limit: nil), &effects)
        case CircuitBreaker.groupIsGone:
            // One order's word: groups are not known to every part of the exchange. Whoever sets it again finds out.
            guard let place = groups.firstIndex(where: { $0.group == group }) else { return }
            groups[place].limit = nil
            groups[place].trouble = "the exchange did not know it for an order; set it again"
        default: break
        }
    }

    /// Nobody listens: an open group may trigger unheard. A triggered one stays so until somebody resets it.
    mutating func deafToGroups() {
        for place in groups.indices where groups[place].isTriggered == false { groups[place].isTriggered = nil }
    }

    mutating func tendGroups(_ effects: inout [Effect]) {
        for group in groups where now - group.askedAt > Self.groupAnswerAwaited {
            if let asked = group.asked { hear(GroupReport(asked, .unknown(reason: "no answer for 30 s")), &effects) }
        }
    }

    /// What was on its way when the process died may have arrived.
    mutating func doubtGroups(_ effects: inout [Effect]) {
        for group in groups { if let asked = group.asked { hear(GroupReport(asked, .unknown(reason: "the desk restarted")), &effects) } }
        deafToGroups()
    }

    func feedGroups(into digest: inout Digest) {
        // A desk without groups has the fingerprint that it always had.
        for group in groups {
            digest.feed(group.name)
            digest.feed(group.group?.text ?? "")
            digest.feed(group.limit?.description ?? "")
            digest.feed(group.asked.map { $0.limit?.description ?? $0.demand.verb } ?? "")
            digest.feed(group.isTriggered.map { $0 ? "triggered" : "open" } ?? "")
            digest.feed(group.used(at: now).description)
        }
    }
}

extension GroupDemand {
    fileprivate var verb: String {
        switch self {
        case .limit: "set"
        case .reset: "reset"
        case .delete: "delete"
        }
    }

    fileprivate var done: String { self == .delete ? "deleted" : verb }
}
