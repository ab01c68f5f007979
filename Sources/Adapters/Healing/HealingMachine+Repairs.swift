import Model

extension HealingMachine {
    // MARK: - The process

    mutating func start(at now: Timestamp) -> [Action] {
        enter(.starting(since: now), at: now)
        return [.start]
    }

    mutating func spawned(_ pid: Int32, at now: Timestamp) -> [Action] {
        guard case .starting = phase, process == nil else { preconditionFailure("a process was started that nobody asked for") }
        process = pid
        if hasStarted { restarts += 1 }
        (hasStarted, isHeldTold, lastAnswer, lastProbe) = (true, false, now, nil)
        return [note(.started, "The desk was started as process \(pid).", at: now)]
    }

    mutating func ended(_ ending: Ending, _ error: String?, at now: Timestamp) -> [Action] {
        let (was, about) = (phase, error.map { "\(ending.text): \($0)" } ?? ending.text)
        if !ending.isOnPurpose { lastError = about }
        defer { process = nil }
        switch was {
        case .ending(_, _, .close):
            enter(.closed, at: now)
            return [note(.closed, "The desk has ended (\(about)), and so does its healer.", at: now)]
        case .ending(_, _, let next):
            let told = note(.ended, "The desk has ended (\(about)), as it was told to.", at: now)
            guard next.isAsked || paused == nil else {
                enter(.waiting(until: now), at: now)
                return [told]
            }
            return [told] + start(at: now)
        case .starting, .ready:
            if ending.isOnPurpose {
                enter(.stopped, at: now)
                return [note(.stopped, "The desk was ended on purpose (\(about)): it stays so until a person restarts it.", at: now)]
            }
            let told = note(.ended, "The desk has ended by itself (\(about)).", at: now)
            process = nil
            return [told] + failed("has ended by itself (\(about))", isHopeless: ending.isHopeless, at: now)
        case .escalated: return [note(.ended, "The desk has ended (\(about)).", at: now)]
        case .idle, .waiting, .stopped, .closed: return []
        }
    }

    mutating func probed(_ answer: Answer, at now: Timestamp) -> [Action] {
        let before = lastProbe?.answer
        lastProbe = (now, answer)
        if answer != .none { lastAnswer = now }
        switch (phase, answer) {
        case (.starting(let since), .ready):
            let (kind, took) = (isRepairing ? HealingEntry.Kind.verified : .ready, String(((now - since).seconds * 10).rounded() / 10))
            isRepairing = false
            enter(.ready(since: now), at: now)
            return [note(kind, "The desk is ready, and its account agrees with the exchange, \(took) s after its start.", at: now)]
        case (.escalated, .ready):
            enter(.ready(since: now), at: now)
            return [note(.ready, "The desk answers again, without a repair.", at: now)]
        case (.ready, .recovering) where before != .recovering: return [note(.unready, "The desk answers that it is not ready.", at: now)]
        case (.ready, .ready) where before == .recovering: return [note(.ready, "The desk is ready again.", at: now)]
        default: return []
        }
    }

    mutating func ticked(at now: Timestamp) -> [Action] {
        switch phase {
        case .starting(let since) where process != nil && now - since >= policy.startPatience:
            return failed("was not ready \(Int(policy.startPatience.seconds)) s after its start", isHopeless: false, at: now)
        case .ready(let since):
            if now - since >= policy.calm { streak = 0 }
            return now - lastAnswer >= policy.silence ? failed("has not answered for \(Int(policy.silence.seconds)) s", isHopeless: false, at: now) : []
        case .waiting(let due) where now >= due && paused == nil:
            // One that was ended for its silence was counted then.
            guard !isRepairing else { return start(at: now) }
            return [repair("The desk is started again.", at: now)] + start(at: now)
        case .ending(let since, false, let next) where now - since >= policy.grace && (next.isAsked || paused == nil):
            guard let process else { return [] }
            phase = .ending(since: since, killed: true, then: next)
            return [note(.killed, "The desk did not end within \(Int(policy.grace.seconds)) s, and is killed.", at: now), .kill(process)]
        default: return []
        }
    }

    // MARK: - Repairing

    private mutating func repair(_ message: String, at now: Timestamp) -> Action {
        repairs.append(now)
        isRepairing = true
        return note(.repair, "\(message) Repair \(repairs.count) of \(policy.repairsAnHour) within an hour.", at: now)
    }

    /// - Parameter why: what follows "the desk ".
    mutating func failed(_ why: String, isHopeless: Bool, at now: Timestamp) -> [Action] {
        if process != nil, paused != nil {
            defer { isHeldTold = true }
            return isHeldTold ? [] : [note(.held, "The desk \(why). Repairs are paused, so nothing is done.", at: now)]
        }
        isRepairing = false
        guard !isHopeless, repairs.count < policy.repairsAnHour else {
            let reason = isHopeless ? "trying again cannot help" : "\(policy.repairsAnHour) repair\(policy.repairsAnHour == 1 ? "" : "s") within an hour did not help"
            enter(.escalated(why: "The desk \(why), and \(reason)."), at: now)
            return [note(.escalated, "The desk \(why), and \(reason): a person has to look. Orders of the desk may rest at the exchange.", at: now)]
        }
        streak += 1
        guard let process else {
            enter(.waiting(until: now + policy.wait(streak)), at: now)
            return []
        }
        enter(.ending(since: now, killed: false, then: .repair), at: now)
        return [note(.silent, "The desk \(why).", at: now), repair("It is ended and started again.", at: now), .terminate(process)]
    }

    // MARK: - What a person asks for

    mutating func restart(_ reason: String?, at now: Timestamp) -> [Action] {
        guard !isClosing else { return [] }
        streak = 0
        isRepairing = false
        let told = note(.restart, "A person asked for a restart" + (reason.map { ": \($0)" } ?? "."), at: now)
        guard let process else { return [told] + start(at: now) }
        if case .ending(let since, let killed, _) = phase {
            phase = .ending(since: since, killed: killed, then: .restart)
            return [told]
        }
        enter(.ending(since: now, killed: false, then: .restart), at: now)
        return [told, .terminate(process)]
    }

    mutating func close(at now: Timestamp) -> [Action] {
        guard !isClosing else { return [] }
        guard let process else {
            enter(.closed, at: now)
            return [note(.closed, "The healer ends; no desk of it runs.", at: now)]
        }
        if case .ending(let since, let killed, _) = phase {
            phase = .ending(since: since, killed: killed, then: .close)
            return []
        }
        enter(.ending(since: now, killed: false, then: .close), at: now)
        return [.terminate(process)]
    }
}
