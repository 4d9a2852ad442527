import { randomUUID } from 'node:crypto';
import { ForebayError } from '@forebay/contract';
import { EntityPlaces, SHARE_PARTS } from '@forebay/definitions';
import { RowBinaryWriter } from '@forebay/offline-store';
import type { FeatureVectors } from '../answer/feature-vectors';
import type { ServicePlan } from '../plan/plan';
import type { EntityKeys } from '../request/entity-keys';
import type { KeyColumn } from '../request/online-features-request';
import type { RequestData } from '../request/request-data';
import { rowKeysOf } from '../request/row-keys';
import { writeLayoutRow } from './layout-row';
import { VectorRows } from './vector-row';

/** Takes rows in RowBinary without waiting; false: it has no room, and has counted the row. */
export interface RowSink {
  append(row: Uint8Array): boolean;
}

export interface ServedLogOptions {
  /** Of the entities whose rows are logged, from 0 to 1. */
  readonly share: number;
  /** Of some feature services, by `project.service`. */
  readonly shares: ReadonlyMap<string, number>;
  readonly vectors: RowSink;
  readonly layouts: RowSink;
  /** Of the registry in use. */
  readonly registryVersion: () => number;
  /** Of a row that could not be written; it was served all the same. */
  readonly onError: (error: ForebayError) => void;
}

/** A request of which something will be logged. */
export interface SampledRequest {
  readonly requestId: string;
  /** Copies the sampled rows of an answer, or of the part of it that one variant has. */
  log(part: LoggedPart): void;
}

export interface LoggedPart {
  /** With the plan whose layout names the views. */
  readonly vectors: FeatureVectors;
  readonly data: RequestData;
  /** Empty: the service has no variants. */
  readonly variant: string;
  /** Which rows of the request they are; null: all. */
  readonly rows: readonly number[] | null;
}

/**
 * The log of served vectors: of a share of the entities, every row that is served. A row is written as ClickHouse takes it
 * while its vectors are there, which is one copy; nothing of an answer is held afterwards.
 */
export class ServedLog {
  readonly #writer = new RowBinaryWriter();
  readonly #rowsOf = new WeakMap<ServicePlan, VectorRows>();
  readonly #layouts = new Set<string>();
  /** By project, so that one entity of two projects is sampled twice. */
  readonly #places = new Map<string, EntityPlaces>();
  /** Of each plan the end of the places that are logged. */
  readonly #ends = new WeakMap<ServicePlan, number>();

  constructor(private readonly options: ServedLogOptions) {}

  /**
   * null: no entity of the request is in the sample.
   * @param requestId as the request gives it; left out or empty: one is made
   */
  sample(
    plan: ServicePlan,
    given: readonly KeyColumn[],
    keys: EntityKeys,
    requestId = '',
  ): SampledRequest | null {
    const end = this.#endOf(plan);
    if (end === 0) return null;
    const entityKeys = rowKeysOf(plan, given, keys);
    const sampled = this.#sampled(plan.project, entityKeys, end);
    if (sampled === null) return null;
    const id = requestId === '' ? randomUUID() : requestId;
    return {
      requestId: id,
      log: (part) => {
        try {
          this.#log(part, given, entityKeys, sampled, id);
        } catch (thrown) {
          this.options.onError(ForebayError.from(thrown));
        }
      },
    };
  }

  #endOf(plan: ServicePlan): number {
    const known = this.#ends.get(plan);
    if (known !== undefined) return known;
    const { share, shares } = this.options;
    const [service, version] = plan.label.split('@'); // a list of features has no version
    const own = version === undefined ? undefined : shares.get(`${plan.project}.${service}`);
    const end = Math.round((own ?? share) * SHARE_PARTS);
    this.#ends.set(plan, end);
    return end;
  }

  /** By row whether its entity is in the sample; null: none is. */
  #sampled(project: string, entityKeys: readonly string[], end: number): readonly boolean[] | null {
    let places = this.#places.get(project);
    if (places === undefined) {
      places = new EntityPlaces(`served-log/${project}`);
      this.#places.set(project, places);
    }
    let any = false;
    const sampled: boolean[] = new Array(entityKeys.length);
    for (let row = 0; row < entityKeys.length; row++) {
      const is = end === SHARE_PARTS || places.of(entityKeys[row] as string) < end;
      sampled[row] = is;
      any ||= is;
    }
    return any ? sampled : null;
  }

  #log(
    { vectors, data, variant, rows }: LoggedPart,
    keys: readonly KeyColumn[],
    entityKeys: readonly string[],
    sampled: readonly boolean[],
    requestId: string,
  ): void {
    const { plan } = vectors;
    const writer = this.#writer;
    const answer = {
      vectors,
      data,
      keys,
      variant,
      requestId,
      registryVersion: this.options.registryVersion(),
    };
    this.#logLayout(plan);
    for (let from = 0; from < vectors.rows; from++) {
      const row = rows === null ? from : (rows[from] as number);
      if (!sampled[row]) continue;
      writer.clear();
      this.#vectorRows(plan).write(writer, answer, from, row, entityKeys[row] as string);
      this.options.vectors.append(writer.bytes());
    }
  }

  /** Once by every server; one that found no room is tried again with the next row. */
  #logLayout(plan: ServicePlan): void {
    const { id } = plan.layout;
    if (this.#layouts.has(id)) return;
    if (this.#layouts.size >= KEPT_LAYOUTS) this.#layouts.clear();
    this.#writer.clear();
    writeLayoutRow(this.#writer, plan);
    if (this.options.layouts.append(this.#writer.bytes())) this.#layouts.add(id);
  }

  #vectorRows(plan: ServicePlan): VectorRows {
    let rows = this.#rowsOf.get(plan);
    if (rows === undefined) {
      rows = new VectorRows(plan);
      this.#rowsOf.set(plan, rows);
    }
    return rows;
  }
}

/** Layouts that are known to be in the log; beyond it all are forgotten, and logged again. */
const KEPT_LAYOUTS = 10_000;
