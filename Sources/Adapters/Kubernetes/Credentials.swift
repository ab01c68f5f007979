import Foundation
import Notation

/// Who is asking, as a bearer token if there is one. A client's certificate is part of `TLSSettings`.
///
/// A token never leaves this type but in a request's header.
public actor Credentials {
    enum Source: Sendable {
        case none
        case token(String)
        case file(String)
        case plugin(ExecPlugin)
    }

    private let source: Source
    private var cached: (token: String, until: Date)?
    /// In-cluster tokens are exchanged by the kubelet before they expire: the file is read again after a minute, as client-go does.
    private static let fileLifetime = 60.0
    /// A token is renewed so many seconds before its end.
    private static let margin = 10.0

    init(_ source: Source) { self.source = source }

    /// No token: for a client's certificate, or for a cluster that lets everybody in.
    public static var none: Credentials { Credentials(.none) }
    public static func token(_ token: String) -> Credentials { Credentials(.token(token)) }
    /// A file that holds the token, read again every minute.
    public static func file(_ path: String) -> Credentials { Credentials(.file(path)) }
    public static func plugin(_ plugin: ExecPlugin) -> Credentials { Credentials(.plugin(plugin)) }

    nonisolated var canBeRenewed: Bool {
        switch source {
        case .none, .token: false
        case .file, .plugin: true
        }
    }

    /// - Parameter renewed: what was given before was not accepted.
    func token(renewed: Bool) async throws(KubernetesError) -> String? {
        if !renewed, let cached, Date() < cached.until { return cached.token }
        switch source {
        case .none: return nil
        case .token(let token): return token
        case .file(let path):
            let token = try Self.read(path)
            cached = (token, Date() + Self.fileLifetime)
            return token
        case .plugin(let plugin):
            let given = try await plugin.run()
            cached = (given.token, given.expires.map { $0 - Self.margin } ?? .distantFuture)
            return given.token
        }
    }

    private static func read(_ path: String) throws(KubernetesError) -> String {
        guard let data = FileManager.default.contents(atPath: path), data.count < 64 << 10 else { throw .notConfigured("the token's file \(path) cannot be read") }
        let token = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty else { throw .notConfigured("the token's file \(path) is empty") }
        return token
    }
}
