import Foundation
import Transport

/// Where an issuer's public keys are read: a file of this machine, or an https address.
struct KeySetSource: Sendable {
    private let place: String
    private let web: WebClient?

    init(_ place: String) throws {
        self.place = (place as NSString).expandingTildeInPath
        if place.contains("://") {
            guard place.hasPrefix("https://") else { throw Refused("--jwks is a file or an https address, not '\(place)'") }
            web = WebClient(answerLimit: 1 << 20)
        } else {
            web = nil
        }
    }

    func bytes() async throws -> [UInt8] {
        guard let web else {
            guard let content = FileManager.default.contents(atPath: place), content.count <= 1 << 20 else { throw Refused("\(place) cannot be read, or is larger than 1 MiB") }
            return Array(content)
        }
        let answer = try await web.request("GET", place)
        guard answer.status == 200 else { throw Refused("\(place) answers \(answer.status)") }
        return answer.body
    }
}
