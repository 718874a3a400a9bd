import { type Answered, type Asked, json, named } from './control-plane.ts';

/** Change calendars, which no emulator has: all of them are open, or all closed. */
export class Calendars {
  #state: 'OPEN' | 'CLOSED' = 'OPEN';

  set(state: 'OPEN' | 'CLOSED'): void {
    this.#state = state;
  }

  readonly service = async ({ headers }: Asked): Promise<Answered> => {
    const operation = headers['x-amz-target'] ?? '';
    if (operation !== 'AmazonSSM.GetCalendarState') throw named('InvalidAction', `${operation}: got a call that no drill makes here`);
    return json(200, { State: this.#state, AtTime: new Date().toISOString() });
  };
}
