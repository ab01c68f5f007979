public import Model

extension KalshiClient {
    public func exchangeStatus() async throws(KalshiError) -> KalshiStatus {
        try await get(KalshiStatus.self, "reading the exchange's status", .exchangeStatus)
    }

    public func schedule() async throws(KalshiError) -> KalshiSchedule {
        try await get(WrappedShape("schedule", KalshiSchedule.self), "reading the exchange's schedule", .exchangeSchedule)
    }

    /// Up to when the lists of the portfolio are current, in the exchange's time.
    public func portfolioAsOf() async throws(KalshiError) -> Timestamp {
        try await get(UserDataTimestamp.self, "reading the time of the portfolio's data", .userDataTimestamp).time
    }

    /// How the fees of series change, or will.
    public func seriesFeeChanges(_ series: SeriesTicker? = nil, historical: Bool = false) async throws(KalshiError) -> [KalshiFeeChange] {
        try await pages(
            ListShape("series_fee_change_arr", KalshiFeeChange.self), "reading the fee changes of series", .seriesFeeChanges, [],
            [("series_ticker", series?.text), ("show_historical", historical ? "true" : nil)])
    }

    public func eventFeeChanges(_ event: EventTicker? = nil) async throws(KalshiError) -> [KalshiFeeChange] {
        try await pages(
            ListShape("event_fee_changes", KalshiFeeChange.self), "reading the fee changes of events", .eventFeeChanges, [],
            [("event_ticker", event?.text), ("limit", "100")])
    }
}
