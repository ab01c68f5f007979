/// The closed form for outcomes of which at most one comes true, bought from cash alone (Smoczynski & Tomkins 2010).
///
/// It knows no NO legs, no inventory and no bounds; where it applies, `GrowthProblem.solve` must agree with it.
public enum ExclusiveKelly {
    /// The share of wealth to stake on each outcome.
    /// - Parameters:
    ///   - probabilities: of the outcomes; what they leave of 1 is the chance of none.
    ///   - costs: of a contract of each that pays 1, its fee included.
    public static func stakes(probabilities: [Double], costs: [Double]) -> [Double] {
        precondition(probabilities.count == costs.count && costs.allSatisfy { $0 > 0 }, "a cost for each outcome")
        let order = probabilities.indices.sorted { (probabilities[$0] / costs[$0], $1) > (probabilities[$1] / costs[$1], $0) }
        var chosen: [Int] = []
        var restProbability = 1.0
        var restCost = 1.0
        // What a dollar that is not staked is worth, in expectation, against the costs: the reserve rate.
        var reserve = 1.0
        for k in order where probabilities[k] / costs[k] > reserve && restCost - costs[k] > 0 {
            chosen.append(k)
            restProbability -= probabilities[k]
            restCost -= costs[k]
            reserve = max(restProbability, 0) / restCost
        }
        var stakes = Array(repeating: 0.0, count: costs.count)
        for k in chosen { stakes[k] = max(probabilities[k] - costs[k] * reserve, 0) }
        return stakes
    }
}
