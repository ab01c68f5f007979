extension Browser {
    /// Records what the browser does, of all its pages, for so long.
    ///
    /// - Parameters:
    ///   - name: of the file, in the folder for downloads.
    ///   - reloads: loads the page anew at the beginning, so that its loading is in the trace.
    ///   - onSecond: called with the seconds that are over.
    public func trace(
        _ page: Page, name: String, seconds: Int, reloads: Bool, onSecond: @escaping @Sendable (Int) -> Void
    ) async throws(BrowserError) -> TraceRecord {
        guard let running else { throw .ended }
        return try await running.traces.record(name) {
            if reloads { page.connection.post(.init("Page.reload", session: page.session)) }
            for second in 1...max(1, seconds) {
                // Time is what is waited for; who cancels the call gets the trace's end at once.
                _ = await page.state.wait(within: .seconds(1)) { _ in false }
                if Task.isCancelled { return }
                onSecond(second)
            }
        }
    }
}
