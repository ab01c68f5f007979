import type { ReactNode } from "react";
import { cx } from "./cx";

export type Tone = "quiet" | "accent" | "profit" | "loss" | "warning" | "risk" | "yes" | "no" | "aurora";

const tones: Record<Tone, string> = {
  quiet: "bg-raised/70 text-soft ring-line/70",
  accent: "bg-accent/12 text-accent ring-accent/35",
  profit: "bg-profit/12 text-profit ring-profit/35",
  loss: "bg-loss/12 text-loss ring-loss/35",
  warning: "bg-warning/12 text-warning ring-warning/35",
  risk: "bg-risk/20 text-[oklch(0.86_0.09_22)] ring-risk/55",
  yes: "bg-yes/12 text-yes ring-yes/35",
  no: "bg-no/12 text-no ring-no/35",
  aurora: "bg-aurora/18 text-[oklch(0.86_0.08_290)] ring-aurora/45",
};

/** A word with a colour by its meaning; the word alone must be enough. */
export function Chip({ tone = "quiet", title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span title={title} className={cx("inline-flex h-5 shrink-0 items-center gap-1 rounded-full px-2 text-[0.6875rem] font-medium whitespace-nowrap ring-1 ring-inset", tones[tone])}>
      {children}
    </span>
  );
}

export function Dot({ tone, breathing = false }: { tone: Tone; breathing?: boolean }) {
  const fill: Record<Tone, string> = {
    quiet: "bg-faint", accent: "bg-accent", profit: "bg-profit", loss: "bg-loss", warning: "bg-warning", risk: "bg-risk", yes: "bg-yes", no: "bg-no", aurora: "bg-aurora",
  };
  return <span aria-hidden="true" className={cx("inline-block size-2 shrink-0 rounded-full", fill[tone], breathing && "animate-breathe")} />;
}
