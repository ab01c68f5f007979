import Notation

// How a message is changed so that it no longer fits the contract.

extension JSON {
    /// A word that no contract lists.
    static let unknownWord = "brand_new_value"
    /// A field that no contract has.
    static let unknownName = "brand_new_field"

    /// A frame or body after the fault; as it was, when the fault finds nothing to change in it.
    static func damaged(_ bytes: [UInt8], _ fault: Fault) -> [UInt8] {
        let ends = bytes.last == UInt8(ascii: "\n")
        // What is no JSON (an empty body) has no fields.
        guard let json = try? JSON(parsing: bytes) else { return bytes }
        let changed = json.damaged(fault)
        return ends ? changed.bytes + [UInt8(ascii: "\n")] : changed.bytes
    }

    private func damaged(_ fault: Fault) -> JSON {
        switch fault {
        case .unknownField: adding(Member(key: JSON.unknownName, value: .text(JSON.unknownWord)))
        case .unknownValue(let field): replacing(field) { Member(key: $0.key, value: .text(JSON.unknownWord)) }
        case .missingField(let field): replacing(field) { _ in nil }
        default: self
        }
    }

    /// To the message of a frame, or to the body's one object.
    private func adding(_ member: Member) -> JSON {
        guard case .object(let members) = self else { return self }
        guard let inner = members.firstIndex(where: { if case .object = $0.value { true } else { false } }) else { return .object(members + [member]) }
        var all = members
        all[inner] = Member(key: members[inner].key, value: members[inner].value.adding(member))
        return .object(all)
    }

    /// Wherever the field occurs.
    private func replacing(_ field: String, _ change: (Member) -> Member?) -> JSON {
        switch self {
        case .object(let members):
            .object(
                members.compactMap { member in
                    member.key == field ? change(member) : Member(key: member.key, value: member.value.replacing(field, change))
                })
        case .array(let values): .array(values.map { $0.replacing(field, change) })
        case .null, .bool, .integer, .number, .text: self
        }
    }
}
