import Model

/// Bayesian linear regression, one observation at a time, with a part that all groups share and a part of each group's own (a Kalman filter on the coefficients).
///
/// What a group has not shown yet it borrows from the others; what lies long ago fades, down to the prior and no further.
struct RecursiveRegression: Sendable, Equatable, Codable {
    /// Coefficients with the covariance of their error, by rows.
    private struct Part: Sendable, Equatable, Codable {
        var mean: [Double]
        var covariance: [Double]

        init(prior: [Double]) {
            mean = Array(repeating: 0, count: prior.count)
            covariance = Array(repeating: 0, count: prior.count * prior.count)
            for i in prior.indices { covariance[i * prior.count + i] = prior[i] }
        }

        func times(_ x: [Double]) -> [Double] {
            x.indices.map { i in x.indices.reduce(0) { $0 + covariance[i * x.count + $1] * x[$1] } }
        }

        mutating func correct(along direction: [Double], innovation: Double, variance: Double) {
            let n = mean.count
            for i in 0..<n { mean[i] += direction[i] * innovation / variance }
            for i in 0..<n { for j in 0..<n { covariance[i * n + j] -= direction[i] * direction[j] / variance } }
        }

        /// Lets certainty fade; never below the prior's.
        mutating func fade(_ rate: Double, prior: [Double]) {
            let n = mean.count
            for i in covariance.indices { covariance[i] *= rate }
            let scale = (0..<n).map { min(1, (prior[$0] / max(covariance[$0 * n + $0], 1e-300)).squareRoot()) }
            for i in 0..<n { for j in 0..<n { covariance[i * n + j] *= scale[i] * scale[j] } }
        }
    }

    /// Variances of the coefficients before anything is known.
    let prior: [Double]
    /// What certainty is multiplied by at each observation of a group; the shared part sees them all and fades more slowly.
    let memory: Double
    private var shared: Part
    private var own: [String: Part] = [:]

    init(prior: [Double], memory: Double) {
        self.prior = prior
        self.memory = memory
        shared = Part(prior: prior)
    }

    /// The mean of the answer, and the variance that the coefficients' error gives it.
    func predict(_ group: String, _ x: [Double]) -> (mean: Double, variance: Double) {
        let part = own[group] ?? Part(prior: prior)
        let mean = dot(x, shared.mean) + dot(x, part.mean)
        return (mean, max(dot(x, shared.times(x)) + dot(x, part.times(x)), 0))
    }

    /// - Parameter noise: variance of the answer about its mean.
    mutating func learn(_ group: String, _ x: [Double], answer: Double, noise: Double) {
        var part = own[group] ?? Part(prior: prior)
        let innovation = answer - dot(x, shared.mean) - dot(x, part.mean)
        let (along, alongOwn) = (shared.times(x), part.times(x))
        let variance = dot(x, along) + dot(x, alongOwn) + noise
        shared.correct(along: along, innovation: innovation, variance: variance)
        part.correct(along: alongOwn, innovation: innovation, variance: variance)
        part.fade(1 / memory, prior: prior)
        own[group] = part
        // With g groups the shared part sees g observations in the time of one.
        shared.fade(1 / (1 - (1 - memory) / Double(2 * own.count)), prior: prior)
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double { a.indices.reduce(0) { $0 + a[$1] * b[$1] } }

    func feed(into digest: inout Digest) {
        for value in shared.mean { digest.feed(value) }
        for group in own.keys.sorted() { for value in own[group]?.mean ?? [] { digest.feed(value) } }
    }
}
