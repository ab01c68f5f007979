public import Model

/// What stands around the markets: rewards, moments, what they are about, and markets put together.
extension KalshiClient {
    public func incentives(_ status: String? = nil) async throws(KalshiError) -> [KalshiIncentive] {
        try await pages(
            ListShape("incentive_programs", KalshiIncentive.self, cursor: "next_cursor"), "listing incentive programs", .incentives, [],
            [("limit", "1000"), ("status", status)])
    }

    public func milestones(of event: EventTicker? = nil, from: Timestamp? = nil, most: Int = 10_000) async throws(KalshiError) -> [KalshiMilestone] {
        try await pages(
            ListShape("milestones", KalshiMilestone.self), "listing milestones", .milestones, [],
            [("limit", "500"), ("related_event_ticker", event?.text), ("minimum_start_date", from.map { CivilTime.text($0) })], most: most)
    }

    public func milestone(_ id: String) async throws(KalshiError) -> KalshiMilestone {
        try await get(WrappedShape("milestone", KalshiMilestone.self), "reading milestone \(id)", .milestone, [id])
    }

    public func targets(type: String? = nil, most: Int = 10_000) async throws(KalshiError) -> [KalshiTarget] {
        try await pages(
            ListShape("structured_targets", KalshiTarget.self), "listing structured targets", .targets, [], [("page_size", "2000"), ("type", type)], most: most)
    }

    public func target(_ id: String) async throws(KalshiError) -> KalshiTarget {
        try await get(WrappedShape("structured_target", KalshiTarget.self), "reading structured target \(id)", .target, [id])
    }

    /// The tags of each category of series.
    public func tags() async throws(KalshiError) -> [String: [String]] {
        try await get(TagsByCategory.self, "reading the tags of series", .tagsByCategory).tags
    }

    public func sports() async throws(KalshiError) -> [KalshiSport] { try await get(FiltersBySport.self, "reading the filters of sports", .filtersBySport).sports }

    // MARK: - Combinations (Kalshi reference, section 9.4)

    public func collections() async throws(KalshiError) -> [KalshiCollection] {
        try await pages(ListShape("multivariate_contracts", KalshiCollection.self), "listing collections", .collections, [], [("limit", "200")])
    }

    public func collection(_ ticker: String) async throws(KalshiError) -> KalshiCollection {
        try await get(WrappedShape("multivariate_contract", KalshiCollection.self), "reading collection \(ticker)", .collection, [ticker])
    }

    /// The events that were made from combinations.
    public func combinedEvents(collection: String? = nil, most: Int = 10_000) async throws(KalshiError) -> [KalshiEvent] {
        try await pages(.events, "listing combined events", .combinedEvents, [], [("limit", "200"), ("collection_ticker", collection)], most: most)
    }

    /// Has the market of a combination made; the same legs are the same market, whoever asked first.
    public func combine(_ legs: [KalshiLeg], in collection: String) async throws(KalshiError) -> Ticker {
        let attempt = "combining \(legs.count) markets"
        let answer = try await act(attempt, .combine, [collection], body: OrderBodies.combination(legs))
        return try decode(CombinationAnswer.self, answer, attempt, .combine).market
    }
}
