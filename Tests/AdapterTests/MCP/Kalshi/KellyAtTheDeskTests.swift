@testable import Exchange
@testable import Kalshi
@testable import MCPKalshi
import MCPTestSupport
import Model
import Notation
import Ports
import Risk
import Testing

/// `kelly_size` with the correlations that a desk has learned, and without a desk.
@Suite struct KellyAtTheDeskTests {
    @Test func `what a desk has measured counts instead of what is assumed, and the answer says which`() async throws {
        let assumed = try await sized(nil)
        #expect(assumed.json["correlations"] == "assumed" && assumed.moves.hasSuffix("(assumed)"), "\(assumed.json.rendered)")
        let unlearned = try await sized(UnaskedDesk(correlations: EventCorrelations()))
        #expect(unlearned.json["correlations"]?.asText?.hasPrefix("learned by the desk") == true && unlearned.moves.hasSuffix("(assumed)") && unlearned.share == assumed.share)
        // Sixty days on which the two went apart.
        var correlations = EventCorrelations()
        for _ in 0..<60 {
            correlations.learn([DaySurprise(underlying: Underlying("BTC"), score: 1, variance: 1), DaySurprise(underlying: Underlying("ETH"), score: -1, variance: 1)])
        }
        let learned = try await sized(UnaskedDesk(correlations: correlations))
        #expect(learned.moves.hasSuffix("days measured)") && learned.share < assumed.share, "\(learned.json.rendered)")
    }

    /// Ether, while bitcoin is held; what was counted of it, and which share of the size the holding took.
    private func sized(_ desk: UnaskedDesk?) async throws -> (json: JSON, moves: String, share: Double) {
        let rig = try await KalshiServerRig.start(desk: desk)
        let bitcoin = Ticker(try await rig.exchange.quotedMarket("KXBTC15M").ticker), ether = Ticker(try await rig.exchange.quotedMarket("KXETH15M").ticker)
        let venue = try await rig.door.client()
        _ = try await venue.createOrder(
            ClientOrderID("held"), OrderIntent(market: bitcoin, side: .yes, limit: .cents(99), quantity: .contracts(20), timeInForce: .immediateOrCancel, postOnly: false))
        let json = try await rig.call("kelly_size", ["side": "yes", "probability": .number(0.9), "price": "0.60", "bankroll": "10000", "ticker": .text(ether.text)])
        try await rig.stop()
        let moves = try #require(json["moves_with"]?.asArray?.first?.asText)
        // "TICKER 0.70 (...)".
        return (json, moves, try #require(Double(moves.split(separator: " ")[1])))
    }
}
