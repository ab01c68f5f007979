import type { ReactNode } from "react";
import { Card, Empty, Scroller } from "../../aura/Card";
import { Chip } from "../../aura/Chip";
import { guarded } from "../../aura/Guard";
import type { Maybe } from "../../bridge/protocol";
import type { ResearchCheck, ResearchPage, ResearchView, ResearchWatch } from "../../bridge/research";
import { ago, clock } from "../../lib/time";
import { Address, FromPage } from "./Strangers";
import { interval, standing } from "./words";

interface ResearchCardProps {
  /** Null at a desk that serves no browser, undefined before the first word. */
  research: Maybe<ResearchView>;
  /** The wall's time, nanoseconds. */
  now: number | undefined;
  stale: boolean;
  className?: string;
}

/** What assistants watch, check and read through the desk's browser. */
export const ResearchCard = guarded("Research", function ResearchCard({ research, now, stale, className }: ResearchCardProps) {
  return (
    <Card title="Research" stale={stale} {...(className === undefined ? {} : { className })} aside={<span className="text-right text-[0.6875rem] text-quiet">what assistants read in the browser</span>}>
      {research === undefined || research === null || nothing(research) ? (
        <Empty>{sentence(research)}</Empty>
      ) : (
        <Scroller label="Research">
          <div className="space-y-4 px-4 pt-1 pb-4">
            <Part title="Watched pages" count={research.watches.length} none="No page is watched: watch_create sets a watch.">
              {research.watches.map((one) => <li key={one.id}><Watch watch={one} now={now} /></li>)}
            </Part>
            <Part title="Settlement sources" count={research.checks.length} none="No source was checked: settlement_check reads one.">
              {research.checks.map((one) => <li key={`${one.time} ${one.market} ${one.sought ?? ""}`}><Check check={one} now={now} /></li>)}
            </Part>
            <Part title="Pages read lately" count={research.pages.length} none="No page was read: page_open and article_fetch read one.">
              {research.pages.map((one) => <li key={`${one.time} ${one.address.text}`}><PageRead page={one} now={now} /></li>)}
            </Part>
          </div>
        </Scroller>
      )}
    </Card>
  );
});

const nothing = (research: ResearchView) => research.watches.length + research.checks.length + research.pages.length === 0;

function sentence(research: Maybe<ResearchView>): string {
  if (research === undefined) return "Nothing heard from the desk yet.";
  if (research === null) return "This desk serves no browser. The configuration's assistants.servers says which servers there are.";
  return "Nothing was read. At /mcp/browser an assistant reads a page with page_open, watches one with watch_create, and checks a market's source with settlement_check.";
}

function Part({ title, count, none, children }: { title: string; count: number; none: string; children: ReactNode }) {
  return (
    <div>
      <h3 className="eyebrow mb-1">{title}{count > 0 && <span className="figures"> {count}</span>}</h3>
      {count === 0 ? <p className="text-[0.75rem] text-quiet">{none}</p> : <ul className="space-y-3">{children}</ul>}
    </div>
  );
}

function Watch({ watch, now }: { watch: ResearchWatch; now: number | undefined }) {
  const { tone, text } = standing(watch, now);
  const isChanged = typeof watch.before === "string" && typeof watch.after === "string";
  return (
    <>
      <div className="flex items-start justify-between gap-3"><Address address={watch.address} /><Chip tone={tone}>{text}</Chip></div>
      <p className="text-[0.75rem] break-words text-quiet">
        {watch.selector ? <code className="font-mono text-[0.6875rem] break-all text-soft">{watch.selector}</code> : "the whole page"} · every {interval(watch.everySeconds)} ·{" "}
        {watch.looks === 0 ? "no look yet" : `${times(watch.looks, "look")}, the last ${ago(watch.looked, now)} · ${times(watch.changes, "change")}`}
        {watch.trouble && watch.changed ? `, the last ${ago(watch.changed, now)}` : ""}
      </p>
      {watch.trouble && <p className="text-[0.75rem] break-words text-loss">{watch.trouble}</p>}
      {isChanged ? (
        <div className="grid grid-cols-1 gap-x-3 sm:grid-cols-2">
          <FromPage label="from the page, before">{watch.before === "" ? <Nothing /> : watch.before}</FromPage>
          <FromPage label="from the page, now">{watch.after === "" ? <Nothing /> : watch.after}</FromPage>
        </div>
      ) : (
        typeof watch.reads === "string" && <FromPage>{watch.reads === "" ? <Nothing /> : watch.reads}</FromPage>
      )}
    </>
  );
}

/** The figure and its word stay on one line. */
const times = (count: number, word: string) => `${count}\u00A0${word}${count === 1 ? "" : "s"}`;

const Nothing = () => <span className="text-quiet not-italic">(no text)</span>;

function Check({ check, now }: { check: ResearchCheck; now: number | undefined }) {
  return (
    <>
      <p className="flex items-start justify-between gap-3">
        <span className="figures min-w-0 text-[0.8125rem] break-all text-bright">{check.market}</span>
        <span className="shrink-0 text-[0.75rem] text-quiet">{clock(check.time)}, {ago(check.time, now)}</span>
      </p>
      <Address address={check.address} />
      <p className="text-[0.75rem] break-words text-quiet">
        {check.selector && <>in <code className="font-mono text-[0.6875rem] break-all text-soft">{check.selector}</code> </>}
        {check.sought && <>lines with <q className="text-soft">{check.sought}</q></>}
      </p>
      {check.trouble ? (
        <p className="text-[0.75rem] break-words text-loss">{check.trouble}</p>
      ) : check.found.length === 0 ? (
        <p className="text-[0.75rem] text-warning">The source does not show it.</p>
      ) : (
        <FromPage>
          {check.found.map((line, index) => <span key={`${index} ${line}`} className="block">{line}</span>)}
          {check.more > 0 && <span className="block text-quiet not-italic">and {check.more} more {check.more === 1 ? "line" : "lines"}</span>}
        </FromPage>
      )}
    </>
  );
}

function PageRead({ page, now }: { page: ResearchPage; now: number | undefined }) {
  return (
    <>
      <p className="flex items-start justify-between gap-3 text-[0.8125rem]">
        {page.title === "" ? <span className="text-quiet">without a title</span> : <q dir="auto" className="min-w-0 break-words text-soft italic">{page.title}</q>}
        <span className="shrink-0 text-[0.75rem] text-quiet">{page.how} {ago(page.time, now)}</span>
      </p>
      <Address address={page.address} />
    </>
  );
}
