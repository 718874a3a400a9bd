import { describe, expect, test } from 'vitest';
import { drill as command } from '../drill.ts';
import { type Account, said } from './an-account.ts';

describe('prepare', () => {
  test('says what is missing, makes it as the drill declares, and deletes it', async () => {
    const without = (each: Account) => {
      each.topics = [];
    };
    const looked = await said(['prepare'], without);
    expect(looked.code).toBe(3);
    expect(looked.out).toMatch(
      /^missing {2}orders: topic quorum-drill: 3 partitions, replication factor 3, min ISR 2\n +aws kafka create-topic/,
    );
    expect(looked.asked().filter((call) => /^(POST|PUT|DELETE)/.test(call) && !/^POST \/$/.test(call))).toEqual([]);

    const made = await said(['prepare', '--create'], without);
    expect(made.code).toBe(0);
    const { topicName, partitionCount, replicationFactor, configs } = made.calls.find(
      ({ method, path }) => method === 'POST' && path.endsWith('/topics'),
    )!.body as { [name: string]: string };
    expect({ topicName, partitionCount, replicationFactor }).toEqual({
      topicName: 'quorum-drill',
      partitionCount: 3,
      replicationFactor: 3,
    });
    expect(Buffer.from(configs ?? '', 'base64').toString()).toContain('min.insync.replicas=2\nunclean.leader.election.enable=false');

    const removed = await said(['prepare', '--remove']);
    expect({ code: removed.code, topics: removed.account.topics }).toEqual({ code: 0, topics: [] });
  });

  test("a topic that may be somebody's is not deleted", async () => {
    const { code, err, account } = await said(['prepare', '--remove'], (each) => {
      const name = '/quorum-drills/quorum-drills/settings';
      each.parameters[name] = (each.parameters[name] ?? '').replaceAll('"quorum-drill"', '"invoices"');
      each.topics = ['invoices'];
    });
    expect(code).toBe(64);
    expect(err).toMatch(/topic invoices: .*delete it yourself/);
    expect(account.topics).toEqual(['invoices']);
  });

  test('the lab needs none', async () => expect((await command(['prepare'])).code).toBe(64));
});
