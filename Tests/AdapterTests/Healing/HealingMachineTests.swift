import Model
import Testing
@testable import Healing

/// The healer's decisions, without a process.
@Suite struct HealingMachineTests {
    /// A machine with a clock that is moved by hand, and what it has done.
    private struct Bench {
        var machine: HealingMachine
        var now = Timestamp.seconds(1_700_000_000)
        var done: [HealingMachine.Action] = []
        private var pid: Int32 = 100

        init(_ policy: HealingPolicy = HealingPolicy(), repairs: [Timestamp] = [], paused: String? = nil) {
            machine = HealingMachine(policy, at: now, repairs: repairs, paused: paused)
        }

        mutating func take(_ input: HealingMachine.Input) {
            let actions = machine.take(input, at: now)
            done += actions
            // Every start succeeds at once.
            guard actions.contains(.start) else { return }
            pid += 1
            take(.spawned(pid))
        }
        mutating func pass(_ seconds: Double) {
            now = now + Interval(nanoseconds: Int64(seconds * 1e9))
            take(.tick)
        }
        mutating func answer(_ answer: HealingMachine.Answer) { if let process = machine.process { take(.probed(process, answer)) } }
        mutating func end(_ ending: HealingMachine.Ending, _ error: String? = nil) { if let process = machine.process { take(.ended(process, ending, lastError: error)) } }
        mutating func ready() {
            take(.begin)
            answer(.ready)
            done = []
        }
        var kinds: [HealingEntry.Kind] { done.compactMap { if case .note(let entry) = $0 { entry.kind } else { nil } } }
        var acts: [HealingMachine.Action] { done.filter { if case .note = $0 { false } else { true } } }
    }

    @Test func `a desk that dies is started again after waits that double, until the bound is spent`() {
        var bench = Bench()
        bench.ready()
        for wait in [1.0, 2, 4, 8, 16] {
            bench.end(.signaled(9))
            #expect(bench.machine.phase == .waiting(until: bench.now + Interval(nanoseconds: Int64(wait * 1e9))))
            bench.done = []
            bench.pass(wait - 0.1)
            #expect(bench.done.isEmpty, "not before its time")
            bench.pass(0.1)
            #expect(bench.acts == [.start] && bench.kinds == [.repair, .started])
            bench.answer(.ready)
            #expect(bench.kinds.last == .verified && bench.machine.stateName == "ready")
        }
        bench.done = []
        bench.end(.exited(1), "Error: port 8766 is already in use by another program")
        #expect(bench.kinds == [.ended, .escalated] && bench.acts.isEmpty && bench.machine.repairs.count == 5)
        #expect(bench.machine.lastError == "exit code 1: Error: port 8766 is already in use by another program")
        bench.pass(7200)
        #expect(bench.machine.stateName == "escalated" && bench.acts.isEmpty, "it stays so, also when the hour is over")
        bench.take(.restart("looked at it"))
        bench.answer(.ready)
        #expect(bench.machine.stateName == "ready" && bench.machine.repairs.isEmpty && bench.machine.restarts == 6)
    }

    @Test func `the waits have an end, and begin anew after a calm time`() {
        let policy = HealingPolicy()
        #expect((1...9).map { policy.wait($0).seconds } == [1, 2, 4, 8, 16, 32, 60, 60, 60] && policy.wait(1_000_000).seconds == 60)
        var bench = Bench()
        bench.ready()
        for _ in 1...2 {
            bench.end(.signaled(11))
            bench.pass(2)
            bench.answer(.ready)
        }
        #expect(bench.machine.streak == 2)
        for _ in 1...61 {
            bench.pass(10)
            bench.answer(.ready)
        }
        bench.end(.signaled(11))
        #expect(bench.machine.phase == .waiting(until: bench.now + policy.firstWait))
    }

    @Test func `a desk that hangs is asked to end, killed when it does not, started again and verified`() {
        var bench = Bench()
        bench.ready()
        bench.pass(29)
        bench.answer(.none)
        #expect(bench.done.isEmpty)
        bench.pass(1)
        let hung = bench.machine.process ?? 0
        #expect(bench.acts == [.terminate(hung)] && bench.kinds == [.silent, .repair])
        bench.pass(14)
        #expect(bench.acts.count == 1)
        bench.pass(1)
        #expect(bench.acts.last == .kill(hung))
        bench.end(.signaled(9))
        #expect(bench.acts.last == .start && bench.machine.repairs.count == 1, "it is one repair, not two")
        bench.answer(.recovering)
        bench.pass(120)
        #expect(bench.machine.stateName == "starting")
        bench.answer(.ready)
        #expect(bench.kinds.last == .verified)
    }

    @Test func `a desk that says that it is not ready is not restarted for it`() {
        var bench = Bench()
        bench.ready()
        for _ in 1...1000 {
            bench.pass(5)
            bench.answer(.recovering)
        }
        #expect(bench.acts.isEmpty && bench.kinds == [.unready] && bench.machine.stateName == "unready")
        bench.answer(.ready)
        #expect(bench.kinds == [.unready, .ready])
    }

    @Test func `a start that takes too long is repaired; with the bound spent it is left alone, and may still come`() {
        var policy = HealingPolicy()
        policy.repairsAnHour = 1
        var bench = Bench(policy)
        bench.take(.begin)
        bench.pass(600)
        let first = bench.machine.process ?? 0
        #expect(bench.acts == [.start, .terminate(first)])
        bench.end(.signaled(15))
        #expect(bench.acts.last == .start)
        bench.pass(601)
        #expect(bench.machine.stateName == "escalated" && bench.machine.process != nil && bench.acts.count == 3)
        bench.answer(.ready)
        #expect(bench.machine.stateName == "ready")
    }

    @Test(arguments: [HealingMachine.Ending.exited(0), .exited(130), .signaled(15), .signaled(2)])
    func `a desk that ended on purpose stays ended until a person starts it`(_ ending: HealingMachine.Ending) {
        var bench = Bench()
        bench.ready()
        bench.end(ending)
        bench.pass(100_000)
        #expect(bench.acts.isEmpty && bench.kinds == [.stopped] && bench.machine.stateName == "stopped")
        bench.take(.restart(nil))
        #expect(bench.acts == [.start])
    }

    @Test(arguments: [(64, "Error: Unknown option '--nonsense'"), (78, "Error: aura.yaml, line 2: there is no setting 'risk.kely_fraction'")] as [(Int32, String)])
    func `a command line or a configuration that was refused is not tried again`(code: Int32, sentence: String) {
        var bench = Bench()
        bench.take(.begin)
        bench.end(.exited(code), sentence)
        bench.pass(100)
        #expect(bench.acts == [.start] && bench.kinds.last == .escalated)
    }

    @Test func `while a person has paused it nothing is repaired, and afterwards it is`() {
        var bench = Bench()
        bench.ready()
        bench.take(.pause("an update"))
        bench.pass(3600)
        bench.pass(3600)
        #expect(bench.acts.isEmpty && bench.kinds == [.paused, .held], "a desk that hangs is left, and that is told once")
        bench.take(.resume)
        bench.pass(1)
        #expect(bench.acts == [.terminate(101)])
        bench.take(.pause(nil))
        bench.pass(100)
        #expect(bench.acts == [.terminate(101)], "nor is one killed that was asked to end before the pause")
        bench.end(.signaled(15))
        bench.pass(100)
        #expect(bench.acts == [.terminate(101)])
        bench.take(.resume)
        bench.pass(1)
        #expect(bench.acts.last == .start && bench.machine.repairs.count == 1)
        bench.answer(.ready)
        bench.take(.pause(nil))
        bench.take(.restart(nil))
        #expect(bench.acts.last == .terminate(102), "what a person asks for is done all the same")
    }

    @Test func `an end of the healer ends the desk in order, and nothing is started any more`() {
        var bench = Bench()
        bench.ready()
        bench.take(.close)
        #expect(bench.acts == [.terminate(101)] && bench.machine.isClosing)
        bench.take(.restart(nil))
        bench.pass(15)
        #expect(bench.acts == [.terminate(101), .kill(101)])
        bench.end(.signaled(9))
        bench.take(.restart(nil))
        bench.pass(1000)
        #expect(bench.machine.phase == .closed && bench.acts.count == 2)
    }

    @Test func `repairs and a pause of an earlier healer still count`() {
        let now = Timestamp.seconds(1_700_000_000)
        var bench = Bench(repairs: (1...5).map { now - .seconds($0 * 60) }, paused: "")
        bench.take(.begin)
        bench.answer(.ready)
        bench.end(.signaled(9))
        #expect(bench.kinds.last == .escalated)
    }

    // MARK: - Against everything that can happen

    /// What must hold, whatever comes: kept by somebody who only counts what was done.
    private struct Witness {
        let policy: HealingPolicy
        var alive: Int32?
        var paused = false
        var stopped = false
        var closing = false
        var isAsked = true
        var repairs: [Timestamp] = []
        var unused = 0
        var terminated: [Int32: Timestamp] = [:]
        var faults: [String] = []

        mutating func see(_ action: HealingMachine.Action, at now: Timestamp) {
            let mayAct = isAsked || closing || !paused
            switch action {
            case .note(let entry):
                guard entry.kind == .repair else { return }
                repairs.append(now)
                unused += 1
                if paused { faults.append("a repair while paused") }
                if repairs.filter({ now - $0 < .seconds(3600) }).count > policy.repairsAnHour { faults.append("too many repairs in an hour") }
            case .start:
                if alive != nil { faults.append("two desks at once") }
                if closing { faults.append("a start while closing") }
                if stopped && !isAsked { faults.append("a start of what was stopped on purpose") }
                if !mayAct { faults.append("a start while paused") }
                if !isAsked {
                    if unused < 1 { faults.append("a start that no repair was counted for") }
                    unused -= 1
                } else {
                    unused = 0
                }
                (isAsked, stopped) = (false, false)
            case .terminate(let pid):
                if pid != alive || terminated[pid] != nil { faults.append("a wrong process was asked to end") }
                if !mayAct { faults.append("an end while paused") }
                terminated[pid] = now
            case .kill(let pid):
                if pid != alive { faults.append("a wrong process was killed") }
                if !(terminated[pid].map { now - $0 >= policy.grace } ?? false) { faults.append("killed without time to end") }
                if !mayAct { faults.append("a kill while paused") }
            }
        }
    }

    @Test(arguments: 1...40) func `whatever happens, the bounds hold`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var policy = HealingPolicy()
        policy.repairsAnHour = Int(random.uniform() * 6)
        var now = Timestamp.seconds(1_700_000_000)
        var (machine, witness, last) = (HealingMachine(policy, at: now), Witness(policy: policy), Int32(100))

        func take(_ input: HealingMachine.Input) {
            let actions = machine.take(input, at: now)
            for action in actions { witness.see(action, at: now) }
            for action in actions {
                switch action {
                case .start where random.uniform() < 0.05: take(.notSpawned("no memory"))
                case .start:
                    last += 1
                    witness.alive = last
                    take(.spawned(last))
                case .kill: end(.signaled(9))
                case .terminate, .note: break
                }
            }
        }
        func end(_ ending: HealingMachine.Ending) {
            guard let pid = witness.alive else { return }
            witness.alive = nil
            if witness.terminated[pid] == nil, [.exited(0), .signaled(15)].contains(ending) { witness.stopped = true }
            take(.ended(pid, ending, lastError: nil))
        }
        take(.begin)
        for step in 0..<2000 {
            now = now + Interval(nanoseconds: Int64(random.uniform() * (random.uniform() < 0.02 ? 2000e9 : 8e9)))
            switch random.uniform() {
            case ..<0.35: if let pid = witness.alive { take(.probed(pid, [.ready, .ready, .recovering, .none][Int(random.uniform() * 4)])) }
            case ..<0.40: take(.probed(last - 1, .ready))
            case ..<0.46: end([.signaled(9), .exited(1), .signaled(11)][Int(random.uniform() * 3)])
            case ..<0.47: end([.exited(0), .signaled(15), .exited(64)][Int(random.uniform() * 3)])
            case ..<0.50: if let pid = witness.alive, witness.terminated[pid] != nil { end(.exited(0)) }
            case ..<0.52:
                witness.paused = true
                take(.pause(nil))
            case ..<0.55:
                witness.paused = false
                take(.resume)
            case ..<0.56:
                if !machine.isClosing { witness.isAsked = true }
                take(.restart(nil))
            case ..<0.5602 where step > 1000:
                witness.closing = true
                take(.close)
            default: take(.tick)
            }
        }
        #expect(witness.faults.isEmpty, "seed \(seed): \(Set(witness.faults))")
        #expect(last > 101 || policy.repairsAnHour == 0, "it did something")
        #expect(witness.alive == machine.process)
    }
}
