import Kalshi
import MCP
import MCPHosting
import Model
import Notation
import Ports

/// `order_execute`: the engine's own way to the exchange. It takes nothing but an approval of the risk gate, and each of them once.
///
/// It stands on a server of its own, which no assistant reaches.
struct OrderExecute: Tool {
    struct Arguments: Shaped {
        let client_order_id: String
        let ticker: String
        let side: String
        let price: String
        let count: String
        let time_in_force: String
        let post_only: Bool
        let lapses: Int64
        let group: String
        let amends: String
        let expires: Int64
        let nonce: String
        let code: String
        static let notes: [String: Note] = [
            "client_order_id": "As approved; so are all the others.", "ticker": .plain, "side": .plain, "price": .plain, "count": .plain, "time_in_force": .plain, "post_only": .plain,
            "lapses": "Seconds since 1970; 0: never.", "group": "The order group; empty: none.", "amends": "The order that is to be like this; empty: a new one.", "expires": "Nanoseconds since 1970.", "nonce": .plain, "code": "HMAC-SHA256 of the risk gate over all of them.",
        ]

        init(_ approval: SealedApproval) {
            client_order_id = approval.id
            ticker = approval.ticker
            side = approval.side
            price = approval.price
            count = approval.count
            time_in_force = approval.timeInForce
            post_only = approval.postOnly
            lapses = approval.lapses
            group = approval.group
            amends = approval.amends
            expires = approval.expires
            nonce = approval.nonce
            code = approval.code
        }

        var approval: SealedApproval {
            SealedApproval(
                id: client_order_id, ticker: ticker, side: side, price: price, count: count, timeInForce: time_in_force, postOnly: post_only, lapses: lapses, group: group, amends: amends,
                expires: expires, nonce: nonce, code: code)
        }
    }
    /// What is certain about the order afterwards.
    enum Outcome: String, Choice {
        case accepted, rejected, unknown
        /// The approval was worth nothing, and nothing was sent.
        case refused
    }
    struct Output: Shaped {
        let outcome: Outcome
        let order_id: String?
        let remaining: String?
        let code: String?
        let reason: String?
        static let notes: [String: Note] = ["outcome": .plain, "order_id": .plain, "remaining": .plain, "code": .plain, "reason": .plain]
    }
    static let name = "order_execute"
    static let title = "Execute an approved order"
    static let summary = "Sends an order that the risk gate has approved and sealed."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: true)
    let gateway: KalshiGateway
    let approvals: ApprovalDesk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let opened: OpenedApproval
        do throws(ApprovalRefusal) { opened = try approvals.open(arguments.approval) } catch {
            return Output(outcome: .refused, order_id: nil, remaining: nil, code: "approval_refused", reason: error.description)
        }
        switch await gateway.carryOut(opened) {
        case .accepted(_, let order, let remaining): return Output(outcome: .accepted, order_id: order.text, remaining: remaining.description, code: nil, reason: nil)
        case .rejected(_, let code, let message): return Output(outcome: .rejected, order_id: nil, remaining: nil, code: code, reason: message)
        case .unknown(_, let reason): return Output(outcome: .unknown, order_id: nil, remaining: nil, code: nil, reason: reason)
        case .change(_, .amended): return Output(outcome: .accepted, order_id: arguments.amends, remaining: nil, code: nil, reason: nil)
        case .change(_, .refused(let code, let message)): return Output(outcome: .rejected, order_id: nil, remaining: nil, code: code, reason: message)
        case .change(_, .unknown(let reason)): return Output(outcome: .unknown, order_id: nil, remaining: nil, code: nil, reason: reason)
        // It was there before: the engine asks, and hears its whole state.
        case .state, .absent, .canceled, .notResting, .change(_, .decreased):
            return Output(outcome: .unknown, order_id: nil, remaining: nil, code: nil, reason: "the exchange had an order of this id before")
        }
    }
}
