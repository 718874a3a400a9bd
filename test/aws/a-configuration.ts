import example from '../../drill.config.example.ts';
import type { DrillConfig } from '../../infra/config/schema.ts';

/** The example with a target of every kind and a calendar, so that everything that can be deployed is. */
export const configuration: DrillConfig = {
  ...example,
  calendars: ['freeze'],
  targets: {
    ...example.targets,
    control: {
      store: 'etcd',
      members: ['1', '2', '3'].map((each) => ({
        name: `etcd-${each}`,
        instance: `i-0a1b2c3d4e5f6071${each}`,
        url: `https://10.0.${each}.1:2379`,
        zone: `eu-west-1${'_abc'[Number(each)]}`,
      })),
      tlsSecret: `arn:aws:secretsmanager:eu-west-1:210987654321:secret:control-etcd-AbCdEf`,
      scratch: { live: 'https://10.9.0.1:2379', instanceRole: 'arn:aws:iam::210987654321:role/etcd-scratch' },
      drills: { 'etcd-snapshot-restore': {} },
    },
  },
};
