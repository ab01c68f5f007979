/// A place whose daily high has markets: the names it goes by, and its clock.
public struct WeatherPlace: Hashable, Sendable {
    /// "NYC-HIGH": what its markets are measured on.
    public let underlying: Underlying
    /// The exchange's series on its high; the first is today's name, the others are former ones.
    public let series: [SeriesTicker]
    /// The station of the climate report, as aviation names it: "KNYC".
    public let station: String
    public let city: String
    /// Hours that local standard time is behind UTC. A climate day is a day of standard time, in summer too.
    public let hoursBehind: Int64

    private init(_ underlying: String, _ series: [String], _ station: String, _ city: String, _ hoursBehind: Int64) {
        self.underlying = Underlying(underlying)
        self.series = series.map { SeriesTicker($0) }
        self.station = station
        self.city = city
        self.hoursBehind = hoursBehind
    }

    public static let all: [WeatherPlace] = [
        WeatherPlace("NYC-HIGH", ["KXHIGHNY", "HIGHNY"], "KNYC", "New York", 5),
        WeatherPlace("CHI-HIGH", ["KXHIGHCHI", "HIGHCHI"], "KMDW", "Chicago", 6),
        WeatherPlace("MIA-HIGH", ["KXHIGHMIA", "HIGHMIA"], "KMIA", "Miami", 5),
        WeatherPlace("AUS-HIGH", ["KXHIGHAUS", "HIGHAUS"], "KAUS", "Austin", 6),
        WeatherPlace("DEN-HIGH", ["KXHIGHDEN", "HIGHDEN"], "KDEN", "Denver", 7),
        WeatherPlace("LAX-HIGH", ["KXHIGHLAX"], "KLAX", "Los Angeles", 8),
        WeatherPlace("PHIL-HIGH", ["KXHIGHPHIL"], "KPHL", "Philadelphia", 5),
        WeatherPlace("ATL-HIGH", ["KXHIGHTATL"], "KATL", "Atlanta", 5),
        WeatherPlace("BOS-HIGH", ["KXHIGHTBOS"], "KBOS", "Boston", 5),
        WeatherPlace("DAL-HIGH", ["KXHIGHTDAL"], "KDFW", "Dallas", 6),
        WeatherPlace("DC-HIGH", ["KXHIGHTDC"], "KDCA", "Washington DC", 5),
        WeatherPlace("HOU-HIGH", ["KXHIGHTHOU", "KXHIGHHOU"], "KHOU", "Houston", 6),
        WeatherPlace("LV-HIGH", ["KXHIGHTLV"], "KLAS", "Las Vegas", 8),
        WeatherPlace("MIN-HIGH", ["KXHIGHTMIN"], "KMSP", "Minneapolis", 6),
        WeatherPlace("NOLA-HIGH", ["KXHIGHTNOLA"], "KMSY", "New Orleans", 6),
        WeatherPlace("OKC-HIGH", ["KXHIGHTOKC"], "KOKC", "Oklahoma City", 6),
        WeatherPlace("PHX-HIGH", ["KXHIGHTPHX"], "KPHX", "Phoenix", 7),
        WeatherPlace("SATX-HIGH", ["KXHIGHTSATX"], "KSAT", "San Antonio", 6),
        WeatherPlace("SEA-HIGH", ["KXHIGHTSEA"], "KSEA", "Seattle", 8),
        WeatherPlace("SFO-HIGH", ["KXHIGHTSFO"], "KSFO", "San Francisco", 8),
    ]

    public static func of(_ series: SeriesTicker) -> WeatherPlace? { bySeries[series] }
    public static func of(_ underlying: Underlying) -> WeatherPlace? { byUnderlying[underlying] }

    /// By any of its names: a series, the underlying, the station, the city.
    public static func named(_ name: String) -> WeatherPlace? { of(SeriesTicker(name)) ?? of(Underlying(name)) ?? all.first { $0.station == name || $0.city == name } }

    private static let bySeries = Dictionary(uniqueKeysWithValues: all.flatMap { place in place.series.map { ($0, place) } })
    private static let byUnderlying = Dictionary(uniqueKeysWithValues: all.map { ($0.underlying, $0) })

    /// When a climate day begins, in days since 1970-01-01. The next begins when it ends.
    public func begins(_ day: Int64) -> Timestamp { .seconds(day * 86_400 + hoursBehind * 3600) }

    /// The climate day that a moment belongs to.
    public func day(at time: Timestamp) -> Int64 { (time - .seconds(hoursBehind * 3600)).utcDay }

    /// When the climate report of a day is taken to be known: the final one is written in the small hours after it, the exchange settles in the morning.
    public func reported(_ day: Int64) -> Timestamp { begins(day + 1) + .seconds(8 * 3600) }
}
