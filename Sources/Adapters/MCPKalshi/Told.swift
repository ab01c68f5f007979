import Accounting
import Kalshi
import MCPHosting
import MCPServing
import Model
import Notation

// How figures are told, and how names are read: the same in every tool.

extension Timestamp {
    /// RFC 3339, to the millisecond.
    var told: String { CivilTime.text(self, decimals: 3) }
}

/// A number for a model to read: four decimals.
func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

enum Given {
    /// A ticker goes into an address of the exchange: nothing else may.
    static func name<N: Name>(_ text: String, _ type: N.Type = N.self) throws -> N {
        guard text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\-]{0,79}/) != nil else { throw ToolFailure("'\(text.prefix(80))' is no ticker; markets_search finds them") }
        return N(text)
    }

    static func time(_ name: String, _ text: String?) throws -> Timestamp? {
        guard let text else { return nil }
        guard let time = CivilTime.parse(text) else { throw ToolFailure("\(name) must be a time like 2026-11-26T15:00:00Z, not '\(text.prefix(40))'") }
        return time
    }

    static func price(_ text: String) throws -> Price {
        guard let price = Price(text), price.isTradable else { throw ToolFailure("a price is dollars of one contract, above 0 and below 1, like \"0.42\", not '\(text.prefix(40))'") }
        return price
    }

    static func count(_ text: String) throws -> Quantity {
        guard let count = Quantity(text), count > .zero, count <= .contracts(1_000_000_000) else {
            throw ToolFailure("a count is contracts above 0, with two decimals at most, like \"10\" or \"2.50\", not '\(text.prefix(40))'")
        }
        return count
    }

    static func cost(_ text: String?) throws -> Money? {
        guard let text else { return nil }
        guard let money = Money(text), money > .zero else { throw ToolFailure("max_cost is dollars above 0, like \"5.00\", not '\(text.prefix(40))'") }
        return money
    }

    /// Where a page begins; the cursor is ours.
    static func offset(_ cursor: String?) throws -> Int {
        guard let cursor else { return 0 }
        guard let offset = Int(cursor), (0...10_000_000).contains(offset) else { throw ToolFailure("this cursor was not given out here") }
        return offset
    }
}

/// The part of a list that a page shows, and where the next one begins.
struct Paged<Row: Shaped> {
    let rows: [Row]
    let next: String?
    let truncated: Bool

    /// - Parameter more: whether rows follow these.
    init(_ rows: [Row], from offset: Int, more: Bool, fields: [String]?, maxBytes: Int) throws {
        let fitted = try ListBudget.fit(rows, fields: fields, maxBytes: maxBytes)
        self.rows = fitted.rows
        truncated = fitted.truncated
        next = fitted.truncated || more ? String(offset + fitted.rows.count) : nil
        if fitted.truncated, fitted.rows.isEmpty { throw ToolFailure("not one row fits into max_bytes: ask for fewer fields or for more bytes") }
    }

    /// A page out of a list that is all here.
    init(of all: [Row], cursor: String?, limit: Int, fields: [String]?, maxBytes: Int) throws {
        let offset = try Given.offset(cursor)
        let page = Array(all.dropFirst(offset).prefix(limit))
        try self.init(page, from: offset, more: offset + page.count < all.count, fields: fields, maxBytes: maxBytes)
    }
}

extension KalshiError {
    var isAbsent: Bool { status == 404 }
}

/// Runs a question about one thing; that it is not there is told as what to do about it.
func asked<Answer>(about what: String, _ body: () async throws -> Answer) async throws -> Answer {
    do { return try await body() } catch let error as KalshiError where error.isAbsent {
        throw ToolFailure("the exchange has no \(what); markets_search finds what there is")
    }
}

/// Nil for what the exchange does not have.
func present<Answer>(_ body: () async throws -> Answer) async throws -> Answer? {
    do { return try await body() } catch let error as KalshiError where error.isAbsent { return nil }
}
