import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Drill } from '../../../core/drill.ts';
import { drills } from '../../../drills/index.ts';
import type { SuiteSettings } from '../../../drills/target.ts';

const base = { region: 'eu-west-1', account: '210987654321' };

/** Settings of a suite with one target of each kind. */
export const settings: SuiteSettings = {
  account: '210987654321',
  table: 'drills',
  bucket: 'drills-evidence',
  topic: 'arn:aws:sns:eu-west-1:210987654321:drills',
  bus: 'drills',
  calendars: ['freeze'],
  targets: [
    {
      store: 'msk',
      name: 'orders-kafka',
      ...base,
      cluster_arn: 'arn:aws:kafka:eu-west-1:210987654321:cluster/orders/0a1b2c3d-1',
      cluster_name: 'orders',
      topic: 'quorum-drill',
      auth: 'iam',
    },
    {
      store: 'aurora',
      name: 'orders-db',
      ...base,
      cluster: 'orders',
      cluster_arn: 'arn:aws:rds:eu-west-1:210987654321:cluster:orders',
      database: 'drill',
      user: 'drill',
      auth: 'iam',
    },
    {
      store: 'etcd',
      name: 'control',
      ...base,
      members: [{ name: 'm1', instance: 'i-1', url: 'https://10.0.0.1:2379', zone: 'eu-west-1a' }],
      tls_secret: null,
      documents: { status: 'drills-control-status', undo: 'drills-control-undo' },
      snapshots: 'drills-snapshots',
    },
  ],
  placed: { 'msk-broker-reboot': 'orders-kafka', 'aurora-failover': 'orders-db', 'etcd-snapshot-restore': 'control' },
  templates: { 'msk-broker-reboot': 'EXT1', 'aurora-failover': 'EXT2' },
};

export const drillNamed = (name: string): Drill => drills.find((drill) => drill.name === name)!;

export const placed: Drill[] = Object.keys(settings.placed).map(drillNamed);

/** The environment of a function of this suite. */
export const environment = (changed: object = {}) => ({
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  DRILL_SUITE: JSON.stringify({ ...settings, ...changed }),
});

/** A file of drills as it lies beside the code. */
export function drillsFile(content: string = JSON.stringify(placed)): URL {
  const file = join(mkdtempSync(join(tmpdir(), 'suite-')), 'drills.json');
  writeFileSync(file, content);
  return pathToFileURL(file);
}
