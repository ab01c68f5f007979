// Builders that show only what matters to a test.
import type { LearningView } from "../src/bridge/learning";
import type { AccountView, BookView, DecisionView, DeskView, MarketView, OrderView, PositionView, StatusView } from "../src/bridge/protocol";
import type { ResearchCheck, ResearchView, ResearchWatch } from "../src/bridge/research";

export const T0 = 1_764_000_000_000_000_000;
export const SECOND = 1_000_000_000;

export const status = (more: Partial<StatusView> = {}): StatusView => ({
  mode: "SIMULATED", state: "running", breaker: "normal", feed: "live", time: T0, started: T0 - 60 * SECOND, events: 12, stateHash: "abc", version: "0.1.0", ...more,
});

export const account = (more: Partial<AccountView> = {}): AccountView => ({ reserved: "0.0000", realized: "0.0000", fees: "0.0000", exposure: "0.0000", ...more });

export const market = (ticker: string, more: Partial<MarketView> = {}): MarketView => ({
  ticker, event: "E", series: "S", title: `Title of ${ticker}`, status: "active", book: "live", position: "0.00", closes: T0 + 600 * SECOND, ...more,
});

export const order = (more: Partial<OrderView> = {}): OrderView => ({
  id: "o1", market: "M1", side: "yes", price: "0.4200", quantity: "10.00", filled: "4.00", state: "resting", placed: T0, ...more,
});

export const position = (more: Partial<PositionView> = {}): PositionView => ({
  market: "M1", side: "yes", quantity: "10.00", averageCost: "0.4200", realized: "0.0000", fees: "0.0700", ...more,
});

export const decision = (id: number, more: Partial<DecisionView> = {}): DecisionView => ({ id, time: T0, market: "M1", outcome: "held", reason: "edge below the fee", why: "", ...more });

export const book = (more: Partial<BookView> = {}): BookView => ({ market: "M1", state: "live", yes: [], no: [], ...more });

export const learning = (more: Partial<LearningView> = {}): LearningView => ({ settled: 0, standings: [], curves: [], versions: [], ...more });

export const address = (text: string, opens = true) => ({ text, opens });

export const watch = (more: Partial<ResearchWatch> = {}): ResearchWatch => ({ id: "w1", address: address("https://example.org/cpi"), everySeconds: 300, looks: 0, changes: 0, ...more });

export const check = (more: Partial<ResearchCheck> = {}): ResearchCheck => ({ market: "KXCPI-26MAY", address: address("https://example.org/cpi"), time: T0, found: [], more: 0, ...more });

export const research = (more: Partial<ResearchView> = {}): ResearchView => ({ watches: [], pages: [], checks: [], ...more });

export const view = (more: Partial<DeskView> = {}): DeskView => ({
  status: status(), account: account(), markets: [], orders: [], positions: [], decisions: [], log: [], equity: [], refusals: [], scores: [], risks: [], learning: learning(), news: [], ...more,
});
