import "./dom";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { ReactElement } from "react";
import { createRoot } from "react-dom/client";
import type { Root } from "react-dom/client";
import { act } from "react-dom/test-utils";
import { ClientContext } from "../src/bridge/client";
import type { Client } from "../src/bridge/client";
import type { Command } from "../src/bridge/protocol";
import { BookCard } from "../src/features/book/BookCard";
import { allowed, Controls } from "../src/features/controls/Controls";
import { DecisionsCard } from "../src/features/decisions/DecisionsCard";
import { EquityCard } from "../src/features/equity/EquityCard";
import { GroupsCard } from "../src/features/groups/GroupsCard";
import { CreditsCard } from "../src/features/learning/CreditsCard";
import { CurvesCard } from "../src/features/learning/CurvesCard";
import { ForetoldCard } from "../src/features/learning/ForetoldCard";
import { StagesCard } from "../src/features/learning/StagesCard";
import { VersionsCard } from "../src/features/learning/VersionsCard";
import { LogCard } from "../src/features/log/LogCard";
import { MarketsCard } from "../src/features/markets/MarketsCard";
import { NewsCard } from "../src/features/news/NewsCard";
import { OrdersCard } from "../src/features/orders/OrdersCard";
import { PositionsCard } from "../src/features/positions/PositionsCard";
import { RefusalsCard } from "../src/features/refusals/RefusalsCard";
import { ResearchCard } from "../src/features/research/ResearchCard";
import { RiskCard } from "../src/features/risk/RiskCard";
import { ScoresCard } from "../src/features/scores/ScoresCard";
import { Alerts, alertsOf } from "../src/features/status/Alerts";
import { Header } from "../src/features/status/Header";
import { nextPause } from "../src/features/status/words";
import { emptyDesk } from "../src/bridge/desk";
import type { Desk } from "../src/bridge/desk";
import { clock } from "../src/lib/time";
import { account, address, book, check, decision, learning, market, order, position, research, SECOND, status, T0, view, watch } from "./samples";

const commands: Command[] = [];
const client = { command: (one: Command) => void commands.push(one), watch: () => undefined, dismiss: () => undefined } as unknown as Client;
let root: Root | undefined;

function draw(element: ReactElement): HTMLElement {
  const place = document.createElement("div");
  document.body.append(place);
  act(() => {
    root = createRoot(place);
    root.render(<ClientContext.Provider value={client}>{element}</ClientContext.Provider>);
  });
  return place;
}

afterEach(() => {
  act(() => root?.unmount());
  document.body.innerHTML = "";
  commands.length = 0;
});

const text = (place: HTMLElement): string => place.textContent ?? "";
const ignore = () => undefined;

function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll("button")].filter((one) => one.textContent === name);
  const last = found[found.length - 1];
  assert(last, `a button ${name}`);
  return last;
}
const click = (element: HTMLElement) => act(() => element.click());

test("equity shows its figures, and a dash for each that is unknown", () => {
  const points = [{ time: T0, equity: "100.0000" }, { time: T0 + SECOND, equity: "101.0000" }];
  const full = draw(<EquityCard account={account({ equity: "1234.5600", dayPnl: "-3.0000", cash: "9.0000", drawdown: 0.1 })} points={points} stale={false} />);
  for (const part of ["$1,234.56", "\u2212$3.00", "net of fees", "$9.00", "10.00%"]) assert(text(full).includes(part), part);
  assert(full.querySelector("svg path[stroke]"));
});

test("equity without a word from the desk invents nothing", () => {
  const place = draw(<EquityCard account={undefined} points={[]} stale />);
  assert.equal(place.querySelector("[data-testid=equity]")?.textContent, "—");
  assert.equal(/\d/.test(text(place).replace(/15 min|1 h/g, "")), false, text(place));
  assert(place.querySelector("[data-stale=true]"));
});

const drawMarkets = (markets: ReturnType<typeof market>[] | undefined, onSelect: (ticker: string) => void = ignore) =>
  draw(<MarketsCard markets={markets} watched="A" deskNow={T0} stale={false} onSelect={onSelect} />);

test("a market shows quotes, countdown, both probabilities and what we hold", () => {
  const place = drawMarkets([market("A", { yesBid: "0.4200", yesAsk: "0.4400", yesBidSize: "7.00", probability: 0.5, position: "-12.00", closes: T0 + 90 * SECOND })]);
  for (const part of ["42¢", "44¢", "7", "1 m 30 s", "50.0%", "43%", "+7.0 pt", "12 NO"]) assert(text(place).includes(part), part);
});

test("a market with nothing known shows dashes and its book's state", () => {
  const place = drawMarkets([market("A", { book: "empty" })]);
  assert(text(place).includes("empty"));
  assert((text(place).match(/—/g) ?? []).length >= 5);
  assert.equal(text(place).includes("NaN"), false);
});

test("no market and no word are different sentences", () => {
  assert(text(drawMarkets([])).includes("follows no market"));
  act(() => root?.unmount());
  assert(text(drawMarkets(undefined)).includes("Nothing heard"));
});

test("a click on a market chooses it", () => {
  const chosen: string[] = [];
  drawMarkets([market("A"), market("B")], (ticker) => chosen.push(ticker));
  click(button("Title of B"));
  assert.deepEqual(chosen, ["B"]);
});

const drawBook = (one: ReturnType<typeof book> | undefined, stale = false) => draw(<BookCard book={one} market={market("M1")} orders={[order({ price: "0.4100" })]} deskNow={T0} stale={stale} />);

test("the book shows offers, bids, spread and where our order rests", () => {
  const place = drawBook(book({ yes: [["0.4100", "10.00"]], no: [["0.5700", "4.00"]], updated: T0 - 3 * SECOND }));
  for (const part of ["43¢", "41¢", "spread 2¢", "live", "3 s ago"]) assert(text(place).includes(part), part);
  assert(place.querySelector("[aria-label='our order rests here']"));
});

test("a frozen, an empty and an unheard book each say so", () => {
  assert(text(drawBook(book({ state: "frozen", yes: [["0.4100", "1.00"]] }))).includes("frozen"));
  act(() => root?.unmount());
  assert(text(drawBook(book({ state: "empty" }))).includes("no level is known"));
  act(() => root?.unmount());
  assert(text(drawBook(undefined)).includes("Waiting"));
  act(() => root?.unmount());
  assert(text(drawBook(book(), true)).includes("was live"));
});

test("orders and positions show their figures, or that there are none, or that nothing was heard", () => {
  const orders = draw(<OrdersCard orders={[order({ state: "unknown" })]} stale={false} />);
  for (const part of ["YES", "4/10 at 42¢", "unknown"]) assert(text(orders).includes(part), part);
  const changed = text(draw(<OrdersCard orders={[order({ state: "changing", expires: T0 + 600 * SECOND, changeRefused: "the daily loss is reached" })]} stale={false} />));
  for (const part of ["changing", `${clock(T0)} until ${clock(T0 + 600 * SECOND)}`, "Not changed: the daily loss is reached"]) assert(changed.includes(part), part);
  assert(!text(orders).includes("until") && !text(orders).includes("Not changed"));
  const positions = draw(<PositionsCard positions={[position({ side: "no", mark: "0.4000", unrealized: "-0.2000" }), position({ market: "M2" })]} stale={false} onSelect={ignore} />);
  for (const part of ["NO", "10 at 42¢", "mark 40¢", "\u2212$0.20", "mark —"]) assert(text(positions).includes(part), part);
  assert(text(draw(<OrdersCard orders={[]} stale={false} />)).includes("No order rests"));
  assert(text(draw(<PositionsCard positions={[]} stale={false} onSelect={ignore} />)).includes("holds nothing"));
  assert(text(draw(<PositionsCard positions={undefined} stale onSelect={ignore} />)).includes("Nothing heard"));
});

test("an order group shows its limit, what it used and whether it is triggered; a person opens it again or takes it away", () => {
  const base = { limit: "50.00", used: "12.00", isBeingSet: false };
  const groups = [
    { ...base, name: "g1", group: "og-1", isTriggered: true }, { ...base, name: "g2", group: "og-2", isTriggered: false },
    { name: "g3", group: "og-3", used: "0.00", isBeingSet: true }, { name: "g4", used: "0.00", isBeingSet: false, trouble: "the exchange has it no more" }, { ...base, name: "g5", group: "og-5" },
  ];
  const place = draw(<GroupsCard groups={groups} connected stale={false} />);
  for (const words of ["g1", "12 of 50 filled", "triggered", "open", "— filled", "asking the exchange", "not at the exchange", "the exchange has it no more", "not known"]) assert.equal(text(place).includes(words), true, words);
  const ways = [...document.querySelectorAll("button")];
  const off = ways.filter((one) => one.disabled).map((one) => one.getAttribute("aria-label"));
  assert.deepEqual(off, ["Reset g2", "Reset g3", "Delete g3", "Reset g4"]);
  click(ways[0] as HTMLElement);
  assert.match(text(place) + text(document.body), /50 contracts may fill anew within 15 seconds/);
  assert.deepEqual(commands, []);
  click(button("Reset group"));
  click(ways[1] as HTMLElement);
  click(button("Delete group"));
  assert.deepEqual(commands, [{ name: "group_reset", group: "g1" }, { name: "group_delete", group: "g1" }]);
  assert.equal(document.querySelector("dialog"), null);
});

test("an order names its group", () => {
  assert.match(text(draw(<OrdersCard orders={[order({ group: "g1" })]} stale={false} />)), /M1 · group g1/);
  assert.equal(text(draw(<OrdersCard orders={[order()]} stale={false} />)).includes("group"), false);
});

test("a decision says what was done, and opens to say why", () => {
  const made = decision(1, { outcome: "ordered", reason: "edge 3 pt", side: "yes", price: "0.4200", quantity: "5.00", probability: 0.5, edge: 0.03, why: "spot 92,000" });
  const place = draw(<DecisionsCard decisions={[made, decision(2)]} stale={false} />);
  for (const part of ["ordered", "5 YES at 42¢", "+3.0 pt", "spot 92,000", "held", "edge below the fee", "market —"]) assert(text(place).includes(part), part);
  click(button("Orders"));
  assert.equal(text(place).includes("held"), false);
  assert(text(draw(<DecisionsCard decisions={[]} stale={false} />)).includes("No decision"));
});

test("reasons for not trading are counted, most frequent first", () => {
  const place = draw(<RefusalsCard refusals={[{ reason: "rare", count: 1 }, { reason: "often", count: 999 }]} stale={false} />);
  assert(text(place).indexOf("often") < text(place).indexOf("rare"));
  for (const part of ["1,000 in all", "999", "<1%"]) assert(text(place).includes(part), part);
  assert(text(draw(<RefusalsCard refusals={[]} stale={false} />)).includes("Nothing has been refused"));
});

test("scores say who beats the market, and nobody beats it without a score", () => {
  const scores = [{ name: "market", forecasts: 9, brier: 0.2, logLoss: 0.6 }, { name: "pool", forecasts: 9, brier: 0.19, logLoss: 0.61 }, { name: "new", forecasts: 0 }];
  const place = draw(<ScoresCard scores={scores} stale={false} />);
  assert.equal(place.querySelectorAll("[aria-label='better than the market']").length, 1);
  assert.equal(place.querySelectorAll("[aria-label='worse than the market']").length, 1);
  assert(text(place).includes("0.1900"));
  assert(text(draw(<ScoresCard scores={[]} stale={false} />)).includes("No market has settled"));
});

test("the log filters by level", () => {
  const place = draw(<LogCard log={[{ id: 1, time: T0, level: "info", text: "calm" }, { id: 2, time: T0, level: "error", text: "broken" }]} stale={false} />);
  click(button("Errors"));
  assert.equal(text(place).includes("calm"), false);
  assert(text(place).includes("broken"));
});

test("a card that cannot be drawn says so in its own place", () => {
  const { error } = console;
  console.error = ignore;
  const place = draw(<RefusalsCard refusals={[{ reason: null as unknown as string, count: 1 }, { reason: null as unknown as string, count: 1 }]} stale={false} />);
  console.error = error;
  assert(text(place).includes("Why not traded"));
  assert(text(place).includes("could not be drawn"));
});

const states: [string, string[]][] = [
  ["running", ["Pause", "Stop", "Kill"]], ["paused", ["Start", "Stop", "Kill"]], ["stopped", ["Start", "Kill"]], ["halted", ["Reset", "Kill"]], ["killing", ["Stop"]], ["recovering", ["Stop", "Kill"]],
];

test("the buttons follow the server's state", () => {
  for (const [state, open] of states) {
    const place = draw(<Controls status={status({ state })} connected notices={[]} />);
    const enabled = [...place.querySelectorAll("button")].filter((one) => !one.disabled).map((one) => one.textContent);
    assert.deepEqual(enabled, open, state);
    act(() => root?.unmount());
    place.remove();
  }
  assert.equal(allowed("kill", undefined), true);
});

test("without a connection every button is closed", () => {
  const place = draw(<Controls status={status()} connected={false} notices={[]} />);
  assert([...place.querySelectorAll("button")].every((one) => one.disabled));
});

test("kill asks first, and says whether to flatten", () => {
  draw(<Controls status={status()} connected notices={[]} />);
  click(button("Kill"));
  assert.deepEqual(commands, []);
  const box = document.querySelector("input[type=checkbox]");
  assert(box instanceof HTMLElement);
  click(box);
  click(button("Kill and flatten"));
  assert.deepEqual(commands.map(({ name, flatten }) => [name, flatten]), [["kill", true]]);
  assert.equal(document.querySelector("dialog"), null);
});

test("a halted desk is reset only with a reason", () => {
  draw(<Controls status={status({ state: "halted", breaker: "halted", breakerReason: "daily loss limit" })} connected notices={[]} />);
  click(button("Reset"));
  assert(text(document.body).includes("daily loss limit"));
  assert.equal(button("Reset").disabled, true);
});

const heard = (more: Partial<Desk>): Desk => ({ ...emptyDesk, link: { phase: "live" }, heard: { deskTime: T0, asOf: 0 }, ...more });

test("the header shows the server's mode, states and age", () => {
  const desk = heard({ view: view({ status: status({ mode: "LIVE", state: "paused" }) }) });
  const place = draw(<Header desk={desk} fresh={{ stale: true, age: 8 * SECOND, connected: true, deskNow: T0 }} now={0} />);
  for (const part of ["LIVE", "real money", "paused", "connected", "stale for 8 s"]) assert(text(place).includes(part), part);
  const silent = draw(<Header desk={emptyDesk} fresh={{ stale: true, connected: false }} now={0} />);
  assert(text(silent).includes("MODE UNKNOWN"));
});

test("alerts name what blocks trading, and are silent when all is well", () => {
  const calm = draw(<Alerts desk={heard({ view: view() })} fresh={{ stale: false, connected: true }} />);
  assert.equal(text(calm), "");
  const desk = heard({ view: view({ status: status({ breaker: "critical", breakerReason: "drawdown", blocked: "not reconciled", feed: "down" }) }) });
  const place = draw(<Alerts desk={desk} fresh={{ stale: false, connected: true }} />);
  for (const part of ["critical: drawdown", "Not trading: not reconciled", "feed is down"]) assert(text(place).includes(part), part);
});

test("the exchange's own pause is said plainly with its end, and is no trouble", () => {
  const day = Date.UTC(2026, 10, 26) * 1e6;
  const said = (exchange: object, time = day + 9 * 3_600 * SECOND) => alertsOf(heard({ view: view({ status: status({ time, exchange }) }) }), { stale: false, connected: true }).map((one) => one.text);
  const until = day + 10 * 3_600 * SECOND;
  assert.deepEqual(said({ state: "paused", until }), ["Exchange paused until 10:00 UTC. No new orders are sent, cancels still go; the desk goes on by itself."]);
  assert.match(said({ state: "closed", until }, day - SECOND)[0] ?? "", /until 26 Nov 10:00 UTC. It takes neither/);
  assert.match(said({ state: "paused" })[0] ?? "", /until when it has not said/);
  assert.deepEqual(said({ state: "trading", nextStart: until, nextEnd: until }), []);
  assert.deepEqual(said({}), []);
  assert.equal(nextPause({ nextStart: day + 8 * 3_600 * SECOND, nextEnd: until }, day), "Next maintenance 08:00 UTC to 10:00 UTC");
  assert.equal(nextPause({ state: "trading" }, day), undefined);
});

test("risk names each group with its limits, and everything at the end", () => {
  const place = draw(<RiskCard stale={false} risks={[
    { group: "crypto", used: "120.0000", limit: "500.0000", tailLoss: "91.2000", tailLimit: "300.0000" }, { used: "140.0000", limit: "1000.0000", tailLoss: "95.0000", tailLimit: "600.0000" },
  ]} />);
  assert.match(text(place), /crypto\$120\.00 of \$500\.00\$91\.20 of \$300\.00everything\$140\.00 of \$1,000\.00/);
  assert.match(text(draw(<RiskCard stale={false} risks={[]} />)), /nothing can be lost/);
});

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
  act(() => root?.unmount());
  assert.match(text(drawResearch(null)), /serves no browser/);
  act(() => root?.unmount());
  assert.match(text(drawResearch(research())), /page_open.*watch_create.*settlement_check/);
  act(() => root?.unmount());
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
    act(() => root?.unmount());
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
