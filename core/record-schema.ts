import * as z from 'zod/mini';
import { BadInput } from './errors.ts';
import type { Record } from './record.ts';
import { checkRecordSense } from './record-sense.ts';
import { at, length_ms, partitionState, restore, text, topology, whole } from './topology-schema.ts';

const next = 'use the record as it was written, or run the drill again';

const span = z.tuple([at, at]);

const decision = z.strictObject({
  at,
  stage: z.enum(['plan', 'preflight', 'readmission']),
  admit: z.boolean(),
  inequality: text,
  margin: z.int(),
  victims: z.array(text),
  step: z.exactOptional(whole),
});

const event = z.strictObject({
  at,
  what: z.enum([
    ...(['claimed', 'admitted', 'refused', 'load-started', 'injecting', 'fault-started', 'fault-confirmed', 'fault-ended'] as const),
    ...([
      'member-stopping',
      'member-lost',
      'member-back',
      'controller-elected',
      'leader-elected',
      'writer-suspected',
      'writer-detached',
      'writer-promoted',
      'endpoint-moved',
      'writer-rejoined',
    ] as const),
    ...(['healing', 'healed', 'unhealed', 'halted', 'witness-silent', 'guard-fired', 'experiment-status'] as const),
  ]),
  who: z.exactOptional(text),
  text,
});

const series = z.strictObject({
  name: text,
  unit: text,
  start_at: at,
  bin_ms: z.number().check(z.positive()),
  points: z.array(z.nullable(z.number())),
});

const lane = z.strictObject({
  lane: text,
  target: text,
  kind: z.enum(['service', 'pinned', 'read', 'serializable']),
  segment: whole,
  partition: z.exactOptional(whole),
  period_ms: z.number().check(z.positive()),
  first_send_at: at,
  last_done_at: at,
  attempts: z.strictObject({ ok: whole, failed: whole, indeterminate: whole, unsent: whole }),
  outcomes: text,
  outages: z.array(z.strictObject({ start: span, end: z.nullable(span), attempts: whole })),
  servers: z.array(
    z.strictObject({ server: text, acked: whole, first_send_at: at, first_done_at: at, last_send_at: at, last_done_at: at }),
  ),
  codes: z.record(text, whole),
  round_trip_p50_ms: z.nullable(length_ms),
  in_flight_max: whole,
  offsets: z.exactOptional(z.array(z.strictObject({ n: whole, offset: whole, count: whole, apart: z.exactOptional(whole) }))),
  producers: z.exactOptional(z.array(text)),
  stale_reads: z.exactOptional(
    z.strictObject({
      compared: whole,
      count: whole,
      first: z.nullable(z.strictObject({ at, wanted: whole, got: z.nullable(whole) })),
      last_at: z.nullable(at),
    }),
  ),
});

const segment = z.strictObject({
  segment: whole,
  witness: z.enum(['even', 'odd']),
  from: at,
  to: at,
  died: z.boolean(),
  stalls: z.array(z.strictObject({ from: at, to: at })),
  longest_stall_ms: length_ms,
  peak_rss_bytes: z.exactOptional(whole),
});

const outcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('completed') }),
  z.strictObject({ kind: z.literal('refused'), at: z.enum(['claim', 'preflight', 'readmission']), why: text }),
  z.strictObject({ kind: z.literal('aborted'), by: z.enum(['guard', 'person']), why: text }),
]);

const record: z.ZodMiniType<Record, Record> = z.strictObject({
  version: z.literal(1),
  drill: text,
  run: text,
  source: z.enum(['aws', 'emulator', 'lab', 'virtual']),
  engine: z.strictObject({ name: text, version: text }),
  started_at: at,
  ended_at: at,
  outcome,
  healed: z.boolean(),
  topology: z.nullable(topology),
  admission: z.array(decision),
  victims: z.array(text),
  experiments: z.array(
    z.strictObject({
      id: text,
      step: whole,
      status: text,
      start_at: z.nullable(at),
      end_at: z.nullable(at),
      victims: z.exactOptional(z.array(text)),
    }),
  ),
  events: z.array(event),
  series: z.array(series),
  probe: z.strictObject({
    segments: z.array(segment),
    lanes: z.array(lane),
    partitions: z.exactOptional(z.array(z.strictObject({ at, ...partitionState }))),
    clock_uncertainty_ms: length_ms,
  }),
  readback: z.nullable(
    z.array(
      z.strictObject({
        lane: text,
        present: text,
        duplicated: whole,
        reordered: whole,
        duplicated_across_producers: z.exactOptional(whole),
      }),
    ),
  ),
  restore: z.exactOptional(restore),
  provenance: z.strictObject({ program: text, program_version: text, node: text, platform: text, settings: z.record(text, text) }),
});

/** A value that came from outside as a Record, or BadInput that names the first thing wrong with it. */
export function parseRecord(value: unknown): Record {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadInput('record', kindOf(value), 'an object', next);
  const version = (value as { version?: unknown }).version;
  if (typeof version === 'number' && version > 1)
    throw new BadInput(
      'record',
      `version ${version}`,
      'version 1, the newest this program knows',
      'grade it with the program that wrote it, or a newer one',
    );
  const parsed = record.safeParse(value, { error: wording });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BadInput(`record ${pathOf(issue?.path ?? [])}`.trim(), got(value, issue?.path ?? []), issue?.message ?? 'a record', next);
  }
  checkRecordSense(parsed.data);
  return parsed.data;
}

/** A record from its JSON text; BadInput names the position where the text breaks off or goes wrong. */
export function parseRecordText(json: string): Record {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new BadInput('record', whatIsWrong(error instanceof Error ? error.message : String(error), json), 'a whole JSON document', next);
  }
  return parseRecord(value);
}

/** The record as JSON Schema: docs/record.schema.json, which a test compares with this. */
export function recordJsonSchema(): object {
  return z.toJSONSchema(record);
}

/** The engine names the position in its message, and leaves it out where the text simply ends. */
function whatIsWrong(message: string, json: string): string {
  const end = json.trimEnd().length;
  const position = /end of JSON/.test(message) ? end : Number(/position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  if (position >= end) return `text that breaks off at position ${position}`;
  return Number.isNaN(position) ? 'text that is no JSON' : `no JSON from position ${position} on`;
}

function wording(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `${article(issue.expected)}, which is missing`
        : `${article(issue.expected)}${issue.expected === 'number' ? ', finite' : ''}`;
    case 'too_small':
      return `at least ${issue.minimum}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `no ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return 'a known one';
    default:
      return issue.code.replaceAll('_', ' ');
  }
}

function article(expected: string): string {
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function pathOf(path: PropertyKey[]): string {
  return path.map(String).join('.');
}

function got(value: unknown, path: PropertyKey[]): string {
  let found: unknown = value;
  for (const key of path) found = typeof found === 'object' && found !== null ? (found as { [key: PropertyKey]: unknown })[key] : undefined;
  return kindOf(found);
}

function kindOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `'${value.slice(0, 60)}'`;
  return Array.isArray(value) ? 'a list' : article(typeof value);
}
