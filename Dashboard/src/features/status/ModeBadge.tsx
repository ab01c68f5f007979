import { cx } from "../../aura/cx";

const looks: Record<string, { className: string; note: string }> = {
  SIMULATED: { className: "bg-simulated/14 text-simulated ring-simulated/45", note: "Simulated exchange, simulated money" },
  RECORDED: { className: "bg-recorded/16 text-recorded ring-recorded/50", note: "A recording of the market, simulated money" },
  DEMO: { className: "bg-demo/14 text-demo ring-demo/50", note: "The exchange's demo, play money" },
  LIVE: { className: "bg-live text-white ring-white/30 shadow-[0_0_28px_var(--color-live)]", note: "The real exchange, real money" },
};

/** Whose money this is, in the server's word. A word we do not know is shown as it came. */
export function ModeBadge({ mode }: { mode: string | undefined }) {
  if (mode === undefined || mode === "") {
    return <span className="rounded-xl px-3 py-1.5 text-sm font-semibold text-quiet ring-1 ring-line ring-inset">MODE UNKNOWN</span>;
  }
  const look = looks[mode] ?? { className: "bg-warning/14 text-warning ring-warning/50", note: "A mode this page does not know" };
  return (
    <span
      title={look.note} data-mode={mode}
      className={cx("inline-flex items-center gap-2 rounded-xl px-3.5 py-2 text-[0.9375rem] leading-none font-semibold tracking-[0.08em] ring-1 ring-inset", look.className)}
    >
      {mode === "LIVE" && <span aria-hidden="true" className="size-2 animate-breathe rounded-full bg-white" />}
      {mode}
      <span className={cx("text-[0.6875rem] font-medium tracking-normal", mode === "LIVE" ? "" : "hidden 2xl:inline")}>{mode === "LIVE" ? "real money" : look.note.split(", ")[1]}</span>
    </span>
  );
}
