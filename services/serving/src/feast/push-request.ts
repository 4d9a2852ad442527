import { ForebayError } from '@forebay/contract';
import type { EventSource, Field } from '@forebay/definitions';
import { Form, type FormMistake, readForm } from './form';
import type { GivenColumn, GivenValue } from './request';

/** Where Feast would write; events of ours reach the online values and the archive by one topic. */
export const PUSH_TARGETS = ['online', 'offline', 'online_and_offline'] as const;
export type PushTarget = (typeof PUSH_TARGETS)[number];

/** The body of Feast's `POST /push`. */
export interface FeastPushRequest {
  readonly source: string;
  readonly to: PushTarget;
  /** Of equal lengths. */
  readonly columns: readonly GivenColumn[];
}

/** Reads the body. `allow_registry_cache` and `transform_on_write` say nothing here; what it does not know is skipped, as Feast does. */
export function readPushRequest(text: string): FeastPushRequest | readonly FormMistake[] {
  const form = readForm(text);
  if (!(form instanceof Form)) return form;
  const source = form.requiredText('push_source_name');
  const columns = form.columns('df', true);
  form.flag('allow_registry_cache');
  form.flag('transform_on_write');
  const to = form.text('to') === '' ? 'online' : form.text('to');
  const [first] = columns;
  for (const { name, values } of columns) {
    if (values.length === (first?.values.length ?? 0)) continue;
    const msg = `All arrays must be of the same length: "${first?.name}" has ${first?.values.length} values, "${name}" ${values.length}`;
    form.mistakes.push({ type: 'value_error', loc: ['body', 'df', name], msg });
  }
  if (!isTarget(to))
    form.mistakes.push({
      type: 'enum',
      loc: ['body', 'to'],
      msg: `Input should be ${PUSH_TARGETS.join(', ')}`,
    });
  return form.mistakes.length > 0 ? form.mistakes : { source, to: to as PushTarget, columns };
}

const isTarget = (text: string): text is PushTarget => (PUSH_TARGETS as readonly string[]).includes(text);

/** What Python writes for a time: with a blank or a T, with or without a zone, to the microsecond. */
const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/;

/**
 * The rows of a data frame as JSON objects of the source's events. Columns that are no fields are left out; a time without a zone is
 * UTC, as it is to Feast. Throws `invalid_request` for what no JSON object could say.
 */
export function eventsOfFrame(source: EventSource, columns: readonly GivenColumn[]): string[] {
  const rows = columns[0]?.values.length ?? 0;
  const placed = columns.flatMap((column) => {
    const field = source.fields.find(({ name }) => name === column.name);
    return field === undefined ? [] : [{ field, column }];
  });
  return Array.from({ length: rows }, (_, row) =>
    JSON.stringify(
      Object.fromEntries(
        placed.map(({ field, column }) => [
          field.name,
          jsonValue(field, column.values[row] as GivenValue, row),
        ]),
      ),
    ),
  );
}

function jsonValue(field: Field, { kind, value }: GivenValue, row: number): unknown {
  const refuse = (what: string) =>
    new ForebayError('invalid_request', `column "${field.name}", row ${row}: ${what}`, {
      field: `df["${field.name}"][${row}]`,
    });
  if (kind === 'other') throw refuse('it is neither a text, a number, a boolean nor null');
  if (field.type !== 'timestamp' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (typeof value !== 'string')
    throw refuse(
      'a time has to be a text of ISO 8601: a number could be seconds, milliseconds or nanoseconds',
    );
  const instant = instantOf(value);
  if (instant !== null) return instant;
  throw refuse(`${JSON.stringify(value.slice(0, 60))} is not a time of ISO 8601`);
}

/** Milliseconds; null: the text is no time. */
function instantOf(text: string): number | null {
  const [, date, time = '00:00', fraction = '', zone = 'Z'] = INSTANT.exec(text.trim()) ?? [];
  if (date === undefined) return null;
  const at = zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const seconds = time.length === 5 ? `${time}:00` : time;
  const instant = Date.parse(`${date}T${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${at}`);
  return Number.isNaN(instant) ? null : instant;
}
