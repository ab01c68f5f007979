import { Card, Empty, Scroller } from "../../aura/Card";
import { guarded } from "../../aura/Guard";
import type { CreditView, ForeseenView, LearningView } from "../../bridge/learning";
import { count, money, reasonWords, whole } from "../../lib/format";

interface CreditsCardProps {
  learning: LearningView | undefined;
  stale: boolean;
  className?: string;
}

/** Profit by the reason for the orders: the rows sum to the profit of the settled markets to the last digit. */
export const CreditsCard = guarded("P&L by strategy", function CreditsCard({ learning, stale, className }: CreditsCardProps) {
  const rows = learning?.orders?.credits;
  return (
    <Card title="P&L by strategy" stale={stale} {...(className === undefined ? {} : { className })} aside={<span className="text-[0.6875rem] text-quiet">settled markets, net of fees</span>}>
      {rows === undefined || rows.length === 0 ? (
        <Empty>{rows === undefined ? "Nothing heard from the desk yet." : "No market in which something was bought has settled yet."}</Empty>
      ) : (
        <Scroller label="P&L by strategy">
          <table className="w-full text-[0.8125rem]">
            <thead>
              <tr className="eyebrow">
                <th scope="col" className="pr-3 pl-4 text-left font-medium">Reason</th>
                <th scope="col" className="pr-3 text-left font-medium">Family</th>
                <th scope="col" className="pr-3 text-right font-medium">P&amp;L</th>
                <th scope="col" className="pr-3 text-right font-medium">Fees in it</th>
                <th scope="col" className="pr-3 text-right font-medium">Contracts</th>
                <th scope="col" className="pr-4 text-right font-medium">Markets</th>
              </tr>
            </thead>
            <tbody>{rows.map((one) => <Row key={`${one.family} ${one.name}`} one={one} />)}</tbody>
          </table>
          <p className="px-4 pt-1 pb-3 text-[0.75rem] text-quiet">An order belongs to the strategies that moved the pool to the side that was bought, by weight times log-odds.</p>
          {learning?.orders?.foreseen && <Foreseen one={learning.orders.foreseen} />}
        </Scroller>
      )}
    </Card>
  );
});

function Foreseen({ one }: { one: ForeseenView }) {
  const came = Number(one.came);
  const inside = came >= one.low && came <= one.high;
  return (
    <p className="px-4 pb-3 text-[0.75rem] text-quiet">
      When it was bought <span className="figures text-soft">{dollars(one.expected)}</span> was expected of {one.events === 1 ? "the one event that has" : `the ${whole(one.events)} events that have`}{" "}
      settled, within <span className="figures text-soft">{dollars(one.low)}</span> and <span className="figures text-soft">{dollars(one.high)}</span> in 95 of 100 cases;{" "}
      <span className={`figures ${inside ? "text-soft" : "text-risk"}`}>{money(one.came, true)}</span> came{inside ? "" : ", which is outside"}.
    </p>
  );
}

const dollars = (value: number) => money(value.toFixed(2), true);

function Row({ one }: { one: CreditView }) {
  const tone = one.gain.startsWith("-") ? "text-risk" : /[1-9]/.test(one.gain) ? "text-profit" : "text-soft";
  return (
    <tr className="figures">
      <th scope="row" className="py-1.5 pr-3 pl-4 text-left font-sans font-medium tracking-normal text-bright">{reasonWords(one.name)}</th>
      <td className="py-1.5 pr-3 text-soft">{one.family}</td>
      <td className={`py-1.5 pr-3 text-right ${tone}`}>{money(one.gain, true)}</td>
      <td className="py-1.5 pr-3 text-right text-soft">{money(one.fees)}</td>
      <td className="py-1.5 pr-3 text-right text-soft">{count(one.contracts)}</td>
      <td className="py-1.5 pr-4 text-right text-soft">{whole(one.markets)}</td>
    </tr>
  );
}
