import { cx } from "../../aura/cx";
import type { Notice } from "../../bridge/desk";
import { useClient } from "../../bridge/client";
import { useNow } from "../../lib/useNow";

const KEEP_MS = 8_000;
const SHOWN = 3;

const looks: Record<Notice["state"], { edge: string; word: string }> = {
  sent: { edge: "border-l-aurora", word: "sent" },
  ok: { edge: "border-l-profit", word: "accepted" },
  refused: { edge: "border-l-risk", word: "refused" },
  unknown: { edge: "border-l-warning", word: "unknown" },
};

/** The answer to each command. Good news leaves by itself; what failed or is unknown stays until dismissed. */
export function Notices({ notices }: { notices: Notice[] }) {
  const client = useClient();
  const now = useNow();
  const shown = notices.filter((one) => one.state !== "ok" || now - one.at < KEEP_MS).slice(-SHOWN);
  return (
    <div role="status" aria-label="Answers to commands" className="fixed right-4 bottom-4 z-30 flex w-[min(22rem,calc(100vw-2rem))] flex-col gap-2 max-md:bottom-20">
      {shown.map((one) => (
        <div key={one.key} className={cx("sheet flex animate-enter items-start gap-3 rounded-xl border-l-4 p-3", looks[one.state].edge)}>
          <p className="min-w-0 flex-1 text-[0.8125rem] text-soft">
            <span className="font-semibold text-bright capitalize">{one.name}</span> <span className="text-quiet">{looks[one.state].word}</span>
            <span className="block break-words">{one.text}</span>
          </p>
          {one.state !== "sent" && (
            <button type="button" aria-label={`Dismiss the answer to ${one.name}`} onClick={() => client.dismiss(one.key)} className="-m-1 rounded-md p-1 leading-none text-quiet hover:text-bright">
              ✕
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
