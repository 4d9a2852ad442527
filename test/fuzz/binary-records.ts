/** Readers of Avro and Protobuf events, on changed bytes of foreign serializers: a row of the fields' types, or a reason. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventSource, JSON_FORMAT, type RecordFormat, type ScalarType } from '@forebay/definitions';
import { EventDecoder } from '@forebay/formats';
import { parse, Root, type Type } from 'protobufjs';
import { JSON_SOURCES } from './json-records';
import type { FuzzTarget } from './run-target';

const GOLDEN = join(process.cwd(), 'packages/formats/golden');

interface Golden {
  readonly avro: object;
  readonly events: readonly { readonly avro: string; readonly protobuf: string }[];
}

const FIELDS: Readonly<Record<string, ScalarType>> = {
  at: 'timestamp',
  id: 'string',
  ok: 'bool',
  n: 'int32',
  big: 'int64',
  x: 'double',
  note: 'string',
  user: 'int64',
  tier: 'string',
  size: 'int32',
  rebate: 'double',
};
const PATHS = { user: 'user.id', tier: 'user.tags.tier', size: 'items.0.sizes.2' };

/** Far beyond any event: which of them are taken is not asked here. */
const NOW = Number.MAX_SAFE_INTEGER;

const IS_OF: Readonly<Record<ScalarType, (value: unknown) => boolean>> = {
  bool: (value) => typeof value === 'boolean',
  int32: (value) => typeof value === 'number' && value === (value | 0),
  int64: (value) =>
    typeof value === 'bigint' ? !Number.isSafeInteger(Number(value)) : Number.isSafeInteger(value),
  double: (value) => Number.isFinite(value),
  string: (value) => typeof value === 'string' && value.isWellFormed(),
  timestamp: (value) => Number.isSafeInteger(value),
};

export function binaryRecordTargets(): FuzzTarget[] {
  const { avro, events } = JSON.parse(readFileSync(join(GOLDEN, 'records.json'), 'utf8')) as Golden;
  const proto = readFileSync(join(GOLDEN, 'payment.proto'), 'utf8');
  const hex = (text: string) => Buffer.from(text, 'hex');
  const fields = Object.entries(FIELDS);
  const target = (
    name: string,
    format: Partial<RecordFormat>,
    corpus: readonly Buffer[],
    check: (row: readonly unknown[], input: Buffer) => void,
  ): FuzzTarget => {
    const decoder = new EventDecoder(sourceOf(format));
    return {
      name,
      share: 1,
      corpus,
      run: (input) => {
        const value = Buffer.from(input);
        const row = decoder.decode({ value }, NOW);
        if (!Array.isArray(row)) return row.reason;
        for (const [i, [field, type]] of fields.entries())
          if (row[i] !== null && !IS_OF[type](row[i])) throw new Error(`${field} is ${String(row[i])}`);
        check(row, value);
        return 'a row';
      },
    };
  };
  return [
    target(
      'Avro events',
      { encoding: 'avro', schema: JSON.stringify(avro) },
      events.map((event) => hex(event.avro)),
      () => {},
    ),
    target(
      'Protobuf events',
      { encoding: 'protobuf', schema: proto, message: 'shop.Payment' },
      events.map((event) => hex(event.protobuf)),
      likeProtobufjs(proto),
    ),
  ];
}

function sourceOf(format: Partial<RecordFormat>): EventSource {
  const fields = Object.entries(FIELDS).map(([name, type]) => ({ name, type }));
  return { ...JSON_SOURCES.flat, fields, format: { ...JSON_FORMAT, paths: PATHS, ...format } };
}

/** Plain fields, as another decoder reads them where it takes the bytes, too: it is laxer, and never reads another value. */
function likeProtobufjs(proto: string): (row: readonly unknown[], input: Buffer) => void {
  const root = new Root();
  parse(
    proto.replaceAll(/^import .*$|google\.protobuf\.\w+ (?=at|rebate)/gm, (text) =>
      text.startsWith('import') ? '' : 'bytes ',
    ),
    root,
    {
      keepCase: true,
    },
  );
  const payment: Type = root.lookupType('shop.Payment');
  const places = Object.keys(FIELDS);
  return (row, input) => {
    let other: Readonly<Record<string, unknown>>;
    try {
      other = payment.toObject(payment.decode(input), { longs: String, defaults: true, json: false });
    } catch {
      return;
    }
    for (const name of ['id', 'ok', 'n', 'big', 'x']) {
      const own = row[places.indexOf(name)];
      const given = other[name];
      const isSame =
        typeof given === 'number' ? own === null || Object.is(own, given + 0) : String(own) === String(given);
      if (!isSame) throw new Error(`${name} is ${String(own)}, and protobufjs reads ${String(given)}`);
    }
  };
}
