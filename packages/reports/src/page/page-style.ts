/**
 * The page's whole style. No style attributes anywhere, so that a policy can allow exactly this text. Light values are
 * the default; every text colour has a contrast of at least 4.5 on the ground it stands on.
 */
export const pageStyle = `
:root{color-scheme:light dark;--ground:#f6f7f9;--surface:#fff;--wash:#f1f3f6;--ink:#15181e;--muted:#565e6c;--rule:#e3e6eb;
--accent:#3451d1;--band:#d5dcfa;--target:#a8470f;--strategic:#3451d1;--feature:#596579;--sustaining:#8e9aad;--hatch:#b9c1cd;
--below:#9c3a0c;--below-wash:#fdeee4;--met:#0d6640;--met-wash:#e4f5ec;--unsure:#4a5261;--unsure-wash:#eceff3}
@media (prefers-color-scheme:dark){:root{--ground:#0d1015;--surface:#14181f;--wash:#1c222b;--ink:#eceff4;--muted:#a0aaba;--rule:#2a313c;
--accent:#8ba2ff;--band:#2a3566;--target:#f0a26b;--strategic:#8ba2ff;--feature:#8590a3;--sustaining:#5a6575;--hatch:#465061;
--below:#f7b087;--below-wash:#3a2216;--met:#7fdcae;--met-wash:#12301f;--unsure:#bcc5d3;--unsure-wash:#262d38}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Inter,Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
a{color:inherit;text-decoration-color:var(--muted);text-underline-offset:3px}
a:hover{text-decoration-color:currentColor}
a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:2px}
svg{display:block;overflow:visible}
main,.top,.foot{max-width:1064px;margin:0 auto;padding:0 32px}
.top{display:flex;flex-wrap:wrap;justify-content:space-between;gap:4px 24px;padding-top:28px;padding-bottom:20px;color:var(--muted)}
.top strong{color:var(--ink);font-weight:600}
.top nav{display:flex;flex-wrap:wrap;gap:2px 18px}
h1,h2,h3,p,dl,dd,ul,figure{margin:0}
ul{padding:0;list-style:none}
h1{font-size:clamp(23px,3.3vw,34px);line-height:1.22;font-weight:600;letter-spacing:-.022em;max-width:30em;text-wrap:pretty}
h2{font-size:17px;line-height:1.3;font-weight:600;letter-spacing:-.011em}
h3{font-size:15px;font-weight:600}
.n{white-space:nowrap}
.quiet{color:var(--muted)}
.small{font-size:13px}
.card{background:var(--surface);border:1px solid var(--rule);border-radius:12px;padding:28px 32px;margin-bottom:16px}
.card>header{margin-bottom:18px}
.card>header p{margin-top:3px;color:var(--muted);max-width:44em}
.hero{padding:36px 32px 32px}
.hero .verdict{margin-bottom:16px}
.hero h1+p{margin-top:12px;font-size:17px;color:var(--muted);max-width:42em}
.verdict{display:inline-flex;align-items:baseline;gap:7px;padding:2px 11px 2px 9px;border-radius:99px;font-size:13px;font-weight:500;white-space:nowrap;color:var(--unsure);background:var(--unsure-wash)}
.verdict i{font-style:normal;font-size:10px;width:11px;text-align:center}
.verdict.below{color:var(--below);background:var(--below-wash)}
.verdict.on-target,.verdict.above{color:var(--met);background:var(--met-wash)}
.needed{margin-top:20px;padding:16px 20px;background:var(--wash);border-radius:8px;max-width:46em}
.needed li{margin-top:6px;padding-left:18px;position:relative}
.needed li::before{content:"";position:absolute;left:2px;top:.66em;width:6px;height:1.5px;background:var(--muted)}
.capacity{margin-top:32px}
.capacity-bar{border-radius:6px;overflow:hidden}
.parts{display:grid;grid-template-columns:repeat(5,1fr);gap:16px;margin-top:16px}
.parts dt{display:flex;align-items:center;gap:8px;font-size:13px;color:var(--muted)}
.parts dd{font-size:19px;font-weight:600;letter-spacing:-.01em;line-height:1.4}
.parts dd small{display:block;font-size:13px;font-weight:400;letter-spacing:0;color:var(--muted)}
.swatch{flex:none}
.capacity>p{margin-top:16px;color:var(--muted);font-size:13px}
table{border-collapse:collapse;width:100%}
th{font-weight:500;font-size:13px;color:var(--muted);text-align:left;vertical-align:bottom}
th,td{padding:11px 20px 11px 0;border-bottom:1px solid var(--rule)}
td,tbody th{vertical-align:middle}
tbody th{font-size:15px;color:var(--ink);min-width:11em;overflow-wrap:anywhere}
thead th,td{overflow-wrap:normal}
h1,h3,.top,.foot,.prose,.problem{overflow-wrap:anywhere}
.mark{display:flex;align-items:center;gap:7px;white-space:nowrap;font-size:13px}
.dense th,.dense td{padding-top:7px;padding-bottom:7px}
.dense .wide{width:50%}
th:last-child,td:last-child{padding-right:0}
tbody tr:last-child>*{border-bottom:0;padding-bottom:0}
.r{text-align:right}
td.r{white-space:nowrap}
td b{font-weight:600}
.wide{width:34%;min-width:130px}
.total>*{border-bottom:1px solid var(--muted)}
.total th{font-weight:600}
.trend-chart{width:100%;height:auto}
.narrow{display:none}
details{margin-top:20px}
summary{cursor:pointer;color:var(--muted);font-size:13px;width:fit-content}
.scroll{max-height:420px;overflow:auto;margin-top:12px}
.scroll th,.scroll td{padding-top:6px;padding-bottom:6px;font-size:13px}
.two{display:grid;grid-template-columns:1fr 1fr;gap:16px}
.two>.card{min-width:0}
.doubts{display:grid;gap:18px}
.doubts li{display:grid;grid-template-columns:minmax(0,17em) minmax(0,1fr);gap:4px 28px;align-items:center}
.doubts p{font-size:13px;color:var(--muted)}
.findings li,.connections li{padding:12px 0;border-bottom:1px solid var(--rule)}
.findings li:first-child,.connections li:first-child{padding-top:0}
.findings li:last-child,.connections li:last-child{border-bottom:0;padding-bottom:0}
.connections .state{color:var(--muted);font-size:13px;margin-left:8px}
.problem{color:var(--below)}
.prose{columns:2;column-gap:48px}
.prose>div{break-inside:avoid;margin-bottom:18px}
.prose p{color:var(--muted);margin-top:3px}
.foot{padding-top:12px;padding-bottom:48px;color:var(--muted);font-size:13px;display:flex;flex-wrap:wrap;gap:4px 24px;justify-content:space-between}
@media (max-width:860px){.two{grid-template-columns:1fr;gap:0}.prose{columns:1}}
@media (max-width:640px){
main,.top,.foot{padding-left:16px;padding-right:16px}
main{padding:0 8px}
.card{padding:22px 16px;border-radius:10px;margin-bottom:10px}
.parts{grid-template-columns:1fr 1fr}
.dense tbody th{min-width:0}.dense .wide{width:26%;min-width:56px}.dense th,.dense td{padding-right:12px}
.wide-chart{display:none}.narrow{display:block}
.doubts li{grid-template-columns:minmax(0,1fr)}
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack,.stack tbody{display:block}
.stack tr{display:grid;grid-template-columns:1fr 1fr;gap:2px 16px;padding:14px 0;border-bottom:1px solid var(--rule)}
.stack tbody tr:first-child{padding-top:0}
.stack tbody tr:last-child{border-bottom:0;padding-bottom:0}
.stack th,.stack td{display:block;border:0;padding:0;width:auto;min-width:0;text-align:left}
.stack tbody tr.total{border-bottom:1px solid var(--muted)}
.stack tbody tr:last-child>*,.stack .total>*{border:0;padding:0}
.stack td[data-label]::before{content:attr(data-label) " ";color:var(--muted);font-size:13px}
.stack .full{grid-column:1/-1}
.stack .beside{text-align:right}
.stack br.fold{display:none}
}
@media print{
:root{color-scheme:light;--ground:#fff;--surface:#fff;--wash:#f1f3f6;--ink:#15181e;--muted:#565e6c;--rule:#d5d9e0;--accent:#3451d1;--band:#d5dcfa;--target:#a8470f;
--strategic:#3451d1;--feature:#596579;--sustaining:#8e9aad;--hatch:#b9c1cd;--below:#9c3a0c;--below-wash:#fdeee4;--met:#0d6640;--met-wash:#e4f5ec;--unsure:#4a5261;--unsure-wash:#eceff3}
body{font-size:11pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main,.top,.foot{max-width:none;padding-left:0;padding-right:0}
.card{border:0;border-top:1px solid var(--rule);border-radius:0;padding:18px 0;margin:0;break-inside:avoid}
nav,details{display:none!important}
@page{margin:16mm}
}
`
