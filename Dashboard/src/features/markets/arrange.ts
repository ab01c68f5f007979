// Which markets are listed, in which order, under which series.
import type { MarketView } from "../../bridge/protocol";
import { toNumber } from "../../lib/decimal";
import { known } from "../../lib/format";

export type SortKey = "closes" | "market" | "bid" | "ask" | "last" | "edge" | "position";

export interface Sort {
  key: SortKey;
  up: boolean;
}

export interface Group {
  series: string;
  markets: MarketView[];
}

/** The middle of the two-sided YES quote: what the market itself thinks. Absent with either side. */
export function marketProbability(market: MarketView): number | undefined {
  const [bid, ask] = [toNumber(market.yesBid), toNumber(market.yesAsk)];
  return bid === undefined || ask === undefined ? undefined : (bid + ask) / 2;
}

export function edge(market: MarketView): number | undefined {
  const theirs = marketProbability(market);
  return theirs === undefined || !known(market.probability) ? undefined : market.probability - theirs;
}

export function arrange(markets: MarketView[], search: string, sort: Sort): Group[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = markets.filter((market) => {
    const text = `${market.ticker} ${market.title} ${market.series} ${market.event}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const groups = new Map<string, MarketView[]>();
  for (const market of found) groups.set(market.series, [...(groups.get(market.series) ?? []), market]);
  return [...groups]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([series, members]) => ({ series, markets: members.sort((a, b) => compare(a, b, sort)) }));
}

/** The unknown comes last in either direction; equals keep the order of their tickers. */
function compare(a: MarketView, b: MarketView, { key, up }: Sort): number {
  const [x, y] = [value(a, key), value(b, key)];
  const tie = a.ticker.localeCompare(b.ticker, "en", { numeric: true });
  if (x === undefined || y === undefined) return x === y ? tie : x === undefined ? 1 : -1;
  const order = typeof x === "string" || typeof y === "string" ? String(x).localeCompare(String(y), "en", { numeric: true }) : x - y;
  return (up ? order : -order) || tie;
}

function value(market: MarketView, key: SortKey): number | string | undefined {
  switch (key) {
    case "closes":
      return market.closes;
    case "market":
      return market.title || market.ticker;
    case "bid":
      return toNumber(market.yesBid);
    case "ask":
      return toNumber(market.yesAsk);
    case "last":
      return toNumber(market.last);
    case "edge": {
      const size = edge(market);
      return size === undefined ? undefined : Math.abs(size);
    }
    case "position":
      return Math.abs(toNumber(market.position) ?? 0);
  }
}
