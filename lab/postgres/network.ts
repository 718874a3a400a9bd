import { Link } from '../link.ts';

/** Every way between hosts: member to member, controller to member, client to member, and the endpoint that follows the writer. */
export class Network {
  readonly endpoint: Link;
  #between: Link[];
  #control: Link[];
  #direct: Link[];

  #leadsTo: string | null = null;

  private constructor(links: Link[], endpoint: Link) {
    this.endpoint = endpoint;
    this.#control = links.filter(({ from }) => from === 'controller');
    this.#direct = links.filter(({ from }) => from === 'client');
    this.#between = links.filter(({ from }) => from !== 'controller' && from !== 'client');
  }

  /** Opens every link, or none: those that were had are given back when one cannot be. */
  static async open(members: string[], portOf: (member: string) => number | null): Promise<Network> {
    let network: Network | undefined;
    const leadsTo = (): number | null => (network ? network.#leadingTo(portOf) : null);
    const pairs = [...members, 'controller', 'client'].flatMap((from) =>
      members.filter((to) => to !== from).map((to) => [from, to] as const),
    );
    const opened = await Promise.allSettled([
      Link.open('client', 'endpoint', leadsTo),
      ...pairs.map(([from, to]) => Link.open(from, to, () => portOf(to))),
    ]);
    const links = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = opened.find((one) => one.status === 'rejected');
    const [endpoint, ...others] = links;
    if (refused || !endpoint) {
      await Promise.all(links.map((link) => link.close()));
      throw refused?.reason;
    }
    network = new Network(others, endpoint);
    return network;
  }

  #leadingTo(portOf: (member: string) => number | null): number | null {
    return this.#leadsTo === null ? null : portOf(this.#leadsTo);
  }

  /** From now on the endpoint leads to this member; whoever is connected is reset, and finds it there. */
  moveEndpoint(member: string): void {
    this.#leadsTo = member;
    this.endpoint.reset();
  }

  /** The link that `from` dials to reach `to`. */
  between(from: string, to: string): Link {
    return pick(this.#between, from, to);
  }

  control(member: string): Link {
    return pick(this.#control, 'controller', member);
  }

  /** What clients of one copy dial; no fault of the network touches it. */
  direct(member: string): Link {
    return pick(this.#direct, 'client', member);
  }

  get delay_ms(): number {
    return Math.max(0, ...this.#between.map((link) => link.delay_ms));
  }

  delay(ms: number): void {
    for (const link of this.#between) link.delay(ms);
  }

  /** Cuts a member from all other members and from the controller; its clients still reach it. Answers with what was cut. */
  isolate(member: string): Link[] {
    const cut = [...this.#between, ...this.#control].filter((link) => link.from === member || link.to === member);
    for (const link of cut) link.cut();
    return cut;
  }

  heal(): void {
    for (const link of [...this.#between, ...this.#control]) if (link.isCut) link.heal();
  }

  /** From this instant nothing leaves or reaches these hosts, and what is on the way is lost. */
  vanish(members: string[], endpointToo: boolean): void {
    for (const link of this.#of(members, endpointToo)) link.vanish();
  }

  /** The other ends of lost hosts learn of it by a reset, except across a cut. */
  tell(members: string[], endpointToo: boolean): void {
    for (const link of this.#of(members, endpointToo)) if (!link.isCut) link.reset();
  }

  async close(): Promise<void> {
    await Promise.all([this.endpoint, ...this.#between, ...this.#control, ...this.#direct].map((link) => link.close()));
  }

  #of(members: string[], endpointToo: boolean): Link[] {
    const touching = [...this.#between, ...this.#control, ...this.#direct].filter(
      (link) => members.includes(link.from) || members.includes(link.to),
    );
    return endpointToo ? [...touching, this.endpoint] : touching;
  }
}

function pick(links: Link[], from: string, to: string): Link {
  const link = links.find((one) => one.from === from && one.to === to);
  if (!link) throw new Error(`no link from ${from} to ${to}`);
  return link;
}
