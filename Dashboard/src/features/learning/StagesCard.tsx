import { Card, Empty, Scroller } from "../../aura/Card";
import { Chip } from "../../aura/Chip";
import type { Tone } from "../../aura/Chip";
import { guarded } from "../../aura/Guard";
import type { LearningView, StandingView } from "../../bridge/learning";
import { known, percent, whole } from "../../lib/format";

interface StagesCardProps {
  learning: LearningView | undefined;
  stale: boolean;
  className?: string;
}

const tones: Record<string, Tone> = { shadow: "quiet", paper: "aurora", canary: "warning", live: "profit" };

/** How far each strategy has come in each family, and by what evidence. */
export const StagesCard = guarded("Stages and evidence", function StagesCard({ learning, stale, className }: StagesCardProps) {
  const rows = learning?.standings;
  return (
    <Card
      title="Stages and evidence" stale={stale} {...(className === undefined ? {} : { className })}
      aside={learning !== undefined && <span className="figures text-[0.6875rem] text-quiet">{whole(learning.settled)} markets settled</span>}
    >
      {rows === undefined || rows.length === 0 ? (
        <Empty>{rows === undefined ? "Nothing heard from the desk yet." : "No market has settled yet, so nobody has earned or lost anything."}</Empty>
      ) : (
        <Scroller label="Stages of the strategies">
          <table className="w-full text-[0.8125rem]">
            <thead>
              <tr className="eyebrow">
                <th scope="col" className="pr-3 pl-4 text-left font-medium">Strategy</th>
                <th scope="col" className="pr-3 text-left font-medium">Family</th>
                <th scope="col" className="pr-3 text-left font-medium">Stage</th>
                <th scope="col" className="pr-3 text-right font-medium">Weight</th>
                <th scope="col" className="pr-3 text-right font-medium">Has a say of</th>
                <th scope="col" className="pr-3 text-right font-medium">Events</th>
                <th scope="col" className="pr-3 text-left font-medium">Capital against the market</th>
                <th scope="col" className="pr-4 text-left font-medium">Drift</th>
              </tr>
            </thead>
            <tbody>{rows.map((one) => <Row key={`${one.family} ${one.strategy}`} one={one} />)}</tbody>
          </table>
        </Scroller>
      )}
    </Card>
  );
});

function Row({ one }: { one: StandingView }) {
  return (
    <tr className="figures">
      <th scope="row" className="py-1.5 pr-3 pl-4 text-left font-sans font-medium tracking-normal text-bright">{one.strategy}</th>
      <td className="py-1.5 pr-3 text-soft">{one.family}</td>
      <td className="py-1.5 pr-3 font-sans tracking-normal"><Chip tone={tones[one.stage] ?? "quiet"}>{one.stage}</Chip></td>
      <td className="py-1.5 pr-3 text-right text-soft">{percent(one.weight)}</td>
      <td className="py-1.5 pr-3 text-right text-bright">{percent(one.influence)}</td>
      <td className="py-1.5 pr-3 text-right text-quiet">{whole(one.events)}</td>
      <td className="py-1.5 pr-3"><Gauge value={one.capital} limit={one.promotion} start={1} tone="bg-profit" what="promotes" /></td>
      <td className="py-1.5 pr-4"><Gauge value={one.drift} limit={one.driftLimit} start={1} tone="bg-warning" what="alarms" /></td>
    </tr>
  );
}

/** How far a level is on its way to what it sets off, by its logarithm: both multiply from round to round. */
function Gauge({ value, limit, start, tone, what }: { value: number; limit: number; start: number; tone: string; what: string }) {
  const way = Math.log(Math.max(value, start) / start) / Math.log(limit / start);
  return (
    <div className="min-w-28">
      <p className="whitespace-nowrap text-bright">{known(value) ? (value < 100 ? value.toFixed(2) : whole(value)) : "\u2014"} <span className="text-quiet">{what} at {whole(limit)}</span></p>
      <div aria-hidden="true" className="mt-0.5 h-1 rounded-full bg-white/5"><div className={`h-full rounded-full ${tone}`} style={{ width: `${Math.min(Math.max(way, 0), 1) * 100}%` }} /></div>
    </div>
  );
}
