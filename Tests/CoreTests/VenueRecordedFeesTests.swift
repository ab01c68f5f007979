import Accounting
import Matching
import Model
import Testing

@Suite struct VenueRecordedFeesTests {
    @Test func `the venue charges every taker order of a real account what the exchange charged it`() throws {
        guard let fills = try RecordedFill.all()?.filter(\.is_taker) else { return }
        var venue = Venue(seed: 1, rounding: .centPerOrder)
        var events: [VenueEvent] = []
        venue.list(VenueBench.definition(), status: .active, at: .zero, into: &events)
        venue.open(VenueBench.me, cash: .dollars(10_000_000))
        var checked = 0
        for (order, parts) in Dictionary(grouping: fills, by: \.order_id) {
            var (size, limit, paid) = (Quantity.zero, Price.zero, Money.zero)
            for part in parts {
                let (price, quantity, fee) = try (
                    #require(Price(part.yes_price_fixed)), #require(Quantity(part.count_fp)), #require(Money(part.fee_cost))
                )
                _ = venue.houseQuote(VenueBench.market, .no, at: price.complement, quantity, time: .zero, into: &events)
                size += quantity
                limit = max(limit, price)
                paid += fee
            }
            let request = OrderRequest(market: VenueBench.market, side: .yes, limit: limit, quantity: size, timeInForce: .fillOrKill)
            let record = try venue.create(request, for: VenueBench.me, at: .zero, into: &events).get()
            #expect(record.status == .executed)
            #expect(record.fees == paid, "\(order)")
            checked += 1
        }
        #expect(checked == 515)
    }
}
