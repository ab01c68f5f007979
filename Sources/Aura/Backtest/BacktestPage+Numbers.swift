extension BacktestPage {
    /// The report's figures: reading them, writing them, one market's books, and the statistics of the verdict.
    static let numbers = #"""
        // Times are nanoseconds, more than a number holds exactly: they stay text until they are drawn.
        const R = JSON.parse(document.getElementById("report").textContent.replace(/"ts":(\d+)/g, '"ts":"$1"'));
        const DASH = "\u2014", MINUS = "\u2212", NS = "http://www.w3.org/2000/svg";

        // Elements. Text only ever enters as text nodes and attributes, so nothing from outside becomes markup.
        function make(node, attributes, children) {
          for (const [name, value] of Object.entries(attributes ?? {})) {
            if (value === undefined || value === false) continue;
            if (typeof value === "function") node.addEventListener(name, value);
            else node.setAttribute(name, value === true ? "" : value);
          }
          node.append(...children.flat().filter((child) => child !== undefined && child !== false));
          return node;
        }
        const h = (tag, attributes, ...children) => make(document.createElement(tag), attributes, children);
        const s = (tag, attributes, ...children) => make(document.createElementNS(NS, tag), attributes, children);

        // Figures. Absent in, dash out.
        const number = (text) => (text === null || text === undefined || text === "" || !Number.isFinite(Number(text)) ? undefined : Number(text));
        const minus = (text) => text.replace("-", MINUS);
        function dollars(value, signed = false, places = 2) {
          const x = number(value);
          if (x === undefined) return DASH;
          // Whole cents in cents; a fee may be finer.
          const digits = places === 2 && Math.abs(x * 100 - Math.round(x * 100)) > 1e-4 ? 4 : places;
          const body = Math.abs(x).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
          return (x < 0 ? MINUS : signed && x > 0 ? "+" : "") + "$" + body;
        }
        const whole = (x) => (number(x) === undefined ? DASH : minus(Number(x).toLocaleString("en-US", { maximumFractionDigits: 0 })));
        const contracts = (x) => (number(x) === undefined ? DASH : minus(Number(x).toLocaleString("en-US", { maximumFractionDigits: 2 })));
        const cents = (x) => (number(x) === undefined ? DASH : minus((Number(x) * 100).toLocaleString("en-US", { maximumFractionDigits: 2 })) + "\u00a2");
        const score = (x) => (number(x) === undefined ? DASH : minus(x.toFixed(4)));
        /** A difference with its error, to two digits of the error. */
        const placesOf = (error) => (error > 0 ? Math.min(8, Math.max(4, 2 - Math.ceil(Math.log10(error)))) : 4);
        const gap = (x, error) => (number(x) === undefined ? DASH : minus(x.toFixed(placesOf(error))));
        const percent = (x) => (number(x) === undefined ? DASH : (x * 100).toFixed(1) + "%");
        const many = (n, one, more = one + "s") => `${whole(n)} ${n === 1 ? one : more}`;
        const tone = (x) => (number(x) > 0 ? "profit" : number(x) < 0 ? "loss" : "");

        // Times, always UTC.
        const milliseconds = (ts) => Number(BigInt(ts) / 1000n) / 1000;
        const iso = (ms) => new Date(ms).toISOString();
        const day = (ms) => iso(ms).slice(0, 10);
        const clock = (ms, seconds = true) => iso(ms).slice(11, seconds ? 19 : 16);
        const moment = (ms) => `${day(ms)} ${clock(ms)}`;
        const exact = (ts) => `${iso(milliseconds(ts)).slice(0, 19)}.${(BigInt(ts) % 1000000000n).toString().padStart(9, "0")}Z`;

        // One market's books: buys of one leg close the other first; costs at the average, in millionths of a dollar (the desk's own rules).
        function ledger(fills, settlement) {
          const size = (text) => BigInt(Math.round(Number(text) * 100)), price = (text) => BigInt(Math.round(Number(text) * 10000));
          const least = (a, b) => (a < b ? a : b), magnitude = (a) => (a < 0n ? -a : a);
          let net = 0n, cost = 0n, gain = 0n, fees = 0n, bought = 0n, spent = 0n;
          for (const fill of fills) {
            const q = size(fill.count), p = price(fill.price), signed = fill.side === "no" ? -q : q;
            const closed = net < 0n !== signed < 0n ? least(magnitude(net), q) : 0n;
            const share = closed > 0n ? (cost * closed) / magnitude(net) : 0n;
            gain += 10000n * closed - p * closed - share;
            cost += p * (q - closed) - share;
            net += signed; bought += q; spent += p * q; fees += price(fill.fee) * 100n;
          }
          if (settlement) {
            const isVoid = settlement.value === undefined || settlement.value === null;
            const value = isVoid ? 0n : price(settlement.value);
            const worth = isVoid ? cost : magnitude(net) * (net < 0n ? 10000n - value : value);
            gain += worth - cost; fees += isVoid ? 0n : worth % 10000n;  // A payout is whole cents; the rest is a fee.
            net = 0n;
          }
          return {
            contracts: Number(bought) / 100, average: bought > 0n ? Number(spent) / Number(bought) / 10000 : undefined, fees: Number(fees) / 1e6,
            pnl: Number(gain - fees) / 1e6, open: Number(net) / 100,
          };
        }

        // Statistics.
        /** The mean of d with its standard error, where rows of one market count as one draw; no error from fewer than two markets. */
        function clustered(rows) {
          const n = rows.length, mean = rows.reduce((sum, row) => sum + row.d, 0) / n, sums = new Map();
          for (const row of rows) sums.set(row.market, (sums.get(row.market) ?? 0) + row.d - mean);
          const g = sums.size, squares = [...sums.values()].reduce((sum, x) => sum + x * x, 0), error = g < 2 ? undefined : Math.sqrt((g / (g - 1)) * squares) / n;
          return { n, markets: g, mean, error: error < 1e-12 ? 0 : error };
        }

        /** 95 % interval of a share by Wilson. */
        function wilson(share, n, z = 1.959964) {
          const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
          const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
          return [Math.max(0, middle - half), Math.min(1, middle + half)];
        }

        const settledRows = (strategy) => R.forecasts.filter((row) => row.strategy === strategy && number(row.outcome) !== undefined);
        const squared = (p, outcome) => (p - outcome) * (p - outcome);
        /** A strategy's Brier score, the market's own on the same rows, and the mean difference with its error: below zero is better than the market. */
        function against(strategy) {
          const rows = settledRows(strategy).map((row) => ({ market: row.market, own: squared(row.p, row.outcome), theirs: squared(row.market_p, row.outcome) }));
          const mean = (value) => rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
          const difference = clustered(rows.map(({ market, own, theirs }) => ({ market, d: own - theirs })));
          return { ...difference, brier: mean((row) => row.own), market: mean((row) => row.theirs) };
        }

        function groups(rows, key) {
          const found = new Map();
          for (const row of rows) found.has(row[key]) ? found.get(row[key]).push(row) : found.set(row[key], [row]);
          return found;
        }
        """#
}
