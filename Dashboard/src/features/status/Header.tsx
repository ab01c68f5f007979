import { cx } from "../../aura/cx";
import { Dot } from "../../aura/Chip";
import type { Tone } from "../../aura/Chip";
import type { Desk } from "../../bridge/desk";
import type { Freshness } from "../../lib/freshness";
import { ABSENT } from "../../lib/format";
import { clock, span } from "../../lib/time";
import { Controls } from "../controls/Controls";
import { ModeBadge } from "./ModeBadge";
import { Places } from "./Places";
import { Wordmark } from "./Wordmark";
import { breakerTone, engineTone, exchangeTone, linkWords, nextPause } from "./words";

interface HeaderProps {
  desk: Desk;
  fresh: Freshness;
  now: number;
}

/** Who we are, whose money it is, and whether any of it is still true. */
export function Header({ desk, fresh, now }: HeaderProps) {
  const status = desk.view?.status;
  const mode = status?.mode ?? desk.info?.mode;
  const link = linkWords(desk.link, now);
  return (
    <header className={cx("frosted z-20 border-b md:sticky md:top-0", mode === "LIVE" ? "border-b-2 border-live" : "border-white/8")}>
      <div className="mx-auto flex max-w-[110rem] flex-wrap items-center gap-x-5 gap-y-2.5 px-4 py-2.5">
        <Wordmark />
        <ModeBadge mode={mode} />
        <Places />
        <dl className="flex flex-wrap items-center gap-x-5 gap-y-2 max-md:w-full max-md:justify-between max-md:gap-x-3">
          <Light label="Bridge" tone={link.tone} word={link.word} breathing={!fresh.connected} />
          <Light label="Engine" tone={fresh.stale ? "quiet" : engineTone(status?.state)} word={status?.state ?? ABSENT} />
          <Light label="Breaker" tone={fresh.stale ? "quiet" : breakerTone(status?.breaker)} word={status?.breaker ?? ABSENT} title={status?.breakerReason ?? undefined} />
          <Light label="Exchange" tone={fresh.stale ? "quiet" : exchangeTone(status?.exchange?.state)} word={status?.exchange?.state ?? ABSENT} title={status === undefined ? undefined : nextPause(status.exchange, status.time)} />
          <Light label="Market feed" tone={fresh.stale ? "quiet" : status?.feed === "live" ? "profit" : "warning"} word={status?.feed ?? ABSENT} />
          <div>
            <dt className="eyebrow">Last update</dt>
            <dd className={cx("figures text-[0.8125rem] leading-4", fresh.stale ? "text-warning" : "text-bright")}>
              {clock(desk.heard?.deskTime)}
              {fresh.stale && fresh.age !== undefined && <span className="ml-2 font-sans font-medium tracking-normal">stale for {span(fresh.age)}</span>}
            </dd>
          </div>
        </dl>
        <div className="ml-auto max-md:hidden"><Controls status={status} connected={fresh.connected} notices={desk.notices} /></div>
      </div>
    </header>
  );
}

function Light({ label, tone, word, breathing = false, title }: { label: string; tone: Tone; word: string; breathing?: boolean; title?: string | undefined }) {
  return (
    <div title={title}>
      <dt className="eyebrow">{label}</dt>
      <dd className="flex items-center gap-1.5 text-[0.8125rem] leading-4 font-medium text-bright">
        <Dot tone={tone} breathing={breathing} />
        {word}
      </dd>
    </div>
  );
}
