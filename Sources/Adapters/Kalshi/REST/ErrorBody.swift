/// The exchange's three shapes of an error body, and the fourth for too many requests (Kalshi reference, section 6), made one.
struct ErrorBody: Equatable {
    let code: String
    let message: String
    /// False where there was a body of a shape that the reference does not have.
    let isKnown: Bool

    init(status: Int, body: [UInt8]) {
        // try?: a body that is no JSON is reported by its status alone.
        guard !body.isEmpty, case .object(let flat)? = try? AnswerValue(body) else {
            self.init(status, nil, nil, nil, isKnown: body.isEmpty || status >= 500)
            return
        }
        switch flat["error"] {
        case .object(let inner): self.init(status, Self.text(inner["code"]), Self.text(inner["message"]), Self.text(inner["details"]), isKnown: inner["code"] != nil)
        case .text(let text): self.init(status, text.replacing(" ", with: "_"), text, nil, isKnown: true)
        default:
            let message = Self.text(flat["message"]) ?? Self.text(flat["msg"])
            self.init(status, Self.text(flat["code"]), message, Self.text(flat["details"]), isKnown: message != nil)
        }
    }

    private init(_ status: Int, _ code: String?, _ message: String?, _ details: String?, isKnown: Bool) {
        // Bounded, both: they go into the journal.
        self.code = code.map { String($0.prefix(100)) } ?? "http_\(status)"
        let text = message ?? "the exchange gave no reason"
        self.message = String((details.map { "\(text) (\($0))" } ?? text).prefix(300))
        self.isKnown = isKnown
    }

    private static func text(_ value: AnswerValue?) -> String? {
        if case .text(let text)? = value { text } else { nil }
    }
}
