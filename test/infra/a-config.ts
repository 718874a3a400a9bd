import example from '../../drill.config.example.ts';
import type { DrillConfig } from '../../infra/config/schema.ts';

/** The example with a target of every kind. */
export const everyKind: DrillConfig = {
  ...example,
  targets: {
    ...example.targets,
    control: {
      store: 'etcd',
      members: [
        { name: 'etcd-1', instance: 'i-0a1b2c3d4e5f60711', url: 'https://10.0.1.11:2379', zone: 'eu-west-1a' },
        { name: 'etcd-2', instance: 'i-0a1b2c3d4e5f60712', url: 'https://10.0.2.12:2379', zone: 'eu-west-1b' },
        { name: 'etcd-3', instance: 'i-0a1b2c3d4e5f60713', url: 'https://10.0.3.13:2379', zone: 'eu-west-1c' },
      ],
      tlsSecret: 'arn:aws:secretsmanager:eu-west-1:210987654321:secret:control-etcd-AbCdEf',
      drills: { 'etcd-snapshot-restore': {} },
    },
  },
};
