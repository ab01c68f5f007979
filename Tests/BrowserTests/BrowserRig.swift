import Testing
@testable import Browser

/// One after the other: each has a browser of its own, and browsers are heavy.
@Suite(.serialized) enum BrowserSuites {}

/// A browser before a site of strangers; both are gone afterwards.
func withSite(_ edit: (inout Browser.Settings) -> Void = { _ in }, _ body: (HostileSite, Browser) async throws -> Void) async throws {
    let site = try await HostileSite.start()
    var settings = site.settings()
    edit(&settings)
    let browser = Browser(settings)
    do { try await body(site, browser) } catch {
        await browser.stop()
        await site.stop()
        throw error
    }
    await browser.stop()
    await site.stop()
}

func attempt<Value: Sendable>(_ body: () async throws(BrowserError) -> Value) async -> Result<Value, BrowserError> {
    do throws(BrowserError) { return .success(try await body()) } catch { return .failure(error) }
}

func isWell(_ site: HostileSite, _ browser: Browser) async throws {
    let page = try await browser.open()
    #expect(try await page.open("\(site.base)/good", wait: .load, within: .seconds(5)).title == "Good")
    try await browser.close(page.id)
}

/// Looks until it holds, ten seconds at most.
func until(_ holds: () async -> Bool) async throws {
    let start = ContinuousClock.now
    let nothing = Watched(false)
    while await !holds() {
        guard start.duration(to: .now) < .seconds(10) else {
            Issue.record("it did not come to that")
            return
        }
        _ = await nothing.wait(within: .milliseconds(50)) { $0 }
    }
}

extension Result {
    var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
