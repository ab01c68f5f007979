import Foundation

/// The exchange's three shapes of an error body, and the fourth for too many requests (Kalshi reference, section 6), made one.
struct ErrorBody: Equatable {
    let code: String
    let message: String

    init(status: Int, body: [UInt8]) {
        struct Inner: Decodable {
            let code: String?
            let message: String?
            let details: String?
        }
        struct Nested: Decodable { let error: Inner }
        struct Text: Decodable { let error: String }
        struct Flat: Decodable {
            let code: String?
            let message: String?
            let details: String?
            let msg: String?
        }
        let data = Data(body)
        let decoder = JSONDecoder()
        // try?: each shape is a guess, and a body that fits none is reported by its status alone.
        if let inner = try? decoder.decode(Nested.self, from: data).error {
            self.init(status: status, code: inner.code, message: inner.message, details: inner.details)
        } else if let text = try? decoder.decode(Text.self, from: data).error {
            self.init(status: status, code: text.replacing(" ", with: "_"), message: text, details: nil)
        } else if let flat = try? decoder.decode(Flat.self, from: data) {
            self.init(status: status, code: flat.code, message: flat.message ?? flat.msg, details: flat.details)
        } else {
            self.init(status: status, code: nil, message: nil, details: nil)
        }
    }

    private init(status: Int, code: String?, message: String?, details: String?) {
        self.code = code ?? "http_\(status)"
        let text = message ?? "the exchange gave no reason"
        // Bounded: the text goes into the journal.
        self.message = String((details.map { "\(text) (\($0))" } ?? text).prefix(300))
    }
}
