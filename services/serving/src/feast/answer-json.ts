import type { AnswerColumn, FeastAnswer } from './answer-columns';
import type { FeastEncoding, FeastValue } from './encodings';
import { FIELD_STATUS_NAMES } from './statuses';

/** An answer as Feast's Python server writes it: bare values, statuses by name, RFC 3339 times. */
export function answerJson({ columns, views }: FeastAnswer): string {
  const results = columns.map(vectorJson).join(',');
  const names = JSON.stringify(columns.map(({ name }) => name));
  const metadata = views === null ? '' : `,"feature_view_metadata":${JSON.stringify(views)}`;
  return `{"results":[${results}],"metadata":{"feature_names":${names}${metadata}}}`;
}

function vectorJson({ encoding, values, statuses, timesMs }: AnswerColumn): string {
  const write = WRITERS[encoding];
  const written = values.map((value) => (value === null ? 'null' : write(value)));
  const names = Array.from(statuses, (status) => `"${FIELD_STATUS_NAMES[status]}"`);
  const times = Array.from(timesMs, (timeMs) => `"${timestamp(timeMs)}"`);
  return `{"values":[${written.join(',')}],"statuses":[${names.join(',')}],"event_timestamps":[${times.join(',')}]}`;
}

/** Milliseconds are written where there are any. */
function timestamp(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}

type Write = (value: FeastValue) => string;

/** Integers beyond 2^53 too: JSON's numbers have as many digits as they need. */
const integer: Write = String;
const integerList: Write = (value) => `[${(value as readonly (number | bigint)[]).join(',')}]`;

/** With a point or an exponent, so that readers that tell integers from doubles take it for what it is. */
const double: Write = (value) => {
  const number = value as number;
  if (!Number.isFinite(number)) return `"${number}"`;
  const text = String(number);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
};

const WRITERS = {
  string: (value) => JSON.stringify(value),
  int32: integer,
  int64: integer,
  timestamp: integer,
  double,
  float: double,
  bool: String,
  string_list: (value) => JSON.stringify(value),
  int32_list: integerList,
  int64_list: integerList,
  timestamp_list: integerList,
  bool_list: (value) => JSON.stringify((value as readonly (number | bigint)[]).map(Boolean)),
  double_list: (value) => `[${(value as readonly number[]).map(double).join(',')}]`,
  float_list: (value) =>
    `[${floats(value as Uint8Array)
      .map(double)
      .join(',')}]`,
  int64_map: (value) => mapJson(value, integer),
  double_map: (value) => mapJson(value, double),
} as const satisfies Record<FeastEncoding, Write>;

function floats(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

function mapJson(value: FeastValue, write: Write): string {
  const entries = [...(value as ReadonlyMap<string | number | bigint, number | bigint>)];
  return `{${entries.map(([key, element]) => `${JSON.stringify(String(key))}:${write(element)}`).join(',')}}`;
}
