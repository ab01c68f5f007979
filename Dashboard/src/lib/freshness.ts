// How old what is shown is, and what time it is for the desk: one rule for every card.
import type { Desk } from "../bridge/desk";
import { isConnected } from "../bridge/session";

export const STALE_AFTER_MS = 5_000;

export interface Freshness {
  /** The desk's clock in whole seconds, as nanoseconds, so that what only counts down is drawn once a second; it stands still once the page has lost touch. */
  deskNow?: number;
  stale: boolean;
  /** How long the desk has been silent, nanoseconds; absent before the first word. */
  age?: number;
  connected: boolean;
}

export function freshness(desk: Pick<Desk, "link" | "heard">, now: number): Freshness {
  const connected = isConnected(desk.link.phase);
  if (desk.heard === undefined) return { stale: true, connected };
  const ageMs = Math.max(0, now - desk.heard.asOf);
  const stale = !connected || ageMs > STALE_AFTER_MS;
  const deskNow = Math.floor(desk.heard.deskTime / 1e9 + Math.min(ageMs, STALE_AFTER_MS) / 1e3) * 1e9;
  return { deskNow, stale, age: ageMs * 1e6, connected };
}
