import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../src/bridge/client";
import type { Socket, World } from "../src/bridge/client";
import { Store } from "../src/bridge/store";
import { market, position, SECOND, T0, view } from "./samples";

/** A world whose time, chance, server and wire the test holds. */
class TestWorld implements World {
  time = 0;
  timers: { at: number; run: () => void }[] = [];
  sockets: TestSocket[] = [];
  down = false;
  fetchSession = (): Promise<unknown> => (this.down ? Promise.reject(new TypeError("refused")) : Promise.resolve({ bridge: "ws://b/", token: "t", mode: "DEMO", version: "1" }));
  open = (): Socket => {
    const socket = new TestSocket();
    this.sockets.push(socket);
    return socket;
  };
  now = () => this.time;
  random = () => 0;
  after = (ms: number, run: () => void) => void this.timers.push({ at: this.time + ms, run });

  async pass(ms: number) {
    const end = this.time + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }
}

class TestSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  sent: { type: string; payload?: unknown }[] = [];
  closed = false;
  seq = 0;
  send = (text: string) => void this.sent.push(JSON.parse(text) as { type: string });
  close = () => (this.closed = true);
  say(type: string, payload: unknown) {
    this.seq += 1;
    this.onmessage?.({ data: JSON.stringify({ v: 1, seq: this.seq, type, ts: T0, payload }) });
  }
}

declare function setImmediate(run: (value: unknown) => void): void;

async function connected(): Promise<{ world: TestWorld; store: Store; client: Client; socket: TestSocket }> {
  const world = new TestWorld();
  const store = new Store((flush) => flush());
  const client = new Client(store, world);
  client.start();
  await world.pass(0);
  const socket = world.sockets[0];
  assert(socket);
  socket.onopen?.();
  socket.say("answer", { id: "1", ok: true });
  socket.say("snapshot", view({ markets: [market("LATE", { closes: T0 + 90 * SECOND }), market("SOON", { closes: T0 + 9 * SECOND })] }));
  return { world, store, client, socket };
}

test("the page connects, shows the snapshot and watches the soonest market by itself", async () => {
  const { store, socket, client } = await connected();
  assert.equal(store.get().link.phase, "live");
  assert.equal(store.get().info?.mode, "DEMO");
  assert.deepEqual(socket.sent.map((one) => one.type), ["hello", "watch"]);
  assert.deepEqual(socket.sent[1]?.payload, { market: "SOON" });
  client.stop();
});

test("a watched market that leaves is replaced by one that is held", async () => {
  const { store, socket, client } = await connected();
  socket.say("positions", [position({ market: "LATE" })]);
  socket.say("markets", [{ ticker: "SOON", gone: true }]);
  assert.equal(store.get().watched, "LATE");
  client.stop();
});

test("after a lost connection the page comes back by itself and shows what the server says then", async () => {
  const { world, store, socket, client } = await connected();
  world.down = true;
  socket.onclose?.();
  assert.equal(store.get().link.phase, "offline");
  await world.pass(20_000);
  assert.equal(world.sockets.length, 1);
  assert.equal(store.get().link.problem, "The server does not answer.");
  world.down = false;
  await world.pass(20_000);
  const next = world.sockets[1];
  assert(next);
  next.onopen?.();
  next.say("snapshot", view({ markets: [market("NEW")] }));
  assert.equal(store.get().link.phase, "live");
  assert.deepEqual(store.get().view?.markets.map((one) => one.ticker), ["NEW"]);
  client.stop();
});

test("a socket that was given up can no longer speak", async () => {
  const { store, socket, client } = await connected();
  socket.onmessage?.({ data: "nonsense" });
  assert.equal(socket.closed, true);
  assert.equal(socket.onmessage, null);
  assert.match(store.get().link.problem ?? "", /not JSON/);
  client.stop();
});

test("a command's way is told from sent to accepted", async () => {
  const { store, socket, client } = await connected();
  client.command({ name: "kill", flatten: true });
  assert.deepEqual(socket.sent[2], { v: 1, type: "command", id: "3", payload: { name: "kill", flatten: true } });
  assert.deepEqual(store.get().notices.map((one) => one.state), ["sent"]);
  socket.say("answer", { id: "3", ok: true, result: { state: "killing" } });
  assert.deepEqual(store.get().notices.map((one) => [one.state, one.text]), [["ok", "Accepted: the desk is killing."]]);
  client.stop();
});
