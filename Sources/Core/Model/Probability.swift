/// One strategy's opinion on a market: the probability of YES, how unsure it is of that number, and what it was made from.
public struct Forecast: Hashable, Sendable, Codable {
    /// One figure that entered the forecast, for "why".
    public struct Input: Hashable, Sendable, Codable {
        public let name: String
        public let value: Double

        public init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    public let strategy: String
    /// Of YES, strictly between 0 and 1.
    public let probability: Double
    /// Standard error of `probability`, in probability.
    public let uncertainty: Double
    public let inputs: [Input]

    public init(strategy: String, probability: Double, uncertainty: Double, inputs: [Input]) {
        self.strategy = strategy
        self.probability = min(max(probability, 0.0005), 0.9995)
        self.uncertainty = uncertainty
        self.inputs = inputs
    }
}
