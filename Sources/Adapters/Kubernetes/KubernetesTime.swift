public import Foundation

/// Moments as the API writes them: RFC 3339 in UTC, with or without a fraction.
public enum KubernetesTime {
    public static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: .iso8601)) ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }

    public static func text(_ date: Date) -> String { date.formatted(.iso8601) }

    /// Whole seconds since a moment; nil when the text is none. Never negative: clocks differ.
    public static func age(_ text: String?, now: Date) -> Int? { text.flatMap(date).map { max(0, Int(now.timeIntervalSince($0))) } }

    /// `45s`, `12m`, `5h`, `3d`: as kubectl's columns have it.
    public static func brief(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3600)h"
        default: "\(seconds / 86400)d"
        }
    }
}
