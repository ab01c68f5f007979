import Kubernetes
import Notation

/// A few of the real server's defaults and checks: enough to tell what somebody wrote from what was filled in.
enum FakeDefaults {
    static func filled(_ object: JSON) -> JSON {
        switch object["kind"]?.asText {
        case "Deployment":
            let strategy = JSON.object(["type": "RollingUpdate", "rollingUpdate": .object(["maxUnavailable": "25%", "maxSurge": "25%"])])
            return with(object, "spec") { spec in
                template(add(spec, ["replicas": 1, "strategy": strategy, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600]))
            }
        case "StatefulSet", "ReplicaSet": return with(object, "spec") { template(add($0, ["replicas": 1])) }
        case "Pod": return with(object, "spec", pod)
        case "Secret": return add(object, ["type": "Opaque"])
        default: return object
        }
    }

    static func validate(_ object: JSON) throws {
        guard ["Deployment", "StatefulSet", "DaemonSet"].contains(object["kind"]?.asText ?? "") else { return }
        let containers = object.at("spec", "template", "spec", "containers")?.asArray ?? []
        guard !containers.isEmpty else { throw FakeFailure.invalid("spec.template.spec.containers", "Required value") }
        for container in containers where container["image"]?.asText == nil { throw FakeFailure.invalid("spec.template.spec.containers[0].image", "Required value") }
        for label in object.at("spec", "selector", "matchLabels")?.asObject ?? [] where object.at("spec", "template", "metadata", "labels")?[label.key] != label.value {
            throw FakeFailure.invalid("spec.template.metadata.labels", "Invalid value: `selector` does not match template `labels`")
        }
    }

    private static func template(_ spec: JSON) -> JSON { with(spec, "template") { with($0, "spec", pod) } }

    private static func pod(_ spec: JSON) -> JSON {
        let containers = (spec["containers"]?.asArray ?? []).map { add($0, ["imagePullPolicy": "IfNotPresent", "resources": .object([]), "terminationMessagePath": "/dev/termination-log"]) }
        return add(spec.setting("containers", .array(containers)), ["restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "terminationGracePeriodSeconds": 30])
    }

    private static func add(_ object: JSON, _ members: KeyValuePairs<String, JSON>) -> JSON {
        members.reduce(object) { $0[$1.key] == nil ? $0.setting($1.key, $1.value) : $0 }
    }

    private static func with(_ object: JSON, _ key: String, _ change: (JSON) -> JSON) -> JSON {
        guard let part = object[key], part.asObject != nil else { return object }
        return object.setting(key, change(part))
    }
}

/// A schema of a few fields, in the form of `/openapi/v2`.
enum FakeSchema {
    private static func reference(_ name: String) -> JSON { .object(["$ref": .text("#/definitions/\(name)")]) }
    static let document = JSON.object([
        "swagger": "2.0",
        "definitions": .object([
            "io.k8s.api.apps.v1.Deployment": .object([
                "description": "Deployment enables declarative updates for Pods and ReplicaSets.", "type": "object",
                "properties": .object(["spec": reference("io.k8s.api.apps.v1.DeploymentSpec"), "apiVersion": .object(["type": "string", "description": "The version."])]),
                "x-kubernetes-group-version-kind": .array([.object(["group": "apps", "kind": "Deployment", "version": "v1"])]),
            ]),
            "io.k8s.api.apps.v1.DeploymentSpec": .object([
                "description": "DeploymentSpec is the specification of the desired behavior of the Deployment.", "type": "object", "required": .array(["selector", "template"]),
                "properties": .object([
                    "replicas": .object(["description": "Number of desired pods.", "type": "integer", "format": "int32"]),
                    "template": reference("io.k8s.api.core.v1.PodTemplateSpec"),
                ]),
            ]),
            "io.k8s.api.core.v1.PodTemplateSpec": .object(["description": "PodTemplateSpec describes the data a pod should have.", "type": "object", "properties": .object([])]),
        ]),
    ])
}
