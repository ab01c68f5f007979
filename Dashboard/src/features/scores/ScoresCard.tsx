import { Card, Empty, Scroller } from "../../aura/Card";
import { cx } from "../../aura/cx";
import { guarded } from "../../aura/Guard";
import type { ScoreView } from "../../bridge/protocol";
import { known, percent, score, whole } from "../../lib/format";

interface ScoresCardProps {
  scores: ScoreView[] | undefined;
  stale: boolean;
  className?: string;
}

/** How good each forecaster has been; the market itself is the one to beat. */
export const ScoresCard = guarded("Forecast scores", function ScoresCard({ scores, stale, className }: ScoresCardProps) {
  const market = scores?.find((one) => one.name.toLowerCase() === "market");
  return (
    <Card title="Forecast scores" stale={stale} {...(className === undefined ? {} : { className })} aside={<span className="text-[0.6875rem] text-quiet">lower is better</span>}>
      {scores === undefined || scores.length === 0 ? (
        <Empty>{scores === undefined ? "Nothing heard from the desk yet." : "No market has settled yet, so no forecast is scored."}</Empty>
      ) : (
        <Scroller label="Forecast scores">
          <table className="w-full text-[0.8125rem]">
            <thead>
              <tr className="eyebrow">
                <th scope="col" className="w-full pr-2 pl-4 text-left font-medium">Forecaster</th>
                <th scope="col" className="pr-3 text-right font-medium">Scored</th>
                <th scope="col" className="pr-3 text-right font-medium">Brier</th>
                <th scope="col" className="pr-3 text-right font-medium whitespace-nowrap">Log loss</th>
                <th scope="col" className="pr-4 text-right font-medium">Weight</th>
              </tr>
            </thead>
            <tbody>{scores.map((one) => <Row key={one.name} one={one} market={one === market ? undefined : market} isMarket={one === market} />)}</tbody>
          </table>
        </Scroller>
      )}
    </Card>
  );
});

function Row({ one, market, isMarket }: { one: ScoreView; market: ScoreView | undefined; isMarket: boolean }) {
  return (
    <tr className={cx("figures", isMarket && "bg-white/4")}>
      <th scope="row" className="w-full max-w-0 truncate py-1.5 pr-2 pl-4 text-left font-sans font-medium tracking-normal text-bright" title={one.name}>{one.name}</th>
      <td className="py-1.5 pr-3 text-right text-quiet">{whole(one.forecasts)}</td>
      <td className="py-1.5 pr-3 text-right whitespace-nowrap text-bright"><Against value={one.brier} market={market?.brier} /></td>
      <td className="py-1.5 pr-3 text-right whitespace-nowrap text-bright"><Against value={one.logLoss} market={market?.logLoss} /></td>
      <td className="py-1.5 pr-4 text-right text-soft">{percent(one.weight, 0)}</td>
    </tr>
  );
}

/** The score, and whether it beats the market's own: said by an arrow, not only by colour. */
function Against({ value, market }: { value: number | null | undefined; market: number | null | undefined }) {
  if (!known(value) || !known(market) || value === market) return <>{score(value)}<span className="inline-block w-3.5" /></>;
  const better = value < market;
  const words = better ? "better than the market" : "worse than the market";
  return <>{score(value)}<span role="img" aria-label={words} title={words} className={cx("inline-block w-3.5 text-right", better ? "text-profit" : "text-loss")}>{better ? "▾" : "▴"}</span></>;
}
