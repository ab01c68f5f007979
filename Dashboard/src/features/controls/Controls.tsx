import { useState } from "react";
import { Button } from "../../aura/Button";
import { cx } from "../../aura/cx";
import { useClient } from "../../bridge/client";
import type { Notice } from "../../bridge/desk";
import type { ControlName, StatusView } from "../../bridge/protocol";
import { KillDialog } from "./KillDialog";
import { ResetDialog } from "./ResetDialog";

interface ControlsProps {
  status: StatusView | undefined;
  connected: boolean;
  notices: Notice[];
  className?: string;
}

/** Which commands make sense in a state. Stop and Kill stay open whenever anything might still be running. */
export function allowed(command: ControlName, state: string | undefined): boolean {
  switch (command) {
    case "start":
      return state === "paused" || state === "stopped";
    case "pause":
      return state === "running";
    case "stop":
      return state !== "stopped" && state !== "halted";
    case "kill":
      return state !== "killing";
    case "reset":
      return state === "halted";
  }
}

export function Controls({ status, connected, notices, className }: ControlsProps) {
  const client = useClient();
  const [open, setOpen] = useState<"kill" | "reset">();
  const state = status?.state;
  const waiting = (name: ControlName) => notices.some((one) => one.name === name && one.state === "sent");
  const off = (name: ControlName) => !connected || !allowed(name, state) || waiting(name);
  const halted = state === "halted" || status?.breaker === "halted";
  const blocked = !halted && status?.blocked != null;
  const kind = halted ? "halt" : state === "cancel-only" ? "contract" : "account";
  return (
    <div role="group" aria-label="Engine controls" className={cx("flex items-center gap-2 max-md:*:flex-1", className)}>
      {blocked && (
        <Button disabled={!connected || waiting("reset")} onClick={() => setOpen("reset")}>{kind === "contract" ? (waiting("reset") ? "Trusting" : "Trust exchange") : waiting("reset") ? "Accepting" : "Accept account"}</Button>
      )}
      {halted ? (
        <Button kind="primary" disabled={!connected || waiting("reset")} onClick={() => setOpen("reset")}>{waiting("reset") ? "Resetting" : "Reset"}</Button>
      ) : (
        <Button kind="primary" disabled={off("start")} onClick={() => client.command({ name: "start" })}>{waiting("start") ? "Starting" : "Start"}</Button>
      )}
      <Button disabled={off("pause")} onClick={() => client.command({ name: "pause" })}>{waiting("pause") ? "Pausing" : "Pause"}</Button>
      <Button disabled={off("stop")} onClick={() => client.command({ name: "stop" })}>{waiting("stop") ? "Stopping" : "Stop"}</Button>
      <Button kind="danger" disabled={off("kill")} onClick={() => setOpen("kill")}>{waiting("kill") ? "Killing" : "Kill"}</Button>
      {open === "kill" && (
        <KillDialog
          mode={status?.mode} connected={connected} onClose={() => setOpen(undefined)}
          onKill={(flatten) => { client.command({ name: "kill", flatten, reason: "operator, from the dashboard" }); setOpen(undefined); }}
        />
      )}
      {open === "reset" && (
        <ResetDialog
          kind={kind} why={halted ? status?.breakerReason ?? status?.blocked : status?.blocked} connected={connected} onClose={() => setOpen(undefined)}
          onReset={(reason) => { client.command({ name: "reset", reason }); setOpen(undefined); }}
        />
      )}
    </div>
  );
}
