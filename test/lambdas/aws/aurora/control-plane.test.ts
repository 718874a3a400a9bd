import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RDSClient } from '@aws-sdk/client-rds';
import { afterEach, expect, test } from 'vitest';
import { type ControlPlane, rdsControlPlane } from '../../../../lambdas/aws/aurora/control-plane.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** RDS on loopback, which speaks forms and XML; answers by operation, and keeps what it was asked. */
async function rds(answers: { [operation: string]: (asked: URLSearchParams) => string }) {
  const asked: { [name: string]: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    asked.push(Object.fromEntries(form));
    const operation = form.get('Action') ?? '';
    const result = `<${operation}Result>${answers[operation]?.(form) ?? ''}</${operation}Result>`;
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(`<${operation}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/">${result}</${operation}Response>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new RDSClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 });
  const plane: ControlPlane = rdsControlPlane(client, 'billing');
  return { plane, asked };
}

const member = (name: string, writer: boolean, tier: number) =>
  `<DBClusterMember><DBInstanceIdentifier>${name}</DBInstanceIdentifier><IsClusterWriter>${writer}</IsClusterWriter><PromotionTier>${tier}</PromotionTier></DBClusterMember>`;

test('a cluster, by its identifier, with its members', async () => {
  const { plane, asked } = await rds({
    DescribeDBClusters: () =>
      `<DBClusters><DBCluster><DBClusterIdentifier>billing</DBClusterIdentifier><Status>available</Status><Engine>aurora-postgresql</Engine>
       <EngineVersion>16.4</EngineVersion><Endpoint>billing.cluster-1.example</Endpoint><Port>5433</Port>
       <AvailabilityZones><AvailabilityZone>eu-west-1c</AvailabilityZone></AvailabilityZones>
       <DBClusterMembers>${member('db-1', true, 1)}${member('db-2', false, 0)}</DBClusterMembers></DBCluster></DBClusters>`,
  });
  expect(await plane.cluster()).toEqual({
    name: 'billing',
    status: 'available',
    engine: 'aurora-postgresql',
    version: '16.4',
    endpoint: 'billing.cluster-1.example',
    port: 5433,
    members: [
      { name: 'db-1', writer: true, promotion_tier: 1 },
      { name: 'db-2', writer: false, promotion_tier: 0 },
    ],
  });
  expect(asked).toMatchObject([{ Action: 'DescribeDBClusters', DBClusterIdentifier: 'billing' }]);
});

test('its instances, asked for by their cluster; what is not there yet is null', async () => {
  const { plane, asked } = await rds({
    DescribeDBInstances: () =>
      `<DBInstances><DBInstance><DBInstanceIdentifier>db-1</DBInstanceIdentifier><DBInstanceStatus>available</DBInstanceStatus>
       <AvailabilityZone>eu-west-1a</AvailabilityZone><Endpoint><Address>db-1.example</Address><Port>5432</Port></Endpoint></DBInstance>
       <DBInstance><DBInstanceIdentifier>db-2</DBInstanceIdentifier><DBInstanceStatus>creating</DBInstanceStatus></DBInstance></DBInstances>`,
  });
  expect(await plane.instances()).toEqual([
    { name: 'db-1', status: 'available', zone: 'eu-west-1a', host: 'db-1.example', port: 5432 },
    { name: 'db-2', status: 'creating', zone: null, host: null, port: null },
  ]);
  expect(asked).toMatchObject([{ 'Filters.Filter.1.Name': 'db-cluster-id', 'Filters.Filter.1.Values.Value.1': 'billing' }]);
});

test('every page of a log, oldest first', async () => {
  const entry = (date: string, message: string) =>
    `<Event><SourceIdentifier>billing</SourceIdentifier><SourceType>db-cluster</SourceType><Message>${message}</Message><Date>${date}</Date></Event>`;
  const { plane, asked } = await rds({
    DescribeEvents: (form) =>
      form.get('Marker') === null
        ? `<Marker>next</Marker><Events>${entry('2027-01-15T08:00:30.500Z', 'Completed failover to DB instance: db-2')}</Events>`
        : `<Events>${entry('2027-01-15T08:00:05Z', 'Started cross AZ failover to DB instance: db-2')}</Events>`,
  });
  const [from, to] = [Date.parse('2027-01-15T08:00:00Z'), Date.parse('2027-01-15T08:05:00Z')];
  expect(await plane.log('db-cluster', 'billing', from, to)).toEqual([
    { at: from + 5_000, source: 'billing', message: 'Started cross AZ failover to DB instance: db-2' },
    { at: from + 30_500, source: 'billing', message: 'Completed failover to DB instance: db-2' },
  ]);
  expect(asked).toMatchObject([
    { SourceType: 'db-cluster', SourceIdentifier: 'billing', StartTime: '2027-01-15T08:00:00Z', EndTime: '2027-01-15T08:05:00Z' },
    { Marker: 'next' },
  ]);
});

test('no such cluster is told by its name', async () => {
  const { plane } = await rds({ DescribeDBClusters: () => '<DBClusters></DBClusters>' });
  await expect(plane.cluster()).rejects.toThrow('cluster billing: got none, wanted one');
});
