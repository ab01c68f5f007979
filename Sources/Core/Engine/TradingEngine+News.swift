import Model
import Strategies

// What the world says: a headline moves no order by itself, only the opinion at the next look.
extension TradingEngine {
    /// The strategies' forecasts with that of the news, which is made from the market's own probability and so stands without any other.
    mutating func withNews<Reason: Error>(_ place: Int, _ mid: Double, _ found: Result<[Forecast], Reason>) -> Result<[Forecast], Reason> {
        guard let opinion = news.forecast(markets[place].market, marketProbability: mid, at: now) else { return found }
        switch found {
        case .success(let forecasts): return .success(forecasts + [opinion])
        case .failure: return .success([opinion])
        }
    }
}
