import { etcdDriver } from '../../../probe/etcd.ts';
import { type OpenDriver, otherProtocol } from './open.ts';

/** etcd's driver and no other. */
export const openEtcd: OpenDriver = async (protocol, run, clock, credentials) => {
  if (protocol.name !== 'etcd') throw otherProtocol(protocol, 'etcd');
  return etcdDriver(run, protocol, clock, credentials.etcd);
};
