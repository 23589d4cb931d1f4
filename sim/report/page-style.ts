/** The style sheet of the report: light and dark, screen and paper, no script. */
const ORIGINS = {
  light: ["#0b63b0", "#b1440a", "#0c7a4d", "#8a2fa8", "#9a6b00", "#b3175c", "#3c4f9e", "#52720b"],
  dark: ["#6db6f7", "#ff9d61", "#5fd3a0", "#d59af0", "#e6bd4f", "#ff8ab8", "#a9b6ff", "#b9d86a"],
};

const LIGHT = `--page:#fff;--text:#1c1f24;--soft:#5b6470;--line:#d9dee5;--card:#f5f7fa;--bad:#b3261e;--bad-card:#fdeceb;
--good:#0c7a4d;--good-card:#e7f5ee;--shade:#f3b8b33d;--still:#8791a040;--late:#9a6b00;${colors(ORIGINS.light)}`;
const DARK = `--page:#14171b;--text:#e4e8ed;--soft:#9aa5b1;--line:#333b45;--card:#1d2228;--bad:#ff8a80;--bad-card:#3a1d1c;
--good:#5fd3a0;--good-card:#15302a;--shade:#ff8a8026;--still:#9aa5b133;--late:#e6bd4f;${colors(ORIGINS.dark)}`;

function colors(list: readonly string[]): string {
  return list.map((color, i) => `--o${i}:${color};`).join("");
}

const ORIGIN_RULES = ORIGINS.light
  .map(
    (_, i) =>
      `.o${i}{--own:var(--o${i})}.arrow.o${i}{marker-end:url(#tip-o${i})}td.who.o${i}{color:var(--o${i});font-weight:600}`,
  )
  .join("\n");

export const PAGE_STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1400px;padding:20px 28px 60px;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif}
h1{font-size:22px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 8px;border-bottom:1px solid var(--line);padding-bottom:4px}h3{font-size:15px;margin:20px 0 6px}
code,pre,.diagram text,td.number{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.86em}
code{overflow-wrap:anywhere}
a{color:var(--o0)}
:focus-visible{outline:2px solid var(--o0);outline-offset:2px}
.facts,.note,nav{color:var(--soft);font-size:13px}nav a{margin-right:14px}
.verdict{border-left:5px solid var(--good);background:var(--good-card);padding:12px 18px;margin:14px 0;border-radius:0 6px 6px 0}
.verdict.failed{border-color:var(--bad);background:var(--bad-card)}
.verdict p{margin:2px 0}.verdict .says{font-size:17px;font-weight:600}
.verdict dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:8px 0 0}.verdict dt{color:var(--soft)}.verdict dd{margin:0;overflow-wrap:anywhere}
.verdict pre{margin:8px 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
.replay{user-select:all;background:var(--card);border:1px solid var(--line);border-radius:4px;padding:3px 8px}
ol.story{list-style:none;padding:0;margin:6px 0}
ol.story li{display:grid;grid-template-columns:84px 1fr;gap:12px;padding:1px 6px;overflow-wrap:anywhere}
ol.story li.fault{color:var(--bad)}ol.story li.failure{color:var(--bad);font-weight:700;background:var(--bad-card)}
ol.story li.concerned{font-weight:600}
ol.story time{color:var(--soft);text-align:right;font-weight:400;font-variant-numeric:tabular-nums}
.group{border:1px solid var(--line);border-radius:6px;padding:8px 14px;margin:6px 0;background:var(--card)}
.group p{margin:2px 0}.group ul{margin:4px 0;padding-left:20px}.wrong{color:var(--bad);font-weight:600}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px;margin:8px 0}
th,td{text-align:left;vertical-align:baseline;padding:3px 8px;border-bottom:1px solid var(--line)}thead th{color:var(--soft);font-weight:500}
td.number,td.sight{white-space:nowrap;font-variant-numeric:tabular-nums}td.own{color:var(--soft)}td.soon{color:var(--good)}td.late{color:var(--late)}td.never{color:var(--bad)}td.stands{color:var(--good);font-weight:600}
details{margin:6px 0}summary{cursor:pointer}pre.data{user-select:all;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:10px;max-height:70vh;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--soft);margin:6px 0;padding:0;list-style:none}
.legend svg{width:34px;height:14px;vertical-align:-2px;margin-right:4px}
.switches,label{font-size:13px;color:var(--soft)}label{margin:0 14px 0 4px}
.diagram svg{display:block;width:100%;height:auto;overflow:hidden}
.diagram svg.head{position:sticky;top:0;background:var(--page);border-bottom:1px solid var(--line);z-index:1}
.lane{stroke:var(--own);stroke-width:1.6;opacity:.55}.lane-name{fill:var(--own);font-weight:700}.diagram text.lane-name{font-size:15px}.diagram text.lane-note{font-size:10px;fill:var(--soft)}
.diagram text{font-size:11.2px;fill:var(--text)}
.diagram text.tick,.diagram text.pause{font-size:10.5px;fill:var(--soft)}
.arrow{fill:none;stroke:var(--own,var(--soft));stroke-width:1.3;marker-end:url(#tip-x);opacity:.75}
.arrow.relayed{stroke-dasharray:5 3}.arrow.lost,.arrow.underway{marker-end:none!important;stroke-dasharray:2 3}
.arrow.repair,.arrow.pull,.arrow.lapped{stroke:var(--text);stroke-width:1.6}.arrow.garbage{stroke:var(--bad)}
.diagram text.cross{font-size:16px;font-weight:700;fill:var(--bad);text-anchor:middle}.diagram text.kind{fill:var(--text);font-size:10px}
.quiet{fill:none;stroke:var(--soft);stroke-width:.7;opacity:.5}.quiet+.quiet{opacity:.3}
g:hover>.arrow{stroke-width:3;opacity:1}
.tip{fill:var(--own,var(--text))}.hatch{stroke:var(--soft);stroke-width:1.5;opacity:.5}
.shade{fill:var(--shade)}.shade.pause,.shade.drill{fill:var(--still)}.shade.restart{fill:url(#hatch)}
.paper{fill:var(--page);opacity:.82}.fault .paper,.mend .paper{opacity:.5}
.dot{fill:var(--own);stroke:var(--page);stroke-width:1.2}
.read .dot,.expectation .dot{fill:var(--page);stroke:var(--own);stroke-width:1.6}.read text{fill:var(--soft)}
.label.expectation text{font-style:italic;fill:var(--soft)}.expiry text{font-style:italic}
.label.fault text{fill:var(--bad)}.label.mend text{fill:var(--good)}
.label.concerned text{font-weight:700;fill:var(--text)}
.failed path{stroke:var(--bad);stroke-width:1.6;stroke-dasharray:7 4;fill:none}.failed .ring{fill:none;stroke:var(--bad);stroke-width:2.5}
.diagram .failed text{fill:var(--bad);font-weight:700;font-size:12px;paint-order:stroke;stroke:var(--page);stroke-width:4px}
#show-heartbeat:not(:checked)~.diagram .heartbeat,#show-ack:not(:checked)~.diagram .ack,#show-hello:not(:checked)~.diagram .hello{display:none}
${ORIGIN_RULES}
@media print{body{max-width:none;padding:0;font-size:11px}.switches,input,label,nav{display:none}.diagram svg{break-inside:avoid}.diagram svg.head{position:static}pre.data{max-height:none}tr,.group,li{break-inside:avoid}}
`;
