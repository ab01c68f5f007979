import "./dom";
import assert from "node:assert/strict";
import { test } from "node:test";
import { act } from "react-dom/test-utils";
import { CreditsCard } from "../src/features/learning/CreditsCard";
import { CurvesCard } from "../src/features/learning/CurvesCard";
import { ForetoldCard } from "../src/features/learning/ForetoldCard";
import { StagesCard } from "../src/features/learning/StagesCard";
import { VersionsCard } from "../src/features/learning/VersionsCard";
import { NewsCard } from "../src/features/news/NewsCard";
import { ResearchCard } from "../src/features/research/ResearchCard";
import { button, click, commands, draw, text, unmount } from "./drawing";
import { address, check, learning, research, SECOND, T0, watch } from "./samples";

test("a strategy's stage stands beside its evidence and what it is worth", () => {
  const standing = { family: "KXHIGHNY", strategy: "weather", stage: "canary", weight: 0.31, influence: 0.0775, events: 42, capital: 7.5, promotion: 20, drift: 3.2, driftLimit: 500 };
  const place = draw(<StagesCard stale={false} learning={learning({ settled: 250, standings: [standing] })} />);
  assert.match(text(place), /250 markets settled/);
  assert.match(text(place), /weatherKXHIGHNYcanary31\.0%7\.8%427\.50 promotes at 203\.20 alarms at 500/);
  assert.match(text(draw(<StagesCard stale={false} learning={learning()} />)), /No market has settled yet/);
});

test("profit stands beside the reason for the orders, signed and coloured", () => {
  const orders = { fees: [], waits: [], adverse: [], credits: [
    { family: "KXHIGHNY", name: "weather", gain: "-1.2345", fees: "0.3400", contracts: "12.5", markets: 3 }, { family: "KXBTC15M", name: "locked_set", gain: "0.4000", fees: "0.0200", contracts: "4", markets: 1 },
  ] };
  const place = draw(<CreditsCard stale={false} learning={learning({ orders })} />);
  assert.match(text(place), /weatherKXHIGHNY\u2212\$1\.23\$0\.3412\.53.*locked setKXBTC15M\+\$0\.40/);
  assert.match(text(draw(<CreditsCard stale={false} learning={learning({ orders: { ...orders, credits: [] } })} />)), /No market in which something was bought/);
});

test("what was expected of trades stands beside what came, and says when that is outside its own interval", () => {
  const orders = { fees: [], waits: [], adverse: [], credits: [{ family: "KXHIGHNY", name: "weather", gain: "-1.2345", fees: "0.3400", contracts: "12.5", markets: 3 }] };
  const card = (came: string) => text(draw(<CreditsCard stale={false} learning={learning({ orders: { ...orders, foreseen: { events: 3, expected: 0.456, low: -4.2, high: 5.1, came } } })} />));
  assert.match(card("-1.2345"), /\+\$0\.46 was expected of the 3 events that have settled, within \u2212\$4\.20 and \+\$5\.10 in 95 of 100 cases; \u2212\$1\.23 came\./);
  assert.match(card("-7.5"), /\u2212\$7\.50 came, which is outside\./);
  assert.equal(text(draw(<CreditsCard stale={false} learning={learning({ orders })} />)).includes("was expected"), false);
});

test("fees and fills are foretold beside what came, and what chance does not explain is marked", () => {
  const orders = {
    credits: [], adverse: [{ series: "KXBTC15M", fills: 9, moved: -0.004, cost: 0.0012 }],
    fees: [{ series: "KXBTC15M", liquidity: "taker", fills: 4, contracts: "40", rate: "0.6800", predicted: "0.7000", charged: "0.7100", surprises: 1, surcharge: 0.0005 }],
    waits: [{ series: "KXBTC15M", ahead: 4, waits: 20, fills: 9, seconds: 310, predicted: 3.2, low: 0.5, high: 7.1 }, { series: "KXBTC15M", ahead: 0, waits: 2, fills: 1, seconds: 9, predicted: 0.6, low: 0, high: 2.2 }],
  };
  const place = draw(<ForetoldCard stale={false} learning={learning({ orders })} />);
  assert.match(text(place), /KXBTC15M, taker4\$0\.68\$0\.70\$0\.7110\.05\u00a2/);
  assert.match(text(place), /KXBTC15M4\u20137203\.20\.5\u20137\.19310 s/);
  assert.match(text(place), /KXBTC15M9\u22120\.40\u00a20\.12\u00a2/);
  assert.deepEqual([...document.querySelectorAll("td.text-warning")].map((one) => one.textContent), ["9"]);
  assert.match(text(draw(<ForetoldCard stale={false} learning={learning()} />)), /Nothing heard/);
});

test("a calibration curve can be read without seeing it", () => {
  draw(<CurvesCard stale={false} learning={learning({ curves: [{ name: "pool", points: [{ said: 0.25, cameTrue: 0.3, low: 0.1, high: 0.5, markets: 12 }] }, { name: "mute", points: [] }] })} />);
  assert.deepEqual([...document.querySelectorAll("svg")].map((one) => one.getAttribute("aria-label")), ["pool: 25% said, 30% came true"]);
});

test("going back to a version needs a reason and sends the command once", () => {
  const versions = [{ number: 100, changed: 0, changes: [] }, { number: 50, changed: 3, changes: [{ name: "weight weather in KXHIGHNY", now: 0.31, was: 0.2 }] }];
  const place = draw(<VersionsCard stale={false} connected learning={learning({ settled: 120, versions })} />);
  assert.match(text(place), /weight weather in KXHIGHNY0\.3100 → 0\.2000/);
  const ways = [...document.querySelectorAll("button")];
  assert.deepEqual(ways.map((one) => [one.getAttribute("aria-label"), one.disabled]), [["Go back to version 100", true], ["Go back to version 50", false]]);
  click(ways[1] as HTMLElement);
  const area = document.querySelector("textarea") as HTMLTextAreaElement;
  assert.equal(button("Go back").disabled, true);
  act(() => {
    // Past React's own setter, as typing does.
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(area), "value")?.set?.call(area, "the summer was odd");
    area.dispatchEvent(new window.Event("input", { bubbles: true }));
  });
  click(button("Go back"));
  assert.deepEqual(commands, [{ name: "roll_back", version: 50, reason: "the summer was odd" }]);
  assert.equal(document.querySelector("dialog"), null);
});

test("news says what it was matched to, and that it is worth nothing before settlements have shown it", () => {
  const story = { heard: T0, sources: ["wire", "post"], title: "Bitcoin surges", tone: "positive", score: 0.7, topics: ["bitcoin"], matched: 6 };
  const matches = [{ market: "KXBTC-1", shift: 0, settlements: 0 }, { market: "KXBTC-2", shift: -0.12, settlements: 40 }];
  const place = draw(<NewsCard stale={false} news={[{ ...story, matches }, { ...story, title: "Rain", topics: [], matches: [], matched: 0 }]} />);
  assert.match(text(place), /Bitcoin surgespositive.*wire, post · bitcoinKXBTC-1 worth nothing yetKXBTC-2 log-odds \u22120\.120and 4 moreRain.*about no market here/);
  assert.match(text(draw(<NewsCard stale={false} news={[]} />)), /No headline has been read/);
});

const drawResearch = (one: Parameters<typeof ResearchCard>[0]["research"]) => draw(<ResearchCard research={one} now={T0} stale={false} />);

test("research that was not heard, that there is none of, and that is empty are different sentences", () => {
  assert.match(text(drawResearch(undefined)), /Nothing heard from the desk yet/);
  unmount();
  assert.match(text(drawResearch(null)), /serves no browser/);
  unmount();
  assert.match(text(drawResearch(research())), /page_open.*watch_create.*settlement_check/);
  unmount();
  assert.match(text(drawResearch(research({ watches: [watch()] }))), /No source was checked: settlement_check.*No page was read/);
});

test("a watch says how it stands", () => {
  const looked = { looks: 3, looked: T0 - 12 * SECOND, reads: "4.1 percent" };
  const rows: [Parameters<typeof watch>[0], RegExp][] = [
    [{}, /first look to come.*the whole page · every 5 min · no look yet/],
    [{ ...looked, selector: "#v", everySeconds: 45 }, /watching#v · every 45 s · 3\u00A0looks, the last 12 s ago · 0\u00A0changesfrom the page4.1 percent/],
    [{ ...looked, changes: 1, changed: T0 - 185 * SECOND, before: "4.1", after: "" }, /changed 3 min ago.*1\u00A0changefrom the page, before4.1from the page, now\(no text\)/],
    [{ ...looked, changes: 1, changed: T0 - 7_200 * SECOND, trouble: "the address answered with status 503" }, /in trouble.*1\u00A0change, the last 2 h agothe address answered with status 503from the page4.1 percent/],
    [{ ...looked, looked: T0 - 700 * SECOND }, /not looked at for 11 m 40 s/],
  ];
  for (const [one, expected] of rows) {
    assert.match(text(drawResearch(research({ watches: [watch(one)] }))), expected);
    unmount();
  }
  const unknown = text(draw(<ResearchCard research={research({ watches: [watch({ ...looked, changed: T0, changes: 1 })] })} now={undefined} stale={false} />));
  assert.match(unknown, /changed \u2014/, "without a clock nothing has an age");
});

test("a settlement source shows what it said, that it does not show it, or why it could not be read", () => {
  const place = drawResearch(research({
    checks: [check({ sought: "May", found: ["May 3.4", "May 3.4 revised"], more: 1, time: T0 - 90 * SECOND }), check({ sought: "June" }), check({ selector: "td.v", trouble: "nothing on the page is selected by td.v" })],
  }));
  assert.match(text(place), /KXCPI-26MAY\d\d:\d\d:\d\d, 1 min ago.*lines with Mayfrom the pageMay 3.4May 3.4 revisedand 1 more lineKXCPI.*lines with JuneThe source does not show it.KXCPI.*in td.v nothing on the page is selected by td.v/);
});

test("what pages say stays text, and an address is a link only when it is whole and of the web", () => {
  const words = "<script>alert(1)</script><img src=x onerror=alert(2)>";
  const place = drawResearch(research({
    watches: [watch({ looks: 1, looked: T0, reads: words, address: address("https://example.org/?sid=[redacted]", false) })],
    pages: [{ address: address("https://example.org/a"), title: words, how: "read", time: T0 }, { address: address("javascript:alert(3)"), title: "", how: "fetched", time: T0 }],
    checks: [check({ found: [words], address: address("data:text/html,x") })],
  }));
  assert.equal(place.querySelectorAll("script, img, iframe").length, 0);
  assert.equal(text(place).split(words).length, 4);
  const links = [...place.querySelectorAll("a")];
  assert.deepEqual(links.map((one) => [one.getAttribute("href"), one.rel, one.target]), [["https://example.org/a", "noopener noreferrer", "_blank"]]);
  assert.match(text(place), /without a titlefetched 0 s ago/);
});
