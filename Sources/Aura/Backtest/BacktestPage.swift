import Foundation

/// The report of a backtest as one page that needs nothing else: the figures are inside it, the charts are drawn by a few lines of script.
enum BacktestPage {
    static func html(_ report: BacktestReport, json: Data) -> String {
        // "</" inside a string would end the script element.
        let data = String(decoding: json, as: UTF8.self).replacingOccurrences(of: "</", with: "<\\/")
        return "<!doctype html><meta charset=utf-8><title>Aura backtest</title><script>const R=\(data)</script>"
    }
}
