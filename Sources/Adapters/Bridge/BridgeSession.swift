import Keys
import Model
import Ports
import Transport

/// One client's connection, from hello to goodbye.
struct BridgeSession: Sendable {
    let connection: WebSocketConnection
    let hub: Hub
    let desk: any DeskPort
    let token: String
    let limits: BridgeLimits

    func run() async {
        var messages = connection.incoming.makeAsyncIterator()
        guard let helloID = await hello(&messages) else { return }
        guard let client = await hub.join(helloID: helloID.text) else {
            return await turnAway(helloID.text, Complaint("full", "the bridge has \(limits.clients) clients already"), code: 4429)
        }
        await withTaskGroup { group in
            group.addTask { await send(to: client) }
            while let message = await messages.next() {
                switch message {
                case .text(let bytes):
                    if await !serve(ClientRequest(bytes), client) { await connection.close(code: 4408, reason: "too many unread answers") }
                case .binary: _ = await hub.answer(client, .failed(nil, Complaint("bad_json", "requests are text")))
                case .closed: break
                }
            }
            await hub.leave(client)
        }
    }

    private struct HelloID { let text: String? }

    /// The first message has to be a hello with the token, in time. Nil when it was not, and the client has been told.
    private func hello(_ messages: inout AsyncStream<WebSocketMessage>.Iterator) async -> HelloID? {
        let deadline = Task {
            // Cancelled as soon as the first message is there.
            try await Task.sleep(for: limits.helloLimit)
            await connection.close(code: 4401, reason: "no hello")
        }
        let first = await messages.next()
        deadline.cancel()
        guard case .text(let bytes) = first else {
            await connection.close(code: 4401, reason: "the first message is a hello")
            return nil
        }
        let request = ClientRequest(bytes)
        switch request.wish {
        case .success(.hello(let offered)) where sameSecret(offered, token): return HelloID(text: request.id)
        case .success(.hello): await turnAway(request.id, Complaint("wrong_token", "the token is not this desk's"), code: 4401)
        case .success: await turnAway(request.id, Complaint("no_hello", "the first message is a hello with the token"), code: 4401)
        case .failure(let complaint): await turnAway(request.id, complaint, code: 4401)
        }
        return nil
    }

    private func turnAway(_ id: String?, _ complaint: Complaint, code: Int) async {
        let message = Outbox.message(1, Increment(type: "answer", payload: Answer.failed(id, complaint).payload), WallClock.now())
        // Who has gone already needs no telling.
        try? await connection.send(text: message)
        await connection.close(code: code, reason: complaint.code)
    }

    private func send(to client: Hub.ClientID) async {
        while let messages = await hub.next(for: client) {
            do { try await connection.send(texts: messages) } catch {
                // The reader learns of the broken connection and ends the session.
                return
            }
        }
    }

    /// Carries out one request and answers it. False when the client has to go.
    private func serve(_ request: ClientRequest, _ client: Hub.ClientID) async -> Bool {
        guard await hub.mayAsk(client) else {
            return await hub.answer(client, .failed(request.id, Complaint("rate_limited", "at most \(limits.requestsPerSecond) requests a second")))
        }
        switch request.wish {
        case .failure(let complaint): return await hub.answer(client, .failed(request.id, complaint))
        case .success(.hello): return await hub.answer(client, .done(request.id, "welcome"))
        case .success(.ping): return await hub.answer(client, .done(request.id, "pong"))
        case .success(.command(let command)): return await hub.answer(client, await carryOut(command, request.id))
        case .success(.resync):
            let isWelcome = await hub.answer(client, .done(request.id, "snapshot"))
            await hub.owe(snapshotTo: client)
            return isWelcome
        case .success(.watch(nil)):
            await hub.unwatch(client)
            return await hub.answer(client, .done(request.id, "nothing"))
        case .success(.watch(let market?)):
            if await hub.watch(market, for: client, requestID: request.id) { return true }
            return await hub.answer(client, .failed(request.id, Complaint("unknown_market", "the desk does not know \(market)")))
        }
    }

    private func carryOut(_ command: Command, _ id: String?) async -> Answer {
        do { return .done(id, try await desk.command(command)) } catch { return .failed(id, Complaint("refused", "\(error)")) }
    }
}
