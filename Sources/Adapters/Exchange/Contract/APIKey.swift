import Keys
import Matching
import Notation

/// A key that speaks for an account, with how far it goes.
struct APIKey: Sendable {
    /// So many keys an account may have; no limit is published.
    static let limit = 100

    let id: String
    let account: AccountID
    let name: String
    let scopes: [Scope]
    let subaccount: Int?
    let publicKey: VerifyingKey
    /// The order in which keys came.
    let serial: Int

    var caller: Caller { Caller(account: account, keyID: id, scopes: scopes, subaccount: subaccount) }

    /// `ApiKey` of the contract.
    var json: JSON {
        .object([
            "api_key_id": .text(id),
            "name": .text(name),
            "scopes": .array(scopes.map { .text($0.rawValue) }),
            "subaccount": subaccount.map { .integer(Int64($0)) },
        ])
    }

    /// As the ledger keeps it.
    struct Stored: Codable {
        let id: String
        let account: AccountID
        let name: String
        let scopes: [Scope]
        let subaccount: Int?
        let publicKey: String
        let serial: Int
        /// A deleted key stays as a line that says so: the ledger forgets nothing.
        let isDeleted: Bool
    }

    func stored(isDeleted: Bool = false) -> Stored {
        Stored(
            id: id, account: account, name: name, scopes: scopes, subaccount: subaccount, publicKey: publicKey.pem, serial: serial, isDeleted: isDeleted)
    }

    init(id: String, account: AccountID, name: String, scopes: [Scope], subaccount: Int?, publicKey: VerifyingKey, serial: Int) {
        self.id = id
        self.account = account
        self.name = name
        self.scopes = scopes
        self.subaccount = subaccount
        self.publicKey = publicKey
        self.serial = serial
    }

    /// The key that an account was opened with: its id is the account's name as well, and it may do anything.
    init(registered id: String, _ key: VerifyingKey, serial: Int) {
        self.init(id: id, account: AccountID(id), name: "registered", scopes: [.read, .write], subaccount: nil, publicKey: key, serial: serial)
    }

    init(_ stored: Stored) throws(KeyError) {
        self.init(
            id: stored.id, account: stored.account, name: stored.name, scopes: stored.scopes, subaccount: stored.subaccount,
            publicKey: try VerifyingKey(pem: stored.publicKey), serial: stored.serial)
    }
}
