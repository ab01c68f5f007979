import { useState } from "react";
import { Button } from "../../aura/Button";
import { Dialog } from "../../aura/Dialog";

interface ResetDialogProps {
  /** A halt is lifted, the exchange is trusted again, or its account is taken over where it differs from the desk's. */
  kind: "halt" | "contract" | "account";
  why: string | null | undefined;
  connected: boolean;
  onClose: () => void;
  onReset: (reason: string) => void;
}

const words = {
  halt: { title: "Reset the halted desk?", because: "It halted because:", question: "Why is it safe to go on?", act: "Reset" },
  contract: { title: "Trust the exchange again?", because: "What it says could not be understood:", question: "Why is it understood now?", act: "Trust" },
  account: {
    title: "Accept the exchange's account?", because: "The desk's cash and positions become the exchange's. They differ:", question: "What explains the difference?", act: "Accept",
  },
};

/** A halt is lifted by a person who says why; the reason goes into the journal. */
export function ResetDialog({ kind, why, connected, onClose, onReset }: ResetDialogProps) {
  const [reason, setReason] = useState("");
  const given = reason.trim();
  return (
    <Dialog title={words[kind].title} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); if (given !== "") onReset(given); }}>
        <p className="mt-2">{words[kind].because} <span className="text-bright">{why ?? "the server gave no reason"}</span></p>
        <label className="mt-4 block">
          <span className="font-medium text-bright">{words[kind].question}</span>
          <textarea
            value={reason} onChange={(event) => setReason(event.target.value)} rows={3} required maxLength={500}
            className="mt-1.5 w-full rounded-xl bg-deep/70 p-3 text-bright ring-1 ring-faint ring-inset"
          />
        </label>
        <p className="mt-1 text-[0.8125rem] text-quiet">A reason is required. It is written to the journal.</p>
        <div className="mt-5 flex justify-end gap-2">
          <Button kind="ghost" onClick={onClose}>Cancel</Button>
          <Button kind="primary" submit disabled={!connected || given === ""}>{words[kind].act}</Button>
        </div>
      </form>
    </Dialog>
  );
}
