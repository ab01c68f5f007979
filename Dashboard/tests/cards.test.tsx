import "./dom";
import assert from "node:assert/strict";
import { test } from "node:test";
import { BookCard } from "../src/features/book/BookCard";
import { allowed, Controls } from "../src/features/controls/Controls";
import { DecisionsCard } from "../src/features/decisions/DecisionsCard";
import { EquityCard } from "../src/features/equity/EquityCard";
import { GroupsCard } from "../src/features/groups/GroupsCard";
import { LogCard } from "../src/features/log/LogCard";
import { MarketsCard } from "../src/features/markets/MarketsCard";
import { OrdersCard } from "../src/features/orders/OrdersCard";
import { PositionsCard } from "../src/features/positions/PositionsCard";
import { RefusalsCard } from "../src/features/refusals/RefusalsCard";
import { RiskCard } from "../src/features/risk/RiskCard";
import { ScoresCard } from "../src/features/scores/ScoresCard";
import { Alerts, alertsOf } from "../src/features/status/Alerts";
import { Header } from "../src/features/status/Header";
import { nextPause } from "../src/features/status/words";
import { emptyDesk } from "../src/bridge/desk";
import type { Desk } from "../src/bridge/desk";
import { clock } from "../src/lib/time";
import { button, click, commands, draw, ignore, text, unmount } from "./drawing";
import { account, book, decision, market, order, position, SECOND, status, T0, view } from "./samples";

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
  unmount();
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
  unmount();
  assert(text(drawBook(book({ state: "empty" }))).includes("no level is known"));
  unmount();
  assert(text(drawBook(undefined)).includes("Waiting"));
  unmount();
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
    unmount();
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
