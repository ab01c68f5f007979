// The bridge's words, version 1, as the server writes them: money, prices and counts are strings, times are nanoseconds since 1970 as
// numbers (above 2^53, so a fraction of a microsecond is lost, which no screen shows). What the server does not know is absent.

import type { LearningView } from "./learning";
import type { ResearchView } from "./research";

export type Maybe<T> = T | null | undefined;

export interface StatusView {
  mode: string;
  state: string;
  blocked?: Maybe<string>;
  breaker: string;
  breakerReason?: Maybe<string>;
  feed: string;
  time: number;
  started: number;
  events: number;
  stateHash: string;
  version: string;
  /** Absent while the exchange has said nothing of its hours. */
  exchange?: Maybe<ExchangeView>;
}

/** The exchange's own hours: trading, paused (cancels are taken) or closed (nothing is); without a state nobody knows. */
export interface ExchangeView {
  state?: Maybe<string>;
  /** The announced end of the pause that is on. */
  until?: Maybe<number>;
  /** The next announced maintenance. */
  nextStart?: Maybe<number>;
  nextEnd?: Maybe<number>;
}

export interface AccountView {
  cash?: Maybe<string>;
  reserved: string;
  equity?: Maybe<string>;
  realized: string;
  unrealized?: Maybe<string>;
  fees: string;
  dayPnl?: Maybe<string>;
  drawdown?: Maybe<number>;
  exposure: string;
  reconciled?: Maybe<number>;
}

export interface MarketView {
  ticker: string;
  event: string;
  series: string;
  title: string;
  status: string;
  book: string;
  yesBid?: Maybe<string>;
  yesAsk?: Maybe<string>;
  yesBidSize?: Maybe<string>;
  yesAskSize?: Maybe<string>;
  last?: Maybe<string>;
  probability?: Maybe<number>;
  position: string;
  closes: number;
  updated?: Maybe<number>;
  spot?: Maybe<number>;
  reason?: Maybe<string>;
}

/** A market that changed, or one that left the desk. */
export type MarketChange = MarketView | { ticker: string; gone: true };

/** Each leg's resting bids in that leg's own dollars, best first. */
export interface BookView {
  market: string;
  state: string;
  yes: [string, string][];
  no: [string, string][];
  updated?: Maybe<number>;
}

export interface OrderView {
  id: string;
  orderId?: Maybe<string>;
  market: string;
  side: string;
  price: string;
  quantity: string;
  filled: string;
  state: string;
  placed: number;
  /** When the exchange takes it off the book; absent: never. */
  expires?: Maybe<number>;
  /** Why its last change was not made; absent when it was, or there was none. */
  changeRefused?: Maybe<string>;
  /** The order group that it counts in; absent: none. */
  group?: Maybe<string>;
}

export interface PositionView {
  market: string;
  side: string;
  quantity: string;
  averageCost: string;
  mark?: Maybe<string>;
  unrealized?: Maybe<string>;
  realized: string;
  fees: string;
}

export interface DecisionView {
  id: number;
  time: number;
  market: string;
  outcome: string;
  reason: string;
  side?: Maybe<string>;
  price?: Maybe<string>;
  quantity?: Maybe<string>;
  probability?: Maybe<number>;
  marketProbability?: Maybe<number>;
  edge?: Maybe<number>;
  why: string;
}

export interface LogView {
  id: number;
  time: number;
  level: string;
  text: string;
}

export interface EquityPoint {
  time: number;
  equity: string;
}

export interface ReasonCount {
  reason: string;
  count: number;
}

export interface ScoreView {
  name: string;
  forecasts: number;
  brier?: Maybe<number>;
  logLoss?: Maybe<number>;
  weight?: Maybe<number>;
}

/** What one correlated group could lose in bad times; without a name it is all of them together. */
export interface GroupRiskView {
  group?: Maybe<string>;
  used: string;
  limit: string;
  tailLoss: string;
  tailLimit: string;
}

export interface NewsView {
  heard: number;
  sources: string[];
  title: string;
  tone: string;
  score: number;
  topics: string[];
  matches: { market: string; shift: number; settlements: number }[];
  matched: number;
}

/** An order that an assistant proposes and the operator decides about, by its key. */
export interface ProposalView {
  key: string;
  asker: string;
  market: string;
  side: string;
  price: string;
  quantity: string;
  probability?: Maybe<number>;
  closesOnly: boolean;
  asked: number;
  expires: number;
}

/** Orders that an assistant put under one limit, which the exchange keeps: so many contracts within 15 seconds. */
export interface OrderGroupView {
  name: string;
  /** The exchange's name for it. */
  group?: Maybe<string>;
  limit?: Maybe<string>;
  used: string;
  /** Absent while it is not certain. */
  isTriggered?: Maybe<boolean>;
  isBeingSet: boolean;
  trouble?: Maybe<string>;
}

export interface DeskView {
  status: StatusView;
  account: AccountView;
  markets: MarketView[];
  orders: OrderView[];
  positions: PositionView[];
  decisions: DecisionView[];
  log: LogView[];
  equity: EquityPoint[];
  refusals: ReasonCount[];
  scores: ScoreView[];
  risks: GroupRiskView[];
  learning: LearningView;
  news: NewsView[];
  /** Absent at a desk that serves no browser. */
  research?: Maybe<ResearchView>;
  /** Absent from servers that know no assistants. */
  proposals?: ProposalView[];
  /** Absent from servers that do not tell them. */
  groups?: OrderGroupView[];
}

export interface Answer {
  id: string;
  ok: boolean;
  result?: unknown;
  error?: Maybe<{ code: string; message: string }>;
}

/** What `/session.json` says: where the bridge is, and the token that opens it. */
export interface SessionInfo {
  bridge: string;
  token: string;
  mode: string;
  version: string;
}

/** Everything the server sends but answers: these change what is shown. */
export type DeskMessage =
  | { type: "snapshot"; payload: DeskView }
  | { type: "status"; payload: StatusView }
  | { type: "account"; payload: AccountView }
  | { type: "markets"; payload: MarketChange[] }
  | { type: "orders"; payload: OrderView[] }
  | { type: "positions"; payload: PositionView[] }
  | { type: "decisions"; payload: DecisionView[] }
  | { type: "log"; payload: LogView[] }
  | { type: "equity"; payload: EquityPoint[] }
  | { type: "refusals"; payload: ReasonCount[] }
  | { type: "scores"; payload: ScoreView[] }
  | { type: "risks"; payload: GroupRiskView[] }
  | { type: "learning"; payload: LearningView }
  | { type: "news"; payload: NewsView[] }
  | { type: "research"; payload: ResearchView }
  | { type: "proposals"; payload: ProposalView[] }
  | { type: "groups"; payload: OrderGroupView[] }
  | { type: "book"; payload: BookView };

export type ServerMessage = DeskMessage | { type: "answer"; payload: Answer };

export interface Envelope {
  seq: number;
  ts: number;
  /** Absent for a type this page does not know: counted, never guessed at. */
  message?: ServerMessage;
}

export type ControlName = "start" | "pause" | "stop" | "kill" | "reset";
export type CommandName = ControlName | "roll_back" | "accept" | "decline" | "group_reset" | "group_delete";

export interface Command {
  name: CommandName;
  flatten?: boolean;
  reason?: string;
  version?: number;
  /** Of the proposal that is decided. */
  key?: string;
  /** The name of the order group that is reset or deleted. */
  group?: string;
}
