import { Link } from '../link.ts';
import type { KafkaServer } from './server.ts';

/** Whose way to a broker: clients', or the other brokers' that fetch from it. */
export type Path = 'clients' | 'brokers';

/** Ways into brokers that can be cut: each broker advertises a link of ours to its clients and another to the other brokers. */
export class KafkaNetwork {
  readonly #links: Link[];

  private constructor(links: Link[]) {
    this.#links = links;
  }

  /** Opens both links of every broker, or none. `portOf` tells where a broker listens for each, null while it does not run. */
  static async open(brokers: string[], portOf: (broker: string, path: Path) => number | null): Promise<KafkaNetwork> {
    const paths = brokers.flatMap((name) => (['clients', 'brokers'] as const).map((path) => [name, path] as const));
    const opened = await Promise.allSettled(paths.map(([name, path]) => Link.open(path, name, () => portOf(name, path))));
    const network = new KafkaNetwork(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    const refused = opened.find((one) => one.status === 'rejected');
    if (!refused) return network;
    await network.close();
    throw refused.reason;
  }

  /** The link that leads to this broker. */
  link(broker: string, path: Path): Link {
    const found = this.#links.find((one) => one.to === broker && one.from === path);
    if (!found) throw new Error(`no link from ${path} to ${broker}`);
    return found;
  }

  heal(): void {
    for (const link of this.#links) if (link.isCut) link.heal();
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.close()));
  }
}

/** Where a broker's link leads. */
export function portBehind(server: KafkaServer | undefined, path: Path): number | null {
  if (!server?.process) return null;
  return path === 'clients' ? server.port : (server.node.linked?.port ?? null);
}
