/// Finds topics in a text by whole words, longest name first: an index over the first words of all names, never a search for substrings.
///
/// A name may be *ambiguous* ("Apple", "Target", "Jordan"): then it counts only when the text also has one of its topic's context words, or names it by
/// its stock symbol. A name written with capitals in the catalog counts only with them ("Fed" is not "fed").
public struct TopicIndex: Sendable {
    private struct Name: Sendable {
        let words: [String]
        let capitals: Bool
        let ambiguous: Bool
        let topic: Topic
        let entry: Int
    }

    private struct Surroundings: Sendable {
        let context: Set<String>
        let exclusions: Set<String>
    }

    private var names: [String: [Name]] = [:]
    private var symbols: [String: Topic] = [:]
    private var entries: [Surroundings] = []

    /// - Parameter catalog: lines "kind id: name, Name, name?, $SYMBOL | context words | excluding words".
    public init(catalog: [String] = TopicCatalog.tables) {
        for table in catalog { for line in table.split(separator: "\n") where !line.hasPrefix("#") { add(line) } }
        for (word, list) in names { names[word] = list.sorted { ($0.words.count, $1.words.joined()) > ($1.words.count, $0.words.joined()) } }
    }

    public func mentions(in text: String) -> [Mention] { mentions(in: Tokenizer.tokens(text)) }

    /// Topics in the order of the text, each once.
    public func mentions(in tokens: [Token]) -> [Mention] {
        let words = Set(tokens.map(\.text))
        var found: [Mention] = []
        var place = 0
        while place < tokens.count {
            if tokens[place].kind == .cashtag, let topic = symbols[tokens[place].text] { note(topic, place, &found) }
            guard let name = name(tokens, at: place, words) else { place += 1; continue }
            if name.topic.kind != .none { note(name.topic, place, &found) }
            place += name.words.count
        }
        return found
    }

    private func note(_ topic: Topic, _ place: Int, _ found: inout [Mention]) {
        if !found.contains(where: { $0.topic == topic }) { found.append(Mention(topic: topic, position: place)) }
    }

    private func name(_ tokens: [Token], at place: Int, _ words: Set<String>) -> Name? {
        for name in names[tokens[place].text] ?? [] where place + name.words.count <= tokens.count {
            guard zip(name.words, tokens[place...]).allSatisfy({ $0 == $1.text }) else { continue }
            if name.capitals, !tokens[place].isCapitalized { continue }
            let around = entries[name.entry]
            if !around.exclusions.isDisjoint(with: words) { continue }
            if name.ambiguous, around.context.isDisjoint(with: words) { continue }
            return name
        }
        return nil
    }

    private mutating func add(_ line: Substring) {
        let halves = line.split(separator: ":", maxSplits: 1)
        let head = halves[0].split(separator: " ")
        guard halves.count == 2, head.count == 2, let kind = Topic.Kind(rawValue: String(head[0])) else { preconditionFailure("a topic's line has a kind and an id: \(line)") }
        let topic = Topic(String(head[1]), kind)
        let parts = halves[1].split(separator: "|", omittingEmptySubsequences: false)
        func set(_ index: Int) -> Set<String> { parts.count > index ? Set(parts[index].split(separator: " ").map(String.init)) : [] }
        entries.append(Surroundings(context: set(1), exclusions: set(2)))
        for part in parts[0].split(separator: ",") {
            var text = part.drop { $0 == " " }
            while text.last == " " { text.removeLast() }
            if text.hasPrefix("$") {
                symbols[text.dropFirst().lowercased()] = topic
                continue
            }
            let ambiguous = text.last == "?"
            let tokens = Tokenizer.tokens(String(ambiguous ? text.dropLast() : text))
            guard let first = tokens.first else { preconditionFailure("an empty name in: \(line)") }
            let name = Name(
                words: tokens.map(\.text), capitals: first.isCapitalized, ambiguous: ambiguous, topic: topic, entry: entries.count - 1)
            names[first.text, default: []].append(name)
        }
    }
}
