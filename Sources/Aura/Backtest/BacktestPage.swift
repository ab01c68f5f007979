import Foundation

/// The report of a backtest as one page that needs nothing else: the figures are inside it, the charts are drawn by the script beside them.
///
/// Whatever came from outside (tickers, paths) is in the JSON only, and the script writes it as text, never as markup.
enum BacktestPage {
    static func html(_ report: BacktestReport, json: Data) -> String {
        // JSON has "<" only inside strings; escaped, no "</script" and no "<!--" can end the element that carries it.
        let data = String(decoding: json, as: UTF8.self).replacingOccurrences(of: "<", with: "\\u003c")
        return #"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
            <title>Backtest \#(report.state_hash) · Aura</title>
            <style>
            \#(style)
            </style>
            </head>
            <body>
            <main>
            <header class="top">
            <div class="brand">
            <svg viewBox="0 0 32 32" aria-hidden="true"><defs><linearGradient id="brand" x1="0" y1="1" x2="1" y2="0"><stop offset="0" stop-color="#2fe6c0"/><stop offset="1" stop-color="#8f7bff"/></linearGradient></defs><path d="M6.5 24 14 8.6a2.2 2.2 0 0 1 4 0L25.5 24" fill="none" stroke="url(#brand)" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/><circle cx="16" cy="20.6" r="2.2" fill="url(#brand)"/></svg>
            <span class="wordmark">AURA</span>
            <span class="badge" title="A recording of the market, simulated money">RECORDED</span>
            <h1>Backtest</h1>
            </div>
            <div id="facts"><noscript>This page draws itself with the script inside it, which is switched off. P&amp;L net of fees: \#(report.pnl_net) dollars.</noscript></div>
            </header>
            </main>
            <script type="application/json" id="report">\#(data)</script>
            <script type="module">
            \#(numbers)
            \#(charts)
            \#(sections)
            </script>
            </body>
            </html>

            """#
    }
}
