import Matching
import Model
import Notation
import Transport

// The one place where requests are made to go wrong.

extension ExchangeDoor {
    /// Answers a request under the plan: what is decided before it is carried out, carries it out or not, then spoils the answer.
    func answer(_ request: HTTPRequest, under faults: FaultInjector) async -> HTTPResponse {
        let strikes = faults.strikes(occasion(request, Route.find(request.method, request.segments)?.route.name))
        if let refusal = refusal(strikes) { return refusal }
        let before = await orderBefore(request, strikes)
        let answered = await answer(request, at: now() + skew(strikes))
        if let before, answered.status == 200, case .staleRead(let milliseconds)? = strikes.first(where: { if case .staleRead = $0 { true } else { false } }) {
            faults.keep(before, inPlaceOf: stalePlace(request, "/trade-api/v2/portfolio/orders/\(request.segments.last ?? "")"), milliseconds: milliseconds)
        }
        var shown = answered
        if request.method == "GET", answered.status == 200, let stale = faults.stale(stalePlace(request, request.path)) { shown.body = stale.bytes }
        for strike in strikes { shown = await spoiled(shown, strike) }
        return shown
    }

    /// The same for a handshake: nil when it goes on as usual.
    func refusal(ofHandshake request: HTTPRequest, under faults: FaultInjector) -> (refusal: HTTPResponse?, skew: Interval) {
        let strikes = faults.strikes(occasion(request, "WebSocket"))
        return (refusal(strikes), skew(strikes))
    }

    private func occasion(_ request: HTTPRequest, _ operation: String?) -> FaultMachine.Occasion {
        FaultMachine.Occasion(operation: operation ?? "\(request.method) \(request.path)", account: request.headers["KALSHI-ACCESS-KEY"])
    }

    private func refusal(_ strikes: [Fault]) -> HTTPResponse? {
        for strike in strikes {
            switch strike {
            case .tooManyRequests: return response(.tooManyRequests, at: now())
            case .retiredEndpoint: return response(.nested(410, "deprecated_v1_order_endpoint"), at: now())
            case .serverError(let status, carriedOut: false): return response(.nested(status, "internal_server_error"), at: now())
            case .lostAnswer(carriedOut: false): return .hangUp
            default: continue
            }
        }
        return nil
    }

    private func skew(_ strikes: [Fault]) -> Interval {
        .seconds(strikes.reduce(0) { sum, strike in if case .clockSkew(let seconds) = strike { sum + seconds } else { sum } })
    }

    /// How the order of a cancel looks now, where the plan wants it to be seen afterwards.
    private func orderBefore(_ request: HTTPRequest, _ strikes: [Fault]) async -> JSON? {
        guard strikes.contains(where: { if case .staleRead = $0 { true } else { false } }),
            case .cancelOrder(let id)? = Route.find(request.method, request.segments)?.operation, let key = request.headers["KALSHI-ACCESS-KEY"],
            let caller = keys.key(key)?.caller
        else { return nil }
        // An order that is not there has no older state.
        return try? await house.answer(Call(operation: .order(id), query: Query([], operation: "GetOrder"), body: [], caller: caller)).body
    }

    private func stalePlace(_ request: HTTPRequest, _ path: String) -> String { "\(request.headers["KALSHI-ACCESS-KEY"] ?? "") \(path)" }

    private func spoiled(_ answer: HTTPResponse, _ fault: Fault) async -> HTTPResponse {
        var spoiled = answer
        switch fault {
        case .lateAnswer(let milliseconds):
            // A server that stops does not wait: the answer leaves then.
            try? await Task.sleep(for: .milliseconds(milliseconds))
        case .lostAnswer(carriedOut: true): return .hangUp
        case .serverError(let status, carriedOut: true): return response(.nested(status, "internal_server_error"), at: now())
        case .emptyAnswer: if (200..<300).contains(answer.status) { spoiled.body = Array("{}".utf8) }
        case .cutAnswer: spoiled.body = Array(answer.body.prefix(answer.body.count / 2))
        case .unknownField, .unknownValue, .missingField: spoiled.body = JSON.damaged(answer.body, fault)
        case .dropFrame, .duplicateFrame, .reorderFrame, .delayFrame, .breakSocket, .closeSocket, .muteSocket, .endSubscription, .lostAnswer, .tooManyRequests,
            .serverError, .retiredEndpoint, .staleRead, .clockSkew, .tradingPause, .exchangePause, .marketPause, .earlyClose, .tickChange, .settlementReversal, .feeChange:
            break
        }
        return spoiled
    }
}
