import { useMemo, useState } from "react";
import { Card, Empty } from "../../aura/Card";
import { cx } from "../../aura/cx";
import { Figure, Pnl } from "../../aura/Figure";
import { Segments } from "../../aura/Segments";
import { guarded } from "../../aura/Guard";
import type { AccountView, EquityPoint } from "../../bridge/protocol";
import { ABSENT, known, money, percent } from "../../lib/format";
import { clock } from "../../lib/time";
import { EquityChart } from "./EquityChart";
import { within } from "./scale";

interface EquityCardProps {
  account: AccountView | undefined;
  points: EquityPoint[];
  stale: boolean;
  className?: string;
}

const spans = { "15 min": 900, "1 h": 3_600, All: undefined } as const;
type Span = keyof typeof spans;

export const EquityCard = guarded("Equity", function EquityCard({ account, points, stale, className }: EquityCardProps) {
  const [chosen, setChosen] = useState<Span>("All");
  const shown = useMemo(() => within(points, spans[chosen]), [points, chosen]);
  return (
    <Card title="Equity" stale={stale} {...(className === undefined ? {} : { className })} aside={<Segments label="Time shown" options={Object.keys(spans) as Span[]} value={chosen} onChange={setChosen} />}>
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2 px-4 pt-1">
        <div>
          <p className={cx("text-[2.5rem] leading-11 font-semibold tracking-tight tabular-nums", account?.equity == null ? "text-quiet" : "text-bright")} data-testid="equity">{money(account?.equity)}</p>
          <p className="mt-0.5 text-[0.8125rem]">
            <Pnl value={account?.dayPnl} className="font-semibold" /> <span className="text-quiet">today, net of fees</span>
          </p>
        </div>
        <dl className="grid grid-cols-3 gap-x-5 gap-y-1.5">
          <Figure label="Cash">{money(account?.cash)}</Figure>
          <Figure label="Reserved">{money(account?.reserved)}</Figure>
          <Figure label="Exposure">{money(account?.exposure)}</Figure>
          <Figure label="Drawdown" title="Below the highest equity so far">
            <span className={known(account?.drawdown) && account !== undefined && (account.drawdown ?? 0) >= 0.05 ? "text-warning" : ""}>{percent(account?.drawdown, 2)}</span>
          </Figure>
          <Figure label="Fees paid">{money(account?.fees)}</Figure>
          <Figure label="Reconciled" title="When our books last equalled the exchange's">{account?.reconciled == null ? ABSENT : clock(account.reconciled)}</Figure>
        </dl>
      </div>
      <div className="mt-2 flex min-h-44 flex-1 flex-col px-2 pb-2">
        {shown.length < 2 ? <Empty>{points.length < 2 ? "The curve starts with the second reading of equity." : "Fewer than two readings in this time."}</Empty> : <EquityChart points={shown} />}
      </div>
    </Card>
  );
});
