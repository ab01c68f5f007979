import { memo } from "react";
import { Chip } from "../../aura/Chip";
import { cx } from "../../aura/cx";
import { Flash } from "../../aura/Figure";
import type { MarketView } from "../../bridge/protocol";
import { sign } from "../../lib/decimal";
import { ABSENT, cents, count, percent, points, reasonWords } from "../../lib/format";
import { until } from "../../lib/time";
import { edge, marketProbability } from "./arrange";
import { ProbabilityBar } from "./ProbabilityBar";

interface MarketRowProps {
  market: MarketView;
  chosen: boolean;
  deskNow: number | undefined;
  onSelect: (ticker: string) => void;
}

export const MarketRow = memo(function MarketRow({ market, chosen, deskNow, onSelect }: MarketRowProps) {
  const theirs = marketProbability(market);
  const left = deskNow === undefined ? undefined : market.closes - deskNow;
  const soon = left !== undefined && left > 0 && left < 60e9;
  return (
    <tr data-ticker={market.ticker} onClick={() => onSelect(market.ticker)} className={cx("group cursor-pointer", chosen ? "bg-accent/10" : "hover:bg-white/4")}>
      <td className={cx("border-l-2 py-1.5 max-sm:w-3/5 max-sm:max-w-0 pr-3 pl-3.5", chosen ? "border-accent" : "border-transparent")}>
        <div className="flex min-w-0 items-center gap-2">
          <button
            type="button" aria-pressed={chosen} onClick={(event) => { event.stopPropagation(); onSelect(market.ticker); }}
            className="min-w-0 truncate rounded text-left leading-4 font-medium text-bright" title={market.title}
          >
            {market.title || market.ticker}
          </button>
          {market.book !== "live" && <Chip tone={market.book === "frozen" ? "warning" : "quiet"} title="The state of its order book">{market.book}</Chip>}
          {market.status !== "active" && market.status !== "open" && <Chip title="The exchange's word for its state">{market.status}</Chip>}
        </div>
        <p className="figures truncate text-[0.6875rem] leading-4 text-quiet" title={market.ticker}><span className="text-soft sm:hidden">{until(market.closes, deskNow)} · </span>{market.ticker}{market.reason != null && ` · ${reasonWords(market.reason)}`}</p>
      </td>
      <td className={cx("figures py-1.5 pr-3 text-right whitespace-nowrap max-sm:hidden", soon ? "text-warning" : "text-soft")}>{until(market.closes, deskNow)}</td>
      <Quote price={market.yesBid} size={market.yesBidSize} />
      <Quote price={market.yesAsk} size={market.yesAskSize} />
      <td className="figures py-1.5 pr-3 text-right max-sm:hidden"><Flash value={market.last} text={cents(market.last)} /></td>
      <td className="py-1.5 pr-3 text-right max-sm:hidden">
        <div className="flex items-center justify-end gap-2.5">
          <ProbabilityBar ours={market.probability} theirs={theirs} />
          <div className="w-24">
            <p className="figures leading-4 text-bright">{percent(market.probability)} <span className="text-quiet">/ {percent(theirs, 0)}</span></p>
            <p className="figures text-[0.6875rem] leading-4 text-quiet">{points(edge(market))}</p>
          </div>
        </div>
      </td>
      <td className="figures py-1.5 pr-4 text-right whitespace-nowrap max-sm:hidden"><Held position={market.position} /></td>
    </tr>
  );
});

function Quote({ price, size }: { price: string | null | undefined; size: string | null | undefined }) {
  return (
    <td className="figures py-1.5 pr-3 text-right whitespace-nowrap">
      <p className="leading-4 text-bright"><Flash value={price} text={cents(price)} className="px-0.5" /></p>
      <p className="px-0.5 text-[0.6875rem] leading-4 text-quiet">{price == null ? "\u00a0" : count(size)}</p>
    </td>
  );
}

/** Positive is YES, negative is NO, as the server counts. */
function Held({ position }: { position: string }) {
  const way = sign(position);
  if (way === 0) return <span className="text-quiet">{count(position) === "0" ? "0" : ABSENT}</span>;
  return <span className={way > 0 ? "text-yes" : "text-no"}>{count(position.replace("-", ""))} {way > 0 ? "YES" : "NO"}</span>;
}
