/// What moves together: losses in one group come on the same day, so a group has a limit of its own.
public struct CorrelationGroup: Name {
    public let text: String
    public init(_ text: String) { self.text = text }

    /// By what the market's outcome is measured on. Nil where that is not known: such a market cannot be limited with its like, and is not traded.
    ///
    /// Temperatures of neighbouring cities follow the same weather; one day's share little with the next, but a cold spell lasts, so days are not told apart.
    public static func of(_ market: Market) -> CorrelationGroup? { market.underlying.flatMap { of($0) } }

    public static func of(_ underlying: Underlying) -> CorrelationGroup? { groups[underlying.text].map { CorrelationGroup($0) } }

    private static let groups: [String: String] = {
        let members = [
            "crypto": ["BTC", "ETH", "SOL", "XRP", "DOGE"],
            "metals": ["XAU", "XAG"],
            "equities": ["SPX", "NDX"],
            "inflation": ["US-CPI", "US-CPI-CORE", "US-CPI-YOY", "US-CPI-CORE-YOY"],
            "jobs": ["US-PAYROLLS", "US-UNEMPLOYMENT"],
            "growth": ["US-GDP"],
            "rates": ["US-FED-RATE"],
            "weather-northeast": ["NYC-HIGH", "PHIL-HIGH", "BOS-HIGH", "DC-HIGH"],
            "weather-midwest": ["CHI-HIGH", "MIN-HIGH", "OKC-HIGH"],
            "weather-south": ["AUS-HIGH", "HOU-HIGH", "DAL-HIGH", "SATX-HIGH", "NOLA-HIGH", "ATL-HIGH"],
            "weather-florida": ["MIA-HIGH"],
            "weather-mountain": ["DEN-HIGH", "PHX-HIGH", "LV-HIGH"],
            "weather-pacific": ["LAX-HIGH", "SFO-HIGH", "SEA-HIGH"],
        ]
        return Dictionary(uniqueKeysWithValues: members.flatMap { group, names in names.map { ($0, group) } })
    }()
}
