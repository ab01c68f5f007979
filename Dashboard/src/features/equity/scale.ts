// From readings to a picture: which are shown, where they stand, and which round figures label the axes.
import type { EquityPoint } from "../../bridge/protocol";
import { toNumber } from "../../lib/decimal";

export interface Dot {
  x: number;
  y: number;
  point: EquityPoint;
}

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The readings of the last `seconds` before the newest; all without it. */
export function within(points: EquityPoint[], seconds: number | undefined): EquityPoint[] {
  const last = points[points.length - 1];
  if (seconds === undefined || last === undefined) return points;
  return points.filter((point) => last.time - point.time <= seconds * 1e9);
}

/** Round steps (1, 2, 2.5, 5 and their tens) that cover low to high in about `wanted` lines. */
export function ticks(low: number, high: number, wanted: number): number[] {
  const rough = Math.max(high - low, 0.01) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power * 10;
  const lines: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high && lines.length < 20; index += 1) lines.push(index * step);
  return lines;
}

const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];

/** Round local times between the two, in nanoseconds. */
export function clockTicks(from: number, to: number, wanted: number): number[] {
  const seconds = (to - from) / 1e9;
  const step = CLOCK_STEPS.find((size) => seconds / size <= wanted) ?? Math.ceil(seconds / wanted);
  const offset = new Date(from / 1e6).getTimezoneOffset() * 60;
  const lines: number[] = [];
  for (let at = Math.ceil((from / 1e9 - offset) / step) * step + offset; at <= to / 1e9 && lines.length < 20; at += step) lines.push(at * 1e9);
  return lines;
}

/** The range drawn: the readings and a little air, never thinner than ten cents, so that a flat line looks flat. */
export function range(points: EquityPoint[]): [number, number] {
  const values = points.map((point) => toNumber(point.equity)).filter((value): value is number => value !== undefined);
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const air = Math.max((high - low) * 0.12, 0.05);
  return [low - air, high + air];
}

export function place(points: EquityPoint[], box: Box, [low, high]: [number, number]): Dot[] {
  const [first, last] = [points[0], points[points.length - 1]];
  if (first === undefined || last === undefined) return [];
  const width = Math.max(last.time - first.time, 1);
  return points.flatMap((point) => {
    const value = toNumber(point.equity);
    if (value === undefined) return [];
    const x = box.left + ((point.time - first.time) / width) * (box.right - box.left);
    return [{ x, y: box.bottom - ((value - low) / (high - low)) * (box.bottom - box.top), point }];
  });
}

export function path(dots: Dot[]): string {
  return dots.map((dot, index) => `${index === 0 ? "M" : "L"}${dot.x.toFixed(1)} ${dot.y.toFixed(1)}`).join("");
}

export function nearest(dots: Dot[], x: number): number {
  let [low, high] = [0, dots.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((dots[middle]?.x ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  const before = dots[low - 1];
  const at = dots[low];
  return before !== undefined && at !== undefined && x - before.x < at.x - x ? low - 1 : low;
}
