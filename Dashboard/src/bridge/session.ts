// One conversation with the bridge as a pure machine: what happened goes in, what to do comes out. It owns the greeting, the sequence
// numbers, what is still unanswered, and when to try again; the socket, the clock and chance are arguments.
import { decode, Unreadable } from "./decode";
import type { Answer, DeskMessage, Envelope, SessionInfo } from "./protocol";

/** offline -> fetching -> connecting -> greeting -> syncing -> live; a gap leads live -> syncing; any failure leads to offline. */
export type Phase = "offline" | "fetching" | "connecting" | "greeting" | "syncing" | "live";

export interface Pending {
  id: string;
  type: "hello" | "command" | "watch" | "resync";
  name: string;
  sentAt: number;
}

export interface Session {
  phase: Phase;
  /** Failures since the last snapshot: the step of the backoff. */
  attempt: number;
  info?: SessionInfo;
  /** The last sequence number heard on this socket. */
  seq?: number;
  nextId: number;
  pending: Pending[];
  heardAt: number;
  /** When a snapshot was last asked for, while one is owed. */
  syncAskedAt?: number;
  watch?: string;
  problem?: string;
}

export type Outcome = { kind: "ok"; answer: Answer } | { kind: "refused"; message: string } | { kind: "unknown"; message: string };

export type Input =
  | { kind: "start" }
  | { kind: "fetched"; info: SessionInfo }
  | { kind: "opened"; now: number }
  | { kind: "received"; text: string; now: number }
  | { kind: "failed"; problem: string; random: number }
  | { kind: "command"; payload: { name: string }; now: number }
  | { kind: "watch"; market: string; now: number }
  | { kind: "tick"; now: number };

export type Effect =
  | { kind: "fetch" }
  | { kind: "open"; url: string }
  | { kind: "send"; text: string }
  | { kind: "close"; problem: string }
  | { kind: "retry"; afterMs: number }
  | { kind: "deliver"; message: DeskMessage; ts: number }
  | { kind: "asked"; request: Pending }
  | { kind: "settled"; request: Pending; outcome: Outcome };

/** An answer later than this is reported as unknown: it may or may not have happened. */
export const ANSWER_LIMIT_MS = 10_000;
/** A silent socket is asked for a snapshot after the first, given up after the second. */
export const SILENCE_LIMIT_MS = 15_000;
export const SYNC_LIMIT_MS = 8_000;
export const BACKOFF_FIRST_MS = 500;
export const BACKOFF_LAST_MS = 15_000;
const PENDING_LIMIT = 32;

export function newSession(): Session {
  return { phase: "offline", attempt: 0, nextId: 1, pending: [], heardAt: 0 };
}

type Step = [Session, Effect[]];

export function step(session: Session, input: Input): Step {
  switch (input.kind) {
    case "start":
      return [{ ...session, phase: "fetching" }, [{ kind: "fetch" }]];
    case "fetched":
      return [{ ...session, phase: "connecting", info: input.info }, [{ kind: "open", url: input.info.bridge }]];
    case "opened":
      return greet(session, input.now);
    case "received":
      return receive(session, input.text, input.now);
    case "failed":
      return fail(session, input.problem, input.random);
    case "command":
      return ask(session, "command", input.payload, input.payload.name, input.now);
    case "watch":
      return watch(session, input.market, input.now);
    case "tick":
      return tick(session, input.now);
  }
}

/** Half to all of the doubled wait, so that many pages do not knock at once. */
export function backoffMs(attempt: number, random: number): number {
  const whole = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(whole * (0.5 + random / 2));
}

export const isConnected = (phase: Phase): boolean => phase === "live" || phase === "syncing";

function greet(session: Session, now: number): Step {
  const fresh: Session = { ...session, phase: "greeting", nextId: 1, heardAt: now, syncAskedAt: now };
  delete fresh.seq;
  return ask(fresh, "hello", { token: session.info?.token ?? "" }, "hello", now);
}

function receive(session: Session, text: string, now: number): Step {
  let envelope: Envelope;
  try {
    envelope = decode(text);
  } catch (error) {
    return [session, [{ kind: "close", problem: error instanceof Unreadable ? error.message : String(error) }]];
  }
  const gap = session.seq !== undefined && envelope.seq !== session.seq + 1;
  const heard: Session = { ...session, seq: envelope.seq, heardAt: now };
  const { message } = envelope;
  if (message?.type === "snapshot") return settle(heard, message, envelope.ts, now);
  const [next, effects] = message?.type === "answer" ? answered(heard, message.payload) : increment(heard, message, envelope.ts, gap);
  if (!gap || next.phase !== "live") return [next, effects];
  const [synced, asked] = resync(next, now);
  return [synced, [...effects, ...asked]];
}

function settle(session: Session, message: DeskMessage, ts: number, now: number): Step {
  const live: Session = { ...session, phase: "live", attempt: 0 };
  delete live.syncAskedAt;
  delete live.problem;
  const [next, asked] = session.watch === undefined ? [live, []] : ask(live, "watch", { market: session.watch }, "watch", now);
  return [next, [{ kind: "deliver", message, ts }, ...asked]];
}

function increment(session: Session, message: DeskMessage | undefined, ts: number, gap: boolean): Step {
  if (message === undefined || gap || session.phase !== "live") return [session, []];
  return [session, [{ kind: "deliver", message, ts }]];
}

function answered(session: Session, answer: Answer): Step {
  const request = session.pending.find((one) => one.id === answer.id);
  if (request === undefined) return [session, []];
  const rest: Session = { ...session, pending: session.pending.filter((one) => one !== request) };
  const message = answer.error?.message ?? "The server refused without a reason.";
  const outcome: Outcome = answer.ok ? { kind: "ok", answer } : { kind: "refused", message };
  const effects: Effect[] = [{ kind: "settled", request, outcome }];
  if (request.type !== "hello") return [rest, effects];
  if (!answer.ok) return [rest, [...effects, { kind: "close", problem: `The bridge refused this page: ${message}` }]];
  return [session.phase === "greeting" ? { ...rest, phase: "syncing" } : rest, effects];
}

function resync(session: Session, now: number): Step {
  return ask({ ...session, phase: "syncing", syncAskedAt: now }, "resync", undefined, "resync", now);
}

function watch(session: Session, market: string, now: number): Step {
  const chosen = { ...session, watch: market };
  return session.phase === "live" ? ask(chosen, "watch", { market }, "watch", now) : [chosen, []];
}

function ask(session: Session, type: Pending["type"], payload: object | undefined, name: string, now: number): Step {
  const request: Pending = { id: String(session.nextId), type, name, sentAt: now };
  if (type === "command" && !isConnected(session.phase)) {
    return [session, [{ kind: "settled", request, outcome: { kind: "refused", message: "Not sent: the bridge is not connected." } }]];
  }
  // At the bound the oldest question is forgotten, never a command: those are few and time out first.
  const kept = session.pending.length < PENDING_LIMIT ? session.pending : dropOldest(session.pending);
  const next: Session = { ...session, nextId: session.nextId + 1, pending: [...kept, request] };
  const text = JSON.stringify({ v: 1, type, id: request.id, ...(payload === undefined ? {} : { payload }) });
  return [next, [{ kind: "send", text }, { kind: "asked", request }]];
}

function dropOldest(pending: Pending[]): Pending[] {
  const victim = pending.find((one) => one.type !== "command") ?? pending[0];
  return pending.filter((one) => one !== victim);
}

function fail(session: Session, problem: string, random: number): Step {
  const lost = session.pending.map((request): Effect => {
    const message = "The connection was lost before an answer came: it may or may not have happened.";
    return { kind: "settled", request, outcome: { kind: "unknown", message } };
  });
  const next: Session = { ...session, phase: "offline", attempt: session.attempt + 1, pending: [], problem };
  delete next.seq;
  delete next.syncAskedAt;
  return [next, [...lost, { kind: "retry", afterMs: backoffMs(session.attempt, random) }]];
}

function tick(session: Session, now: number): Step {
  if (session.phase === "offline" || session.phase === "fetching" || session.phase === "connecting") return [session, []];
  const late = session.pending.filter((one) => now - one.sentAt > ANSWER_LIMIT_MS);
  const effects = late.map((request): Effect => {
    const message = `No answer in ${ANSWER_LIMIT_MS / 1000} s: it may or may not have happened.`;
    return { kind: "settled", request, outcome: { kind: "unknown", message } };
  });
  const next = late.length === 0 ? session : { ...session, pending: session.pending.filter((one) => !late.includes(one)) };
  if (next.syncAskedAt !== undefined && now - next.syncAskedAt > SYNC_LIMIT_MS) {
    return [next, [...effects, { kind: "close", problem: "The bridge sent no snapshot when asked." }]];
  }
  if (next.phase === "live" && now - next.heardAt > SILENCE_LIMIT_MS) {
    const [synced, asked] = resync(next, now);
    return [synced, [...effects, ...asked]];
  }
  return [next, effects];
}
