import { useState } from "react";
import { Button } from "../../aura/Button";
import { Card, Empty, Scroller } from "../../aura/Card";
import { guarded } from "../../aura/Guard";
import { useClient } from "../../bridge/client";
import type { LearningView, VersionView } from "../../bridge/learning";
import { score, whole } from "../../lib/format";
import { RollBackDialog } from "./RollBackDialog";

interface VersionsCardProps {
  learning: LearningView | undefined;
  connected: boolean;
  stale: boolean;
  className?: string;
}

/** What the learner was, what going back would change, and the way back. */
export const VersionsCard = guarded("Versions", function VersionsCard({ learning, connected, stale, className }: VersionsCardProps) {
  const client = useClient();
  const [chosen, setChosen] = useState<VersionView>();
  const versions = learning?.versions;
  return (
    <Card title="Versions" stale={stale} {...(className === undefined ? {} : { className })} aside={<span className="text-[0.6875rem] text-quiet">one every 50 settled markets</span>}>
      {versions === undefined || versions.length === 0 ? (
        <Empty>{versions === undefined ? "Nothing heard from the desk yet." : "No version is kept yet: the first comes after 50 settled markets."}</Empty>
      ) : (
        <Scroller label="Versions of the learner">
          <ul className="space-y-2 px-4 pt-1 pb-4">
            {versions.map((one) => (
              <li key={one.number} className="rounded-xl bg-white/4 p-3">
                <div className="flex items-center justify-between gap-3">
                  <p className="text-[0.8125rem] text-soft"><span className="figures font-semibold text-bright">{whole(one.number)}</span> settled: {one.changed === 0 ? "as it is now" : `${whole(one.changed)} figures differ`}</p>
                  <Button disabled={!connected || one.changed === 0} label={`Go back to version ${one.number}`} onClick={() => setChosen(one)}>Go back</Button>
                </div>
                {one.changes.length > 0 && <Changes version={one} />}
              </li>
            ))}
          </ul>
        </Scroller>
      )}
      {chosen !== undefined && (
        <RollBackDialog
          version={chosen} connected={connected} onClose={() => setChosen(undefined)}
          onRollBack={(reason) => { client.command({ name: "roll_back", version: chosen.number, reason }); setChosen(undefined); }}
        />
      )}
    </Card>
  );
});

function Changes({ version }: { version: VersionView }) {
  return (
    <details className="mt-1.5">
      <summary className="cursor-pointer rounded text-[0.75rem] text-quiet hover:text-bright">the largest changes, now and then</summary>
      <ul className="mt-1">
        {version.changes.map((one) => (
          <li key={one.name} className="flex justify-between gap-3 py-0.5 text-[0.75rem]">
            <span className="min-w-0 break-words text-soft">{one.name}</span>
            <span className="figures shrink-0 text-quiet">{score(one.now)} → <span className="text-bright">{score(one.was)}</span></span>
          </li>
        ))}
      </ul>
    </details>
  );
}
