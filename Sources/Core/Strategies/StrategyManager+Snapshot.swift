/// Each strategy writes and reads its own state, under its name.
extension StrategyManager: Codable {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ text: String) { stringValue = text }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: Name.self)
        for i in strategies.indices { strategies[i] = try Self.read(inPlaceOf: strategies[i], from: container) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        for strategy in strategies { try container.encode(strategy, forKey: Name(type(of: strategy).name)) }
    }

    private static func read<Kind: Strategy>(inPlaceOf _: Kind, from container: KeyedDecodingContainer<Name>) throws -> any Strategy {
        try container.decode(Kind.self, forKey: Name(Kind.name))
    }
}
