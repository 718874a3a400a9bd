import { Link } from '../link.ts';

/**
 * One link before the peer port of each member, which all others dial. A receiver dials the sender of its messages, so a cut link
 * makes its member unheard while it still hears the others.
 */
export class Peers {
  #links: Link[];

  private constructor(links: Link[]) {
    this.#links = links;
  }

  /** Opens every link, or none: those that were had are given back when one cannot be. */
  static async open(members: { name: string; peer_port: number }[]): Promise<Peers> {
    const opened = await Promise.allSettled(members.map(({ name, peer_port }) => Link.open('peers', name, () => peer_port)));
    const links = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = opened.find((one) => one.status === 'rejected');
    if (!refused) return new Peers(links);
    await Promise.all(links.map((link) => link.close()));
    throw refused.reason;
  }

  link(member: string): Link {
    const found = this.#links.find(({ to }) => to === member);
    if (!found) throw new Error(`no link to ${member}`);
    return found;
  }

  heal(): void {
    for (const link of this.#links) if (link.isCut) link.heal();
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.close()));
  }
}
