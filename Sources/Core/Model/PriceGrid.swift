/// The prices a market accepts, from its `price_ranges`: bands of `start`, `end` and `step` (Kalshi reference, section 10).
public struct PriceGrid: Hashable, Sendable, Codable {
    public struct Band: Hashable, Sendable, Codable {
        public let start: Price
        public let end: Price
        /// In ten-thousandths of a dollar; positive.
        public let step: Int32

        public init(start: Price, end: Price, step: Int32) {
            self.start = start
            self.end = end
            self.step = step
        }
    }

    /// Ascending, without gaps.
    public let bands: [Band]

    /// Nil when the bands are empty, out of order, or a step is not positive: such a market cannot be traded.
    public init?(bands: [Band]) {
        guard let first = bands.first, first.start == .zero, bands.last?.end == .one else { return nil }
        for (i, band) in bands.enumerated() {
            guard band.step > 0, band.start < band.end else { return nil }
            if i > 0, bands[i - 1].end != band.start { return nil }
        }
        self.bands = bands
    }

    private init(trusted bands: [Band]) { self.bands = bands }

    /// `linear_cent`: whole cents everywhere.
    public static let cents = PriceGrid(trusted: [Band(start: .zero, end: .one, step: 100)])
    /// `tapered_deci_cent`: tenths of a cent below 0.10 and above 0.90, cents between.
    public static let taperedTenths = PriceGrid(trusted: [
        Band(start: .zero, end: .cents(10), step: 10), Band(start: .cents(10), end: .cents(90), step: 100), Band(start: .cents(90), end: .one, step: 10),
    ])

    public func accepts(_ price: Price) -> Bool { price.isTradable && snappedDown(price) == price }

    /// The highest grid price not above `price`; `Price.zero` when there is none.
    public func snappedDown(_ price: Price) -> Price {
        let band = bands.last { $0.start <= price } ?? bands[0]
        let offset = price.tenThousandths - band.start.tenThousandths
        return Price(tenThousandths: band.start.tenThousandths + offset / band.step * band.step)
    }

    /// The lowest grid price not below `price`; `Price.one` when there is none.
    public func snappedUp(_ price: Price) -> Price {
        let down = snappedDown(price)
        return down == price ? down : next(above: down)
    }

    /// The next grid price above one that is on the grid.
    public func next(above price: Price) -> Price {
        guard let band = bands.last(where: { $0.start <= price }), price < .one else { return .one }
        return Price(tenThousandths: min(price.tenThousandths + band.step, 10_000))
    }

    /// The next grid price below one that is on the grid.
    public func next(below price: Price) -> Price {
        guard let band = bands.last(where: { $0.start < price }) else { return .zero }
        return Price(tenThousandths: max(price.tenThousandths - band.step, 0))
    }
}
