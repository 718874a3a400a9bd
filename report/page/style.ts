const light = `--paper:#f5f4f0;--card:#fff;--ink:#1d2024;--quiet:#585d65;--rule:#dedbd3;--link:#1f5fa8;
--good:#186a3b;--doubt:#7d5200;--bad:#a92b16;--on:#fff;
--acked:#1f5fa8;--acked-soft:#c3d8ef;--failed:#b3361b;--unsure:#8a5a00;--unsure-soft:#f6e3b8;--p99:#8a5a00;
--fault:#6a2c91;--fault-soft:#d9c3e8;--down:#b3361b;--down-soft:#f1c0b3;--down-tint:rgb(179 54 27/.1);
--expected:#1f7a4a;--expected-soft:rgb(31 122 74/.16);--expected-tint:rgb(31 122 74/.08)`;

const dark = `--paper:#14171b;--card:#1c2026;--ink:#e8e8e4;--quiet:#a5abb3;--rule:#363c45;--link:#8cbcf2;
--good:#6fd39a;--doubt:#e7b84f;--bad:#ff8f75;--on:#14171b;
--acked:#7fb5f0;--acked-soft:#29466a;--failed:#ff8f75;--unsure:#e7b84f;--unsure-soft:#4c3d17;--p99:#e7b84f;
--fault:#cf9bf0;--fault-soft:#4c3163;--down:#ff8f75;--down-soft:#693026;--down-tint:rgb(255 143 117/.13);
--expected:#6fd39a;--expected-soft:rgb(111 211 154/.2);--expected-tint:rgb(111 211 154/.09)`;

/** The page's own style: light by default and on paper, dark where the reader's system is. */
export const style = `
:root{color-scheme:light dark;${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
body>*{max-width:1040px;margin-inline:auto;padding-inline:20px}
a{color:var(--link)}
.skip{position:absolute;left:-99em}.skip:focus{left:8px;top:8px;background:var(--card);padding:8px}
header{padding-block:28px 8px}
.kicker,.meta,.note,figcaption,caption,nav{color:var(--quiet);font-size:14px}
.top{display:flex;gap:18px;align-items:center;margin-block:10px 16px}
.top .letter{flex:none;width:76px;height:76px;border-radius:14px;display:grid;place-items:center;font-size:46px;font-weight:700;color:var(--on);background:var(--tone)}
.top.good{--tone:var(--good)}.top.doubt{--tone:var(--doubt)}.top.bad{--tone:var(--bad)}
h1{margin:0;font-size:clamp(22px,5vw,32px);line-height:1.15;overflow-wrap:anywhere}
.stamp{margin:2px 0 0;font-size:20px;font-weight:700;letter-spacing:.03em;color:var(--tone)}
.why{font-size:19px;line-height:1.4;margin:0 0 8px}
.ending{margin:0 0 14px;font-weight:600}
header p,section p,li{overflow-wrap:anywhere}
th,td{overflow-wrap:break-word;max-width:70ch}
#admission tbody th,#events td:last-child{min-width:240px}
#admission td:last-child{min-width:88px}
#recovery td,#partitions th,#partitions td{white-space:nowrap}
.good{color:var(--good)}.doubt{color:var(--doubt)}.bad{color:var(--bad)}
td>.good,td>.doubt,td>.bad{font-weight:600;white-space:nowrap}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;padding:0;margin:10px 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px;margin-block:8px 18px}
.figures>div,section{background:var(--card);border:1px solid var(--rule);border-radius:10px}
.figures>div{padding:10px 14px}
.figures dt{color:var(--quiet);font-size:13px}.figures dd{margin:0}
.figures strong{display:block;font-size:19px;line-height:1.25;overflow-wrap:anywhere}
.figures span{color:var(--quiet);font-size:13px;line-height:1.35;display:block}
main{padding-bottom:40px}
section{padding:16px 20px 18px;margin-block:16px}
h2{font-size:20px;margin:0 0 8px}h3{font-size:15px;margin:12px 0 4px}
section p{margin:6px 0 10px;max-width:75ch}
ul{margin:4px 0 8px;padding-left:20px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:0 28px}
.scroll{overflow-x:auto;margin-block:10px}
.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.4}
caption{text-align:left;padding-bottom:4px}
th,td{text-align:left;vertical-align:top;padding:6px 14px 6px 0;border-top:1px solid var(--rule);min-width:64px}
thead th{border-top:0;color:var(--quiet);font-weight:600;font-size:13px}
tbody th{font-weight:600}
#checks table{min-width:760px}
#checks td:nth-child(n+3){min-width:150px}
#events th,#timeline th,#timeline td{white-space:nowrap}
code{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
figure{margin:0}.plots svg{display:block;width:100%;min-width:820px;height:auto;color:var(--quiet);overflow:visible;font-family:inherit}
figcaption{margin-top:2px;max-width:85ch}
details{margin-top:10px}summary{cursor:pointer;color:var(--link)}
.scale{margin:14px 0}.scale>div{display:grid;grid-template-columns:80px 1fr;margin-block:4px}
.scale dt{color:var(--quiet);font-size:14px;align-self:start;line-height:20px}.scale dd{margin:0;display:grid;grid-template-columns:1fr 190px;gap:14px;align-items:start}.scale .track{margin-top:2px}
.scale .ends{display:flex;justify-content:space-between;color:var(--quiet);font-size:12px;margin-right:204px}
.value{font-weight:600;font-size:14px;line-height:20px}
.track{position:relative;display:block;height:16px;min-width:120px;background:var(--paper);border-radius:3px}
.track>span{position:absolute;top:0;bottom:0;min-width:3px;border-radius:3px}
.track .expected{background:var(--expected-soft);border:1.5px dashed var(--expected)}
.track .measured{background:var(--acked)}
.track .open{border-radius:3px 0 0 3px;background:repeating-linear-gradient(90deg,var(--failed) 0 8px,transparent 8px 12px)}
.track .limit{background:var(--ink)}
.beyond{text-align:right;color:var(--quiet);font-size:12px;line-height:16px;padding-right:6px}
footer{padding-block:0 40px;color:var(--quiet);font-size:14px}
@media (max-width:560px){body>*{padding-inline:12px}section{padding-inline:14px}.scale dd{grid-template-columns:1fr;gap:0}.scale .ends{margin-right:0}.figures{grid-template-columns:1fr 1fr}.top .letter{width:60px;height:60px;font-size:36px}}
@media print{body{background:#fff}section{break-inside:avoid}}
`;
