import { useMemo, useState } from "react";
import type { KeyboardEvent } from "react";
import type { EquityPoint } from "../../bridge/protocol";
import { money } from "../../lib/format";
import { clock, dayAndClock } from "../../lib/time";
import { useSize } from "../../lib/useSize";
import { clockTicks, nearest, path, place, range, ticks } from "./scale";
import type { Dot } from "./scale";

const START = { width: 560, height: 180 };
const DAY = 86_400e9;
/** Pixels of a figure of the axes, at most: the amounts on the right get the room that the longest needs. */
const LETTER = 7;

/** The curve, its axes, and one reading under the pointer or the arrow keys. */
export function EquityChart({ points }: { points: EquityPoint[] }) {
  const [ref, size] = useSize<HTMLDivElement>(START);
  const [chosen, setChosen] = useState<number>();
  const { width, height } = size;
  const [low, high] = useMemo(() => range(points), [points]);
  const amounts = ticks(low, high, 6).map((value) => ({ value, text: axisMoney(value, high - low) }));
  const right = width - 14 - LETTER * Math.max(...amounts.map(({ text }) => text.length), 7);
  const box = { left: 8, right, top: 8, bottom: Math.max(height, 90) - 22 };
  const dots = useMemo(() => place(points, { left: 8, right, top: 8, bottom: Math.max(height, 90) - 22 }, [low, high]), [points, right, height, low, high]);
  const [first, last] = [points[0], points[points.length - 1]];
  const [start, end] = [dots[0], dots[dots.length - 1]];
  if (first === undefined || last === undefined || start === undefined || end === undefined) return null;
  const at = chosen === undefined ? undefined : dots[Math.min(chosen, dots.length - 1)];
  const yOf = (value: number) => box.bottom - ((value - low) / (high - low)) * (box.bottom - box.top);
  const xOf = (time: number) => box.left + ((time - first.time) / Math.max(last.time - first.time, 1)) * (box.right - box.left);
  const line = path(dots);
  const label = `Equity from ${money(first.equity)} at ${dayAndClock(first.time)} to ${money(last.equity)} at ${dayAndClock(last.time)}`;

  function onKeyDown(event: KeyboardEvent) {
    const move = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (event.key === "Escape") setChosen(undefined);
    if (move === 0) return;
    event.preventDefault();
    setChosen((index) => Math.min(dots.length - 1, Math.max(0, (index ?? dots.length) + move)));
  }

  return (
    <div ref={ref} className="relative min-h-40 w-full flex-1">
      <svg
        width={width} height={Math.max(height, 90)} role="slider" aria-orientation="horizontal" tabIndex={0} aria-label={label} aria-valuemin={0} aria-valuemax={dots.length - 1}
        aria-valuenow={chosen ?? dots.length - 1} aria-valuetext={at === undefined ? label : told(at)} onKeyDown={onKeyDown} onBlur={() => setChosen(undefined)}
        onPointerMove={(event) => setChosen(nearest(dots, event.clientX - event.currentTarget.getBoundingClientRect().left))}
        onPointerLeave={() => setChosen(undefined)} className="absolute inset-0 touch-pan-y rounded-lg"
      >
        <defs>
          <linearGradient id="equity-fill" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stopColor="var(--color-accent)" stopOpacity="0.34" />
            <stop offset="1" stopColor="var(--color-accent)" stopOpacity="0" />
          </linearGradient>
          <linearGradient id="equity-line" x1="0" y1="0" x2="1" y2="0">
            <stop offset="0" stopColor="var(--color-aurora)" />
            <stop offset="0.6" stopColor="var(--color-accent)" />
          </linearGradient>
        </defs>
        {amounts.map(({ value, text }) => (
          <g key={value}>
            <line x1={box.left} x2={box.right} y1={yOf(value)} y2={yOf(value)} className="stroke-white/7" />
            <text x={box.right + 8} y={yOf(value) + 3.5} className="figures fill-quiet text-[0.6875rem]">{text}</text>
          </g>
        ))}
        {clockTicks(first.time, last.time, Math.max(2, Math.floor(width / 80))).filter((time) => xOf(time) >= 24).map((time) => (
          <text key={time} x={xOf(time)} y={box.bottom + 16} textAnchor="middle" className="figures fill-quiet text-[0.6875rem]">{clock(time, last.time - first.time < 600e9)}</text>
        ))}
        <line x1={box.left} x2={box.right} y1={start.y} y2={start.y} strokeDasharray="2 4" className="stroke-quiet/50" />
        <path d={`${line}L${end.x.toFixed(1)} ${box.bottom}L${start.x.toFixed(1)} ${box.bottom}Z`} fill="url(#equity-fill)" />
        <path d={line} fill="none" stroke="url(#equity-line)" strokeWidth="2" strokeLinejoin="round" strokeLinecap="round" />
        <circle cx={end.x} cy={end.y} r="3.5" className="fill-accent" />
        <circle cx={end.x} cy={end.y} r="7" className="fill-accent/20" />
        {at !== undefined && <line x1={at.x} x2={at.x} y1={box.top} y2={box.bottom} className="stroke-soft/50" />}
        {at !== undefined && <circle cx={at.x} cy={at.y} r="4" className="fill-bright" />}
      </svg>
      {at !== undefined && <Reading dot={at} width={width} days={last.time - first.time > DAY} />}
    </div>
  );
}

function Reading({ dot, width, days }: { dot: Dot; width: number; days: boolean }) {
  const left = Math.min(Math.max(dot.x - 62, 4), width - 190);
  return (
    <div className="frosted pointer-events-none absolute top-1 rounded-lg px-2.5 py-1.5 ring-1 ring-white/12" style={{ left }}>
      <p className="figures text-[0.8125rem] font-semibold text-bright">{money(dot.point.equity)}</p>
      <p className="figures text-[0.6875rem] text-quiet">{days ? dayAndClock(dot.point.time) : clock(dot.point.time)}</p>
    </div>
  );
}

const told = (dot: Dot) => `${money(dot.point.equity)} at ${dayAndClock(dot.point.time)}`;

function axisMoney(value: number, height: number): string {
  return `${value < 0 ? "\u2212" : ""}$${Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: height < 8 ? 2 : 0, maximumFractionDigits: height < 8 ? 2 : 0 })}`;
}
