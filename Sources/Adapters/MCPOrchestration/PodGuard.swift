import Kubernetes
import Notation

/// Pods that could take over their node: never made from here, whoever agrees (the rules are the Baseline of Kubernetes' Pod Security Standards).
enum PodGuard {
    /// Capabilities that the Baseline lets a container add.
    private static let harmless: Set<String> = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ]

    /// Why the object may not be made; empty when it may.
    static func faults(in object: JSON) -> [String] {
        guard let spec = podSpec(object) else { return [] }
        var faults: [String] = []
        for host in ["hostNetwork", "hostPID", "hostIPC"] where spec[host]?.asBool == true { faults.append("its pods would share the node's \(host.dropFirst(4))") }
        for volume in spec["volumes"]?.asArray ?? [] where volume["hostPath"] != nil { faults.append("the volume \(volume["name"]?.asText ?? "?") is a folder of the node (hostPath)") }
        for list in ["containers", "initContainers", "ephemeralContainers"] {
            for container in spec[list]?.asArray ?? [] {
                let name = container["name"]?.asText ?? "?"
                if container.at("securityContext", "privileged")?.asBool == true { faults.append("the container \(name) is privileged") }
                let added = (container.at("securityContext", "capabilities", "add")?.asArray ?? []).compactMap(\.asText)
                for capability in added where !harmless.contains(capability) { faults.append("the container \(name) adds the capability \(capability)") }
                for port in container["ports"]?.asArray ?? [] where port.count("hostPort") > 0 { faults.append("the container \(name) takes the port \(port.count("hostPort")) of the node") }
            }
        }
        return faults
    }

    /// Of a pod, of whatever makes pods from a template, or of what makes those.
    private static func podSpec(_ object: JSON) -> JSON? {
        if object["kind"]?.asText == "Pod" { return object["spec"] }
        if object["kind"]?.asText == "PodTemplate" { return object.at("template", "spec") }
        return object.at("spec", "template", "spec") ?? object.at("spec", "jobTemplate", "spec", "template", "spec")
    }
}
