import Notation

// The file of a plan: YAML or JSON, read by whoever can (docs/faults.md has the format).

extension FaultPlan: Decodable {
    private enum Key: String, CodingKey { case seed, faults }

    /// Refuses what it does not know: a rule with a misspelt condition would strike everything.
    public init(from decoder: any Decoder) throws {
        try FaultEntry.refuseUnknownKeys(decoder, known: ["seed", "faults"], in: "the plan")
        let file = try decoder.container(keyedBy: Key.self)
        self.init(seed: try file.decodeIfPresent(UInt64.self, forKey: .seed) ?? 1, try file.decode([FaultEntry].self, forKey: .faults).map { try $0.rule() })
    }
}

extension FaultPlan {
    /// What a decoder's error says of a plan, in one sentence.
    public static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as FaultPlanError: error.description
        case DecodingError.keyNotFound(let key, _): "it has no '\(key.stringValue)'"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context): context.debugDescription
        case DecodingError.dataCorrupted(let context):
            (context.underlyingError as? FaultPlanError)?.description ?? context.underlyingError.map { "\($0)" } ?? context.debugDescription
        default: "\(error)"
        }
    }
}

/// Why a plan cannot be used, in one sentence.
public struct FaultPlanError: Error, Sendable, CustomStringConvertible {
    public let description: String
}

/// One rule as written: names and scalars.
private struct FaultEntry: Decodable {
    enum Scalar: Decodable {
        case flag(Bool), whole(Int64), number(Double), text(String)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            // The narrowest kind that fits; text fits always.
            if let flag = try? value.decode(Bool.self) { self = .flag(flag) } else if let whole = try? value.decode(Int64.self) {
                self = .whole(whole)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try value.decode(String.self))
            }
        }
    }

    struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    static let conditions: Set<String> = [
        "fault", "frame", "operation", "market", "account", "chance", "after", "every", "times", "from", "until", "interval",
    ]

    private var values: [String: Scalar] = [:]

    init(from decoder: any Decoder) throws {
        let entry = try decoder.container(keyedBy: AnyKey.self)
        for key in entry.allKeys { values[key.stringValue] = try entry.decode(Scalar.self, forKey: key) }
    }

    static func refuseUnknownKeys(_ decoder: any Decoder, known: Set<String>, in place: String) throws {
        let unknown = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).filter { !known.contains($0) }.sorted()
        if let first = unknown.first { throw FaultPlanError(description: "\(place) has '\(first)', which is none of \(known.sorted().joined(separator: ", "))") }
    }

    func rule() throws(FaultPlanError) -> FaultRule {
        guard let name = try text("fault") else { throw FaultPlanError(description: "a rule needs 'fault: NAME'") }
        let (fault, own) = try fault(name)
        let allowed = FaultEntry.conditions.union(own)
        if let stray = values.keys.sorted().first(where: { !allowed.contains($0) }) {
            throw FaultPlanError(description: "\(name) has '\(stray)', which is none of \(allowed.sorted().joined(separator: ", "))")
        }
        let chance = try number("chance") ?? 1
        let (after, every, times) = (try whole("after") ?? 0, try whole("every") ?? 1, try whole("times"))
        guard (0...1).contains(chance) else { throw FaultPlanError(description: "\(name): chance is from 0 to 1") }
        guard (0...1_000_000_000).contains(after), (1...1_000_000_000).contains(every), times.map({ $0 >= 0 }) ?? true else {
            throw FaultPlanError(description: "\(name): after and times are not negative, and every is at least 1")
        }
        return FaultRule(
            fault, frame: try text("frame"), operation: try text("operation"), market: try text("market"), account: try text("account"), chance: chance,
            after: Int(after), every: Int(every), times: times.map { Int(clamping: $0) }, from: try number("from") ?? 0, until: try number("until"),
            interval: try number("interval"))
    }

    /// The fault, and the fields that are its own.
    private func fault(_ name: String) throws(FaultPlanError) -> (Fault, own: Set<String>) {
        let milliseconds = try whole("milliseconds", in: 0...600_000) ?? 500
        let seconds = try whole("seconds", in: -86_400...86_400) ?? 10
        let code = Int(try whole("code", in: 1...4999) ?? (name == "close_socket" ? 1012 : 25))
        let carriedOut = try flag("carried_out") ?? true
        let status = Int(try whole("status", in: 500...599) ?? 503)
        let field = try text("field")
        func named() throws(FaultPlanError) -> String {
            guard let field else { throw FaultPlanError(description: "\(name) needs 'field: NAME'") }
            return field
        }
        switch name {
        case "drop_frame": return (.dropFrame, [])
        case "duplicate_frame": return (.duplicateFrame, [])
        case "reorder_frame": return (.reorderFrame, [])
        case "delay_frame": return (.delayFrame(milliseconds: milliseconds), ["milliseconds"])
        case "break_socket": return (.breakSocket, [])
        case "close_socket": return (.closeSocket(code: code), ["code"])
        case "mute_socket": return (.muteSocket, [])
        case "end_subscription":
            guard code == 10 || code == 25 else { throw FaultPlanError(description: "end_subscription: code is 10 or 25") }
            return (.endSubscription(code: code), ["code"])
        case "late_answer": return (.lateAnswer(milliseconds: milliseconds), ["milliseconds"])
        case "lost_answer": return (.lostAnswer(carriedOut: carriedOut), ["carried_out"])
        case "empty_answer": return (.emptyAnswer, [])
        case "cut_answer": return (.cutAnswer, [])
        case "too_many_requests": return (.tooManyRequests, [])
        case "server_error": return (.serverError(status: status, carriedOut: carriedOut), ["status", "carried_out"])
        case "retired_endpoint": return (.retiredEndpoint, [])
        case "stale_read": return (.staleRead(milliseconds: milliseconds), ["milliseconds"])
        case "clock_skew": return (.clockSkew(seconds: seconds), ["seconds"])
        case "unknown_field": return (.unknownField, [])
        case "unknown_value": return (.unknownValue(field: try named()), ["field"])
        case "missing_field": return (.missingField(try named()), ["field"])
        case "trading_pause": return (.tradingPause(seconds: seconds), ["seconds"])
        case "exchange_pause": return (.exchangePause(seconds: seconds), ["seconds"])
        case "market_pause": return (.marketPause(seconds: seconds), ["seconds"])
        case "early_close": return (.earlyClose, [])
        case "tick_change": return (.tickChange, [])
        case "settlement_reversal": return (.settlementReversal, [])
        case "fee_change": return (.feeChange(multiplierThousandths: try whole("multiplier_thousandths", in: 0...10_000) ?? 2000), ["multiplier_thousandths"])
        default: throw FaultPlanError(description: "there is no fault '\(name)'")
        }
    }

    private func text(_ key: String) throws(FaultPlanError) -> String? {
        switch values[key] {
        case nil: return nil
        case .text(let text): return text
        case .flag, .whole, .number: throw FaultPlanError(description: "'\(key)' is a text")
        }
    }

    private func number(_ key: String) throws(FaultPlanError) -> Double? {
        switch values[key] {
        case nil: return nil
        case .whole(let whole): return Double(whole)
        case .number(let number) where number.isFinite: return number
        case .flag, .text, .number: throw FaultPlanError(description: "'\(key)' is a number")
        }
    }

    private func whole(_ key: String, in range: ClosedRange<Int64> = .min ... .max) throws(FaultPlanError) -> Int64? {
        switch values[key] {
        case nil: return nil
        case .whole(let whole) where range.contains(whole): return whole
        case .flag, .text, .number, .whole: throw FaultPlanError(description: "'\(key)' is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    private func flag(_ key: String) throws(FaultPlanError) -> Bool? {
        switch values[key] {
        case nil: return nil
        case .flag(let flag): return flag
        case .whole, .number, .text: throw FaultPlanError(description: "'\(key)' is true or false")
        }
    }
}
