import HostFacts
import Synchronization
import Testing

/// Work that may wait waits while the machine is hot.
@Suite struct HeatBrakeTests {
    private final class Clock: Sendable {
        private let time = Mutex(0.0)
        var now: Double { time.withLock { $0 } }
        func move(_ seconds: Double) { time.withLock { $0 += seconds } }
    }

    private func heat(_ tree: MachineTree, _ celsius: Int) throws { try tree.write("/sys/class/hwmon/hwmon0/temp1_input", "\(celsius * 1000)\n") }

    @Test func `fewer workers go on the hotter it is, none at the end, and all again after it has stayed cool`() throws {
        let tree = try MachineTree(["/sys/class/hwmon/hwmon0/name": "k10temp\n", "/sys/class/hwmon/hwmon0/temp1_crit": "100000\n"])
        let clock = Clock()
        let brake = HeatBrake(tree.root, now: { clock.now })
        func going(_ celsius: Int) throws -> Int {
            try heat(tree, celsius)
            clock.move(5)
            return (0..<8).count { brake.mayGoOn($0, of: 8) }
        }
        // Warm from 80 on, hot from 90, critical from 98: twenty, ten and two degrees before it slows down.
        #expect(try [60, 79, 80, 89, 90, 97, 98].map(going) == [8, 8, 6, 6, 2, 2, 0])
        #expect(brake.stage == .critical)
        // Nobody looks again within the interval, and a sensor that is gone has not cooled down.
        try heat(tree, 20)
        clock.move(1)
        #expect(!brake.mayGoOn(0, of: 8))
        clock.move(4)
        #expect(!brake.mayGoOn(0, of: 8))
        var rounds = 0
        while try going(20) < 8, rounds < 100 { rounds += 1 }
        // Three steps of thirty seconds, looked at every five.
        #expect((17...19).contains(rounds), "\(rounds)")
        // One worker is left until there is none.
        #expect(try going(91) == 2 && brake.mayGoOn(0, of: 1) && !brake.mayGoOn(1, of: 2))
    }

    @Test func `a machine without sensors, or with sensors that tell no limit, holds nothing back`() throws {
        for files in [[:], ["/sys/class/hwmon/hwmon0/name": "acpi\n", "/sys/class/hwmon/hwmon0/temp1_input": "120000\n"]] {
            let brake = HeatBrake(try MachineTree(files).root, now: { 0 })
            #expect(brake.mayGoOn(7, of: 8) && brake.stage == nil)
        }
    }
}
