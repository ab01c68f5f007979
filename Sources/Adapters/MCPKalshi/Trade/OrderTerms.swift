import Accounting
import Kalshi
import Keys
import MCPHosting
import Model
import Notation
import Ports
import Risk

/// What every order is asked for with.
struct OrderTerms: Shaped {
    enum Life: String, Choice {
        case gtc, ioc, fok

        var timeInForce: TimeInForce {
            switch self {
            case .gtc: .goodTillCanceled
            case .ioc: .immediateOrCancel
            case .fok: .fillOrKill
            }
        }
    }

    let ticker: String
    let side: String
    // What has a default is optional, because in a list of orders nobody fills it in.
    let action: OrderSimulate.Action?
    let count: String
    let price: String
    let probability: Double?
    let time_in_force: Life?
    let expires_at: String?
    let post_only: Bool?
    let reduce_only: Bool?
    let group: String?
    let client_order_id: String?
    let max_cost: String?
    let dry_run: Bool?

    static let notes: [String: Note] = [
        "ticker": "Market.", "side": "yes or no.", "action": Note("Of the side.", default: "buy"), "count": "\"10.00\"", "price": "Limit, of the side.",
        "probability": "Yours, that the side wins.", "time_in_force": Note("Life.", default: "gtc"), "expires_at": "Of gtc.", "post_only": "Rests.",
        "reduce_only": "Only closes; needs no probability.", "group": "Of order_group_set.", "client_order_id": "1-32 of A-Za-z0-9_-; same id, same order.", "max_cost": "With fees.",
        "dry_run": "Only checks.",
    ]

    /// The order as the engine takes it; whatever is wrong with it is told in a sentence. Selling one leg is buying the other at 1 less the price.
    func wish(asker: String, at now: Timestamp) throws -> OrderWish {
        guard let named = Side(rawValue: side) else { throw ToolFailure("side is yes or no") }
        let (action, life, resting, closing) = (action ?? .buy, time_in_force ?? .gtc, post_only ?? false, reduce_only ?? false)
        let price = try Given.price(price)
        let key = client_order_id ?? OrderTerms.newKey()
        guard OrderWish.isKey(key) else { throw ToolFailure("client_order_id has 1 to 32 letters, digits, _ and -") }
        let believed = try probability.map { value in
            guard value > 0, value < 1 else { throw ToolFailure("a probability lies strictly between 0 and 1") }
            return action == .buy ? value : 1 - value
        }
        guard believed != nil || closing else { throw ToolFailure("probability is needed: your own that the side wins; without one only reduce_only orders are taken") }
        guard !resting || life == .gtc else { throw ToolFailure("post_only rests, so it goes with time_in_force gtc") }
        if let group, !OrderWish.isKey(group) { throw ToolFailure("group is the name of an order group that order_group_set has set") }
        let end = try expires(at: now)
        guard end == nil || life == .gtc else { throw ToolFailure("only an order with time_in_force gtc expires") }
        let intent = OrderIntent(
            market: try Given.name(ticker), side: action == .buy ? named : named.opposite, limit: action == .buy ? price : price.complement,
            quantity: try Given.count(count), timeInForce: life.timeInForce, postOnly: resting, expires: end)
        return OrderWish(key: key, asker: asker, intent: intent, probability: believed, reduceOnly: closing, group: group)
    }

    /// In whole seconds, as the exchange takes it; what is left of one is cut off.
    private func expires(at now: Timestamp) throws -> Timestamp? {
        guard let end = try Given.time("expires_at", expires_at) else { return nil }
        let whole = Timestamp.seconds(end.wholeSeconds)
        guard whole - now >= Self.leastLife else { throw ToolFailure("expires_at must be \(Int64(Self.leastLife.seconds)) s or more from now, \(now.told)") }
        return whole
    }

    /// A person is asked and the request travels before it begins to live.
    static let leastLife = Interval.seconds(5)

    /// 64 bits of chance: two askers do not meet.
    static func newKey() -> String { "a" + hexadecimal(randomBytes(8)) }

    func limit() throws -> Money? { try Given.cost(max_cost) }
}

/// An order before it is sent: what it can cost, and how a person is asked about it.
struct PricedOrder {
    let wish: OrderWish
    /// With the most that fees can be.
    let most: Money

    /// Refuses what cannot be sent whatever the gate says.
    init(_ wish: OrderWish, fees: FeeSchedule, maxCost: Money?, limits: DeskSettings) throws {
        let intent = wish.intent
        self.wish = wish
        most = intent.limit * intent.quantity + fees.upperBound(price: intent.limit, quantity: intent.quantity, liquidity: intent.postOnly ? .maker : .taker)
        if let maxCost, most > maxCost { throw ToolFailure("this order can cost \(most) with fees, more than max_cost \(maxCost)") }
        guard wish.reduceOnly || most <= limits.maximumOrderCost else {
            throw ToolFailure("this order can cost \(most) with fees, and the limit for one order is \(limits.maximumOrderCost)")
        }
    }

    /// The same words for the same order: a person's answer counts for what was read.
    var words: String {
        let intent = wish.intent
        let end = intent.expires.map { " until \(CivilTime.text($0, decimals: 0))" } ?? ""
        let life = intent.postOnly ? "resting only\(end)" : intent.timeInForce == .goodTillCanceled ? "resting if not filled\(end)" : "now or not at all"
        let closing = wish.reduceOnly ? ", only to close" : ""
        let group = wish.group.map { ", in group \($0)" } ?? ""
        return "buy \(intent.quantity) \(intent.side.rawValue.uppercased()) of \(intent.market) at \(intent.limit) or better (\(life)\(closing)\(group)): at most $\(most) with fees"
    }
}

/// What became of one order.
struct OrderOutcome: Shaped {
    let client_order_id: String
    let sent: Bool
    let state: String
    let order_id: String?
    let buys: String
    let price: String
    let count: String
    let filled: String?
    let reason: String?

    static let notes: [String: Note] = [
        "client_order_id": .plain, "sent": .plain, "state": .plain, "order_id": .plain, "buys": .plain,
        "price": .plain, "count": .plain, "filled": .plain, "reason": .plain,
    ]
}

extension KalshiDoor {
    /// The desk that orders go through; these tools are listed only where there is one.
    func trading() throws -> any DeskPort {
        guard let desk else { throw ToolFailure("no desk runs here: orders go through `aura run`") }
        return desk
    }

    func priced(_ wish: OrderWish, maxCost: Money?) async throws -> PricedOrder {
        let market = try await asked(about: "market \(wish.intent.market)") { try await client().market(wish.intent.market) }
        guard let fees = FeeSchedule(try await catalogue.fees(of: market.event)) else { throw ToolFailure("the fee rule of \(market.ticker) is not known, so nothing is ordered there") }
        return try PricedOrder(wish, fees: fees, maxCost: maxCost, limits: try await trading().limits)
    }

    /// Hands the order to the engine, where it passes the gate or does not, and waits a moment for the exchange's word.
    func send(_ wish: OrderWish) async throws -> OrderOutcome {
        // Whoever has called it off means also those of a batch that have not gone.
        try Task.checkCancellation()
        let desk = try trading()
        let answer = try await desk.answer(to: .order(wish))
        guard case .ordered(let id)? = answer else { return outcome(wish, sent: false, state: "refused", reason: answer?.sentence ?? "the desk gave no answer") }
        return await outcome(wish, id, desk)
    }

    private func outcome(_ wish: OrderWish, _ id: ClientOrderID, _ desk: any DeskPort) async -> OrderOutcome {
        let seen = await desk.order(id, past: "pending")
        return outcome(wish, sent: true, state: seen?.state ?? "over", order: seen?.orderId, filled: seen?.filled, reason: nil)
    }

    /// What an order that is only checked is told: what is judged before the engine has been, the rest at the moment of sending.
    func checked(_ wish: OrderWish) -> OrderOutcome {
        outcome(wish, sent: false, state: "dry_run", reason: "terms, price, cost and the limit for one order are in order; the risk gate judges the rest when it is sent")
    }

    func outcome(_ wish: OrderWish, sent: Bool, state: String, order: String? = nil, filled: String? = nil, reason: String?) -> OrderOutcome {
        OrderOutcome(
            client_order_id: wish.key, sent: sent, state: state, order_id: order, buys: wish.intent.side.rawValue, price: wish.intent.limit.description,
            count: wish.intent.quantity.description, filled: filled, reason: reason)
    }

    /// Asks the person in front of the client, and throws unless the answer is yes.
    func confirmed(_ context: CallContext, _ question: String) async throws {
        switch try await context.confirm("\(environment.rawValue): \(question)") {
        case .accepted: try Task.checkCancellation()
        case .declined: throw ToolFailure("the person declined; nothing was done")
        case .cancelled: throw ToolFailure("the person gave no answer; nothing was done")
        }
    }
}

extension DeskPort {
    /// The order once it is no longer in `state`, which the exchange's answer ends; after three seconds as it stands: whoever asks is told so rather than made to wait.
    func order(_ id: ClientOrderID, past state: String) async -> OrderView? {
        await awaited({ await order(id) }, while: { $0.state == state })
    }
}

/// Reads until the exchange's answer has come through the engine; after three seconds, or cancelled, it tells what is known.
func awaited<Seen>(_ read: () async -> Seen?, while isPending: (Seen) -> Bool) async -> Seen? {
    let deadline = ContinuousClock.now + .seconds(3)
    var seen = await read()
    while let now = seen, isPending(now), ContinuousClock.now < deadline {
        do { try await Task.sleep(for: .milliseconds(20)) } catch { break }
        seen = await read()
    }
    return seen
}
