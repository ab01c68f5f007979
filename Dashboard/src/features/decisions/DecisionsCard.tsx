import { memo, useState } from "react";
import { Card, Empty, Scroller } from "../../aura/Card";
import { Chip } from "../../aura/Chip";
import type { Tone } from "../../aura/Chip";
import { Segments } from "../../aura/Segments";
import { guarded } from "../../aura/Guard";
import type { DecisionView } from "../../bridge/protocol";
import { cents, count, known, percent, points, reasonWords } from "../../lib/format";
import { clock } from "../../lib/time";

interface DecisionsCardProps {
  decisions: DecisionView[] | undefined;
  stale: boolean;
  className?: string;
}

const tones: Record<string, Tone> = { ordered: "accent", canceled: "warning", held: "quiet", refused: "loss" };
const choices = ["All", "Orders", "No trade"] as const;
const SHOWN = 80;

/** Every order and every non-order, newest first; opening one says why. */
export const DecisionsCard = guarded("Decisions", function DecisionsCard({ decisions, stale, className }: DecisionsCardProps) {
  const [choice, setChoice] = useState<(typeof choices)[number]>("All");
  const shown = (decisions ?? []).filter((one) => choice === "All" || (choice === "Orders") === acted(one));
  return (
    <Card title="Decisions" stale={stale} {...(className === undefined ? {} : { className })} aside={<Segments label="Decisions shown" options={[...choices]} value={choice} onChange={setChoice} />}>
      {shown.length === 0 ? (
        <Empty>{decisions === undefined ? "Nothing heard from the desk yet." : decisions.length === 0 ? "No decision has been made yet." : "None of this kind among the last ones."}</Empty>
      ) : (
        <Scroller label="Decisions">
          <ol className="px-2 pb-2">{shown.slice(-SHOWN).reverse().map((decision) => <Decision key={decision.id} decision={decision} />)}</ol>
        </Scroller>
      )}
    </Card>
  );
});

const acted = (decision: DecisionView): boolean => decision.outcome === "ordered" || decision.outcome === "canceled";

function orderWords({ side, price, quantity }: DecisionView): string {
  return [quantity == null ? "" : count(quantity), side == null ? "" : side.toUpperCase(), price == null ? "" : `at ${cents(price)}`].filter(Boolean).join(" ");
}

const Decision = memo(function Decision({ decision }: { decision: DecisionView }) {
  const [order, reason] = [orderWords(decision), reasonWords(decision.reason)];
  const headline = acted(decision) && order !== "" ? order : reason;
  return (
    <li>
      <details className="group rounded-lg px-2 py-1.5 open:bg-white/4 hover:bg-white/4">
        <summary className="cursor-pointer list-none rounded">
          <span className="flex items-center gap-2">
            <Chip tone={tones[decision.outcome] ?? "warning"}>{decision.outcome}</Chip>
            <span className="min-w-0 flex-1 truncate text-[0.8125rem] font-medium text-bright">{headline}</span>
            <span className="figures shrink-0 text-[0.6875rem] text-quiet">{clock(decision.time)}</span>
            <span aria-hidden="true" className="text-quiet transition-transform group-open:rotate-90">›</span>
          </span>
          <span className="figures mt-0.5 flex gap-2 text-[0.6875rem] text-quiet">
            <span className="min-w-0 flex-1 truncate">{decision.market}</span>
            {known(decision.edge) && <span className="shrink-0">edge {points(decision.edge)}</span>}
          </span>
        </summary>
        <div className="mt-2 space-y-1.5 text-[0.8125rem] break-words">
          {order !== "" && headline !== order && <p>Wanted <span className="figures text-bright">{order}</span></p>}
          <p>{reason}</p>
          <p className="text-quiet">
            Ours <span className="figures text-bright">{percent(decision.probability)}</span>, market <span className="figures text-bright">{percent(decision.marketProbability)}</span>
          </p>
          {decision.why !== "" && <p className="rounded-lg bg-deep/60 p-2.5 font-mono text-[0.75rem] leading-5 whitespace-pre-wrap text-soft">{decision.why}</p>}
        </div>
      </details>
    </li>
  );
});
