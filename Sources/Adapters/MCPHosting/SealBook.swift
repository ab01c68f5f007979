import Glibc
import Keys
import MCP
import Notation
import Synchronization

/// Seals what a client carries back and forth for us, and remembers which seals are spent.
///
/// A sealed state is readable by anybody and writable by nobody else: an HMAC-SHA256 over all of it, under a key that lives as long as the process.
final class SealBook: Sendable {
    /// What a seal is bound to: it opens for nothing else.
    struct Binding: Sendable {
        let principal: String
        let method: String
        let name: String
        /// Of the arguments, whatever the order of their members.
        let digest: String

        init(principal: String, target: Call.Target) {
            self.principal = principal
            let arguments: JSON
            switch target {
            case .tool(let name, let given): (method, self.name, arguments) = ("tools/call", name, given)
            case .resource(let uri): (method, name, arguments) = ("resources/read", uri, .null)
            case .prompt(let name, let given):
                let members = given.sorted { $0.key < $1.key }.map { JSON.Member(key: $0.key, value: .text($0.value)) }
                (method, self.name, arguments) = ("prompts/get", name, .object(members))
            case .completion: (method, name, arguments) = ("completion/complete", "", .null)
            }
            digest = Base64.url.encode(sha256(arguments.sorted.bytes))
        }
    }

    struct Opened: Sendable {
        let state: JSON
        fileprivate let nonce: String
        fileprivate let expiry: Int64
    }

    /// As in the Python SDK: long enough for a person, short enough for a price.
    static let lifetimeSeconds: Int64 = 600
    /// Spent seals that are remembered; beyond, nothing is confirmed until some have expired.
    static let spentLimit = 4096

    private let key: [UInt8]
    private let now: @Sendable () -> Int64
    private let spent = Mutex<[String: Int64]>([:])

    /// - Parameter now: seconds since 1970.
    init(key: [UInt8]? = nil, now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }) {
        self.key = key ?? randomBytes(32)
        self.now = now
    }

    func seal(_ state: JSON, for binding: Binding) -> String {
        let body = JSON.object([
            "state": state, "expires": .integer(now() + SealBook.lifetimeSeconds), "nonce": .text(Base64.url.encode(randomBytes(16))),
            "principal": .text(binding.principal), "method": .text(binding.method), "name": .text(binding.name), "digest": .text(binding.digest),
        ]).bytes
        return "\(Base64.url.encode(body)).\(Base64.url.encode(authenticationCode(body, key: key)))"
    }

    /// Every reason to refuse is told the same way: who forges a seal learns nothing.
    func open(_ text: String, for binding: Binding) throws(ProtocolError) -> Opened {
        let refusal = ProtocolError.invalidParams("this requestState was not made here for this call, or it is too old or used")
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let body = Base64.url.decode(parts[0]), let code = Base64.url.decode(parts[1]), isAuthentic(code, body, key: key) else { throw refusal }
        let json: JSON
        do { json = try JSON(parsing: body, depthLimit: Envelope.depthLimit + 2, brokenText: .refused) } catch { throw refusal }
        guard let state = json["state"], let nonce = json["nonce"]?.asText, let expiry = json["expires"]?.asInteger, now() < expiry,
            json["principal"]?.asText == binding.principal, json["method"]?.asText == binding.method, json["name"]?.asText == binding.name,
            json["digest"]?.asText == binding.digest, spent.withLock({ $0[nonce] == nil })
        else { throw refusal }
        return Opened(state: state, nonce: nonce, expiry: expiry)
    }

    /// Once. The second time, and when too many are remembered, it throws.
    func spend(_ opened: Opened) throws(ProtocolError) {
        let isFirst = spent.withLock { spent in
            let time = now()
            if spent.count >= SealBook.spentLimit { spent = spent.filter { $0.value > time } }
            guard spent.count < SealBook.spentLimit, spent[opened.nonce] == nil else { return false }
            spent[opened.nonce] = opened.expiry
            return true
        }
        guard isFirst else { throw .invalidParams("this confirmation has been used") }
    }
}

extension JSON {
    /// The same value, whatever the order in which its members were written.
    fileprivate var sorted: JSON {
        switch self {
        case .object(let members): .object(members.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: $0.value.sorted) })
        case .array(let values): .array(values.map(\.sorted))
        default: self
        }
    }
}
