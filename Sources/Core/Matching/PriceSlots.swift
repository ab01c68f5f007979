import Model

/// Sizes by price in one dense array: as fine as the market's grid, and finer the moment a price asks for it.
struct PriceSlots: Sendable {
    private(set) var tick: Int32
    private(set) var sizes: [Int64]

    init(tick: Int32) {
        self.tick = tick
        sizes = Array(repeating: 0, count: Int(10_000 / tick) + 1)
    }

    /// The widest step that meets every price of the grid.
    static func tick(of grid: PriceGrid) -> Int32 {
        var tick: Int32 = 10_000
        for band in grid.bands { tick = divisor(divisor(tick, band.step), band.start.tenThousandths) }
        return tick
    }

    private static func divisor(_ a: Int32, _ b: Int32) -> Int32 { b == 0 ? a : divisor(b, a % b) }

    subscript(price: Price) -> Int64 {
        let (slot, rest) = price.tenThousandths.quotientAndRemainder(dividingBy: tick)
        return rest == 0 ? sizes[Int(slot)] : 0
    }

    /// Returns the size before.
    mutating func set(_ price: Price, to size: Int64) -> Int64 {
        let slot = slot(of: price)
        let old = sizes[slot]
        sizes[slot] = size
        return old
    }

    /// Returns the size after.
    mutating func add(_ change: Int64, at price: Price) -> Int64 {
        let slot = slot(of: price)
        let new = sizes[slot] + change
        sizes[slot] = new
        return new
    }

    func price(_ slot: Int) -> Price { Price(tenThousandths: Int32(slot) * tick) }

    private mutating func slot(of price: Price) -> Int {
        if price.tenThousandths % tick != 0 { refine(to: price) }
        return Int(price.tenThousandths / tick)
    }

    private mutating func refine(to price: Price) {
        var finer = PriceSlots(tick: Self.divisor(tick, price.tenThousandths % tick))
        for (slot, size) in sizes.enumerated() where size != 0 { _ = finer.set(self.price(slot), to: size) }
        self = finer
    }

    /// Occupied prices, ascending.
    var levels: [Level] {
        sizes.indices.compactMap { sizes[$0] == 0 ? nil : Level(price: price($0), quantity: Quantity(hundredths: sizes[$0])) }
    }
}
