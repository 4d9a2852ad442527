import { ForebayError, ProtobufReader } from '@forebay/contract';

/** A typed column of a response: one entry per row, and the rows whose value is null. */
export interface TypedColumn {
  readonly column: number;
  readonly integers: readonly (number | bigint)[];
  readonly strings: readonly string[];
  readonly lists: readonly (readonly (number | bigint | string)[])[];
  readonly maps: readonly ReadonlyMap<string | number | bigint, number | bigint>[];
  readonly nullRows: ReadonlySet<number>;
  /** Row-major, little-endian float32, unaligned; a slice of the message. */
  readonly vectors: Buffer;
  readonly vectorLength: number;
}

export interface ViewTimes {
  readonly view: string;
  readonly version: number;
  /** How old the instant is before which every event that had arrived is in the values; null: not known. */
  readonly freshnessMs: number | null;
  /** The cut of the last finished batch run, of a view on a schedule its tick; null: none has finished. */
  readonly cutMs: number | null;
  /** Of a view on a schedule, the tick that its values speak of; null: they speak of the instant of the answer. */
  readonly tickMs: number | null;
  /** How far the entities' events reach, over the rows of the answer; null: there are none, or the server does not say. */
  readonly newestEventMs: number | null;
}

export interface Degradation {
  readonly row: number;
  readonly view: string;
  readonly reason: string;
}

export interface LayoutColumn {
  readonly name: string;
  /** A number of `forebay.v1.ValueType`. */
  readonly type: number;
  readonly view: string;
  readonly viewVersion: number;
  readonly inFloat64Block: boolean;
  readonly vectorLength: number;
}

export interface Layout {
  readonly id: string;
  readonly columns: readonly LayoutColumn[];
}

/** A response as it came; `float64Block` and `statuses` are slices of the message. */
export interface FeatureResponse {
  readonly asOfMs: number;
  readonly rowCount: number;
  readonly layoutId: string;
  readonly float64Block: Buffer;
  readonly typed: readonly TypedColumn[];
  /** Empty: every value is PRESENT. */
  readonly statuses: Uint8Array;
  /** null: not asked for. */
  readonly layout: Layout | null;
  readonly views: readonly ViewTimes[];
  readonly degraded: readonly Degradation[];
  /** Empty: the answer has no name. */
  readonly requestId: string;
  /** Of a service with variants, those that rows have. */
  readonly variants: readonly string[];
  /** By row an index into `variants`; empty: all rows have the first. */
  readonly rowVariants: Uint8Array;
  /** Which row of the request is the first one here. */
  readonly firstRow: number;
}

const EMPTY: Buffer = Buffer.alloc(0);

/** Reads `forebay.v1.GetOnlineFeaturesResponse`, by hand, since int64 values must stay exact. Throws `corrupt_data`. */
export function readFeatureResponse(bytes: Uint8Array): FeatureResponse {
  const reader = new ProtobufReader(bytes);
  const typed: TypedColumn[] = [];
  const views: ViewTimes[] = [];
  const degraded: Degradation[] = [];
  let asOfMs = 0;
  let rowCount = 0;
  let layoutId = '';
  let float64Block = EMPTY;
  let statuses = EMPTY;
  let layout: Layout | null = null;
  let requestId = '';
  const variants: string[] = [];
  let rowVariants = EMPTY;
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) asOfMs = instant(reader);
    else if (field === 2) rowCount = reader.uint32();
    else if (field === 3) layoutId = reader.string();
    else if (field === 4) float64Block = reader.bytes();
    else if (field === 5) typed.push(reader.message(readTypedColumn));
    else if (field === 6) statuses = reader.bytes();
    else if (field === 7) layout = reader.message(readLayout);
    else if (field === 8) views.push(reader.message(readViewTimes));
    else if (field === 9) degraded.push(reader.message(readDegradation));
    else if (field === 10) requestId = reader.string();
    else if (field === 11) variants.push(reader.string());
    else if (field === 12) rowVariants = reader.bytes();
    else reader.skip();
  }
  const values = { float64Block, typed, statuses, layout, views, degraded };
  return { asOfMs, rowCount, layoutId, ...values, requestId, variants, rowVariants, firstRow: 0 };
}

function instant(reader: ProtobufReader): number {
  const value = reader.int64();
  if (typeof value === 'number') return value;
  throw new ForebayError('corrupt_data', `an instant or duration of ${value} ms is beyond 2^53`);
}

function readTypedColumn(reader: ProtobufReader): TypedColumn {
  let column = 0;
  const integers: (number | bigint)[] = [];
  const strings: string[] = [];
  const lists: (number | bigint | string)[][] = [];
  const maps: Map<string | number | bigint, number | bigint>[] = [];
  const nullRows: number[] = [];
  let vectors = EMPTY;
  let vectorLength = 0;
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) column = reader.uint32();
    else if (field === 2) reader.repeatedSint64(integers);
    else if (field === 3) strings.push(reader.string());
    else if (field === 4) lists.push(reader.message(readValueList));
    else if (field === 5) reader.repeatedUint32(nullRows);
    else if (field === 6) maps.push(reader.message(readValueMap));
    else if (field === 7) vectors = reader.bytes();
    else if (field === 8) vectorLength = reader.uint32();
    else reader.skip();
  }
  return { column, integers, strings, lists, maps, nullRows: new Set(nullRows), vectors, vectorLength };
}

/** Only one of the lists is set: that of the column's type. */
function readValueList(reader: ProtobufReader): (number | bigint | string)[] {
  const values: (number | bigint | string)[] = [];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) reader.repeatedDouble(values as number[]);
    else if (field === 2) reader.repeatedSint64(values as (number | bigint)[]);
    else if (field === 3) values.push(reader.string());
    else reader.skip();
  }
  return values;
}

/** Only one list of keys and one of values is set: those of the column's type. */
function readValueMap(reader: ProtobufReader): Map<string | number | bigint, number | bigint> {
  const keys: (string | number | bigint)[] = [];
  const values: (number | bigint)[] = [];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) keys.push(reader.string());
    else if (field === 2) reader.repeatedSint64(keys as (number | bigint)[]);
    else if (field === 3) reader.repeatedSint64(values);
    else if (field === 4) reader.repeatedDouble(values as number[]);
    else reader.skip();
  }
  if (keys.length !== values.length) {
    throw new ForebayError('corrupt_data', `a map has ${keys.length} keys and ${values.length} values`);
  }
  return new Map(keys.map((key, i) => [key, values[i] as number | bigint]));
}

function readLayout(reader: ProtobufReader): Layout {
  let id = '';
  const columns: LayoutColumn[] = [];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) id = reader.string();
    else if (field === 2) columns.push(reader.message(readLayoutColumn));
    else reader.skip();
  }
  return { id, columns };
}

function readLayoutColumn(reader: ProtobufReader): LayoutColumn {
  const column = { name: '', type: 0, view: '', viewVersion: 0, inFloat64Block: false, vectorLength: 0 };
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) column.name = reader.string();
    else if (field === 2) column.type = reader.uint32();
    else if (field === 3) column.view = reader.string();
    else if (field === 4) column.viewVersion = reader.uint32();
    else if (field === 5) column.inFloat64Block = reader.bool();
    else if (field === 6) column.vectorLength = reader.uint32();
    else reader.skip();
  }
  return column;
}

function readViewTimes(reader: ProtobufReader): ViewTimes {
  let view = '';
  let version = 0;
  let freshnessMs = 0;
  let cutMs = 0;
  let hasCut = false;
  let tickMs = 0;
  let hasTick = false;
  let newestEventMs = 0;
  let hasNewestEvent = false;
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) view = reader.string();
    else if (field === 2) version = reader.uint32();
    else if (field === 3) freshnessMs = instant(reader);
    else if (field === 4) cutMs = instant(reader);
    else if (field === 5) hasCut = reader.bool();
    else if (field === 6) tickMs = instant(reader);
    else if (field === 7) hasTick = reader.bool();
    else if (field === 8) newestEventMs = instant(reader);
    else if (field === 9) hasNewestEvent = reader.bool();
    else reader.skip();
  }
  return {
    view,
    version,
    freshnessMs: freshnessMs < 0 ? null : freshnessMs,
    cutMs: hasCut ? cutMs : null,
    tickMs: hasTick ? tickMs : null,
    newestEventMs: hasNewestEvent ? newestEventMs : null,
  };
}

function readDegradation(reader: ProtobufReader): Degradation {
  let row = 0;
  let view = '';
  let reason = '';
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) row = reader.uint32();
    else if (field === 2) view = reader.string();
    else if (field === 3) reason = reader.string();
    else reader.skip();
  }
  return { row, view, reason };
}
