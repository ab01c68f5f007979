import Foundation
import Testing

@Suite struct PurityTests {
    /// One journal gives one state only if nothing in the core has a clock, chance, a task or an order that differs between two processes.
    @Test func `the core has no clock, no chance, no tasks and no output`() {
        let files = Repository.files(under: "Sources/Core", ending: [".swift"])
        #expect(files.count > 15, "the core was not found")
        let found = files.flatMap { file in
            file.findings(/\b(async|await|Task|TaskGroup|actor|Date|DispatchQueue|DispatchTime|ContinuousClock|SuspendingClock|ProcessInfo|getenv|Mutex|Atomic)\b/, code: true)
                + file.findings(/\b(SystemRandomNumberGenerator|Hasher|hashValue|readLine)\b/, code: true)
                // As statements: a trade's print has a value.
                + file.findings(/^\s*(print|debugPrint|dump)\(/, code: true)
                + file.findings(/\.(random|shuffled|shuffle|randomElement)\((?![^)]*using:)/, code: true)
        }
        #expect(found.isEmpty, "not pure:\(listed(found))")
    }

    @Test func `only the module Risk makes an approved order`() {
        let found = Repository.files(under: "Sources", ending: [".swift"]).filter { !$0.path.hasPrefix("Sources/Core/Risk/") }
            .flatMap { $0.findings(/\bApprovedOrder\(/, code: true) }
        #expect(found.isEmpty, "made outside of the gate:\(listed(found))")
    }
}
