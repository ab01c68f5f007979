public import Model

/// The foreign formats that can be imported, named as their folders are.
public enum ImportFormat: String, Sendable, CaseIterable {
    case btc15m = "kalshi-ws-btc15m"
    case gold15m = "kalshi-ws-gold15m"
    case cryptoHourly = "kalshi-crypto-hourly"
    case crypto15m = "kalshi-crypto15m-topofbook"
    case economic = "kalshi-econ-quotes"
    case sportsTrades = "kalshi-sports-trades"
    case weatherBooks = "kalshi-weather-books"
    case weatherHourly = "kalshi-weather-quotes-hourly"
    case weatherQuoteTicks = "kalshi-weather-quoteticks-2026-03"
    case weatherTicks = "kalshi-weather-ticks-ny"
    case weatherTrades = "kalshi-weather-trades"
    case previousRuns = "weather-forecast-previous-runs"
    case snapshots = "weather-forecast-snapshots"
    case stitched = "weather-forecast-stitched"
    case observedHighs = "weather-observed-highs"

    /// Makes a recording of `inputs` (files, or folders of them) in `folder`, which must not exist yet or be empty. On an error nothing is left behind.
    ///
    /// Where a weather format lacks results, or forecasts are to be checked against what came, `inputs` may name `highs.csv` of the observed highs as well.
    public func importFiles(_ inputs: [String], to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        switch self {
        case .btc15m: try BitcoinImport.run(inputs, to: folder, created: created)
        case .gold15m: try GoldImport.run(inputs, to: folder, created: created)
        case .cryptoHourly: try HourlyLadderImport.run(try ForeignFiles(inputs), to: folder, created: created)
        case .crypto15m: try TopOfBookImport.run(try ForeignFiles(inputs), to: folder, created: created)
        case .economic: try EconomicImport.run(try ForeignFiles(inputs), to: folder, created: created)
        case .sportsTrades: try SportsTradesImport.run(try ForeignFiles(inputs), to: folder, created: created)
        case .weatherBooks: try WeatherBooksImport.run(try ForeignFiles(inputs), to: folder, created: created)
        case .weatherHourly: try WeatherHourlyImport.run(try ForeignFiles(inputs), to: folder, created: created)
        case .weatherQuoteTicks: try WeatherQuoteTicksImport.run(try ForeignFiles(inputs), to: folder, created: created)
        case .weatherTicks: try WeatherTicksImport.run(try ForeignFiles(inputs), to: folder, created: created)
        case .weatherTrades: try WeatherTradesImport.run(try ForeignFiles(inputs), to: folder, created: created)
        case .previousRuns: try ForecastImport.previousRuns(try ForeignFiles(inputs), to: folder, created: created)
        case .snapshots: try ForecastImport.snapshots(try ForeignFiles(inputs), to: folder, created: created)
        case .stitched: try ForecastImport.stitched(try ForeignFiles(inputs), to: folder, created: created)
        case .observedHighs: try ForecastImport.observed(try ForeignFiles(inputs), to: folder, created: created)
        }
    }
}
