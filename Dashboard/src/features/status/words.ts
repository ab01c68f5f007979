// The server's states in words and colours. A state we do not know is shown as it came, in the colour of caution.
import type { Tone } from "../../aura/Chip";
import type { Link } from "../../bridge/desk";
import type { ExchangeView, Maybe } from "../../bridge/protocol";
import { dayAndClockUTC } from "../../lib/time";

export function engineTone(state: string | undefined): Tone {
  switch (state) {
    case "running":
      return "profit";
    case "stopped":
    case undefined:
      return "quiet";
    case "halted":
    case "killing":
      return "risk";
    default:
      return "warning";
  }
}

export function breakerTone(breaker: string | undefined): Tone {
  switch (breaker) {
    case "normal":
      return "profit";
    case undefined:
      return "quiet";
    case "critical":
    case "halted":
      return "risk";
    default:
      return "warning";
  }
}

export function linkWords(link: Link, now: number): { word: string; tone: Tone } {
  switch (link.phase) {
    case "live":
      return { word: "connected", tone: "profit" };
    case "syncing":
      return { word: "catching up", tone: "warning" };
    case "fetching":
    case "connecting":
    case "greeting":
      return { word: "connecting", tone: "warning" };
    case "offline": {
      const wait = link.retryAt === undefined ? 0 : Math.max(0, Math.ceil((link.retryAt - now) / 1_000));
      return { word: wait > 0 ? `down, retry in ${wait} s` : "down", tone: "risk" };
    }
  }
}

export function exchangeTone(state: Maybe<string>): Tone {
  switch (state) {
    case "trading":
      return "profit";
    case "paused":
    case "closed":
      return "warning";
    default:
      return "quiet";
  }
}

/** The exchange's own pause in a sentence; nothing while it trades, or nobody knows. */
export function pauseWords(exchange: Maybe<ExchangeView>, now: number): string | undefined {
  const state = exchange?.state;
  if (state !== "paused" && state !== "closed") return undefined;
  const end = typeof exchange?.until === "number" ? ` until ${dayAndClockUTC(exchange.until, now)}` : "; until when it has not said";
  const what = state === "paused" ? "No new orders are sent, cancels still go" : "It takes neither orders nor cancels";
  return `Exchange paused${end}. ${what}; the desk goes on by itself.`;
}

/** The next announced maintenance, for whoever asks. */
export function nextPause(exchange: Maybe<ExchangeView>, now: number): string | undefined {
  if (typeof exchange?.nextStart !== "number" || typeof exchange.nextEnd !== "number") return undefined;
  return `Next maintenance ${dayAndClockUTC(exchange.nextStart, now)} to ${dayAndClockUTC(exchange.nextEnd, exchange.nextStart)}`;
}
