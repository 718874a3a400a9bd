import { defineConfig } from './infra/config/define-config.ts';

/**
 * What to drill, and where. Copy it to drill.config.ts and put your own values in; `npm run synth` names whatever is wrong.
 * Nothing here is secret: what is goes into Secrets Manager, and its ARN comes here.
 */
export default defineConfig({
  name: 'quorum-drills',
  // The subnets reach the stores, and the stores admit the security group.
  network: {
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    subnetIds: ['subnet-0a1b2c3d4e5f60711', 'subnet-0a1b2c3d4e5f60712', 'subnet-0a1b2c3d4e5f60713'],
    securityGroupId: 'sg-0a1b2c3d4e5f60718',
  },
  targets: {
    orders: {
      store: 'msk',
      cluster: { arn: 'arn:aws:kafka:eu-west-1:210987654321:cluster/orders/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9-1' },
      topic: 'quorum-drills',
      auth: 'iam',
      drills: {
        'msk-broker-reboot': {
          topology: { brokers: 3, zones: 3, partitions: 6, replication_factor: 3, min_isr: 2 },
          limits: { recovery_ms: 30_000 },
          guards: [{ alarm: 'orders-checkout-errors', metric: 'Shop CheckoutErrors' }],
          // Tuesdays at ten, office time; off until it is turned on.
          schedule: { expression: 'cron(0 10 ? * TUE *)', timeZone: 'Europe/Stockholm', enabled: false },
        },
      },
    },
    billing: {
      store: 'aurora',
      cluster: { arn: 'arn:aws:rds:eu-west-1:210987654321:cluster:billing' },
      database: 'billing',
      user: 'quorum_drill',
      auth: 'iam',
      drills: { 'aurora-failover': {} },
    },
  },
  // SSM change calendars, all of which must be open.
  calendars: [],
  // Records and reports are kept so long; 'governance' or 'compliance' has S3 refuse to delete them before.
  evidence: { retention_days: 400, objectLock: 'none' },
  notifications: { email: [] },
  tags: { service: 'quorum-drills' },
});
