import { memo, useState } from "react";
import { Card, Empty, Scroller } from "../../aura/Card";
import { cx } from "../../aura/cx";
import { Segments } from "../../aura/Segments";
import { guarded } from "../../aura/Guard";
import type { LogView } from "../../bridge/protocol";
import { clock } from "../../lib/time";

interface LogCardProps {
  log: LogView[] | undefined;
  stale: boolean;
  className?: string;
}

const choices = ["All", "Warnings", "Errors"] as const;
const SHOWN = 150;

export const LogCard = guarded("Log", function LogCard({ log, stale, className }: LogCardProps) {
  const [choice, setChoice] = useState<(typeof choices)[number]>("All");
  const shown = (log ?? []).filter((line) => choice === "All" || line.level === "error" || (choice === "Warnings" && line.level === "warning"));
  return (
    <Card title="Log" stale={stale} {...(className === undefined ? {} : { className })} aside={<Segments label="Lines shown" options={[...choices]} value={choice} onChange={setChoice} />}>
      {shown.length === 0 ? (
        <Empty>{log === undefined ? "Nothing heard from the desk yet." : log.length === 0 ? "The log is empty." : "No line of this kind among the last ones."}</Empty>
      ) : (
        <Scroller label="Log lines, newest first">
          <ol className="px-4 pb-3 font-mono text-[0.75rem] leading-5">{shown.slice(-SHOWN).reverse().map((line) => <Line key={line.id} line={line} />)}</ol>
        </Scroller>
      )}
    </Card>
  );
});

const Line = memo(function Line({ line }: { line: LogView }) {
  return (
    <li className="flex gap-3">
      <time className="shrink-0 text-quiet">{clock(line.time)}</time>
      <span className="min-w-0 break-words text-soft">
        {line.level !== "info" && <span className={cx("font-semibold", line.level === "error" ? "text-loss" : "text-warning")}>{line.level} </span>}
        {line.text}
      </span>
    </li>
  );
});
