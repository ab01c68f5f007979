import Foundation
import Kubernetes
import Notation
import Transport

extension FakeState {
    /// What a path means.
    private struct Target {
        let type: ResourceType
        let namespace: String?
        let name: String?
        let part: String?

        init?(_ segments: [String]) {
            var rest = segments[...]
            guard let root = rest.popFirst(), root == "api" || root == "apis" else { return nil }
            var group = ""
            if root == "apis" {
                guard let its = rest.popFirst() else { return nil }
                group = its
            }
            guard let version = rest.popFirst() else { return nil }
            var namespace: String?
            if rest.first == "namespaces", rest.count >= 3 {
                rest.removeFirst()
                namespace = rest.popFirst()
            }
            guard let resource = rest.popFirst(), let type = FakeTypes.all.first(where: { $0.group == group && $0.version == version && $0.resource == resource }) else { return nil }
            self.type = type
            self.namespace = namespace
            name = rest.popFirst()
            part = rest.popFirst()
        }
    }

    /// Nil when this may be done.
    func authorize(_ request: HTTPRequest) -> HTTPResponse? {
        guard !users.isEmpty else { return nil }
        let token = request.headers["authorization"].map { String($0.dropFirst("Bearer ".count)) } ?? ""
        guard let user = users[token] else { return FakeFailure(code: 401, reason: "Unauthorized", message: "Unauthorized").response }
        guard let target = Target(request.segments) else { return nil }
        let verb = FakeState.verb(request, target.name)
        let resource = target.type.resource + (target.part.map { "/\($0)" } ?? "")
        guard !mayDo(user, verb, resource, target.namespace) else { return nil }
        let message = "\(target.type.resource) is forbidden: User \"\(user)\" cannot \(verb) resource \"\(resource)\" in API group \"\(target.type.group)\" in the namespace \"\(target.namespace ?? "")\""
        return FakeFailure(code: 403, reason: "Forbidden", message: message).response
    }

    private static func verb(_ request: HTTPRequest, _ name: String?) -> String {
        switch request.method {
        case "GET": name != nil ? "get" : request.query("watch") == "true" ? "watch" : "list"
        case "POST": "create"
        case "PATCH": "patch"
        case "PUT": "update"
        default: "delete"
        }
    }

    mutating func answer(_ request: HTTPRequest) -> FakeAnswer {
        requests.append("\(request.method) \(request.path)\(request.query.isEmpty ? "" : "?\(request.query)")")
        if !failures.isEmpty { return .failure(failures.removeFirst()) }
        if let refusal = authorize(request) {
            let json = (try? JSON(parsing: refusal.body)) ?? .null
            return .failure(FakeFailure(code: refusal.status, reason: json["reason"]?.asText ?? "", message: json["message"]?.asText ?? ""))
        }
        do { return try route(request) } catch let failure as FakeFailure { return .failure(failure) } catch { return .failure(.bad("\(error)")) }
    }

    private mutating func route(_ request: HTTPRequest) throws -> FakeAnswer {
        switch request.path {
        case "/version": return .object(200, .object(["major": "1", "minor": "31", "gitVersion": "v1.31.0-fake"]))
        case "/readyz": return .text("ok")
        case "/api/v1": return .object(200, FakeTypes.list(group: "", version: "v1") ?? .null)
        case "/apis": return .object(200, FakeTypes.groups)
        case "/openapi/v2": return .object(200, FakeSchema.document)
        case "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews": return .object(201, rules(request))
        default: break
        }
        if request.segments.count == 3, request.segments[0] == "apis", let list = FakeTypes.list(group: request.segments[1], version: request.segments[2]) { return .object(200, list) }
        guard let target = Target(request.segments) else { throw FakeFailure.notFound("the path \(request.path)") }
        guard let name = target.name else { return try collection(request, target) }
        return try object(request, target, Key(type: target.type, namespace: target.namespace, name: name))
    }

    private func rules(_ request: HTTPRequest) -> JSON {
        let rule = JSON.object(["verbs": .array(["*"]), "apiGroups": .array(["*"]), "resources": .array(["*"])])
        return .object(["kind": "SelfSubjectRulesReview", "status": .object(["incomplete": false, "resourceRules": .array([rule]), "nonResourceRules": .array([])])])
    }

    private mutating func collection(_ request: HTTPRequest, _ target: Target) throws -> FakeAnswer {
        let query = FakeQuery(request, namespace: target.namespace)
        guard request.method == "GET" else {
            guard request.method == "POST" else { throw FakeFailure(code: 405, reason: "MethodNotAllowed", message: "not allowed") }
            let body = try JSON(parsing: request.body, depthLimit: 64)
            return .object(201, try create(target.type, body, namespace: target.namespace, manager: manager(request), isDry: isDry(request)))
        }
        if request.query("watch") == "true" { return .watch(watch(target.type, query, from: Int(request.query("resourceVersion") ?? "") ?? version)) }
        let all = objects.filter { $0.key.type == target.type && query.takes($0.value.object) }.map(\.value.object)
            .sorted { ($0.objectNamespace ?? "", $0.objectName) < ($1.objectNamespace ?? "", $1.objectName) }
        let start = request.query("continue").flatMap { Int($0) } ?? 0
        let limit = request.query("limit").flatMap { Int($0) } ?? all.count
        let end = min(all.count, start + max(limit, 1))
        let more = end < all.count
        let metadata = JSON.object([
            "resourceVersion": .text("\(version)"), "continue": more ? .text("\(end)") : nil, "remainingItemCount": more ? .integer(Int64(all.count - end)) : nil,
        ])
        return .object(
            200,
            .object(["kind": .text(target.type.kind + "List"), "apiVersion": .text(target.type.apiVersion), "metadata": metadata, "items": .array(all[min(start, end)..<end].map { $0.setting("kind", nil).setting("apiVersion", nil) })]))
    }

    private mutating func object(_ request: HTTPRequest, _ target: Target, _ key: Key) throws -> FakeAnswer {
        let type = request.headers["content-type"] ?? ""
        if request.method == "PATCH", type == "application/apply-patch+yaml", target.part == nil {
            let (object, isNew) = try apply(key, try JSON(parsing: request.body, depthLimit: 64), manager: manager(request), force: request.query("force") == "true", isDry: isDry(request))
            return .object(isNew ? 201 : 200, object)
        }
        guard let entry = objects[key] else { throw FakeFailure.notFound("\(key.type.qualified) \"\(key.name)\"") }
        switch (request.method, target.part) {
        case ("GET", nil): return .object(200, entry.object)
        case ("GET", "status"): return .object(200, entry.object)
        case ("GET", "scale"): return .object(200, FakeState.scale(entry.object))
        case ("GET", "log"): return try log(request, entry.object)
        case ("POST", "eviction"): return .object(201, try evict(key, try JSON(parsing: request.body)))
        case ("PATCH", "scale"):
            let patch = try JSON(parsing: request.body)
            guard let replicas = patch.at("spec", "replicas")?.asInteger else { throw FakeFailure.bad("no replicas") }
            try check(patch.at("metadata", "resourceVersion"), entry.object)
            let spec = (entry.object["spec"] ?? .object([])).setting("replicas", .integer(replicas))
            return .object(200, FakeState.scale(write(key, entry.object.setting("spec", spec), isDry: isDry(request))))
        case ("PATCH", nil), ("PATCH", "status"):
            let patch = try JSON(parsing: request.body, depthLimit: 64)
            var new = try type == "application/json-patch+json" ? FakePatch.steps(patch, on: entry.object) : FakePatch.merge(patch, into: entry.object)
            if type != "application/json-patch+json" { try check(patch.at("metadata", "resourceVersion"), entry.object) }
            // A status is written by its own path alone, and that path writes nothing else.
            let other = target.part == "status" ? "spec" : "status"
            new = new.setting(other, entry.object[other])
            return .object(200, write(key, new, isDry: isDry(request)))
        case ("DELETE", nil): return .object(200, try delete(key, (try? JSON(parsing: request.body)) ?? .object([])))
        default: throw FakeFailure(code: 405, reason: "MethodNotAllowed", message: "\(request.method) is not allowed on \(request.path)")
        }
    }

    private func check(_ wanted: JSON?, _ object: JSON) throws {
        if let wanted = wanted?.asText, wanted != object.objectVersion { throw FakeFailure.conflict("the object has been modified; please apply your changes to the latest version and try again") }
    }

    private mutating func write(_ key: Key, _ object: JSON, isDry: Bool) -> JSON {
        if isDry { return object }
        let stored = replace(key, object)
        settle()
        return stored
    }

    private func manager(_ request: HTTPRequest) -> String { request.query("fieldManager") ?? "unknown" }
    private func isDry(_ request: HTTPRequest) -> Bool { request.query("dryRun") == "All" }

    private static func scale(_ object: JSON) -> JSON {
        let metadata = object["metadata"] ?? .object([])
        return .object([
            "kind": "Scale", "apiVersion": "autoscaling/v1",
            "metadata": .object([
                "name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"],
            ]),
            "spec": .object(["replicas": object.at("spec", "replicas") ?? 1]), "status": .object(["replicas": .integer(Int64(object.count("status", "replicas")))]),
        ])
    }

    private func log(_ request: HTTPRequest, _ pod: JSON) throws -> FakeAnswer {
        let containers = (pod.at("spec", "containers")?.asArray ?? []).compactMap { $0["name"]?.asText }
        let container = request.query("container") ?? (containers.count == 1 ? containers.first : nil)
        guard let container, containers.contains(container) else { throw FakeFailure.bad("a container name must be specified for pod \(pod.objectName), choose one of: \(containers)") }
        let key = "\(pod.objectName)/\(container)\(request.query("previous") == "true" ? "/previous" : "")"
        guard let text = logs[key] else { throw FakeFailure.bad("\(request.query("previous") == "true" ? "previous terminated " : "")container \"\(container)\" in pod \"\(pod.objectName)\" is waiting to start") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        if let tail = request.query("tailLines").flatMap({ Int($0) }) { lines = lines.suffix(tail) }
        return .text(lines.map { $0 + "\n" }.joined())
    }

    /// A pod on a node ends in its own time: the node says when it is gone. Everything else is gone at once.
    mutating func delete(_ key: Key, _ options: JSON) throws -> JSON {
        guard let entry = objects[key] else { throw FakeFailure.notFound("\(key.type.qualified) \"\(key.name)\"") }
        if let uid = options.at("preconditions", "uid")?.asText, uid != entry.object.objectUID { throw FakeFailure.conflict("Precondition failed: UID in precondition: \(uid), UID in object meta: \(entry.object.objectUID ?? "")") }
        if options["dryRun"]?.asArray?.isEmpty == false { return entry.object }
        let hasNode = entry.object.at("spec", "nodeName")?.asText != nil
        if key.type == FakeTypes.all.first(where: { $0.resource == "pods" }), hasNode, options["gracePeriodSeconds"]?.asInteger != 0 {
            let metadata = (entry.object["metadata"] ?? .object([])).setting("deletionTimestamp", .text(KubernetesTime.text(Date()))).setting("deletionGracePeriodSeconds", 30)
            let ending = replace(key, entry.object.setting("metadata", metadata))
            settle()
            return ending
        }
        remove(key)
        // Who is owned goes with the owner.
        if options["propagationPolicy"]?.asText != "Orphan" {
            for (owned, other) in objects where other.object.controller?.uid == entry.object.objectUID { _ = try delete(owned, .object([])) }
        }
        settle()
        return .object(["kind": "Status", "apiVersion": "v1", "status": "Success"])
    }

    private mutating func evict(_ key: Key, _ eviction: JSON) throws -> JSON {
        guard let entry = objects[key] else { throw FakeFailure.notFound("pods \"\(key.name)\"") }
        let budgets = objects.filter { $0.key.type.resource == "poddisruptionbudgets" && $0.key.namespace == key.namespace }.map(\.value.object)
        for budget in budgets {
            let labels = budget.at("spec", "selector", "matchLabels")?.asObject ?? []
            guard labels.allSatisfy({ entry.object.label($0.key) == $0.value.asText }) else { continue }
            let allowed = budget.count("status", "disruptionsAllowed")
            guard allowed > 0 else { throw FakeFailure(code: 429, reason: "TooManyRequests", message: "Cannot evict pod as it would violate the pod's disruption budget.") }
            let status = (budget["status"] ?? .object([])).setting("disruptionsAllowed", .integer(Int64(allowed - 1)))
            replace(Key(type: FakeTypes.all.first { $0.resource == "poddisruptionbudgets" } ?? key.type, namespace: key.namespace, name: budget.objectName), budget.setting("status", status))
        }
        _ = try delete(key, eviction["deleteOptions"] ?? .object([]))
        return .object(["kind": "Status", "apiVersion": "v1", "status": "Success", "code": 201])
    }
}
