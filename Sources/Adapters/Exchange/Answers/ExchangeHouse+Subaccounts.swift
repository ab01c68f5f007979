import Accounting
import Matching
import Model
import Notation

// Subaccounts: numbers, money between them, netting (Kalshi reference, section 9.4).

extension ExchangeHouse {
    func createSubaccount(_ caller: Caller, _ bytes: [UInt8]) throws(APIError) -> Answer {
        try Body(bytes, as: "CreateSubaccountRequest", optional: true).checkShard()
        let number = try act { venue.openSubaccount(caller.account, into: &$0) }
        return .created(["subaccount_number": .integer(Int64(number))])
    }

    private func subaccounts(_ caller: Caller) -> [SubaccountRecord] { venue.account(caller.account)?.subaccounts ?? [] }

    func subaccountBalances(_ caller: Caller) -> Answer {
        let balances = subaccounts(caller).map { record in
            JSON.object([
                "subaccount_number": .integer(Int64(record.number)), "exchange_index": 0, "balance": .text(record.portfolio.free.fourDecimals),
                "updated_ts": .integer(time.wholeSeconds),
            ])
        }
        return .ok(["subaccount_balances": .array(balances)])
    }

    func netting(_ caller: Caller) -> Answer {
        let configurations = subaccounts(caller).map { record in
            JSON.object(["subaccount_number": .integer(Int64(record.number)), "enabled": .bool(record.netting), "exchange_index": 0])
        }
        return .ok(["netting_configs": .array(configurations)])
    }

    func setNetting(_ caller: Caller, _ bytes: [UInt8]) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "UpdateSubaccountNettingRequest")
        guard let number = try body.integer("subaccount_number"), let isEnabled = try body.flag("enabled") else {
            throw .invalidParameters("subaccount_number and enabled are required")
        }
        let subaccount = try subaccount(number, caller) ?? 0
        try act { events -> Result<Void, OrderRefusal> in
            if let refusal = venue.setNetting(isEnabled, for: caller.account, subaccount: subaccount, into: &events) { .failure(refusal) } else { .success(()) }
        }
        return Answer(status: 200, body: nil)
    }

    func transfer(_ caller: Caller, _ bytes: [UInt8]) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "ApplySubaccountTransferRequest")
        try body.checkShard()
        let id = try body.required("client_transfer_id")
        guard id.utf8.count <= CreateOrderBody.clientOrderIDLimit else { throw .invalidParameters("client_transfer_id") }
        guard let from = try body.integer("from_subaccount"), let to = try body.integer("to_subaccount"), let cents = try body.integer("amount_cents") else {
            throw .invalidParameters("from_subaccount, to_subaccount and amount_cents are required")
        }
        guard (0..<64).contains(from), (0..<64).contains(to) else { throw .refused(OrderRefusal.unknownSubaccount) }
        guard (1...1_000_000_000_000).contains(cents) else { throw .invalidParameters("amount_cents") }
        _ = try act { venue.transfer(.cents(cents), from: Int(from), to: Int(to), id: id, for: caller.account, at: time, into: &$0) }
        return .ok([:])
    }

    func transfers(_ caller: Caller, _ query: Query) throws(APIError) -> Answer {
        let page = try history(venue.transfers(caller.account), query, time: \.time) { _ in true }
        return .ok(["transfers": .array(page.rows.map(\.element.json)), "cursor": .text(page.cursor)])
    }
}

extension TransferRecord {
    /// `SubaccountTransfer` of the contract; times are seconds here.
    fileprivate var json: JSON {
        .object([
            "transfer_id": .text(id), "from_subaccount": .integer(Int64(from)), "to_subaccount": .integer(Int64(to)), "amount_cents": .integer(amount.wholeCents),
            "created_ts": .integer(time.wholeSeconds), "exchange_index": 0,
        ])
    }
}
