import type { ReactNode } from "react";
import { Card, Empty, Scroller } from "../../aura/Card";
import { guarded } from "../../aura/Guard";
import type { AdverseView, FeeView, LearningView, WaitView } from "../../bridge/learning";
import { ABSENT, known, money, whole } from "../../lib/format";

interface ForetoldCardProps {
  learning: LearningView | undefined;
  stale: boolean;
  className?: string;
}

/** Fees and fills as they were foretold, beside what came; what the difference teaches the next order. */
export const ForetoldCard = guarded("Fees and fills", function ForetoldCard({ learning, stale, className }: ForetoldCardProps) {
  const orders = learning?.orders;
  const empty = orders === undefined || orders.fees.length + orders.waits.length + orders.adverse.length === 0;
  return (
    <Card title="Fees and fills" stale={stale} {...(className === undefined ? {} : { className })} aside={<span className="text-[0.6875rem] text-quiet">foretold, and as they came</span>}>
      {empty ? (
        <Empty>{orders === undefined ? "Nothing heard from the desk yet." : "No order has been filled or has waited yet."}</Empty>
      ) : (
        <Scroller label="Fees and fills, foretold and come">
          {orders.fees.length > 0 && (
            <Table heads={["Fees", "Fills", "By the rate", "Foretold", "Charged", "Over a cent off", "Next, beyond the rate"]}>{orders.fees.map((one) => <Fees key={`${one.series} ${one.liquidity}`} one={one} />)}</Table>
          )}
          {orders.waits.length > 0 && (
            <Table heads={["Resting orders", "Ahead", "Orders", "Foretold fills", "By chance", "Filled", "Waited"]}>{orders.waits.map((one) => <Waits key={`${one.series} ${one.ahead}`} one={one} />)}</Table>
          )}
          {orders.adverse.length > 0 && (
            <Table heads={["30 s after maker fills", "Fills", "Middle moved", "Counted for the next"]}>{orders.adverse.map((one) => <Adverse key={one.series} one={one} />)}</Table>
          )}
        </Scroller>
      )}
    </Card>
  );
});

function Table({ heads, children }: { heads: string[]; children: ReactNode }) {
  return (
    <table className="mb-2 w-full text-[0.8125rem]">
      <thead>
        <tr className="eyebrow">{heads.map((head, i) => <th key={head} scope="col" className={`font-medium ${i === 0 ? "pr-3 pl-4 text-left" : "pr-3 text-right last:pr-4"}`}>{head}</th>)}</tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

function Line({ name, cells, odd }: { name: string; cells: string[]; odd?: number }) {
  return (
    <tr className="figures">
      <th scope="row" className="py-1.5 pr-3 pl-4 text-left font-sans font-medium tracking-normal text-bright">{name}</th>
      {/* Cells have no other name than their place. */}
      {cells.map((cell, i) => <td key={i} className={`py-1.5 pr-3 text-right last:pr-4 ${i === odd ? "text-warning" : "text-soft"}`}>{cell}</td>)}
    </tr>
  );
}

function Fees({ one }: { one: FeeView }) {
  return <Line name={`${one.series}, ${one.liquidity}`} cells={[whole(one.fills), money(one.rate), money(one.predicted), money(one.charged), whole(one.surprises), perContract(one.surcharge)]} />;
}

/** What chance alone does not explain is marked. */
function Waits({ one }: { one: WaitView }) {
  const ahead = one.ahead <= 1 ? String(one.ahead) : `${whole(one.ahead)}\u2013${whole(2 * one.ahead - 1)}`;
  const cells = [ahead, whole(one.waits), one.predicted.toFixed(1), `${one.low.toFixed(1)}\u2013${one.high.toFixed(1)}`, whole(one.fills), `${whole(one.seconds)} s`];
  return <Line name={one.series} cells={cells} {...(one.fills < one.low || one.fills > one.high ? { odd: 4 } : {})} />;
}

function Adverse({ one }: { one: AdverseView }) {
  return <Line name={one.series} cells={[whole(one.fills), perContract(one.moved), perContract(one.cost)]} />;
}

function perContract(dollars: number): string {
  return known(dollars) ? `${(dollars * 100).toFixed(2).replace("-", "\u2212")}\u00a2` : ABSENT;
}
