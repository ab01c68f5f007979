extension BacktestPage {
    /// The report's cards from top to bottom: what is said, and in which words.
    static let sections = #"""
        const WORDS = {
          no_edge: "No edge after fees", book_not_live: "Book not live: no snapshot yet, or a gap", one_sided_book: "One side of the book is empty",
          order_resting: "Our order rests already", order_pending: "Our order is on its way", at_target: "Position is as large as wanted",
          waiting_for_answer: "Waiting for the book to answer our last order", volatility_warming_up: "Volatility is still being measured", spot_stale: "Spot price too old",
          no_spot_price: "No spot price", no_model_for_market: "No model for this kind of market", past_close: "Market past its close", fee_unknown: "Fee rule not known",
          not_trading: "Desk not trading", blocked: "Trading blocked", breaker_halted: "Circuit breaker halted trading", market_not_active: "Market not active",
          closes_soon: "Market closes soon", book_stale: "Book too old", outcome_unknown: "An earlier order has no known outcome", order_open: "An order is still open",
          off_grid: "Price not on the market's grid", below_one_contract: "Bet worth less than one contract", edge_below_minimum: "Edge below the minimum",
          order_limit: "Limit per order", market_limit: "Limit per market", event_limit: "Limit per event", total_limit: "Limit over all markets",
          series_limit: "Limit per series", group_limit: "Limit per correlated group", group_unknown: "What the market moves with is not known",
          event_unpriced: "Something held in this event has no price now", no_weather_forecast: "No weather forecast for the day",
          weather_errors_unlearned: "The forecasts' errors are not learned yet",
          cash_reserve: "Cash reserve", order_rate: "Too many orders in a minute", cash_unknown: "Cash not known",
        };
        const words = (code) => (Object.hasOwn(WORDS, code) ? WORDS[code] : code.replace(/_/g, " "));
        const SHOWN = 500, ENOUGH = 10;
        const card = (title, aside, ...body) => h("section", { class: "card", "aria-label": title }, h("header", {}, h("h2", {}, title), aside), ...body);
        const empty = (text) => h("p", { class: "empty" }, text);
        const legend = (...items) => h("div", { class: "legend" }, items.map(([name, text, extra = ""]) => h("span", { class: `c-${name} ${extra}` }, h("i", {}, text))));
        const chip = (text, kindOf = text) => h("span", { class: `chip ${/^(yes|no|warning)$/.test(kindOf) ? kindOf : ""}` }, text.toUpperCase());

        const F = R.figures;
        const byMarket = groups(R.fills, "market"), settled = new Map(R.settlements.map((one) => [one.market, one]));
        const tickers = [...new Set([R.fills, R.settlements, R.open_positions, R.forecasts].flatMap((list) => list.map((one) => one.market)))].sort();
        const markets = tickers.map((ticker) => ({ ticker, fills: byMarket.get(ticker) ?? [], settlement: settled.get(ticker), ...ledger(byMarket.get(ticker) ?? [], settled.get(ticker)) }));

        function facts() {
          let from, to;
          for (const list of [R.equity, R.forecasts, R.fills, R.settlements]) for (const one of list) {
            const t = milliseconds(one.ts);
            if (from === undefined || t < from) from = t;
            if (to === undefined || t > to) to = t;
          }
          const fact = (label, text, wide) => h("div", { class: wide ? "wide" : "" }, h("dt", {}, label), h("dd", { class: "figures" }, text));
          const period = from === undefined ? DASH : day(from) === day(to) ? `${moment(from)} \u2013 ${clock(to)}` : `${moment(from)} \u2013 ${moment(to)}`;
          return h("dl", { class: "facts" },
            fact(R.recordings.length === 1 ? "Recording" : `${whole(R.recordings.length)} recordings`, R.recordings.join(", ") || DASH, true),
            fact("Period, UTC", period), fact("Events", `${whole(R.events)} (${whole(R.book_events)} of the book)`),
            fact("Events a second", whole(R.events_per_second > 0 ? R.events_per_second : undefined)), fact("Latency assumed, one way", `${number(R.latency_milliseconds) ?? DASH} ms`),
            fact("State hash", R.state_hash));
        }

        function verdict() {
          const n = R.settlements.length, edge = against("pool");
          const money = h("p", {}, n === 0 ? "No market settled." : `${many(n, "market")} settled.`, " P&L net of fees: ", h("strong", { class: `figures ${tone(R.pnl_net)}` }, dollars(R.pnl_net, true)), ".",
            R.open_positions.length > 0 && ` ${many(R.open_positions.length, "open position")} not counted in it.`,
            F.foreseen && ` When it was bought ${dollars(F.foreseen.expected.toFixed(2), true)} was expected, within ${dollars(F.foreseen.low.toFixed(2), true)} and ${dollars(F.foreseen.high.toFixed(2), true)} in 95 of 100 cases.`);
          const say = (head, ...lines) => h("section", { class: "card verdict", "aria-label": "Verdict" }, h("p", { class: "head" }, head), money, lines.map((line) => h("p", { class: "quiet" }, line)));
          if (edge.n === 0) return say("No evidence of an edge", "No forecast of a settled market was recorded, so our forecasts cannot be judged against the market\u2019s own.");
          const figures = `Our pooled forecast has a Brier score of ${score(edge.brier)}, the market\u2019s own ${score(edge.market)}, over ${many(edge.n, "forecast")} of ${many(edge.markets, "market")}`;
          const error = edge.error, way = edge.mean < 0 ? "better" : "worse";
          const found = edge.mean === 0 ? "no difference" : `ours is ${way} by ${gap(Math.abs(edge.mean), error)}`;
          if (error === undefined) return say("No evidence of an edge", `${figures}: ${found}. One market gives no standard error, so this says nothing about an edge.`);
          const measured = `${figures}: ${found}, with a standard error of ${gap(error, error)} (clustered by market).`;
          if (Math.abs(edge.mean) <= 2 * error || error === 0) return say("No evidence of an edge", measured, error > 0 ? "The difference is inside two standard errors." : "An error of zero means markets that repeat one another.");
          if (edge.markets < ENOUGH) return say("No evidence of an edge", measured, `The difference is outside two standard errors, but ${many(edge.markets, "market")} are too few for the error itself to be trusted (${ENOUGH} at least).`);
          const beat = edge.mean < 0;
          return say(beat ? "Our pooled forecast beat the market\u2019s own" : "The market\u2019s own forecast beat ours", measured, "The difference is outside two standard errors. It is about this recording; it does not promise a profit after fees.");
        }

        function figures() {
          const makers = R.fills.filter((fill) => fill.liquidity === "maker").length, takers = R.fills.filter((fill) => fill.liquidity === "taker").length;
          const tile = (label, text, small, way = "") => h("div", {}, h("dt", {}, label), h("dd", { class: `figures ${way}` }, text, small && h("small", {}, small)));
          return card("Figures", h("span", { class: "eyebrow" }, "net of fees"), h("dl", { class: "tiles" },
            tile("P&L, net", dollars(R.pnl_net, true), "realised, less every fee", tone(R.pnl_net)), tile("P&L, interval", F.pnl_band ? `${dollars(F.pnl_band.low.toFixed(2), true)} to ${dollars(F.pnl_band.high.toFixed(2), true)}` : DASH, `95 %, by blocks of ${many(F.settled_events, "event")}`), tile("Fees", dollars(R.fees), "of fills and settlements"),
            tile("Orders", whole(R.orders)), tile("Fills", whole(R.fills.length), `${whole(makers)} maker, ${whole(takers)} taker`),
            tile("Contracts", contracts(R.fills.reduce((sum, fill) => sum + Number(fill.count), 0)), "bought, either side"), tile("Settlements", whole(R.settlements.length)),
            tile("Cash at the start", dollars(R.cash_start)), tile("Cash at the end", dollars(R.cash_end)), tile("Open positions", whole(R.open_positions.length), R.open_positions.length > 0 && "not in the P&L"),
            tile("Worst day", dollars(F.worst_day?.pnl, true), F.worst_day && day(F.worst_day.utc_day * 86_400_000), tone(F.worst_day?.pnl)), tile("Deepest drawdown", dollars(F.drawdown), percent(F.drawdown_share)),
            tile("Most held at once", dollars(F.most_exposure), `${dollars(F.mean_exposure)} on average, at cost`), tile("Bought", dollars(F.bought), `${number(F.turnover)?.toFixed(2) ?? DASH} times the cash`),
            tile("Share of the tape", percent(F.participation), "of contracts in the markets traded"), tile("Capacity", F.capacity_at_tenth == null ? DASH : dollars(F.capacity_at_tenth.toFixed(0), false, 0), "bought at a tenth of the tape, our prices"),
            tile("Sharpe ratio of an event", F.traded_events > 0 && F.sharpe ? minus(F.sharpe.value.toFixed(3)) : DASH, F.sharpe_above_zero == null ? undefined : `true one above 0: ${percent(F.sharpe_above_zero)}`), tile("Events traded", `${whole(F.traded_events)} of ${whole(F.settled_events)}`, "that were settled")));
        }

        /** What a fill brought once its market was settled; a void gives the price back. */
        function gainOf(fill) {
          const end = settled.get(fill.market);
          if (end === undefined) return undefined;
          const price = Number(fill.price), value = number(end.value), worth = value === undefined ? price : fill.side === "yes" ? value : 1 - value;
          return (worth - price) * Number(fill.count) - Number(fill.fee);
        }

        function breakdowns() {
          const told = R.fills.map((fill) => ({ fill, gain: gainOf(fill) })).filter((one) => one.gain !== undefined);
          if (told.length === 0) return card("Where the P&L came from", undefined, empty("No fill of a settled market."));
          const summed = (entries) => {
            const found = new Map();
            for (const [name, gain, count] of entries) { const one = found.get(name) ?? { name, gain: 0, count: 0 }; one.gain += gain; one.count += count; found.set(name, one); }
            return found;
          };
          const list = (title, key, order) => bars(title, summed(told.map(({ fill, gain }) => [key(fill), gain, 1])), (row) => many(row.count, "fill"), order);
          const bars = (title, found, size, order = (a, b) => b.gain - a.gain) => {
            const rows = [...found.values()].sort(order), most = rows.reduce((a, row) => Math.max(a, Math.abs(row.gain)), 1e-9);
            return h("div", {}, h("h3", {}, title), h("ul", { class: "reasons" }, rows.map((row) => { const x = 50 * Math.abs(row.gain) / most; return h("li", {},
              h("p", {}, h("span", {}, row.name, " ", h("span", { class: "quiet" }, size(row))), h("span", { class: `figures ${tone(row.gain.toFixed(2))}` }, dollars(row.gain.toFixed(2), true))),
              s("svg", { class: row.gain < 0 ? "c-loss" : "c-profit", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": true }, s("rect", { x: row.gain < 0 ? 50 - x : 50, width: Math.max(0.4, x), height: 6 }))); })));
          };
          const byName = (a, b) => a.name.localeCompare(b.name), two = (n) => String(n).padStart(2, "0");
          return card("Where the P&L came from", h("span", { class: "eyebrow" }, "settled markets, net of fees"), h("div", { class: "breakdowns" },
            bars("By strategy", summed(R.attribution.map((one) => [words(one.strategy), Number(one.pnl), Number(one.contracts)])), (row) => `${contracts(row.count.toFixed(2))} contracts`), list("By family", (fill) => R.families[fill.market] ?? DASH),
            list("By hour of the fill, UTC", (fill) => { const hour = new Date(milliseconds(fill.ts)).getUTCHours(); return `${two(hour)}:00\u2013${two(hour)}:59`; }, byName),
            list("By price paid", (fill) => { const low = Math.min(9, Math.floor(Number(fill.price) * 10 + 1e-9)) * 10; return `${two(low)}\u2013${two(low + 10)}\u00a2`; }, byName)),
            h("p", { class: "note" }, "An order belongs to the strategies that moved the pool to the side that was bought, each by its weight times its log-odds beyond the market\u2019s when the order was sent; who leaned the other way has no part. The parts sum to the P&L of the settled markets to the last digit."));
        }

        function feeTable() {
          if (F.fee_model.length === 0) return undefined;
          const rows = F.fee_model.map((one) => h("tr", {}, h("td", {}, one.series), h("td", {}, one.liquidity), [whole(one.fills), dollars(one.rate), dollars(one.predicted), dollars(one.charged), whole(one.surprises), cents(one.surcharge)].map((text) => h("td", { class: "num" }, text))));
          return card("Fees, predicted and charged", undefined, h("div", { class: "scroller" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Series"), h("th", { scope: "col" }, "As"), ["Fills", "By the rate", "Predicted", "Charged", "More than a cent off", "Next, beyond the rate"].map((text) => h("th", { scope: "col", class: "num" }, text)))), h("tbody", {}, rows))),
            h("p", { class: "note" }, "Predicted: by the rate and the rounding of the order's balance. What was charged beyond the rate is counted, a contract, before the next order."));
        }

        function drawdown() {
          if (curve.length === 0) return undefined;
          return card("Drawdown", h("span", { class: "figures quiet" }, `deepest ${dollars(F.drawdown)}, ${percent(F.drawdown_share)}`), chart("How far equity was below its highest; arrow keys read the points", drawdownChart));
        }

        function waitTable() {
          if (F.fill_model.length === 0) return undefined;
          const rows = F.fill_model.map((one) => h("tr", {}, h("td", {}, one.series), [one.ahead === 0 ? "none" : one.ahead === 1 ? "1" : `${whole(one.ahead)}\u2013${whole(2 * one.ahead - 1)}`, whole(one.waits), whole(one.fills), `${whole(one.seconds)} s`, one.predicted.toFixed(1), `${one.predicted_low.toFixed(1)}\u2013${one.predicted_high.toFixed(1)}`]
            .map((text) => h("td", { class: "num" }, text))));
          return card("Resting orders, predicted and filled", undefined, h("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": "Resting orders" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Series"),
            ["Contracts ahead", "Orders", "Filled", "Waited", "Promised", "95 %"].map((text) => h("th", { scope: "col", class: "num" }, text)))), h("tbody", {}, rows))),
            h("p", { class: "note" }, `Promised: first fills that the rates learned so far gave for these waits, each judged before it taught; the interval is of chance alone. ${F.fill_model_total ? `In all ${F.fill_model_total.predicted.toFixed(1)} promised (${F.fill_model_total.predicted_low.toFixed(1)} to ${F.fill_model_total.predicted_high.toFixed(1)}), ${whole(F.fill_model_total.fills)} came. ` : ""}${F.adverse_selection.map((one) => `${one.series}: 30 s after ${many(one.fills, "maker fill")} the middle had moved ${cents(one.moved)} on average, minus being against us.`).join(" ")}`));
        }

        function equity() {
          const last = curve.at(-1);
          if (last === undefined) return card("Equity", undefined, empty("The recording has no point of the equity curve."));
          return card("Equity", h("span", { class: "figures quiet" }, `${dollars(last.v)} at ${clock(last.t)} UTC`),
            chart(`Equity from ${dollars(curve[0].v)} to ${dollars(last.v)}; arrow keys read the points`, equityChart),
            h("p", { class: "note" }, "Cash and positions at the middle of the market, in UTC. The dotted line is the cash at the start; recordings that lie apart are drawn side by side. With nothing left open, the curve ends at the cash after the last settlement."));
        }

        function marketTable(choose) {
          if (markets.length === 0) return card("Markets", undefined, empty("No market was traded, forecast or settled."));
          const result = (m) => (m.settlement ? chip(m.settlement.result) : m.open !== 0 ? chip("open", "warning") : h("span", { class: "quiet" }, DASH));
          const traded = (m, text, way = "") => h("td", { class: `num ${m.fills.length > 0 ? way : "quiet"}` }, m.fills.length > 0 ? text : DASH);
          const rows = markets.map((m) => h("tr", { "data-market": m.ticker },
            h("td", { class: "code" }, h("button", { type: "button", click: () => choose(m.ticker, true) }, m.ticker)), h("td", {}, result(m)), h("td", { class: "num" }, whole(m.fills.length)),
            traded(m, contracts(m.contracts)), traded(m, cents(m.average)), traded(m, dollars(m.fees)), traded(m, dollars(m.pnl.toFixed(4), true), tone(m.pnl.toFixed(4)))));
          const head = h("tr", {}, ["Market", "Settled"].map((text) => h("th", { scope: "col" }, text)), ["Fills", "Contracts", "Average price", "Fees", "P&L, net"].map((text) => h("th", { scope: "col", class: "num" }, text)));
          const foot = h("tr", {}, h("td", { colspan: "2" }, "All markets"), [whole(R.fills.length), contracts(markets.reduce((sum, m) => sum + m.contracts, 0)), DASH, dollars(R.fees), dollars(R.pnl_net, true)].map((text) => h("td", { class: "num" }, text)));
          const box = card("Markets", h("span", { class: "eyebrow" }, many(markets.length, "market")), h("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": "Markets" }, h("table", {}, h("thead", {}, head), h("tbody", {}, rows), h("tfoot", {}, foot))),
            h("p", { class: "note" }, "The average price is of every contract bought, YES and NO alike. The P&L of a market that is still open is of what was closed there."));
          box.classList.add("long");
          return box;
        }

        function marketView() {
          const foreseen = new Set(R.forecasts.map((row) => row.market)), drawn = markets.filter((m) => m.fills.length > 0 || foreseen.has(m.ticker));
          if (drawn.length === 0) return { box: card("Fills and forecasts", undefined, empty("Neither fills nor forecasts were recorded.")), choose: () => {} };
          const stage = h("div", {}), line = h("p", { class: "note" });
          const pick = h("select", { "aria-label": "Market", change: () => choose(pick.value) }, drawn.map((m) => h("option", { value: m.ticker }, `${m.ticker} (${many(m.fills.length, "fill")})`)));
          const others = [...groups(R.forecasts, "strategy").keys()].filter((name) => kind(name) === "other");
          function choose(ticker, travel = false) {
            const m = drawn.find((one) => one.ticker === ticker);
            for (const row of document.querySelectorAll("tr[data-market]")) row.classList.toggle("chosen", row.dataset.market === ticker);
            if (travel) box.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
            if (m === undefined) { stage.replaceChildren(empty(`${ticker}: neither fills nor forecasts were recorded.`)); line.textContent = ""; return; }
            pick.value = ticker;
            charts.splice(0, charts.length, ...charts.filter((one) => one !== shown));
            const host = chart(`${ticker}: probability of YES and our fills; arrow keys read the points`, (width) => marketChart(ticker, width));
            shown = charts.at(-1);
            stage.replaceChildren(host);
            line.textContent = `${ticker}: ${m.settlement ? `settled ${m.settlement.result}` : "not settled in the recording"}. Everything is the probability of YES: a NO bought at 40\u00a2 stands at 60 %.`;
          }
          let shown;
          const box = card("Fills and forecasts", pick, legend(["market", "market"], ["pool", "ours (pool)"], ["fundamental", "fundamental"], ...(others.length > 0 ? [["other", others.join(", ")]] : []), ["yes", "YES bought", "tri"], ["no", "NO bought", "tri"]), stage, line);
          const first = drawn.reduce((best, m) => (m.fills.length > best.fills.length ? m : best));
          return { box, choose, start: () => choose(first.ticker) };
        }

        function calibration() {
          const n = settledRows("pool").length;
          const box = n === 0 ? card("Calibration", undefined, empty("No forecast of a settled market was recorded."))
            : card("Calibration", legend(["market", "market"], ["pool", "ours (pool)"]), chart("How often YES came, by forecast; arrow keys read the points", calibrationChart),
              h("p", { class: "note" }, "Across: what was said; up: how often YES came. Under the chart, forecasts per bin. Bars are 95 % by Wilson as if every forecast were a draw of its own; forecasts of one market are not, so the truth is less certain than they look."));
          box.classList.add("half");
          return box;
        }

        function bands() {
          if (F.against_market.length === 0) return undefined;
          const signed = (x) => (x > 0 ? "+" : "") + minus(x.toFixed(4)), band = (b) => (b ? `${signed(b.low)} to ${signed(b.high)}` : DASH);
          const rows = F.against_market.map((one) => h("tr", {}, h("td", {}, one.strategy), h("td", { class: "num" }, whole(one.events)), [[one.brier, one.brier_band], [one.log, one.log_band]].map(([x, b]) => h("td", { class: "num" }, signed(x), h("br"), h("span", { class: "quiet" }, band(b))))));
          return card("Against the market, by event", h("span", { class: "eyebrow" }, "negative is better"), h("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": "Against the market" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Forecast"),
            ["Events", "Brier, 95 %", "Log loss, 95 %"].map((text) => h("th", { scope: "col", class: "num" }, text)))), h("tbody", {}, rows))), h("p", { class: "note" }, "Each less the market\u2019s at the same moments. Intervals by a stationary bootstrap of whole events."));
        }

        function scores() {
          const names = Object.keys(R.scores).sort((a, b) => (a === "market") - (b === "market") || a.localeCompare(b));
          const label = { pool: "ours (pool)", fundamental: "fundamental", market: "market" };
          const rows = names.map((name) => {
            const edge = name === "market" ? { n: 0 } : against(name), one = R.scores[name];
            const difference = edge.n === 0 ? DASH : `${edge.mean > 0 ? "+" : ""}${gap(edge.mean, edge.error)} \u00b1 ${gap(edge.error, edge.error)}`;
            return h("tr", {}, h("td", {}, Object.hasOwn(label, name) ? label[name] : name), [whole(one.n), score(one.brier), score(one.log), difference].map((text) => h("td", { class: "num" }, text)));
          });
          const head = h("tr", {}, h("th", { scope: "col" }, "Forecast"), ["n", "Brier", "Log loss", "Brier less market\u2019s"].map((text) => h("th", { scope: "col", class: "num" }, text)));
          const weights = Object.entries(R.weights).sort(([a], [b]) => a.localeCompare(b)).map(([series, weight]) => `${series} ${percent(weight)}`).join(", ");
          return card("Scores", h("span", { class: "eyebrow" }, "lower is better"),
            names.length === 0 ? empty("No forecast was scored.") : h("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": "Scores" }, h("table", {}, h("thead", {}, head), h("tbody", {}, rows))),
            names.length > 0 && h("p", { class: "note" }, "\u00b1 is one standard error, clustered by market."), weights !== "" && h("p", { class: "note" }, `Weight of the fundamental in the pool at the end: ${weights}.`));
        }

        function reasons() {
          const list = (title, table, nothing) => {
            const sorted = Object.entries(table).sort(([a, n], [b, m]) => m - n || a.localeCompare(b)), most = sorted[0]?.[1] ?? 1;
            return [h("h3", {}, title), sorted.length === 0 ? h("p", { class: "quiet" }, nothing) : h("ul", { class: "reasons" }, sorted.map(([code, n]) => h("li", { title: code },
              h("p", {}, h("span", {}, words(code)), h("span", { class: "figures bright" }, whole(n))),
              s("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": true }, s("rect", { width: Math.max(0.5, (100 * n) / most), height: 6, fill: "url(#brand)" })))))];
          };
          return card("Why not traded", h("span", { class: "eyebrow" }, "looks at a market, counted"), list("Refused by the risk gate", R.refusals, "Nothing was refused."), list("Passed over", R.no_trade, "Nothing was passed over."));
        }

        const COLUMNS = [
          ["Time, UTC", (f) => BigInt(f.ts), (f) => h("td", { class: "code", title: exact(f.ts) }, moment(milliseconds(f.ts)))],
          ["Market", (f) => f.market, (f) => h("td", { class: "code" }, f.market)],
          ["Side", (f) => f.side, (f) => h("td", {}, chip(f.side))],
          ["Price", (f) => Number(f.price), (f) => h("td", { class: "num" }, cents(f.price)), true],
          ["Contracts", (f) => Number(f.count), (f) => h("td", { class: "num" }, contracts(f.count)), true],
          ["Fee", (f) => Number(f.fee), (f) => h("td", { class: "num" }, dollars(f.fee)), true],
          ["Liquidity", (f) => f.liquidity, (f) => h("td", {}, f.liquidity)],
          ["Order", (f) => f.order_id, (f) => h("td", { class: "code quiet", title: f.order_id }, f.order_id.length > 12 ? "\u2026" + f.order_id.slice(-12) : f.order_id)],
        ];

        function fillTable() {
          if (R.fills.length === 0) return card("Fills", undefined, empty("No order was filled."));
          let column = 0, up = true;
          const body = h("tbody", {}), heads = COLUMNS.map(([title, , , right], i) => h("th", { scope: "col", class: right ? "num" : "" }, h("button", { type: "button", click: () => sort(i) }, title)));
          function sort(i) {
            up = i === column ? !up : true; column = i;
            fill();
          }
          function fill() {
            const key = COLUMNS[column][1], order = (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
            const sorted = [...R.fills].sort((a, b) => (up ? order(a, b) : order(b, a)));
            body.replaceChildren(...sorted.slice(0, SHOWN).map((one) => h("tr", {}, COLUMNS.map(([, , cell]) => cell(one)))));
            heads.forEach((head, k) => {
              head.setAttribute("aria-sort", k !== column ? "none" : up ? "ascending" : "descending");
              head.firstChild.textContent = COLUMNS[k][0] + (k !== column ? "" : up ? " \u2191" : " \u2193");
            });
          }
          fill();
          const rest = R.fills.length - SHOWN;
          const box = card("Fills", h("a", { class: "action", href: URL.createObjectURL(new Blob([csv()], { type: "text/csv" })), download: `aura-fills-${R.state_hash}.csv` }, "Download CSV"),
            h("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": "Fills" }, h("table", {}, h("thead", {}, h("tr", {}, heads)), body)),
            rest > 0 && h("p", { class: "note" }, `The first ${whole(SHOWN)} in this order are shown; ${whole(rest)} more are in the CSV.`));
          box.classList.add("long");
          return box;
        }

        function csv() {
          // A sheet takes a cell that starts like a formula for one.
          const cell = (text) => `"${String(text).replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
          const rows = R.fills.map((f) => [exact(f.ts), f.market, f.order_id, f.action, f.side, f.price, f.count, f.fee, f.liquidity].map(cell).join(","));
          return ["time_utc,market,order_id,action,side,price,count,fee,liquidity", ...rows].join("\r\n") + "\r\n";
        }

        document.getElementById("facts").replaceWith(facts());
        const view = marketView();
        document.querySelector("main").append(...[verdict(), figures(), equity(), drawdown(), breakdowns(), marketTable(view.choose), view.box, calibration(), h("div", { class: "half stack" }, scores(), bands(), reasons()), feeTable(), waitTable(), fillTable(),
          h("p", { class: "colophon" }, `Recorded money: a backtest of ${whole(R.events)} events. Fills are simulated behind the queue; nothing here was traded.`)].filter((one) => one !== undefined));
        view.start?.();
        """#
}
