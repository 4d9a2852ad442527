/** The generated scanner of JSON events against JSON.parse: it takes nothing that JSON.parse refuses, and reads nothing else. */
import { isDeepStrictEqual } from 'node:util';
import { type EventSource, JSON_FORMAT } from '@forebay/definitions';
import { JsonDecoder, ParsedJsonDecoder } from '@forebay/formats';
import { documentOf } from './json-documents';
import type { FuzzTarget } from './run-target';

const FIELDS: EventSource['fields'] = [
  { name: 'at', type: 'timestamp' },
  { name: 'ok', type: 'bool' },
  { name: 'n', type: 'int32' },
  { name: 'big', type: 'int64' },
  { name: 'x', type: 'double' },
  { name: 's', type: 'string' },
  { name: 'nb', type: 'int32' },
  { name: 'toString', type: 'string' },
];

const PATHS: Readonly<Record<string, string>> = {
  x: 'p.x.0.v',
  s: 'p.ü',
  n: 'list.1',
  nb: 'list.1',
  big: 'list.0.__proto__',
  ok: 'p.deep.er.ok',
};

/** More names than are compared one by one. */
const WIDE: EventSource['fields'] = [
  ...FIELDS,
  ...Array.from({ length: 26 }, (_, i) => ({
    name: String.fromCharCode(97 + i).repeat(2),
    type: 'string' as const,
  })),
];

export const JSON_SOURCES = {
  flat: sourceWith({}),
  nested: sourceWith(PATHS),
  wide: sourceWith({ ...PATHS, n: 'n' }, WIDE),
} as const satisfies Record<string, EventSource>;

function sourceWith(
  paths: Readonly<Record<string, string>>,
  fields: EventSource['fields'] = FIELDS,
): EventSource {
  return {
    id: 1,
    name: 's',
    topic: 's',
    table: 's',
    fields,
    format: { ...JSON_FORMAT, paths },
    eventTime: 'at',
    eventId: null,
    knownAt: null,
    allowedLatenessMs: 0,
    maxClockSkewMs: 0,
    dedupeMs: null,
    maxStalenessMs: 60_000,
    partitions: 1,
    archiveOrder: [],
    metadata: { owner: '', description: '', tags: {} },
  };
}

const CORPUS = [
  '{"at":1768435200000,"ok":true,"n":-7,"big":"9223372036854775807","x":1.5,"s":"é","other":[1,{"a":null}]}',
  '{"p":{"x":[{"v":0.25},{}],"ü":"日本","deep":{"er":{"ok":false}}},"list":[{"__proto__":"12"},5],"at":"2026-01-15T12:34:56.789Z"}',
  `{"at":0,"deep":${'['.repeat(70)}${']'.repeat(70)}}`,
].map((text) => Buffer.from(text));

export function jsonRecordTargets(): FuzzTarget[] {
  return Object.entries(JSON_SOURCES).map(([name, source]) => {
    const scanning = new JsonDecoder(source);
    const parsing = new ParsedJsonDecoder(source);
    return {
      name: `JSON events, ${name}`,
      share: 1,
      corpus: CORPUS,
      inputOf: (random) => documentOf(random, CORPUS),
      run: (input) => {
        const bytes = Buffer.from(input);
        const before = scanning.fallbacks;
        const row = scanning.decode(bytes);
        const expected = parsing.decode(bytes);
        if (!isDeepStrictEqual(row, expected))
          throw new Error(`read ${shown(row)} where JSON.parse gives ${shown(expected)}`);
        if (scanning.fallbacks === before) return 'scanned';
        return Array.isArray(row) ? 'parsed' : row.reason;
      },
    };
  });
}

function shown(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
