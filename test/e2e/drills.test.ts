import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Driver } from './drive.ts';
import { Emulation, suite, target } from './emulation.ts';

let emulation: Emulation;
let driver: Driver;
let nth = 0;

beforeAll(async () => {
  emulation = await Emulation.start();
  driver = await Driver.find(emulation.endpoint, `${suite}-${target}`);
});

afterAll(() => emulation?.stop());

beforeEach(() => emulation.restore());

const fresh = (): string => `run-${++nth}`;

describe('a drill on the emulators', () => {
  test('passes when the failover is over in time', async () => {
    const run = await driver.start(fresh());
    expect(await driver.ended(run)).toMatchObject({ how: 'SUCCEEDED' });
    const report = await driver.report(run);
    expect(report).toMatchObject({ verdict: 'pass', source: 'emulator', ledger: { lost: 0 } });
    expect(report.ledger?.acked).toBeGreaterThan(100);
    expect(emulation.experiments.started).toMatchObject([{ run, token: `${run}/1` }]);
    expect(emulation.experiments.failures).toEqual([]);
    expect(await driver.lease()).toMatchObject({ state: 'free' });
  });
});
