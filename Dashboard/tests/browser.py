"""Drives the built page in a headless Chromium against the scripted bridge: every button, the loss and return of the connection, and axe-core."""

import shutil
import sys
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from bridge_stand_in import SECOND, Desk, StandIn, now

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


class Screen:
    """One page on one stand-in, with everything that went wrong in its console."""

    def __init__(self, browser, desk, size=DESKTOP):
        self.server = StandIn(desk, beat=0.25)
        self.url = self.server.start()
        self.context = browser.new_context(viewport=size, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.page.set_default_timeout(8_000)
        self.faults = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" and "WebSocket" not in line.text else None)
        self.page.goto(self.url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()
        self.server.stop()
        assert not self.faults, f"the console shows errors: {self.faults}"

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def card(self, name):
        return self.page.get_by_role("region", name=name, exact=True)

    def commands(self):
        return [one["payload"] for one in self.server.requests if one["type"] == "command"]

    def wait(self, what, condition):
        for _ in range(80):
            if condition():
                return
            time.sleep(0.1)  # the condition lives in the server's thread; nothing in the page announces it
        raise AssertionError(what)

    def answered(self, text):
        expect(self.page.get_by_role("status")).to_contain_text(text)


def accessible(screen, what):
    found = Axe().run(screen.page).response["violations"]
    told = [f"{one['id']} ({one['impact']}): {[node['html'][:120] for node in one['nodes']][:3]}" for one in found]
    assert not told, f"{what}: {told}"


@check
def the_desk_is_shown(browser):
    with Screen(browser, Desk()) as screen:
        expect(screen.page.locator("[data-mode=SIMULATED]")).to_be_visible()
        expect(screen.card("Equity").get_by_test_id("equity")).to_contain_text("$10,")
        assert "SIMULATED" in screen.page.title()
        first = screen.card("Equity").get_by_test_id("equity").inner_text()
        screen.wait("the equity moves", lambda: screen.card("Equity").get_by_test_id("equity").inner_text() != first)
        fonts = screen.page.evaluate("document.fonts.ready.then(f => [...f].filter(x => x.status === 'loaded').map(x => x.family))")
        assert {"Inter", "JetBrains Mono"} <= {name.strip('"') for name in fonts}, fonts
        accessible(screen, "the desk")


@check
def every_control_reaches_the_server(browser):
    with Screen(browser, Desk()) as screen:
        screen.button("Pause").click()
        screen.answered("Accepted: the desk is paused.")
        expect(screen.button("Pause")).to_be_disabled()
        screen.button("Start").click()
        screen.answered("Accepted: the desk is running.")
        screen.button("Stop").click()
        screen.answered("Accepted: the desk is stopped.")
        expect(screen.button("Stop")).to_be_disabled()
        screen.button("Kill").click()
        screen.page.keyboard.press("Escape")
        expect(screen.page.get_by_role("dialog")).to_have_count(0)
        expect(screen.button("Kill")).to_be_focused()
        screen.button("Kill").click()
        screen.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        assert [one["name"] for one in screen.commands()] == ["pause", "start", "stop"]


@check
def kill_works_by_keyboard_and_reset_wants_a_reason(browser):
    with Screen(browser, Desk("LIVE")) as screen:
        expect(screen.button("Kill")).to_be_enabled()
        screen.button("Kill").focus()
        screen.page.keyboard.press("Enter")
        expect(screen.page.get_by_role("dialog")).to_contain_text("real exchange")
        expect(screen.page.get_by_role("checkbox")).to_be_focused()
        accessible(screen, "the kill dialog")
        screen.page.keyboard.press("Space")
        expect(screen.button("Kill and flatten")).to_be_visible()
        screen.page.keyboard.press("Enter")
        screen.answered("Accepted: the desk is halted.")
        assert [(one["name"], one["flatten"]) for one in screen.commands()] == [("kill", True)]
        expect(screen.page.get_by_text("Circuit breaker halted: killed by the operator")).to_be_visible()
        screen.button("Reset").click()
        dialog = screen.page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Reset")).to_be_disabled()
        dialog.get_by_role("textbox").fill("checked the book")
        accessible(screen, "the reset dialog")
        dialog.get_by_role("button", name="Reset").click()
        screen.answered("Accepted: the desk is stopped.")
        assert screen.commands()[-1] == {"name": "reset", "reason": "checked the book"}
        screen.page.get_by_role("button", name="Dismiss the answer to reset").click()


@check
def a_refused_command_says_why(browser):
    desk = Desk()
    desk.state, desk.blocked = "stopped", "the books and the exchange differ by 3 contracts"
    with Screen(browser, desk) as screen:
        screen.button("Start").click()
        screen.answered("the books and the exchange differ")
        expect(screen.page.get_by_text("Not trading: the books and the exchange differ by 3 contracts")).to_be_visible()


@check
def markets_are_searched_sorted_and_chosen(browser):
    with Screen(browser, Desk()) as screen:
        markets, book = screen.card("Markets"), screen.card("Order book")
        expect(book).to_contain_text("spread")
        markets.get_by_role("searchbox").fill("york 42")
        expect(markets.locator("tr[data-ticker]")).to_have_count(1)
        markets.get_by_role("button", name="Highest temperature in New York 42").click()
        expect(book).to_contain_text("New York 42")
        screen.wait("the book is asked for", lambda: screen.server.requests[-1] == {"v": 1, "type": "watch", "id": screen.server.requests[-1]["id"], "payload": {"market": "KXHIGHNY-26NOV25-B42.5"}})
        markets.get_by_role("searchbox").fill("")
        markets.get_by_role("button", name="YES bid").click()
        expect(markets.get_by_role("columnheader", name="YES bid")).to_have_attribute("aria-sort", "descending")
        markets.get_by_role("button", name="YES bid").click()
        expect(markets.get_by_role("columnheader", name="YES bid")).to_have_attribute("aria-sort", "ascending")
        for name in ("Market", "Closes in", "YES ask", "Last", "Ours / market", "Position"):
            markets.get_by_role("button", name=name, exact=True).click()
        markets.get_by_role("searchbox").fill("nothing like this")
        expect(markets).to_contain_text("No market matches")


@check
def books_that_are_not_live_say_so(browser):
    with Screen(browser, Desk()) as screen:
        frozen = screen.server.desk.markets[7]["ticker"]
        screen.page.locator(f"tr[data-ticker='{frozen}']").click()
        expect(screen.card("Order book")).to_contain_text("frozen")
        screen.page.locator("tr[data-ticker='KXHIGHNY-26NOV25-B46.5']").click()
        expect(screen.card("Order book")).to_contain_text("no level is known")


@check
def cards_answer_to_their_switches(browser):
    with Screen(browser, Desk()) as screen:
        for name in ("15 min", "1 h", "All"):
            screen.card("Equity").get_by_role("button", name=name, exact=True).click()
        chart = screen.card("Equity").get_by_role("slider")
        chart.hover()
        chart.focus()
        screen.page.keyboard.press("ArrowLeft")
        assert "$10," in chart.get_attribute("aria-valuetext")
        decisions = screen.card("Decisions")
        decisions.locator("summary").first.click()
        expect(decisions.locator("details[open]")).to_contain_text("volatility 41 %")
        for name in ("Orders", "No trade", "All"):
            decisions.get_by_role("button", name=name, exact=True).click()
        for name in ("Warnings", "Errors", "All"):
            screen.card("Log").get_by_role("button", name=name, exact=True).click()
        screen.card("Positions").get_by_role("button").last.click()
        expect(screen.card("Order book")).to_contain_text("New York 46")


@check
def a_gap_is_healed(browser):
    with Screen(browser, Desk()) as screen:
        expect(screen.card("Order book")).to_contain_text("spread")
        screen.server.skip()
        screen.wait("a resync is asked for", lambda: any(one["type"] == "resync" for one in screen.server.requests))
        expect(screen.page.get_by_text("connected", exact=True)).to_be_visible()
        screen.wait("the book is asked for again", lambda: [one["type"] for one in screen.server.requests][-1] == "watch")


@check
def a_lost_connection_is_shown_and_comes_back(browser):
    with Screen(browser, Desk()) as screen:
        expect(screen.button("Pause")).to_be_enabled()
        screen.server.cut()
        expect(screen.page.get_by_text("Not connected:")).to_be_visible()
        for name in ("Start", "Pause", "Stop", "Kill"):
            expect(screen.button(name)).to_be_disabled()
        assert screen.card("Equity").get_attribute("data-stale") == "true"
        accessible_header_only(screen)
        screen.server.refuse = False
        expect(screen.page.get_by_text("connected", exact=True)).to_be_visible(timeout=20_000)
        expect(screen.button("Pause")).to_be_enabled()
        expect(screen.page.get_by_text("Not connected:")).to_have_count(0)


def accessible_header_only(screen):
    """What is stale is dimmed on purpose; what says so must be readable."""
    found = Axe().run(screen.page, context="header").response["violations"]
    assert not found, f"the header while disconnected: {[one['id'] for one in found]}"


@check
def a_desk_that_stands_still_looks_stale(browser):
    desk = Desk()
    with Screen(browser, desk) as screen:
        expect(screen.button("Pause")).to_be_enabled()
        desk.frozen_clock = time.time_ns()
        expect(screen.page.get_by_text("What is shown is old.")).to_be_visible(timeout=12_000)
        assert screen.card("Markets").get_attribute("data-stale") == "true"


@check
def an_empty_desk_invents_nothing(browser):
    with Screen(browser, Desk(empty=True)) as screen:
        expect(screen.card("Equity").get_by_test_id("equity")).to_have_text("—")
        for text in ("follows no market", "No order rests", "holds nothing", "No decision", "Nothing has been refused", "No market has settled", "The log is empty", "Choose a market"):
            expect(screen.page.get_by_text(text)).to_be_visible()
        accessible(screen, "the empty desk")


@check
def a_phone_shows_all_of_it(browser):
    with Screen(browser, Desk("DEMO"), PHONE) as screen:
        expect(screen.button("Kill")).to_be_visible()
        assert screen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert screen.page.locator("tr[data-ticker] td").first.bounding_box()["width"] > 180
        screen.button("Pause").click()
        screen.answered("Accepted")
        for name in ("Markets", "Order book", "Decisions", "Positions", "Open orders", "Why not traded", "Forecast scores", "Log"):
            expect(screen.card(name)).to_be_visible()
        accessible(screen, "the phone")


@check
def the_learning_page_shows_its_evidence_and_goes_back(browser):
    with Screen(browser, Desk()) as screen:
        screen.page.get_by_role("link", name="Learning", exact=True).click()
        expect(screen.card("Stages and evidence")).to_contain_text("8.93 promotes at 20")
        expect(screen.card("Calibration").get_by_role("img")).to_have_count(5)
        expect(screen.card("News")).to_contain_text("log-odds +0.041")
        expect(screen.card("P&L by strategy")).to_contain_text("+$41.31")
        expect(screen.card("Fees and fills")).to_contain_text("64\u2013127")
        accessible(screen, "the learning page")
        screen.button("Go back to version 150").click()
        screen.page.get_by_label("Why?").fill("the summer was odd")
        accessible(screen, "the question before going back")
        screen.button("Go back").click()
        screen.wait("the command", lambda: screen.commands() == [{"name": "roll_back", "version": 150, "reason": "the summer was odd"}])
        screen.answered("accepted")
        screen.page.get_by_role("link", name="Desk", exact=True).click()
        expect(screen.card("Risk between events")).to_contain_text("everything$412.36 of $1,000.00")
    with Screen(browser, Desk(empty=True)) as screen:
        screen.page.goto(f"{screen.url}/#learning")
        expect(screen.card("Versions")).to_contain_text("No version is kept yet")


@check
def research_shows_how_watches_stand_and_strangers_words_stay_words(browser):
    for size in (DESKTOP, PHONE):
        with Screen(browser, Desk(), size) as screen:
            screen.page.goto(f"{screen.url}/#learning")
            research = screen.card("Research")
            for text in ("changed 3 min ago", "watching", "in trouble", "the address answered with status 503", "first look to come", "The source does not show it.", "and 2 more lines"):
                expect(research).to_contain_text(text)
            expect(research).to_contain_text("<script>document.title='owned'</script><img src=x onerror=alert(1)>")
            assert research.locator("script, img, iframe").count() == 0 and "owned" not in screen.page.title()
            links = research.get_by_role("link")
            assert links.count() == 8, links.count()
            for link in links.all():
                assert link.get_attribute("rel") == "noopener noreferrer" and link.get_attribute("href").startswith("https://")
            assert screen.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            assert research.evaluate("card => [...card.querySelectorAll('blockquote, q, a')].every(one => one.getBoundingClientRect().right <= card.getBoundingClientRect().right - 8)")
            research.get_by_role("group", name="Research").focus()
            screen.page.keyboard.press("Tab")
            expect(links.first).to_be_focused()
            accessible(screen, "research")
    with Screen(browser, Desk(empty=True)) as screen:
        screen.page.goto(f"{screen.url}/#learning")
        expect(screen.card("Research")).to_contain_text("watches one with watch_create")


@check
def a_triggered_group_is_opened_again_by_a_person(browser):
    for size in (DESKTOP, PHONE):
        with Screen(browser, Desk(), size) as screen:
            groups = screen.card("Order groups")
            for text in ("morning25 of 25 filledtriggered", "evening3.5 of 40 filledopen", "night0 of 10 filledopen or triggered: not known"):
                expect(groups).to_contain_text(text)
            expect(screen.button("Reset evening")).to_be_disabled()
            accessible(screen, "order groups")
            screen.button("Reset morning").click()
            accessible(screen, "the question about a group")
            screen.button("Reset group").click()
            expect(groups).to_contain_text("morning0 of 25 filledopen")
            screen.button("Delete evening").click()
            screen.button("Delete group").click()
            expect(groups).not_to_contain_text("evening")
            assert screen.commands() == [{"name": "group_reset", "group": "morning"}, {"name": "group_delete", "group": "evening"}], screen.commands()
            assert screen.page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@check
def a_pause_of_the_exchange_is_not_taken_for_trouble(browser):
    end = (now() // SECOND // 3600 + 2) * 3600 * SECOND
    until = time.strftime("%H:%M UTC", time.gmtime(end // SECOND))
    for size in (DESKTOP, PHONE):
        with Screen(browser, Desk(exchange={"state": "paused", "until": end}), size) as screen:
            expect(screen.page.get_by_text(f"Exchange paused until {until}")).to_be_visible()
            accessible(screen, "a pause of the exchange")


@check
def the_style_guide_is_there(browser):
    with Screen(browser, Desk()) as screen:
        screen.page.goto(f"{screen.url}/style-guide")
        expect(screen.page.get_by_role("heading", name="Colours, by meaning")).to_be_visible()
        screen.button("Up").click()
        accessible(screen, "the style guide")


def main():
    chromium = shutil.which("chromium-headless-shell")
    if chromium is None:
        sys.exit("browser.py: chromium-headless-shell is not installed.")
    chosen = [one for one in CHECKS if len(sys.argv) < 2 or sys.argv[1] in one.__name__]
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for one in chosen:
            name = one.__name__.replace("_", " ")
            try:
                one(browser)
                print(f"ok      {name}")
            except Exception as error:  # a failed check must not hide the others; its words are printed and counted
                failed += 1
                print(f"FAILED  {name}\n        " + " ".join(str(error).split("\n")[:3])[:600])
        browser.close()
    print(f"{len(chosen) - failed} of {len(chosen)} browser checks passed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
