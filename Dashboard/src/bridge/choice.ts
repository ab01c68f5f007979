import type { DeskView } from "./protocol";

/** Which market to watch when nobody chose: one we hold, else a live book, else any; the soonest to close among them. */
export function defaultMarket(view: DeskView): string | undefined {
  const held = new Set(view.positions.map((position) => position.market));
  const rank = (ticker: string, book: string) => (held.has(ticker) ? 0 : book === "live" ? 1 : 2);
  const sorted = view.markets
    .filter((market) => market.closes > view.status.time)
    .sort((a, b) => rank(a.ticker, a.book) - rank(b.ticker, b.book) || a.closes - b.closes || a.ticker.localeCompare(b.ticker));
  return (sorted[0] ?? view.markets[0])?.ticker;
}
