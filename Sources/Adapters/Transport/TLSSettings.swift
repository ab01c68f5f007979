import NIOSSL

/// Whom a client believes and who it is, where the system's certificates are not what is wanted: a cluster's own authority, a client's certificate.
///
/// Held as parsed certificates: text that is none is refused when this is made, not at the first connection. The server's name is always verified.
public struct TLSSettings: Sendable {
    private let roots: [NIOSSLCertificate]?
    private let chain: [NIOSSLCertificate]
    private let key: NIOSSLPrivateKey?

    /// - Parameters:
    ///   - rootsPEM: the authorities to believe, in place of the system's; nil for the system's.
    ///   - certificatePEM, keyPEM: the client's own certificate, leaf first, and its key without a passphrase; both or neither.
    public init(rootsPEM: [UInt8]?, certificatePEM: [UInt8]? = nil, keyPEM: [UInt8]? = nil) throws(TransportError) {
        roots = try rootsPEM.map { bytes throws(TransportError) in try Self.certificates(bytes, "the certificate of the authority") }
        chain = try certificatePEM.map { bytes throws(TransportError) in try Self.certificates(bytes, "the client's certificate") } ?? []
        guard let keyPEM else {
            key = nil
            guard chain.isEmpty else { throw .badCertificate("there is a client's certificate without its key") }
            return
        }
        guard !chain.isEmpty else { throw .badCertificate("there is a client's key without its certificate") }
        do { key = try NIOSSLPrivateKey(bytes: keyPEM, format: .pem) } catch { throw .badCertificate("the client's key is no private key in PEM form") }
    }

    private static func certificates(_ bytes: [UInt8], _ what: String) throws(TransportError) -> [NIOSSLCertificate] {
        // Why it is none, the library says in terms of its own insides; what is known is that it is none.
        guard let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty else { throw .badCertificate("\(what) is not in PEM form") }
        return found
    }

    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let roots { configuration.trustRoots = .certificates(roots) }
        configuration.certificateChain = chain.map { .certificate($0) }
        configuration.privateKey = key.map { .privateKey($0) }
        return configuration
    }
}
