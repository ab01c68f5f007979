import assert from "node:assert/strict";
import { test } from "node:test";
import { DECISION_LIMIT, emptyDesk, EQUITY_LIMIT, NOTICE_LIMIT, reduce } from "../src/bridge/desk";
import type { Desk } from "../src/bridge/desk";
import type { DeskMessage } from "../src/bridge/protocol";
import { Store } from "../src/bridge/store";
import { freshness } from "../src/lib/freshness";
import { ladder } from "../src/features/book/ladder";
import { arrange, edge } from "../src/features/markets/arrange";
import { book, decision, market, order, research, SECOND, status, T0, view, watch } from "./samples";

const hear = (desk: Desk, message: DeskMessage, now = 1_000, ts = T0): Desk => reduce(desk, { kind: "message", message, ts, now });
const snapshot = (more = {}): Desk => hear(emptyDesk, { type: "snapshot", payload: view(more) });

test("increments before the first snapshot change nothing", () => {
  const desk = hear(emptyDesk, { type: "orders", payload: [order()] });
  assert.equal(desk.view, undefined);
});

test("markets change one by one, come and go", () => {
  const start = snapshot({ markets: [market("A"), market("B")] });
  const desk = hear(start, { type: "markets", payload: [market("B", { last: "0.5000" }), { ticker: "A", gone: true }, market("C")] });
  assert.deepEqual(desk.view?.markets.map((one) => [one.ticker, one.last]), [["B", "0.5000"], ["C", undefined]]);
});

test("research comes whole, and a desk that has none keeps none", () => {
  assert.equal(snapshot().view?.research, undefined);
  const desk = hear(snapshot({ research: research({ watches: [watch()] }) }), { type: "research", payload: research({ watches: [watch({ id: "w2" })] }) });
  assert.deepEqual(desk.view?.research?.watches.map((one) => one.id), ["w2"]);
});

test("decisions keep the order of their ids, once each, up to the bound", () => {
  const start = snapshot({ decisions: [decision(1), decision(2)] });
  const more = Array.from({ length: DECISION_LIMIT }, (_, index) => decision(index + 2, { reason: "again" }));
  const kept = hear(start, { type: "decisions", payload: more }).view?.decisions ?? [];
  assert.equal(kept.length, DECISION_LIMIT);
  assert.equal(kept[0]?.id, 2);
  assert.equal(kept[0]?.reason, "again");
});

test("the equity curve stays bounded, keeps both ends and never goes back in time", () => {
  let desk = snapshot({ equity: [{ time: 0, equity: "100.0000" }] });
  for (let round = 0; round < 5; round += 1) {
    const payload = Array.from({ length: 900 }, (_, index) => ({ time: 1 + round * 900 + index, equity: "101.0000" }));
    desk = hear(desk, { type: "equity", payload });
  }
  desk = hear(desk, { type: "equity", payload: [{ time: 3, equity: "1.0000" }] });
  const points = desk.view?.equity ?? [];
  assert(points.length <= EQUITY_LIMIT);
  assert.equal(points[0]?.time, 0);
  assert.equal(points[points.length - 1]?.time, 4_500);
  assert(points.every((point, index) => index === 0 || point.time > (points[index - 1]?.time ?? 0)));
});

test("only the watched market's book is shown, and choosing another forgets the old one", () => {
  const watching = reduce(snapshot(), { kind: "watch", market: "M1" });
  const shown = hear(watching, { type: "book", payload: book() });
  assert.equal(hear(shown, { type: "book", payload: book({ market: "M2" }) }).book?.market, "M1");
  assert.equal(reduce(shown, { kind: "watch", market: "M2" }).book, undefined);
});

test("a command's notice goes from sent to its answer, and notices are bounded", () => {
  let desk = reduce(emptyDesk, { kind: "sent", name: "pause", now: 1 });
  desk = reduce(desk, { kind: "settled", name: "pause", outcome: { kind: "refused", message: "already paused" }, now: 2 });
  assert.deepEqual(desk.notices.map((one) => [one.name, one.state, one.text]), [["pause", "refused", "already paused"]]);
  for (let index = 0; index < 20; index += 1) desk = reduce(desk, { kind: "sent", name: "stop", now: index });
  assert.equal(desk.notices.length, NOTICE_LIMIT);
  const last = desk.notices[desk.notices.length - 1];
  assert.equal(reduce(desk, { kind: "dismiss", key: last?.key ?? 0 }).notices.length, NOTICE_LIMIT - 1);
});

test("an old status is old however young its message is, whatever the two clocks say", () => {
  const desk = hear({ ...emptyDesk, link: { phase: "live" } }, { type: "snapshot", payload: view() }, 50_000, T0 + 7 * SECOND);
  assert.equal(freshness(desk, 50_000).stale, true);
  assert.equal(freshness(desk, 50_000).age, 7 * SECOND);
});

test("a recording's own clock is fresh while it moves and stale when it stands", () => {
  const status1 = status({ mode: "RECORDED", time: 5 * SECOND });
  let desk = hear({ ...emptyDesk, link: { phase: "live" } }, { type: "snapshot", payload: view({ status: status1 }) }, 1_000);
  assert.equal(freshness(desk, 2_000).stale, false);
  desk = hear(desk, { type: "status", payload: status1 }, 9_000);
  assert.equal(freshness(desk, 9_000).stale, true);
  desk = hear(desk, { type: "status", payload: { ...status1, time: 6 * SECOND } }, 9_500);
  assert.equal(freshness(desk, 9_500).stale, false);
});

test("a lost connection makes everything stale at once and stops the desk's clock", () => {
  const desk = reduce(hear({ ...emptyDesk, link: { phase: "live" } }, { type: "snapshot", payload: view() }), { kind: "link", link: { phase: "offline" } });
  const { stale, connected, deskNow } = freshness(desk, 1_000 + 60_000);
  assert.deepEqual([stale, connected, deskNow], [true, false, T0 + 5 * SECOND]);
});

test("a burst is reduced together and heard once", () => {
  const flushes: (() => void)[] = [];
  const store = new Store((flush) => flushes.push(flush));
  let heard = 0;
  store.subscribe(() => (heard += 1));
  for (let index = 0; index < 10; index += 1) store.dispatch({ kind: "sent", name: "stop", now: index });
  assert.deepEqual([heard, flushes.length], [0, 1]);
  flushes[0]?.();
  assert.deepEqual([heard, store.get().notices.length], [1, NOTICE_LIMIT]);
});

test("a store that no frame empties still empties itself at its bound", () => {
  const store = new Store(() => undefined);
  for (let index = 0; index < 300; index += 1) store.dispatch({ kind: "link", link: { phase: "live" } });
  assert.equal(store.get().link.phase, "live");
});

test("a NO bid is a YES offer at the rest of the dollar, totals add up from the best, and our order is marked", () => {
  const sides = ladder(book({ yes: [["0.4100", "10.00"], ["0.4000", "5.00"]], no: [["0.5700", "4.00"]] }), [order({ side: "no", price: "0.5700" })], 5);
  assert.deepEqual(sides.asks.map((rung) => [rung.price, rung.size, rung.ours]), [["0.4300", "4.0000", true]]);
  assert.deepEqual(sides.bids.map((rung) => [rung.price, rung.total, rung.ours]), [["0.4100", "10.0000", false], ["0.4000", "15.0000", false]]);
  assert.equal(sides.spread, "0.0200");
  assert.equal(ladder(book({ yes: [["0.4100", "1.00"]] }), [], 5).spread, undefined);
});

test("markets are grouped by series, found by any words, and the unknown sorts last both ways", () => {
  const list = [market("B1", { series: "B", last: "0.1000" }), market("A1", { series: "A" }), market("B2", { series: "B" }), market("B3", { series: "B", last: "0.9000" })];
  const order1 = (up: boolean) => arrange(list, "", { key: "last", up }).map((group) => [group.series, group.markets.map((one) => one.ticker)]);
  assert.deepEqual(order1(true), [["A", ["A1"]], ["B", ["B1", "B3", "B2"]]]);
  assert.deepEqual(order1(false), [["A", ["A1"]], ["B", ["B3", "B1", "B2"]]]);
  assert.deepEqual(arrange(list, "title b2", { key: "closes", up: true }).map((group) => group.markets.length), [1]);
});

test("there is no edge against a one-sided market", () => {
  assert.equal(edge(market("A", { probability: 0.5, yesBid: "0.4000" })), undefined);
  assert.equal(edge(market("A", { probability: 0.5, yesBid: "0.4000", yesAsk: "0.4200" }))?.toFixed(4), "0.0900");
});
