import Synchronization
import Transport

/// The one way out of the browser: a proxy that holds to the rules, and remembers what it refused.
final class PolicyProxy: Sendable {
    private let proxy: ForwardProxy
    private let log = RefusalLog()

    init(_ rules: AccessRules, limits: ForwardProxy.Limits = ForwardProxy.Limits()) {
        proxy = ForwardProxy(limits: limits) { [log] target in
            do throws(Refusal) { return .connect(try await rules.addresses(for: target)) } catch {
                log.note(target.host, target.port, error)
                return .refuse
            }
        }
    }

    func start() async throws(TransportError) -> Int { try await proxy.start() }
    func stop() async { await proxy.stop() }

    /// Why the last connection there was refused; nil when it was not.
    func refusal(of address: WebAddress) -> Refusal? { log.last(address.host, address.port) }
}

private final class RefusalLog: Sendable {
    /// The oldest goes first.
    static let bound = 64
    private let entries = Mutex<[(place: String, refusal: Refusal)]>([])

    func note(_ host: String, _ port: Int, _ refusal: Refusal) {
        entries.withLock { entries in
            if entries.count == Self.bound { entries.removeFirst() }
            entries.append(("\(host):\(port)", refusal))
        }
    }

    func last(_ host: String, _ port: Int) -> Refusal? { entries.withLock { $0.last { $0.place == "\(host):\(port)" }?.refusal } }
}
