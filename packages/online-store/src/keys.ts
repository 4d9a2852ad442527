import { type Hash64, xxHash64Into } from '@forebay/contract';

/**
 * The only module that builds Redis keys (`docs/CODEC.md`). The bucket is the hash tag, so that everything of one
 * bucket lies in one slot of a cluster, and one script may write it.
 */

/** One node of Redis needs one bucket. */
export const SINGLE_NODE_BUCKETS = 1;

/**
 * A cluster's nodes have a multiple of their count of buckets each, nearly: enough that dozens of nodes are loaded evenly, few
 * enough that markers, progress and checkpoints, of which each bucket has its own, stay cheap. Stored keys depend on it.
 */
export const CLUSTER_BUCKETS = 1_024;

/** Where what is kept once for a view stands. */
export const OUTPUT_BUCKET = 0;

/**
 * Stream rows, open and sealed variable-length stream states, ids of the stream's events, batch list; the lists of a view on a
 * schedule, by the parity of the tick; and table values.
 */
export const PARTS = {
  rows: 's',
  open: 'o',
  sealed: 'z',
  ids: 'i',
  batch: 'b',
  even: '0',
  odd: '1',
  table: 'v',
} as const;

export type Part = (typeof PARTS)[keyof typeof PARTS];

/** The parts that batch runs write, each with a marker of its own. */
export type BatchPart = (typeof PARTS)['batch' | 'even' | 'odd'];

/** The part of the ticks of one parity. */
export function scheduledPart(parity: 0 | 1): BatchPart {
  return parity === 0 ? PARTS.even : PARTS.odd;
}

/** The registry snapshot, and the channel on which its changes are announced. */
export const REGISTRY_KEY = 'forebay:registry';
export const REGISTRY_CHANNEL = 'forebay:registry';

/** The bucket of an encoded entity key: xxHash64 of its UTF-8 bytes, modulo `buckets` (at most 2^20). */
export function bucketOf(entityKey: string | Uint8Array, buckets: number): number {
  if (buckets === 1) return 0;
  const bytes = typeof entityKey === 'string' ? Buffer.from(entityKey) : entityKey;
  const hash: Hash64 = { high: 0, low: 0 };
  xxHash64Into(bytes, 0, bytes.length, hash);
  return ((hash.high % buckets) * (2 ** 32 % buckets) + (hash.low % buckets)) % buckets;
}

/** What the keys of a part of a view begin with; the encoded entity key follows. */
export function partPrefix(bucket: number, viewId: number, part: Part): string {
  return `f:{${bucket}}${viewId}.${part}.`;
}

export function entityPartKey(bucket: number, viewId: number, part: Part, entityKey: string): string {
  return partPrefix(bucket, viewId, part) + entityKey;
}

export function streamMarkerKey(bucket: number, viewId: number): string {
  return `m:{${bucket}}${viewId}.s`;
}

/** Of the last finished run that wrote the part. */
export function batchMarkerKey(bucket: number, viewId: number, part: BatchPart = PARTS.batch): string {
  return `m:{${bucket}}${viewId}.${part}`;
}

/** Of the last finished run of a table view. */
export function tableMarkerKey(bucket: number, viewId: number): string {
  return `m:{${bucket}}${viewId}.${PARTS.table}`;
}

/** How far a view has come that is read apart from its source's other views. */
export function catchUpKey(bucket: number, sourceId: number, viewId: number): string {
  return `${checkpointKey(bucket, sourceId)}.${viewId}`;
}

/** The stream marker that such a view will have. */
export function plannedMarkerKey(bucket: number, viewId: number): string {
  return `m:{${bucket}}${viewId}.c`;
}

export function progressKey(bucket: number, sourceId: number): string {
  return `p:{${bucket}}${sourceId}`;
}

export function checkpointKey(bucket: number, sourceId: number): string {
  return `k:{${bucket}}${sourceId}`;
}

/** What a writer's last flush left, beside the checkpoint that it moves. */
export function witnessKey(checkpoint: string, writer: string): string {
  return `${checkpoint}.w.${writer}`;
}

/** Up to where the changed entities of a view are known to be in its output topic. */
export function outputPositionKey(viewId: number): string {
  return `o:{${OUTPUT_BUCKET}}${viewId}`;
}

/** Of a view whose samples are of those that changed: the entities, by when they did. */
export function sampledEntitiesKey(viewId: number): string {
  return `e:{${OUTPUT_BUCKET}}${viewId}`;
}

/** The names of the members of the stream service that read a source; it and their records lie in one slot of a cluster. */
export function membersKey(sourceId: number): string {
  return `s:{${sourceId}}`;
}

/** What one of them says of its reading. */
export function memberStatusKey(sourceId: number, member: string): string {
  return `${membersKey(sourceId)}.${member}`;
}

/** `run` names one batch run of the view: letters, digits, `-` and `_`. */
export function receiptKey(bucket: number, viewId: number, run: string, chunk: number): string {
  return `r:{${bucket}}${viewId}.${run}.${chunk}`;
}

/** From when on a run that is held back may do more. */
export function paceKey(run: string): string {
  return `t:{${OUTPUT_BUCKET}}${run}`;
}

/** Which stream parts a view has besides `s`. */
export interface StreamPartNeeds {
  /** States of variable length, thus parts `o` and `z`. */
  readonly hasVariableParts: boolean;
  /** Ids of events, thus part `i`. */
  readonly hasIds?: boolean;
}

/** The encoded prefixes of a view's stream parts in one bucket: made once per view, used for every entity. */
export interface StreamKeys extends Required<StreamPartNeeds> {
  readonly bucket: number;
  readonly rows: Uint8Array;
  readonly open: Uint8Array;
  readonly sealed: Uint8Array;
  readonly ids: Uint8Array;
}

export function streamKeys(bucket: number, viewId: number, needs: StreamPartNeeds): StreamKeys {
  return {
    bucket,
    rows: Buffer.from(partPrefix(bucket, viewId, PARTS.rows)),
    open: Buffer.from(partPrefix(bucket, viewId, PARTS.open)),
    sealed: Buffer.from(partPrefix(bucket, viewId, PARTS.sealed)),
    ids: Buffer.from(partPrefix(bucket, viewId, PARTS.ids)),
    hasVariableParts: needs.hasVariableParts,
    hasIds: needs.hasIds ?? false,
  };
}
