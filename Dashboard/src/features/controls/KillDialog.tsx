import { useId, useState } from "react";
import { Button } from "../../aura/Button";
import { Dialog } from "../../aura/Dialog";

interface KillDialogProps {
  mode: string | undefined;
  connected: boolean;
  onClose: () => void;
  onKill: (flatten: boolean) => void;
}

/** The last question before everything stops. Enter kills, Escape does not. */
export function KillDialog({ mode, connected, onClose, onKill }: KillDialogProps) {
  const id = useId();
  const [flatten, setFlatten] = useState(false);
  return (
    <Dialog title="Kill trading?" onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); onKill(flatten); }}>
        <p className="mt-2 text-pretty">
          Trading halts at once and every resting order is cancelled{mode === "LIVE" ? <strong className="text-bright"> at the real exchange</strong> : ""}. The desk stays halted until you reset it.
        </p>
        <div className="mt-4 flex items-start gap-3 rounded-xl bg-white/5 p-3 ring-1 ring-white/8 ring-inset">
          <input id={id} type="checkbox" aria-describedby={`${id}-note`} checked={flatten} onChange={(event) => setFlatten(event.target.checked)} className="mt-0.5 size-4 accent-accent" />
          <div>
            <label htmlFor={id} className="font-medium text-bright">Flatten positions too</label>
            <p id={`${id}-note`} className="text-[0.8125rem] text-quiet">Sell what is held at the prices that are there. This pays the spread and fees.</p>
          </div>
        </div>
        <div className="mt-5 flex justify-end gap-2">
          <Button kind="ghost" onClick={onClose}>Cancel</Button>
          <Button kind="danger" submit disabled={!connected}>{flatten ? "Kill and flatten" : "Kill"}</Button>
        </div>
      </form>
    </Dialog>
  );
}
