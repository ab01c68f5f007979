import Synchronization

/// Holds work back while the machine is hot: looks at its temperatures now and then, and says how many of so many workers may go on.
///
/// Only sensors that tell their critical temperature are judged. A machine without any, as most virtual ones are, holds nothing back: nothing is known there.
public final class HeatBrake: Sendable {
    private struct State {
        var guards: [String: ThermalGuard] = [:]
        var next = -Double.infinity
    }

    private let root: HostRoot
    private let interval: Double
    private let now: @Sendable () -> Double
    private let state = Mutex(State())

    /// - Parameters:
    ///   - interval: seconds between two looks.
    ///   - now: seconds on a steady clock.
    public init(_ root: HostRoot = HostRoot(), interval: Double = 5, now: @escaping @Sendable () -> Double) {
        self.root = root
        self.interval = interval
        self.now = now
    }

    /// Of the hottest sensor; nil where none tells enough.
    public var stage: ThermalGuard.Stage? { guards.map(\.stage).max() }

    /// Workers are numbered from 0; the ones with the highest numbers stop first. With the guard's allowance, rounded up, so that one is left until it is zero.
    public func mayGoOn(_ worker: Int, of workers: Int) -> Bool {
        let allowance = guards.map(\.allowance).min() ?? 100
        return worker < (workers * allowance + 99) / 100
    }

    private var guards: [ThermalGuard] {
        let time = now()
        return state.withLock { state in
            if time >= state.next {
                state.next = time + interval
                look(&state.guards, at: time)
            }
            return Array(state.guards.values)
        }
    }

    private func look(_ guards: inout [String: ThermalGuard], at time: Double) {
        var silent = Set(guards.keys)
        for (place, sensor) in SensorFacts.all(root).enumerated() where sensor.kind == .temperature {
            // Chips may have sensors of one name.
            let device = "\(place) \(sensor.name ?? "")"
            guard let critical = sensor.critical, let limits = ThermalGuard.Limits(slowdown: critical, shutdown: nil) else { continue }
            silent.remove(device)
            _ = guards[device, default: ThermalGuard(limits)].take(sensor.value, at: time)
        }
        // A sensor that is gone has not cooled down.
        for device in silent { _ = guards[device]?.take(nil, at: time) }
    }
}
