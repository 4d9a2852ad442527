import type { ServicePlan } from '../plan/plan';
import { checkStillThere, type FeatureVectors, keptVectors, type RowDegradation } from './feature-vectors';

const builder = { generation: 3 };

function vectorsIn(typed: number[][], degraded: RowDegradation[]): FeatureVectors {
  return {
    plan: { label: 'risk@1' } as ServicePlan,
    asOfMs: 9,
    rows: 1,
    block: new Uint8Array(8).fill(1),
    statuses: new Uint8Array([1]),
    allPresent: true,
    typed,
    views: [],
    degraded,
    includeLayout: false,
    newestEventsMs: null,
    requestId: '',
    variants: null,
    builder,
    generation: 3,
  };
}

test('kept vectors stay what they are when the next answer is written over the others', () => {
  const typed = [[7]];
  const degraded: RowDegradation[] = [];
  const vectors = vectorsIn(typed, degraded);
  const kept = keptVectors(vectors);
  const before = structuredClone({ ...kept, plan: null });
  vectors.block.fill(2);
  vectors.statuses.fill(5);
  (typed[0] as number[])[0] = 8;
  degraded.push({ row: 0, view: {} as never, reason: 'stale', of: null, keys: [] });
  builder.generation++;
  expect({ ...kept, plan: null }).toEqual(before);
  expect(() => checkStillThere(kept)).not.toThrow();
  expect(() => checkStillThere(vectors)).toThrow('an answer of risk@1 was read after the next one was made');
});
