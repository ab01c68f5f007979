import HostFacts
import Model

/// Counters at one moment, from which rates are made at a later one.
struct Snapshot: Sendable {
    let at: Timestamp
    let cpu: CPUTimes?
    let disks: DiskCounters
    let network: NetworkCounters

    init(_ root: HostRoot, at time: Timestamp) {
        at = time
        cpu = CPUTimes(root)
        disks = DiskCounters(root)
        network = NetworkCounters(root)
    }
}
