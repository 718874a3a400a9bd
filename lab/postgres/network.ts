import { type Destination, Link } from '../link.ts';

/** Every way between hosts: member to member, controller to member, client to member, and the endpoint that follows the writer. */
export class Network {
  readonly endpoint: Link;
  #between: Link[];
  #control: Link[];
  #direct: Link[];

  private constructor(endpoint: Link, between: Link[], control: Link[], direct: Link[]) {
    this.endpoint = endpoint;
    this.#between = between;
    this.#control = control;
    this.#direct = direct;
  }

  static async open(members: string[], portOf: (member: string) => number | null, writer: Destination): Promise<Network> {
    const pairs = members.flatMap((from) => members.filter((to) => to !== from).map((to) => [from, to] as const));
    const between = await Promise.all(pairs.map(([from, to]) => Link.open(from, to, () => portOf(to))));
    const from = (who: string) => Promise.all(members.map((to) => Link.open(who, to, () => portOf(to))));
    return new Network(await Link.open('client', 'endpoint', writer), between, await from('controller'), await from('client'));
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
    const touching = [...this.#between, ...this.#control, ...this.#direct].filter((link) => members.includes(link.from) || members.includes(link.to));
    return endpointToo ? [...touching, this.endpoint] : touching;
  }
}

function pick(links: Link[], from: string, to: string): Link {
  const link = links.find((one) => one.from === from && one.to === to);
  if (!link) throw new Error(`no link from ${from} to ${to}`);
  return link;
}
