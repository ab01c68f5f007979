import { Button } from "../../aura/Button";
import { Card } from "../../aura/Card";
import { SideChip } from "../../aura/SideChip";
import { guarded } from "../../aura/Guard";
import type { ProposalView } from "../../bridge/protocol";
import { cents, count } from "../../lib/format";

interface ProposalsCardProps {
  proposals: ProposalView[];
  deskNow: number | undefined;
  connected: boolean;
  stale: boolean;
  onDecide: (key: string, accepted: boolean) => void;
  className?: string;
}

/** Orders that assistants propose: nothing of them is sent before the operator accepts, and then they pass the risk gate. */
export const ProposalsCard = guarded("Proposals", function ProposalsCard({ proposals, deskNow, connected, stale, onDecide, className }: ProposalsCardProps) {
  return (
    <Card title="Proposed by assistants" stale={stale} {...(className === undefined ? {} : { className })} aside={<span className="figures text-[0.6875rem] text-quiet">{proposals.length}</span>}>
      <ul className="max-h-72 divide-y divide-white/6 overflow-y-auto px-4 pb-2">
        {proposals.map((one) => (
          <li key={one.key} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <SideChip side={one.side} />
            <span className="figures text-[0.8125rem] text-bright">Buy {count(one.quantity)} at {cents(one.price)} or better{one.closesOnly ? ", only to close" : ""}</span>
            <span className="figures min-w-0 truncate text-[0.6875rem] text-quiet" title={one.market}>{one.market}</span>
            <span className="min-w-0 truncate text-[0.6875rem] text-quiet">{one.asker}{belief(one)}{left(one, deskNow)}</span>
            <span className="ml-auto flex gap-2">
              <Button kind="ghost" disabled={!connected} label={`Decline ${one.key}`} onClick={() => onDecide(one.key, false)}>Decline</Button>
              <Button kind="primary" disabled={!connected} label={`Accept ${one.key}`} onClick={() => onDecide(one.key, true)}>Accept</Button>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
});

const belief = (one: ProposalView) => (typeof one.probability === "number" ? ` · believes ${Math.round(one.probability * 100)}%` : "");

function left(one: ProposalView, deskNow: number | undefined): string {
  if (deskNow === undefined) return "";
  const minutes = Math.max(0, Math.ceil((one.expires - deskNow) / 60e9));
  return ` · ${minutes} min left`;
}
