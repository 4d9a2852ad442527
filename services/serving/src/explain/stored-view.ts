import { type BatchMarker, placeOf } from '@forebay/algebra';
import {
  type BucketReaders,
  bucketOf,
  type Checkpoint,
  checkpointKey,
  decodeCheckpoint,
  decodeProgress,
  decodeStreamMarker,
  type Progress,
  smallestProgress,
} from '@forebay/online-store';
import type { ReadableParts, ReadableView, ViewClocks } from '../plan/readable-view';

/** A key that was read. */
export interface ReadKey {
  readonly key: string;
  /** What stands under it, for people. */
  readonly what: string;
  readonly bytes: Uint8Array | null;
  /** Why the bytes cannot be read; empty: they can. */
  unreadable: string;
}

/** What one read of a view gave for one entity: all of one instant. */
export interface StoredView {
  readonly readable: ReadableView;
  readonly keys: readonly ReadKey[];
  readonly parts: ReadableParts;
  readonly clocks: ViewClocks;
  readonly progress: Progress | null;
  readonly checkpoint: Checkpoint | null;
  /** The keys of the parts, by what they are. */
  readonly partKeys: Readonly<Partial<Record<PartName, ReadKey>>>;
}

export type PartName = keyof typeof PART_TEXTS;

const PART_TEXTS = {
  stream: 'stream list of the entity',
  open: 'open states of its stream list',
  sealed: 'sealed states of its stream list',
  batch: 'batch value of the entity',
  even: 'its list of the even ticks',
  odd: 'its list of the odd ticks',
} as const;

/** Reads it in one command. Throws `unavailable`, `deadline_exceeded`, `overloaded`. */
export async function readStoredView(
  readers: BucketReaders,
  readable: ReadableView,
  entityKey: string,
  timeoutMs: number,
): Promise<StoredView> {
  const bucket = bucketOf(entityKey, readers.buckets);
  const wanted = wantedKeys(readable, bucket, entityKey);
  const values = await readers.of(bucket).mget(
    wanted.map(({ key }) => key),
    timeoutMs,
  );
  const keys = wanted.map(
    ({ key, what }, i): ReadKey => ({ key, what, bytes: values[i] ?? null, unreadable: '' }),
  );
  const of = <T>(role: Role, decode: (bytes: Uint8Array) => T): T | null => {
    const at = wanted.findIndex((one) => one.role === role);
    return at < 0 ? null : decoded(keys[at] as ReadKey, decode);
  };
  const bytesOf = (role: PartName) => keys[wanted.findIndex((one) => one.role === role)]?.bytes ?? null;
  const marker = (role: Role): BatchMarker | null => of(role, readable.decodeMarker);
  return {
    readable,
    keys,
    parts: {
      stream: bytesOf('stream'),
      open: bytesOf('open'),
      sealed: bytesOf('sealed'),
      batch: bytesOf('batch'),
      ticks: [bytesOf('even'), bytesOf('odd')],
      streamPlace: placeOf(bytesOf('stream')),
      batchPlace: placeOf(bytesOf('batch')),
    },
    clocks: {
      completeSinceMs: of('stream marker', (bytes) => decodeStreamMarker(bytes).completeSinceMs),
      batchMarker: marker('batch marker'),
      markers: [marker('even marker'), marker('odd marker')],
      progressMs: of('progress', smallestProgress) || null,
    },
    progress: of('progress', decodeProgress),
    checkpoint: of('checkpoint', decodeCheckpoint),
    partKeys: Object.fromEntries(
      wanted.flatMap(({ role }, i) => (role in PART_TEXTS ? [[role, keys[i] as ReadKey]] : [])),
    ),
  };
}

type Role =
  | PartName
  | 'progress'
  | 'checkpoint'
  | 'stream marker'
  | 'batch marker'
  | 'even marker'
  | 'odd marker';

interface WantedKey {
  readonly role: Role;
  readonly key: string;
  readonly what: string;
}

function wantedKeys(readable: ReadableView, bucket: number, entityKey: string): WantedKey[] {
  const { label, source } = readable;
  const { partPrefixes, progressKey, streamMarkerKey, batchMarkerKey, tickMarkerKeys } =
    readable.keysIn(bucket);
  const wanted: WantedKey[] = [];
  const add = (role: Role, key: string | Uint8Array | null | undefined, what: string) => {
    if (key !== null && key !== undefined) wanted.push({ role, key: textOf(key), what });
  };
  add('progress', progressKey, `progress of source "${source.name}"`);
  add(
    'checkpoint',
    progressKey === null ? null : checkpointKey(bucket, source.id),
    `checkpoint of source "${source.name}"`,
  );
  add('stream marker', streamMarkerKey, `since when the stream of view "${label}" is complete`);
  add('batch marker', batchMarkerKey, `the last finished batch run of view "${label}"`);
  add('even marker', tickMarkerKeys[0], `the last finished run of view "${label}" for an even tick`);
  add('odd marker', tickMarkerKeys[1], `the last finished run of view "${label}" for an odd tick`);
  for (const [part, what] of Object.entries(PART_TEXTS) as [PartName, string][]) {
    const prefix = partPrefixes[readable.parts[part]];
    if (prefix !== undefined) add(part, textOf(prefix) + entityKey, `${what}, view "${label}"`);
  }
  return wanted;
}

function textOf(key: string | Uint8Array): string {
  return typeof key === 'string' ? key : Buffer.from(key).toString();
}

/** What cannot be read is as if absent, as for a request; the key says why. */
function decoded<T>(key: ReadKey, decode: (bytes: Uint8Array) => T): T | null {
  if (key.bytes === null) return null;
  try {
    return decode(key.bytes);
  } catch (thrown) {
    key.unreadable = thrown instanceof Error ? thrown.message : String(thrown);
    return null;
  }
}
