public import Notation
import Transport

/// A kubeconfig: which clusters there are, who one is there, and which of them is meant (`kubectl config view` shows the same, without the secrets).
public struct Kubeconfig: Sendable {
    public struct Context: Sendable {
        public let name: String
        public let cluster: String
        let user: String?
        /// Where objects are looked for when nothing is said.
        public let namespace: String
    }

    public let contexts: [Context]
    public let current: String?
    private let clusters: [String: JSON]
    private let users: [String: JSON]
    /// Relative paths in the file are meant from its folder.
    private let folder: String

    /// - Parameters:
    ///   - document: the file as a value.
    ///   - folder: where it lies.
    public init(_ document: JSON, folder: String) throws(KubernetesError) {
        guard document["kind"]?.asText ?? "Config" == "Config", document["contexts"]?.asArray != nil else { throw .notConfigured("this is no kubeconfig: it has no list of contexts") }
        clusters = Self.named(document["clusters"], "cluster")
        users = Self.named(document["users"], "user")
        contexts = (document["contexts"]?.asArray ?? []).compactMap { row in
            guard let name = row["name"]?.asText, let cluster = row["context"]?["cluster"]?.asText else { return nil }
            return Context(name: name, cluster: cluster, user: row["context"]?["user"]?.asText, namespace: row["context"]?["namespace"]?.asText ?? "default")
        }
        current = document["current-context"]?.asText.flatMap { $0.isEmpty ? nil : $0 }
        self.folder = folder
    }

    public func context(_ name: String) -> Context? { contexts.first { $0.name == name } }
    /// The address alone: for lists.
    public func server(of context: Context) -> String? { clusters[context.cluster]?["server"]?.asText }

    private static func named(_ list: JSON?, _ member: String) -> [String: JSON] {
        // The first of a name wins, as in kubectl.
        Dictionary((list?.asArray ?? []).compactMap { row in row["name"]?.asText.flatMap { name in row[member].map { (name, $0) } } }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: - A client

    /// The client of a context, with its credentials.
    public func client(_ context: Context, budget: RequestBudget = RequestBudget()) throws(KubernetesError) -> KubernetesClient {
        guard let cluster = clusters[context.cluster], let server = cluster["server"]?.asText else {
            throw .notConfigured("the context \(context.name) names the cluster \(context.cluster), which the kubeconfig does not hold")
        }
        guard cluster["insecure-skip-tls-verify"]?.asBool != true else {
            throw .notConfigured("the cluster \(context.cluster) is marked insecure-skip-tls-verify: it is not spoken to; name its certificate-authority instead")
        }
        for unusual in ["tls-server-name", "proxy-url"] where cluster[unusual]?.asText?.isEmpty == false {
            throw .notConfigured("the cluster \(context.cluster) wants \(unusual), which is not supported")
        }
        let user = try user(of: context)
        let roots = try bytes(cluster, "certificate-authority")
        let certificate = try bytes(user, "client-certificate")
        let key = try bytes(user, "client-key")
        let tls: TLSSettings?
        do {
            tls = roots == nil && certificate == nil ? nil : try TLSSettings(rootsPEM: roots, certificatePEM: certificate, keyPEM: certificate == nil ? nil : key)
        } catch { throw .notConfigured("the context \(context.name): \(error)") }
        return try KubernetesClient(server: server, credentials: try credentials(user, context), tls: tls, budget: budget)
    }

    private func user(of context: Context) throws(KubernetesError) -> JSON {
        guard let name = context.user else { return .object([]) }
        guard let user = users[name] else { throw .notConfigured("the context \(context.name) names the user \(name), which the kubeconfig does not hold") }
        return user
    }

    private func credentials(_ user: JSON, _ context: Context) throws(KubernetesError) -> Credentials {
        // A file goes before the text, as in client-go: it is the one that is kept fresh.
        if let file = user["tokenFile"]?.asText, !file.isEmpty { return .file(absolute(file)) }
        if let token = user["token"]?.asText, !token.isEmpty { return .token(token) }
        if let exec = user["exec"], exec.asObject != nil { return .plugin(try plugin(exec)) }
        if user["username"] != nil || user["auth-provider"] != nil || user["as"] != nil {
            throw .notConfigured("the user of the context \(context.name) has a kind of credential that is not supported; certificates, tokens and exec plug-ins are")
        }
        return .none
    }

    private func plugin(_ exec: JSON) throws(KubernetesError) -> ExecPlugin {
        guard exec["interactiveMode"]?.asText != "Always" else { throw .notConfigured("the credential plug-in wants to talk to a person, and nobody sits here") }
        let environment = (exec["env"]?.asArray ?? []).compactMap { row in row["name"]?.asText.flatMap { name in row["value"]?.asText.map { (name, $0) } } }
        return try ExecPlugin(
            command: exec["command"]?.asText ?? "", arguments: exec["args"]?.asArray?.compactMap(\.asText) ?? [],
            environment: Dictionary(environment, uniquingKeysWith: { $1 }), apiVersion: exec["apiVersion"]?.asText ?? "")
    }

    /// Embedded as base64 under `name-data`, or a file under `name`.
    private func bytes(_ section: JSON, _ name: String) throws(KubernetesError) -> [UInt8]? {
        if let text = section["\(name)-data"]?.asText, !text.isEmpty {
            guard let bytes = Base64.standard.decode(text.filter { !$0.isWhitespace }) else { throw .notConfigured("\(name)-data in the kubeconfig is not base64") }
            return bytes
        }
        guard let file = section[name]?.asText, !file.isEmpty else { return nil }
        return try KubeconfigFile.contents(absolute(file), what: name)
    }

    private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }
}
