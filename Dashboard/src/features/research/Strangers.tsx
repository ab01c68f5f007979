import type { ReactNode } from "react";
import { cx } from "../../aura/cx";
import type { ResearchAddress } from "../../bridge/research";

/** Somebody else's words: set apart, said to be so, and nothing but text. */
export function FromPage({ label = "from the page", children }: { label?: string; children: ReactNode }) {
  return (
    <div className="mt-1 min-w-0 border-l-2 border-aurora/50 pl-2 text-[0.75rem]">
      <p className="text-[0.625rem] tracking-wide text-quiet">{label}</p>
      <blockquote dir="auto" className="wrap-anywhere text-soft italic">{children}</blockquote>
    </div>
  );
}

/** An address leads there only when it is shown whole, and only by http or https. */
export function Address({ address, className }: { address: ResearchAddress; className?: string }) {
  const look = cx("line-clamp-2 break-all text-[0.75rem]", className);
  if (!address.opens || !/^https?:\/\//.test(address.text)) {
    return <span className={cx(look, "text-soft")} title="Part of this address was taken out or cut off: it is no link.">{address.text}</span>;
  }
  return <a href={address.text} target="_blank" rel="noopener noreferrer" title={address.text} className={cx(look, "rounded text-accent underline decoration-accent/40")}>{address.text}</a>;
}
