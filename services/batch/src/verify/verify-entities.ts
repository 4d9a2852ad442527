/** Compares what is online of some entities with what their events make. */
import { newViewOutput, STATUS, ViewFold, type ViewLayout, type ViewOutput } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import {
  archivedUpTo,
  type FoundDifference,
  type HeldEvents,
  type OfflineStore,
  recomputeValues,
} from '@forebay/offline-store';
import type { RedisConnection, StoredView } from '@forebay/online-store';
import { featureValue, isSame, toleranceOf } from './compare-values';
import { asOfContext, differingSegment } from './differing-segment';
import type { Findings } from './findings';
import { heldEvents, type OnlineEntity, type OnlineValues, readOnline } from './online-values';
import { shownValue } from './shown-value';

const ARCHIVE_POLL_MS = 100;
/** Offsets carry the epoch of their topic. */
const EPOCH = 0;
/** Segments are looked for in so many differing values of a chunk: each asks ClickHouse. */
const MAX_LOCATED = 5;

export interface VerifyTarget {
  readonly stored: StoredView;
  /** Of the same view, as of one instant. */
  readonly asOf: ViewLayout;
  readonly source: EventSource;
  /** By name of a feature; of others, by their operation. */
  readonly tolerances: ReadonlyMap<string, number>;
}

export interface VerifyDependencies {
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  readonly clock: () => number;
  readonly archiveDeadlineMs: number;
}

interface Compared {
  readonly entity: OnlineEntity;
  readonly held: HeldEvents;
  readonly tMs: number;
  readonly online: ViewOutput;
  readonly recomputed: ViewOutput;
}

export async function verifyEntities(
  dependencies: VerifyDependencies,
  target: VerifyTarget,
  keys: readonly string[],
  findings: Findings,
  signal: AbortSignal,
): Promise<void> {
  const { offline, redis, clock } = dependencies;
  const { stored, asOf } = target;
  const online = await readOnline(redis, stored, keys, clock);
  const held = heldOf(stored.layout, online);
  await untilArchived(dependencies, target.source, held, signal);
  const { lists, late } = await recomputeValues(offline, asOf, [...held.values()], online.tMs, { signal });
  const fold = new ViewFold(asOf);
  const recomputed = newViewOutput(asOf);
  for (const entity of online.entities) {
    const events = held.get(entity.key);
    if (events === undefined || late.has(entity.key)) {
      findings.skipped(events === undefined ? 'degraded' : 'late');
      continue;
    }
    const { tMs } = online;
    stored.answer(entity.parts, entity.clocks, tMs);
    const parts = { stream: null, open: null, sealed: null, batch: lists.get(entity.key) ?? null };
    fold.fold(parts, asOfContext(tMs), recomputed);
    const compared = { entity, held: events, tMs, online: stored.output, recomputed };
    await compare(dependencies, target, compared, findings, signal);
  }
}

/** Of entities whose values can be read. */
function heldOf(layout: ViewLayout, { entities, tMs }: OnlineValues): Map<string, HeldEvents> {
  const held = new Map<string, HeldEvents>();
  for (const entity of entities) {
    try {
      held.set(entity.key, heldEvents(layout, entity, tMs));
    } catch (thrown) {
      if (ForebayError.from(thrown).reason !== 'corrupt_data') throw thrown;
    }
  }
  return held;
}

async function compare(
  { offline }: VerifyDependencies,
  { stored, asOf, tolerances }: VerifyTarget,
  { entity, held, tMs, online, recomputed }: Compared,
  findings: Findings,
  signal: AbortSignal,
): Promise<void> {
  const different: FoundDifference[] = [];
  findings.entities++;
  for (const plan of stored.layout.features) {
    const { index, feature } = plan;
    const [status, expected] = [online.statuses[index], recomputed.statuses[index]];
    if (status === STATUS.DEGRADED || expected === STATUS.DEGRADED) {
      findings.of(feature.name).degraded++;
      continue;
    }
    const [a, b] = [featureValue(plan, online), featureValue(plan, recomputed)];
    const tolerance = tolerances.get(feature.name) ?? toleranceOf(plan);
    findings.of(feature.name).compared++;
    if (status === expected && isSame(a, b, tolerance)) continue;
    findings.of(feature.name).different++;
    different.push({
      entityKey: entity.key,
      feature: feature.name,
      asOfMs: tMs,
      online: shownValue(a, status),
      recomputed: shownValue(b, expected),
      segment: '',
    });
  }
  for (const difference of different) {
    const plan = stored.layout.features.find(({ feature }) => feature.name === difference.feature);
    const suspect = { online: entity, held, tMs, feature: plan?.index ?? 0, tolerance: 0 };
    const segment =
      findings.located++ < MAX_LOCATED
        ? await differingSegment(offline, { stored: stored.layout, asOf }, suspect, signal)
        : null;
    findings.differs({ ...difference, segment: segment ?? '' });
  }
}

/** Values may hold events that the archive does not have yet. Throws `unavailable` if it does not catch up. */
async function untilArchived(
  { offline, clock, archiveDeadlineMs }: VerifyDependencies,
  source: EventSource,
  held: ReadonlyMap<string, HeldEvents>,
  signal: AbortSignal,
): Promise<void> {
  const needed = new Map<number, number>();
  for (const { ends } of held.values())
    for (const [partition, end] of ends) needed.set(partition, Math.max(end, needed.get(partition) ?? 0));
  const giveUpAtMs = clock() + archiveDeadlineMs;
  for (;;) {
    const archived = new Map(
      (await archivedUpTo(offline, source, EPOCH)).map(({ partition, end }) => [partition, end]),
    );
    const behind = [...needed].find(([partition, end]) => (archived.get(partition) ?? 0) < end);
    if (behind === undefined) return;
    signal.throwIfAborted();
    if (clock() >= giveUpAtMs)
      throw new ForebayError(
        'unavailable',
        `source "${source.name}": the archive does not have the events that are in the values yet (partition ${behind[0]}); is the stream service running, and ClickHouse quick enough?`,
      );
    await new Promise((resolve) => setTimeout(resolve, ARCHIVE_POLL_MS));
  }
}
