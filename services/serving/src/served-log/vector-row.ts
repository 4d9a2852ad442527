import type { OtherValue } from '@forebay/algebra';
import type { RowBinaryWriter } from '@forebay/offline-store';
import type { FeatureVectors } from '../answer/feature-vectors';
import type { ServicePlan } from '../plan/plan';
import type { TypedKind } from '../plan/value-types';
import type { KeyColumn } from '../request/online-features-request';
import type { RequestData } from '../request/request-data';
import { type MapKeys, requestMaps, type ValueWriters, WRITERS } from './value-writers';

/** What all rows of an answer have in common. */
export interface LoggedAnswer {
  readonly vectors: FeatureVectors;
  readonly data: RequestData;
  /** Of the whole request. */
  readonly keys: readonly KeyColumn[];
  /** Empty: the service has none. */
  readonly variant: string;
  readonly requestId: string;
  readonly registryVersion: number;
}

interface TypedPlace {
  readonly typed: number;
  /** Of the layout, counted from 1. */
  readonly column: number;
}

/** What rows of a plan are written by; made once per plan. */
export class VectorRows {
  readonly #typed: readonly { readonly writer: ValueWriters; readonly places: readonly TypedPlace[] }[];
  readonly #request: MapKeys;
  readonly #featureService: string;

  constructor(private readonly plan: ServicePlan) {
    const places = plan.typed.map(({ column, kind }, typed) => ({ kind, typed, column: column + 1 }));
    this.#typed = Object.entries(WRITERS).map(([kind, writer]) => ({
      writer,
      places: places.filter((place) => place.kind === (kind as TypedKind)),
    }));
    this.#request = requestMaps(plan.request);
    this.#featureService = plan.label.includes('@') ? plan.label : '';
  }

  /**
   * Writes one row in the order of SERVED_VECTORS_COLUMNS.
   * @param from the row among the vectors, `row` its number in the request, `entityKey` all its join keys
   */
  write(to: RowBinaryWriter, answer: LoggedAnswer, from: number, row: number, entityKey: string): void {
    const { plan } = this;
    const { vectors } = answer;
    to.int64(vectors.asOfMs);
    to.string(plan.project);
    to.string(this.#featureService);
    to.string(answer.variant);
    to.string(answer.requestId);
    to.uint32(row);
    to.string(entityKey);
    to.length(answer.keys.length);
    for (const { joinKey, values } of answer.keys) {
      to.string(joinKey);
      to.string(String(values[row]));
    }
    to.string(plan.layout.id);
    to.int64(answer.registryVersion);
    to.length(plan.columnCount);
    to.raw(vectors.statuses.subarray(from * plan.columnCount, (from + 1) * plan.columnCount));
    to.length(plan.blockWidth);
    to.raw(vectors.block.subarray(from * plan.blockWidth * 8, (from + 1) * plan.blockWidth * 8));
    for (const { writer, places } of this.#typed) writeMap(to, writer, places, vectors, from);
    this.#request.write(to, answer.data, from);
  }
}

/** Nulls are left out. */
function writeMap(
  to: RowBinaryWriter,
  writer: ValueWriters,
  places: readonly TypedPlace[],
  { typed }: FeatureVectors,
  row: number,
): void {
  let entries = 0;
  for (const place of places) if (typed[place.typed]?.[row] !== null) entries++;
  to.length(entries);
  if (entries === 0) return;
  for (const place of places) {
    const value = typed[place.typed]?.[row] as OtherValue | null;
    if (value === null) continue;
    to.uint16(place.column);
    writer(to, value);
  }
}
