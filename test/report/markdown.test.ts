import { expect, test } from 'vitest';
import { renderMarkdown } from '../../report/markdown.ts';
import { aRecord } from '../core/a-record.ts';
import { aRefusal, aReport, aTwin } from './a-report.ts';

test('a twin that failed as it must', () => {
  expect(renderMarkdown(aTwin().report)).toMatchInlineSnapshot(`
    "## FAIL F: aurora-async-twin

    **no-acknowledged-write-lost: 25 acknowledged writes are gone**

    Losing the writer loses no acknowledged write (which asynchronous replication cannot keep). This drill ended as it must (fail F: acknowledged writes still on the 50 ms links die with the host).

    | check | verdict | wanted | got | why |
    | --- | --- | --- | --- | --- |
    | load-reached | pass | at least 100 acknowledged writes a second before the fault | 200.0 a second over 4.0 s | the load was there when the fault struck |
    | fault-observed | pass | the writer changes, pg-1 is lost, writes are disturbed | pg-1&#64;1 then pg-2&#64;2; pg-1 lost; 106 writes not acknowledged | the fault bit |
    | no-acknowledged-write-lost | fail | every acknowledged write read back | 25 lost of 3,254 | they were acknowledged, and reading everything back after healing did not find them |
    | one-writer | pass | no write sent after a newer writer had acknowledged goes to an older one | pg-1&#64;1, then pg-2&#64;2 | the old writer acknowledged nothing that was sent after the change |
    | recovery-within-limit | pass | at most 10 s | 517 to 541 ms | the whole interval lies inside the limit |

    | recovery |  |
    | --- | --- |
    | measured | 517 to 541 ms |
    | expected | 356 ms to 1.71 s |
    | limit | 10 s |
    | stands | inside the expected interval |
    | noticed | 0 ms to 270 ms |
    | old writer detached | 270 ms to 305 ms |
    | new writer promoted | 305 ms to 520 ms |
    | endpoint moved | 520 ms to 535 ms |
    | first write acknowledged | 535 ms to 547 ms |
    | resolution | one write every 5 ms, longest stall of the probe itself 12 ms |

    | ledger |  |
    | --- | --- |
    | acknowledged | 3,254 writes |
    | lost | 25 writes acknowledged and not read back |
    | lost, allowed | 0: the drill promises that no acknowledged write is lost |
    | duplicated | 0 |
    | reordered | 0 |
    | indeterminate | 2 read back, 1 not: neither lost nor extra |
    | failed | 903 writes proven never applied |
    | loss bound | – (no bound where writes were lost or none was acknowledged) |
    | lost on writer&#35;0 | 391-402 |
    | lost on writer&#35;1 | 391-402, 404 |

    | admission | decision | inequality |
    | --- | --- | --- |
    | preflight | admit | 1 writer: 1 = 1: admit |
    | preflight | admit | observed against declared, copies 6 &#62;= 6, zones 3 &#62;= 3, write quorum 4 &#62;= 4: admit |
    | preflight | admit | writer-kill hits pg-1: 1 &#62;= 1: admit |
    | preflight | admit | 6 instances: readers to promote 5 &#62;= 1: admit |
    | preflight | admit | expected recovery at most 1,750 ms, limit 10,000 ms: 1,750 &#60;= 10,000: admit |
    | preflight | admit | 6 copies, write quorum 4, healthy 6: after losing 1, 5 &#62;= 4: admit (margin 1) |
    | readmission | admit | view 4,840 ms old: 4,840 &#60;= 5,000 ms: admit |
    | readmission | admit | 1 writer: 1 = 1: admit |
    | readmission | admit | observed against declared, copies 6 &#62;= 6, zones 3 &#62;= 3, write quorum 4 &#62;= 4: admit |
    | readmission | admit | writer-kill hits pg-1: 1 &#62;= 1: admit |
    | readmission | admit | 6 instances: readers to promote 5 &#62;= 1: admit |
    | readmission | admit | expected recovery at most 1,750 ms, limit 10,000 ms: 1,750 &#60;= 10,000: admit |
    | readmission | admit | 6 copies, write quorum 4, healthy 6: after losing 1, 5 &#62;= 4: admit (margin 1) |

    Margin: 2 before the fault, 1 at the lowest (failures still tolerated).

    - commit is asynchronous: nothing but the writer is sure to hold a write

    <sub>aurora-async-twin-0001, lab, PostgreSQL 18.4, 2026-09-21 14:13:20 UTC, took 24.0 s</sub>
    "
  `);
});

test('a refused run: the inequality, and no tables of what was not measured', () => {
  expect(renderMarkdown(aRefusal().report)).toMatchInlineSnapshot(`
    "## REFUSED: aurora-no-reader-twin

    **1 copy, no reader to promote: after losing 1, 0 &#62;= 1 is false: refuse (margin -1)**

    Losing the writer stops writes for seconds (which one instance cannot keep, so nothing is injected). This drill ended as it must (refused: no reader to promote).

    | admission | decision | inequality |
    | --- | --- | --- |
    | preflight | refuse | 1 copy, no reader to promote: after losing 1, 0 &#62;= 1 is false: refuse (margin -1) |

    Margin: not seen.

    <sub>aurora-no-reader-twin-0001, lab, PostgreSQL 18.4, 2026-09-21 14:13:20 UTC, took 450 ms</sub>
    "
  `);
});

test('what people wrote cannot become markup, a link, a mention or a new row', () => {
  const hostile = '<img src=x onerror=alert(1)> | [x](http://evil) @team `code` **b** #1\n| a | b |\u001b[31m';
  const report = aReport(aRecord(), (each) => {
    Object.assign(each, { why: hostile, findings: [hostile], drill: hostile, promise: hostile });
    Object.assign(each.checks[0] ?? {}, { name: hostile, why: hostile });
  });
  const text = renderMarkdown(report);
  expect(text).not.toMatch(/<img|\]\(|:\/\/|@team|`/);
  expect(text).not.toContain('\u001b');
  const rows = text.split('\n').filter((line) => line.startsWith('| &#60;img'));
  expect(rows).toHaveLength(1);
  expect(rows[0]?.match(/\|/g)).toHaveLength(6);
});

test('nothing measured leaves no NaN, undefined or null', () => {
  const report = aReport(aRecord(), (each) =>
    Object.assign(each, { recovery: null, ledger: null, margin: { before: null, min: null }, checks: [], admission: [] }),
  );
  expect(renderMarkdown(report)).not.toMatch(/NaN|undefined|null/);
});
