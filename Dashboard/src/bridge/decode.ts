// The gate: text from the socket becomes an envelope, or one sentence saying why it cannot. Everything behind it trusts the shape.
import type { Envelope, ServerMessage, SessionInfo } from "./protocol";

const VERSION = 1;

const lists = ["orders", "positions", "decisions", "log", "equity", "refusals", "scores", "risks", "news", "markets"] as const;

export class Unreadable extends Error {}

export function decode(text: string): Envelope {
  const envelope = record(parse(text), "the message");
  if (envelope["v"] !== VERSION) throw new Unreadable(`The server speaks protocol ${String(envelope["v"])}, this page ${VERSION}.`);
  const { seq, ts, type, payload } = envelope;
  if (typeof seq !== "number" || typeof type !== "string") throw new Unreadable("A message came without number or type.");
  const message = messageOf(type, payload);
  const base = { seq, ts: typeof ts === "number" ? ts : NaN };
  return message === undefined ? base : { ...base, message };
}

export function decodeSession(value: unknown): SessionInfo {
  const info = record(value, "the session");
  const { bridge, token, mode, version } = info;
  if (typeof bridge !== "string" || typeof token !== "string") throw new Unreadable("The server's session names no bridge.");
  return { bridge, token, mode: typeof mode === "string" ? mode : "", version: typeof version === "string" ? version : "" };
}

function messageOf(type: string, payload: unknown): ServerMessage | undefined {
  if (type === "snapshot") return { type, payload: snapshot(payload) } as unknown as ServerMessage;
  if (type === "answer") {
    const answer = record(payload, type);
    return { type, payload: { ...answer, id: String(answer["id"]), ok: answer["ok"] === true } } as ServerMessage;
  }
  if (type === "status" || type === "account" || type === "book") {
    return { type, payload: type === "book" ? book(payload) : record(payload, type) } as unknown as ServerMessage;
  }
  if (type === "research") return { type, payload: research(payload) } as unknown as ServerMessage;
  if (type === "learning") return { type, payload: learning(payload) } as unknown as ServerMessage;
  if (type === "proposals" || type === "groups" || (lists as readonly string[]).includes(type)) return { type, payload: records(payload, type) } as unknown as ServerMessage;
  return undefined;
}

function snapshot(payload: unknown) {
  const view = record(payload, "snapshot");
  const whole: Record<string, unknown> = { status: record(view["status"], "status"), account: record(view["account"], "account") };
  for (const name of lists) whole[name] = records(view[name], name);
  whole["learning"] = learning(view["learning"]);
  for (const name of ["proposals", "groups"]) if (view[name] !== undefined) whole[name] = records(view[name], name);
  if (view["research"] !== undefined && view["research"] !== null) whole["research"] = research(view["research"]);
  return whole;
}

function learning(payload: unknown) {
  const view = record(payload, "learning");
  const part = (name: string, inner: string) => records(view[name], name).map((one) => ({ ...one, [inner]: records(one[inner], inner) }));
  const whole = { ...view, standings: records(view["standings"], "standings"), curves: part("curves", "points"), versions: part("versions", "changes") };
  return view["orders"] === undefined ? whole : { ...whole, orders: orderRecord(view["orders"]) };
}

function orderRecord(payload: unknown) {
  const view = record(payload, "orders of the learner");
  const parts = Object.fromEntries(["credits", "fees", "waits", "adverse"].map((name) => [name, records(view[name], name)]));
  return view["foreseen"] === undefined ? parts : { ...parts, foreseen: record(view["foreseen"], "foreseen profit") };
}

function research(payload: unknown) {
  const view = record(payload, "research");
  const part = (name: string) => records(view[name], name).map((one) => ({ ...one, address: record(one["address"], "an address") }));
  const checks = part("checks").map((one: Record<string, unknown>) => {
    if (!Array.isArray(one["found"])) throw new Unreadable("A check came without what it found.");
    return { ...one, found: one["found"].map(String) };
  });
  return { watches: part("watches"), pages: part("pages"), checks };
}

function book(payload: unknown) {
  const view = record(payload, "book");
  return { ...view, yes: levels(view["yes"]), no: levels(view["no"]) };
}

function levels(value: unknown): [string, string][] {
  if (!Array.isArray(value)) throw new Unreadable("A book came without its levels.");
  return value.map((level: unknown) => {
    if (!Array.isArray(level) || level.length < 2) throw new Unreadable("A book level came without price or size.");
    return [String(level[0]), String(level[1])];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable("The server sent something that is not JSON.");
  }
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Unreadable(`The server sent ${what} without its fields.`);
  return value as Record<string, unknown>;
}

function records(value: unknown, what: string): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw new Unreadable(`The server sent ${what} that is not a list.`);
  return value.map((entry) => record(entry, `an entry of ${what}`));
}
