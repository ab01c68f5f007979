import Foundation

/// JSON by Foundation: the bridge's rates are low.
enum JSONText {
    /// Nil for what JSON cannot say, a number that is not finite: it is left out rather than shown as something it is not.
    static func encode(_ value: some Encodable) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        // The reason is in the function's promise.
        guard let data = try? encoder.encode(value) else { return nil }
        return Array(data)
    }
}
