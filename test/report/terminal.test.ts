import { expect, test } from 'vitest';
import { renderDay, renderTerminal } from '../../report/terminal.ts';
import { aRecord } from '../core/a-record.ts';
import { aRefusal, aReport, aTwin } from './a-report.ts';

const look = { color: false, width: 80 };

test('a run that passes', () => {
  expect(renderTerminal(aReport(), aRecord(), look)).toMatchInlineSnapshot(`
    "────────────────────────────────────────────────────────────────────────────────
    aurora-failover  The database writer is killed
    aurora-failover-0001 · lab · PostgreSQL 18.4
    2026-09-21 14:13:20 UTC · took 24.0 s
    ────────────────────────────────────────────────────────────────────────────────

      PASS A      recovered in 517 to 541 ms, inside the expected interval, and
                  nothing acknowledged was lost
                  ended as declared (pass)
      promise     Losing the writer stops writes for seconds, loses no acknowledged
                  write, and never leaves two writers.
      injected    pg-1 (1 of 6)

    CHECKS  5 pass, 0 inconclusive, 0 fail
      ✓ pass          load-reached
        wanted  at least 100 acknowledged writes a second before the fault
        got     200.0 a second over 4.0 s
        why     the load was there when the fault struck
      ✓ pass          fault-observed
        wanted  the writer changes, pg-1 is lost, writes are disturbed
        got     pg-1@1 then pg-2@2; pg-1 lost; 106 writes not acknowledged
        why     the fault bit
      ✓ pass          no-acknowledged-write-lost
        wanted  every acknowledged write read back
        got     0 lost of 3,254
        why     each of the acknowledged numbers was read back after healing
      ✓ pass          one-writer
        wanted  no write sent after a newer writer had acknowledged goes to an older
                one
        got     pg-1@1, then pg-2@2
        why     the old writer acknowledged nothing that was sent after the change
      ✓ pass          recovery-within-limit
        wanted  at most 10 s
        got     517 to 541 ms
        why     the whole interval lies inside the limit

    RECOVERY  how long writes were down
      expected    ·······░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░···  356 ms to 1.71 s
      measured    ···········██·····························  517 to 541 ms
      limit       ·········································▸  10 s
                  0                                   1.88 s
      stands      inside the expected interval
      steps       noticed: 0 ms to 270 ms, took 270 ms
                  old writer detached: 270 ms to 305 ms, took 35 ms
                  new writer promoted: 305 ms to 520 ms, took 215 ms
                  endpoint moved: 520 ms to 535 ms, took 15 ms
                  first write acknowledged: 535 ms to 547 ms, took 12 ms
      lanes       led (2 lanes): 517 to 541 ms, expected 356 ms to 1.71 s
      outages     1, 517 to 541 ms
      resolution  one write every 5 ms, longest stall of the probe itself 12 ms

    LEDGER
      acknowledged    3,254 writes
      lost            0 writes acknowledged and not read back
      lost, allowed   0: the drill promises that no acknowledged write is lost
      duplicated      0
      reordered       0
      indeterminate   2 read back, 1 not: neither lost nor extra
      failed          903 writes proven never applied
      loss bound      at most 0.092 % of this run's writes at 95 % (3/n, n = 3,254);
                      for the next fault one drill is one trial

    ADMISSION
      each time     1 writer: 1 = 1: admit
      each time     observed against declared, copies 6 >= 6, zones 3 >= 3, write
                    quorum 4 >= 4: admit
      each time     writer-kill hits pg-1: 1 >= 1: admit
      each time     6 instances: readers to promote 5 >= 1: admit
      each time     expected recovery at most 1,750 ms, limit 10,000 ms: 1,750 <=
                    10,000: admit
      each time     6 copies, write quorum 4, healthy 6: after losing 1, 5 >= 4:
                    admit (margin 1)
      readmission   view 4,840 ms old: 4,840 <= 5,000 ms: admit
      margin        2 before the fault, 1 at the lowest (failures still tolerated)

    TIMELINE  from the start of the fault, 14 events
        −5.040 s  claimed (lease taken, fence 7)
        −4.840 s  admitted (admitted at preflight)
        −4.040 s  load-started (200 writes a second)
        −0.040 s  injecting (step 0 from template lab:writer-kill)
        +0.000 s  fault-started pg-1 (SIGKILL)
        +0.022 s  fault-confirmed pg-1 (no process of pg-1 is left)
        +0.022 s  member-lost pg-1 (killed)
        +0.270 s  writer-suspected pg-1 (3 polls missed)
        +0.305 s  writer-detached pg-1 (3 standbys detached)
        +0.520 s  writer-promoted pg-2 (furthest of 5 copies)
        +0.535 s  endpoint-moved pg-2 (the endpoint points at pg-2)
       +12.460 s  healing (undoing the fault)
       +13.960 s  writer-rejoined pg-1 (streams again)
       +13.960 s  healed (6 of 6 copies stream)"
  `);
});

test('a refused run says what was not done, and by which inequality', () => {
  const { report, record } = aRefusal();
  expect(renderTerminal(report, record, look)).toMatchInlineSnapshot(`
    "────────────────────────────────────────────────────────────────────────────────
    aurora-no-reader-twin  The writer of a cluster without a reader would be killed
    aurora-no-reader-twin-0001 · lab · PostgreSQL 18.4
    2026-09-21 14:13:20 UTC · took 450 ms
    ────────────────────────────────────────────────────────────────────────────────

      REFUSED     1 copy, no reader to promote: after losing 1, 0 >= 1 is false:
                  refuse (margin -1)
                  ended as it must (refused: no reader to promote)
      not done    no load was started and no fault injected
      promise     Losing the writer stops writes for seconds (which one instance
                  cannot keep, so nothing is injected).
      injected    nothing

    ADMISSION
      preflight     1 copy, no reader to promote: after losing 1, 0 >= 1 is false:
                    refuse (margin -1)
      margin        not seen

    TIMELINE  from the start of the run, 2 events
        +0.000 s  claimed (lease taken, fence 7)
        +0.200 s  refused (1 copy, no reader to promote: after losing 1, 0 >= 1 is
                  false: refuse (margin -1))"
  `);
});

test('a twin that failed as it must is shown as that, and never as a pass', () => {
  const { report, record } = aTwin();
  const text = renderTerminal(report, record, look);
  expect(text).toContain('FAIL F');
  expect(text.replace(/\s+/g, ' ')).toContain('ended as it must (fail F: acknowledged writes still on the 50 ms links die with the host)');
  expect(text).not.toContain('PASS');
  expect(text).toContain('writer#1: 391-402, 404');
});

test('a twin that passed did not end as it must', () => {
  const report = aReport(aRecord(), (each) => Object.assign(each, { must_end: 'fail F: writes are lost', as_expected: false }));
  expect(renderTerminal(report, aRecord(), look)).toContain('did not end as it must (fail F: writes are lost)');
});

test.each([[60], [80], [100]])('at %i columns no line is wider', (width) => {
  const { report, record } = aTwin();
  for (const text of [
    renderTerminal(report, record, { color: false, width }),
    renderTerminal(aReport(), aRecord(), { color: false, width }),
  ])
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(width);
});

test('without colour there is no escape; with it, the words are the same', () => {
  const plain = renderTerminal(aReport(), aRecord(), look);
  const coloured = renderTerminal(aReport(), aRecord(), { ...look, color: true });
  expect(plain).not.toContain('\u001b');
  expect(coloured).toContain('\u001b[32mPASS A\u001b[0m');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
});

test('a recovery without an end points off the scale', () => {
  const report = aReport(aRecord(), (each) => Object.assign(each.recovery ?? {}, { lo_ms: 11_690, hi_ms: null }));
  const text = renderTerminal(report, aRecord(), look);
  expect(text).toMatch(/measured +·+█+▶ {2}from 11\.7 s, no end/);
  expect(text).toContain('writes never came back while the witnesses watched');
});

test('missing is shown as missing: no ledger, no margin, no recovery, no events', () => {
  const report = aReport(aRecord(), (each) =>
    Object.assign(each, { recovery: null, ledger: null, margin: { before: null, min: null }, timeline: [], checks: [], admission: [] }),
  );
  const text = renderTerminal(report, aRecord(), look);
  expect(text).not.toMatch(/NaN|undefined|null/);
  expect(text).toContain('nothing was read back, so nothing is claimed about loss');
  expect(text).toContain('no decision was recorded');
});

test('what people wrote cannot steer the terminal', () => {
  const report = aReport(aRecord(), (each) =>
    Object.assign(each, { why: 'fine\u001b[2J\u001b]0;owned\u0007', title: 'x\u001b[31m\r\nFAIL F' }),
  );
  const text = renderTerminal(report, aRecord(), look);
  expect(text).not.toContain('\u001b');
  expect(text).toContain('x FAIL F');
  expect(text).not.toMatch(/^FAIL F/m);
});

test('a game day: one line a drill, and how many ended as they must', () => {
  const entry = ({ report }: { report: ReturnType<typeof aReport> }) => ({ drill: { name: report.drill }, report, why: report.why });
  const day = [
    entry({ report: aReport() }),
    entry(aTwin()),
    entry(aRefusal()),
    { drill: { name: 'aurora-zone-loss' }, report: null, why: 'no PostgreSQL was found' },
  ];
  expect(renderDay(day, 5, look)).toMatchInlineSnapshot(`
    "GAME DAY  5 drills
      drill                  ended      as it must?  recovery       lost
      aurora-failover        PASS A     yes          517 to 541 ms  0
      aurora-async-twin      FAIL F     yes, twin    517 to 541 ms  25
      aurora-no-reader-twin  REFUSED    yes, twin    –              –
      aurora-zone-loss       NO REPORT  no           –              –

      3 of 5 ended as they must (2 twins that must not pass, and did not), 1 not run
      - aurora-zone-loss: no PostgreSQL was found"
  `);
});

test('a game day in which all ended as they must', () => {
  const report = aReport();
  expect(renderDay([{ drill: { name: report.drill }, report, why: '' }], 1, look)).toContain('1 of 1 ended as they must');
});
