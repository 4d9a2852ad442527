import type { Batch } from 'kafkajs';
import { withOffset } from './fetched-record';
import type { EventRecord, RecordHeaders } from './record';
import { toRecordBatch } from './record-batch';
import { type AnswerReader, recordBatchDecoder } from './record-batch-decoder';

/** What a producer is given of a record, by the names of the client's encoder. */
interface Written {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly offsetDelta: number;
  readonly timestampDelta: number;
  readonly headers?: Record<string, Buffer | Buffer[]>;
}

interface WrittenBatch {
  readonly records: readonly Written[];
  readonly firstOffset?: number;
  readonly compression?: number;
  readonly transactional?: boolean;
  readonly producerId?: number;
  /** Bits that no producer sets. */
  readonly attributes?: number;
}

interface Context {
  readonly producerId: string;
  readonly inTransaction: boolean;
}

interface ClientsRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
  readonly isControlRecord: boolean;
  readonly batchContext: Context;
}

const INTERNALS = 'kafkajs/src/protocol';
const { RecordBatch } = require(`${INTERNALS}/recordBatch/v0`);
const Record = require(`${INTERNALS}/recordBatch/record/v0`);
const Reader = require(`${INTERNALS}/decoder`);
const decodeAsClient = require(`${INTERNALS}/recordBatch/v0/decoder`);
const decode = recordBatchDecoder(decodeAsClient, require(`${INTERNALS}/message/compression`));

const GZIP = 1;
const BROKERS_TIME = 0x8;
const CONTROL = 0x20;
const ATTRIBUTES_AT = 22;

async function bytesOf(batch: WrittenBatch): Promise<Buffer> {
  const { records, firstOffset = 1_000, attributes = 0, ...others } = batch;
  const encoder = await RecordBatch({
    ...others,
    firstOffset,
    firstTimestamp: 1_780_000_000_000,
    maxTimestamp: 1_780_000_009_000,
    records: records.map((record) => Record(record)),
  });
  const bytes = encoder.buffer as Buffer;
  bytes[ATTRIBUTES_AT] = (bytes[ATTRIBUTES_AT] as number) | attributes;
  return bytes;
}

async function bothOf(bytes: Buffer): Promise<{ own: EventRecord[]; client: ClientsRecord[] }> {
  const [reader, clients]: AnswerReader[] = [new Reader(bytes), new Reader(bytes)];
  const own = (await decode(reader as AnswerReader)).records as EventRecord[];
  const client = (await decodeAsClient(clients)).records as ClientsRecord[];
  expect(reader?.offset).toBe(clients?.offset);
  return { own, client };
}

/** Buffers as texts: a comparison of large ones number by number takes long. */
const readable = (_: string, value: unknown) =>
  isBuffer(value) ? Buffer.from(value.data).toString('hex') : value;

function isBuffer(value: unknown): value is { data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
}

function textOf(parts: Omit<ClientsRecord, 'batchContext'>, { producerId, inTransaction }: Context): string {
  const { key, value, headers, offset, timestamp, isControlRecord } = parts;
  const known = { headers, offset, timestamp, isControlRecord, producerId, inTransaction };
  return JSON.stringify(
    { key: key?.toString('hex') ?? null, value: value?.toString('hex') ?? null, ...known },
    readable,
  );
}

async function compare(batch: WrittenBatch): Promise<EventRecord[]> {
  const { own, client } = await bothOf(await bytesOf(batch));
  const asClients = own.map((record) => {
    const { key, value, headers, offset, timestampMs } = record;
    const { isControlRecord, batchContext } = record as EventRecord & ClientsRecord;
    const parts = { key, value, headers, isControlRecord };
    return textOf({ ...parts, offset: String(offset), timestamp: String(timestampMs) }, batchContext);
  });
  expect(asClients).toEqual(client.map((record) => textOf(record, record.batchContext)));
  return own;
}

const plain = (over: Partial<Written> = {}): Written => ({
  key: Buffer.from('k'),
  value: Buffer.from('value'),
  offsetDelta: 0,
  timestampDelta: 0,
  ...over,
});

const MIXED: readonly Written[] = [
  plain(),
  plain({ key: null, offsetDelta: 1, timestampDelta: -5 }),
  plain({ value: null, offsetDelta: 70, timestampDelta: 63 }),
  plain({ key: Buffer.alloc(0), value: Buffer.alloc(0), offsetDelta: 9_000, timestampDelta: 64 }),
  plain({ value: Buffer.alloc(70_000, 0xf0), offsetDelta: 2_000_000, timestampDelta: 86_400_000_000 }),
  plain({
    offsetDelta: 2_000_001,
    headers: { ce_id: Buffer.from('é'), twice: [Buffer.from('a'), Buffer.from('b')], none: Buffer.alloc(0) },
  }),
];

describe('records of a batch', () => {
  it('are those that the client reads: keys, values, offsets, times and headers', async () => {
    const own = await compare({ records: MIXED });
    expect(own[5]?.headers.twice).toEqual([Buffer.from('a'), Buffer.from('b')]);
    expect(own[1]).toMatchObject({ key: null, offset: 1_001, timestampMs: 1_779_999_999_995 });
  });

  it('are those that the client reads of any size', async () => {
    let seed = 7;
    const below = (n: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % n;
    };
    for (let round = 0; round < 50; round++) {
      const records = Array.from({ length: 1 + below(20) }, (_, i) =>
        plain({
          key: below(4) === 0 ? null : Buffer.alloc(below(200), below(256)),
          value:
            below(9) === 0 ? null : Buffer.alloc(below(9) === 0 ? below(40_000) : below(300), below(256)),
          offsetDelta: i * (1 + below(1_000)),
          timestampDelta: below(2_000_000) - 1_000_000,
          ...(below(3) === 0 ? { headers: { [`h${below(5)}`]: Buffer.alloc(below(200)) } } : {}),
        }),
      );
      await compare({ records, compression: below(2), firstOffset: below(2_147_483_647) * 1_000 });
    }
  });

  it('have one time where the broker gave it, and say that they are marks or parts of a transaction', async () => {
    const own = await compare({ records: MIXED, attributes: BROKERS_TIME, compression: GZIP });
    expect(new Set(own.map(({ timestampMs }) => timestampMs))).toEqual(new Set([1_780_000_009_000]));
    await compare({ records: MIXED, attributes: CONTROL, transactional: true, producerId: 77 });
    await compare({ records: [] });
  });

  it('are handed over as they were read, from an offset on, and can be given another offset', async () => {
    const records = (await decode(new Reader(await bytesOf({ records: MIXED })))).records;
    const batch = {
      topic: 't',
      partition: 1,
      highWatermark: '2001002',
      messages: records,
      lastOffset: () => '2001001',
    } as unknown as Batch;
    const read = toRecordBatch(batch, 1_001);
    expect(read).toMatchObject({ nextOffset: 2_001_002, highWatermark: 2_001_002 });
    expect(read.records.map(({ offset }) => offset)).toEqual([1_001, 1_070, 10_000, 2_001_000, 2_001_001]);
    expect(read.records[0]).toBe(records[1]);
    const moved = withOffset(read.records[4] as EventRecord, 5);
    expect([moved.offset, moved.value, moved.headers.ce_id]).toEqual([
      5,
      Buffer.from('value'),
      Buffer.from('é'),
    ]);
  });

  it('leave an answer that was cut off to the client, and refuse a record that ends outside of its batch', async () => {
    const bytes = await bytesOf({ records: MIXED });
    const cut: AnswerReader = new Reader(bytes.subarray(0, bytes.length - 1));
    await expect(decode(cut)).rejects.toMatchObject({ name: 'KafkaJSPartialMessageError' });
    const damaged = Buffer.from(await bytesOf({ records: [plain()] }));
    damaged[61] = 0x7e;
    await expect(decode(new Reader(damaged))).rejects.toMatchObject({ reason: 'corrupt_data' });
  });
});
