"""How a page looks, on a screen of any width and on paper."""

CSS = """
:root { color-scheme: light; --ink: #1d2430; --soft: #5c6675; --line: #dde2e8; --accent: #332288; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #fff; color: var(--ink); line-height: 1.5; font-size: 15px;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main, header, footer { max-width: 1160px; margin: 0 auto; padding: 0 24px; overflow-wrap: anywhere; }
header { padding-top: 36px; border-top: 5px solid var(--accent); max-width: none; }
header > div { max-width: 1112px; margin: 0 auto; padding-bottom: 18px; border-bottom: 1px solid var(--line); }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 21px; line-height: 1.3; margin: 44px 0 12px; }
h3 { font-size: 15px; margin: 26px 0 8px; }
p { margin: 6px 0; max-width: 78ch; }
.soft, footer, dd { color: var(--soft); }
nav a { color: var(--ink); text-decoration: none; }
nav a:hover, nav a:focus { text-decoration: underline; text-underline-offset: 3px; }
.sample { width: 30px; height: 10px; vertical-align: middle; margin-right: 7px; flex: none; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 24px; margin: 0 0 14px; }
.grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 18px 36px; }
.trades { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 4fr); gap: 0 36px; }
.trades .scroll table { width: 100%; }
figure { margin: 0; min-width: 0; break-inside: avoid; }
figcaption { font-weight: 600; margin-bottom: 4px; }
figure svg, figure img { display: block; width: 100%; height: auto; }
figure svg * { stroke-linejoin: round; stroke-linecap: butt; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: 5px 9px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 600; }
thead th { vertical-align: bottom; border-bottom: 2px solid var(--ink); max-width: 220px; }
.statistics thead th { min-width: 84px; white-space: normal; overflow-wrap: break-word; }
tbody th { text-align: left; font-weight: 400; background: #fff; position: sticky; left: 0; }
tbody th.group { font-weight: 600; padding-top: 16px; color: var(--accent); }
tbody tr { break-inside: avoid; }
.reasons td:last-child { text-align: left; white-space: normal; min-width: 340px; }
table.heat { width: 100%; border-collapse: separate; border-spacing: 2px; font-size: 13px; }
table.heat th, table.heat td { border: 0; padding: 4px 5px; min-width: 46px; text-align: center; }
table.heat tbody th { min-width: 40px; text-align: left; }
table.heat .apart { border-left: 6px solid #fff; background-clip: padding-box; }
table.heat td.apart, table.heat tr:last-child { font-weight: 600; }
table.heat td { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
dl { display: grid; grid-template-columns: minmax(130px, max-content) 1fr; gap: 6px 22px; margin: 0; font-size: 14px; }
dt { font-weight: 600; } dd { margin: 0; }
footer { margin-top: 44px; padding-bottom: 32px; font-size: 13px; }
@media screen and (max-width: 760px) {
  body { font-size: 14px; }
  main, header, footer { padding-left: 14px; padding-right: 14px; }
  header { padding-top: 22px; }
  h1 { font-size: 24px; }
  .grid, .trades { grid-template-columns: minmax(0, 1fr); }
  th, td { padding: 5px 7px; }
  .statistics thead th { min-width: 78px; }
  tbody th { max-width: 150px; white-space: normal; }
  dl { grid-template-columns: 1fr; gap: 2px; } dd { margin-bottom: 8px; }
}
@media print {
  @page { size: A4; margin: 14mm 13mm; }
  body { font-size: 10.5pt; }
  main, header, footer { padding: 0; }
  .scroll { overflow: visible; }
  .grid { gap: 12px 18px; }
  .trades { display: block; }
  .trades > div { break-inside: avoid; }
  h2 { margin-top: 26px; } h3 { margin-top: 16px; }
  section.model h2 { margin-top: 0; }
  h2, h3 { break-after: avoid; }
  section.model { break-before: page; }
  table { font-size: 8pt; } dl { font-size: 9pt; }
  table.heat { font-size: 7.5pt; border-spacing: 1px; }
  table.heat th, table.heat td { min-width: 0; padding: 2px 3px; }
  .statistics thead th { min-width: 0; }
  th, td { padding: 2.5px 5px; }
}
"""
