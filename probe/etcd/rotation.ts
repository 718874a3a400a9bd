import type { EtcdMember } from './members.ts';

/** A member that did not let anybody in is left out for so long, while another is there. */
const shunned_ms = 1000;

/** Which member a lane talks to: one until that one fails, then the next, as a client with all endpoints does. */
export class Rotation {
  #members: EtcdMember[];
  #place: number;
  #shunned_until = new Map<EtcdMember, number>();

  /** Begins at the member in this place, counted round. */
  constructor(members: EtcdMember[], first: number) {
    this.#members = members;
    this.#place = first % members.length;
  }

  get current(): EtcdMember {
    return this.#members[this.#place] as EtcdMember;
  }

  /** The current member, or the next that was not tried; undefined when all were. */
  untried(tried: Set<EtcdMember>): EtcdMember | undefined {
    const others = [...this.#members.slice(this.#place), ...this.#members.slice(0, this.#place)];
    return others.find((member) => !tried.has(member));
  }

  /** This member failed; a late word about one that was left already changes nothing. */
  leave(member: EtcdMember, now: number): void {
    if (member === this.current) this.#place = this.#next(now);
  }

  /** This member lets nobody in. */
  shun(member: EtcdMember, now: number): void {
    this.#shunned_until.set(member, now + shunned_ms);
    this.leave(member, now);
  }

  /** This member let somebody in: better than one that does not. */
  welcome(member: EtcdMember, now: number): void {
    this.#shunned_until.delete(member);
    if (this.#isShunned(this.current, now)) this.#place = this.#members.indexOf(member);
  }

  #next(now: number): number {
    const others = this.#members.map((_, step) => (this.#place + 1 + step) % this.#members.length);
    const open = others.find((place) => !this.#isShunned(this.#members[place] as EtcdMember, now));
    return open ?? (others[0] as number);
  }

  #isShunned(member: EtcdMember, now: number): boolean {
    return (this.#shunned_until.get(member) ?? Number.NEGATIVE_INFINITY) > now;
  }
}
