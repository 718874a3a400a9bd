import { BadInput } from '../core/errors.ts';

/** An engine, or what it runs on, that this machine does not have and that the lab could not install. */
export class MissingEngine extends BadInput {}
