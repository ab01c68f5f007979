// The little of node and jsdom that the tests use: Debian has no types for either.
declare module "node:test" {
  export function test(name: string, run: () => void | Promise<void>): void;
  export function describe(name: string, run: () => void): void;
  export function afterEach(run: () => void): void;
}
declare module "node:assert/strict" {
  interface Assert {
    (value: unknown, message?: string): asserts value;
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    match(actual: string, pattern: RegExp, message?: string): void;
    throws(run: () => unknown, pattern?: RegExp): void;
  }
  const assert: Assert;
  export default assert;
}
declare module "react-dom/test-utils" {
  export function act(run: () => void): void;
}
declare function require(name: "jsdom"): { JSDOM: new (html: string, options: { url: string; pretendToBeVisual: boolean }) => { window: Window & typeof globalThis } };
