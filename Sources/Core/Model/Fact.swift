/// Something that was learned of the world outside the exchange. It counts from the moment at which it reached the desk, never before.
public enum Fact: Hashable, Sendable, Codable {
    case highForecast(HighForecast)
    case highSoFar(HighSoFar)
    case high(OfficialHigh)
    case nowcast(Nowcast)
    case figure(OfficialFigure)
}

/// What is expected of an economic figure before it is published.
public struct Nowcast: Hashable, Sendable, Codable {
    /// "US-CPI": what the markets are measured on.
    public let figure: Underlying
    /// The day on which it is published, in days since 1970-01-01 UTC.
    public let release: Int64
    public let source: String
    /// In the figure's own unit.
    public let value: Double
    /// Root of the mean squared error of this source's earlier nowcasts, so long before the release; nil where the source does not say.
    public let error: Double?
    /// The figure is published in multiples of this: 0.1 for a percentage with one decimal.
    public let step: Double

    public init(figure: Underlying, release: Int64, source: String, value: Double, error: Double?, step: Double) {
        self.figure = figure
        self.release = release
        self.source = source
        self.value = value
        self.error = error
        self.step = step
    }
}

/// An economic figure as it was published: what the markets settle on, and what nowcasts are judged by.
public struct OfficialFigure: Hashable, Sendable, Codable {
    public let figure: Underlying
    public let release: Int64
    public let value: Double

    public init(figure: Underlying, release: Int64, value: Double) {
        self.figure = figure
        self.release = release
        self.value = value
    }
}

/// What a weather model expects a day's highest temperature to be.
public struct HighForecast: Hashable, Sendable, Codable {
    /// "NYC-HIGH": what the markets are measured on.
    public let place: Underlying
    /// The local climate day, in days since 1970-01-01.
    public let day: Int64
    /// Which model, and how far ahead: each is learned by itself.
    public let source: String
    public let fahrenheit: Double

    public init(place: Underlying, day: Int64, source: String, fahrenheit: Double) {
        self.place = place
        self.day = day
        self.source = source
        self.fahrenheit = fahrenheit
    }
}

/// The highest temperature that the station has shown on a day, up to an hour of it.
public struct HighSoFar: Hashable, Sendable, Codable {
    public let place: Underlying
    public let day: Int64
    /// Of local standard time, 0 to 23.
    public let hour: Int
    public let fahrenheit: Double

    public init(place: Underlying, day: Int64, hour: Int, fahrenheit: Double) {
        self.place = place
        self.day = day
        self.hour = hour
        self.fahrenheit = fahrenheit
    }
}

/// A day's high as the official climate report states it, in whole degrees: what the markets settle on.
public struct OfficialHigh: Hashable, Sendable, Codable {
    public let place: Underlying
    public let day: Int64
    public let fahrenheit: Double

    public init(place: Underlying, day: Int64, fahrenheit: Double) {
        self.place = place
        self.day = day
        self.fahrenheit = fahrenheit
    }
}
