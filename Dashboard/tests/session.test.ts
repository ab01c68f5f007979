import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../src/bridge/decode";
import { ANSWER_LIMIT_MS, backoffMs, BACKOFF_LAST_MS, newSession, SILENCE_LIMIT_MS, step, SYNC_LIMIT_MS } from "../src/bridge/session";
import type { Effect, Input, Session } from "../src/bridge/session";
import { status, T0, view } from "./samples";

const info = { bridge: "ws://127.0.0.1:8766/", token: "secret", mode: "SIMULATED", version: "1" };
const says = (seq: number, type: string, payload: unknown, now = 0): Input => ({ kind: "received", text: JSON.stringify({ v: 1, seq, type, ts: T0, payload }), now });

function play(session: Session, ...inputs: Input[]): [Session, Effect[]] {
  let state = session;
  let last: Effect[] = [];
  for (const input of inputs) [state, last] = step(state, input);
  return [state, last];
}

const greeted = (): [Session, Effect[]] => play(newSession(), { kind: "start" }, { kind: "fetched", info }, { kind: "opened", now: 0 });
const live = (): Session => play(greeted()[0], says(1, "answer", { id: "1", ok: true }), says(2, "snapshot", view()))[0];
const sent = (effects: Effect[]): unknown[] => effects.flatMap((effect) => (effect.kind === "send" ? [JSON.parse(effect.text) as unknown] : []));

test("the first word is a hello with the token, and the snapshot makes the page live", () => {
  const [session, effects] = greeted();
  assert.deepEqual(sent(effects), [{ v: 1, type: "hello", id: "1", payload: { token: "secret" } }]);
  const [after, delivered] = play(session, says(1, "answer", { id: "1", ok: true }), says(2, "snapshot", view()));
  assert.equal(after.phase, "live");
  assert.deepEqual(delivered.map((effect) => effect.kind), ["deliver"]);
});

test("increments in step are delivered", () => {
  const [, effects] = play(live(), says(3, "status", status()));
  assert.deepEqual(effects.map((effect) => effect.kind), ["deliver"]);
});

test("a gap asks for everything once, and nothing is shown until it comes", () => {
  const [after, effects] = play(live(), says(5, "status", status()));
  assert.equal(after.phase, "syncing");
  assert.deepEqual(sent(effects), [{ v: 1, type: "resync", id: "2" }]);
  const [still, dropped] = play(after, says(6, "status", status()));
  assert.deepEqual([still.phase, dropped.length], ["syncing", 0]);
  const [synced, shown] = play(still, says(7, "answer", { id: "2", ok: true }), says(8, "snapshot", view()));
  assert.equal(synced.phase, "live");
  assert.equal(shown[0]?.kind, "deliver");
});

test("a snapshot sets the count anew, whatever number it bears", () => {
  const [after] = play(live(), says(40, "snapshot", view()));
  assert.deepEqual([after.phase, after.seq], ["live", 40]);
});

test("an answer across a gap still settles its command", () => {
  const [asked] = play(live(), { kind: "command", payload: { name: "stop" }, now: 0 });
  const [after, effects] = play(asked, says(9, "answer", { id: "2", ok: true }));
  assert.deepEqual(effects.map((effect) => effect.kind), ["settled", "send", "asked"]);
  assert.equal(after.phase, "syncing");
});

test("a snapshot that does not come ends the connection", () => {
  const [after] = play(live(), says(5, "status", status()));
  const [, effects] = play(after, { kind: "tick", now: SYNC_LIMIT_MS + 1 });
  assert.equal(effects[effects.length - 1]?.kind, "close");
});

test("a silent bridge is asked before it is given up", () => {
  const [after, effects] = play(live(), { kind: "tick", now: SILENCE_LIMIT_MS + 1 });
  assert.equal(after.phase, "syncing");
  assert.deepEqual(sent(effects), [{ v: 1, type: "resync", id: "2" }]);
});

test("a refused token closes with the server's reason", () => {
  const [, effects] = play(greeted()[0], says(1, "answer", { id: "1", ok: false, error: { code: "unauthorized", message: "the token is wrong" } }));
  assert.deepEqual(effects[1], { kind: "close", problem: "The bridge refused this page: the token is wrong" });
});

test("a lost connection leaves commands unknown, never failed, and tries again later each time", () => {
  const [asked] = play(live(), { kind: "command", payload: { name: "kill" }, now: 0 });
  const [lost, effects] = play(asked, { kind: "failed", problem: "gone", random: 1 });
  assert.deepEqual(effects.map((effect) => (effect.kind === "settled" ? effect.outcome.kind : effect.kind)), ["unknown", "retry"]);
  const [, again] = play(lost, { kind: "failed", problem: "gone", random: 1 });
  assert.deepEqual([effects[1], again[0]], [{ kind: "retry", afterMs: 500 }, { kind: "retry", afterMs: 1_000 }]);
});

test("the wait between tries grows to its bound and is spread by chance", () => {
  assert.equal(backoffMs(0, 0), 250);
  assert.equal(backoffMs(100, 1), BACKOFF_LAST_MS);
  assert.equal(backoffMs(100, 0), BACKOFF_LAST_MS / 2);
});

test("an answer that does not come is unknown after its limit", () => {
  const [asked] = play(live(), { kind: "command", payload: { name: "start" }, now: 0 });
  const [, effects] = play(asked, { kind: "tick", now: ANSWER_LIMIT_MS + 1 });
  assert.equal(effects[0]?.kind === "settled" && effects[0].outcome.kind, "unknown");
});

test("a command is refused here while there is no connection", () => {
  const [, effects] = play(newSession(), { kind: "command", payload: { name: "start" }, now: 0 });
  assert.equal(effects[0]?.kind === "settled" && effects[0].outcome.kind, "refused");
  assert.deepEqual(sent(effects), []);
});

test("the watched market is asked for again after every snapshot", () => {
  const [watching] = play(live(), { kind: "watch", market: "M1", now: 0 });
  const [lost] = play(watching, { kind: "failed", problem: "gone", random: 0 });
  const [, effects] = play(lost, { kind: "start" }, { kind: "fetched", info }, { kind: "opened", now: 0 }, says(1, "snapshot", view()));
  assert.deepEqual(sent(effects), [{ v: 1, type: "watch", id: "2", payload: { market: "M1" } }]);
});

test("a type this page does not know is counted and passed over", () => {
  const [after, effects] = play(live(), says(3, "weather", { sun: true }));
  assert.deepEqual([after.seq, after.phase, effects.length], [3, "live", 0]);
});

test("what cannot be read closes with a sentence, for each kind of damage", () => {
  const rows: [string, RegExp][] = [
    ["nonsense", /not JSON/], ["[]", /without its fields/], ['{"v":2,"seq":1,"type":"status"}', /protocol 2/], ['{"v":1,"type":"status"}', /without number/],
    ['{"v":1,"seq":1,"type":"orders","payload":{}}', /not a list/], ['{"v":1,"seq":1,"type":"orders","payload":[3]}', /an entry of orders/],
    ['{"v":1,"seq":1,"type":"snapshot","payload":{"status":{},"account":{}}}', /not a list/], ['{"v":1,"seq":1,"type":"book","payload":{"yes":[["1"]],"no":[]}}', /price or size/],
    ['{"v":1,"seq":1,"type":"research","payload":{"watches":[{"id":"w"}],"pages":[],"checks":[]}}', /an address/],
    ['{"v":1,"seq":1,"type":"research","payload":{"watches":[],"pages":[],"checks":[{"address":{}}]}}', /what it found/],
  ];
  for (const [text, pattern] of rows) {
    assert.throws(() => decode(text), pattern);
    const [, effects] = play(live(), { kind: "received", text, now: 0 });
    assert.equal(effects[0]?.kind, "close", text);
  }
});
