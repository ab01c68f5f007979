import Foundation
import Notation
import Transport

/// A program that hands out a token (client.authentication.k8s.io), as managed clusters have them.
///
/// It is run without a shell, by an absolute path only: a kubeconfig must not decide what is found first in `PATH`.
public struct ExecPlugin: Sendable {
    public let command: String
    let arguments: [String]
    let environment: [String: String]
    let apiVersion: String

    /// So many seconds it may take, and so many bytes it may say.
    static let timeLimit = 30
    static let outputLimit = 1 << 20

    public init(command: String, arguments: [String] = [], environment: [String: String] = [:], apiVersion: String) throws(KubernetesError) {
        guard command.hasPrefix("/") else {
            throw .notConfigured("the credential plug-in \"\(command.prefix(80))\" must be named by its absolute path in the kubeconfig: a name alone could run any program of that name")
        }
        guard apiVersion == "client.authentication.k8s.io/v1" || apiVersion == "client.authentication.k8s.io/v1beta1" else {
            throw .notConfigured("the credential plug-in speaks \"\(apiVersion.prefix(80))\"; client.authentication.k8s.io/v1 and v1beta1 are understood")
        }
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.apiVersion = apiVersion
    }

    /// The token, and until when it is good; nil for as long as it is accepted.
    func run() async throws(KubernetesError) -> (token: String, expires: Date?) {
        let output = try await output()
        guard let credential = try? JSON(parsing: Array(output), depthLimit: 32), credential["kind"]?.asText == "ExecCredential" else {
            throw .notConfigured("the credential plug-in \(command) did not answer with an ExecCredential")
        }
        guard let status = credential["status"], let token = status["token"]?.asText, !token.isEmpty else {
            throw .notConfigured("the credential plug-in \(command) gave no token (certificates from plug-ins are not taken)")
        }
        return (token, status["expirationTimestamp"]?.asText.flatMap { KubernetesTime.date($0) })
    }

    private func output() async throws(KubernetesError) -> Data {
        let facts = JSON.object(["apiVersion": .text(apiVersion), "kind": "ExecCredential", "spec": .object(["interactive": false])])
        let child = BoundedProcess(
            command, arguments, environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }.merging(["KUBERNETES_EXEC_INFO": facts.rendered]) { $1 },
            seconds: Self.timeLimit, outputLimit: Self.outputLimit)
        let ended: BoundedProcess.Ended
        do { ended = try await child.run() } catch {
            switch error {
            case .notStarted: throw .notConfigured("the credential plug-in \(command) cannot be run")
            case .late: throw .notConfigured("the credential plug-in \(command) did not answer within \(Self.timeLimit) s")
            }
        }
        guard ended.status == 0, ended.isWhole else { throw .notConfigured("the credential plug-in \(command) ended with \(ended.status)") }
        return ended.output
    }
}
