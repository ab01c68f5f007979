public import Model

/// A headline as it was understood.
public struct ReadHeadline: Hashable, Sendable, Codable {
    public let headline: Headline
    /// When the desk heard of it: not when the source says it was published.
    public let heard: Timestamp
    public let reading: Reading
    public let topics: [Topic]
    /// Every source that told the same, the first one first.
    public fileprivate(set) var sources: [String]
    /// Buckets of its words (`LinearModel.features`).
    let features: [Int]
    fileprivate let words: [String]
    fileprivate let claim: Claim
}

/// What a headline says beside its words: one word and one figure make "approves" of "rejects" and 0.3 % of 0.5 %.
private struct Claim: Hashable, Sendable, Codable {
    /// Scores nearer to nothing than this have no direction.
    static let smallestScore = 0.05

    let direction: Int
    let numbers: Set<Double>

    init(_ reading: Reading, _ tokens: [Token]) {
        direction = abs(reading.score) < Claim.smallestScore ? 0 : reading.score > 0 ? 1 : -1
        numbers = Set(tokens.filter { $0.kind == .number || $0.kind == .year }.map(\.value))
    }

    /// A reprint may leave a figure out; it does not change one.
    func agrees(with other: Claim) -> Bool { direction == other.direction && (numbers.isSubset(of: other.numbers) || other.numbers.isSubset(of: numbers)) }
}

/// The headlines of the last days, each story once.
///
/// Many outlets print the same agency's story. A headline whose words are mostly those of one that is remembered, and which says the same in direction and
/// figures, is the same story: it adds its source and moves nothing else, so that ten reprints count as one.
public struct HeadlineMemory: Sendable, Codable {
    /// Share of words in common (Jaccard) from which two headlines are one story.
    static let sameStory = 0.6
    /// How long a story is remembered.
    public static let memory = Interval.seconds(48 * 3600)
    /// Stories remembered at most; the oldest goes first.
    public static let bound = 2048
    /// Items remembered at most. A reprint beyond is not remembered itself: told again, it is known by its words again.
    static let itemBound = 8192

    public private(set) var stories: [ReadHeadline] = []
    private var first = 0
    private var seen: [String: Int] = [:]
    var itemCount: Int { seen.count }
    /// By word: the numbers of the stories that have it.
    private var byWord: [String: [Int]] = [:]
    private var byTopic: [Topic: [Int]] = [:]

    public init() {}

    /// Remembers a headline.
    /// - Returns: the story when it is a new one; nil for an item or a story that is known.
    public mutating func remember(_ headline: Headline, at time: Timestamp, reading: Reading, topics: [Topic], tokens: [Token]) -> ReadHeadline? {
        forget(before: time - Self.memory)
        let key = headline.source + "\u{1F}" + headline.id
        guard seen[key] == nil else { return nil }
        let claim = Claim(reading, tokens)
        let words = Array(Set(tokens.filter { $0.kind != .comma && $0.kind != .mark && $0.kind != .stop }.map(\.text))).sorted()
        if let number = same(words, claim) {
            if seen.count < Self.itemBound { seen[key] = number }
            if !stories[number - first].sources.contains(headline.source) { stories[number - first].sources.append(headline.source) }
            return nil
        }
        let story = ReadHeadline(headline: headline, heard: time, reading: reading, topics: topics.sorted(), sources: [headline.source], features: LinearModel.features(tokens), words: words, claim: claim)
        let number = first + stories.count
        stories.append(story)
        seen[key] = number
        for word in words { byWord[word, default: []].append(number) }
        for topic in story.topics { byTopic[topic, default: []].append(number) }
        if stories.count > Self.bound { drop(stories.count - Self.bound) }
        return story
    }

    /// The stories of any of these topics, each once, oldest first.
    public func stories(of topics: [Topic]) -> [ReadHeadline] {
        if topics.count == 1 { return numbers(topics[0]).map { stories[$0 - first] } }
        var found: Set<Int> = []
        for topic in topics { found.formUnion(numbers(topic)) }
        return found.sorted().map { stories[$0 - first] }
    }

    /// The newest stories, newest first.
    public func newest(_ count: Int) -> [ReadHeadline] { stories.suffix(count).reversed() }

    private func numbers(_ topic: Topic) -> [Int] { byTopic[topic] ?? [] }

    private func same(_ words: [String], _ claim: Claim) -> Int? {
        guard words.count >= 3 else { return nil }
        var shared: [Int: Int] = [:]
        for word in words { for number in byWord[word] ?? [] where number >= first { shared[number, default: 0] += 1 } }
        let near = shared.filter { number, common in
            let story = stories[number - first]
            return Double(common) / Double(words.count + story.words.count - common) >= Self.sameStory && claim.agrees(with: story.claim)
        }
        return near.keys.min()
    }

    private mutating func forget(before time: Timestamp) {
        let old = stories.prefix { $0.heard < time }.count
        if old > 0 { drop(old) }
    }

    private mutating func drop(_ count: Int) {
        let gone = stories.prefix(count)
        first += count
        for story in gone {
            for word in story.words { Self.prune(&byWord, word, below: first) }
            for topic in story.topics { Self.prune(&byTopic, topic, below: first) }
        }
        stories.removeFirst(count)
        let oldest = first
        seen = seen.filter { $0.value >= oldest }
    }

    private static func prune<Key: Hashable>(_ index: inout [Key: [Int]], _ key: Key, below oldest: Int) {
        let kept = (index[key] ?? []).filter { $0 >= oldest }
        index[key] = kept.isEmpty ? nil : kept
    }

    public func feed(into digest: inout Digest) {
        digest.feed(first)
        digest.feed(stories.count)
        if let last = stories.last {
            digest.feed(last.headline.id)
            digest.feed(last.heard)
            digest.feed(last.reading.score)
        }
    }
}
