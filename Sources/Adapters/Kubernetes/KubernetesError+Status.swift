import Notation
import Transport

extension KubernetesError {
    /// What an answer that is no success means. Clusters send a `Status` object; proxies before them may send anything.
    init(status: Int, body: [UInt8], headers: HeaderFields = [:]) {
        // A body that is no JSON is shown as the text it is.
        let object = try? JSON(parsing: body, depthLimit: 64)
        let text = object?["message"]?.asText ?? String(decoding: body.prefix(300), as: UTF8.self).split(separator: "\n").first.map(String.init) ?? "no reason given"
        self.init(code: status, text, object ?? .null, retryAfter: headers["retry-after"].flatMap { Int($0) })
    }

    /// The `Status` object of a watch's error event.
    init(_ status: JSON) {
        self.init(code: Int(status["code"]?.asInteger ?? 500), status["message"]?.asText ?? "no reason given", status, retryAfter: nil)
    }

    private init(code: Int, _ text: String, _ status: JSON, retryAfter: Int?) {
        let causes = status["details"]?["causes"]?.asArray ?? []
        let fields = causes.map { "\($0["field"]?.asText ?? "?"): \($0["message"]?.asText ?? "?")" }
        switch code {
        case 401: self = .notAuthenticated(text)
        case 403: self = .forbidden(text)
        case 404: self = .notFound(text)
        case 409: self = .conflict(text, fields: fields)
        case 410: self = .expired(text)
        case 400, 405, 406, 413, 415, 422: self = .invalid(text, fields: fields)
        case 429:
            let seconds = retryAfter ?? status["details"]?["retryAfterSeconds"]?.asInteger.map(Int.init)
            self = .tooMany(text, retryAfterSeconds: seconds == 0 ? nil : seconds)
        default: self = .failing(status: code, text)
        }
    }
}
