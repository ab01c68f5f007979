import MCP
import MCPHosting
import Model
import Notation
import Ports
import Risk

/// What became of a request about an order group that is there already.
struct OrderGroupAnswer: Shaped {
    let environment: String
    let as_of: String
    let group: String
    let state: String

    static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "group": .plain, "state": .plain]
}

/// `order_group_reset`: a group that has filled its limit takes orders again.
struct OrderGroupReset: Tool {
    struct Arguments: Shaped {
        let group: String
        static let notes: [String: Note] = ["group": "Of order_group_set."]
    }
    static let name = "order_group_reset"
    static let summary = "Lets a triggered order group take orders again, counting from nothing. A person confirms it."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> OrderGroupAnswer {
        let before = try await door.group(arguments.group)
        let limit = before.limit.map { "up to \($0) contracts" } ?? "up to a limit that is not certain now"
        try await door.confirmed(context, "reset order group \(before.name): the exchange takes orders into it again, and \(limit) of them may fill anew within 15 seconds?")
        switch try await door.trading().answer(to: .resetGroup(name: before.name, asker: context.asker)) {
        case .groupAsAsked?: return door.told(before.name, "as_asked")
        case .settingGroup?: break
        case let answer: throw door.nothingSent(answer)
        }
        guard let seen = try await door.settled(before.name) else { throw ToolFailure("the desk has forgotten the group meanwhile") }
        if seen.isBeingSet { return door.told(before.name, "resetting") }
        if let trouble = seen.trouble { throw ToolFailure("order group \(before.name) was not reset: \(trouble) (\(door.environment.rawValue))") }
        return door.told(before.name, "reset")
    }
}

/// `order_group_delete`: the exchange forgets a group, and takes what rests of it off the book.
struct OrderGroupDelete: Tool {
    typealias Arguments = OrderGroupReset.Arguments
    static let name = "order_group_delete"
    static let summary = "Deletes an order group; the exchange cancels what rests of it. A person confirms it."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> OrderGroupAnswer {
        let before = try await door.group(arguments.group)
        try await door.confirmed(context, "delete order group \(before.name): the exchange cancels what rests of it?")
        switch try await door.trading().answer(to: .deleteGroup(name: before.name, asker: context.asker)) {
        case .settingGroup?: break
        case let answer: throw door.nothingSent(answer)
        }
        guard let seen = try await door.settled(before.name) else { return door.told(before.name, "deleted") }
        if seen.isBeingSet { return door.told(before.name, "deleting") }
        throw ToolFailure("order group \(before.name) was not deleted: \(seen.trouble ?? "it was set again meanwhile") (\(door.environment.rawValue))")
    }
}

extension KalshiDoor {
    /// The group as the desk knows it, before anybody is asked about it.
    fileprivate func group(_ name: String) async throws -> OrderGroupView {
        guard OrderWish.isKey(name), let known = try await trading().group(name) else { throw ToolFailure("the desk knows no order group of that name; order_group_set makes one") }
        return known
    }

    fileprivate func settled(_ name: String) async throws -> OrderGroupView? {
        let desk = try trading()
        return await awaited({ await desk.group(name) }, while: \.isBeingSet)
    }

    fileprivate func told(_ name: String, _ state: String) -> OrderGroupAnswer {
        OrderGroupAnswer(environment: environment.rawValue, as_of: asOf, group: name, state: state)
    }

    func nothingSent(_ answer: CommandAnswer?) -> ToolFailure {
        ToolFailure("\(answer?.sentence ?? "the desk gave no answer"); nothing was sent to the exchange (\(environment.rawValue))")
    }
}
