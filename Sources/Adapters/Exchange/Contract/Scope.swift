import Matching

/// What a key may do (Kalshi reference, section 3). A parent grants all of its children; a child stands alone.
enum Scope: String, Hashable, Sendable, Codable, CaseIterable {
    case read
    case write
    case readBlockTradeAccept = "read::block_trade_accept"
    case readBalance = "read::portfolio_balance"
    case writeTrade = "write::trade"
    case writeTransfer = "write::transfer"
    case writeRisk = "write::fcm_risk"
    case writeBlockTradeAccept = "write::block_trade_accept"

    private var parent: Scope? {
        switch self {
        case .read, .write: nil
        case .readBlockTradeAccept, .readBalance: .read
        case .writeTrade, .writeTransfer, .writeRisk, .writeBlockTradeAccept: .write
        }
    }

    func isGranted(by scopes: [Scope]) -> Bool { scopes.contains(self) || parent.map(scopes.contains) ?? false }
}

/// Who asks: the account that a key speaks for, and how far the key goes.
struct Caller: Hashable, Sendable {
    let account: AccountID
    let keyID: String
    let scopes: [Scope]
    /// The one subaccount that the key is locked to; nil for all.
    let subaccount: Int?

    init(account: AccountID, keyID: String = "", scopes: [Scope] = [.read, .write], subaccount: Int? = nil) {
        self.account = account
        self.keyID = keyID
        self.scopes = scopes
        self.subaccount = subaccount
    }

    /// Whether what belongs to this subaccount of this account is the caller's to see and to change.
    func speaks(for account: AccountID, _ subaccount: Int) -> Bool { account == self.account && (self.subaccount ?? subaccount) == subaccount }
}
