import Crypto
import CryptoExtras
import Foundation

/// The public half of a key: checks signatures that `SigningKey` makes, and no weaker ones (another salt or padding is invalid).
public struct VerifyingKey: Sendable {
    enum Half: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    private let half: Half

    init(_ half: Half) { self.half = half }

    /// Reads SubjectPublicKeyInfo ("PUBLIC KEY", both kinds) or PKCS#1 ("RSA PUBLIC KEY").
    public init(pem: String) throws(KeyError) {
        let block = try PEMBlock(pem, expecting: "a public key")
        guard block.label.hasSuffix("PUBLIC KEY") else { throw KeyError("a public key is needed, and this is a \(block.label.lowercased())") }
        do {
            half = try block.isEd25519
                ? .ed25519(Curve25519.Signing.PublicKey(derRepresentation: block.der)) : .rsa(_RSA.Signing.PublicKey(derRepresentation: Data(block.der)))
        } catch CryptoKitError.incorrectParameterSize {
            throw KeyError("the RSA key is shorter than 2048 bits")
        } catch {
            throw KeyError("this is neither an RSA nor an Ed25519 public key, or it is damaged")
        }
    }

    public var kind: SigningKey.Kind {
        switch half {
        case .rsa: .rsa
        case .ed25519: .ed25519
        }
    }

    public var pem: String {
        switch half {
        case .rsa(let key): key.pemRepresentation + "\n"
        case .ed25519(let key): key.pemRepresentation + "\n"
        }
    }

    /// Whether `signature`, in padded base64, was made over `text` by the private half.
    public func verify(_ signature: String, of text: String) -> Bool {
        guard let raw = Data(base64Encoded: signature) else { return false }
        let bytes = Data(text.utf8)
        switch half {
        case .rsa(let key): return key.isValidSignature(_RSA.Signing.RSASignature(rawRepresentation: raw), for: SHA256.hash(data: bytes), padding: .PSS)
        case .ed25519(let key): return key.isValidSignature(raw, for: bytes)
        }
    }
}
