import Foundation
import TestSupport

/// One row of a real account's fills of February 2026, as far as fees need it.
struct RecordedFill: Decodable {
    let order_id: String
    let is_taker: Bool
    let count_fp: String
    let yes_price_fixed: String
    let fee_cost: String

    /// Nil where the recording is not here.
    static func all() throws -> [RecordedFill]? {
        try Shared.data("data/kalshi-fills-2026-02/fills.json").map { try JSONDecoder().decode([RecordedFill].self, from: $0) }
    }
}
