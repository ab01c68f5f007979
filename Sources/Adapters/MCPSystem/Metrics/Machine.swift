import HostFacts
import Model
import Synchronization

/// The machine as the tools see it: its figures now, what they were a while ago, and how they went.
final class Machine: Sendable {
    /// Calls within this time share a reading.
    private static let fresh = Interval.milliseconds(250)

    let root: HostRoot
    let gpus: GPUReadings
    let now: @Sendable () -> Timestamp

    private let overviews: Kept<HostOverview>
    private let diskLists: Kept<[DiskFacts]>
    private let interfaceLists: Kept<[InterfaceFacts]>
    private let listenerLists: Kept<[ListenerFacts]>
    private let state: Snapshots

    init(root: HostRoot, gpus: GPUReadings, now: @escaping @Sendable () -> Timestamp) {
        self.root = root
        self.gpus = gpus
        self.now = now
        let state = Snapshots()
        self.state = state
        overviews = Kept(for: Machine.fresh) { time in HostOverview(root, since: state.earlier(than: time)?.snapshot.cpu) }
        diskLists = Kept(for: Machine.fresh) { time in
            let earlier = state.earlier(than: time)
            return DiskFacts.all(root, since: earlier?.snapshot.disks, seconds: earlier?.seconds ?? 0)
        }
        interfaceLists = Kept(for: Machine.fresh) { time in
            let earlier = state.earlier(than: time)
            return InterfaceFacts.all(root, since: earlier?.snapshot.network, seconds: earlier?.seconds ?? 0)
        }
        // Finding the owners of sockets looks at the open files of all processes.
        listenerLists = Kept(for: .seconds(1)) { _ in ListenerFacts.all(root) }
        // Reading the cards takes longer than all the rest of a start, and the first answer waits for this.
        sample([])
    }

    var overview: Kept<HostOverview>.Reading { overviews.read(at: now()) }
    var disks: Kept<[DiskFacts]>.Reading { diskLists.read(at: now()) }
    var interfaces: Kept<[InterfaceFacts]>.Reading { interfaceLists.read(at: now()) }
    var listeners: Kept<[ListenerFacts]>.Reading { listenerLists.read(at: now()) }

    /// The time of a reading that is made for the call.
    var asOf: String { CivilTime.text(now(), decimals: 3) }

    /// Asks of the history.
    func history<T>(_ ask: (MetricStore) -> T) -> T { state.all.withLock { ask($0.store) } }

    /// The stage of the hottest device, if any tells its temperature.
    var thermalStage: ThermalGuard.Stage? { state.all.withLock { $0.guards.values.map(\.stage).max() } }

    // MARK: - Sampling

    /// Takes one sample of everything.
    func sample() async { sample(await gpus.sample()?.survey.cards ?? []) }

    /// The first sample with the cards, if there are any: that of the start was without.
    func sampleCards() async {
        let survey = await gpus.read().survey
        if survey.none == nil { sample(survey.cards) }
    }

    private func sample(_ cards: [GPUFacts]) {
        let time = now()
        let values = MetricValues(
            overview: overview.value, cards: cards, sensors: SensorFacts.all(root), disks: disks.value, interfaces: interfaces.value)
        let snapshot = Snapshot(root, at: time)
        state.all.withLock { state in
            if let last = state.snapshots.last, time <= last.at { state.snapshots = [] }
            // Two are enough: the last may be too young.
            state.snapshots = state.snapshots.suffix(1) + [snapshot]
            state.store.add(values.all, at: time)
            for heat in values.heat {
                let seconds = Double(time.nanoseconds) / 1_000_000_000
                _ = state.guards[heat.device, default: ThermalGuard(heat.limits)].take(heat.celsius, at: seconds)
            }
        }
    }
}

/// What is remembered from sample to sample.
private final class Snapshots: Sendable {
    /// A rate over less than this is mostly noise: the kernel counts in hundredths of a second.
    private static let shortest = Interval.milliseconds(500)

    struct State {
        var snapshots: [Snapshot] = []
        var store = MetricStore()
        var guards: [String: ThermalGuard] = [:]
    }

    let all = Mutex(State())

    /// The newest snapshot that is old enough for a rate, with its age in seconds; nil in the first moments.
    func earlier(than time: Timestamp) -> (snapshot: Snapshot, seconds: Double)? {
        let snapshot = all.withLock { $0.snapshots.last { time - $0.at >= Snapshots.shortest } }
        return snapshot.map { ($0, (time - $0.at).seconds) }
    }
}
