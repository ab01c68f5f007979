import Browser

extension Browser {
    /// Opens an address, reads a part of it as text, and closes it again: it costs a page's room only while it looks.
    ///
    /// Throws, too, for an answer that says that it is none (a status from 400 on): an error's page is not what the address says.
    func glance(_ url: String, _ selector: String?, bound: Int) async throws(BrowserError) -> (arrival: Page.Arrival, text: String) {
        let page = try await open()
        // Gone already is as good.
        defer { try? close(page.id) }
        let arrival = try await page.open(url, wait: .load, within: .seconds(20))
        if let status = arrival.status, status >= 400 { throw .unfit("the address answered with status \(status)") }
        return (arrival, try await page.regionText(selector, bound: bound))
    }
}
