import Foundation
import Testing

/// `aura gpu`, as the system's server has the cards read by it.
@Suite struct GPUCommandTests {
    @Test func `where there is no library, that is the answer, and no failure`() async throws {
        try await Scratch.with { scratch in
            let told = try await AuraProcess.result(["gpu", "--nvml", "/nowhere/libnvidia-ml.so.1"], in: scratch.path)
            #expect(told.code == 0 && told.errors.isEmpty)
            #expect(told.text == #"{"none":"no NVIDIA driver is installed here (/nowhere/libnvidia-ml.so.1 was not found)","cards":[],"processes":[],"trouble":false}"# + "\n")
            #expect(try scratch.contents(of: ".").isEmpty, "it writes nothing")
        }
    }
}
