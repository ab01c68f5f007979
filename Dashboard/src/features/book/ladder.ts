// A YES ladder from two lists of bids: a bid for NO at p is an offer of YES at one dollar less p.
import type { BookView, OrderView } from "../../bridge/protocol";
import { fixed, parseDecimal } from "../../lib/decimal";

export interface Rung {
  /** YES dollars, four decimals. */
  price: string;
  size: string;
  /** All that rests at this price or better, hundredths kept. */
  total: string;
  /** The total as a part of the deepest shown, 0 to 1. */
  depth: number;
  /** This level alone as a part of the deepest total. */
  own: number;
  ours: boolean;
}

export interface Ladder {
  /** Best first. */
  asks: Rung[];
  bids: Rung[];
  spread?: string;
}

const DOLLAR = 10_000n;

export function ladder(book: BookView, orders: OrderView[], depth: number): Ladder {
  const ours = ourPrices(book.market, orders);
  const bids = rungs(book.yes, depth, (price) => price);
  const asks = rungs(book.no, depth, (price) => DOLLAR - price);
  const deepest = [...bids, ...asks].reduce((most, rung) => (rung.total > most ? rung.total : most), 1n);
  const [bid, ask] = [bids[0], asks[0]];
  const finish = (side: string) => (rung: Raw): Rung => ({
    price: plain(rung.price), size: plain(rung.size), total: plain(rung.total),
    depth: Number(rung.total) / Number(deepest), own: Number(rung.size) / Number(deepest), ours: ours.has(`${side}${rung.price}`),
  });
  const spread = bid === undefined || ask === undefined ? {} : { spread: plain(ask.price - bid.price) };
  return { bids: bids.map(finish("yes")), asks: asks.map(finish("no")), ...spread };
}

interface Raw {
  price: bigint;
  size: bigint;
  total: bigint;
}

function rungs(levels: [string, string][], depth: number, toYes: (price: bigint) => bigint): Raw[] {
  let total = 0n;
  return levels.slice(0, depth).flatMap(([priceText, sizeText]) => {
    const [price, size] = [parseDecimal(priceText), parseDecimal(sizeText)];
    if (price === undefined || size === undefined) return [];
    total += size;
    return [{ price: toYes(price), size, total }];
  });
}

function ourPrices(market: string, orders: OrderView[]): Set<string> {
  const prices = new Set<string>();
  for (const order of orders) {
    const price = parseDecimal(order.price);
    if (order.market !== market || price === undefined) continue;
    const side = /\bno\b/i.test(order.side) ? "no" : "yes";
    prices.add(`${side}${side === "no" ? DOLLAR - price : price}`);
  }
  return prices;
}

const plain = (value: bigint): string => fixed(value, 4).replace(/,/g, "").replace("\u2212", "-");
