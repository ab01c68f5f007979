import Model

extension MarketResult {
    /// What contracts bought on both legs have paid; a void gives back what was paid for them.
    func worth(yes: Quantity, no: Quantity, cost: Money) -> Money { yesValue.map { $0 * yes + $0.complement * no } ?? cost }
}
