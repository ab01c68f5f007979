import HostFacts
import Model
import Testing

/// Heat tightens at once, and relaxes slowly.
@Suite struct ThermalGuardTests {
    private static let limits = ThermalGuard.Limits(warm: 70, hot: 80, critical: 90, margin: 5, hold: 30)

    /// A day of readings: seconds, degrees (nil: the sensor did not answer), and the stage after it.
    @Test func `a table of one day`() {
        let day: [(Double, Double?, ThermalGuard.Stage)] = [
            (0, 60, .normal), (1, 69.9, .normal), (2, 70, .warm), (3, 66, .warm),  // within the margin: no step back, ever
            (100, 66, .warm), (101, 64, .warm), (130, 64, .warm), (131, 64, .normal),  // 30 seconds below 65
            (132, 95, .critical),  // straight up
            (133, 60, .critical), (162, 60, .critical), (163, 60, .hot),  // one step at a time,
            (164, 60, .hot), (193, 60, .hot), (194, 60, .warm),  // each with a time of its own
            (200, nil, .warm), (230, 60, .warm), (259, 60, .warm), (260, 60, .normal),  // not knowing is not being cool
            (261, .nan, .normal), (262, 80, .hot), (263, 74, .hot), (280, 76, .hot), (281, 74, .hot), (310, 74, .hot), (311, 74, .warm),  // one warm reading begins the wait anew
            (100, 91, .critical), (101, 60, .critical), (131, 60, .hot),  // a clock that went back
        ]
        var guarding = ThermalGuard(Self.limits)
        for (second, celsius, stage) in day {
            let found = guarding.take(celsius, at: second)
            #expect(found == stage, "at \(second) s, \(celsius.map { "\($0)" } ?? "nothing")")
        }
    }

    @Test func `less work the hotter it is, and none at the end`() {
        var guarding = ThermalGuard(Self.limits)
        var allowances: [Int] = []
        for celsius in [20.0, 70, 80, 90] {
            _ = guarding.take(celsius, at: 0)
            allowances.append(guarding.allowance)
        }
        #expect(allowances == [100, 75, 25, 0])
    }

    @Test(arguments: [(93.0, 98.0 as Double?, true), (93, nil, true), (0, nil, false), (93, 90, false), (500, nil, false)] as [(Double, Double?, Bool)])
    func `limits that the device tells are believed only if they can be true`(slowdown: Double, shutdown: Double?, believed: Bool) {
        #expect((ThermalGuard.Limits(slowdown: slowdown, shutdown: shutdown) != nil) == believed)
    }

    /// For any readings: never cooler than the reading itself says, and at most one step down in the hold time.
    @Test(arguments: 1...50) func `it never understates the heat, and never flutters`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var guarding = ThermalGuard(Self.limits)
        var (second, last, relaxed) = (0.0, ThermalGuard.Stage.normal, -1000.0)
        for _ in 0..<500 {
            second += Double(random.next() % 10)
            let celsius = random.next() % 10 == 0 ? nil : Double(random.next() % 60 + 45)
            let stage = guarding.take(celsius, at: second)
            if let celsius {
                let least: ThermalGuard.Stage = celsius >= 90 ? .critical : celsius >= 80 ? .hot : celsius >= 70 ? .warm : .normal
                #expect(stage >= least)
            } else {
                #expect(stage == last)
            }
            if stage < last {
                #expect(stage.rawValue == last.rawValue - 1 && second - relaxed >= 30)
                relaxed = second
            }
            last = stage
        }
    }
}
