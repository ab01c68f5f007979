public import Model
import Wire

/// The account beside its trading: keys, payments, subaccounts. Keys are made and deleted by a person at the exchange, never by this client.
extension KalshiClient {
    public func apiKeys() async throws(KalshiError) -> [KalshiAPIKey] {
        try await pages(ListShape("api_keys", KalshiAPIKey.self, beside: "api_key_region_expiration_ts"), "listing keys", .apiKeys)
    }

    public func volumeProgress() async throws(KalshiError) -> [KalshiVolumeProgress] {
        try await pages(ListShape("volume_progress", KalshiVolumeProgress.self), "reading the account's volume", .volumeProgress)
    }

    public func deposits() async throws(KalshiError) -> [KalshiPayment] {
        try await pages(ListShape("deposits", KalshiPayment.self), "listing deposits", .deposits, [], [("limit", "500")])
    }

    public func withdrawals() async throws(KalshiError) -> [KalshiPayment] {
        try await pages(ListShape("withdrawals", KalshiPayment.self), "listing withdrawals", .withdrawals, [], [("limit", "500")])
    }

    /// What all resting orders are worth.
    public func restingValue() async throws(KalshiError) -> Money { try await get(RestingValue.self, "reading what rests", .restingValue).total }

    // MARK: - Subaccounts

    /// - Returns: its number.
    public func createSubaccount() async throws(KalshiError) -> Int64 {
        let attempt = "making a subaccount"
        return try decode(SubaccountMade.self, try await act(attempt, .createSubaccount, body: OrderBodies.object([:])), attempt, .createSubaccount).number
    }

    public func subaccountBalances() async throws(KalshiError) -> [KalshiSubaccountBalance] {
        try await pages(ListShape("subaccount_balances", KalshiSubaccountBalance.self), "reading the subaccounts' balances", .subaccountBalances)
    }

    public func netting() async throws(KalshiError) -> [KalshiNetting] {
        try await pages(ListShape("netting_configs", KalshiNetting.self), "reading which subaccounts net", .netting)
    }

    public func setNetting(_ isEnabled: Bool, of subaccount: Int64) async throws(KalshiError) {
        let body = OrderBodies.object { json in
            json.field("enabled", isEnabled)
            json.field("subaccount_number", subaccount)
        }
        _ = try await act("setting the netting of subaccount \(subaccount)", .setNetting, body: body)
    }

    /// Moves cash between two subaccounts of this account.
    /// - Parameters:
    ///   - id: a UUID of the caller's: the same transfer sent twice is one.
    ///   - amount: whole cents, above nothing.
    public func transfer(_ id: String, from: Int64, to: Int64, _ amount: Money) async throws(KalshiError) {
        precondition(amount > .zero && amount.millionths % 10_000 == 0, "a transfer is of whole cents")
        let body = OrderBodies.object { json in
            json.field("amount_cents", amount.millionths / 10_000)
            json.field("client_transfer_id", id)
            json.field("from_subaccount", from)
            json.field("to_subaccount", to)
        }
        _ = try await act("moving \(amount) from subaccount \(from) to \(to)", .transfer, body: body)
    }

    public func transfers() async throws(KalshiError) -> [KalshiTransfer] {
        try await pages(ListShape("transfers", KalshiTransfer.self), "listing transfers", .transfers, [], [("limit", "100")])
    }
}
