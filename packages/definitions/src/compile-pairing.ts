/** Joined and sequence sources, checked against the event sources that they are made of. */

import { checkShape, shownName } from './check-shape';
import { compileFilter, viewColumns } from './compile-feature';
import type { EventSourceDeclaration } from './declarations';
import { readDuration } from './durations';
import { MAX_FIELDS_PER_SOURCE, MAX_PAIRING_MS } from './limits';
import { compileMetadata } from './metadata';
import type { EventSource, Field, ScalarType } from './model';
import { checkColumnName, checkCount, checkName, listNames } from './names';
import type { JoinedField, JoinedSource, JoinSide, SequenceSource } from './paired-model';
import {
  JOINED_EVENT_ID,
  JOINED_EVENT_TIME,
  type JoinedSourceDeclaration,
  type SequenceSourceDeclaration,
} from './pairing-declarations';
import type { Problems } from './problems';
import { JOINED_SOURCE_SHAPE, SEQUENCE_SOURCE_SHAPE } from './source-shapes';

/** The compiled source of a declaration: undefined if the project does not list it, null if it is broken (which was said). */
export type SourceOfDeclaration = (declaration: EventSourceDeclaration) => EventSource | null | undefined;

/** What keys are compared by: text and whole numbers are equal or not; doubles are near each other. */
const KEY_TYPES: Readonly<Record<ScalarType, string | null>> = {
  bool: 'bool',
  int32: 'int',
  int64: 'int',
  double: null,
  string: 'string',
  timestamp: 'timestamp',
};

/** Null if it is too broken for views to be checked against it. */
export function compileJoinedSource(
  { options }: JoinedSourceDeclaration,
  sourceOf: SourceOfDeclaration,
  problems: Problems,
): JoinedSource | null {
  const place = `joined source ${shownName(options)}`;
  if (checkShape(JOINED_SOURCE_SHAPE, options, place, problems) === null) return null;
  checkName(options.name, place, problems);
  const left = inputOf(options.left, sourceOf, `${place}, left`, problems);
  const right = inputOf(options.right, sourceOf, `${place}, right`, problems);
  if (left === null || right === null) return null;
  if (left.name === right.name) {
    problems.add(
      place,
      'left and right are one source: declare a sequence source for events that follow others of their own kind',
    );
  }
  if (left.partitions !== right.partitions) {
    problems.add(
      place,
      `topic "${left.topic}" is declared with ${left.partitions} partitions and "${right.topic}" with ${right.partitions}: pairs are found within a partition, so both must have as many, and be keyed by the fields of "on"`,
    );
  }
  return {
    id: 0,
    name: options.name,
    left: left.name,
    right: right.name,
    on: compileOn(options.on, left, right, `${place}, on`, problems),
    withinMs: readWithin(options.within, place, problems),
    fields: compileFields(options.fields, { left, right }, place, problems),
    metadata: compileMetadata(options),
  };
}

/** Null if it is too broken for views to be checked against it. */
export function compileSequenceSource(
  { options }: SequenceSourceDeclaration,
  sourceOf: SourceOfDeclaration,
  problems: Problems,
): SequenceSource | null {
  const place = `sequence source ${shownName(options)}`;
  if (checkShape(SEQUENCE_SOURCE_SHAPE, options, place, problems) === null) return null;
  checkName(options.name, place, problems);
  const source = inputOf(options.source, sourceOf, `${place}, source`, problems);
  if (source === null) return null;
  if (options.by.length === 0)
    problems.add(`${place}, by`, 'no fields: name at least one that both events have in common');
  for (const name of options.by) keyFieldOf(source, name, `${place}, by`, problems);
  const columns = viewColumns(source.fields);
  const first = compileFilter(options.first, columns, `${place}, first`, problems);
  const second = compileFilter(options.second, columns, `${place}, second`, problems);
  if (first === null || second === null) return null;
  return {
    id: 0,
    name: options.name,
    source: source.name,
    by: [...new Set(options.by)],
    first: first.canonical,
    second: second.canonical,
    withinMs: readWithin(options.within, place, problems),
    metadata: compileMetadata(options),
  };
}

/** Null after a problem. Pairs are told apart by the ids of their events. */
function inputOf(
  declaration: EventSourceDeclaration,
  sourceOf: SourceOfDeclaration,
  place: string,
  problems: Problems,
): EventSource | null {
  const source = sourceOf(declaration);
  if (source === undefined) {
    problems.add(
      place,
      `event source ${shownName(declaration.options)} is not in the project: add it to eventSources`,
    );
    return null;
  }
  if (source?.enrichments !== undefined) {
    problems.add(
      place,
      `event source "${source.name}" is enriched: pairs are made of what records hold, so declare a source without "enrich" for them`,
    );
  }
  if (source?.rekey !== undefined) {
    problems.add(
      place,
      `event source "${source.name}" is re-keyed, and pairs are found within a partition of its own topic: key the topic by the fields that pairs have in common`,
    );
  }
  if (source !== null && source.eventId === null) {
    problems.add(
      place,
      `event source "${source.name}" has no event id: say in its "eventId" which field tells its events apart, for a pair that is found again counts once by the ids of its events`,
    );
  }
  return source;
}

function readWithin(within: string, place: string, problems: Problems): number {
  const bounds = { minMs: 1, maxMs: MAX_PAIRING_MS };
  return readDuration(within, bounds.maxMs, bounds, `${place}, within`, problems);
}

function compileOn(
  on: Readonly<Record<string, string | undefined>>,
  left: EventSource,
  right: EventSource,
  place: string,
  problems: Problems,
): JoinedSource['on'] {
  const pairs = Object.entries(on) as [string, string][];
  if (pairs.length === 0)
    problems.add(place, 'no fields: name at least one pair of fields that must be equal');
  for (const [leftName, rightName] of pairs) {
    const leftField = keyFieldOf(left, leftName, place, problems);
    const rightField = keyFieldOf(right, rightName, place, problems);
    if (leftField === null || rightField === null) continue;
    if (KEY_TYPES[leftField.type] === KEY_TYPES[rightField.type]) continue;
    problems.add(
      place,
      `"${leftName}" of "${left.name}" is ${leftField.type}, and "${rightName}" of "${right.name}" is ${rightField.type}: they are never equal`,
    );
  }
  return pairs.map(([leftName, rightName]) => ({ left: leftName, right: rightName }));
}

/** Null after a problem. */
function keyFieldOf(source: EventSource, name: string, place: string, problems: Problems): Field | null {
  const field = fieldOf(source, name, place, problems);
  if (field === null || KEY_TYPES[field.type] !== null) return field;
  problems.add(
    place,
    `"${name}" of "${source.name}" is ${field.type}: keys are string, int32, int64, bool or timestamp`,
  );
  return null;
}

/** Null after a problem. */
function fieldOf(source: EventSource, name: string, place: string, problems: Problems): Field | null {
  const field = source.fields.find((candidate) => candidate.name === name);
  if (field !== undefined) return field;
  const known = listNames(source.fields.map((candidate) => candidate.name));
  problems.add(place, `event source "${source.name}" has no field "${name}": its fields are ${known}`);
  return null;
}

function compileFields(
  declared: Readonly<Record<string, string>>,
  sources: Readonly<Record<JoinSide, EventSource>>,
  sourcePlace: string,
  problems: Problems,
): JoinedField[] {
  const fields = Object.entries(declared);
  checkCount(fields.length, MAX_FIELDS_PER_SOURCE, 'fields', sourcePlace, problems);
  return fields.flatMap(([name, from]): JoinedField[] => {
    const place = `${sourcePlace}, field "${name}"`;
    if (name === JOINED_EVENT_TIME || name === JOINED_EVENT_ID) {
      problems.add(place, 'every joined source has a field of that name already: choose another');
      return [];
    }
    checkColumnName(name, place, problems);
    const [, side, field] = /^(left|right)\.(.*)$/s.exec(from) ?? [];
    if (side === undefined || field === undefined) {
      problems.add(place, `"${from}" is no field of a side: write left.field or right.field`);
      return [];
    }
    const found = fieldOf(sources[side as JoinSide], field, place, problems);
    return found === null ? [] : [{ name, type: found.type, side: side as JoinSide, field }];
  });
}
