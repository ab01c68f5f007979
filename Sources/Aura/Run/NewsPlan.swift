import Feeds
import Foundation
import Model
import Ports
import Transport

/// Which news, which weather and which nowcasts the desk follows.
enum NewsPlan {
    /// The operator's feeds; none on a recording, whose day is over: today's news must not meet it.
    static func feeds(_ configuration: Configuration, _ plan: RunPlan) -> (any NewsFeed)? {
        guard plan.mode != .recorded else { return nil }
        let log = plan.log
        func settings(_ interval: Interval) -> ReadingSettings {
            var settings = ReadingSettings()
            settings.interval = interval.seconds
            settings.seed = configuration.seed
            return settings
        }
        let news = configuration.newsFeeds.compactMap(source)
        let weather = configuration.weatherSources.compactMap(weatherSource)
        // One client for both would let a slow publisher of news hold back the thermometer.
        func web() -> WebClient { WebClient(answerLimit: FeedLimits.bytes) }
        var feeds: [any NewsFeed] = []
        if !news.isEmpty { feeds.append(NewsFeeds(news, settings: settings(configuration.newsInterval), clock: plan.clock, web: web(), onTrouble: { log($0) })) }
        if !weather.isEmpty {
            feeds.append(WeatherFeeds(weather, settings: settings(configuration.weatherInterval), clock: plan.clock, web: web(), onTrouble: { log($0) }))
        }
        let nowcasts = configuration.nowcastSources.compactMap(nowcastSource)
        if !nowcasts.isEmpty {
            feeds.append(NowcastFeeds(nowcasts, settings: settings(configuration.nowcastInterval), clock: plan.clock, web: web(), onTrouble: { log($0) }))
        }
        return FeedsTogether(feeds)
    }

    /// Judged once, when the configuration is read, as the feeds themselves judge it.
    static func isFeed(_ text: String) -> Bool { source(text) != nil }
    static func isWeather(_ text: String) -> Bool { weatherSource(text) != nil }
    static func isNowcast(_ text: String) -> Bool { nowcastSource(text) != nil }

    /// The sources of a list with commas between them. An address may have commas of its own: a source begins where "name@place=" stands.
    static func weatherList(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.reduce(into: []) { list, part in
            let begins = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).first?.contains("@") ?? false
            if begins || list.isEmpty { list.append(part) } else { list[list.count - 1] += ",\(part)" }
        }.filter { !$0.isEmpty }
    }

    /// In seconds.
    static let intervals = ReadingSettings.intervals

    private static func source(_ text: String) -> FeedSource? {
        let parts = text.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        return parts.count == 2 ? FeedSource(name: parts[0], url: parts[1]) : nil
    }

    /// "cleveland=https://..." or "own=/srv/nowcasts.csv".
    private static func nowcastSource(_ text: String) -> NowcastSource? {
        let parts = text.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        return parts.count == 2 ? NowcastSource(name: parts[0], location: parts[1]) : nil
    }

    /// "nws@KXHIGHNY=https://...".
    private static func weatherSource(_ text: String) -> WeatherSource? {
        let parts = text.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2 else { return nil }
        let names = parts[0].split(separator: "@").map { $0.trimmingCharacters(in: .whitespaces) }
        return names.count == 2 ? WeatherSource(name: names[0], place: names[1], url: parts[1]) : nil
    }
}
