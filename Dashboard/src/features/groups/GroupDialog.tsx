import { Button } from "../../aura/Button";
import { Dialog } from "../../aura/Dialog";
import type { OrderGroupView } from "../../bridge/protocol";
import { count, given } from "../../lib/format";

interface GroupDialogProps {
  act: "group_reset" | "group_delete";
  group: OrderGroupView;
  connected: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

/** The exchange's limit is taken off, for a while or for good, only by a person who has read what follows. */
export function GroupDialog({ act, group, connected, onClose, onConfirm }: GroupDialogProps) {
  const reset = act === "group_reset";
  return (
    <Dialog title={reset ? `Reset order group ${group.name}?` : `Delete order group ${group.name}?`} onClose={onClose}>
      <p className="mt-2 text-pretty">
        {reset
          ? `The exchange takes orders into it again. What filled before counts no more: ${given(group.limit) ? `${count(group.limit)} contracts` : "as many contracts as its limit says"} may fill anew within 15 seconds.`
          : "The exchange cancels what rests of its orders and forgets it. No order can go into it any more."}
      </p>
      <div className="mt-5 flex justify-end gap-2">
        <Button kind="ghost" onClick={onClose}>Cancel</Button>
        <Button kind="primary" disabled={!connected} onClick={onConfirm}>{reset ? "Reset group" : "Delete group"}</Button>
      </div>
    </Dialog>
  );
}
