import Model

/// The tradable prices of a grid, ascending, so that a quote is an index and a tick is one step. Both grids used here are symmetric about 0.50.
struct PriceTicks: Sendable {
    let prices: [Int32]

    init(_ grid: PriceGrid) {
        var prices: [Int32] = []
        var price = grid.next(above: .zero)
        while price.isTradable {
            prices.append(price.tenThousandths)
            price = grid.next(above: price)
        }
        self.prices = prices
    }

    var count: Int { prices.count }
    func price(_ index: Int) -> Price { Price(tenThousandths: prices[index]) }
    /// The same point of the book from the other leg.
    func mirror(_ index: Int) -> Int { prices.count - 1 - index }

    /// The highest index at or below a probability; -1 when there is none.
    func floor(_ probability: Double) -> Int {
        let wanted = Int32(max(min(probability, 1), 0) * 10_000)
        var low = 0
        var high = prices.count
        while low < high {
            let middle = (low + high) / 2
            if prices[middle] <= wanted { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// The index of a price that is on the grid.
    func index(_ price: Price) -> Int { floor(price.probability + 1e-6) }
}
