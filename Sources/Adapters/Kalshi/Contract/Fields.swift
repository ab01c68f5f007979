import Model

/// One object of an answer, read field by field: decimal text to exact types, RFC 3339 to moments.
///
/// A required field that is missing or does not fit is a `ContractBreak`, never a guess. Where several names are given, the first that is there counts:
/// the later ones are what the field was called before.
struct Fields {
    let contract: Contract
    private let members: [String: AnswerValue]
    private let notes: ContractNotes

    init(_ value: AnswerValue, _ contract: Contract, _ notes: ContractNotes) throws(ContractBreak) {
        guard case .object(let members) = value else { throw ContractBreak("\(contract.name) is not an object") }
        self.contract = contract
        self.members = members
        self.notes = notes
        for (key, value) in members where !contract.fields.contains(key) { notes.add("\(contract.name) has the unknown field \(key.prefix(60))", value) }
    }

    /// Nil where it is missing or null.
    subscript(_ key: String) -> AnswerValue? {
        guard let value = members[key], value != .null else { return nil }
        return value
    }

    private func lacks(_ key: String) -> ContractBreak { ContractBreak("\(contract.name) lacks \(key)") }
    private func misfit(_ key: String) -> ContractBreak { ContractBreak("\(contract.name) has a \(key) that cannot be read") }

    /// What is read differently from how it was meant is worse than what is not read.
    func contradiction(_ text: String) -> ContractBreak { ContractBreak("\(contract.name) \(text)") }

    // MARK: - Text and decimals

    func text(_ key: String) throws(ContractBreak) -> String {
        guard let text = try text(ifPresent: key) else { throw lacks(key) }
        return text
    }

    func text(ifPresent key: String) throws(ContractBreak) -> String? {
        guard let value = self[key] else { return nil }
        guard case .text(let text) = value else { throw misfit(key) }
        return text
    }

    /// A text that must say something.
    func name(_ key: String) throws(ContractBreak) -> String {
        let text = try text(key)
        guard !text.isEmpty else { throw ContractBreak("\(contract.name) has an empty \(key)") }
        return text
    }

    private func read<Value>(_ keys: [String], _ parse: (String) -> Value?) throws(ContractBreak) -> Value? {
        guard let key = keys.first(where: { self[$0] != nil }), let value = self[key] else { return nil }
        switch value {
        case .text(let text), .number(let text):
            guard let parsed = parse(text) else { throw misfit(key) }
            return parsed
        case .null, .bool, .array, .object: throw misfit(key)
        }
    }

    private func required<Value>(_ keys: [String], _ parse: (String) -> Value?) throws(ContractBreak) -> Value {
        guard let value = try read(keys, parse) else { throw lacks(keys[0]) }
        return value
    }

    func price(_ keys: String...) throws(ContractBreak) -> Price { try required(keys) { Price($0) } }
    func money(_ keys: String...) throws(ContractBreak) -> Money { try required(keys, Self.money) }
    /// Dollars that the contract still has as a whole number of cents.
    func cents(_ keys: String...) throws(ContractBreak) -> Money { try required(keys) { Int64($0).flatMap { Self.bounded($0, by: Self.mostMoney / 10_000) }.map { .cents($0) } } }
    func quantity(_ keys: String...) throws(ContractBreak) -> Quantity { try required(keys, Self.quantity) }
    func integer(_ keys: String...) throws(ContractBreak) -> Int64 { try required(keys) { Int64($0) } }
    func number(_ keys: String...) throws(ContractBreak) -> Double { try required(keys) { Self.finite($0) } }
    func price(ifPresent keys: String...) throws(ContractBreak) -> Price? { try read(keys) { Price($0) } }
    func money(ifPresent keys: String...) throws(ContractBreak) -> Money? { try read(keys, Self.money) }
    func quantity(ifPresent keys: String...) throws(ContractBreak) -> Quantity? { try read(keys, Self.quantity) }
    func integer(ifPresent keys: String...) throws(ContractBreak) -> Int64? { try read(keys) { Int64($0) } }
    func number(ifPresent keys: String...) throws(ContractBreak) -> Double? { try read(keys) { Self.finite($0) } }

    // Bounds of what makes sense, so that no product and no sum of what comes from outside can overflow: a number beyond them is one in another unit.

    /// Millionths: a hundred thousand million dollars.
    private static let mostMoney: Int64 = 100_000_000_000_000_000
    /// Hundredths: a hundred thousand million contracts, which at a dollar each are as much money.
    private static let mostContracts: Int64 = 10_000_000_000_000
    /// Seconds: the year 2255.
    private static let lastSecond: Int64 = 9_000_000_000

    private static func bounded(_ value: Int64, by limit: Int64) -> Int64? { value.magnitude <= UInt64(limit) ? value : nil }
    private static func money(_ text: String) -> Money? { Money(text).flatMap { bounded($0.millionths, by: mostMoney) == nil ? nil : $0 } }
    static func quantity(_ text: String) -> Quantity? { Quantity(text).flatMap { bounded($0.hundredths, by: mostContracts) == nil ? nil : $0 } }

    private static func finite(_ text: String) -> Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }

    // MARK: - Moments, truths, choices

    func time(_ key: String) throws(ContractBreak) -> Timestamp {
        guard let time = try time(ifPresent: key) else { throw lacks(key) }
        return time
    }

    /// The exchange writes "no moment" as missing, null, empty, or the year 1.
    func time(ifPresent key: String) throws(ContractBreak) -> Timestamp? {
        guard let text = try text(ifPresent: key), !text.isEmpty, !text.hasPrefix("0001-01-01") else { return nil }
        guard let time = CivilTime.parse(text) else { throw misfit(key) }
        return time
    }

    /// A moment as a whole number of seconds since 1970.
    func seconds(_ key: String) throws(ContractBreak) -> Timestamp {
        .seconds(try required([key]) { Int64($0).flatMap { (0...Self.lastSecond).contains($0) ? $0 : nil } })
    }

    func milliseconds(ifPresent key: String) throws(ContractBreak) -> Timestamp? {
        try read([key]) { Int64($0).flatMap { (0...Self.lastSecond * 1000).contains($0) ? .milliseconds($0) : nil } }
    }

    func bool(_ key: String) throws(ContractBreak) -> Bool {
        guard let value = try bool(ifPresent: key) else { throw lacks(key) }
        return value
    }

    func bool(ifPresent key: String) throws(ContractBreak) -> Bool? {
        guard let value = self[key] else { return nil }
        guard case .bool(let truth) = value else { throw misfit(key) }
        return truth
    }

    /// One of a list of words; nil, and reported, for a word that the list does not have.
    func choice<Word: RawRepresentable<String>>(_ key: String, _ type: Word.Type) throws(ContractBreak) -> Word? {
        let text = try text(key)
        if let word = Word(rawValue: text) { return word }
        notes.add("\(contract.name) has the unknown \(key) \"\(text.prefix(60))\"")
        return nil
    }

    /// A word that was read and means nothing here.
    func unknown(_ key: String, _ word: String) { notes.add("\(contract.name) has the unknown \(key) \"\(word.prefix(60))\"") }

    // MARK: - Objects within

    func one<Part: Answered>(_ key: String, _ type: Part.Type) throws(ContractBreak) -> Part {
        guard let part = try one(ifPresent: key, type) else { throw lacks(key) }
        return part
    }

    func one<Part: Answered>(ifPresent key: String, _ type: Part.Type) throws(ContractBreak) -> Part? {
        guard let value = self[key] else { return nil }
        return try Part(Fields(value, Part.contract, notes))
    }

    /// A list; null is an empty one, as the exchange's server writes it.
    func many<Part: Answered>(_ key: String, _ type: Part.Type) throws(ContractBreak) -> [Part] {
        var parts: [Part] = []
        for value in try values(key) { parts.append(try Part(Fields(value, Part.contract, notes))) }
        return parts
    }

    func many<Part: Answered>(ifPresent key: String, _ type: Part.Type) throws(ContractBreak) -> [Part] { self[key] == nil ? [] : try many(key, type) }

    /// A list of lists.
    func rows<Part: Answered>(_ key: String, _ type: Part.Type) throws(ContractBreak) -> [[Part]] {
        var rows: [[Part]] = []
        for value in try values(key) {
            guard case .array(let members) = value else { throw misfit(key) }
            var row: [Part] = []
            for member in members { row.append(try Part(Fields(member, Part.contract, notes))) }
            rows.append(row)
        }
        return rows
    }

    /// Objects by a name that is data.
    func parts<Part: Answered>(_ key: String, _ type: Part.Type) throws(ContractBreak) -> [String: Part] {
        var parts: [String: Part] = [:]
        for (name, value) in try openObject(key) { parts[name] = try Part(Fields(value, Part.contract, notes)) }
        return parts
    }

    func texts(_ key: String) throws(ContractBreak) -> [String] {
        var texts: [String] = []
        for value in try values(key) {
            guard case .text(let text) = value else { throw misfit(key) }
            texts.append(text)
        }
        return texts
    }

    func values(_ key: String) throws(ContractBreak) -> [AnswerValue] {
        guard let value = members[key] else { throw lacks(key) }
        switch value {
        case .null: return []
        case .array(let values): return values
        case .bool, .number, .text, .object: throw misfit(key)
        }
    }
}
