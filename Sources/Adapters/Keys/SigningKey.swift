import Crypto
import CryptoExtras
import Foundation

/// A private key that signs requests: RSA-PSS with SHA-256 and a salt of 32 bytes, or Ed25519 (Kalshi reference, section 3).
///
/// Parsing is the slow part: make one and keep it. It shows its kind and nothing else, however it is printed.
public struct SigningKey: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case rsa, ed25519
    }

    enum Secret: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    private let secret: Secret

    private init(_ secret: Secret) { self.secret = secret }

    /// Reads PKCS#8 (both kinds) or PKCS#1 (RSA).
    public init(pem: String) throws(KeyError) {
        let block = try PEMBlock(pem, expecting: "a private key")
        guard block.label.hasSuffix("PRIVATE KEY") else { throw KeyError("a private key is needed, and this is a \(block.label.lowercased())") }
        secret = try SigningKey.parse(block)
    }

    /// Makes a new key; RSA with 2048 bits.
    public static func generate(_ kind: Kind) throws(KeyError) -> SigningKey {
        switch kind {
        case .ed25519: return SigningKey(.ed25519(Curve25519.Signing.PrivateKey()))
        case .rsa:
            do {
                return SigningKey(.rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048)))
            } catch {
                throw KeyError("a new RSA key could not be made")
            }
        }
    }

    public var kind: Kind {
        switch secret {
        case .rsa: .rsa
        case .ed25519: .ed25519
        }
    }

    public var verifyingKey: VerifyingKey {
        switch secret {
        case .rsa(let key): VerifyingKey(.rsa(key.publicKey))
        case .ed25519(let key): VerifyingKey(.ed25519(key.publicKey))
        }
    }

    /// The signature of `text` as UTF-8, in padded base64. Two signatures of one text differ.
    public func sign(_ text: String) throws(KeyError) -> String {
        let bytes = Data(text.utf8)
        do {
            switch secret {
            case .rsa(let key): return try key.signature(for: SHA256.hash(data: bytes), padding: .PSS).rawRepresentation.base64EncodedString()
            case .ed25519(let key): return try key.signature(for: bytes).base64EncodedString()
            }
        } catch {
            throw KeyError("the \(kind.rawValue) key could not sign")
        }
    }

    /// The secret itself, for whoever owns the key and is given it once: the answer to the generation of a key, and nothing else.
    public var pemToHandOver: String { pem }

    /// The only other way the secret leaves: for `write(to:)`.
    var pem: String {
        switch secret {
        case .rsa(let key): key.pkcs8PEMRepresentation + "\n"
        case .ed25519(let key): key.pemRepresentation + "\n"
        }
    }

    private static func parse(_ block: PEMBlock) throws(KeyError) -> Secret {
        if block.isEd25519 {
            do {
                return .ed25519(try Curve25519.Signing.PrivateKey(derRepresentation: block.der))
            } catch {
                throw KeyError("the Ed25519 private key is damaged")
            }
        }
        do {
            return .rsa(try _RSA.Signing.PrivateKey(derRepresentation: Data(block.der)))
        } catch CryptoKitError.incorrectParameterSize {
            throw KeyError("the RSA key is shorter than 2048 bits")
        } catch {
            throw KeyError("this is neither an RSA nor an Ed25519 private key, or it is damaged")
        }
    }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "private \(kind.rawValue) key" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
