extension BacktestPage {
    /// How the report looks: the dashboard's colours by meaning, and light ones for paper.
    static let style = #"""
        :root {
          color-scheme: dark;
          --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
          --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
          --deep: oklch(0.125 0.024 268); --panel: oklch(0.205 0.032 268); --raised: oklch(0.265 0.036 268); --line: oklch(0.36 0.035 268);
          --quiet: oklch(0.73 0.03 265); --soft: oklch(0.86 0.02 265); --bright: oklch(0.975 0.006 265);
          --accent: oklch(0.83 0.13 182); --aurora: oklch(0.7 0.16 290); --profit: oklch(0.84 0.17 158); --loss: oklch(0.74 0.165 18);
          --warning: oklch(0.85 0.14 82); --yes: oklch(0.81 0.12 215); --no: oklch(0.77 0.15 330); --recorded: oklch(0.8 0.12 300);
          --grid: color-mix(in oklch, white 9%, transparent); --edge: color-mix(in oklch, white 8%, transparent);
          --card: linear-gradient(165deg, color-mix(in oklch, white 5.5%, transparent), transparent 45%), color-mix(in oklch, var(--panel) 72%, transparent);
          --lift: inset 0 1px 0 color-mix(in oklch, white 7%, transparent), 0 18px 40px -24px oklch(0.05 0.03 268 / 0.9);
          --sheet: var(--panel);
        }
        @media screen and (prefers-color-scheme: light) {
          :root {
            color-scheme: light; --deep: oklch(0.975 0.006 265); --panel: #fff; --raised: oklch(0.955 0.01 265); --line: oklch(0.82 0.02 265); --quiet: oklch(0.47 0.03 265);
            --soft: oklch(0.34 0.03 265); --bright: oklch(0.19 0.03 268); --accent: #00796b; --aurora: #6a3fc4; --profit: #0a7a3d; --loss: #b3261e; --warning: #8a5a00; --yes: #00639b;
            --no: #a3227f; --recorded: #6a3fc4; --grid: color-mix(in oklch, black 9%, transparent); --edge: color-mix(in oklch, black 9%, transparent); --card: #fff;
            --lift: 0 10px 30px -22px oklch(0.3 0.05 268 / 0.5);
          }
          body::before { opacity: 0.25; }
        }
        * { box-sizing: border-box; margin: 0; }
        html { background: var(--deep); }
        body { min-height: 100dvh; font: 0.875rem/1.25rem var(--sans); color: var(--soft); -webkit-font-smoothing: antialiased; }
        body::before {
          content: ""; position: fixed; inset: 0; z-index: -1;
          background: radial-gradient(58rem 34rem at 8% -12%, oklch(0.55 0.12 182 / 0.34), transparent 68%),
            radial-gradient(52rem 32rem at 96% -8%, oklch(0.5 0.17 290 / 0.36), transparent 66%), var(--deep);
        }
        main { display: grid; grid-template-columns: repeat(12, minmax(0, 1fr)); gap: 0.75rem; max-width: 80rem; margin: 0 auto; padding: 0.75rem; }
        main > * { grid-column: 1 / -1; min-width: 0; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        button, select { font: inherit; color: inherit; cursor: pointer; }
        a { color: var(--accent); }
        .figures { font-family: var(--mono); font-variant-numeric: tabular-nums; letter-spacing: -0.02em; }
        .eyebrow, dt { font-size: 0.6875rem; line-height: 1rem; font-weight: 500; letter-spacing: 0.02em; color: var(--quiet); }
        .quiet { color: var(--quiet); } .profit { color: var(--profit); } .loss { color: var(--loss); } .bright { color: var(--bright); }
        .card { background: var(--card); border: 1px solid var(--edge); border-radius: 1.125rem; box-shadow: var(--lift); padding: 0.75rem 1rem 1rem; break-inside: avoid; }
        .card > header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.25rem 1rem; min-height: 1.75rem; margin-bottom: 0.5rem; }
        h2 { font-size: 0.8125rem; line-height: 1.25rem; font-weight: 600; color: var(--bright); }
        .note { margin-top: 0.5rem; font-size: 0.75rem; line-height: 1.125rem; color: var(--quiet); max-width: 60rem; }
        .empty { padding: 1.5rem 1rem; text-align: center; font-size: 0.8125rem; color: var(--quiet); }

        .top { padding: 0.5rem 0.25rem 0; }
        .brand { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.75rem; margin-bottom: 0.75rem; }
        .brand svg { width: 2rem; height: 2rem; }
        h1 { font-size: 1rem; font-weight: 600; letter-spacing: 0.02em; color: var(--bright); }
        .wordmark { font-size: 1.0625rem; font-weight: 600; letter-spacing: 0.2em; color: var(--bright); }
        .badge { padding: 0.2rem 0.75rem; border-radius: 0.625rem; font-weight: 600; letter-spacing: 0.04em; color: var(--recorded);
          background: color-mix(in oklch, var(--recorded) 16%, transparent); box-shadow: inset 0 0 0 1px color-mix(in oklch, var(--recorded) 50%, transparent); }
        .facts { display: flex; flex-wrap: wrap; gap: 0.5rem 1.75rem; }
        .facts dd { color: var(--bright); overflow-wrap: anywhere; }
        .facts > .wide { flex: 1 1 100%; }

        .verdict p + p { margin-top: 0.25rem; }
        .verdict .head { font-size: 1.375rem; line-height: 1.75rem; font-weight: 600; color: var(--bright); letter-spacing: -0.01em; margin-bottom: 0.375rem; text-wrap: balance; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 0.75rem 1rem; }
        .tiles dd { font-size: 1.0625rem; line-height: 1.5rem; color: var(--bright); white-space: nowrap; }
        .tiles dd.profit { color: var(--profit); } .tiles dd.loss { color: var(--loss); }
        .tiles small { display: block; font: 0.6875rem/1rem var(--sans); letter-spacing: 0; color: var(--quiet); }

        .chart { position: relative; touch-action: pan-y; }
        .chart svg { display: block; width: 100%; height: auto; overflow: visible; }
        .chart text { font: 11px var(--mono); fill: var(--quiet); letter-spacing: -0.02em; }
        .chart .grid { stroke: var(--grid); fill: none; } .chart .base { stroke: var(--quiet); stroke-dasharray: 2 4; opacity: 0.7; }
        .chart .trace { fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
        .chart .thin { stroke-width: 1.25; } .chart .wash { fill: currentColor; opacity: 0.14; stroke: none; }
        .chart .mark { fill: currentColor; stroke: var(--deep); stroke-width: 1; } .chart .bar { stroke: currentColor; stroke-width: 1.25; opacity: 0.75; }
        .chart .cursor { stroke: var(--quiet); stroke-width: 1; }
        .c-pool, .c-equity { color: var(--accent); } .c-fundamental { color: var(--aurora); } .c-market { color: var(--soft); } .c-other { color: var(--warning); }
        .c-yes { color: var(--yes); } .c-no { color: var(--no); } .c-outcome { color: var(--bright); } .c-loss { color: var(--loss); } .c-profit { color: var(--profit); }
        .tip { position: absolute; top: 0; z-index: 2; pointer-events: none; padding: 0.375rem 0.625rem; border-radius: 0.625rem; background: var(--sheet);
          border: 1px solid var(--line); font: 0.75rem/1.125rem var(--mono); color: var(--bright); white-space: pre; }
        .legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; font-size: 0.75rem; color: var(--soft); }
        .legend span::before { content: ""; display: inline-block; width: 0.75rem; height: 0.1875rem; margin-right: 0.375rem; border-radius: 2px; vertical-align: middle; background: var(--swatch, currentColor); }
        .legend i { font-style: normal; color: var(--soft); }
        .legend .tri::before { content: "\25B2"; width: auto; height: auto; background: none; vertical-align: baseline; font-size: 0.625rem; }
        .legend .tri.c-no::before { content: "\25BC"; }
        select { max-width: 100%; padding: 0.25rem 0.625rem; border-radius: 0.5rem; border: 1px solid var(--line); background: var(--raised); color: var(--bright); font-size: 0.8125rem; }

        .scroller { overflow: auto; overscroll-behavior-x: contain; scrollbar-width: thin; scrollbar-color: var(--line) transparent; max-height: 34rem; margin: 0 -1rem -0.5rem; padding: 0 1rem 0.5rem; }
        table { width: 100%; border-collapse: collapse; font-size: 0.8125rem; }
        th { position: sticky; top: 0; z-index: 1; background: var(--panel); font-size: 0.6875rem; font-weight: 500; color: var(--quiet); text-align: left; white-space: nowrap; }
        th, td { padding: 0.375rem 0.625rem; border-bottom: 1px solid var(--grid); }
        tbody tr:last-child td { border-bottom: 0; } tfoot td { border-top: 1px solid var(--line); border-bottom: 0; color: var(--bright); }
        td { white-space: nowrap; color: var(--soft); } .num { text-align: right; } td.num, td.code { font-family: var(--mono); font-variant-numeric: tabular-nums; letter-spacing: -0.02em; }
        td.profit { color: var(--profit); } td.loss { color: var(--loss); }
        th button, td button { padding: 0; border: 0; background: none; } td button { color: var(--bright); text-decoration: underline dotted var(--line); text-underline-offset: 3px; }
        tr.chosen td { background: color-mix(in oklch, var(--accent) 9%, transparent); }
        .chip { display: inline-block; padding: 0 0.5rem; border-radius: 999px; font-size: 0.6875rem; line-height: 1.25rem; font-weight: 500; color: var(--tone, var(--soft));
          background: color-mix(in oklch, var(--tone, var(--quiet)) 12%, transparent); box-shadow: inset 0 0 0 1px color-mix(in oklch, var(--tone, var(--quiet)) 35%, transparent); }
        .chip.yes { --tone: var(--yes); } .chip.no { --tone: var(--no); } .chip.warning { --tone: var(--warning); }
        .action { padding: 0.1875rem 0.75rem; border-radius: 0.5rem; border: 1px solid var(--line); background: var(--raised); color: var(--bright); font-size: 0.75rem; text-decoration: none; }

        .reasons { list-style: none; padding: 0; display: grid; gap: 0.625rem; }
        .reasons p { display: flex; justify-content: space-between; gap: 0.75rem; font-size: 0.8125rem; }
        .reasons svg { display: block; width: 100%; height: 6px; margin-top: 4px; border-radius: 3px; background: var(--grid); }
        h3 { font-size: 0.75rem; font-weight: 500; color: var(--quiet); margin: 0.75rem 0 0.5rem; } h3:first-of-type { margin-top: 0; }
        .breakdowns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: 0.75rem 1.75rem; } .breakdowns h3 { margin-top: 0; }
        .breakdowns svg { display: block; width: 100%; height: 6px; margin-top: 4px; border-radius: 3px; background: var(--grid); } .breakdowns rect { fill: currentColor; }
        .colophon { padding: 0.25rem; font-size: 0.75rem; color: var(--quiet); }
        .stack { display: grid; gap: 0.75rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
        @media (min-width: 64rem) { main > .half { grid-column: span 6; } }
        @media (max-width: 40rem) { .tiles { grid-template-columns: 1fr 1fr; } .tiles dd { white-space: normal; } .verdict .head { font-size: 1.1875rem; line-height: 1.5rem; } th, td { padding-inline: 0.5rem; } }

        @media print {
          @page { margin: 12mm; }
          :root {
            color-scheme: light; --deep: #fff; --panel: #fff; --raised: #fff; --card: #fff; --lift: none; --sheet: #fff; --edge: #c9ccd6; --line: #b4b8c6; --grid: #e3e5ec;
            --quiet: #555b6e; --soft: #272b38; --bright: #0b0e18; --accent: #00796b; --aurora: #6a3fc4; --profit: #0a7a3d; --loss: #b3261e;
            --warning: #8a5a00; --yes: #00639b; --no: #a3227f; --recorded: #6a3fc4;
          }
          * { print-color-adjust: exact; }
          body::before, .action, .tip, select, noscript { display: none; }
          main { display: block; max-width: none; padding: 0; } main > * { margin-bottom: 8px; }
          .scroller { max-height: none; overflow: visible; } .long { break-inside: auto; } th { position: static; } thead { display: table-header-group; } tr { break-inside: avoid; }
          td, th { padding: 2px 5px; } table { font-size: 9px; } td button { text-decoration: none; }
        }
        """#
}
