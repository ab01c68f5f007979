import Foundation
import Testing
@testable import HostFacts

/// GPUs through a library that is opened at run time: here one of our own, which tells fixed figures (Tests/NVMLFake).
@Suite(.timeLimit(.minutes(1))) struct GPUTests {
    @Test func `a machine without NVIDIA's driver has no GPU, and says why`() {
        #expect { try GPULibrary("libnvidia-ml-that-is-not-there.so.1") } throws: { "\($0)".contains("no NVIDIA driver") }
    }

    @Test func `a library that is none of NVIDIA's is told as such`() {
        #expect { try GPULibrary("libc.so.6") } throws: { "\($0)".contains("no nvmlInit_v2") }
    }

    @Test func `a driver that is not loaded is an absence in the library's own words`() throws {
        let fake = try FakeNVML("INIT=9")
        #expect { try GPULibrary(fake.path) } throws: { "\($0)".contains("Driver Not Loaded") }
    }

    @Test func `two cards tell what they have, and what they do not tell is absent`() throws {
        let fake = try FakeNVML()
        let library = try GPULibrary(fake.path)
        let cards = try GPUFacts.all(library)
        #expect(library.driver == "550.54.14")
        try #require(cards.count == 2)
        #expect(
            cards[0]
                == GPUFacts(
                    index: 0, name: "Fake RTX 4070", uuid: "GPU-0000-a", problem: nil, memory: 12_884_901_888, memoryUsed: 2_147_483_648, busy: 37, celsius: 61, slowdown: 93,
                    shutdown: 98, watts: 45.25, powerLimit: 200, clock: 1920, memoryClock: 10_501, fan: 30, ecc: nil, throttled: ["idle"]))
        #expect(cards[1].name == "Fake H100" && cards[1].fan == nil && cards[1].ecc == 2 && cards[1].throttled == ["power_cap", "software_thermal"])
    }

    @Test func `an older driver's functions tell the same`() throws {
        let (new, old) = (try FakeNVML(), try FakeNVML("OLD"))
        let (newCards, oldCards) = (try GPUFacts.all(GPULibrary(new.path)), try GPUFacts.all(GPULibrary(old.path)))
        #expect(oldCards == newCards)
    }

    @Test func `a card that tells little is listed with the little it tells`() throws {
        let fake = try FakeNVML("BARE")
        let card = try #require(try GPUFacts.all(GPULibrary(fake.path)).first)
        #expect(card.name == "Fake RTX 4070" && card.memory == 12_884_901_888)
        #expect(card.busy == nil && card.celsius == nil && card.watts == nil && card.throttled == nil && card.problem == nil)
    }

    @Test func `a card that fell off the bus is listed with its problem, and hides no other`() throws {
        let fake = try FakeNVML("DEVICES=3")
        let cards = try GPUFacts.all(GPULibrary(fake.path))
        #expect(cards.map(\.index) == [0, 1, 2] && cards[0].problem == nil)
        #expect(cards[2].problem == "GPU 2 cannot be reached: GPU is lost" && cards[2].memory == nil)
    }

    @Test func `no card at all is an empty list`() throws {
        let fake = try FakeNVML("DEVICES=0")
        #expect(try GPUFacts.all(GPULibrary(fake.path)).isEmpty)
    }

    @Test func `processes of all cards, more than the first guess, and memory that is not told is absent`() throws {
        let fake = try FakeNVML()
        let tree = try MachineTree(["/proc/4001/comm": "trainer\n"])
        let processes = try GPUProcessFacts.all(GPULibrary(fake.path), tree.root)
        #expect(processes.count == 71)
        #expect(processes[0].memory == nil && processes[0].pid == 4000)
        #expect(processes[1] == GPUProcessFacts(gpu: 0, pid: 4001, kind: .compute, name: "trainer", memory: 1_048_576))
        #expect(processes.last == GPUProcessFacts(gpu: 1, pid: 77, kind: .graphics, name: nil, memory: 5_242_880))
    }
}

/// The fake, compiled for one test: `DEVICES=3` and the like choose the machine.
struct FakeNVML {
    let folder: ScratchFolder
    var path: String { folder.path + "/libnvidia-ml.so.1" }

    init(_ definitions: String...) throws {
        folder = try ScratchFolder()
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("NVMLFake/nvml.c").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Swift brings clang.
        process.arguments = ["clang", "-shared", "-fPIC", "-w", "-o", path] + definitions.map { "-D\($0)" } + [source]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "the fake library does not compile")
    }
}
