import Matching
import Notation

/// A refusal as the exchange words it: a status and one of its three body shapes (Kalshi reference, section 6).
struct APIError: Error, Hashable, Sendable {
    let status: Int
    let body: JSON

    private init(status: Int, body: JSON) {
        self.status = status
        self.body = body
    }

    /// The nested shape, used for almost everything. The message is the code with spaces unless the exchange says it otherwise.
    static func nested(_ status: Int, _ code: String, message: String? = nil, details: String? = nil) -> APIError {
        let words = message ?? String(code.map { $0 == "_" ? " " : $0 })
        let error = JSON.object(["code": .text(code), "message": .text(words), "details": details.map(JSON.text)])
        return APIError(status: status, body: .object(["error": error]))
    }

    /// The flat shape: a body that cannot be decoded, or is of the wrong content type.
    static func flat(details: String) -> APIError {
        APIError(status: 400, body: .object(["code": "bad_request", "message": "bad request", "details": .text(details)]))
    }

    /// The shape of a query parameter that breaks its rule. `tag` is the rule: lte, gte, oneof, numeric.
    static func query(_ operation: String, _ field: String, tag: String) -> APIError {
        let key = "\(operation)Params.\(field)"
        let text = "Parameter validation failed for \(operation): Key: '\(key)' Error:Field validation for '\(field)' failed on the '\(tag)' tag"
        return APIError(status: 400, body: .object(["msg": .text(text)]))
    }

    static let tooManyRequests = APIError(status: 429, body: .object(["error": "too many requests"]))
    static let notFound = nested(404, "not_found")
    static let marketNotFound = nested(404, "market_not_found")
    static let signatureMissing = nested(401, "signature_is_missing_from_headers")
    static let keyUnknown = nested(401, "authentication_error", message: "authentication_error", details: "NOT_FOUND")
    static let signatureWrong = nested(401, "authentication_error", message: "authentication_error", details: "INCORRECT_API_KEY_SIGNATURE")
    static let timestampExpired = nested(401, "header_timestamp_expired")
    static let invalidPrice = nested(400, "invalid_price")
    static let invalidSize = nested(400, "invalid_order_size")
    /// The venue's refusal of an order, in the exchange's words.
    static func refused(_ refusal: OrderRefusal) -> APIError { nested(refusal.status, refusal.code, message: refusal.message, details: refusal.details) }
    static func invalidParameters(_ details: String) -> APIError { nested(400, "invalid_parameters", details: details) }
    /// The outcome is unknown: the caller has to ask by its client order id.
    static let unavailable = nested(503, "service_unavailable")
}
