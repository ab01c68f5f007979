// The one copy of what is known. Actions wait for the next frame and are reduced together, so a burst paints once.
import { createContext, useContext, useSyncExternalStore } from "react";
import { emptyDesk, reduce } from "./desk";
import type { Action, Desk } from "./desk";

/** More waiting than this is reduced at once: a hidden tab paints no frames. */
const QUEUE_LIMIT = 256;

export class Store {
  private desk: Desk;
  private queue: Action[] = [];
  private scheduled = false;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly schedule: (flush: () => void) => void = nextFrame, initial: Desk = emptyDesk) {
    this.desk = initial;
  }

  readonly get = (): Desk => this.desk;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  dispatch(action: Action): void {
    this.queue.push(action);
    if (this.queue.length >= QUEUE_LIMIT) this.flush();
    else if (!this.scheduled) {
      this.scheduled = true;
      this.schedule(() => this.flush());
    }
  }

  private flush(): void {
    this.scheduled = false;
    const waiting = this.queue;
    this.queue = [];
    if (waiting.length === 0) return;
    this.desk = waiting.reduce(reduce, this.desk);
    for (const listener of this.listeners) listener();
  }
}

function nextFrame(flush: () => void): void {
  if (document.hidden) setTimeout(flush, 500);
  else requestAnimationFrame(flush);
}

export const StoreContext = createContext<Store | null>(null);

/** A part of the desk; the component is drawn again only when that part is another value. */
export function useDesk<T>(select: (desk: Desk) => T): T {
  const store = useContext(StoreContext);
  if (store === null) throw new Error("No store above this component.");
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
