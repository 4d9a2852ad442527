/** Mutants of how fields are looked up in stored values, and of whose look-ups count in the archive. */
import { type Mutant, mutants } from './mutant';

export const ENRICHMENT_MUTANTS: readonly Mutant[] = [
  ...mutants('service-stream', 'enriched', {
    'a value that was written later is read as it is': [
      'stored-feature.ts',
      'Math.max(listMs, markerClock(clocks.batchMarker)) <= tMs',
      'listMs <= Number.POSITIVE_INFINITY',
    ],
    'a value that was written at the time of the event is late': [
      'stored-feature.ts',
      'Math.max(listMs, markerClock(clocks.batchMarker)) <= tMs',
      'Math.max(listMs, markerClock(clocks.batchMarker)) < tMs',
    ],
    'a late value finds what is later': [
      'stored-feature.ts',
      '{ tMs: settledMs, ...clocks }',
      '{ tMs, ...clocks }',
    ],
    'a late value is not DEGRADED': [
      'stored-feature.ts',
      'return STATUS.DEGRADED;',
      'return output.statuses[this.#feature.index] as number;',
    ],
    'what writers dropped is thought to be there': [
      'stored-feature.ts',
      'keptMs <= completeSinceMs ? clocks :',
      'keptMs <= Number.POSITIVE_INFINITY ? clocks :',
    ],
    'what is looked up is looked up now': [
      'stored-feature.ts',
      '{ tMs, ...clocks }, output);',
      '{ ...clocks, tMs: nowMs }, output);',
    ],
  }),
  ...mutants('online-store', 'enriched', {
    'a stream is always complete': [
      'stored-view.ts',
      'decodeStreamMarker(bytes).completeSinceMs',
      'Number.NEGATIVE_INFINITY',
    ],
    'a stream is never behind': ['stored-view.ts', 'smallestProgress(bytes) || null', 'nowMs'],
    'batch values are looked for where open parts are': ['stored-view.ts', 'this.#hasVariable ? 3 : 1', '1'],
    'sealed parts are left out': [
      'stored-view.ts',
      'sealed: this.#hasVariable ? (values[2] ?? null) : null',
      'sealed: null',
    ],
  }),
  ...mutants('algebra', 'enriched', {
    'a lifetime can be taken apart': [
      'settled-instant.ts',
      'layout.hasLifetime && settledMs < oldestEdge(layout, wMs) ? null : settledMs',
      'settledMs',
    ],
    'rows lie across no instant': [
      'settled-instant.ts',
      'if (startMs < settledMs &&',
      'if (startMs > settledMs &&',
    ],
  }),
  ...mutants('offline-store', 'enriched', {
    'all look-ups have one claim': [
      'archive-block.ts',
      'this.#integer64(position.claim ?? 0);',
      'this.#integer64(0);',
    ],
  }),
];
