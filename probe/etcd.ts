import type { Clock } from '../core/clock.ts';
import type { Driver, Protocol } from './contract.ts';
import { EtcdConnection } from './etcd/connection.ts';
import { credentialsIn, credentialsOf, type EtcdTls } from './etcd/credentials.ts';
import { EtcdLane } from './etcd/lane.ts';
import { membersOf } from './etcd/members.ts';
import { Operations } from './etcd/operations.ts';
import { readLanes } from './etcd/readback.ts';

/**
 * The probe's etcd, over the members' HTTP gateways: writes numbered keys, reads its own latest, and reads all of them back. TLS
 * is by the texts of `tls`, or by the files that the protocol names.
 */
export async function etcdDriver(run: string, protocol: Extract<Protocol, { name: 'etcd' }>, clock: Clock, tls?: EtcdTls): Promise<Driver> {
  const credentials = tls === undefined ? await credentialsOf(protocol.tls) : credentialsIn(tls);
  const operations = new Operations(run);
  return {
    open: (lane, target, attempt_timeout_ms) => {
      const { name, url, kind, rate_hz, connections } = target;
      return new EtcdLane({
        members: membersOf(url, `address of ${name}`),
        first: placeOf(lane),
        rate_hz,
        connections,
        attempt_timeout_ms,
        clock,
        operation: operations.of(lane, kind),
        open: (member, lost) => new EtcdConnection(member, credentials, lost),
      });
    },
    readback: (url, of, lanes) => readLanes(membersOf(url), credentials, of, lanes),
  };
}

/** Lanes begin at different members, or those that lead nothing would go untried: a lane's segment is the number at its end. */
function placeOf(lane: string): number {
  return Number(/#(\d+)$/.exec(lane)?.[1] ?? 0);
}
