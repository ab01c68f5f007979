// How a watch stands, in a word with its colour.
import type { Tone } from "../../aura/Chip";
import type { ResearchWatch } from "../../bridge/research";
import { ago, span } from "../../lib/time";

/** A look takes up to half a minute, and waits for a page's room: later than twice its interval and a minute it is overdue. */
const GRACE_SECONDS = 60;

export function standing(watch: ResearchWatch, now: number | undefined): { tone: Tone; text: string } {
  if (known(watch.trouble)) return { tone: "loss", text: "in trouble" };
  if (!known(watch.looked)) return { tone: "quiet", text: "first look to come" };
  if (now !== undefined && now - watch.looked > (2 * watch.everySeconds + GRACE_SECONDS) * 1e9) return { tone: "warning", text: `not looked at for ${span(now - watch.looked)}` };
  return known(watch.changed) ? { tone: "accent", text: `changed ${ago(watch.changed, now)}` } : { tone: "quiet", text: "watching" };
}

/** 45 s, 5 min, 2 h: as the interval was given. */
export function interval(seconds: number): string {
  if (seconds % 3_600 === 0) return `${seconds / 3_600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function known<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}
