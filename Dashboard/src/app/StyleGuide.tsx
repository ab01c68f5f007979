import { useState } from "react";
import { Button } from "../aura/Button";
import { Card, Empty } from "../aura/Card";
import { Chip, Dot } from "../aura/Chip";
import type { Tone } from "../aura/Chip";
import { Figure, Flash, Pnl } from "../aura/Figure";
import { Segments } from "../aura/Segments";
import { SideChip } from "../aura/SideChip";
import { ModeBadge } from "../features/status/ModeBadge";
import { Wordmark } from "../features/status/Wordmark";
import { cents } from "../lib/format";

const colours = ["ink", "deep", "panel", "raised", "line", "faint", "quiet", "soft", "bright", "accent", "aurora", "profit", "loss", "warning", "risk", "yes", "no", "simulated", "recorded", "demo", "live"];
const tones: Tone[] = ["quiet", "accent", "profit", "loss", "warning", "risk", "yes", "no", "aurora"];

/** The AURA tokens and parts on one page. The figures here are specimens and say so. */
export function StyleGuide() {
  const [price, setPrice] = useState(4_200);
  const [choice, setChoice] = useState<"One" | "Two">("One");
  const text = (price / 10_000).toFixed(4);
  return (
    <main className="mx-auto grid max-w-6xl gap-3 p-6 md:grid-cols-2">
      <div className="flex items-center justify-between md:col-span-2"><Wordmark /><a href="/" className="rounded text-accent underline">To the desk</a></div>
      <Card title="Colours, by meaning" className="md:col-span-2">
        <ul className="grid grid-cols-3 gap-3 p-4 sm:grid-cols-5 lg:grid-cols-7">
          {colours.map((name) => (
            <li key={name} className="text-[0.75rem]"><span className="mb-1 block h-10 rounded-lg ring-1 ring-white/10 ring-inset" style={{ background: `var(--color-${name})` }} />{name}</li>
          ))}
        </ul>
      </Card>
      <Card title="Whose money it is"><div className="flex flex-wrap gap-3 p-4">{["SIMULATED", "RECORDED", "DEMO", "LIVE", ""].map((mode) => <ModeBadge key={mode} mode={mode} />)}</div></Card>
      <Card title="Buttons">
        <div className="flex flex-wrap gap-2 p-4">
          <Button kind="primary">Primary</Button><Button>Plain</Button><Button kind="danger">Danger</Button><Button kind="ghost">Ghost</Button><Button disabled>Disabled</Button>
        </div>
      </Card>
      <Card title="Chips"><div className="flex flex-wrap items-center gap-2 p-4">{tones.map((tone) => <Chip key={tone} tone={tone}><Dot tone={tone} />{tone}</Chip>)}<SideChip side="yes" /><SideChip side="no" /></div></Card>
      <Card title="Figures (specimens)">
        <dl className="grid grid-cols-4 gap-3 p-4">
          <Figure label="Known">$1,234.50</Figure><Figure label="Absent">—</Figure><Figure label="Gain"><Pnl value="12.3400" /></Figure><Figure label="Loss"><Pnl value="-7.0100" /></Figure>
        </dl>
        <div className="flex items-center gap-3 px-4 pb-4">
          <Button onClick={() => setPrice(price - 100)}>Down</Button><span className="figures text-bright"><Flash value={text} text={cents(text)} className="px-1" /></span><Button onClick={() => setPrice(price + 100)}>Up</Button>
          <Segments label="Specimen choice" options={["One", "Two"]} value={choice} onChange={setChoice} />
        </div>
      </Card>
      <Card title="Stale" stale><p className="p-4"><Pnl value="12.3400" /> looks old when it is old.</p></Card>
      <Card title="Empty"><Empty>A plain sentence where there is nothing to list.</Empty></Card>
    </main>
  );
}
