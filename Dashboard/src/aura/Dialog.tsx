import { useEffect, useId, useRef } from "react";
import type { ReactNode } from "react";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** The browser's own modal dialog: it traps focus, closes on Escape and gives focus back. Rendered only while open. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref} aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      className="sheet m-auto w-[min(27rem,calc(100vw-2rem))] animate-enter rounded-card p-6 text-soft"
    >
      <h2 id={id} className="text-lg font-semibold text-bright">{title}</h2>
      {children}
    </dialog>
  );
}
