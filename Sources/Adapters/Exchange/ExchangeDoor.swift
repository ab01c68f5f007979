import Keys
import Matching
import Model
import Transport

/// Where requests come in: who asks is checked here, beside the house, and what they ask is answered inside.
struct ExchangeDoor: Sendable {
    let house: ExchangeHouse
    let keys: KeyRing
    let now: @Sendable () -> Timestamp

    // MARK: REST

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        do throws(APIError) {
            guard let operation = Operation(method: request.method, segments: request.segments) else { throw .notFound }
            // Public requests need no headers, but wrong ones are refused there too.
            let account = operation.isPrivate || keys.isSigned(request) ? AccountID(try keys.account(of: request, now: now())) : nil
            let answer = try await house.answer(operation, request, account: account)
            return response(answer.status, answer.body)
        } catch {
            return response(error.status, error.body)
        }
    }

    /// With the time of day: clients measure how far their clocks are off by it.
    private func response(_ status: Int, _ body: JSON?) -> HTTPResponse {
        var response = body.map { HTTPResponse.json(status, $0.bytes) } ?? HTTPResponse(status: status)
        response.headers["date"] = WallTime.httpDate(now())
        return response
    }

    // MARK: WebSocket

    /// Every connection is signed, for public channels too.
    func admit(_ request: HTTPRequest) async -> WebSocketRoute.Decision {
        do throws(APIError) {
            guard request.path == ExchangeServer.webSocketPath else { throw .notFound }
            let account = try keys.account(of: request, now: now())
            guard await house.hasRoom(for: account) else { throw .tooManyRequests }
            return .accept()
        } catch {
            return .refuse(response(error.status, error.body))
        }
    }

    /// One connection from its handshake to its end. It ends when the client goes, or when it is too slow to be told anything.
    func converse(_ request: HTTPRequest, _ connection: WebSocketConnection) async {
        let outbox = Outbox()
        let session = await house.open(account: request.headers[RequestSignature.keyHeader] ?? "", outbox: outbox)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await outbox.drain(into: connection)
                await connection.close(code: 1008, reason: "too slow")
            }
            for await message in connection.incoming {
                switch message {
                case .text(let bytes), .binary(let bytes): await house.receive(bytes, from: session)
                case .closed: break
                }
            }
            await house.closed(session)
            outbox.close()
        }
    }
}
