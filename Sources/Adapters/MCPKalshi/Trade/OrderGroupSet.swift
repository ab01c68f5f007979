import MCP
import MCPHosting
import Model
import Notation
import Ports
import Risk

/// `order_group_set`: a limit on what several orders may fill together, which the exchange itself keeps.
struct OrderGroupSet: Tool {
    struct Arguments: Shaped {
        let group: String
        let limit: String
        let dry_run: Bool?
        static let notes: [String: Note] = ["group": "Your name for it.", "limit": "Contracts.", "dry_run": "Only checks."]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let group: String
        let state: String
        let limit: String?
        let order_group_id: String?
        static let notes: [String: Note] = [
            "environment": .plain, "as_of": .plain, "group": .plain, "state": "set, as_asked or setting.", "limit": .plain, "order_group_id": .plain,
        ]
    }
    static let name = "order_group_set"
    static let summary = "Once so many contracts of a group fill within 15 s, the exchange cancels its orders and takes no more. A person confirms it."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let name = arguments.group
        guard OrderWish.isKey(name) else { throw ToolFailure("a group's name has 1 to 32 letters, digits, _ and -") }
        let limit = try Given.count(arguments.limit)
        guard OrderGroupRule.limits.contains(limit) else { throw ToolFailure("a group's limit is 1 to 1000000 contracts, not \(limit)") }
        let desk = try door.trading()
        let before = await desk.group(name)
        if arguments.dry_run == true { return told(name, "dry_run", limit, before) }
        let now = before?.limit.map { "from \($0) " } ?? ""
        try await door.confirmed(
            context, "set order group \(name) \(now)to \(limit) contracts: when so many of its orders have filled within 15 seconds, the exchange cancels what rests of it and takes no more?")
        let answer = try await desk.answer(to: .setGroup(GroupWish(name: name, asker: context.asker, limit: limit)))
        switch answer {
        case .groupAsAsked?: return told(name, "as_asked", limit, before)
        case .settingGroup?: break
        default: throw door.nothingSent(answer)
        }
        guard let seen = await awaited({ await desk.group(name) }, while: \.isBeingSet) else { throw ToolFailure("the desk has forgotten the group: so many others were set") }
        if seen.isBeingSet { return told(name, "setting", limit, seen) }
        if let trouble = seen.trouble { throw ToolFailure("order group \(name) was not set: \(trouble) (\(door.environment.rawValue))") }
        return told(name, "set", limit, seen)
    }

    private func told(_ name: String, _ state: String, _ limit: Quantity, _ group: OrderGroupView?) -> Output {
        Output(
            environment: door.environment.rawValue, as_of: door.asOf, group: name, state: state, limit: limit.description, order_group_id: group?.group)
    }
}
