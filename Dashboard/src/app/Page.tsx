import { useCallback, useEffect } from "react";
import { useClient } from "../bridge/client";
import { useDesk } from "../bridge/store";
import { BookCard } from "../features/book/BookCard";
import { Controls } from "../features/controls/Controls";
import { Notices } from "../features/controls/Notices";
import { DecisionsCard } from "../features/decisions/DecisionsCard";
import { EquityCard } from "../features/equity/EquityCard";
import { CreditsCard } from "../features/learning/CreditsCard";
import { CurvesCard } from "../features/learning/CurvesCard";
import { ForetoldCard } from "../features/learning/ForetoldCard";
import { StagesCard } from "../features/learning/StagesCard";
import { VersionsCard } from "../features/learning/VersionsCard";
import { GroupsCard } from "../features/groups/GroupsCard";
import { LogCard } from "../features/log/LogCard";
import { MarketsCard } from "../features/markets/MarketsCard";
import { NewsCard } from "../features/news/NewsCard";
import { OrdersCard } from "../features/orders/OrdersCard";
import { PositionsCard } from "../features/positions/PositionsCard";
import { ProposalsCard } from "../features/proposals/ProposalsCard";
import { RefusalsCard } from "../features/refusals/RefusalsCard";
import { ResearchCard } from "../features/research/ResearchCard";
import { RiskCard } from "../features/risk/RiskCard";
import { ScoresCard } from "../features/scores/ScoresCard";
import { Alerts } from "../features/status/Alerts";
import { Header } from "../features/status/Header";
import { freshness } from "../lib/freshness";
import { useHash } from "../lib/useHash";
import { useNow } from "../lib/useNow";
import { Foot } from "./Foot";

/** The whole desk on one page: what must be seen first stands first, on any width. What was learned has a place of its own. */
export function Page() {
  const desk = useDesk((whole) => whole);
  const client = useClient();
  const now = useNow();
  const fresh = freshness(desk, now);
  const { view } = desk;
  const { stale, deskNow } = fresh;
  const select = useCallback((market: string) => client.watch(market), [client]);
  const decide = useCallback((key: string, accepted: boolean) => client.command({ name: accepted ? "accept" : "decline", key }), [client]);
  const mode = view?.status.mode ?? desk.info?.mode;
  // A recording has a clock of its own; pages are read by the wall's.
  const wallNow = mode === "RECORDED" ? Math.floor(now / 1e3) * 1e9 : deskNow;
  useEffect(() => {
    document.title = mode === undefined || mode === "" ? "Aura" : `${mode} · Aura`;
  }, [mode]);
  const hash = useHash();
  const alerts = <div className="empty:hidden lg:col-span-12 [&:not(:has(li))]:hidden"><Alerts desk={desk} fresh={fresh} /></div>;
  return (
    <>
      <Header desk={desk} fresh={fresh} now={now} />
      {hash === "learning" ? (
        <main className="mx-auto grid max-w-[110rem] grid-cols-1 gap-3 p-3 max-md:pb-24 lg:grid-cols-12 [&>*]:min-w-0">
          {alerts}
          <StagesCard learning={view?.learning} stale={stale} className="max-h-128 lg:col-span-12" />
          <CurvesCard learning={view?.learning} stale={stale} className="lg:col-span-8" />
          <VersionsCard learning={view?.learning} connected={fresh.connected} stale={stale} className="max-h-160 lg:col-span-4" />
          <CreditsCard learning={view?.learning} stale={stale} className="max-h-128 lg:col-span-5" />
          <ForetoldCard learning={view?.learning} stale={stale} className="max-h-128 lg:col-span-7" />
          <NewsCard news={view?.news} stale={stale} className="max-h-160 lg:col-span-6" />
          <ResearchCard research={view === undefined ? undefined : view.research ?? null} now={wallNow} stale={stale} className="max-h-160 lg:col-span-6" />
        </main>
      ) : (
        <main className="mx-auto grid max-w-[110rem] grid-cols-1 gap-3 p-3 max-md:pb-24 lg:grid-cols-12 [&>*]:min-w-0">
          {alerts}
          {(view?.proposals ?? []).length > 0 && (
            <div className="lg:col-span-12"><ProposalsCard proposals={view?.proposals ?? []} deskNow={deskNow} connected={fresh.connected} stale={stale} onDecide={decide} /></div>
          )}
          {(view?.groups ?? []).length > 0 && (
            <div className="lg:col-span-12"><GroupsCard groups={view?.groups ?? []} connected={fresh.connected} stale={stale} /></div>
          )}
          <EquityCard account={view?.account} points={view?.equity ?? []} stale={stale} className="lg:col-span-5 lg:h-104 xl:h-88" />
          <DecisionsCard decisions={view?.decisions} stale={stale} className="h-88 max-lg:order-3 lg:col-span-4 lg:h-104 xl:h-88" />
          <div className="grid grid-rows-2 gap-3 max-lg:order-4 lg:col-span-3 lg:h-104 xl:h-88">
            <PositionsCard positions={view?.positions} stale={stale} onSelect={select} className="max-lg:max-h-72" />
            <OrdersCard orders={view?.orders} stale={stale} className="max-lg:max-h-72" />
          </div>
          <MarketsCard markets={view?.markets} watched={desk.watched} deskNow={deskNow} stale={stale} onSelect={select} className="h-110 max-lg:order-1 lg:col-span-8" />
          <BookCard
            book={desk.book} market={view?.markets.find((market) => market.ticker === desk.watched)} orders={view?.orders ?? []} deskNow={deskNow} stale={stale}
            className="h-110 max-lg:order-2 lg:col-span-4"
          />
          <RefusalsCard refusals={view?.refusals} stale={stale} className="h-72 max-lg:order-5 lg:col-span-3" />
          <ScoresCard scores={view?.scores} stale={stale} className="h-72 max-lg:order-6 lg:col-span-4" />
          <LogCard log={view?.log} stale={stale} className="h-72 max-lg:order-7 lg:col-span-5" />
          <RiskCard risks={view?.risks} stale={stale} className="max-h-72 max-lg:order-8 lg:col-span-12" />
        </main>
      )}
      <Foot status={view?.status} deskNow={deskNow} version={desk.info?.version} />
      <section aria-label="Controls" className="frosted fixed inset-x-0 bottom-0 z-20 border-t border-white/8 p-3 md:hidden">
        <Controls status={view?.status} connected={fresh.connected} notices={desk.notices} />
      </section>
      <Notices notices={desk.notices} />
    </>
  );
}
