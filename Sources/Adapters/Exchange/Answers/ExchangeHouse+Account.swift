import Keys
import Matching
import Model
import Notation

// The account's budgets and its keys.

extension ExchangeHouse {
    // MARK: Budgets

    func limits(_ caller: Caller) -> Answer {
        let tier = gate.tier(of: caller.account)
        func json(_ budget: UsageTier.Budget) -> JSON {
            .object(["refill_rate": .integer(budget.refillRate), "bucket_capacity": .integer(budget.capacity)])
        }
        let grants = tiers[caller.account].map { [JSON.object(["exchange_instance": "event_contract", "level": .text($0.rawValue), "source": "api"])] }
        return .ok(["usage_tier": .text(tier.rawValue), "read": json(tier.read), "write": json(tier.write), "grants": .array(grants ?? [])])
    }

    /// What differs from the default cost, as the table of the routes has it.
    func endpointCosts() -> Answer {
        let costs = Route.all.filter { $0.cost != Route.defaultCost }.map { route in
            JSON.object(["method": .text(route.method), "path": .text("/trade-api/v2" + route.path), "cost": .integer(Int64(route.cost))])
        }
        return .ok(["default_cost": .integer(Int64(Route.defaultCost)), "endpoint_costs": .array(costs)])
    }

    /// The grant of the advanced tier, for whoever has sent an order; a higher tier stays as it is.
    func upgrade(_ caller: Caller) throws(APIError) -> Answer {
        guard !venue.orders(caller.account).isEmpty else { throw .permissionDenied }
        if gate.tier(of: caller.account) == .basic {
            do { try keep(tier: .advanced, of: caller.account) } catch { throw .unavailable }
            gate.grant(.advanced, to: caller.account, at: time)
        }
        return Answer(status: 201, body: nil)
    }

    /// The account's volume of 30 days beside what the tiers ask for: shares of this exchange's own volume in the markets of that time.
    func volumeProgress(_ caller: Caller) -> Answer {
        let since = time - Interval.seconds(30 * 86_400)
        let own = venue.fills(caller.account, since: since).reduce(Quantity.zero) { $0 + $1.fill.quantity }
        let all = venue.allMarkets.filter { $0.market.closeTime >= since }.reduce(Quantity.zero) { $0 + $1.volume }
        func share(_ parts: Int64) -> JSON { .text(Quantity(hundredths: all.hundredths / 100_000 * parts).description) }
        let goals = UsageTier.allCases.compactMap { tier in
            tier.volumeShare.map { JSON.object(["level": .text(tier.rawValue), "earn_volume_goal_fp": share($0.earn), "keep_volume_goal_fp": share($0.keep)]) }
        }
        let progress = JSON.object([
            "computed_ts": .integer(time.wholeSeconds), "trailing_30d_volume_fp": .text(own.description), "goals": .array(goals),
        ])
        return .ok(["volume_progress": [progress]])
    }

    // MARK: Keys

    func apiKeys(_ caller: Caller) -> Answer { .ok(["api_keys": .array(keys.keys(of: caller.account).map(\.json))]) }

    func createKey(_ caller: Caller, _ bytes: [UInt8]) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "CreateApiKeyRequest")
        let publicKey: VerifyingKey
        do { publicKey = try VerifyingKey(pem: try body.required("public_key")) } catch let error as KeyError {
            throw .invalidParameters("public_key: \(error.description)")
        } catch let error as APIError { throw error } catch { throw .invalidParameters("public_key") }
        let key = try addKey(caller, body, publicKey)
        return .created(["api_key_id": .text(key.id)])
    }

    /// The private key is in the answer and nowhere else.
    func generateKey(_ caller: Caller, _ bytes: [UInt8]) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "GenerateApiKeyRequest")
        guard let kind = SigningKey.Kind(rawValue: try body.text("key_type") ?? "rsa") else { throw .invalidParameters("key_type") }
        let secret: SigningKey
        do { secret = try SigningKey.generate(kind) } catch { throw .unavailable }
        let key = try addKey(caller, body, secret.verifyingKey)
        return .created(["api_key_id": .text(key.id), "private_key": .text(secret.pemToHandOver), "key_type": .text(kind.rawValue)])
    }

    private func addKey(_ caller: Caller, _ body: Body, _ publicKey: VerifyingKey) throws(APIError) -> APIKey {
        let name = try body.required("name")
        guard name.utf8.count <= 256 else { throw .invalidParameters("name") }
        let scopes = try scopes(body, caller)
        let subaccount = try body.integer("subaccount").map { number throws(APIError) in try self.subaccount(number, caller) ?? Int(number) }
        guard keys.keys(of: caller.account).count < APIKey.limit else { throw .nested(409, "too_many_api_keys") }
        let id = ExchangeServer.keyID(of: publicKey)
        guard keys.key(id) == nil else { throw .nested(409, "api_key_already_exists") }
        let key = APIKey(
            id: id, account: caller.account, name: name, scopes: scopes, subaccount: subaccount, publicKey: publicKey, serial: keys.nextSerial)
        try store(key.stored())
        keys.add(key)
        return key
    }

    /// Full access unless the request says less; a key cannot give what it does not have.
    private func scopes(_ body: Body, _ caller: Caller) throws(APIError) -> [Scope] {
        let names = try body.texts("scopes") ?? ["read", "write"]
        let scopes = names.compactMap(Scope.init)
        guard scopes.count == names.count, !scopes.isEmpty else { throw .invalidParameters("scopes") }
        guard !scopes.contains(.write) || scopes.contains(.read) else { throw .invalidParameters("the write scope needs the read scope") }
        guard scopes.allSatisfy({ $0.isGranted(by: caller.scopes) }) else { throw .permissionDenied }
        return scopes
    }

    func deleteKey(_ caller: Caller, _ id: String) throws(APIError) -> Answer {
        guard let key = keys.key(id), key.account == caller.account else { throw .notFound }
        try store(key.stored(isDeleted: true))
        keys.remove(id)
        return .nothing
    }

    /// Before a key speaks, and before it is silenced, the ledger has it.
    private func store(_ key: APIKey.Stored) throws(APIError) {
        do { try keep(key) } catch { throw .unavailable }
        guard commitNoted() else { throw .unavailable }
    }
}
