/// Something that headlines and markets are about: a company, a person, a place, an economic figure, a coin.
public struct Topic: Hashable, Sendable, Comparable, Codable {
    public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        case company, person, place, economy, coin, sport, weather
        /// A name that contains another and is none of ours: "New York Times" is not New York.
        case none
    }

    public let id: String
    public let kind: Kind

    public init(_ id: String, _ kind: Kind) {
        self.id = id
        self.kind = kind
    }

    public static func < (a: Topic, b: Topic) -> Bool { a.id < b.id }

    /// How much sharing it says that two texts speak of the same: a place alone is too little.
    public var specificity: Double {
        switch kind {
        case .company, .person, .coin, .economy, .sport: 1
        case .weather: 0.6
        case .place: 0.5
        case .none: 0
        }
    }
}

/// A topic found in a text, and where.
public struct Mention: Hashable, Sendable {
    public let topic: Topic
    public let position: Int

    public init(topic: Topic, position: Int) {
        self.topic = topic
        self.position = position
    }
}
