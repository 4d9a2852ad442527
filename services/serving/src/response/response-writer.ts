import {
  checkStillThere,
  describeReason,
  type FeatureVectors,
  type RowDegradation,
  type ViewTimes,
} from '../answer/feature-vectors';
import { answerNamesSize, writeAnswerNames } from './answer-names';
import { bytesFieldSize, embeddedSize, int64FieldSize, ProtobufWriter } from './protobuf-writer';
import type { SerializedMessage } from './serialized-message';
import { TypedColumnBytes } from './typed-column';

/** Field numbers of `GetOnlineFeaturesResponse`. */
const AS_OF_MS = 1;
const ROW_COUNT = 2;
const LAYOUT_ID = 3;
const FLOAT64_BLOCK = 4;
const TYPED = 5;
const STATUSES = 6;
const LAYOUT = 7;
const VIEWS = 8;
const DEGRADED = 9;

/** Stands for a freshness that is not known. */
const UNKNOWN_FRESHNESS_MS = -1;

/** A `GetOnlineFeaturesResponse` as bytes, measured first and then written once. */
export class ResponseBytes implements SerializedMessage {
  readonly byteLength: number;
  readonly #typed: readonly TypedColumnBytes[];
  readonly #statuses: Uint8Array | null;

  constructor(private readonly vectors: FeatureVectors) {
    const { plan, typed } = vectors;
    this.#typed = plan.typed.map(
      (column, i) => new TypedColumnBytes(column, typed[i] as (typeof typed)[number]),
    );
    this.#statuses = vectors.allPresent ? null : vectors.statuses;
    let size = int64FieldSize(vectors.asOfMs) + int64FieldSize(vectors.rows);
    size += bytesFieldSize(plan.layoutIdBytes.length) + bytesFieldSize(vectors.block.length);
    for (const column of this.#typed) size += embeddedSize(column.size);
    if (this.#statuses !== null) size += bytesFieldSize(this.#statuses.length);
    if (vectors.includeLayout) size += embeddedSize(plan.encodedLayout.length);
    for (const times of vectors.views) size += embeddedSize(viewTimesSize(times));
    for (const degradation of vectors.degraded) size += embeddedSize(degradationSize(degradation));
    this.byteLength = size + answerNamesSize(vectors);
  }

  /** Writes all `byteLength` bytes at `start`. */
  copy(target: Buffer, start = 0): number {
    const { vectors } = this;
    checkStillThere(vectors);
    const { plan } = vectors;
    const writer = new ProtobufWriter(target, start);
    writer.int64Field(AS_OF_MS, vectors.asOfMs);
    writer.int64Field(ROW_COUNT, vectors.rows);
    writer.bytesField(LAYOUT_ID, plan.layoutIdBytes);
    writer.bytesField(FLOAT64_BLOCK, vectors.block);
    for (const column of this.#typed) {
      writer.header(TYPED, column.size);
      column.write(writer);
    }
    if (this.#statuses !== null) writer.bytesField(STATUSES, this.#statuses);
    if (vectors.includeLayout) {
      writer.header(LAYOUT, plan.encodedLayout.length);
      writer.raw(plan.encodedLayout);
    }
    for (const times of vectors.views) writeViewTimes(writer, times);
    for (const degradation of vectors.degraded) writeDegradation(writer, degradation);
    writeAnswerNames(writer, vectors);
    return this.byteLength;
  }
}

function viewTimesSize({ view, freshnessMs, cutMs, tickMs, newestEventMs }: ViewTimes): number {
  const { name, version } = view.readable.view;
  const size = bytesFieldSize(Buffer.byteLength(name)) + int64FieldSize(version);
  const cut = cutMs === null ? 0 : int64FieldSize(cutMs) + int64FieldSize(1);
  const tick = tickMs === null ? 0 : int64FieldSize(tickMs) + int64FieldSize(1);
  const newest = newestEventMs === null ? 0 : int64FieldSize(newestEventMs) + int64FieldSize(1);
  return size + int64FieldSize(freshnessMs ?? UNKNOWN_FRESHNESS_MS) + cut + tick + newest;
}

function writeViewTimes(writer: ProtobufWriter, times: ViewTimes): void {
  const { name, version } = times.view.readable.view;
  writer.header(VIEWS, viewTimesSize(times));
  writer.text(1, name, Buffer.byteLength(name));
  writer.int64Field(2, version);
  writer.int64Field(3, times.freshnessMs ?? UNKNOWN_FRESHNESS_MS);
  if (times.cutMs !== null) {
    writer.int64Field(4, times.cutMs);
    writer.int64Field(5, 1);
  }
  if (times.tickMs !== null) {
    writer.int64Field(6, times.tickMs);
    writer.int64Field(7, 1);
  }
  if (times.newestEventMs !== null) {
    writer.int64Field(8, times.newestEventMs);
    writer.int64Field(9, 1);
  }
}

function degradationSize(degradation: RowDegradation): number {
  const { row, view } = degradation;
  const name = bytesFieldSize(Buffer.byteLength(view.view.name));
  return int64FieldSize(row) + name + bytesFieldSize(Buffer.byteLength(describeReason(degradation)));
}

function writeDegradation(writer: ProtobufWriter, degradation: RowDegradation): void {
  const { name } = degradation.view.view;
  const reason = describeReason(degradation);
  writer.header(DEGRADED, degradationSize(degradation));
  writer.int64Field(1, degradation.row);
  writer.text(2, name, Buffer.byteLength(name));
  writer.text(3, reason, Buffer.byteLength(reason));
}
