// How figures read. Absent in, em dash out; nothing is filled in.
import { fixed, parseDecimal } from "./decimal";

export const ABSENT = "\u2014";
const MINUS = "\u2212";

type Text = string | null | undefined;
type Num = number | null | undefined;

/** $1,234.50; signed adds a plus. */
export function money(text: Text, signed = false): string {
  const value = parseDecimal(text);
  if (value === undefined) return ABSENT;
  const body = fixed(value, 2);
  if (body.startsWith(MINUS)) return `${MINUS}$${body.slice(1)}`;
  return signed && value > 0n && body !== "0.00" ? `+$${body}` : `$${body}`;
}

/** A price between 0 and 1 dollar in cents: 42¢, 42.5¢, 0.25¢. */
export function cents(text: Text): string {
  const value = parseDecimal(text);
  return value === undefined ? ABSENT : `${trimZeros(fixed(value * 100n, 2))}¢`;
}

/** 12 contracts, or 12.5 where the count is not whole. */
export function count(text: Text): string {
  const value = parseDecimal(text);
  return value === undefined ? ABSENT : trimZeros(fixed(value, 2));
}

/** Whether the server said it at all. */
export const given = (text: Text): text is string => typeof text === "string" && text !== "";

/** 1,234 for a plain integer. */
export function whole(value: Num): string {
  return known(value) ? fixed(BigInt(Math.round(value)) * 10_000n, 0) : ABSENT;
}

export function percent(value: Num, places = 1): string {
  return known(value) ? `${negative((value * 100).toFixed(places))}%` : ABSENT;
}

/** The difference of two probabilities in points: +2.4 pt. */
export function points(value: Num): string {
  if (!known(value)) return ABSENT;
  const text = (value * 100).toFixed(1);
  return `${value > 0 && text !== "0.0" ? "+" : ""}${negative(text)} pt`;
}

export function score(value: Num): string {
  return known(value) ? negative(value.toFixed(4)) : ABSENT;
}

/** A reason as words: the server's codes lose their underscores, its sentences stay. */
export function reasonWords(text: Text): string {
  if (text === null || text === undefined || text === "") return ABSENT;
  return /^[a-z0-9_]+$/.test(text) ? text.replace(/_/g, " ") : text;
}

export function known(value: Num): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function negative(text: string): string {
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text.replace("-", MINUS);
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
