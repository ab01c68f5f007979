// One card at a time in a page of its own, and what it asked of the server.
import "./dom";
import assert from "node:assert/strict";
import { afterEach } from "node:test";
import type { ReactElement } from "react";
import { createRoot } from "react-dom/client";
import type { Root } from "react-dom/client";
import { act } from "react-dom/test-utils";
import { ClientContext } from "../src/bridge/client";
import type { Client } from "../src/bridge/client";
import type { Command } from "../src/bridge/protocol";

export const commands: Command[] = [];
const client = { command: (one: Command) => void commands.push(one), watch: () => undefined, dismiss: () => undefined } as unknown as Client;
let root: Root | undefined;

export function draw(element: ReactElement): HTMLElement {
  const place = document.createElement("div");
  document.body.append(place);
  act(() => {
    root = createRoot(place);
    root.render(<ClientContext.Provider value={client}>{element}</ClientContext.Provider>);
  });
  return place;
}

/** Takes the card that was drawn last away, as a page that moves on does. */
export const unmount = () => act(() => root?.unmount());

afterEach(() => {
  unmount();
  document.body.innerHTML = "";
  commands.length = 0;
});

export const text = (place: HTMLElement): string => place.textContent ?? "";
export const ignore = () => undefined;

export function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll("button")].filter((one) => one.textContent === name);
  const last = found[found.length - 1];
  assert(last, `a button ${name}`);
  return last;
}
export const click = (element: HTMLElement) => act(() => element.click());
