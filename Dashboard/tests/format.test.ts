import assert from "node:assert/strict";
import { test } from "node:test";
import { fixed, parseDecimal } from "../src/lib/decimal";
import { cents, count, money, percent, points, reasonWords, score, whole } from "../src/lib/format";
import { clock, span, until } from "../src/lib/time";
import { clockTicks, nearest, ticks } from "../src/features/equity/scale";

const MINUS = "\u2212";

test("money is rounded to the cent exactly, away from zero at the half", () => {
  const rows: [string | null | undefined, string][] = [
    ["1234.5000", "$1,234.50"], ["0.0050", "$0.01"], ["-0.0050", `${MINUS}$0.01`], ["-0.0049", "$0.00"], ["90071992547409.9900", "$90,071,992,547,409.99"],
    ["1000000", "$1,000,000.00"], [undefined, "—"], [null, "—"], ["", "—"], ["about 3", "—"],
  ];
  for (const [text, expected] of rows) assert.equal(money(text), expected, String(text));
});

test("signed money says which way, and nothing for zero", () => {
  assert.equal(money("3.1400", true), "+$3.14");
  assert.equal(money("-3.1400", true), `${MINUS}$3.14`);
  assert.equal(money("0.0000", true), "$0.00");
  assert.equal(money("0.0010", true), "$0.00");
});

test("prices read in cents, with as many decimals as they have", () => {
  const rows = [["0.4200", "42¢"], ["0.4250", "42.5¢"], ["0.0025", "0.25¢"], ["1.0000", "100¢"], [undefined, "—"]] as const;
  for (const [text, expected] of rows) assert.equal(cents(text), expected);
});

test("counts drop empty decimals and keep real ones", () => {
  assert.equal(count("1200.00"), "1,200");
  assert.equal(count("12.50"), "12.5");
  assert.equal(count(undefined), "—");
  assert.equal(whole(1_234_567), "1,234,567");
  assert.equal(whole(undefined), "—");
});

test("probabilities, points and scores show the unknown as a dash", () => {
  assert.equal(percent(0.6347), "63.5%");
  assert.equal(percent(undefined), "—");
  assert.equal(percent(Number.NaN), "—");
  assert.equal(points(0.024), "+2.4 pt");
  assert.equal(points(-0.024), `${MINUS}2.4 pt`);
  assert.equal(points(-0.0001), "0.0 pt");
  assert.equal(score(0.16789), "0.1679");
});

test("decimals survive the way there and back", () => {
  for (const text of ["0.0001", "0.9999", "12345.6789", "7"]) assert.equal(fixed(parseDecimal(text) ?? 0n, 4).replace(/,/g, ""), Number(text).toFixed(4));
});

test("spans show their two largest units", () => {
  const rows = [[0, "0 s"], [59, "59 s"], [61, "1 m 01 s"], [3_600, "1 h 00 m"], [90_000, "1 d 1 h"], [-5, "0 s"]] as const;
  for (const [seconds, expected] of rows) assert.equal(span(seconds * 1e9), expected);
  assert.equal(until(5e9, 6e9), "closed");
  assert.equal(until(5e9, undefined), "—");
});

test("a clock reads nanoseconds larger than a double holds exactly", () => {
  // oxlint-disable-next-line no-loss-of-precision -- the loss is the point: it stays below a microsecond
  assert.equal(clock(1_764_000_000_123_456_789), "16:00:00");
  assert.equal(clock(undefined), "—");
});

test("axis marks are round, inside the range and few", () => {
  assert.deepEqual(ticks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(clockTicks(0, 600e9, 5), [0, 120e9, 240e9, 360e9, 480e9, 600e9]);
  assert(ticks(0, 1e9, 5).length <= 20);
});

test("the nearest reading is found on either side", () => {
  const dots = [0, 10, 20].map((x) => ({ x, y: 0, point: { time: x, equity: "1" } }));
  assert.deepEqual([-5, 4, 6, 14, 16, 99].map((x) => nearest(dots, x)), [0, 0, 1, 1, 2, 2]);
});

test("a code reads as words, a sentence stays as it is", () => {
  assert.equal(reasonWords("edge_below_minimum"), "edge below minimum");
  assert.equal(reasonWords("The desk is paused."), "The desk is paused.");
  assert.equal(reasonWords(undefined), "—");
});
