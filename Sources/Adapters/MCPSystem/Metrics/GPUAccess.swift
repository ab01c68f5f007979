import HostFacts
import Synchronization

/// The GPUs, looked for when they are first asked for, and at every 64th asking where there are none.
final class GPUAccess: Sendable {
    private struct State {
        var found: Result<GPULibrary, GPULibrary.Absence>?
        var calls = 0
    }

    /// The driver may come up later than we do; looking costs a search of the library folders.
    private static let patience = 64

    private let file: String
    private let state = Mutex(State())

    init(_ file: String) { self.file = file }

    func library() throws(GPULibrary.Absence) -> GPULibrary {
        let found = state.withLock { state -> Result<GPULibrary, GPULibrary.Absence> in
            state.calls += 1
            if let found = state.found, (try? found.get()) != nil || state.calls % GPUAccess.patience != 0 { return found }
            let found: Result<GPULibrary, GPULibrary.Absence>
            do throws(GPULibrary.Absence) { found = .success(try GPULibrary(file)) } catch { found = .failure(error) }
            state.found = found
            return found
        }
        return try found.get()
    }

    /// Nil without a GPU: for those who need no reason.
    var cards: [GPUFacts]? { try? GPUFacts.all(try library()) }
}
