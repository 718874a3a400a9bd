import type { Drill } from '../drill.ts';

/** Whether a drill's fault restores a snapshot. */
export function restores({ fault }: Drill): boolean {
  return fault.kind === 'snapshot-restore';
}
