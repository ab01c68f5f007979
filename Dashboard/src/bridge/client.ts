// The edge: carries the session's effects out with the browser's fetch, WebSocket and timers, and tells the store what came.
import { createContext, useContext } from "react";
import { decodeSession } from "./decode";
import { defaultMarket } from "./choice";
import type { Command } from "./protocol";
import { newSession, step } from "./session";
import type { Effect, Input, Session } from "./session";
import type { Store } from "./store";

/** The parts of a WebSocket that are used, so that a test can stand in for it. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

export interface World {
  fetchSession(): Promise<unknown>;
  open(url: string): Socket;
  now(): number;
  random(): number;
  after(ms: number, run: () => void): void;
}

const TICK_MS = 1_000;
const FETCH_LIMIT_MS = 5_000;

export const browser: World = {
  async fetchSession() {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), FETCH_LIMIT_MS);
    const response = await fetch("/session.json", { cache: "no-store", signal: limit.signal }).finally(() => clearTimeout(timer));
    if (!response.ok) throw new Error(`The server answered ${response.status} to this page.`);
    return (await response.json()) as unknown;
  },
  open: (url) => new WebSocket(url) as unknown as Socket,
  now: () => Date.now(),
  random: () => Math.random(),
  after: (ms, run) => void setTimeout(run, ms),
};

export class Client {
  private session: Session = newSession();
  private socket: Socket | undefined;
  private stopped = false;

  constructor(private readonly store: Store, private readonly world: World = browser) {
    store.subscribe(() => this.chooseMarket());
  }

  start(): void {
    this.feed({ kind: "start" });
    this.tick();
  }

  stop(): void {
    this.stopped = true;
    this.forget();
  }

  command(payload: Command): void {
    this.feed({ kind: "command", payload, now: this.world.now() });
  }

  watch(market: string): void {
    this.store.dispatch({ kind: "watch", market });
    this.feed({ kind: "watch", market, now: this.world.now() });
  }

  dismiss(key: number): void {
    this.store.dispatch({ kind: "dismiss", key });
  }

  private tick(): void {
    if (this.stopped) return;
    this.feed({ kind: "tick", now: this.world.now() });
    this.world.after(TICK_MS, () => this.tick());
  }

  private feed(input: Input): void {
    if (this.stopped) return;
    const before = this.session;
    const [next, effects] = step(before, input);
    this.session = next;
    if (next.phase !== before.phase) this.tellLink(effects);
    for (const effect of effects) this.carryOut(effect);
  }

  private tellLink(effects: Effect[]): void {
    const retry = effects.find((effect) => effect.kind === "retry");
    const { phase, problem } = this.session;
    const retryAt = retry?.kind === "retry" ? { retryAt: this.world.now() + retry.afterMs } : {};
    this.store.dispatch({ kind: "link", link: { phase, ...(problem === undefined ? {} : { problem }), ...retryAt } });
  }

  private carryOut(effect: Effect): void {
    switch (effect.kind) {
      case "fetch":
        return this.fetch();
      case "open":
        return this.open(effect.url);
      case "send":
        return this.socket?.send(effect.text);
      case "close":
        return this.fail(effect.problem);
      case "retry":
        return this.world.after(effect.afterMs, () => this.feed({ kind: "start" }));
      case "deliver":
        return this.store.dispatch({ kind: "message", message: effect.message, ts: effect.ts, now: this.world.now() });
      case "asked":
        if (effect.request.type === "command") this.store.dispatch({ kind: "sent", name: effect.request.name, now: this.world.now() });
        return;
      case "settled":
        if (effect.request.type !== "command") return;
        return this.store.dispatch({ kind: "settled", name: effect.request.name, outcome: effect.outcome, now: this.world.now() });
    }
  }

  private fetch(): void {
    this.world
      .fetchSession()
      .then((value) => {
        const info = decodeSession(value);
        this.store.dispatch({ kind: "info", info: { mode: info.mode, version: info.version } });
        this.feed({ kind: "fetched", info });
      })
      .catch((error: unknown) => this.fail(reason(error, "The server does not answer.")));
  }

  private open(url: string): void {
    let socket: Socket;
    try {
      socket = this.world.open(url);
    } catch (error) {
      return this.fail(reason(error, "The bridge's address is not one a browser can open."));
    }
    this.socket = socket;
    socket.onopen = () => this.feed({ kind: "opened", now: this.world.now() });
    socket.onmessage = (event) => this.feed({ kind: "received", text: String(event.data), now: this.world.now() });
    socket.onclose = () => this.fail("The connection to the bridge closed.");
  }

  private fail(problem: string): void {
    this.forget();
    this.feed({ kind: "failed", problem, random: this.world.random() });
  }

  private forget(): void {
    const { socket } = this;
    this.socket = undefined;
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** Some market is always watched if there is one: the operator's, else the soonest to close. */
  private chooseMarket(): void {
    const { view, watched } = this.store.get();
    if (view === undefined || view.markets.some((market) => market.ticker === watched)) return;
    const choice = defaultMarket(view);
    if (choice !== undefined && choice !== watched) this.watch(choice);
  }
}

function reason(error: unknown, otherwise: string): string {
  return error instanceof Error && error.name !== "TypeError" ? error.message : otherwise;
}

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error("No client above this component.");
  return client;
}
