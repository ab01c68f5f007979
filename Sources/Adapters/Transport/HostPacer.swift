/// Requests to one host, however many feeds it has, keep this distance.
public actor HostPacer {
    private let distance: Double
    private var next: [String: Double] = [:]

    /// - Parameter distance: seconds between two requests to one host.
    public init(distance: Double) { self.distance = distance }

    /// - Returns: seconds to wait from `now` for a turn at `host`, which is thereby taken.
    public func turn(_ host: String, at now: Double) -> Double {
        let start = max(now, next[host] ?? now)
        next[host] = start + distance
        return start - now
    }
}
