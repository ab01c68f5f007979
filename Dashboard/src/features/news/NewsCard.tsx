import { Card, Empty, Scroller } from "../../aura/Card";
import { Chip } from "../../aura/Chip";
import type { Tone } from "../../aura/Chip";
import { guarded } from "../../aura/Guard";
import type { NewsView } from "../../bridge/protocol";
import { clock } from "../../lib/time";

interface NewsCardProps {
  news: NewsView[] | undefined;
  stale: boolean;
  className?: string;
}

const tones: Record<string, Tone> = { positive: "profit", negative: "loss", neutral: "quiet" };

/** What was read, what it was matched to, and what it is worth there. */
export const NewsCard = guarded("News", function NewsCard({ news, stale, className }: NewsCardProps) {
  return (
    <Card title="News" stale={stale} {...(className === undefined ? {} : { className })} aside={<span className="text-[0.6875rem] text-quiet">the shift is all that a market's news moves it by</span>}>
      {news === undefined || news.length === 0 ? (
        <Empty>{news === undefined ? "Nothing heard from the desk yet." : "No headline has been read. Feeds are named in the configuration."}</Empty>
      ) : (
        <Scroller label="News">
          <ul className="space-y-2.5 px-4 pt-1 pb-4">{news.map((one) => <li key={`${one.heard} ${one.title}`}><Story story={one} /></li>)}</ul>
        </Scroller>
      )}
    </Card>
  );
});

function Story({ story }: { story: NewsView }) {
  const rest = story.matched - story.matches.length;
  return (
    <>
      <p className="flex items-start justify-between gap-3 text-[0.8125rem]">
        <span className="min-w-0 break-words text-bright">{story.title}</span>
        <Chip tone={tones[story.tone] ?? "quiet"}>{story.tone}</Chip>
      </p>
      <p className="text-[0.75rem] text-quiet"><span className="figures">{clock(story.heard)}</span> {story.sources.join(", ")}{story.topics.length > 0 && <> · {story.topics.join(", ")}</>}</p>
      {story.matches.length === 0 ? (
        <p className="text-[0.75rem] text-quiet">about no market here</p>
      ) : (
        <ul className="text-[0.75rem]">
          {story.matches.map((one) => (
            <li key={one.market} className="figures text-soft">{one.market} <span className="text-quiet">{one.settlements === 0 ? "worth nothing yet" : `log-odds ${signed(one.shift)}`}</span></li>
          ))}
          {rest > 0 && <li className="text-quiet">and {rest} more</li>}
        </ul>
      )}
    </>
  );
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(3);
  return `${value < 0 && text !== "0.000" ? "\u2212" : value > 0 && text !== "0.000" ? "+" : ""}${text}`;
}
