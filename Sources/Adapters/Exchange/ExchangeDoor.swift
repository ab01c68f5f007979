import Keys
import Matching
import Model
import Notation
import Transport

/// Where requests come in: who asks is checked here, beside the house, and what they ask is answered inside.
struct ExchangeDoor: Sendable {
    let house: ExchangeHouse
    let keys: KeyRing
    let gate: RateGate
    let intake = Intake()
    let now: @Sendable () -> Timestamp
    /// Nil without a plan of faults.
    let faults: FaultInjector?

    // MARK: REST

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        if let faults { return await answer(request, under: faults) }
        return await answer(request, at: now())
    }

    /// - Parameter now: the time that signatures are checked against, and that the answer shows.
    func answer(_ request: HTTPRequest, at now: Timestamp) async -> HTTPResponse {
        do throws(APIError) {
            guard let (route, operation) = Route.find(request.method, request.segments) else { throw .notFound }
            let caller = try admit(request, route, at: now)
            let call = Call(operation: operation, query: Query(request.queryItems, operation: route.name), body: request.body, caller: caller)
            let answer = try await answer(call)
            return response(answer.status, answer.body, at: now)
        } catch {
            return response(error, at: now)
        }
    }

    func response(_ error: APIError, at now: Timestamp) -> HTTPResponse { response(error.status, error.body, at: now) }

    private func answer(_ call: Call) async throws(APIError) -> Answer {
        let result = await withCheckedContinuation { reply in
            guard intake.put(Intake.Waiting(call: call, reply: reply)) else { return }
            Task { await house.serve(intake) }
        }
        return try result.get()
    }

    /// Who asks, whether the key reaches so far, and whether the account's budget does.
    private func admit(_ request: HTTPRequest, _ route: Route, at now: Timestamp) throws(APIError) -> Caller? {
        // Public requests need no headers, but wrong ones are refused there too.
        guard route.access != .everyone || keys.isSigned(request) else { return nil }
        let caller = try keys.caller(of: request, now: now)
        let cost = try cost(of: request, route)
        guard gate.admit(caller.account, cost: cost, isWrite: route.isWrite, at: now) else { throw .tooManyRequests }
        switch route.access {
        case .everyone: break
        case .key(let scope): guard scope.isGranted(by: caller.scopes) else { throw .permissionDenied }
        case .unlockedKey(let scope):
            guard scope.isGranted(by: caller.scopes) else { throw .permissionDenied }
            guard caller.subaccount == nil else { throw .lockedKey }
        }
        if !request.body.isEmpty, let type = request.headers["content-type"], !type.lowercased().hasPrefix("application/json") {
            throw .flat(details: "content type must be application/json")
        }
        return caller
    }

    /// A batch costs what its items cost.
    private func cost(of request: HTTPRequest, _ route: Route) throws(APIError) -> Int {
        guard route.isBatch else { return route.cost }
        return route.cost * max(1, try Body(request.body, as: route.name + "Request").objects("orders", as: "").count)
    }

    /// With the time of day: clients measure how far their clocks are off by it.
    private func response(_ status: Int, _ body: JSON?, at now: Timestamp) -> HTTPResponse {
        var response = body.map { HTTPResponse.json(status, $0.bytes) } ?? HTTPResponse(status: status)
        response.headers["date"] = WallTime.httpDate(now)
        return response
    }

    // MARK: WebSocket

    /// Every connection is signed, for public channels too.
    func admit(_ request: HTTPRequest) async -> WebSocketRoute.Decision {
        var now = now()
        if let faults {
            let (refusal, skew) = refusal(ofHandshake: request, under: faults)
            if let refusal { return .refuse(refusal) }
            now = now + skew
        }
        do throws(APIError) {
            guard request.path == ExchangeServer.webSocketPath else { throw .notFound }
            let caller = try keys.caller(of: request, now: now)
            // What a socket tells is what the reading operations tell.
            guard Scope.read.isGranted(by: caller.scopes) else { throw .permissionDenied }
            guard await house.hasRoom(for: caller.account.text) else { throw .tooManyRequests }
            return .accept()
        } catch {
            return .refuse(response(error, at: now))
        }
    }

    /// Whom the key that was admitted stands for; one that was deleted since stands for nobody.
    private func reader(of request: HTTPRequest) -> SocketSession.Reader {
        let key = keys.key(request.headers[RequestSignature.keyHeader] ?? "")
        return SocketSession.Reader(account: key?.account.text ?? "", subaccount: key?.subaccount)
    }

    /// One connection from its handshake to its end. It ends when the client goes, or when it is too slow to be told anything.
    func converse(_ request: HTTPRequest, _ connection: WebSocketConnection) async {
        let session = await house.open(reader(of: request), outbox: Outbox(connection))
        for await message in connection.incoming {
            switch message {
            case .text(let bytes), .binary(let bytes): await house.receive(bytes, from: session)
            case .closed: break
            }
        }
        await house.closed(session)
    }
}
