/** Compares what is online of a view that nothing but its runs writes with what the run of its tick would write again. */
import { STATUS, type ViewOutput } from '@forebay/algebra';
import type { FoundDifference, SegmentChunk } from '@forebay/offline-store';
import { bucketOf, byBucket, type RedisConnection, readEntityValues } from '@forebay/online-store';
import { isSame } from './compare-values';
import type { Findings } from './findings';
import type { ComparedFeature, RunValues } from './run-values';
import { shownValue } from './shown-value';

export interface RunVerification {
  readonly redis: RedisConnection;
  readonly values: RunValues;
  /** By name of a feature; of others, their own. */
  readonly tolerances: ReadonlyMap<string, number>;
}

/** What is stored of an entity, and what was computed. */
interface Pair {
  readonly key: string;
  readonly marker: Uint8Array | null;
  readonly stored: Uint8Array | null;
  readonly recomputed: Uint8Array;
}

export async function verifyRunValues(
  verification: RunVerification,
  share: SegmentChunk,
  findings: Findings,
  { signal, onCompared }: { readonly signal: AbortSignal; readonly onCompared: () => void },
): Promise<void> {
  const { values } = verification;
  const [online, recomputed] = [values.newOutput(), values.newOutput()];
  for await (const batch of values.recompute(share, signal)) {
    signal.throwIfAborted();
    const computed = new Map(batch.keys.map((key, i) => [key.toString(), batch.values[i] as Buffer]));
    for (const pair of await readPairs(verification, computed)) {
      values.read(pair.stored, values.markerOf(pair.marker), online);
      values.read(pair.recomputed, values.marker, recomputed);
      comparePair(verification, pair, { online, recomputed }, findings);
    }
    onCompared();
  }
}

async function readPairs(
  { redis, values }: RunVerification,
  computed: ReadonlyMap<string, Buffer>,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const keys = [...computed.keys()];
  for (const { bucket, items } of byBucket(keys, redis.buckets, (key) => bucketOf(key, redis.buckets))) {
    let at = 0;
    for (const { shared, parts } of await readEntityValues(
      redis,
      { bucket, ...values.keysIn(bucket) },
      items,
    ))
      for (const [stored = null] of parts) {
        const key = items[at++] as string;
        pairs.push({ key, marker: shared[0] ?? null, stored, recomputed: computed.get(key) as Buffer });
      }
  }
  return pairs;
}

function comparePair(
  { values, tolerances }: RunVerification,
  pair: Pair,
  { online, recomputed }: { readonly online: ViewOutput; readonly recomputed: ViewOutput },
  findings: Findings,
): void {
  findings.entities++;
  for (const feature of values.features) {
    const counts = findings.of(feature.name);
    const [status, expected] = [online, recomputed].map(({ statuses }) => statuses[feature.index] as number);
    if (status === STATUS.DEGRADED || expected === STATUS.DEGRADED) {
      counts.degraded++;
      continue;
    }
    counts.compared++;
    const [a, b] = [feature.valueIn(online), feature.valueIn(recomputed)];
    const isSameStatus = plainStatus(status) === plainStatus(expected);
    if (isSameStatus && isSame(a, b, tolerances.get(feature.name) ?? feature.tolerance)) continue;
    counts.different++;
    findings.differs(differenceOf(values, pair, feature, [shownValue(a, status), shownValue(b, expected)]));
  }
}

function differenceOf(
  values: RunValues,
  { key, stored, recomputed }: Pair,
  { name, index }: ComparedFeature,
  [online, expected]: readonly [string, string],
): FoundDifference {
  return {
    entityKey: key,
    feature: name,
    asOfMs: values.asOfMs,
    online,
    recomputed: expected,
    segment: values.explain(stored, recomputed, index),
  };
}

/** What is too old leaves the online store after a while, and is not found then. */
function plainStatus(status: number | undefined): number | undefined {
  return status === STATUS.OUTSIDE_MAX_AGE ? STATUS.NOT_FOUND : status;
}
