import Foundation
import Kubernetes
import Notation
import Testing
import YAML

/// What objects mean, without any cluster.
@Suite struct ReadingOfObjectsTests {
    @Test func `a difference is told by names, not by places in a list`() {
        let before = Sample.deployment("x", extra: ["env": .array([.object(["name": "A", "value": "1"]), .object(["name": "B", "value": "2"])])])
        let after = Sample.deployment("x", extra: ["env": .array([.object(["name": "B", "value": "3"]), .object(["name": "C", "value": "4"])])])
        let changes = ObjectDiff.changes(live: before, planned: after, manifest: after).map(\.text)
        let path = "spec.template.spec.containers[name=main].env"
        #expect(changes == [#"- \#(path)[name=A].name: "A""#, #"- \#(path)[name=A].value: "1""#, #"~ \#(path)[name=B].value: "2" -> "3""#, #"+ \#(path)[name=C].name: "C""#, #"+ \#(path)[name=C].value: "4""#])
    }

    @Test func `what the cluster writes by itself is no difference`() {
        let live = JSON.object(["metadata": .object(["name": "x", "resourceVersion": "1", "uid": "u", "generation": 3, "managedFields": .array([])]), "status": .object(["a": 1]), "spec": 1])
        let planned = JSON.object(["metadata": .object(["name": "x", "resourceVersion": "2", "uid": "v", "generation": 4]), "spec": 1])
        #expect(ObjectDiff.changes(live: live, planned: planned, manifest: planned).isEmpty)
    }

    private static let quantities: [(String, Int64?)] = [
        ("1", 1000), ("250m", 250), ("1.5", 1500), ("2Gi", 2_147_483_648_000), ("1k", 1_000_000), ("0.1", 100), ("1.0001", 1001), ("-1", nil), ("", nil), ("1x", nil), ("Gi", nil), ("1e3", nil),
        ("999999999999999Ti", nil),
    ]

    @Test(arguments: quantities) func `amounts are read as the API writes them`(text: String, milli: Int64?) { #expect(Quantity(text)?.milli == milli) }

    private static func deployment(generation: Int64 = 2, observed: Int64 = 2, replicas: Int64 = 3, updated: Int64 = 3, available: Int64 = 3, total: Int64 = 3, reason: JSON? = nil) -> JSON {
        let condition = JSON.object(["type": "Progressing", "reason": reason ?? "NewReplicaSetAvailable", "message": "m"])
        return .object([
            "kind": "Deployment", "metadata": .object(["generation": .integer(generation)]), "spec": .object(["replicas": .integer(replicas)]),
            "status": .object([
                "observedGeneration": .integer(observed), "updatedReplicas": .integer(updated), "availableReplicas": .integer(available), "replicas": .integer(total),
                "conditions": .array([condition]),
            ]),
        ])
    }

    private static let rollouts: [(JSON, Rollout.State, String)] = [
        (deployment(), .complete, "all 3"), (deployment(observed: 1), .progressing, "not yet seen"), (deployment(updated: 1), .progressing, "1 of 3 replicas are of the new"),
        (deployment(total: 5), .progressing, "2 old"), (deployment(available: 2), .progressing, "2 of 3 new"), (deployment(updated: 1, reason: "ProgressDeadlineExceeded"), .failed, "deadline"),
        (.object(["kind": "StatefulSet", "spec": .object(["replicas": 2]), "status": .object(["readyReplicas": 2, "updatedReplicas": 1, "currentRevision": "a", "updateRevision": "b"])]), .progressing, "1 of 2"),
        (.object(["kind": "StatefulSet", "spec": .object(["replicas": 2, "updateStrategy": .object(["type": "OnDelete"])]), "status": .object([])]), .complete, "deleting its pods"),
        (.object(["kind": "DaemonSet", "status": .object(["desiredNumberScheduled": 4, "updatedNumberScheduled": 4, "numberAvailable": 3])]), .progressing, "3 of 4"),
        (.object(["kind": "DaemonSet", "status": .object(["desiredNumberScheduled": 4, "updatedNumberScheduled": 4, "numberAvailable": 4])]), .complete, "all 4"),
    ]

    @Test(arguments: rollouts.indices) func `a rollout is judged as kubectl judges it`(index: Int) {
        let (object, state, words) = Self.rollouts[index]
        let rollout = Rollout(object)
        #expect(rollout?.state == state && rollout?.text.contains(words) == true, "\(String(describing: rollout))")
    }

    @Test func `selectors are written as the API takes them`() {
        let selector = JSON.object([
            "matchLabels": .object(["a": "1"]),
            "matchExpressions": .array([.object(["key": "b", "operator": "In", "values": .array(["x", "y"])]), .object(["key": "c", "operator": "DoesNotExist"])]),
        ])
        #expect(selector.selectorText == "a=1,b in (x,y),!c" && JSON.object([]).selectorText == nil)
    }

    @Test func `a manifest is what somebody wants, without what a cluster wrote into it`() throws {
        let manifest = try Manifest(Sample.settings("x", [:]).setting("status", .object(["a": 1])).setting("metadata", .object(["name": "x", "managedFields": .array([]), "generation": 4, "labels": .object(["l": "v"])])))
        #expect(manifest.object["status"] == nil && manifest.object["metadata"] == .object(["name": "x", "labels": .object(["l": "v"])]))
        #expect(manifest.inNamespace("n").object.objectNamespace == "n")
    }

    @Test func `quota that is used up and pods that fit nowhere are told first`() {
        let quota = JSON.object(["metadata": .object(["name": "q"]), "status": .object(["hard": .object(["pods": "2", "limits.cpu": "4"]), "used": .object(["pods": "2", "limits.cpu": "3500m"])])])
        let pod = JSON.object([
            "metadata": .object(["name": "p"]), "spec": .object([]),
            "status": .object(["phase": "Pending", "conditions": .array([.object(["type": "PodScheduled", "status": "False", "message": "0/3 nodes are available"])])]),
        ])
        let findings = Diagnosis(workload: nil, pods: [pod], events: [], quotas: [quota]).findings
        #expect(findings.map(\.about) == ["pod/p", "quota/q"] && findings.allSatisfy { $0.level == .critical } && findings[1].what.contains("pods"))
    }
}

/// YAML as values.
@Suite struct YAMLTests {
    private static let scalars: [(String, JSON)] = [
        ("3", 3), ("-7", -7), ("0x1F", 31), ("1.5", .number(1.5)), ("true", true), ("yes", "yes"), ("null", .null), ("~", .null), ("'3'", "3"), (#""true""#, "true"), (".inf", ".inf"), ("1e3", .number(1000)),
        ("2026-11-26", "2026-11-26"), ("1_000", "1_000"), ("99999999999999999999", .number(1e20)), ("|\n  a\n  b", "a\nb"),
    ]

    @Test(arguments: scalars) func `scalars are what YAML 1.2 says`(text: String, value: JSON) throws {
        #expect(try YAMLReader.json("k: \(text)")[0]["k"] == value)
    }

    @Test func `documents, anchors and merges of a text come apart`() throws {
        #expect(try YAMLReader.json("a: 1\n---\n- x\n- y: {z: 1}\n") == [.object(["a": 1]), .array(["x", .object(["y": .object(["z": 1])])])])
        #expect(try YAMLReader.json("a: &x {k: 1}\nb: *x") == [.object(["a": .object(["k": 1]), "b": .object(["k": 1])])])
        #expect(try YAMLReader.json("") == [] && YAMLReader.json("---\n---\n") == [])
    }

    @Test func `ten lines that would stand for a billion values are refused`() {
        let bomb = (1..<12).reduce("a0: &a0 [x,x,x,x,x,x,x,x,x,x]") { text, level in "\(text)\na\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ","))]" }
        #expect(throws: YAMLFault.self) { try YAMLReader.json(bomb) }
        #expect(throws: YAMLFault.self) { try YAMLReader.json(String(repeating: "[", count: 200) + String(repeating: "]", count: 200)) }
        #expect(throws: YAMLFault.self) { try YAMLReader.json("a: [") }
        #expect(throws: YAMLFault.self) { try YAMLReader.json("a: *nothing") }
    }
}
