public import Model

/// What the desk made of a command that asks for something: known when the command is in the journal, and the same on every replay.
public enum CommandAnswer: Hashable, Sendable, Codable {
    /// It passed the gate and is on its way under this id; what becomes of it is told by the order itself.
    case ordered(ClientOrderID)
    case refused(Refusal)
    /// It waits for the operator.
    case proposed
    case declined
    /// The key was used before, for another order.
    case keyTaken
    /// There is no such proposal, or it is decided or too old.
    case noProposal
    /// So many proposals wait that no further one is taken.
    case tooManyProposals(limit: Int)
    /// These are being canceled.
    case canceling([ClientOrderID])
    /// The change is on its way; what becomes of it is told by the order itself.
    case changing(ClientOrderID)
    /// The order is so already, or is smaller: nothing was sent.
    case asAsked(ClientOrderID)
    /// No order of the desk rests under that name.
    case noOrder
    /// Another change of it, or its cancel, is under way.
    case busy
    /// The desk orders and requotes it by itself; it can be made smaller or canceled.
    case deskOwn
    /// So much of it has filled already.
    case filledAlready(Quantity)
    /// The limits in force from now on.
    case limits(DeskSettings)
    /// Nothing was changed: these would have become looser.
    case wouldLoosen([String])
    /// The group is being set, reset or deleted; what becomes of it is told by the group itself.
    case settingGroup(String)
    /// The group is so already: nothing was sent.
    case groupAsAsked(String)
    /// Another request about it is on its way.
    case groupBusy(String)
    /// The desk knows no group of that name at the exchange.
    case noGroup(String)
    /// So many groups have open orders that no further one is known.
    case tooManyGroups(limit: Int)
}

extension CommandAnswer {
    /// One sentence for a person.
    public var sentence: String {
        switch self {
        case .ordered(let id): "ordered, as \(id)"
        case .refused(let refusal): "refused: \(refusal.sentence)"
        case .proposed: "it waits for the operator"
        case .declined: "declined"
        case .keyTaken: "this client_order_id was used before, for another order"
        case .noProposal: "there is no such proposal, or it is decided or too old"
        case .tooManyProposals(let limit): "\(limit) proposals wait already; the operator has to decide about some first"
        case .canceling(let ids): ids.isEmpty ? "nothing rests there" : "\(ids.count) orders are being canceled"
        case .changing(let id): "\(id) is being changed"
        case .asAsked(let id): "\(id) is so already; nothing was sent"
        case .noOrder: "no order of the desk rests under that name"
        case .busy: "another change of this order, or its cancel, is under way"
        case .deskOwn: "this order is the desk's own, which prices it by itself; it can be made smaller or canceled"
        case .filledAlready(let filled): "\(filled) contracts of it have filled already, so its size must be more"
        case .limits: "the limits are in force"
        case .wouldLoosen(let names): "nothing was changed: \(names.joined(separator: ", ")) would have become looser"
        case .settingGroup(let name): "the request about the order group \(name) is on its way"
        case .groupAsAsked(let name): "the order group \(name) is so already; nothing was sent"
        case .groupBusy(let name): "another request about the order group \(name) is on its way"
        case .noGroup(let name): "the desk knows no order group \(name) at the exchange"
        case .tooManyGroups(let limit): "\(limit) order groups have open orders; no further one is taken"
        }
    }
}
