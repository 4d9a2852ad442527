/**
 * Decodes what brokers answer, in place of the client's own decoder, which makes some ten objects and eight big integers of each record.
 * The client loads its decoder with the first fetch of the process: where somebody has fetched before, its own stays, and gives the
 * same records at a higher price.
 */
import { type FetchedBatch, type FetchedRecord, recordsOf } from './fetched-record';

/** Paths inside kafkajs 2.2.4. */
const DECODER = 'kafkajs/src/protocol/recordBatch/v0/decoder';
const COMPRESSION = 'kafkajs/src/protocol/message/compression';

/** The client's reader of an answer; at the beginning of a batch when it is handed over. */
export interface AnswerReader {
  readonly buffer: Buffer;
  offset: number;
}

interface DecodedBatch {
  readonly records: readonly unknown[];
}

type BatchDecoder = (reader: AnswerReader) => Promise<DecodedBatch>;

interface Compression {
  lookupCodecByAttributes(attributes: number): { decompress(bytes: Buffer): Promise<Buffer> } | null;
}

/** Places in a batch. */
const LENGTH = 8;
const AFTER_LENGTH = 12;
const ATTRIBUTES = 21;
const FIRST_TIMESTAMP = 27;
const NEWEST_TIMESTAMP = 35;
const PRODUCER_ID = 43;
const COUNT = 57;
const RECORDS = 61;

const BROKERS_TIME = 0x8;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

export function recordBatchDecoder(
  original: BatchDecoder,
  { lookupCodecByAttributes }: Compression,
): BatchDecoder {
  return async (reader) => {
    const { buffer, offset: at } = reader;
    const end = at + AFTER_LENGTH + buffer.readInt32BE(at + LENGTH);
    // the end of an answer may be cut off, which the client is told by an error of its own
    if (end > buffer.length || end < at + RECORDS) return original(reader);
    reader.offset = end;
    const attributes = buffer.readInt16BE(at + ATTRIBUTES);
    const codec = lookupCodecByAttributes(attributes);
    const packed = buffer.subarray(at + RECORDS, end);
    const bytes = codec === null ? packed : await codec.decompress(packed);
    return { records: decodedRecords(buffer, at, attributes, bytes) };
  };
}

function decodedRecords(buffer: Buffer, at: number, attributes: number, bytes: Buffer): FetchedRecord[] {
  const hasOneTimestamp = (attributes & BROKERS_TIME) !== 0;
  const batch: FetchedBatch = {
    bytes,
    context: {
      producerId: String(buffer.readBigInt64BE(at + PRODUCER_ID)),
      inTransaction: (attributes & TRANSACTIONAL) !== 0,
    },
    isControl: (attributes & CONTROL) !== 0,
    firstOffset: Number(buffer.readBigInt64BE(at)),
    firstTimestampMs: Number(
      buffer.readBigInt64BE(at + (hasOneTimestamp ? NEWEST_TIMESTAMP : FIRST_TIMESTAMP)),
    ),
    hasOneTimestamp,
  };
  return recordsOf(batch, 0, buffer.readInt32BE(at + COUNT));
}

const installed = new WeakSet<BatchDecoder>();

/** Takes the place of the client's decoder, for the process. */
export function installRecordBatchDecoder(): void {
  const path = pathOf(DECODER);
  const compression = pathOf(COMPRESSION);
  if (path === null || compression === null) return;
  const original = require(path) as BatchDecoder;
  const module = require.cache[path];
  if (module === undefined || installed.has(original)) return;
  const own = recordBatchDecoder(original, require(compression) as Compression);
  installed.add(own);
  module.exports = own;
}

/** null: this client has no such file. */
function pathOf(file: string): string | null {
  try {
    return require.resolve(file);
  } catch {
    return null;
  }
}
