import HostFacts
import Synchronization

/// NVIDIA's library, opened for each reading and closed after it. While it is open, some 18 MiB of its own are resident, most of them zeroes, and only closing it gives
/// them back. Opening takes a few milliseconds where something keeps the card awake: persistence mode, a display, a program. Where nothing does, each opening would wake
/// the card; there it is slow, and once it has been slow twice in a row the library stays open.
///
/// Where there is no library it is looked for at every 64th reading only.
final class GPUAccess: Sendable {
    private struct State {
        var open: GPULibrary?
        var absence: GPULibrary.Absence?
        var readings = 0
        var slowInARow = 0
    }

    /// The driver may come up later than we do; looking costs a search of the library folders.
    private static let patience = 64
    /// Ten times what it takes where the card is awake, a tenth of what waking one takes.
    private static let slow = Duration.milliseconds(100)

    private let file: String
    private let elapsed: @Sendable () -> Duration
    private let state = Mutex(State())

    /// - Parameter elapsed: time that only goes forward, from any beginning.
    init(_ file: String, elapsed: @escaping @Sendable () -> Duration = GPUAccess.sinceLoaded) {
        self.file = file
        self.elapsed = elapsed
    }

    private static let loaded = ContinuousClock.now
    static let sinceLoaded: @Sendable () -> Duration = { ContinuousClock.now - loaded }

    /// One reading at a time: closing the library under another would pull its code away.
    func read<T: Sendable>(_ body: (GPULibrary) throws(GPULibrary.Absence) -> T) throws(GPULibrary.Absence) -> T {
        try state.withLock { state throws(GPULibrary.Absence) in
            let library = try library(&state)
            // Released here, it is closed when the reading has ended.
            state.open = state.slowInARow >= 2 ? library : nil
            return try withExtendedLifetime(library) { () throws(GPULibrary.Absence) in try body(library) }
        }
    }

    private func library(_ state: inout State) throws(GPULibrary.Absence) -> GPULibrary {
        if let open = state.open { return open }
        state.readings += 1
        if let absence = state.absence, state.readings % GPUAccess.patience != 0 { throw absence }
        let begun = elapsed()
        do throws(GPULibrary.Absence) {
            let library = try GPULibrary(file)
            state.absence = nil
            state.slowInARow = elapsed() - begun > GPUAccess.slow ? state.slowInARow + 1 : 0
            return library
        } catch {
            state.absence = error
            throw error
        }
    }
}
