import { Card, Empty, Scroller } from "../../aura/Card";
import { Pnl } from "../../aura/Figure";
import { SideChip } from "../../aura/SideChip";
import { guarded } from "../../aura/Guard";
import type { PositionView } from "../../bridge/protocol";
import { cents, count, money } from "../../lib/format";

interface PositionsCardProps {
  positions: PositionView[] | undefined;
  stale: boolean;
  onSelect: (market: string) => void;
  className?: string;
}

export const PositionsCard = guarded("Positions", function PositionsCard({ positions, stale, onSelect, className }: PositionsCardProps) {
  return (
    <Card
      title="Positions" stale={stale} {...(className === undefined ? {} : { className })}
      aside={positions !== undefined && <span className="text-[0.6875rem] text-quiet">unrealized, at the mark</span>}
    >
      {positions === undefined || positions.length === 0 ? (
        <Empty>{positions === undefined ? "Nothing heard from the desk yet." : "The desk holds nothing."}</Empty>
      ) : (
        <Scroller label="Positions">
          <ul className="divide-y divide-white/6 px-4 pb-2">
            {positions.map((position) => (
              <li key={`${position.market} ${position.side}`} className="py-2">
                <div className="flex items-center gap-2">
                  <SideChip side={position.side} />
                  <span className="figures min-w-0 truncate text-[0.8125rem] text-bright">{count(position.quantity)} at {cents(position.averageCost)}</span>
                  <Pnl value={position.unrealized} className="ml-auto text-[0.8125rem] font-semibold" />
                </div>
                <p className="mt-0.5 flex justify-between gap-3 text-[0.6875rem] text-quiet">
                  <button type="button" onClick={() => onSelect(position.market)} className="figures min-w-0 truncate rounded hover:text-bright" title={position.market}>{position.market}</button>
                  <span className="figures shrink-0" title={`Realized ${money(position.realized, true)}, fees ${money(position.fees)}`}>mark {cents(position.mark)}</span>
                </p>
              </li>
            ))}
          </ul>
        </Scroller>
      )}
    </Card>
  );
});
