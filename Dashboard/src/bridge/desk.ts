// What the page knows, and the one place where it changes. Every list has a bound; at the bound the oldest goes.
import type { BookView, DeskMessage, DeskView, EquityPoint, MarketChange, MarketView, SessionInfo } from "./protocol";
import type { Outcome, Phase } from "./session";

export const DECISION_LIMIT = 200;
export const LOG_LIMIT = 400;
export const EQUITY_LIMIT = 2_000;
export const NOTICE_LIMIT = 6;

/** One command as the operator sees it: sent, then its answer. */
export interface Notice {
  key: number;
  name: string;
  state: "sent" | "ok" | "refused" | "unknown";
  text: string;
  at: number;
}

export interface Link {
  phase: Phase;
  problem?: string;
  /** When the next try comes, local milliseconds. */
  retryAt?: number;
}

export interface Heard {
  /** The desk's own clock at the last status, nanoseconds. */
  deskTime: number;
  /** Local milliseconds at which that desk time was true. */
  asOf: number;
}

export interface Desk {
  link: Link;
  info?: Pick<SessionInfo, "mode" | "version">;
  view?: DeskView;
  heard?: Heard;
  watched?: string;
  book?: BookView;
  notices: Notice[];
  nextNotice: number;
}

export type Action =
  | { kind: "link"; link: Link }
  | { kind: "info"; info: Pick<SessionInfo, "mode" | "version"> }
  | { kind: "message"; message: DeskMessage; ts: number; now: number }
  | { kind: "watch"; market: string }
  | { kind: "sent"; name: string; now: number }
  | { kind: "settled"; name: string; outcome: Outcome; now: number }
  | { kind: "dismiss"; key: number };

export const emptyDesk: Desk = { link: { phase: "offline" }, notices: [], nextNotice: 1 };

export function reduce(desk: Desk, action: Action): Desk {
  switch (action.kind) {
    case "link":
      return { ...desk, link: action.link };
    case "info":
      return { ...desk, info: action.info };
    case "message":
      return hear(apply(desk, action.message), action);
    case "watch":
      return desk.watched === action.market ? desk : { ...without(desk, "book"), watched: action.market };
    case "sent":
      return notice(desk, { name: action.name, state: "sent", text: "Sent, waiting for the answer.", at: action.now });
    case "settled":
      return settled(desk, action.name, action.outcome, action.now);
    case "dismiss":
      return { ...desk, notices: desk.notices.filter((one) => one.key !== action.key) };
  }
}

function apply(desk: Desk, message: DeskMessage): Desk {
  if (message.type === "snapshot") return { ...desk, view: bounded(message.payload) };
  if (message.type === "book") return message.payload.market === desk.watched ? { ...desk, book: message.payload } : desk;
  return desk.view === undefined ? desk : { ...desk, view: changed(desk.view, message) };
}

function changed(view: DeskView, message: Exclude<DeskMessage, { type: "snapshot" | "book" }>): DeskView {
  switch (message.type) {
    case "status":
      return { ...view, status: message.payload };
    case "account":
      return { ...view, account: message.payload };
    case "markets":
      return { ...view, markets: mergeMarkets(view.markets, message.payload) };
    case "orders":
      return { ...view, orders: message.payload };
    case "positions":
      return { ...view, positions: message.payload };
    case "decisions":
      return { ...view, decisions: appendById(view.decisions, message.payload, DECISION_LIMIT) };
    case "log":
      return { ...view, log: appendById(view.log, message.payload, LOG_LIMIT) };
    case "equity":
      return { ...view, equity: appendEquity(view.equity, message.payload) };
    case "refusals":
      return { ...view, refusals: message.payload };
    case "scores":
      return { ...view, scores: message.payload };
    case "risks":
      return { ...view, risks: message.payload };
    case "news":
      return { ...view, news: message.payload };
    case "research":
      return { ...view, research: message.payload };
    case "learning":
      return { ...view, learning: message.payload };
    case "proposals":
      return { ...view, proposals: message.payload };
    case "groups":
      return { ...view, groups: message.payload };
  }
}

function bounded(view: DeskView): DeskView {
  return { ...view, decisions: view.decisions.slice(-DECISION_LIMIT), log: view.log.slice(-LOG_LIMIT), equity: thinned(view.equity) };
}

function mergeMarkets(markets: MarketView[], changes: MarketChange[]): MarketView[] {
  const byTicker = new Map(markets.map((market) => [market.ticker, market]));
  for (const change of changes) {
    if ("gone" in change) byTicker.delete(change.ticker);
    else byTicker.set(change.ticker, change);
  }
  return [...byTicker.values()];
}

/** A row heard twice replaces itself: the server may repeat, the page must not. */
function appendById<T extends { id: number }>(rows: T[], more: T[], limit: number): T[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const row of more) byId.set(row.id, row);
  return [...byId.values()].sort((a, b) => a.id - b.id).slice(-limit);
}

function appendEquity(points: EquityPoint[], more: EquityPoint[]): EquityPoint[] {
  const last = points[points.length - 1];
  const fresh = last === undefined ? more : more.filter((point) => point.time > last.time);
  return fresh.length === 0 ? points : thinned([...points, ...fresh]);
}

/** Over the bound, the older half loses every second point: the shape of the whole stays, the recent part stays exact. */
function thinned(points: EquityPoint[]): EquityPoint[] {
  let kept = points;
  while (kept.length > EQUITY_LIMIT) {
    const half = Math.floor(kept.length / 2);
    kept = [...kept.slice(0, half).filter((_, index) => index % 2 === 0), ...kept.slice(half)];
  }
  return kept;
}

/**
 * When the desk's clock was last known. Against a running desk the envelope's own time says how old the status already was when it was
 * sent, so the two machines' clocks need not agree; a recording has a clock of its own, so there only its moving counts.
 */
function hear(desk: Desk, action: { message: DeskMessage; ts: number; now: number }): Desk {
  const { message, ts, now } = action;
  if (desk.view === undefined || (message.type !== "status" && message.type !== "snapshot")) return desk;
  const { time, mode } = desk.view.status;
  if (mode === "RECORDED" || Number.isNaN(ts)) {
    return desk.heard?.deskTime === time ? desk : { ...desk, heard: { deskTime: time, asOf: now } };
  }
  return { ...desk, heard: { deskTime: time, asOf: now - Math.max(0, (ts - time) / 1e6) } };
}

function settled(desk: Desk, name: string, outcome: Outcome, now: number): Desk {
  const text = outcome.kind === "ok" ? said(outcome.answer.result) : outcome.message;
  const waiting = desk.notices.find((one) => one.name === name && one.state === "sent");
  if (waiting === undefined) return notice(desk, { name, state: outcome.kind, text, at: now });
  const told: Notice = { ...waiting, state: outcome.kind, text, at: now };
  return { ...desk, notices: desk.notices.map((one) => (one === waiting ? told : one)) };
}

function said(result: unknown): string {
  if (typeof result === "string" && result !== "") return result;
  if (typeof result === "object" && result !== null) {
    const { message, text, state } = result as Record<string, unknown>;
    for (const value of [message, text]) if (typeof value === "string" && value !== "") return value;
    if (typeof state === "string") return `Accepted: the desk is ${state}.`;
  }
  return "Accepted.";
}

function notice(desk: Desk, entry: Omit<Notice, "key">): Desk {
  const notices = [...desk.notices, { ...entry, key: desk.nextNotice }].slice(-NOTICE_LIMIT);
  return { ...desk, notices, nextNotice: desk.nextNotice + 1 };
}

function without<K extends keyof Desk>(desk: Desk, key: K): Omit<Desk, K> {
  const { [key]: _, ...rest } = desk;
  return rest;
}
