import { randomBytes } from 'node:crypto';

/** A run's name, fit for a Step Functions execution: drill, UTC second, four random hex digits; at most 80 characters, no colon. */
export function newRunName(drill: string, now = new Date()): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').slice(0, 15);
  return `${drill.slice(0, 55)}-${stamp}Z-${randomBytes(2).toString('hex')}`;
}
