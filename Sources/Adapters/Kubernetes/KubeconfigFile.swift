import Foundation
public import Notation
import Transport

/// Where a kubeconfig comes from.
public enum KubeconfigFile {
    private static let limit = 4 << 20
    /// Where a pod finds its own account.
    private static let account = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Reads a kubeconfig: the file named, else the first of `KUBECONFIG`, else `~/.kube/config`; nil when nothing is named and nothing is there.
    /// - Parameter parse: YAML as a value, one for each document.
    public static func read(_ path: String?, environment: [String: String], parse: (String) throws -> [JSON]) throws(KubernetesError) -> Kubeconfig? {
        let named = path ?? environment["KUBECONFIG"]?.split(separator: ":").first.map(String.init)
        guard let file = named ?? environment["HOME"].map({ "\($0)/.kube/config" }) else { return nil }
        if named == nil, !FileManager.default.fileExists(atPath: file) { return nil }
        let text = String(decoding: try contents(file, what: "the kubeconfig"), as: UTF8.self)
        let documents: [JSON]
        do { documents = try parse(text) } catch { throw .notConfigured("the kubeconfig \(file) is not YAML: \(error)") }
        guard documents.count == 1 else { throw .notConfigured("the kubeconfig \(file) must hold one document, and holds \(documents.count)") }
        return try Kubeconfig(documents[0], folder: URL(fileURLWithPath: file).deletingLastPathComponent().path)
    }

    /// The client of the cluster that this process runs in, by its pod's account; nil outside of any.
    public static func inCluster(environment: [String: String], budget: RequestBudget = RequestBudget(), account: String? = nil) throws(KubernetesError) -> (
        client: KubernetesClient, namespace: String
    )? {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"], !host.isEmpty else { return nil }
        let account = account ?? Self.account
        let namespace = String(decoding: try contents("\(account)/namespace", what: "the pod's namespace"), as: UTF8.self)
        let roots = try contents("\(account)/ca.crt", what: "the cluster's authority")
        let tls: TLSSettings
        do { tls = try TLSSettings(rootsPEM: roots) } catch { throw .notConfigured("\(error)") }
        let address = host.contains(":") ? "https://[\(host)]:\(port)" : "https://\(host):\(port)"
        return (try KubernetesClient(server: address, credentials: .file("\(account)/token"), tls: tls, budget: budget), namespace)
    }

    static func contents(_ path: String, what: String) throws(KubernetesError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw .notConfigured("\(what) at \(path) cannot be read") }
        guard data.count <= limit else { throw .notConfigured("\(what) at \(path) is larger than \(limit) bytes") }
        return Array(data)
    }
}
