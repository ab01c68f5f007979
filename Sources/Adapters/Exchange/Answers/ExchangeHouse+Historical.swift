import Matching
import Model
import Notation

extension ExchangeHouse {
    /// What is older than this is history: the live answers leave it out, the historical ones give it.
    var cutoff: Timestamp { time - configuration.historyAfter }

    func isHistorical(_ record: MarketRecord) -> Bool { record.status == .finalized && record.changed < cutoff }

    func cutoffs() -> Answer {
        let text = JSON.text(CivilTime.text(cutoff))
        return .ok([
            "market_settled_ts": text, "trades_created_ts": text, "orders_updated_ts": text, "market_positions_last_updated_ts": text,
        ])
    }
}
