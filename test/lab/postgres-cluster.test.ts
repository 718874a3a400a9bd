import { describe, expect, test } from 'vitest';
import { aCluster, until } from './a-cluster.ts';
import { clusterContract } from './cluster-contract.ts';
import { ask, lost, NumberedWriter } from './numbered-writer.ts';

describe('six copies with quorum commit', () => {
  clusterContract(() => aCluster());
});

describe('rigged clusters do what they are rigged for', () => {
  test('asynchronous over slow links: acknowledged writes die with the host of the writer (must-fail twin)', async () => {
    const { cluster, stop } = await aCluster({ mode: 'asynchronous', link_delay_ms: 200 });
    try {
      expect(await cluster.observe()).toMatchObject({
        write_quorum: 1,
        read_quorum: 6,
        commit: { mode: 'asynchronous' },
        link_delay_ms: 200,
      });
      const writer = new NumberedWriter(cluster.writerUrl);
      await writer.more(100);
      await cluster.lose([cluster.writer.name]);
      await writer.more(100);
      expect(await lost(cluster.writerUrl, await writer.stop())).not.toEqual([]);
    } finally {
      await stop();
    }
  });

  test('local commit: an isolated writer acknowledges alone (must-fail twin)', async () => {
    const { cluster, stop } = await aCluster({ mode: 'local' });
    try {
      expect(await cluster.observe()).toMatchObject({ write_quorum: 1, commit: { mode: 'local' } });
      const old = cluster.writer.name;
      const writer = new NumberedWriter(cluster.writerUrl);
      await writer.more(50);
      cluster.network.isolate(old);
      const alone = new NumberedWriter(cluster.directUrl(old), 500_000);
      await alone.more(50);
      await until(() => cluster.writer.name !== old);
      await writer.more(50);
      await writer.stop();
      expect(await lost(cluster.writerUrl, await alone.stop())).not.toEqual([]);
    } finally {
      await stop();
    }
  });

  test('a held promotion can still be stopped, and nothing was promoted', async () => {
    const { cluster, stop } = await aCluster({ members: 3, hold_promotion_ms: 3_600_000 });
    const old = cluster.writer.name;
    await cluster.lose([old]);
    await until(() => cluster.events.some(({ what }) => what === 'writer-detached'));
    await stop();
    expect(cluster.writer.name).toBe(old);
    expect(cluster.events.map(({ what }) => what)).not.toContain('writer-promoted');
  });

  test('one copy alone writes and has nobody to promote', async () => {
    const { cluster, stop } = await aCluster({ members: 1 });
    try {
      await ask(cluster.writerUrl, 'insert into numbers values (1)');
      expect(await cluster.observe()).toMatchObject({
        members: [{ name: 'pg-1', role: 'writer', healthy: true }],
        write_quorum: 1,
        commit: { mode: 'asynchronous' },
      });
    } finally {
      await stop();
    }
  });
});
