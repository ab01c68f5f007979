import { useId } from "react";
import type { ReactNode } from "react";
import { cx } from "./cx";

interface CardProps {
  title: string;
  /** A few words or a control at the right of the title. */
  aside?: ReactNode;
  className?: string;
  /** Too old to trust: dimmed. The page's alert says for how long. */
  stale?: boolean;
  children: ReactNode;
}

/** A glass panel that is a landmark. */
export function Card({ title, aside, className, stale = false, children }: CardProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} data-stale={stale || undefined} className={cx("glass flex min-h-0 min-w-0 flex-col rounded-card", className)}>
      <header className="flex min-h-11 items-center justify-between gap-3 px-4 pt-2">
        <h2 id={id} className="text-[0.8125rem] font-semibold text-bright">{title}</h2>
        {aside}
      </header>
      <div className={cx("flex min-h-0 flex-1 flex-col transition-opacity duration-500", stale && "aged")}>
        {children}
      </div>
    </section>
  );
}

/** A plain sentence where there is nothing to list. */
export function Empty({ children }: { children: ReactNode }) {
  return <p className="m-auto max-w-72 px-4 py-6 text-center text-[0.8125rem] text-balance text-quiet">{children}</p>;
}

/** A list that scrolls inside its card and can be reached by keyboard. */
export function Scroller({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard
    <div role="group" aria-label={label} tabIndex={0} className={cx("scroller fading min-h-0 flex-1 rounded-b-card focus-visible:-outline-offset-2", className)}>
      {children}
    </div>
  );
}
