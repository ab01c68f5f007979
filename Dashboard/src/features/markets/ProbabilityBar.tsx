import { known } from "../../lib/format";

/** Where we stand (the bright mark) and where the market stands (the dim one), from 0 to 100 %. */
export function ProbabilityBar({ ours, theirs }: { ours: number | null | undefined; theirs: number | undefined }) {
  const WIDTH = 64;
  const at = (value: number) => Math.min(1, Math.max(0, value)) * WIDTH;
  const [a, b] = [known(ours) ? at(ours) : undefined, known(theirs) ? at(theirs) : undefined];
  return (
    <svg width={WIDTH} height="12" viewBox={`0 0 ${WIDTH} 12`} aria-hidden="true" className="shrink-0 overflow-visible max-xl:hidden">
      <rect y="5" width={WIDTH} height="2" rx="1" className="fill-line" />
      {a !== undefined && b !== undefined && <rect x={Math.min(a, b)} y="5" width={Math.abs(a - b)} height="2" className="fill-accent" />}
      {b !== undefined && <rect x={b - 1} y="0" width="2" height="12" rx="1" className="fill-soft" />}
      {a !== undefined && <circle cx={a} cy="6" r="3" className="fill-accent" />}
    </svg>
  );
}
