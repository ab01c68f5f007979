import { Card, Empty, Scroller } from "../../aura/Card";
import { guarded } from "../../aura/Guard";
import type { ReasonCount } from "../../bridge/protocol";
import { percent, reasonWords, whole } from "../../lib/format";

interface RefusalsCardProps {
  refusals: ReasonCount[] | undefined;
  stale: boolean;
  className?: string;
}

const LIMIT = 40;

const share = (part: number, total: number): string => (part > 0 && part / total < 0.01 ? "<1%" : percent(part / total, 0));

/** Why the desk did not trade, most frequent first. */
export const RefusalsCard = guarded("Why not traded", function RefusalsCard({ refusals, stale, className }: RefusalsCardProps) {
  const sorted = [...(refusals ?? [])].sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason));
  const total = sorted.reduce((sum, one) => sum + one.count, 0);
  const most = sorted[0]?.count ?? 1;
  return (
    <Card title="Why not traded" stale={stale} {...(className === undefined ? {} : { className })} aside={total > 0 && <span className="figures text-[0.6875rem] text-quiet">{whole(total)} in all</span>}>
      {total === 0 ? (
        <Empty>{refusals === undefined ? "Nothing heard from the desk yet." : "Nothing has been refused or passed over."}</Empty>
      ) : (
        <Scroller label="Reasons for not trading">
          <ul className="space-y-2.5 px-4 pt-1 pb-4">
            {sorted.slice(0, LIMIT).map((one) => (
              <li key={one.reason}>
                <p className="flex justify-between gap-3 text-[0.8125rem]">
                  <span className="min-w-0 truncate text-soft" title={one.reason}>{reasonWords(one.reason)}</span>
                  <span className="figures shrink-0 text-bright">{whole(one.count)} <span className="text-quiet">{share(one.count, total)}</span></span>
                </p>
                <div aria-hidden="true" className="mt-1 h-1.5 rounded-full bg-white/5">
                  <div className="h-full min-w-0.5 rounded-full bg-linear-to-r from-aurora to-accent" style={{ width: `${(one.count / most) * 100}%` }} />
                </div>
              </li>
            ))}
          </ul>
        </Scroller>
      )}
    </Card>
  );
});
