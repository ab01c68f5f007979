import Model

// Objects whose keys are data, and amounts that the contract counts in hundredths of a cent.
extension Fields {
    /// The members of an object with keys of its own; none where it is missing or null.
    func openObject(_ key: String) throws(ContractBreak) -> [String: AnswerValue] {
        guard let value = self[key] else { return [:] }
        guard case .object(let members) = value else { throw contradiction("has a \(key) that is not an object") }
        return members
    }

    /// What an object with keys of its own says in words and numbers, each as it was written; what is nested deeper is left aside.
    func words(ifPresent key: String) throws(ContractBreak) -> [String: String] {
        try openObject(key).compactMapValues { value in
            switch value {
            case .text(let text), .number(let text): text
            case .bool(let truth): String(truth)
            case .null, .array, .object: nil
            }
        }
    }

    /// Lists of words by a word: an absent list is an empty one.
    func lists(_ key: String) throws(ContractBreak) -> [String: [String]] {
        var lists: [String: [String]] = [:]
        for (name, value) in try openObject(key) { lists[name] = try words(value, key) }
        return lists
    }

    func words(_ value: AnswerValue, _ key: String) throws(ContractBreak) -> [String] {
        if value == .null { return [] }
        guard case .array(let values) = value else { throw contradiction("has a \(key) that is not made of lists") }
        var words: [String] = []
        for value in values {
            guard case .text(let word) = value else { throw contradiction("has a \(key) that is not made of words") }
            words.append(word)
        }
        return words
    }

    /// Hundredths of a cent.
    func amount(inCentiCents key: String) throws(ContractBreak) -> Money { try amount(key, try integer(key), millionths: 100) }
    func amount(inCentiCentsIfPresent key: String) throws(ContractBreak) -> Money? {
        guard let count = try integer(ifPresent: key) else { return nil }
        return try amount(key, count, millionths: 100)
    }

    private func amount(_ key: String, _ count: Int64, millionths unit: Int64) throws(ContractBreak) -> Money {
        let (value, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow else { throw contradiction("has a \(key) beyond any amount") }
        return Money(millionths: value)
    }
}
