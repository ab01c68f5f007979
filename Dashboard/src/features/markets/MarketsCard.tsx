import { useDeferredValue, useId, useMemo, useState } from "react";
import { Card, Empty, Scroller } from "../../aura/Card";
import { cx } from "../../aura/cx";
import { guarded } from "../../aura/Guard";
import type { MarketView } from "../../bridge/protocol";
import { arrange } from "./arrange";
import type { Sort, SortKey } from "./arrange";
import { MarketRow } from "./MarketRow";

interface MarketsCardProps {
  markets: MarketView[] | undefined;
  watched: string | undefined;
  deskNow: number | undefined;
  stale: boolean;
  onSelect: (ticker: string) => void;
  className?: string;
}

/** More rows than this are counted, not drawn. */
const ROW_LIMIT = 250;

const columns: { key: SortKey; text: string; className: string }[] = [
  { key: "market", text: "Market", className: "text-left pl-4" },
  { key: "closes", text: "Closes in", className: "w-23 xl:w-26 text-right max-sm:hidden" },
  { key: "bid", text: "YES bid", className: "w-16 xl:w-18 text-right" },
  { key: "ask", text: "YES ask", className: "w-16 xl:w-18 text-right" },
  { key: "last", text: "Last", className: "w-14 xl:w-16 text-right max-sm:hidden" },
  { key: "edge", text: "Ours / market", className: "w-34 xl:w-54 text-right max-sm:hidden" },
  { key: "position", text: "Position", className: "w-22 xl:w-26 text-right pr-4 max-sm:hidden" },
];

export const MarketsCard = guarded("Markets", function MarketsCard({ markets, watched, deskNow, stale, onSelect, className }: MarketsCardProps) {
  const [search, setSearch] = useState("");
  const [sort, setSort] = useState<Sort>({ key: "closes", up: true });
  const words = useDeferredValue(search);
  const groups = useMemo(() => arrange(markets ?? [], words, sort), [markets, words, sort]);
  const found = groups.reduce((sum, group) => sum + group.markets.length, 0);
  return (
    <Card title="Markets" stale={stale} {...(className === undefined ? {} : { className })} aside={<Search value={search} onChange={setSearch} found={found} total={markets?.length} />}>
      {found === 0 ? (
        <Empty>{markets === undefined ? "Nothing heard from the desk yet." : markets.length === 0 ? "The desk follows no market now." : `No market matches “${search}”.`}</Empty>
      ) : (
        <Scroller label="Markets" className="mt-1">
          <table className="w-full sm:table-fixed border-separate border-spacing-0 text-[0.8125rem]">
            <thead>
              <tr>{columns.map((column) => <Heading key={column.key} column={column} sort={sort} onSort={setSort} />)}</tr>
            </thead>
            {clipped(groups).map((group) => (
              <tbody key={group.series}>
                <tr>
                  <th scope="rowgroup" colSpan={columns.length} className="bg-white/3 px-4 py-1 text-left text-[0.6875rem] font-semibold text-soft">
                    {group.series} <span className="font-normal text-quiet">{group.markets.length}</span>
                  </th>
                </tr>
                {group.markets.map((market) => (
                  <MarketRow key={market.ticker} market={market} chosen={market.ticker === watched} deskNow={deskNow} onSelect={onSelect} />
                ))}
              </tbody>
            ))}
          </table>
          {found > ROW_LIMIT && <p className="px-4 py-3 text-quiet">{found - ROW_LIMIT} more; narrow the search to see them.</p>}
        </Scroller>
      )}
    </Card>
  );
});

function clipped(groups: ReturnType<typeof arrange>) {
  let left = ROW_LIMIT;
  return groups.flatMap((group) => {
    const markets = group.markets.slice(0, Math.max(left, 0));
    left -= group.markets.length;
    return markets.length === 0 ? [] : [{ ...group, markets }];
  });
}

function Heading({ column, sort, onSort }: { column: (typeof columns)[number]; sort: Sort; onSort: (sort: Sort) => void }) {
  const on = sort.key === column.key;
  return (
    <th
      scope="col" aria-sort={on ? (sort.up ? "ascending" : "descending") : "none"}
      className={cx("sticky top-0 z-10 border-b border-white/8 bg-panel py-1.5 pr-3 whitespace-nowrap", column.className)}
    >
      <button type="button" onClick={() => onSort({ key: column.key, up: on ? !sort.up : column.key === "closes" || column.key === "market" })} className={cx("rounded text-[0.6875rem] font-medium", on ? "text-bright" : "text-quiet hover:text-bright")}>
        {on && column.key !== "market" && <Arrow up={sort.up} />}
        {column.text}
        {on && column.key === "market" && <Arrow up={sort.up} />}
      </button>
    </th>
  );
}

/** On the side where it does not move the word off its column. */
function Arrow({ up }: { up: boolean }) {
  return <span aria-hidden="true" className="mx-1">{up ? "↑" : "↓"}</span>;
}

function Search({ value, onChange, found, total }: { value: string; onChange: (value: string) => void; found: number; total: number | undefined }) {
  const id = useId();
  return (
    <div className="flex items-center gap-2.5">
      {total !== undefined && <span className="figures text-[0.6875rem] text-quiet">{found === total ? total : `${found} of ${total}`}</span>}
      <label htmlFor={id} className="sr-only">Search markets</label>
      <input
        id={id} type="search" value={value} onChange={(event) => onChange(event.target.value)} placeholder="Search"
        className="h-7 w-40 rounded-lg bg-deep/60 px-2.5 text-[0.8125rem] text-bright ring-1 ring-white/10 ring-inset placeholder:text-quiet max-sm:w-28"
      />
    </div>
  );
}
