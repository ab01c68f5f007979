import Matching
import Model

/// One maker of a market: what it believes, and which of its orders rest.
struct Maker: Sendable {
    /// An order it holds, or means to: `index` counts the grid's prices in the side's own dollars; -1 when nothing rests.
    struct Slot: Sendable {
        var index = -1
        var size: Quantity = .zero
        var order: HouseOrder?
        let isDeep: Bool
    }

    /// How late it sees the spot price, in tenths of a second.
    let lagTenths: Int
    /// Its error about volatility, as a factor.
    let volatilityFactor: Double
    /// Its half spread against the family's.
    let caution: Double
    /// A slowly wandering error about the mean, standard normal at any moment.
    var opinion: Double
    /// Net YES contracts it has been filled for; forgotten slowly, as makers hedge elsewhere.
    var inventory = 0.0
    var yes: [Slot]
    var no: [Slot]

    init(texture: Texture, random: inout SeededRandom) {
        lagTenths = 1 + random.index(below: texture.lagTenths + 1)
        volatilityFactor = 0.9 + 0.2 * random.uniform()
        caution = 0.7 + 0.8 * random.uniform()
        opinion = random.normal()
        yes = (0..<texture.near + texture.deep).map { Slot(isDeep: $0 >= texture.near) }
        no = yes
    }

    /// A turn's worth of second thoughts.
    mutating func reconsider(random: inout SeededRandom) {
        opinion = 0.98 * opinion + 0.199 * random.normal()
        inventory *= 0.99
    }

    subscript(side: Side) -> [Slot] {
        get { side == .yes ? yes : no }
        _modify {
            if side == .yes { yield &yes } else { yield &no }
        }
    }

    mutating func filled(_ quantity: Quantity, _ side: Side) {
        inventory += side == .yes ? quantity.approximateContracts : -quantity.approximateContracts
    }
}
