/**
 * What decoding an event costs, three of its seven fields wanted: JSON of 200 bytes by the generated scanner beside
 * `JSON.parse`, and the same events in Avro and Protobuf beside protobufjs. Processor time, in turns, of a warm process.
 */
import { type EventSource, JSON_FORMAT, type RecordFormat } from '@forebay/definitions';
import { EventDecoder, ParsedJsonDecoder } from '@forebay/formats';
import { parse, Writer } from 'protobufjs';
import { JSON_SOURCES } from '../fuzz/json-records';
import { type BenchCase, reportBench } from './report';

const EVENTS = 5_000;
const PASSES = 60;
const ROUNDS = 9;
const NOW_MS = Date.UTC(2026, 0, 15);
const PROTO = `syntax = "proto3";
message Payment { string user = 1; string merchant = 2; double amount = 3; string currency = 4; int64 time = 5; string id = 6; string note = 7; }`;
const TEXTS = ['user', 'merchant', 'currency', 'id', 'note'] as const;
const AVRO = JSON.stringify({
  type: 'record',
  name: 'Payment',
  fields: [
    ...TEXTS.map((name) => ({ name, type: 'string' })),
    { name: 'amount', type: 'double' },
    { name: 'time', type: 'long' },
  ],
});

const payment = parse(PROTO).root.lookupType('Payment');

function eventOf(i: number) {
  return {
    user: `u${(i * 7_919) % 100_000}`,
    merchant: `m${i % 977}`,
    amount: ((i * 7_919) % 100_000) / 100,
    currency: 'EUR',
    time: NOW_MS - i * 13,
    id: `evt-${i.toString(16).padStart(12, '0')}`,
    note: 'x'.repeat(78),
  };
}

type Event = ReturnType<typeof eventOf>;

function avroBytes(event: Event): Buffer {
  const long = (value: number) => Writer.create().sint64(value).finish();
  const amount = Buffer.alloc(8);
  amount.writeDoubleLE(event.amount);
  const texts = TEXTS.flatMap((name) => [long(Buffer.byteLength(event[name])), Buffer.from(event[name])]);
  return Buffer.concat([...texts, amount, long(event.time)]);
}

function sourceOf(format: Partial<RecordFormat>): EventSource {
  return {
    ...JSON_SOURCES.flat,
    fields: [
      { name: 'time', type: 'timestamp' },
      { name: 'user', type: 'string' },
      { name: 'amount', type: 'double' },
    ],
    eventTime: 'time',
    format: { ...JSON_FORMAT, ...format },
  };
}

interface Contender {
  readonly name: string;
  readonly values: readonly Buffer[];
  readonly decode: (value: Buffer) => unknown;
}

function contenders(): readonly Contender[] {
  const events = Array.from({ length: EVENTS }, (_, i) => eventOf(i));
  const json = events.map((event) => Buffer.from(JSON.stringify(event)));
  const spaced = events.map((event) => Buffer.from(JSON.stringify(event, null, 1).replaceAll('\n', '')));
  const escaped = json.map((value) => Buffer.from(value.toString().replace('"user"', '"us\\u0065r"')));
  const protobuf = events.map((event) => Buffer.from(payment.encode(event).finish()));
  const by = (format: Partial<RecordFormat>) => {
    const decoder = new EventDecoder(sourceOf(format));
    return (value: Buffer) => decoder.decode({ value }, NOW_MS);
  };
  const parsed = new ParsedJsonDecoder(sourceOf({}));
  return [
    { name: 'JSON.parse', values: json, decode: (value) => JSON.parse(value.toString()) },
    { name: 'JSON', values: json, decode: by({}) },
    { name: 'JSON with blanks', values: spaced, decode: by({}) },
    { name: 'JSON, left to JSON.parse', values: escaped, decode: by({}) },
    { name: 'JSON, never scanned', values: json, decode: (value) => parsed.decode(value) },
    { name: 'Avro', values: events.map(avroBytes), decode: by({ encoding: 'avro', schema: AVRO }) },
    { name: 'protobufjs', values: protobuf, decode: (value) => payment.decode(value) },
    { name: 'Protobuf', values: protobuf, decode: by({ encoding: 'protobuf', schema: PROTO }) },
  ];
}

/** Microseconds of processor time an event. */
function costOf({ values, decode }: Contender): number {
  let decoded = 0;
  const before = process.cpuUsage();
  for (let pass = 0; pass < PASSES; pass++) for (const value of values) if (decode(value) !== null) decoded++;
  const { user, system } = process.cpuUsage(before);
  return (user + system) / decoded;
}

function medians(all: readonly Contender[]): ReadonlyMap<string, number> {
  const costs = new Map(all.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const contender of all) costs.get(contender.name)?.push(costOf(contender));
  return new Map(
    [...costs].map(([name, measured]) => [name, measured.sort((a, b) => a - b)[ROUNDS >> 1] as number]),
  );
}

function main(): void {
  const costs = medians(contenders());
  const cost = (name: string) => costs.get(name) as number;
  const ratio = (name: string, to: string, atMost: number): BenchCase => ({
    case: `${name} ÷ ${to}`,
    ratio: cost(name) / cost(to),
    unit: 'x',
    target: { atMost },
  });
  const absolute = [...costs].map(
    ([name, value]): BenchCase => ({ case: name, value, unit: 'µs/event', target: null }),
  );
  reportBench('formats', [
    ...absolute,
    ratio('JSON', 'JSON.parse', 0.65),
    ratio('JSON with blanks', 'JSON.parse', 0.8),
    ratio('JSON, left to JSON.parse', 'JSON, never scanned', 1.3),
    ratio('Avro', 'JSON.parse', 0.5),
    ratio('Protobuf', 'protobufjs', 0.8),
  ]);
}

main();
