import Foundation

/// `aura-math-fixture`: one question a line on standard input, one answer a line on standard output, both JSON. It lets programs in other languages ask our
/// mathematics with cases of their own (Tests/Peers/math_peer.py), through the same public functions that the desk calls, and is no part of the product.
///
/// A question is `{"ask": NAME, ...}`; a figure that is not a number is answered as text.
@main
enum MathFixture {
    private struct Name: Decodable { let ask: String }

    static let answers: [String: @Sendable (Data) throws -> Data] = [
        "growth": answer(Sizing.growth), "event_kelly": answer(Sizing.event), "exclusive": answer(Sizing.exclusive), "fees": answer(Sizing.fees),
        "scenarios": answer(Dependence.scenarios), "tail": answer(Dependence.tail), "correlations": answer(Dependence.correlations),
        "calibration": answer(Learned.calibration), "shares": answer(Learned.shares), "evidence": answer(Learned.evidence), "nowcast": answer(Learned.nowcast),
        "sharpe": answer(Judged.sharpe), "normal": answer(Judged.normal), "overfitting": answer(Judged.overfitting), "bootstrap": answer(Judged.bootstrap),
        "pool": answer(Judged.pool), "spot": answer(Spot.law), "weather": answer(Weather.law), "projection": answer(Judged.projection),
    ]

    static func main() throws {
        while let line = readLine() {
            let data = Data(line.utf8)
            let name = try JSONDecoder().decode(Name.self, from: data).ask
            guard let answer = answers[name] else { throw Unknown(ask: name) }
            FileHandle.standardOutput.write(try answer(data) + Data("\n".utf8))
        }
    }

    struct Unknown: Error { let ask: String }

    private static func answer<Question: Decodable & SendableMetatype, Answer: Encodable & SendableMetatype>(_ function: @escaping @Sendable (Question) -> Answer) -> @Sendable (Data) throws -> Data {
        { data in
            let encoder = JSONEncoder()
            encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            return try encoder.encode(function(try JSONDecoder().decode(Question.self, from: data)))
        }
    }
}
