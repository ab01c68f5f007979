import Foundation
public import Notation

/// Why a workload does not run, from what the cluster says of it: a pure reading of pods, events, quotas and nodes.
public struct Diagnosis: Sendable {
    public enum Level: String, Choice {
        case critical, warning, note
    }

    public struct Finding: Codable, Hashable, Sendable {
        public let level: Level
        /// `pod/engine-1/main`, `quota/limits`.
        public let about: String
        public let what: String
        /// What can be looked at or done.
        public let hint: String?
    }

    /// The worst first; equal ones of many pods are told once, with their number.
    public private(set) var findings: [Finding] = []

    public init(workload: JSON?, pods: [JSON], events: [JSON], quotas: [JSON] = []) {
        if let workload, let rollout = Rollout(workload) { read(rollout, workload) }
        for pod in pods { read(pod) }
        for event in events where event["type"]?.asText == "Warning" { read(event: event) }
        for quota in quotas { read(quota: quota) }
        findings = Diagnosis.merged(findings)
    }

    private mutating func find(_ level: Level, _ about: String, _ what: String, _ hint: String? = nil) {
        findings.append(Finding(level: level, about: about, what: what, hint: hint))
    }

    // MARK: - What there is to see

    private mutating func read(_ rollout: Rollout, _ workload: JSON) {
        let about = "\(workload["kind"]?.asText?.lowercased() ?? "workload")/\(workload.objectName)"
        switch rollout.state {
        case .failed: find(.critical, about, rollout.text, "rollout_history shows the versions that it can go back to")
        case .progressing: find(.warning, about, rollout.text)
        case .complete: find(.note, about, rollout.text)
        }
        if rollout.wanted == 0 { find(.warning, about, "it is scaled to 0 replicas") }
        if workload.at("spec", "paused")?.asBool == true { find(.warning, about, "its rollout is paused") }
        if let failure = workload.condition("ReplicaFailure"), failure["status"]?.asText == "True" {
            find(.critical, about, "pods cannot be made: \(Diagnosis.short(failure["message"]?.asText))", "a quota or an admission rule forbids them")
        }
    }

    private mutating func read(_ pod: JSON) {
        let about = "pod/\(pod.objectName)"
        if pod.isEnding { return find(.note, about, "it is ending") }
        if let scheduled = pod.condition("PodScheduled"), scheduled["status"]?.asText == "False" {
            find(.critical, about, "no node takes it: \(Diagnosis.short(scheduled["message"]?.asText))", "compare its requests, selectors and tolerations with nodes_list")
        } else if pod.at("spec", "nodeName") == nil {
            find(.warning, about, "it has not been put onto a node yet")
        }
        if pod.at("status", "phase")?.asText == "Failed" { find(.critical, about, "it has failed: \(pod.at("status", "reason")?.asText ?? "no reason given") \(Diagnosis.short(pod.at("status", "message")?.asText))") }
        for member in ["initContainerStatuses", "containerStatuses"] {
            for container in pod.at("status", member)?.asArray ?? [] { read(container: container, about, isInit: member.hasPrefix("init")) }
        }
    }

    private mutating func read(container: JSON, _ pod: String, isInit: Bool) {
        let about = "\(pod)/\(container["name"]?.asText ?? "?")"
        let restarts = container.count("restartCount")
        let last = container.at("lastState", "terminated")
        if let waiting = container.at("state", "waiting") {
            let reason = waiting["reason"]?.asText ?? "waiting"
            let message = Diagnosis.short(waiting["message"]?.asText)
            switch reason {
            case "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull":
                find(.critical, about, "its image \(container["image"]?.asText ?? "?") cannot be pulled (\(reason)): \(message)", "check the image's name and tag, and the pull secret")
            case "CrashLoopBackOff": find(.critical, about, "it starts and ends again and again (\(restarts) restarts)", "pod_logs with previous: true shows its last words")
            case "CreateContainerConfigError", "CreateContainerError", "RunContainerError": find(.critical, about, "it cannot be started (\(reason)): \(message)")
            case "ContainerCreating", "PodInitializing": find(.note, about, "it is being started (\(reason))")
            default: find(.warning, about, "it waits (\(reason)): \(message)")
            }
        }
        if let ended = last ?? container.at("state", "terminated"), ended.count("exitCode") != 0 {
            let reason = ended["reason"]?.asText ?? "Error"
            if reason == "OOMKilled" {
                find(.critical, about, "it was ended for using more memory than its limit (OOMKilled, \(restarts) restarts)", "raise resources.limits.memory, or find what grows")
            } else {
                find(.warning, about, "it last ended with exit code \(ended.count("exitCode")) (\(reason))", "pod_logs with previous: true")
            }
        }
        if container.at("state", "running") != nil, container["ready"]?.asBool == false, !isInit { find(.warning, about, "it runs and is not ready: its readiness probe has not passed") }
    }

    private mutating func read(event: JSON) {
        let object = event["involvedObject"] ?? event["regarding"] ?? .null
        let about = "\(object["kind"]?.asText?.lowercased() ?? "object")/\(object["name"]?.asText ?? "?")"
        let count = max(event.count("count"), event.count("series", "count"))
        let times = count > 1 ? " (\(count) times)" : ""
        find(.warning, about, "\(event["reason"]?.asText ?? "Event"): \(Diagnosis.short(event["message"]?.asText ?? event["note"]?.asText))\(times)")
    }

    private mutating func read(quota: JSON) {
        for entry in quota.at("status", "hard")?.asObject ?? [] {
            guard let used = Quantity(quota.at("status", "used")?[entry.key]), let hard = Quantity(entry.value), hard.milli > 0, used >= hard else { continue }
            find(.critical, "quota/\(quota.objectName)", "\(entry.key) is used up: \(used) of \(hard)")
        }
    }

    // MARK: - What is told of it

    private static func short(_ text: String?) -> String { text.map { $0.count > 240 ? $0.prefix(240) + "..." : $0 } ?? "no message" }

    /// Replicas have the same trouble many times over.
    private static func merged(_ all: [Finding]) -> [Finding] {
        struct Same: Hashable {
            let level: Level
            let what: String
            let tail: Substring?
        }
        var order: [Same] = []
        var groups: [Same: [Finding]] = [:]
        for finding in all {
            let parts = finding.about.split(separator: "/")
            let key = Same(level: finding.level, what: finding.what, tail: parts.count > 2 ? parts.last : parts.first)
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(finding)
        }
        let merged = order.compactMap { key -> Finding? in
            guard let group = groups[key], let first = group.first else { return nil }
            let others = Set(group.map(\.about)).count - 1
            return others == 0 ? first : Finding(level: first.level, about: first.about + " and \(others) more", what: first.what, hint: first.hint)
        }
        return Level.allCases.flatMap { level in merged.filter { $0.level == level } }
    }
}
