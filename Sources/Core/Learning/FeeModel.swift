public import Model

/// What fills were charged beside what the rule said they would be, by series and by who took: where a rounding that hurts, or a changed rule, shows.
///
/// Whoever teaches it predicts with the order's own rounding (`OrderFeeAccount`): a maker whose rate is nothing is still charged the part of a cent that
/// its balance cannot show. What comes on top of the plain rate is learned as dollars a contract and counted before the next order.
public struct FeeModel: Hashable, Sendable, Codable {
    public struct Record: Hashable, Sendable, Codable {
        public init() {}

        public internal(set) var fills = 0
        public internal(set) var contracts: Quantity = .zero
        /// By the rate alone, before the balance is rounded.
        public internal(set) var rate: Money = .zero
        /// By the whole rule.
        public internal(set) var predicted: Money = .zero
        public internal(set) var charged: Money = .zero
        /// Fills that were charged more than a cent beyond the rule's figure.
        public internal(set) var surprises = 0

        /// What the charge is of the prediction; nil while nothing was predicted.
        public var ratio: Double? { predicted > .zero ? charged.approximateDollars / predicted.approximateDollars : nil }

        fileprivate mutating func add(_ quantity: Quantity, _ rate: Money, _ predicted: Money, _ charged: Money) {
            fills += 1
            contracts += quantity
            self.rate += rate
            self.predicted += predicted
            self.charged += charged
            if charged - predicted > .cents(1) { surprises += 1 }
        }

        /// Dollars a contract beyond the rate, drawn to `prior` by the weight of `contractsOfPrior`.
        fileprivate func surcharge(_ prior: Double) -> Double {
            let weight = FeeModel.contractsOfPrior
            return ((charged - rate).approximateDollars + weight * prior) / (contracts.approximateContracts + weight)
        }
    }

    /// So many contracts of a series weigh as much as what is assumed of it.
    public static let contractsOfPrior = 100.0

    /// Assumed before any fill, in dollars a contract: a resting order may come in small pieces, and each piece's balance is rounded.
    public static func assumedSurcharge(_ liquidity: Liquidity) -> Double { liquidity == .maker ? 0.001 : 0 }

    public private(set) var records: [SeriesTicker: [Liquidity: Record]] = [:]
    /// Of all series.
    public private(set) var all: [Liquidity: Record] = [:]

    public init() {}

    /// - Parameters:
    ///   - rate: the fee of the fill before any rounding of balances.
    ///   - predicted: the fee by the whole rule.
    public mutating func learn(_ series: SeriesTicker, _ liquidity: Liquidity, quantity: Quantity, rate: Money, predicted: Money, charged: Money) {
        records[series, default: [:]][liquidity, default: Record()].add(quantity, rate, predicted, charged)
        all[liquidity, default: Record()].add(quantity, rate, predicted, charged)
    }

    /// Dollars a contract to expect beyond the rate; negative where less is charged than the rate says. A series is drawn to all, and all to what is assumed.
    public func surcharge(_ series: SeriesTicker, _ liquidity: Liquidity) -> Double {
        let ofAll = (all[liquidity] ?? Record()).surcharge(Self.assumedSurcharge(liquidity))
        return (records[series]?[liquidity] ?? Record()).surcharge(ofAll)
    }

    /// Every record, by series, makers first.
    public var rows: [(series: SeriesTicker, liquidity: Liquidity, record: Record)] {
        records.keys.sorted().flatMap { series in
            [Liquidity.maker, .taker].compactMap { liquidity in records[series]?[liquidity].map { (series, liquidity, $0) } }
        }
    }

    public func feed(into digest: inout Digest) {
        for row in rows {
            digest.feed(row.record.contracts)
            digest.feed(row.record.predicted)
            digest.feed(row.record.charged)
        }
    }
}
