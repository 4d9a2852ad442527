import type { OtherValue } from '@forebay/algebra';
import type { TypedColumnPlan } from '../plan/plan-columns';
import type { TypedKind } from '../plan/value-types';
import { isMapKind, type MapValue, mapSize, writeMap } from './map-message';
import {
  embeddedSize,
  type Integer,
  type ProtobufWriter,
  sint64Size,
  TAG_SIZE,
  varintSize,
  WIRE,
} from './protobuf-writer';

/** Field numbers of `TypedColumn` and `ValueList`. */
const COLUMN = 1;
const INTEGERS = 2;
const STRINGS = 3;
const LISTS = 4;
const NULL_ROWS = 5;
const MAPS = 6;
const VECTORS = 7;
const VECTOR_LENGTH = 8;
const LIST_DOUBLES = 1;
const LIST_INTEGERS = 2;
const LIST_STRINGS = 3;

const FLOAT32_BYTES = 4;
const NO_ENTRIES: MapValue = new Map();

type Values = readonly (OtherValue | null)[];

/** A `TypedColumn`, measured: a null is 0, an empty text, list or map, and its row is named. */
export class TypedColumnBytes {
  /** Of the whole message, without its header. */
  readonly size: number;
  /** Bytes of each row's text, list or map. */
  readonly #sizes: number[] = [];
  #integers = 0;
  #nullRows = 0;

  constructor(
    private readonly plan: TypedColumnPlan,
    private readonly values: Values,
  ) {
    let size = plan.column === 0 ? 0 : TAG_SIZE + varintSize(plan.column);
    for (let row = 0; row < values.length; row++) {
      if (values[row] === null) this.#nullRows += varintSize(row);
    }
    if (this.#nullRows > 0) size += embeddedSize(this.#nullRows);
    if (plan.kind === 'integers') {
      for (const value of values) this.#integers += sint64Size((value ?? 0) as Integer);
      if (values.length > 0) size += embeddedSize(this.#integers);
    } else if (plan.kind === 'vectors') {
      size += TAG_SIZE + varintSize(plan.vectorLength);
      if (values.length > 0) size += embeddedSize(this.#vectorBytes * values.length);
    } else {
      for (const value of values) {
        const valueSize = sizeOfElement(plan.kind, value);
        this.#sizes.push(valueSize);
        size += embeddedSize(valueSize);
      }
    }
    this.size = size;
  }

  get #vectorBytes(): number {
    return FLOAT32_BYTES * this.plan.vectorLength;
  }

  write(writer: ProtobufWriter): void {
    const { plan, values } = this;
    if (plan.column !== 0) {
      writer.tag(COLUMN, WIRE.varint);
      writer.varint(plan.column);
    }
    if (plan.kind === 'integers') {
      if (values.length > 0) writer.header(INTEGERS, this.#integers);
      for (const value of values) writer.sint64((value ?? 0) as Integer);
    } else if (plan.kind === 'vectors') {
      this.#writeVectors(writer);
    } else if (plan.kind === 'strings') {
      for (let row = 0; row < values.length; row++) {
        writer.text(STRINGS, (values[row] ?? '') as string, this.#sizes[row] as number);
      }
    } else if (isMapKind(plan.kind)) {
      for (let row = 0; row < values.length; row++) {
        writer.header(MAPS, this.#sizes[row] as number);
        writeMap(writer, plan.kind, (values[row] ?? NO_ENTRIES) as MapValue);
      }
    } else {
      for (let row = 0; row < values.length; row++) {
        writer.header(LISTS, this.#sizes[row] as number);
        writeList(writer, plan.kind, values[row] ?? null);
      }
    }
    if (this.#nullRows === 0) return;
    writer.header(NULL_ROWS, this.#nullRows);
    for (let row = 0; row < values.length; row++) if (values[row] === null) writer.varint(row);
  }

  /** As they are stored; a null is zeros. */
  #writeVectors(writer: ProtobufWriter): void {
    const { plan, values } = this;
    if (values.length > 0) writer.header(VECTORS, this.#vectorBytes * values.length);
    const zeros = new Uint8Array(this.#vectorBytes);
    for (const value of values) writer.raw((value ?? zeros) as Uint8Array);
    writer.tag(VECTOR_LENGTH, WIRE.varint);
    writer.varint(plan.vectorLength);
  }
}

function sizeOfElement(kind: TypedKind, value: OtherValue | null): number {
  if (value === null) return 0;
  if (kind === 'strings') return Buffer.byteLength(value as string);
  if (isMapKind(kind)) return mapSize(kind, value as MapValue);
  const list = value as readonly (number | bigint | string)[];
  if (list.length === 0) return 0;
  switch (kind) {
    case 'lists_of_doubles':
      return embeddedSize(8 * list.length);
    case 'lists_of_integers':
      return embeddedSize(packedSize(list as readonly Integer[]));
    default:
      return list.reduce<number>((sum, text) => sum + embeddedSize(Buffer.byteLength(text as string)), 0);
  }
}

function packedSize(list: readonly Integer[]): number {
  let size = 0;
  for (const value of list) size += sint64Size(value);
  return size;
}

function writeList(writer: ProtobufWriter, kind: TypedKind, value: OtherValue | null): void {
  const list = (value ?? []) as readonly (number | bigint | string)[];
  if (list.length === 0) return;
  if (kind === 'lists_of_doubles') {
    writer.header(LIST_DOUBLES, 8 * list.length);
    for (const number of list) writer.at = writer.bytes.writeDoubleLE(number as number, writer.at);
  } else if (kind === 'lists_of_integers') {
    writer.header(LIST_INTEGERS, packedSize(list as readonly Integer[]));
    for (const integer of list) writer.sint64(integer as Integer);
  } else {
    for (const text of list) writer.text(LIST_STRINGS, text as string, Buffer.byteLength(text as string));
  }
}
