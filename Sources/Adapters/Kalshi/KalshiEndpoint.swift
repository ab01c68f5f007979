/// Where the exchange is: one address for questions, one for the stream (Kalshi reference, section 2).
public struct KalshiEndpoint: Sendable, Hashable {
    /// Without a slash at its end, "https://external-api.kalshi.com/trade-api/v2".
    public let rest: String
    public let stream: String

    public init(rest: String, stream: String) {
        self.rest = rest
        self.stream = stream
    }

    public static let production = KalshiEndpoint(
        rest: "https://external-api.kalshi.com/trade-api/v2", stream: "wss://external-api-ws.kalshi.com/trade-api/ws/v2")
    public static let demo = KalshiEndpoint(
        rest: "https://external-api.demo.kalshi.co/trade-api/v2", stream: "wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2")
    /// An exchange on this machine.
    public static func local(port: Int) -> KalshiEndpoint {
        KalshiEndpoint(rest: "http://127.0.0.1:\(port)/trade-api/v2", stream: "ws://127.0.0.1:\(port)/trade-api/ws/v2")
    }

    /// What stands before every REST path in the signed text: everything from the root on, "/trade-api/v2".
    var restPath: String { KalshiEndpoint.path(of: rest) }
    var streamPath: String { KalshiEndpoint.path(of: stream) }

    private static func path(of url: String) -> String {
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        // "https:", "", "host", then the path.
        return parts.count > 3 ? "/" + parts[3...].joined(separator: "/") : ""
    }
}
