extension BacktestPage {
    /// The report's charts, drawn as SVG at the width of the page.
    static let charts = #"""
        // A chart redraws at the width it is given; `draw(width)` returns its parts and the stops that the pointer or the arrow keys visit.
        const charts = [];
        function chart(label, draw) {
          const host = h("div", { class: "chart", tabindex: "0", role: "group", "aria-label": label });
          const tip = h("div", { class: "tip figures", "aria-live": "polite", hidden: true });
          let stops = [], place = -1, cursor, drawn = 0, picture, height = 0;
          function render(width) {
            if (width < 40 || Math.round(width) === drawn) return;
            drawn = Math.round(width);
            const made = draw(drawn);
            stops = made.stops; height = made.height; place = -1;
            cursor = s("line", { class: "cursor", y1: made.top, y2: made.bottom, visibility: "hidden" });
            picture = s("svg", { viewBox: `0 0 ${drawn} ${height}`, "aria-hidden": true }, made.parts, cursor);
            tip.hidden = true;
            host.replaceChildren(picture, tip);
          }
          function show(at) {
            place = at;
            const stop = stops[at];
            if (stop === undefined) { tip.hidden = true; cursor?.setAttribute("visibility", "hidden"); return; }
            cursor.setAttribute("x1", stop.x); cursor.setAttribute("x2", stop.x); cursor.setAttribute("visibility", "visible");
            tip.textContent = stop.text;
            tip.hidden = false;
            tip.style.left = `${Math.max(0, Math.min(stop.x + 10, drawn - tip.offsetWidth))}px`;
            if (stop.x + 10 + tip.offsetWidth > drawn) tip.style.left = `${Math.max(0, stop.x - 10 - tip.offsetWidth)}px`;
          }
          function point(event) {
            const x = ((event.clientX - host.getBoundingClientRect().left) / host.clientWidth) * drawn;
            show(stops.reduce((best, stop, i) => (best < 0 || Math.abs(stop.x - x) < Math.abs(stops[best].x - x) ? i : best), -1));
          }
          host.addEventListener("pointermove", point);
          host.addEventListener("pointerdown", point);
          host.addEventListener("pointerleave", () => show(-1));
          host.addEventListener("blur", () => show(-1));
          host.addEventListener("keydown", (event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (step === undefined || stops.length === 0) return;
            event.preventDefault();
            show(Math.max(0, Math.min(stops.length - 1, place + step)));
          });
          charts.push({ render, redraw: () => { drawn = 0; render(host.clientWidth); } });
          new ResizeObserver(() => render(host.clientWidth)).observe(host);
          return host;
        }
        addEventListener("beforeprint", () => charts.forEach((one) => one.render(700)));
        addEventListener("afterprint", () => charts.forEach((one) => one.redraw()));

        const path = (points) => points.map((p, i) => `${i === 0 ? "M" : "L"}${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join("");

        /** Ticks of 1, 2 or 5 times a power of ten. */
        function niceTicks(low, high, count) {
          const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
          const step = [1, 2, 5, 10].map((m) => m * power).find((x) => x >= rough);
          const ticks = [];
          for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9 && ticks.length < 50; k++) ticks.push(k * step);
          return { ticks, step };
        }

        /** Time from left to right; silences (recordings lie hours apart) are cut out and marked, so that what was recorded can be read. */
        const SILENCE = 15 * 60_000, CUT = 18;
        /** How long is a silence: where points are rare (a market of a week), three times their usual distance. */
        function silenceOf(times) {
          const gaps = times.slice(1).map((t, i) => t - times[i]).sort((a, b) => a - b);
          return Math.max(SILENCE, 3 * (gaps[gaps.length >> 1] ?? 0));
        }
        function timeScale(times, silence, left, right) {
          const sorted = [...times].sort((a, b) => a - b), spans = [];
          for (const t of sorted) {
            const last = spans.at(-1);
            if (last && t - last.to <= silence) last.to = t; else spans.push({ from: t, to: t });
          }
          const cut = Math.min(CUT, (right - left) / spans.length / 4), room = right - left - cut * (spans.length - 1);
          const lengths = spans.map((span) => Math.max(span.to - span.from, 1000)), total = lengths.reduce((a, b) => a + b, 0);
          let x = left;
          spans.forEach((span, i) => { span.x = x; span.width = (lengths[i] / total) * room; span.length = lengths[i]; x += span.width + cut; });
          const at = (t) => {
            const span = spans.findLast((one) => one.from <= t) ?? spans[0];
            return span.x + Math.max(0, Math.min(1, (t - span.from) / span.length)) * span.width;
          };
          return { spans, at, perMillisecond: room / total };
        }

        function timeAxis(scale, top, bottom, height) {
          const steps = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 10080].map((minutes) => minutes * 60_000);
          const step = steps.find((one) => one * scale.perMillisecond >= 64) ?? steps.at(-1);
          const parts = [], end = scale.spans.at(-1).x + scale.spans.at(-1).width;
          let free = -Infinity, date = -Infinity, lastDay = "";
          const label = (t, x) => {
            if (day(t) === lastDay || x < date) return;
            lastDay = day(t); date = x + 84;
            const fits = x + 70 <= end;
            parts.push(s("text", { x: fits ? x : end, y: height - 3, "text-anchor": fits ? "start" : "end" }, lastDay));
          };
          scale.spans.forEach((span, i) => {
            if (i > 0) {
              const x = (scale.spans[i - 1].x + scale.spans[i - 1].width + span.x) / 2;
              parts.push(s("line", { class: "base", x1: x, x2: x, y1: top, y2: bottom }, s("title", {}, "Nothing recorded here")));
            }
            label(span.from, span.x);
            for (let t = Math.ceil(span.from / step) * step, n = 0; t <= span.to && n < 200; t += step, n++) {
              const x = scale.at(t);
              if (x < free || x > end + 1) continue;
              free = x + 44;
              parts.push(s("line", { class: "grid", x1: x, x2: x, y1: bottom, y2: bottom + 4 }), s("text", { x, y: bottom + 16, "text-anchor": "middle" }, clock(t, false)));
              label(t, x);
            }
          });
          return parts;
        }

        /** At most a lowest and a highest point for every two pixels. */
        function thinned(points, limit) {
          if (points.length <= limit) return points;
          const size = Math.ceil((2 * points.length) / limit), kept = [];
          for (let i = 0; i < points.length; i += size) {
            const part = points.slice(i, i + size), low = part.reduce((a, b) => (b.v < a.v ? b : a)), high = part.reduce((a, b) => (b.v > a.v ? b : a));
            kept.push(...(low === high ? [low] : low.t < high.t ? [low, high] : [high, low]));
          }
          if (kept.at(-1) !== points.at(-1)) kept.push(points.at(-1));
          return kept;
        }

        /** A line broken where nothing was recorded. */
        function runs(points, silence) {
          const parts = [];
          points.forEach((p, i) => (i > 0 && p.t - points[i - 1].t <= silence ? parts.at(-1).push(p) : parts.push([p])));
          return parts;
        }

        /** The curve, and where it ends: with nothing left open, the cash after the last settlement is all there is. */
        const curve = R.equity.map((p) => ({ t: milliseconds(p.ts), v: Number(p.equity) }));
        if (R.open_positions.length === 0 && curve.length > 0 && R.settlements.length > 0) {
          const t = milliseconds(R.settlements.at(-1).ts);
          if (t >= curve.at(-1).t) curve.push({ t, v: Number(R.cash_end) });
        }

        function equityChart(width) {
          const height = 280, top = 10, bottom = height - 38, left = 4, right = width - 74;
          const times = curve.map((p) => p.t), silence = silenceOf(times), parted = runs(curve, silence);
          const pieces = parted.map((run) => thinned(run, Math.max(4, (width * run.length) / curve.length))), points = pieces.flat();
          const start = Number(R.cash_start), values = [...points.map((p) => p.v), start];
          let low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
          const pad = Math.max((high - low) * 0.08, Math.abs(start) * 0.0005, 0.01);
          low -= pad; high += pad;
          const y = (v) => bottom - ((v - low) / (high - low)) * (bottom - top), scale = timeScale(times, silence, left, right);
          for (const p of points) { p.x = scale.at(p.t); p.y = y(p.v); }
          const { ticks, step } = niceTicks(low, high, 5), places = step < 1 ? 2 : 0;
          const lines = pieces.flatMap((run) => [
            s("path", { class: "wash c-equity", d: `${path(run)}L${run.at(-1).x.toFixed(1)} ${bottom}L${run[0].x.toFixed(1)} ${bottom}Z` }),
            s("path", { class: "trace c-equity", d: run.length > 1 ? path(run) : `${path(run)}h0.1` }),
          ]);
          const grid = ticks.flatMap((v) => [
            s("line", { class: "grid", x1: left, x2: right, y1: y(v), y2: y(v) }), s("text", { x: right + 8, y: y(v) + 4 }, dollars(v, false, places)),
          ]);
          const base = s("line", { class: "base", x1: left, x2: right, y1: y(start), y2: y(start) }, s("title", {}, `Cash at the start: ${dollars(R.cash_start)}`));
          const stops = points.map((p) => ({ x: p.x, text: `${moment(p.t)} UTC\n${dollars(p.v)}  ${dollars(p.v - start, true)}` }));
          return { parts: [grid, base, timeAxis(scale, top, bottom, height), lines].flat(), stops, top, bottom, height };
        }

        /** How far below its highest equity has been, as a share of that. */
        function drawdownChart(width) {
          let high = -Infinity;
          const fallen = curve.map((p) => { high = Math.max(high, p.v); return { t: p.t, v: high > 0 ? (p.v - high) / high : 0 }; });
          const height = 130, top = 10, bottom = height - 38, left = 4, right = width - 74;
          const times = fallen.map((p) => p.t), silence = silenceOf(times), scale = timeScale(times, silence, left, right);
          const pieces = runs(fallen, silence).map((run) => thinned(run, Math.max(4, (width * run.length) / fallen.length))), points = pieces.flat();
          const low = Math.min(points.reduce((a, p) => Math.min(a, p.v), 0) * 1.08, -1e-4), y = (v) => top + (v / low) * (bottom - top);
          for (const p of points) { p.x = scale.at(p.t); p.y = y(p.v); }
          const { ticks, step } = niceTicks(low, 0, 3), places = Math.max(0, Math.min(4, -Math.floor(Math.log10(step * 100) + 1e-9)));
          const say = (v, digits) => (v === 0 ? "0%" : `${minus((v * 100).toFixed(digits))}%`);
          const grid = ticks.flatMap((v) => [s("line", { class: "grid", x1: left, x2: right, y1: y(v), y2: y(v) }), s("text", { x: right + 8, y: y(v) + 4 }, say(Math.abs(v) < 1e-12 ? 0 : v, places))]);
          const lines = pieces.flatMap((run) => [
            s("path", { class: "wash c-loss", d: `${path(run)}L${run.at(-1).x.toFixed(1)} ${top}L${run[0].x.toFixed(1)} ${top}Z` }), s("path", { class: "trace thin c-loss", d: run.length > 1 ? path(run) : `${path(run)}h0.1` }),
          ]);
          const stops = points.map((p) => ({ x: p.x, text: `${moment(p.t)} UTC\n${say(p.v, 3)} below the highest` }));
          return { parts: [grid, timeAxis(scale, top, bottom, height), lines].flat(), stops, top, bottom, height };
        }

        const kind = (strategy) => (strategy === "pool" || strategy === "fundamental" ? strategy : "other");

        /** One market: what the market thought, what we thought, and what we bought, all as the probability of YES. */
        function marketChart(ticker, width) {
          const height = 320, top = 10, bottom = height - 38, left = 4, right = width - 48;
          const rows = R.forecasts.filter((row) => row.market === ticker), fills = R.fills.filter((fill) => fill.market === ticker);
          const end = R.settlements.find((one) => one.market === ticker);
          const byStrategy = [...groups(rows, "strategy")], times = [...rows, ...fills, ...(end ? [end] : [])].map((one) => milliseconds(one.ts));
          const silence = silenceOf([...new Set(rows.map((row) => milliseconds(row.ts)))]), scale = timeScale(times, silence, left + 6, right - 6), y = (p) => bottom - p * (bottom - top);
          const trace = (name, list, value) => runs(list.map((row) => ({ t: milliseconds(row.ts), x: scale.at(milliseconds(row.ts)), y: y(value(row)) })), silence)
            .map((run) => s("path", { class: `trace c-${name} ${name === "pool" ? "" : "thin"}`, d: run.length > 1 ? path(run) : `${path(run)}h0.1` }));
          const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((p) => [
            s("line", { class: "grid", x1: left, x2: right, y1: y(p), y2: y(p) }), s("text", { x: right + 8, y: y(p) + 4 }, `${p * 100}%`),
          ]);
          const marketLine = trace("market", byStrategy[0]?.[1] ?? [], (row) => row.market_p);
          const ours = byStrategy.sort(([a], [b]) => (a === "pool") - (b === "pool")).flatMap(([name, list]) => trace(kind(name), list, (row) => row.p));
          const marks = fills.map((fill) => {
            const no = fill.side === "no", x = scale.at(milliseconds(fill.ts)), at = y(no ? 1 - Number(fill.price) : Number(fill.price)), k = no ? 1 : -1;
            const d = `M${x.toFixed(1)} ${(at + 6 * k).toFixed(1)}l-5.5 ${-10 * k}h11Z`;
            return s("path", { class: `mark c-${no ? "no" : "yes"}`, d }, s("title", {}, fillWords(fill)));
          });
          const known = number(end?.value);
          const outcome = known === undefined ? [] : [s("circle", { class: "mark c-outcome", cx: scale.at(milliseconds(end.ts)), cy: y(known), r: 5 }, s("title", {}, `Settled ${end.result}`))];
          const text = new Map();
          for (const row of rows) {
            const lines = text.get(row.ts) ?? [`${moment(milliseconds(row.ts))} UTC`, `market ${percent(row.market_p)}`];
            text.set(row.ts, [...lines, `${row.strategy} ${percent(row.p)}`]);
          }
          for (const fill of fills) text.set(fill.ts, [...(text.get(fill.ts) ?? [`${moment(milliseconds(fill.ts))} UTC`]), `${fillWords(fill)}`]);
          if (end) text.set(end.ts, [...(text.get(end.ts) ?? [`${moment(milliseconds(end.ts))} UTC`]), `settled ${end.result}`]);
          const stops = [...text].map(([ts, lines]) => ({ t: milliseconds(ts), text: shortened(lines) })).sort((a, b) => a.t - b.t).map((stop) => ({ ...stop, x: scale.at(stop.t) }));
          return { parts: [grid, timeAxis(scale, top, bottom, height), marketLine, ours, outcome, marks].flat(), stops, top, bottom, height };
        }
        const fillWords = (fill) => `${contracts(fill.count)} ${fill.side.toUpperCase()} at ${cents(fill.price)} (${fill.liquidity})`;
        const shortened = (lines) => (lines.length > 8 ? [...lines.slice(0, 8), `and ${lines.length - 8} more`] : lines).join("\n");

        const BINS = 10;
        function bins(strategy, value) {
          const found = Array.from({ length: BINS }, () => ({ n: 0, p: 0, outcome: 0 }));
          for (const row of settledRows(strategy)) {
            const bin = found[Math.min(BINS - 1, Math.floor(value(row) * BINS))];
            bin.n += 1; bin.p += value(row); bin.outcome += row.outcome;
          }
          return found.map(({ n, p, outcome }) => (n === 0 ? { n } : { n, p: p / n, share: outcome / n, bar: wilson(outcome / n, n) }));
        }

        function calibrationChart(width) {
          const top = 10, left = 6, right = width - 44, bottom = top + Math.min(right - left, 430), height = bottom + 72;
          const x = (p) => left + p * (right - left), y = (p) => bottom - p * (bottom - top), stops = [];
          const grid = [0, 0.2, 0.4, 0.6, 0.8, 1].flatMap((p) => [
            s("line", { class: "grid", x1: left, x2: right, y1: y(p), y2: y(p) }), s("line", { class: "grid", x1: x(p), x2: x(p), y1: top, y2: bottom }),
            s("text", { x: right + 7, y: y(p) + 4 }, `${Math.round(p * 100)}%`), s("text", { x: x(p), y: bottom + 16, "text-anchor": p === 0 ? "start" : "middle" }, `${Math.round(p * 100)}%`),
          ]);
          const parts = [["market", (row) => row.market_p], ["pool", (row) => row.p]].flatMap(([name, value], k) => bins("pool", value).flatMap((bin, i) => {
            const middle = x((i + 0.5) / BINS);
            const counted = s("text", { class: `c-${name}`, x: middle, y: bottom + 38 + 16 * k, "text-anchor": "middle" }, bin.n === 0 ? DASH : String(bin.n));
            if (bin.n === 0) return [counted];
            const cx = x(bin.p) + (k === 0 ? -2 : 2);
            stops.push({ x: cx, text: `${name === "pool" ? "ours" : "market"}: said ${percent(bin.p)}, came ${percent(bin.share)}\n95 %: ${percent(bin.bar[0])} to ${percent(bin.bar[1])}, n ${bin.n}` });
            return [counted, s("line", { class: `bar c-${name}`, x1: cx, x2: cx, y1: y(bin.bar[0]), y2: y(bin.bar[1]) }), s("circle", { class: `mark c-${name}`, cx, cy: y(bin.share), r: 4 })];
          }));
          const labels = [s("text", { x: right + 7, y: bottom + 38 }, "market"), s("text", { x: right + 7, y: bottom + 54 }, "ours")];
          const even = s("line", { class: "base", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }, s("title", {}, "Forecasts that come true as often as they say"));
          return { parts: [grid, even, labels, parts].flat(), stops: stops.sort((a, b) => a.x - b.x), top, bottom, height };
        }
        """#
}
