// The server's states in words and colours. A state we do not know is shown as it came, in the colour of caution.
import type { Tone } from "../../aura/Chip";
import type { Link } from "../../bridge/desk";

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
