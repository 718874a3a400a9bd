import type { Clock } from '../core/clock.ts';
import type { Drill } from '../core/drill.ts';
import type { Decision, Event, LaneReadback, Outcome, Restore, Series, Source } from '../core/record.ts';
import type { ObservedTopology } from '../core/topology.ts';
import type { Beat, SegmentResult, WitnessName } from '../probe/contract.ts';

/** One step of a drill: written before the experiment starts (`experiment` null) and after. */
export interface Step {
  step: number;
  template: string;
  /** `<execution name>/<step>`: the client token of StartExperiment. */
  token: string;
  victims: string[];
  injecting_at: number;
  experiment: string | null;
  /** When healing first looked for an experiment of this step and found none. */
  sought_at?: number;
}

/** Why watching ended. done and deadline are the drill's own; the others mean that something stopped it. */
export interface Halt {
  at: number;
  by: 'done' | 'deadline' | 'guard' | 'person' | 'witness' | 'experiment' | 'refused' | 'error';
  why: string;
}

export interface SegmentRow {
  segment: number;
  witness: WitnessName;
  opened_at: number;
  closed_at: number | null;
  died: boolean;
  key: string | null;
}

/** The one truth about a run (workflow contract, point 1). `version` rises by one with every change. */
export interface RunRow {
  run: string;
  execution: string;
  drill: string;
  store: string;
  fence: number;
  version: number;
  phase: 'claimed' | 'admitted' | 'watching' | 'injecting' | 'injected' | 'healing' | 'healed' | 'closed';
  claimed_at: number;
  deadline_at: number;
  heal_deadline_at: number;
  expires_at: number;
  steps: Step[];
  halt: Halt | null;
  beats: { even: Beat | null; odd: Beat | null };
  segments: SegmentRow[];
  admission: Decision[];
  events: Event[];
  margins: { at: number; margin: number }[];
  topology: ObservedTopology | null;
  outcome: Outcome | null;
  heal: { started_at: number; ended_at: number | null; healed: boolean; why: string } | null;
  keys: { readback: string | null; record: string | null; report: string | null };
  released: 'free' | 'quarantined' | null;
  /** The run whose expired lease this one took over, and whether its faults are known to be undone. */
  took_over?: { run: string; undone: boolean };
}

export interface Lease {
  store: string;
  state: 'held' | 'free' | 'quarantined';
  run: string | null;
  fence: number;
  expires_at: number;
  why: string;
}

export interface NewRun {
  run: string;
  execution: string;
  drill: string;
  store: string;
  claimed_at: number;
  deadline_at: number;
  heal_deadline_at: number;
  expires_at: number;
  /** `<drill>/<scheduled time>`: a second claim of the same slot is a duplicate; null when started by hand. */
  slot: string | null;
  /** A held lease may be taken over only when its holder is known to be gone: not running, no live experiment. */
  takeover: boolean;
  /** Goes into the row with the lease: what was taken over and is still to be undone. */
  took_over?: { run: string; undone: boolean };
}

export type Claimed = { status: 'claimed'; row: RunRow } | { status: 'duplicate' | 'refused'; why: string };

/** Rows, leases, claims. Conditional on `version`, so that two writers never overwrite each other. */
export interface Runs {
  /** Lease, slot and row in one conditional write; the same run and execution again returns its row as claimed. */
  claim(run: NewRun): Promise<Claimed>;
  read(run: string): Promise<RunRow | undefined>;
  /** Reads, edits, writes if unchanged since, and retries when it was; `edit` returns null to leave the row alone. Throws when there is no row. */
  change(run: string, edit: (row: RunRow) => RunRow | null): Promise<RunRow>;
  lease(store: string): Promise<Lease | undefined>;
  /** Ends the run's hold on its lease, if its fence still holds it, and closes the row. Idempotent. */
  release(run: string, to: 'free' | 'quarantined', why: string): Promise<void>;
  /** Lifts a quarantine; false when there was none. */
  clear(store: string, why: string): Promise<boolean>;
  /** Rows not released yet, oldest first: the sweeper's work. */
  unreleased(): Promise<RunRow[]>;
}

/** FIS's nouns. `status` is an open string: only `completed` is success, unknown ones are doubt. */
export interface Experiment {
  id: string;
  template: string;
  tags: { [key: string]: string };
  status: string;
  reason: string;
  start_at: number | null;
  end_at: number | null;
  actions: { name: string; status: string; start_at: number | null; end_at: number | null; targets: string[] }[];
}

export interface Faults {
  /** Id of the experiment template that injects this drill's fault. */
  template(drill: Drill): string;
  get(id: string): Promise<Experiment | undefined>;
  /** Experiments started for a run from a template, by the tag `run`. */
  find(template: string, run: string): Promise<Experiment[]>;
  /** Asks for a stop; the caller confirms with `get`. */
  stop(id: string): Promise<void>;
  /** Undoes whatever of the run's faults can be undone; idempotent, and safe when nothing was injected. */
  undo(row: RunRow): Promise<void>;
  /** What happened, from the source that knows it: the system's own events, oldest first. */
  events(row: RunRow): Promise<Event[]>;
  /** What a snapshot held and what came of its restore; null before there is one. Only where faults restore snapshots. */
  restore?(row: RunRow): Promise<Restore | null>;
}

export interface Topologies {
  /** Name of the store that this drill runs against: the lease's key. */
  store(drill: Drill): string;
  /** Live configuration and members; throws when they cannot be read. */
  observe(drill: Drill): Promise<ObservedTopology>;
  engine(drill: Drill): Promise<{ name: string; version: string }>;
}

export interface WatchOrder {
  run: string;
  drill: Drill;
  witness: WitnessName;
  segment: number;
  stop_at: number;
}

export interface Probe {
  /**
   * Runs one segment to its end. `beat` answers whether to stop; `checkpoint` keeps what is known so far, so that a dead
   * witness leaves evidence. Rejects when the witness dies.
   */
  watch(
    order: WatchOrder,
    link: { beat(beat: Beat): Promise<{ stop: boolean }>; checkpoint(result: SegmentResult): Promise<void> },
  ): Promise<SegmentResult>;
  /**
   * Name of the alarm outside that fires while it hears no witness and would stop an experiment, so that it is OK only under load.
   * Left out where nobody listens.
   */
  alarm?(drill: Drill): string;
  readback(run: string, drill: Drill, lanes: { lane: string; count: number }[]): Promise<LaneReadback[]>;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Metrics {
  /** One entry for each name asked; a name that does not exist is INSUFFICIENT_DATA. */
  alarms(names: string[]): Promise<{ name: string; state: AlarmState }[]>;
  /** Recovery metrics of the window; `complete` is false while late points may still come. */
  series(drill: Drill, from: number, to: number): Promise<{ series: Series[]; complete: boolean }>;
}

/** JSON documents by key; large things live here, and their keys travel. */
export interface Evidence {
  put(key: string, value: unknown): Promise<void>;
  /** undefined when there is none; throws when it cannot be read or parsed. */
  get(key: string): Promise<unknown>;
}

export interface Calendar {
  /** Throws when unreadable, which callers take as closed. */
  open(from: number, to: number): Promise<{ open: boolean; why: string }>;
}

export interface Notice {
  run: string;
  drill: string;
  kind: 'phase' | 'refused' | 'verdict' | 'unhealed' | 'swept';
  text: string;
}

export interface Notices {
  publish(notice: Notice): Promise<void>;
}

/** Everything a handler may touch. AWS, the lab and virtual time each bring one. */
export interface Tools {
  source: Source;
  clock: Clock;
  drills: Drill[];
  runs: Runs;
  faults: Faults;
  topology: Topologies;
  probe: Probe;
  metrics: Metrics;
  evidence: Evidence;
  calendar: Calendar;
  notices: Notices;
  /** True while this execution is known to be running; throws when that cannot be known. */
  executionRunning(execution: string): Promise<boolean>;
}
