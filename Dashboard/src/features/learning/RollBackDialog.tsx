import { useState } from "react";
import { Button } from "../../aura/Button";
import { Dialog } from "../../aura/Dialog";
import type { VersionView } from "../../bridge/learning";
import { whole } from "../../lib/format";

interface RollBackDialogProps {
  version: VersionView;
  connected: boolean;
  onClose: () => void;
  onRollBack: (reason: string) => void;
}

/** What was learned since is forgotten only by a person who says why. */
export function RollBackDialog({ version, connected, onClose, onRollBack }: RollBackDialogProps) {
  const [reason, setReason] = useState("");
  const given = reason.trim();
  return (
    <Dialog title={`Go back to version ${version.number}?`} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); if (given !== "") onRollBack(given); }}>
        <p className="mt-2 text-pretty">
          {whole(version.changed)} figures become what they were after {whole(version.number)} settled markets: weights, calibrations, stages and correlations. Forecasts, scores and curves stay. The next look trades by it.
        </p>
        <label className="mt-4 block">
          <span className="font-medium text-bright">Why?</span>
          <textarea
            value={reason} onChange={(event) => setReason(event.target.value)} rows={3} required maxLength={500}
            className="mt-1.5 w-full rounded-xl bg-deep/70 p-3 text-bright ring-1 ring-faint ring-inset"
          />
        </label>
        <p className="mt-1 text-[0.8125rem] text-quiet">A reason is required. It is written to the journal.</p>
        <div className="mt-5 flex justify-end gap-2">
          <Button kind="ghost" onClick={onClose}>Cancel</Button>
          <Button kind="primary" submit disabled={!connected || given === ""}>Go back</Button>
        </div>
      </form>
    </Dialog>
  );
}
