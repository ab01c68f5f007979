import type { ReactNode } from "react";
import { cx } from "./cx";

export type ButtonKind = "primary" | "plain" | "danger" | "ghost";

const kinds: Record<ButtonKind, string> = {
  primary: "bg-accent text-ink hover:bg-[oklch(0.88_0.12_182)] disabled:bg-raised/60 disabled:text-quiet",
  plain: "bg-raised/80 text-bright ring-1 ring-inset ring-white/10 hover:bg-line disabled:bg-raised/40 disabled:text-quiet",
  danger: "bg-live text-white hover:bg-[oklch(0.52_0.21_25)] disabled:bg-raised/40 disabled:text-quiet",
  ghost: "text-soft hover:bg-white/8 disabled:text-quiet",
};

interface ButtonProps {
  kind?: ButtonKind;
  onClick?: () => void;
  disabled?: boolean;
  submit?: boolean;
  title?: string;
  label?: string;
  className?: string;
  children: ReactNode;
}

export function Button({ kind = "plain", onClick, disabled = false, submit = false, title, label, className, children }: ButtonProps) {
  return (
    <button
      type={submit ? "submit" : "button"} onClick={onClick} disabled={disabled} title={title} aria-label={label}
      className={cx("inline-flex h-9 items-center justify-center gap-1.5 rounded-xl px-3.5 text-[0.8125rem] font-semibold transition-colors", kinds[kind], className)}
    >
      {children}
    </button>
  );
}
