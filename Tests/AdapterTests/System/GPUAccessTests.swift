import Foundation
import HostFacts
import Synchronization
import Testing
@testable import MCPSystem

/// When NVIDIA's library is in the process, and when it is not: 18 MiB of its own are resident as long as it is.
@Suite(.timeLimit(.minutes(1))) struct GPUAccessTests {
    /// A watch that goes on by the next of these times at each second look, which is the end of an opening; by the last for ever.
    private final class Watch: Sendable {
        private let state: Mutex<(now: Duration, looks: Int, openings: [Duration])>
        init(_ openings: Duration...) { state = Mutex((.zero, 0, openings)) }

        var elapsed: @Sendable () -> Duration {
            { [self] in
                state.withLock { state in
                    state.looks += 1
                    if state.looks % 2 == 0 { state.now += state.openings.count > 1 ? state.openings.removeFirst() : state.openings[0] }
                    return state.now
                }
            }
        }
    }

    private func isLoaded(_ fake: FakeNVML) -> Bool {
        guard let handle = dlopen(fake.path, RTLD_NOW | RTLD_NOLOAD) else { return false }
        dlclose(handle)
        return true
    }

    private func names(_ access: GPUAccess) throws -> [String?] { try access.read { library throws(GPULibrary.Absence) in try GPUFacts.all(library).map(\.name) } }

    @Test func `after a reading the library is out of the process, and the next reading tells the same`() throws {
        let fake = try FakeNVML()
        let access = GPUAccess(fake.path, elapsed: Watch(.milliseconds(10)).elapsed)
        for _ in 0..<3 {
            let inside = try access.read { library throws(GPULibrary.Absence) in (try library.count(), isLoaded(fake)) }
            #expect(inside.0 == 2 && inside.1)
            #expect(!isLoaded(fake))
            #expect(try names(access) == ["Fake RTX 4070", "Fake H100"])
        }
    }

    @Test func `where opening is slow twice in a row it wakes the card each time, so the library stays open`() throws {
        let fake = try FakeNVML()
        let access = GPUAccess(fake.path, elapsed: Watch(.seconds(1)).elapsed)
        _ = try names(access)
        #expect(!isLoaded(fake))
        for _ in 0..<3 {
            #expect(try names(access).count == 2)
            #expect(isLoaded(fake))
        }
    }

    @Test func `slow once, as from a disk that had to be read, is not held against it`() throws {
        let fake = try FakeNVML()
        let access = GPUAccess(fake.path, elapsed: Watch(.seconds(1), .milliseconds(5), .seconds(1), .milliseconds(5)).elapsed)
        for _ in 0..<6 {
            _ = try names(access)
            #expect(!isLoaded(fake))
        }
    }

    @Test func `a driver that comes later is found at the 64th reading, and one that goes is told as absent`() throws {
        let fake = try FakeNVML()
        let later = fake.folder.path + "/later.so"
        let access = GPUAccess(later, elapsed: Watch(.milliseconds(10)).elapsed)
        #expect { try names(access) } throws: { "\($0)".contains("no NVIDIA driver") }
        try FileManager.default.copyItem(atPath: fake.path, toPath: later)
        for _ in 2..<64 { #expect(throws: GPULibrary.Absence.self) { try names(access) } }
        #expect(try names(access).count == 2)
        try FileManager.default.removeItem(atPath: later)
        #expect { try names(access) } throws: { "\($0)".contains("no NVIDIA driver") }
    }
}
