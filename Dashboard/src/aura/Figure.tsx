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

/** Text that glows once in the direction it moved. The first value does not. */
export function Flash({ value, text, className }: { value: string | null | undefined; text: string; className?: string }) {
  const before = useRef(value);
  const [moved, setMoved] = useState<{ way: "rise" | "fall"; turn: number }>();
  useEffect(() => {
    const [old, next] = [toNumber(before.current), toNumber(value)];
    before.current = value;
    if (old === undefined || next === undefined || old === next) return;
    setMoved((last) => ({ way: next > old ? "rise" : "fall", turn: (last?.turn ?? 0) + 1 }));
  }, [value]);
  const motion = moved === undefined ? "" : moved.way === "rise" ? "animate-rise" : "animate-fall";
  return <span key={moved?.turn ?? 0} className={cx("rounded-sm", text === ABSENT ? "text-quiet" : "", motion, className)}>{text}</span>;
}
