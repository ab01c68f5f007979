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

    /// As one item of a batch shows it: code, message and details without the nesting.
    var item: JSON { body["error"] ?? body }

    static let tooManyRequests = APIError(status: 429, body: .object(["error": "too many requests"]))
    static let notFound = nested(404, "not_found")
    /// An order endpoint of the first API.
    static let retired = nested(410, "deprecated_v1_order_endpoint")
    /// The key's scopes do not reach so far.
    static let permissionDenied = nested(403, "permission_denied")
    static let lockedKey = nested(
        403, "permission_denied", message: "this API key is restricted to a single sub-account and cannot access this endpoint")
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

    /// A refusal about quotes. The exchange publishes few of these words; the others are ours, in its manner.
    static func refused(_ refusal: QuoteRefusal) -> APIError {
        switch refusal {
        case .notFound: .notFound
        case .marketInactive: .refused(OrderRefusal.marketInactive)
        case .invalidPrice: .invalidPrice
        case .invalidSize: .invalidSize
        case .rfqClosed: nested(409, "RFQ_CLOSED", message: "rfq closed")
        case .rfqExists: nested(409, "rfq_already_exists", message: "open RFQ already exists")
        case .ownRFQ: invalidParameters("an account cannot quote on its own RFQ")
        case .tooMany: invalidParameters("too many open RFQs or quotes")
        case .wrongState(let status): invalidParameters("the quote is \(status.rawValue)")
        case .sideDeclined: invalidParameters("the quote declines this side")
        }
    }
}
