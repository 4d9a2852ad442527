import type { AnswerColumn, FeastAnswer } from './answer-columns';
import { type FeastEncoding, type FeastValue, VALUE_FIELDS } from './encodings';
import { GrowingWriter } from './growing-writer';

/** Field numbers of `GetOnlineFeaturesResponse`, of its metadata and of its vectors. */
const METADATA = 1;
const RESULTS = 2;
const FEATURE_NAMES = 1;
const VIEW_METADATA = 2;
const VALUES = 1;
const STATUSES = 2;
const EVENT_TIMESTAMPS = 3;

const SECOND_MS = 1_000;
const MS_NANOS = 1_000_000;

/** A `feast.serving.GetOnlineFeaturesResponse` as bytes. A null is a Value with nothing set, as Feast's servers send it. */
export function writeFeastAnswer({ columns, views }: FeastAnswer): Buffer {
  const writer = new GrowingWriter();
  const metadata = writer.begin(METADATA);
  const names = writer.begin(FEATURE_NAMES);
  for (const { name } of columns) writer.text(1, name);
  writer.end(names);
  for (const { name, version } of views ?? []) {
    const view = writer.begin(VIEW_METADATA);
    writer.text(1, name);
    writer.integer(2, version);
    writer.end(view);
  }
  writer.end(metadata);
  for (const column of columns) writeVector(writer, column);
  return writer.finish();
}

function writeVector(writer: GrowingWriter, { encoding, values, statuses, timesMs }: AnswerColumn): void {
  const vector = writer.begin(RESULTS);
  for (const value of values) {
    const start = writer.begin(VALUES);
    if (value !== null) writeValue(writer, encoding, value);
    writer.end(start);
  }
  const packed = writer.begin(STATUSES);
  for (const status of statuses) writer.packedInteger(status);
  writer.end(packed);
  for (const timeMs of timesMs) {
    const start = writer.begin(EVENT_TIMESTAMPS);
    const seconds = Math.floor(timeMs / SECOND_MS);
    const nanos = (timeMs - seconds * SECOND_MS) * MS_NANOS;
    if (seconds !== 0) writer.integer(1, seconds);
    if (nanos !== 0) writer.integer(2, nanos);
    writer.end(start);
  }
  writer.end(vector);
}

type Write = (writer: GrowingWriter, field: number, value: FeastValue) => void;

const integer: Write = (writer, field, value) => writer.integer(field, value as number | bigint);
const integerList: Write = (writer, field, value) =>
  inMessage(writer, field, () =>
    inMessage(writer, 1, () => {
      for (const element of value as readonly (number | bigint)[]) writer.packedInteger(element);
    }),
  );

const WRITERS = {
  string: (writer, field, value) => writer.text(field, value as string),
  int32: integer,
  int64: integer,
  timestamp: integer,
  double: (writer, field, value) => writer.double(field, value as number),
  float: (writer, field, value) => writer.float(field, value as number),
  bool: (writer, field, value) => writer.integer(field, Number(value)),
  string_list: (writer, field, value) =>
    inMessage(writer, field, () => {
      for (const element of value as readonly string[]) writer.text(1, element);
    }),
  int32_list: integerList,
  int64_list: integerList,
  bool_list: integerList,
  timestamp_list: integerList,
  double_list: (writer, field, value) =>
    inMessage(writer, field, () =>
      inMessage(writer, 1, () => {
        for (const element of value as readonly number[]) writer.packedDouble(element);
      }),
    ),
  float_list: (writer, field, value) => inMessage(writer, field, () => writer.raw(1, value as Uint8Array)),
  int64_map: (writer, field, value) => writeMap(writer, field, value, 'int64'),
  double_map: (writer, field, value) => writeMap(writer, field, value, 'double'),
} as const satisfies Record<FeastEncoding, Write>;

function writeValue(writer: GrowingWriter, encoding: FeastEncoding, value: FeastValue): void {
  WRITERS[encoding](writer, VALUE_FIELDS[encoding], value);
}

function writeMap(
  writer: GrowingWriter,
  field: number,
  value: FeastValue,
  encoding: 'int64' | 'double',
): void {
  inMessage(writer, field, () => {
    for (const [key, element] of value as ReadonlyMap<string | number | bigint, number | bigint>) {
      inMessage(writer, 1, () => {
        writer.text(1, String(key));
        inMessage(writer, 2, () => writeValue(writer, encoding, element));
      });
    }
  });
}

function inMessage(writer: GrowingWriter, field: number, write: () => void): void {
  const start = writer.begin(field);
  write();
  writer.end(start);
}
