import type { StatusView } from "../bridge/protocol";
import { ABSENT, whole } from "../lib/format";
import { span } from "../lib/time";

interface FootProps {
  status: StatusView | undefined;
  deskNow: number | undefined;
  version: string | undefined;
}

/** What proves which desk this is: its version, how long and how far it has run, and the hash of its state. */
export function Foot({ status, deskNow, version }: FootProps) {
  const up = status === undefined || deskNow === undefined ? undefined : deskNow - status.started;
  return (
    <footer className="mx-auto flex max-w-[110rem] flex-wrap gap-x-6 gap-y-1 px-4 pb-5 text-[0.6875rem] text-quiet max-md:pb-24">
      <span>Aura {status?.version ?? version ?? ABSENT}</span>
      <span>Running for <span className="figures">{span(up)}</span></span>
      <span><span className="figures">{whole(status?.events)}</span> events</span>
      <span className="min-w-0 truncate">State <span className="figures" title={status?.stateHash}>{status?.stateHash.slice(0, 16) ?? ABSENT}</span></span>
    </footer>
  );
}
