import { formatDuration } from '@forebay/contract';
import { checkShape, shownName } from './check-shape';
import { compileQuality } from './compile-quality';
import { compileRecordFormat } from './compile-record-format';
import { compileKeying } from './compile-rekeying';
import { compileSourceTopics } from './compile-source-topics';
import type { EventSourceDeclaration, EventSourceOptions } from './declarations';
import { readDuration } from './durations';
import {
  DEFAULT_ALLOWED_LATENESS_MS,
  DEFAULT_MAX_CLOCK_SKEW_MS,
  DEFAULT_MAX_STALENESS_MS,
  DEFAULT_PARTITIONS,
  MAX_CLOCK_SKEW_MS,
  MAX_FIELDS_PER_SOURCE,
  MAX_LATENESS_MS,
  MAX_PARTITIONS,
  MAX_STALENESS_MS,
} from './limits';
import { compileMetadata } from './metadata';
import type { EventSource, Field, ScalarType } from './model';
import { checkColumnName, checkCount, checkName, listNames } from './names';
import type { Problems } from './problems';
import { EVENT_SOURCE_SHAPE } from './source-shapes';

const ID_TYPES = ['string', 'int32', 'int64'] as const satisfies readonly ScalarType[];

/** Null if it is too broken for views to be checked against it. */
export function compileEventSource(
  declaration: EventSourceDeclaration,
  problems: Problems,
): EventSource | null {
  const place = `event source ${shownName(declaration.options)}`;
  if (checkShape(EVENT_SOURCE_SHAPE, declaration.options, place, problems) === null) return null;
  const options: EventSourceOptions = declaration.options;
  const fields = Object.entries(options.fields).map(([name, field]) => ({
    name,
    type: typeof field === 'string' ? field : field.type,
  }));
  checkNames(options, place, problems);
  checkFields(fields, place, problems);
  checkField(fields, options.eventTime, ['timestamp'], `${place}, eventTime`, problems);
  if (options.eventId !== undefined)
    checkField(fields, options.eventId, ID_TYPES, `${place}, eventId`, problems);
  if (options.knownAt !== undefined)
    checkField(fields, options.knownAt, ['timestamp'], `${place}, knownAt`, problems);
  const times = readTimes(options, place, problems);
  return {
    id: 0,
    name: options.name,
    ...compileSourceTopics(options, compileRecordFormat(options, place, problems), place, problems),
    table: options.table ?? options.name,
    fields,
    eventTime: options.eventTime,
    eventId: options.eventId ?? null,
    knownAt: options.knownAt ?? null,
    ...times,
    dedupeMs: readDedupe(options, times.allowedLatenessMs, place, problems),
    partitions: readPartitions(options.partitions, place, problems),
    archiveOrder: readArchiveOrder(options.archiveOrder ?? [], fields, place, problems),
    metadata: compileMetadata(options),
    ...compileKeying(options, fields, place, problems),
    ...compileQuality(options.quality, { kind: 'source', fields, place, problems }),
  };
}

function checkNames(options: EventSourceOptions, place: string, problems: Problems): void {
  checkName(options.name, place, problems);
  if (options.table !== undefined) checkName(options.table, `${place}, table`, problems);
}

function checkFields(fields: readonly Field[], place: string, problems: Problems): void {
  checkCount(fields.length, MAX_FIELDS_PER_SOURCE, 'fields', place, problems);
  for (const { name } of fields) checkColumnName(name, `${place}, field "${name}"`, problems);
}

function checkField(
  fields: readonly Field[],
  name: string,
  types: readonly ScalarType[],
  place: string,
  problems: Problems,
): void {
  const field = fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    problems.add(
      place,
      `there is no field "${name}": the fields are ${listNames(fields.map((candidate) => candidate.name))}`,
    );
  } else if (!types.includes(field.type)) {
    problems.add(place, `field "${name}" is ${field.type}, not ${types.join(' or ')}`);
  }
}

function readTimes(options: EventSourceOptions, place: string, problems: Problems) {
  const read = (
    name: 'allowedLateness' | 'maxClockSkew' | 'maxStaleness',
    fallbackMs: number,
    minMs: number,
    maxMs: number,
  ) => readDuration(options[name], fallbackMs, { minMs, maxMs }, `${place}, ${name}`, problems);
  return {
    allowedLatenessMs: read('allowedLateness', DEFAULT_ALLOWED_LATENESS_MS, 0, MAX_LATENESS_MS),
    maxClockSkewMs: read('maxClockSkew', DEFAULT_MAX_CLOCK_SKEW_MS, 0, MAX_CLOCK_SKEW_MS),
    maxStalenessMs: read('maxStaleness', DEFAULT_MAX_STALENESS_MS, 1, MAX_STALENESS_MS),
  };
}

/** An event within the allowed lateness must find the ids of its copies. */
function readDedupe(
  { dedupe, eventId }: EventSourceOptions,
  allowedLatenessMs: number,
  sourcePlace: string,
  problems: Problems,
): number | null {
  if (dedupe === undefined) return null;
  const place = `${sourcePlace}, dedupe`;
  const bounds = { minMs: 1, maxMs: MAX_LATENESS_MS };
  const dedupeMs = readDuration(dedupe, null, bounds, place, problems);
  if (eventId === undefined) {
    problems.add(
      place,
      `${dedupe} without an event id: say in "eventId" which field tells copies of an event`,
    );
  }
  if (dedupeMs !== null && dedupeMs < allowedLatenessMs) {
    const lateness = formatDuration(allowedLatenessMs);
    problems.add(
      place,
      `${dedupe} is shorter than the allowed lateness ${lateness}: it must be at least as long, as copies may come that late`,
    );
  }
  return dedupeMs;
}

function readPartitions(partitions: number | undefined, place: string, problems: Problems): number {
  if (partitions === undefined) return DEFAULT_PARTITIONS;
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS) return partitions;
  problems.add(place, `partitions ${partitions} is not a whole number from 1 to ${MAX_PARTITIONS}`);
  return DEFAULT_PARTITIONS;
}

function readArchiveOrder(
  names: readonly string[],
  fields: readonly Field[],
  place: string,
  problems: Problems,
): readonly string[] {
  for (const [i, name] of names.entries()) {
    if (!fields.some((field) => field.name === name)) {
      problems.add(
        `${place}, archiveOrder`,
        `there is no field "${name}": the fields are ${listNames(fields.map((field) => field.name))}`,
      );
    } else if (names.indexOf(name) !== i) {
      problems.add(`${place}, archiveOrder`, `field "${name}" stands there twice`);
    }
  }
  return [...names];
}
