// What settlements have taught, as the bridge says it: the words are those of protocol.ts.

import type { Maybe } from "./protocol";

export interface StandingView {
  family: string;
  strategy: string;
  stage: string;
  weight: number;
  influence: number;
  events: number;
  capital: number;
  promotion: number;
  drift: number;
  driftLimit: number;
}

export interface CurvePoint {
  said: number;
  cameTrue: number;
  low: number;
  high: number;
  markets: number;
}

export interface CurveView {
  name: string;
  points: CurvePoint[];
}

export interface VersionChange {
  name: string;
  now?: Maybe<number>;
  was?: Maybe<number>;
}

export interface VersionView {
  number: number;
  changed: number;
  changes: VersionChange[];
}

export interface LearningView {
  settled: number;
  standings: StandingView[];
  curves: CurveView[];
  versions: VersionView[];
  /** Absent from servers that do not tell it. */
  orders?: OrderRecordView;
}

/** What the orders of one strategy, or of another reason, brought in one family: settled markets, net of fees. */
export interface CreditView {
  family: string;
  name: string;
  gain: string;
  fees: string;
  contracts: string;
  markets: number;
}

/** Fees of one series, foretold with the rounding of their orders and as charged; `surcharge` is what the next contract is expected to cost beyond the rate. */
export interface FeeView {
  series: string;
  liquidity: string;
  fills: number;
  contracts: string;
  rate: string;
  predicted: string;
  charged: string;
  surprises: number;
  surcharge: number;
}

/** Resting orders with as many contracts ahead: first fills as foretold, with what chance alone explains, and as they came. */
export interface WaitView {
  series: string;
  ahead: number;
  waits: number;
  fills: number;
  seconds: number;
  predicted: number;
  low: number;
  high: number;
}

/** How the middle moved half a minute after maker fills; below zero is against us. */
export interface AdverseView {
  series: string;
  fills: number;
  moved: number;
  cost: number;
}

/** P&L of settled events as it was expected when it was bought, in dollars, with its 95 % interval, beside what came. */
export interface ForeseenView {
  events: number;
  expected: number;
  low: number;
  high: number;
  came: string;
}

export interface OrderRecordView {
  credits: CreditView[];
  fees: FeeView[];
  waits: WaitView[];
  adverse: AdverseView[];
  foreseen?: ForeseenView;
}
