import { useState } from "react";
import { Button } from "../../aura/Button";
import { Card } from "../../aura/Card";
import { Chip } from "../../aura/Chip";
import { guarded } from "../../aura/Guard";
import { useClient } from "../../bridge/client";
import type { OrderGroupView } from "../../bridge/protocol";
import { count, given } from "../../lib/format";
import { GroupDialog } from "./GroupDialog";

interface GroupsCardProps {
  groups: OrderGroupView[];
  connected: boolean;
  stale: boolean;
  className?: string;
}

type Act = "group_reset" | "group_delete";

/** Order groups that assistants set: limits that the exchange itself keeps. A person may open a triggered one again, or take one away. */
export const GroupsCard = guarded("Order groups", function GroupsCard({ groups, connected, stale, className }: GroupsCardProps) {
  const client = useClient();
  const [asked, setAsked] = useState<{ act: Act; group: OrderGroupView }>();
  return (
    <Card title="Order groups" stale={stale} {...(className === undefined ? {} : { className })} aside={<span className="text-[0.6875rem] text-quiet">contracts within 15 s</span>}>
      <ul className="max-h-72 divide-y divide-white/6 overflow-y-auto px-4 pb-2">
        {groups.map((one) => (
          <li key={one.name} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <span className="min-w-0 truncate text-[0.8125rem] font-medium text-bright" title={one.group ?? undefined}>{one.name}</span>
            <span className="figures text-[0.8125rem] text-soft">{count(one.used)} of {count(one.limit)} filled</span>
            <Chip tone={stateOf(one).tone}>{stateOf(one).word}</Chip>
            {given(one.trouble) && <span className="min-w-0 text-[0.6875rem] text-warning">{one.trouble}</span>}
            <span className="ml-auto flex gap-2">
              <Button disabled={!connected || one.isBeingSet || !given(one.group) || one.isTriggered === false} label={`Reset ${one.name}`} onClick={() => setAsked({ act: "group_reset", group: one })}>Reset</Button>
              <Button kind="ghost" disabled={!connected || one.isBeingSet} label={`Delete ${one.name}`} onClick={() => setAsked({ act: "group_delete", group: one })}>Delete</Button>
            </span>
          </li>
        ))}
      </ul>
      {asked !== undefined && (
        <GroupDialog
          act={asked.act} group={asked.group} connected={connected} onClose={() => setAsked(undefined)}
          onConfirm={() => { client.command({ name: asked.act, group: asked.group.name }); setAsked(undefined); }}
        />
      )}
    </Card>
  );
});

/** What the exchange does with orders of the group, as far as it is certain. */
export function stateOf(group: OrderGroupView): { word: string; tone: "profit" | "warning" | "risk" | "quiet" } {
  if (group.isBeingSet) return { word: "asking the exchange", tone: "warning" };
  if (!given(group.group)) return { word: "not at the exchange", tone: "quiet" };
  if (group.isTriggered === true) return { word: "triggered", tone: "risk" };
  if (group.isTriggered === false) return { word: "open", tone: "profit" };
  return { word: "open or triggered: not known", tone: "warning" };
}
