public import Notation

/// How far the rollout of a workload is, by the rules of `kubectl rollout status` (kubectl, pkg/polymorphichelpers/rollout_status.go).
public struct Rollout: Hashable, Sendable {
    public enum State: String, Choice {
        case progressing, complete, failed
    }

    public let state: State
    /// What is waited for, or what it came to, in a sentence.
    public let text: String
    public let wanted: Int
    /// Of the newest version.
    public let updated: Int
    public let available: Int

    /// Nil for a kind that has no rollout.
    public init?(_ object: JSON) {
        switch object["kind"]?.asText {
        case "Deployment": self.init(deployment: object)
        case "StatefulSet": self.init(statefulSet: object)
        case "DaemonSet": self.init(daemonSet: object)
        default: return nil
        }
    }

    /// The controller has not yet looked at the newest specification: what the status says is about an older one.
    private static func isUnseen(_ object: JSON) -> Bool { object.count("metadata", "generation") > object.count("status", "observedGeneration") }

    private init(deployment: JSON) {
        wanted = Int(deployment.at("spec", "replicas")?.asInteger ?? 1)
        updated = deployment.count("status", "updatedReplicas")
        available = deployment.count("status", "availableReplicas")
        let replicas = deployment.count("status", "replicas")
        let progressing = deployment.condition("Progressing")
        if Self.isUnseen(deployment) {
            (state, text) = (.progressing, "the controller has not yet seen the newest specification")
        } else if progressing?["reason"]?.asText == "ProgressDeadlineExceeded" {
            (state, text) = (.failed, "it has not moved for longer than its progress deadline: \(progressing?["message"]?.asText ?? "no message")")
        } else if updated < wanted {
            (state, text) = (.progressing, "\(updated) of \(wanted) replicas are of the new version")
        } else if replicas > updated {
            (state, text) = (.progressing, "\(replicas - updated) old replicas are still to end")
        } else if available < updated {
            (state, text) = (.progressing, "\(available) of \(updated) new replicas are available")
        } else {
            (state, text) = (.complete, "all \(wanted) replicas are of the new version and available")
        }
    }

    private init(statefulSet: JSON) {
        wanted = Int(statefulSet.at("spec", "replicas")?.asInteger ?? 1)
        updated = statefulSet.count("status", "updatedReplicas")
        available = statefulSet.count("status", "readyReplicas")
        let partition = statefulSet.count("spec", "updateStrategy", "rollingUpdate", "partition")
        let isByHand = statefulSet.at("spec", "updateStrategy", "type")?.asText == "OnDelete"
        let current = statefulSet.at("status", "currentRevision")?.asText
        let newest = statefulSet.at("status", "updateRevision")?.asText
        if Self.isUnseen(statefulSet) {
            (state, text) = (.progressing, "the controller has not yet seen the newest specification")
        } else if isByHand {
            (state, text) = (.complete, "it is updated by deleting its pods: there is no rollout to wait for")
        } else if available < wanted {
            (state, text) = (.progressing, "\(available) of \(wanted) replicas are ready")
        } else if partition > 0 {
            let due = max(0, wanted - partition)
            (state, text) = updated < due ? (.progressing, "\(updated) of \(due) replicas above the partition are of the new version") : (.complete, "\(updated) replicas above the partition \(partition) are of the new version")
        } else if current != newest, updated < wanted {
            (state, text) = (.progressing, "\(updated) of \(wanted) replicas are of the new version")
        } else {
            (state, text) = (.complete, "all \(wanted) replicas are of the new version and ready")
        }
    }

    private init(daemonSet: JSON) {
        wanted = daemonSet.count("status", "desiredNumberScheduled")
        updated = daemonSet.count("status", "updatedNumberScheduled")
        available = daemonSet.count("status", "numberAvailable")
        if Self.isUnseen(daemonSet) {
            (state, text) = (.progressing, "the controller has not yet seen the newest specification")
        } else if daemonSet.at("spec", "updateStrategy", "type")?.asText == "OnDelete" {
            (state, text) = (.complete, "it is updated by deleting its pods: there is no rollout to wait for")
        } else if updated < wanted {
            (state, text) = (.progressing, "\(updated) of \(wanted) nodes run the new version")
        } else if available < wanted {
            (state, text) = (.progressing, "\(available) of \(wanted) pods are available")
        } else {
            (state, text) = (.complete, "all \(wanted) pods are of the new version and available")
        }
    }
}
