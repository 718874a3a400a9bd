import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Latencies } from '../../probe/quantiles.ts';

test('a quantile is within 1.1 % of the exact one, whatever the latencies', () => {
  const some = fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(some, fc.constantFrom(0.5, 0.99), (values, q) => {
      const latencies = new Latencies();
      for (const value of values) latencies.add(value);
      const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] ?? 0;
      expect(Math.abs((latencies.quantile(q) ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.011 + 0.001);
    }),
  );
});

test('none is missing, not zero; a negative one is counted, not dropped', () => {
  const latencies = new Latencies();
  expect(latencies.quantile(0.5)).toBeNull();
  for (const value of [-3, -2, 40]) latencies.add(value);
  expect(latencies.quantile(0.5)).toBeCloseTo(0.001, 3);
  expect(latencies.quantile(0.99)).toBeCloseTo(40, 0);
});
