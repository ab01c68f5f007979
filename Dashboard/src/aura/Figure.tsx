import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { sign, toNumber } from "../lib/decimal";
import { ABSENT, money } from "../lib/format";
import { cx } from "./cx";

/** A labelled figure. */
export function Figure({ label, children, title }: { label: string; children: ReactNode; title?: string }) {
  return (
    <div className="min-w-0" title={title}>
      <dt className="eyebrow truncate">{label}</dt>
      <dd className="figures truncate text-[0.8125rem] text-bright">{children}</dd>
    </div>
  );
}

/** Money gained or lost: signed, so that the colour is not the only mark. */
export function Pnl({ value, className }: { value: string | null | undefined; className?: string }) {
  const way = sign(value);
  const known = toNumber(value) !== undefined;
  const tone = !known ? "text-quiet" : way > 0 ? "text-profit" : way < 0 ? "text-loss" : "text-soft";
  return <span className={cx("figures", tone, className)}>{money(value, true)}</span>;
}

const GLOW_MS = 700;

/** Text that glows for a moment in the direction it moved; the first value does not. On and off, not a fade: a hundred fades a second cost a core. */
export function Flash({ value, text, className }: { value: string | null | undefined; text: string; className?: string }) {
  const before = useRef(value);
  const [way, setWay] = useState<"rise" | "fall">();
  useEffect(() => {
    const [old, next] = [toNumber(before.current), toNumber(value)];
    before.current = value;
    setWay(old === undefined || next === undefined || old === next ? undefined : next > old ? "rise" : "fall");
    const timer = setTimeout(() => setWay(undefined), GLOW_MS);
    return () => clearTimeout(timer);
  }, [value]);
  const glow = way === undefined ? "" : way === "rise" ? "bg-profit/35" : "bg-loss/35";
  return <span className={cx("rounded-sm", text === ABSENT ? "text-quiet" : "", glow, className)}>{text}</span>;
}
