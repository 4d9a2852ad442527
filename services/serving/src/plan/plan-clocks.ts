import {
  decodeStreamMarker,
  type KeySink,
  type SharedKeys,
  StoredValues,
  smallestProgress,
} from '@forebay/online-store';
import type { ReadableView, ViewClocks } from './readable-view';
import type { ViewKeys } from './view-keys';

const NO_MARKERS = [null, null] as const;
const NO_VALUES = new StoredValues();

/** A view as far as its clocks go. */
export interface ClockedView {
  readonly readable: ReadableView;
  /** Index into the progress keys; −1: the view has no stream. */
  readonly progress: number;
}

/** Progress and markers of a plan's views: asked for once in a command, and decoded once for all of its reads. */
export class PlanClocks implements SharedKeys {
  readonly #keys: readonly Uint8Array[];
  #values = NO_VALUES;
  #clocks: readonly ViewClocks[] = [];

  constructor(
    private readonly progressKeys: readonly Uint8Array[],
    private readonly views: readonly ClockedView[],
    bucket = 0,
  ) {
    this.#keys = [...progressKeys, ...views.flatMap(({ readable }) => markerKeys(readable.keysIn(bucket)))];
  }

  get keyCount(): number {
    return this.#keys.length;
  }

  writeKeys(sink: KeySink): void {
    const keys = this.#keys;
    for (let i = 0; i < keys.length; i++) sink.key(keys[i] as Uint8Array, '');
  }

  /** The memory of the answers is used again. */
  forget(): void {
    this.#values = NO_VALUES;
  }

  /** Of each view, from answers whose first one stands at `from`. What cannot be read is as if absent. */
  of(values: StoredValues, from: number): readonly ViewClocks[] {
    if (values !== this.#values) {
      this.#clocks = this.#read(values, from);
      this.#values = values;
    }
    return this.#clocks;
  }

  #read(values: StoredValues, from: number): ViewClocks[] {
    const progresses = this.progressKeys.map((_, i) => tolerant(values.at(from + i), progressOf));
    let at = from + progresses.length;
    return this.views.map(({ readable, progress }) => ({
      completeSinceMs:
        readable.streamMarkerKey === null
          ? null
          : tolerant(values.at(at++), (bytes) => decodeStreamMarker(bytes).completeSinceMs),
      batchMarker: readable.batchMarkerKey === null ? null : tolerant(values.at(at++), readable.decodeMarker),
      markers:
        readable.tickMarkerKeys.length === 0
          ? NO_MARKERS
          : [
              tolerant(values.at(at++), readable.decodeMarker),
              tolerant(values.at(at++), readable.decodeMarker),
            ],
      progressMs: progress < 0 ? null : (progresses[progress] as number | null),
    }));
  }
}

const markerKeys = ({ streamMarkerKey, batchMarkerKey, tickMarkerKeys }: ViewKeys) => [
  ...(streamMarkerKey === null ? [] : [streamMarkerKey]),
  ...(batchMarkerKey === null ? [] : [batchMarkerKey]),
  ...tickMarkerKeys,
];

/** A marker of a later codec makes values DEGRADED, as a missing one does; it does not fail the request. */
function tolerant<T>(bytes: Uint8Array | null, decode: (bytes: Uint8Array) => T): T | null {
  if (bytes === null) return null;
  try {
    return decode(bytes);
  } catch {
    return null;
  }
}

/** 0 stands for "nothing known" of at least one partition. */
function progressOf(bytes: Uint8Array): number | null {
  return smallestProgress(bytes) || null;
}
