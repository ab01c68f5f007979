public import Model
import Wire

/// The JSON of a fact: a control frame whose time is that from which the fact was known.
///
///     {"type":"fact","fact":"high_forecast","place":"NYC-HIGH","day":20363,"source":"lead-1","fahrenheit":93.7}
///     {"type":"fact","fact":"high_so_far","place":"NYC-HIGH","day":20363,"hour":14,"fahrenheit":71.0}
///     {"type":"fact","fact":"high","place":"NYC-HIGH","day":20363,"fahrenheit":72.0}
///     {"type":"fact","fact":"nowcast","place":"US-GDP","day":20664,"source":"gdpnow","value":1.19,"error":1.2,"step":0.1}
///     {"type":"fact","fact":"figure","place":"US-GDP","day":20664,"value":1.4}
public enum FactFrame {
    private static let beginning = #"{"type":"fact","#

    public static func encode(_ fact: Fact) -> [UInt8] {
        var json = JSONText()
        json.beginObject()
        json.field("type", "fact")
        switch fact {
        case .highForecast(let forecast):
            begin("high_forecast", forecast.place, forecast.day, &json)
            json.field("source", forecast.source)
            json.field("fahrenheit", forecast.fahrenheit)
        case .highSoFar(let high):
            begin("high_so_far", high.place, high.day, &json)
            json.field("hour", Int64(high.hour))
            json.field("fahrenheit", high.fahrenheit)
        case .high(let high):
            begin("high", high.place, high.day, &json)
            json.field("fahrenheit", high.fahrenheit)
        case .nowcast(let nowcast):
            begin("nowcast", nowcast.figure, nowcast.release, &json)
            json.field("source", nowcast.source)
            json.field("value", nowcast.value)
            if let error = nowcast.error { json.field("error", error) }
            json.field("step", nowcast.step)
        case .figure(let figure):
            begin("figure", figure.figure, figure.release, &json)
            json.field("value", figure.value)
        }
        json.endObject()
        return json.bytes
    }

    private static func begin(_ name: String, _ place: Underlying, _ day: Int64, _ json: inout JSONText) {
        json.field("fact", name)
        json.field("place", place.text)
        json.field("day", day)
    }

    static func isOne(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { bytes.starts(with: beginning.utf8) }

    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws(WireError) -> Fact {
        var scanner = JSONScanner(bytes)
        var texts: [String: String] = [:]
        var day: Int64?
        var hour = -1
        var numbers: [String: Double] = [:]
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "day") {
                day = try scanner.fixed(decimals: 0)
            } else if scanner.matches(key, "hour") {
                hour = Int(try scanner.fixed(decimals: 0))
            } else if ["fahrenheit", "value", "error", "step"].contains(scanner.text(key)) {
                let name = scanner.text(key)
                numbers[name] = try scanner.double()
            } else if scanner.peek() == UInt8(ascii: "\"") {
                let name = scanner.text(key)
                texts[name] = scanner.text(try scanner.string())
            } else {
                try scanner.skipValue()
            }
        }
        try scanner.expectEnd()
        guard let place = texts["place"].map({ Underlying($0) }), let day else { throw WireError("a fact without its place or day", at: 0) }
        switch (texts["fact"], texts["source"], numbers["fahrenheit"], numbers["value"]) {
        case ("high_forecast", let source?, let fahrenheit?, _):
            return .highForecast(HighForecast(place: place, day: day, source: source, fahrenheit: fahrenheit))
        case ("high_so_far", _, let fahrenheit?, _):
            guard (0...23).contains(hour) else { throw WireError("a high so far without its hour", at: 0) }
            return .highSoFar(HighSoFar(place: place, day: day, hour: hour, fahrenheit: fahrenheit))
        case ("high", _, let fahrenheit?, _): return .high(OfficialHigh(place: place, day: day, fahrenheit: fahrenheit))
        case ("nowcast", let source?, _, let value?):
            guard let step = numbers["step"] else { throw WireError("a nowcast without its step", at: 0) }
            return .nowcast(Nowcast(figure: place, release: day, source: source, value: value, error: numbers["error"], step: step))
        case ("figure", _, _, let value?): return .figure(OfficialFigure(figure: place, release: day, value: value))
        default: throw WireError("an unknown fact, or one that is not whole", at: 0)
        }
    }
}
