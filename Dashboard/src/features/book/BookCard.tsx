import { Card, Empty, Scroller } from "../../aura/Card";
import { Chip } from "../../aura/Chip";
import { cx } from "../../aura/cx";
import { guarded } from "../../aura/Guard";
import type { BookView, MarketView, OrderView } from "../../bridge/protocol";
import { ABSENT, cents, count, known } from "../../lib/format";
import { span } from "../../lib/time";
import { ladder } from "./ladder";
import type { Rung } from "./ladder";

interface BookCardProps {
  book: BookView | undefined;
  market: MarketView | undefined;
  orders: OrderView[];
  deskNow: number | undefined;
  stale: boolean;
  className?: string;
}

const DEPTH = 6;

export const BookCard = guarded("Order book", function BookCard({ book, market, orders, deskNow, stale, className }: BookCardProps) {
  return (
    <Card title="Order book" stale={stale} {...(className === undefined ? {} : { className })} aside={book === undefined ? undefined : <StateChip state={book.state} stale={stale} />}>
      {market !== undefined && <p className="truncate px-4 text-[0.8125rem] text-quiet" title={market.title}>{market.title || market.ticker}</p>}
      {book === undefined ? (
        <Empty>{market === undefined ? "Choose a market to see its book." : "Waiting for this market's book."}</Empty>
      ) : (
        <Levels book={book} orders={orders} deskNow={deskNow} />
      )}
    </Card>
  );
});

function StateChip({ state, stale }: { state: string; stale: boolean }) {
  if (stale) return <Chip title="The state when the desk was last heard">was {state}</Chip>;
  const tone = state === "live" ? "profit" : state === "frozen" ? "warning" : "quiet";
  return <Chip tone={tone} title={state === "frozen" ? "A message was missed: nothing is traded on it until a new snapshot" : "The state of this book"}>{state}</Chip>;
}

function Levels({ book, orders, deskNow }: { book: BookView; orders: OrderView[]; deskNow: number | undefined }) {
  const { bids, asks, spread } = ladder(book, orders, DEPTH);
  if (bids.length + asks.length === 0) return <Empty>{book.state === "live" ? "Nobody rests an order in this market." : `The book is ${book.state}: no level is known.`}</Empty>;
  return (
    <>
      <Scroller label="Order book levels" className={cx("mt-1 px-2", book.state === "frozen" && "aged")}>
        <table className="w-full table-fixed border-separate border-spacing-y-px text-[0.8125rem]">
          <caption className="sr-only">YES offers above, YES bids below, best in the middle</caption>
          <thead>
            <tr className="eyebrow">
              <th scope="col" className="px-2 text-left font-medium">YES price</th>
              <th scope="col" className="px-2 text-right font-medium">Contracts</th>
              <th scope="col" className="px-2 text-right font-medium">Total</th>
            </tr>
          </thead>
          <tbody>
            {asks.length === 0 ? <NoSide text="No offers" /> : [...asks].reverse().map((rung) => <Level key={rung.price} rung={rung} side="ask" />)}
            <tr>
              <td colSpan={3} className="px-2 py-1 text-[0.6875rem] text-quiet">
                <span className="flex items-center gap-2 before:h-px before:flex-1 before:bg-white/8 after:h-px after:flex-1 after:bg-white/8">
                  spread <span className="figures text-soft">{spread === undefined ? ABSENT : cents(spread)}</span>
                </span>
              </td>
            </tr>
            {bids.length === 0 ? <NoSide text="No bids" /> : bids.map((rung) => <Level key={rung.price} rung={rung} side="bid" />)}
          </tbody>
        </table>
      </Scroller>
      <p className="px-4 pt-1 pb-3 text-[0.6875rem] text-quiet">
        {known(book.updated) && deskNow !== undefined ? changed(deskNow - book.updated) : "Time of the last change unknown"}
        {[...bids, ...asks].some((rung) => rung.ours) && <span className="ml-3"><span aria-hidden="true" className="text-accent">●</span> our order rests here</span>}
      </p>
    </>
  );
}

const changed = (age: number): string => (age < 1e9 ? "Changed just now" : `Changed ${span(age)} ago`);

function NoSide({ text }: { text: string }) {
  return <tr><td colSpan={3} className="px-2 py-2 text-center text-quiet">{text}</td></tr>;
}

function Level({ rung, side }: { rung: Rung; side: "bid" | "ask" }) {
  const [bar, ink] = side === "bid" ? ["var(--color-yes)", "text-yes"] : ["var(--color-no)", "text-no"];
  const mix = (part: number) => `color-mix(in oklch, ${bar} ${part}%, transparent)`;
  const [deep, own] = [`${(rung.depth * 100).toFixed(1)}%`, `${(rung.own * 100).toFixed(1)}%`];
  const background = `linear-gradient(to left, ${mix(30)} ${own}, ${mix(12)} ${own}, ${mix(12)} ${deep}, transparent ${deep})`;
  return (
    <tr className="figures" data-side={side} style={{ background }}>
      <td className={cx("rounded-l-md px-2 leading-[1.375rem] font-semibold", ink)}>
        {cents(rung.price)}
        {rung.ours && <span className="ml-1.5 text-accent" role="img" aria-label="our order rests here">●</span>}
      </td>
      <td className="px-2 text-right text-bright">{count(rung.size)}</td>
      <td className="rounded-r-md px-2 text-right text-soft">{count(rung.total)}</td>
    </tr>
  );
}
