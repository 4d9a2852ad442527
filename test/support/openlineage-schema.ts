/** Whether lineage events are as OpenLineage's public schema says, facets included, and come in the order that it asks for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { ReceivedEvent } from './lineage-receiver';

const DIRECTORY = join(__dirname, 'openlineage');
const FACETS = readdirSync(join(DIRECTORY, 'facets')).map((name) => join('facets', name));
/** `example` and `documentation` are words of their own in these schemas. */
const ajv = addFormats(new Ajv2020({ allErrors: true }))
  .addVocabulary(['example', 'documentation'])
  .addSchema(['OpenLineage.json', ...FACETS].map(readSchema));
/** Under which name a facet's schema wants to find it. */
const KEYS = new Map(FACETS.map(readSchema).map(keyOf));

// biome-ignore lint/suspicious/noExplicitAny: a schema is any JSON
export type LineageSchema = any;

function readSchema(name: string): LineageSchema {
  return JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8'));
}

function keyOf({ $id, properties }: LineageSchema): [string, string] {
  const [[key, { $ref }]] = Object.entries<LineageSchema>(properties) as [[string, LineageSchema]];
  return [`${$id}${$ref}`, key];
}

/** What is wrong with a RunEvent, a line each. */
export function eventFaults(event: ReceivedEvent): string[] {
  const run = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';
  const faults = event.schemaURL === run ? [] : [`schemaURL is ${event.schemaURL}, not ${run}`];
  return [...faults, ...schemaFaults(run, event, 'event'), ...datasetsFaults(event), ...facetsFaults(event)];
}

function schemaFaults(url: string, value: unknown, place: string): string[] {
  const validate = ajv.getSchema(url);
  if (validate === undefined) return [`${place}: there is no schema ${url}`];
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${place}${instancePath} ${message}`);
}

/** A namespace with its scheme, host and port, and the form of names in it (https://openlineage.io/docs/spec/naming). */
const NAMES: readonly (readonly [RegExp, RegExp])[] = [
  [/^kafka:\/\/[^/@\s:]+:\d+$/, /^[\w.-]+$/],
  [/^clickhouse:\/\/[^/@\s:]+:\d+$/, /^\w+\.\w+$/],
  [/^redis:\/\/[^/@\s:]+:\d+$/, /^\w+\.\w+@\d+$/],
  [/^forebay:\/\/[^/@\s]+$/, /^\w+\.\w+@\d+$/],
  [/^file$/, /^\/\S+$/],
];

function datasetsFaults({ inputs, outputs }: ReceivedEvent): string[] {
  return [...inputs, ...outputs]
    .filter(({ namespace, name }) => !NAMES.some(([place, form]) => place.test(namespace) && form.test(name)))
    .map(({ namespace, name }) => `dataset ${namespace} ${name} is not named as datasets are`);
}

/** Those of the event's schema are any objects: each has one of its own. */
function facetsFaults({ run, job, inputs, outputs }: ReceivedEvent): string[] {
  const holders: [string, Record<string, LineageSchema>][] = [
    ['run', run.facets],
    ['job', job.facets],
    ...[...inputs, ...outputs].flatMap((dataset: LineageSchema) =>
      ['facets', 'inputFacets', 'outputFacets'].map((of): [string, Record<string, LineageSchema>] => [
        dataset.name,
        dataset[of],
      ]),
    ),
  ];
  return holders.flatMap(([of, facets]) =>
    Object.entries(facets ?? {}).flatMap(([key, facet]) => facetFaults(`${of}, facet ${key}`, key, facet)),
  );
}

/** A facet of one's own is told by a prefix and needs a schema somewhere; Forebay has none, so each has to be one that is known. */
function facetFaults(place: string, key: string, facet: LineageSchema): string[] {
  if (facet._schemaURL === undefined) return []; // the event's schema says that it is missing
  const expected = KEYS.get(facet._schemaURL);
  if (expected !== undefined && expected !== key) return [`${place}: its schema is that of ${expected}`];
  return schemaFaults(facet._schemaURL, facet, place);
}

const ENDS: ReadonlySet<string> = new Set(['COMPLETE', 'FAIL', 'ABORT']);

/** What is wrong with the order of events: of each run one START, then RUNNING, then one end; all of one job. `open`: runs that may go on. */
export function orderFaults(
  events: readonly ReceivedEvent[],
  open: ReadonlySet<string> = new Set(),
): string[] {
  const runs = new Map<string, ReceivedEvent[]>();
  for (const event of events) {
    const { runId } = event.run;
    runs.set(runId, [...(runs.get(runId) ?? []), event]);
  }
  return [...runs.values()].flatMap((run) => {
    const name: string = run[0].job.name;
    const types = run.map(({ eventType }) => eventType as string);
    const isEnded = ENDS.has(types.at(-1) as string);
    const between = isEnded ? types.slice(1, -1) : types.slice(1);
    const isRight =
      types[0] === 'START' &&
      between.every((type) => type === 'RUNNING') &&
      (isEnded || open.has(name)) &&
      run.every(({ job }) => job.name === name);
    const isInTime = run.every(({ eventTime }, i) => i === 0 || run[i - 1].eventTime <= eventTime);
    return isRight && isInTime ? [] : [`${name}: ${types.join(', ')}`];
  });
}
