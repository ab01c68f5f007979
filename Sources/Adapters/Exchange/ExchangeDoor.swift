import Keys
import Matching
import Model
import Notation
import Transport

/// Where requests come in: who asks is checked here, beside the house, and what they ask is answered inside.
struct ExchangeDoor: Sendable {
    let house: ExchangeHouse
    let keys: KeyRing
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
            guard let operation = Operation(method: request.method, segments: request.segments) else { throw .notFound }
            // Public requests need no headers, but wrong ones are refused there too.
            let account = operation.isPrivate || keys.isSigned(request) ? AccountID(try keys.account(of: request, now: now)) : nil
            let answer = try await house.answer(operation, request, account: account)
            return response(answer.status, answer.body, at: now)
        } catch {
            return response(error, at: now)
        }
    }

    func response(_ error: APIError, at now: Timestamp) -> HTTPResponse { response(error.status, error.body, at: now) }

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
            let account = try keys.account(of: request, now: now)
            guard await house.hasRoom(for: account) else { throw .tooManyRequests }
            return .accept()
        } catch {
            return .refuse(response(error, at: now))
        }
    }

    /// One connection from its handshake to its end. It ends when the client goes, or when it is too slow to be told anything.
    func converse(_ request: HTTPRequest, _ connection: WebSocketConnection) async {
        let session = await house.open(account: request.headers[RequestSignature.keyHeader] ?? "", outbox: Outbox(connection))
        for await message in connection.incoming {
            switch message {
            case .text(let bytes), .binary(let bytes): await house.receive(bytes, from: session)
            case .closed: break
            }
        }
        await house.closed(session)
    }
}
