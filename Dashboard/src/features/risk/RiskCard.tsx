import { Card, Empty, Scroller } from "../../aura/Card";
import { cx } from "../../aura/cx";
import { guarded } from "../../aura/Guard";
import type { GroupRiskView } from "../../bridge/protocol";
import { toNumber } from "../../lib/decimal";
import { money } from "../../lib/format";

interface RiskCardProps {
  risks: GroupRiskView[] | undefined;
  stale: boolean;
  className?: string;
}

/** What moves together, and what it would lose in bad times, beside the limits. */
export const RiskCard = guarded("Risk between events", function RiskCard({ risks, stale, className }: RiskCardProps) {
  return (
    <Card title="Risk between events" stale={stale} {...(className === undefined ? {} : { className })} aside={<span className="text-[0.6875rem] text-quiet">bad times: mean loss of the worst twentieth of scenarios</span>}>
      {risks === undefined || risks.length === 0 ? (
        <Empty>{risks === undefined ? "Nothing heard from the desk yet." : "Nothing is held or ordered, so nothing can be lost."}</Empty>
      ) : (
        <Scroller label="Risk by group">
          <table className="w-full text-[0.8125rem]">
            <thead>
              <tr className="eyebrow">
                <th scope="col" className="pr-3 pl-4 text-left font-medium">Moves together</th>
                <th scope="col" className="pr-4 text-left font-medium">Held and ordered</th>
                <th scope="col" className="pr-4 text-left font-medium">Lost in bad times</th>
              </tr>
            </thead>
            <tbody>
              {risks.map((one) => (
                <tr key={one.group ?? ""} className={cx(one.group == null && "bg-white/4")}>
                  <th scope="row" className="py-1.5 pr-3 pl-4 text-left font-medium text-bright">{one.group ?? "everything"}</th>
                  <td className="py-1.5 pr-4"><Part of={one.used} limit={one.limit} /></td>
                  <td className="py-1.5 pr-4"><Part of={one.tailLoss} limit={one.tailLimit} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
    </Card>
  );
});

/** A figure beside its limit; the bar says the share, the words say both. */
function Part({ of, limit }: { of: string; limit: string }) {
  const [value, most] = [toNumber(of), toNumber(limit)];
  const share = value === undefined || most === undefined || most <= 0 ? undefined : Math.min(value / most, 1);
  return (
    <div className="min-w-28">
      <p className="figures whitespace-nowrap text-bright">{money(of)} <span className="text-quiet">of {money(limit)}</span></p>
      {share !== undefined && (
        <div aria-hidden="true" className="mt-0.5 h-1 rounded-full bg-white/5">
          <div className={cx("h-full rounded-full", share >= 0.9 ? "bg-risk" : share >= 0.6 ? "bg-warning" : "bg-accent")} style={{ width: `${share * 100}%` }} />
        </div>
      )}
    </div>
  );
}
