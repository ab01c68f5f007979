import Feeds
import Foundation
import Model
import Ports
import Transport

/// Which news the desk follows.
enum NewsPlan {
    /// The operator's feeds; none on a recording, whose day is over: today's news must not meet it.
    static func feeds(_ configuration: Configuration, _ plan: RunPlan) -> NewsFeeds? {
        guard plan.mode != .recorded, !configuration.newsFeeds.isEmpty else { return nil }
        var settings = NewsFeeds.Settings()
        settings.interval = configuration.newsInterval.seconds
        settings.seed = configuration.seed
        let log = plan.log
        return NewsFeeds(
            configuration.newsFeeds.compactMap(source), settings: settings, clock: plan.clock, web: WebClient(answerLimit: FeedLimits.bytes), onTrouble: { log($0) })
    }

    /// Judged once, when the configuration is read, as the feeds themselves judge it.
    static func isFeed(_ text: String) -> Bool { source(text) != nil }

    /// In seconds.
    static let intervals = NewsFeeds.intervals

    private static func source(_ text: String) -> FeedSource? {
        let parts = text.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        return parts.count == 2 ? FeedSource(name: parts[0], url: parts[1]) : nil
    }
}
