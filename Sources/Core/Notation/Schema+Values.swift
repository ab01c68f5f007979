/// The words of a schema about numbers, texts, arrays and objects. A word about another kind of value says nothing.
extension SchemaJudge {
    mutating func judgeNumber(_ value: JSON, _ word: JSON.Member) {
        guard let number = value.asNumber, let limit = word.value.asNumber else { return }
        switch word.key {
        case "minimum": if number < limit { report("must be at least \(word.value.rendered)") }
        case "maximum": if number > limit { report("must be at most \(word.value.rendered)") }
        case "exclusiveMinimum": if number <= limit { report("must be more than \(word.value.rendered)") }
        case "exclusiveMaximum": if number >= limit { report("must be less than \(word.value.rendered)") }
        case "multipleOf": if limit > 0, (number / limit) != (number / limit).rounded() { report("must be a multiple of \(word.value.rendered)") }
        default: break
        }
    }

    mutating func judgeText(_ text: String, _ word: JSON.Member) {
        switch word.key {
        case "minLength": if let limit = word.value.asInteger, text.unicodeScalars.count < limit { report("must have at least \(limit) characters") }
        case "maxLength": if let limit = word.value.asInteger, text.unicodeScalars.count > limit { report("must have at most \(limit) characters") }
        case "pattern":
            guard let pattern = word.value.asText, let read = effort.pattern(pattern) else { return }
            if !effort.isFound(read, in: text) { report("must match \(pattern)") }
        default: break
        }
    }

    mutating func judgeArray(_ values: [JSON], _ word: JSON.Member, of schema: JSON, _ depth: Int) {
        switch word.key {
        case "items":
            // Draft 7 has a list here where 2020-12 has `prefixItems`.
            if let forms = word.value.asArray { return judgePrefix(values, forms, depth) }
            let first = schema["prefixItems"]?.asArray?.count ?? 0
            for (i, item) in values.enumerated().dropFirst(first) where goesOn() { judge(item, at: .item(i), by: word.value, depth: depth) }
        case "prefixItems": judgePrefix(values, word.value.asArray ?? [], depth)
        case "contains":
            let count = values.count { fits($0, word.value, depth) }
            if count < schema["minContains"]?.asInteger ?? 1 { report("too few items have the form that is asked for") }
            if let limit = schema["maxContains"]?.asInteger, count > limit { report("more than \(limit) items have the form that is limited") }
        case "minItems": if let limit = word.value.asInteger, values.count < limit { report("must have at least \(limit) items") }
        case "maxItems": if let limit = word.value.asInteger, values.count > limit { report("must have at most \(limit) items") }
        case "uniqueItems":
            if word.value == true, Set(values.map(\.meaning)).count < values.count { report("must not hold an item twice") }
        default: break
        }
    }

    private mutating func judgePrefix(_ values: [JSON], _ forms: [JSON], _ depth: Int) {
        for (i, (item, form)) in zip(values, forms).enumerated() { judge(item, at: .item(i), by: form, depth: depth) }
    }

    /// - Parameter members: those of `value`.
    mutating func judgeObject(_ value: JSON, _ members: [JSON.Member], _ word: JSON.Member, of schema: JSON, _ depth: Int) {
        switch word.key {
        case "properties":
            let form = word.value.lookup(members.count)
            for member in members where goesOn() { if let form = form(member.key) { judge(member.value, at: .member(member.key), by: form, depth: depth) } }
        case "patternProperties":
            for (pattern, form) in patterns(word.value) {
                for member in members where goesOn() && effort.isFound(pattern, in: member.key) { judge(member.value, at: .member(member.key), by: form, depth: depth) }
            }
        case "additionalProperties":
            let named = schema["properties"]
            let isNamed = named?.lookup(members.count)
            let patterns = schema["patternProperties"].map(patterns) ?? []
            for member in members where goesOn(1 + patterns.count) && isNamed?(member.key) == nil && !patterns.contains(where: { effort.isFound($0.0, in: member.key) }) {
                if word.value == false {
                    let known = (named?.asObject ?? []).map { "\"\($0.key)\"" }
                    report("unknown property \"\(member.key.prefix(64))\"; \(known.isEmpty ? "there are no properties" : "the properties are \(known.joined(separator: ", "))")")
                } else {
                    judge(member.value, at: .member(member.key), by: word.value, depth: depth)
                }
            }
        case "propertyNames": for member in members where goesOn() { judge(.text(member.key), at: .member(member.key), by: word.value, depth: depth) }
        case "required":
            let names = (word.value.asArray ?? []).compactMap(\.asText)
            let given = value.lookup(names.count)
            for name in names where goesOn() && given(name) == nil { report("\"\(name)\" is missing") }
        case "dependentRequired":
            let rules = word.value.asObject ?? []
            let given = value.lookup(rules.count)
            for rule in rules where goesOn() && given(rule.key) != nil {
                for name in (rule.value.asArray ?? []).compactMap(\.asText) where goesOn() && given(name) == nil { report("\"\(name)\" is needed with \"\(rule.key)\"") }
            }
        case "dependentSchemas": for rule in word.value.asObject ?? [] where goesOn(1 + members.count / 8) && value[rule.key] != nil { judge(value, by: rule.value, depth: depth) }
        case "minProperties": if let limit = word.value.asInteger, members.count < limit { report("must have at least \(limit) members") }
        case "maxProperties": if let limit = word.value.asInteger, members.count > limit { report("must have at most \(limit) members") }
        default: break
        }
    }

    private func patterns(_ words: JSON) -> [(TextPattern, JSON)] {
        (words.asObject ?? []).compactMap { member in effort.pattern(member.key).map { ($0, member.value) } }
    }

    /// "#", "#/$defs/a~1b" (RFC 6901), "#anchor". Nil for everything else, a network address above all.
    func resolve(_ reference: String) -> JSON? {
        guard reference.hasPrefix("#") else { return nil }
        let fragment = reference.dropFirst()
        if fragment.isEmpty { return document }
        guard fragment.hasPrefix("/") else { return anchor(String(fragment), in: document, depth: 0) }
        var place = document
        for part in fragment.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let key = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            guard let next = place[key] ?? Int(key).flatMap({ i in place.asArray.flatMap { $0.indices.contains(i) ? $0[i] : nil } }) else { return nil }
            place = next
        }
        return place
    }

    private func anchor(_ name: String, in place: JSON, depth: Int) -> JSON? {
        guard depth < SchemaJudge.depthLimit, effort.spend() else { return nil }
        if place["$anchor"]?.asText == name { return place }
        let parts = place.asObject?.map(\.value) ?? place.asArray ?? []
        for part in parts { if let found = anchor(name, in: part, depth: depth + 1) { return found } }
        return nil
    }
}
