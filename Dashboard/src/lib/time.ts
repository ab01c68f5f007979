// Times arrive as nanoseconds since 1970; people get clocks and spans.
import { ABSENT, known } from "./format";

type Nanos = number | null | undefined;
const SECOND = 1_000_000_000;

export const nanosOf = (localMs: number): number => localMs * 1e6;

export function clock(time: Nanos, seconds = true): string {
  if (!known(time)) return ABSENT;
  const date = new Date(time / 1e6);
  if (Number.isNaN(date.getTime())) return ABSENT;
  const parts = [date.getHours(), date.getMinutes(), ...(seconds ? [date.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function dayAndClock(time: Nanos): string {
  if (!known(time)) return ABSENT;
  const date = new Date(time / 1e6);
  return Number.isNaN(date.getTime()) ? ABSENT : `${date.getDate()} ${MONTHS[date.getMonth()] ?? ""} ${clock(time)}`;
}

/** "10:00 UTC", with its day where that is not the day of `now`: the exchange's calendar is not the reader's. */
export function dayAndClockUTC(time: Nanos, now: Nanos): string {
  if (!known(time)) return ABSENT;
  const date = new Date(time / 1e6);
  if (Number.isNaN(date.getTime())) return ABSENT;
  const said = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`;
  const today = known(now) && new Date(now / 1e6).toISOString().slice(0, 10) === date.toISOString().slice(0, 10);
  return today ? said : `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ""} ${said}`;
}

/** Two largest units: 2 d 4 h, 3 h 05 m, 12 m 09 s, 42 s. */
export function span(nanos: Nanos): string {
  if (!known(nanos)) return ABSENT;
  const seconds = Math.max(0, Math.floor(nanos / SECOND));
  const [days, hours, minutes, rest] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${two(minutes)} m`;
  if (minutes > 0) return `${minutes} m ${two(rest)} s`;
  return `${rest} s`;
}

/** How long ago, by the largest unit alone: 42 s ago, 3 min ago, 2 h ago, 5 d ago. */
export function ago(time: Nanos, now: Nanos): string {
  if (!known(time) || !known(now)) return ABSENT;
  const seconds = Math.max(0, Math.floor((now - time) / SECOND));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}

/** What is left until a time, or that it has passed. */
export function until(time: Nanos, now: Nanos): string {
  if (!known(time) || !known(now)) return ABSENT;
  return time <= now ? "closed" : span(time - now);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
