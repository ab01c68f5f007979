import { Card, Empty, Scroller } from "../../aura/Card";
import { guarded } from "../../aura/Guard";
import type { CurveView, LearningView } from "../../bridge/learning";
import { percent } from "../../lib/format";

interface CurvesCardProps {
  learning: LearningView | undefined;
  stale: boolean;
  className?: string;
}

const SIDE = 168;
const LEFT = 30;
const BOTTOM = 22;
const x = (p: number) => LEFT + p * (SIDE - LEFT - 6);
const y = (p: number) => 6 + (1 - p) * (SIDE - BOTTOM - 6);

/** What came true of what was said: on the diagonal is right, and the bars say how sure that is. */
export const CurvesCard = guarded("Calibration", function CurvesCard({ learning, stale, className }: CurvesCardProps) {
  const curves = learning?.curves.filter((one) => one.points.length > 0);
  return (
    <Card title="Calibration" stale={stale} {...(className === undefined ? {} : { className })} aside={<span className="text-[0.6875rem] text-quiet">said, and came true with its 95 % interval</span>}>
      {curves === undefined || curves.length === 0 ? (
        <Empty>{curves === undefined ? "Nothing heard from the desk yet." : "No market has settled yet, so nothing has come true or not."}</Empty>
      ) : (
        <Scroller label="Calibration curves">
          <ul className="flex flex-wrap gap-4 px-4 pt-1 pb-4">{curves.map((one) => <li key={one.name}><Curve curve={one} /></li>)}</ul>
        </Scroller>
      )}
    </Card>
  );
});

function Curve({ curve }: { curve: CurveView }) {
  const told = curve.points.map((one) => `${percent(one.said, 0)} said, ${percent(one.cameTrue, 0)} came true`).join("; ");
  return (
    <figure>
      <figcaption className="mb-1 text-[0.8125rem] font-medium text-bright">{curve.name}</figcaption>
      <svg width={SIDE} height={SIDE} role="img" aria-label={`${curve.name}: ${told}`}>
        {[0, 0.5, 1].map((value) => (
          <g key={value}>
            <line x1={x(0)} x2={x(1)} y1={y(value)} y2={y(value)} className="stroke-white/7" />
            <line x1={x(value)} x2={x(value)} y1={y(0)} y2={y(1)} className="stroke-white/7" />
            <text x={LEFT - 6} y={y(value) + 3.5} textAnchor="end" className="figures fill-quiet text-[0.6875rem]">{value * 100}</text>
            <text x={x(value)} y={SIDE - 6} textAnchor={value === 1 ? "end" : "middle"} className="figures fill-quiet text-[0.6875rem]">{value * 100}</text>
          </g>
        ))}
        <line x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} strokeDasharray="3 4" className="stroke-quiet/60" />
        {curve.points.map((one) => (
          <g key={one.said}>
            <line x1={x(one.said)} x2={x(one.said)} y1={y(one.low)} y2={y(one.high)} strokeWidth="2" className="stroke-accent/45" />
            <circle cx={x(one.said)} cy={y(one.cameTrue)} r={Math.min(2.5 + Math.sqrt(one.markets) / 3, 6)} className="fill-accent" />
          </g>
        ))}
      </svg>
    </figure>
  );
}
