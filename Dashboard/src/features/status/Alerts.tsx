import { cx } from "../../aura/cx";
import type { Desk } from "../../bridge/desk";
import type { StatusView } from "../../bridge/protocol";
import type { Freshness } from "../../lib/freshness";
import { span } from "../../lib/time";
import { pauseWords } from "./words";

interface Alert {
  key: string;
  tone: "calm" | "warning" | "risk";
  text: string;
  /** What changes every second is seen, not read out again and again. */
  tail?: string;
}

/** What the operator must not overlook, in the order of its weight. */
export function alertsOf(desk: Pick<Desk, "link" | "view" | "heard">, fresh: Freshness): Alert[] {
  const alerts: Alert[] = [];
  const { link, view } = desk;
  if (!fresh.connected && link.problem !== undefined) alerts.push({ key: "link", tone: "risk", text: `Not connected: ${link.problem}` });
  if (view !== undefined && fresh.stale && fresh.age !== undefined) {
    alerts.push({ key: "stale", tone: "warning", text: "What is shown is old.", tail: `Stale for ${span(fresh.age)}.` });
  }
  return view === undefined ? alerts : [...alerts, ...statusAlerts(view.status, view.orders.length)];
}

function statusAlerts(status: StatusView, orders: number): Alert[] {
  const alerts: Alert[] = [];
  if (status.state === "killing") alerts.push({ key: "killing", tone: "risk", text: `Killing: ${orders} open ${orders === 1 ? "order" : "orders"} left to cancel.` });
  const pause = pauseWords(status.exchange, status.time);
  if (pause !== undefined) alerts.push({ key: "pause", tone: "calm", text: pause });
  if (status.breaker !== "normal") {
    const tone = status.breaker === "warning" ? "warning" : "risk";
    alerts.push({ key: "breaker", tone, text: `Circuit breaker ${status.breaker}: ${status.breakerReason ?? "the server gave no reason"}` });
  }
  if (status.blocked != null && status.blocked !== "") alerts.push({ key: "blocked", tone: "warning", text: `Not trading: ${status.blocked}` });
  if (status.feed === "down") alerts.push({ key: "feed", tone: "risk", text: "The market feed is down: quotes are the last ones heard." });
  return alerts;
}

export function Alerts({ desk, fresh }: { desk: Pick<Desk, "link" | "view" | "heard">; fresh: Freshness }) {
  const alerts = alertsOf(desk, fresh);
  return (
    <section aria-label="Alerts" aria-live="assertive" className="contents">
      {alerts.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {alerts.map((alert) => (
            <li
              key={alert.key}
              className={cx(
                "flex animate-enter items-center gap-2 rounded-xl px-3 py-2 text-[0.8125rem] font-medium ring-1 ring-inset",
                alert.tone === "risk" ? "bg-risk/18 text-[oklch(0.9_0.06_22)] ring-risk/50" : alert.tone === "calm" ? "bg-white/6 text-bright ring-white/20" : "bg-warning/12 text-[oklch(0.92_0.08_82)] ring-warning/40",
              )}
            >
              <span aria-hidden="true">{alert.tone === "risk" ? "■" : alert.tone === "calm" ? "‖" : "▲"}</span>
              {alert.text}
              {alert.tail !== undefined && <span aria-live="off" className="figures">{alert.tail}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
