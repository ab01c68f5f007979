import GRDB
public import Model
public import Ports

/// The market index in SQLite's full-text search (FTS5): in memory, or in a file that can be thrown away at any time.
public final class SQLiteMarketIndex: MarketIndex {
    private static let schema = """
        CREATE TABLE market (
            id INTEGER PRIMARY KEY, ticker TEXT NOT NULL UNIQUE, event TEXT NOT NULL, series TEXT NOT NULL, category TEXT NOT NULL, title TEXT NOT NULL,
            status TEXT NOT NULL, closes INTEGER, bid INTEGER, ask INTEGER, last INTEGER, volume INTEGER NOT NULL) STRICT;
        CREATE INDEX market_event ON market(event);
        CREATE VIRTUAL TABLE words USING fts5(title, rules, names, category, content='', tokenize='porter unicode61');
        """
    /// More words than that are no search.
    private static let mostWords = 16

    private let database: DatabaseQueue
    private let name: String

    /// - Parameter path: nil keeps it in memory.
    public init(path: String? = nil) throws(JournalError) {
        name = path ?? "the index of markets"
        do {
            var configuration = Configuration()
            configuration.label = "aura.market-index"
            configuration.busyMode = .timeout(5)
            // Nothing here is worth waiting for the disk: it can all be asked for again.
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF; PRAGMA cache_size = -2000") }
            database = if let path { try DatabaseQueue(path: path, configuration: configuration) } else { try DatabaseQueue(configuration: configuration) }
            try database.write { db in
                try db.execute(sql: "DROP TABLE IF EXISTS market; DROP TABLE IF EXISTS words")
                try db.execute(sql: SQLiteMarketIndex.schema)
            }
        } catch {
            throw JournalError("\(name) cannot be made: \(error)")
        }
    }

    public func replace(with markets: [IndexedMarket]) throws(JournalError) {
        do {
            try database.write { db in
                try db.execute(sql: "DELETE FROM market; INSERT INTO words(words) VALUES ('delete-all')")
                let row = try db.makeStatement(sql: "INSERT OR IGNORE INTO market VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                let words = try db.makeStatement(sql: "INSERT INTO words(rowid, title, rules, names, category) VALUES (?, ?, ?, ?, ?)")
                for (id, market) in markets.enumerated() {
                    try row.execute(arguments: [
                        id, market.ticker.text, market.event.text, market.series.text, market.category, market.title, market.status.rawValue,
                        market.closes?.nanoseconds, market.yesBid?.tenThousandths, market.yesAsk?.tenThousandths, market.last?.tenThousandths,
                        market.volumeOfDay.hundredths,
                    ])
                    try words.execute(arguments: [
                        id, market.title, market.rules, "\(market.ticker) \(market.event) \(market.series)", market.category,
                    ])
                }
            }
        } catch {
            throw JournalError("\(name) cannot be written: \(error)")
        }
    }

    public func search(_ query: MarketQuery) throws(JournalError) -> MarketPage {
        var conditions: [String] = []
        var arguments: [(any DatabaseValueConvertible)?] = []
        let match = query.text.flatMap(SQLiteMarketIndex.match)
        if let text = query.text, match == nil, !text.isEmpty { return MarketPage(markets: [], total: 0) }
        func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments.append(value)
        }
        require("words MATCH ?", match)
        require("m.category = ? COLLATE NOCASE", query.category)
        require("m.series = ?", query.series?.text)
        require("m.event = ?", query.event?.text)
        require("m.status = ?", query.status?.rawValue)
        require("m.closes <= ?", query.closesBefore?.nanoseconds)
        require("m.volume >= ?", query.minimumVolume?.hundredths)
        if query.quoted { conditions.append("m.bid IS NOT NULL AND m.ask IS NOT NULL") }
        let source = "FROM market m" + (match == nil ? "" : " JOIN words ON words.rowid = m.id") + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
        let order =
            switch query.order {
            case .relevance where match != nil: "bm25(words, 10, 1, 8, 4), m.volume DESC, m.ticker"
            case .relevance, .volume: "m.volume DESC, m.ticker"
            case .closes: "m.closes IS NULL, m.closes, m.ticker"
            case .spread: "m.ask IS NULL OR m.bid IS NULL, m.ask - m.bid, m.volume DESC, m.ticker"
            }
        do {
            return try database.read { db in
                let total = try Int.fetchOne(db, sql: "SELECT count(*) \(source)", arguments: StatementArguments(arguments)) ?? 0
                let rows = try Row.fetchAll(
                    db, sql: "SELECT m.* \(source) ORDER BY \(order) LIMIT ? OFFSET ?", arguments: StatementArguments(arguments + [query.limit, query.offset]))
                return MarketPage(markets: rows.map { IndexedMarket($0) }, total: total)
            }
        } catch {
            throw JournalError("\(name) cannot be searched: \(error)")
        }
    }

    public func tickers(beginning prefix: String, limit: Int) throws(JournalError) -> [Ticker] {
        do {
            return try database.read { db in
                try String.fetchAll(
                    db, sql: "SELECT ticker FROM market WHERE substr(ticker, 1, length(?1)) = ?1 ORDER BY volume DESC, ticker LIMIT ?2", arguments: [prefix, limit])
            }.map { Ticker($0) }
        } catch {
            throw JournalError("\(name) cannot be searched: \(error)")
        }
    }

    /// Every word of the text as a prefix, quoted: nothing that a caller writes is read as the query language. Nil where there is no word.
    static func match(_ text: String) -> String? {
        let words = text.unicodeScalars.split { !$0.properties.isAlphabetic && $0.properties.numericType == nil }.prefix(mostWords)
        return words.isEmpty ? nil : words.map { "\"\(String(String.UnicodeScalarView($0)))\"*" }.joined(separator: " ")
    }
}

extension IndexedMarket {
    fileprivate init(_ row: Row) {
        func price(_ column: String) -> Price? { (row[column] as Int32?).map { Price(tenThousandths: $0) } }
        self.init(
            ticker: Ticker(row["ticker"]), event: EventTicker(row["event"]), series: SeriesTicker(row["series"]), category: row["category"], title: row["title"],
            // Only searched in, not kept.
            rules: "", status: MarketStatus(rawValue: row["status"]) ?? .unknown, closes: (row["closes"] as Int64?).map { Timestamp(nanoseconds: $0) },
            yesBid: price("bid"), yesAsk: price("ask"), last: price("last"), volumeOfDay: Quantity(hundredths: row["volume"]))
    }
}
