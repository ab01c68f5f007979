/// A number of a strategy that may be set, as its strategy declares it: by this one line it is known to the configuration, to the search (`aura optimize`) and to the journal.
public struct Tunable<Kind> {
    let name: String
    let meaning: String
    let range: ClosedRange<Double>
    /// What lies between two values, counted from the least; nil where any number will do.
    let step: Double?
    let path: WritableKeyPath<Kind, Double>

    public init(_ name: String, _ meaning: String, _ range: ClosedRange<Double>, step: Double? = nil, _ path: WritableKeyPath<Kind, Double>) {
        self.name = name
        self.meaning = meaning
        self.range = range
        self.step = step
        self.path = path
    }
}

/// The same for whoever sets it.
public struct StrategyParameter: Hashable, Sendable {
    /// With its strategy's name: "fundamental.jump".
    public let name: String
    public let meaning: String
    /// What it is where nothing is set.
    public let usual: Double
    public let range: ClosedRange<Double>
    public let step: Double?

    public func accepts(_ value: Double) -> Bool {
        guard value.isFinite, range.contains(value) else { return false }
        return step.map { ((value - range.lowerBound) / $0).truncatingRemainder(dividingBy: 1) == 0 } ?? true
    }

    /// "a number from 4 to 30 in steps of 2".
    public var rule: String { "a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))" + (step.map { " in steps of \(Self.text($0))" } ?? "") }

    public static func text(_ x: Double) -> String { x == x.rounded() && abs(x) < 1e9 ? String(Int64(x)) : String(x) }
}

extension Strategy {
    /// With the values that they have now.
    var parameters: [StrategyParameter] {
        Self.tunables.map {
            StrategyParameter(name: "\(Self.name).\($0.name)", meaning: $0.meaning, usual: self[keyPath: $0.path], range: $0.range, step: $0.step)
        }
    }

    mutating func set(_ values: [String: Double]) {
        for tunable in Self.tunables { if let value = values["\(Self.name).\(tunable.name)"] { self[keyPath: tunable.path] = value } }
    }
}

extension StrategyManager {
    /// What may be set of all strategies, in the order of their registration.
    public static var parameters: [StrategyParameter] { StrategyManager().strategies.flatMap { $0.parameters } }

    /// Sets what is named and makes the rest what it usually is; what was learned stays. A name that this version does not have sets nothing: a journal may be of another one.
    public mutating func configure(_ values: [String: Double]) {
        let usual = Dictionary(uniqueKeysWithValues: Self.parameters.map { ($0.name, $0.usual) })
        let all = usual.merging(values) { _, set in set }
        for i in strategies.indices { strategies[i].set(all) }
    }
}
