/** A project with a joined and a sequence source, events for it, and what they come to. */
import { readCliConfiguration, Servers } from '@forebay/cli';
import {
  aggregationView,
  count,
  distinctCount,
  entity,
  eventSource,
  featureService,
  joinedSource,
  type Project,
  pairedSourceOf,
  project,
  sequenceSource,
  sum,
  topicsOf,
} from '@forebay/definitions';
import { oldestCheckpoint } from '@forebay/online-store';
import { oraclePairs, type Random } from '@forebay/testkit';
import { type Addresses, Installation } from '../support/installation';
import type { Service } from '../support/service';
import { uniqueName, waitFor } from '../support/stack';
import type { Fields } from '../support/truth';

export const MINUTE_MS = 60_000;
const PARTITIONS = 3;
const WITHIN_MS = 2 * MINUTE_MS;

const user = entity({ name: 'user', joinKeys: { user: 'string' } });
const lateness = { allowedLateness: '10m', maxClockSkew: '1m' } as const;

export interface PairTraits {
  readonly batch: boolean;
  /** By input; fields of all topics are in the same places. Left out: one topic each. */
  readonly topics?: { readonly impressions: number; readonly clicks: number };
  /** The topics were there before, and hold the times that producers say. */
  readonly tellsArrivals?: boolean;
}

/** What stays when a project is declared again. */
export type PairTopics = Readonly<Record<'impressions' | 'clicks', readonly string[]>>;

export function pairTopics({ topics = { impressions: 1, clicks: 1 } }: PairTraits): PairTopics {
  const named = (name: keyof PairTopics) => Array.from({ length: topics[name] }, () => uniqueName(name));
  return { impressions: named('impressions'), clicks: named('clicks') };
}

const topicsIn = (topics: readonly string[]) =>
  topics.length === 1 ? { topic: topics[0] as string } : { topics: topics.map((topic) => ({ topic })) };

/** @param withLaterView another view of the joined source, which is added to it */
export function declarePairs({ batch }: PairTraits, topics: PairTopics, withLaterView = false) {
  const impressions = eventSource({
    name: 'impressions',
    ...topicsIn(topics.impressions),
    fields: { at: 'timestamp', id: 'string', user: 'string', ad: 'int32', price: 'int64' },
    eventTime: 'at',
    eventId: 'id',
    partitions: PARTITIONS,
    ...lateness,
  });
  const clicks = eventSource({
    name: 'clicks',
    ...topicsIn(topics.clicks),
    fields: { at: 'timestamp', id: 'int64', user: 'string', ad: 'int64', ok: 'bool' },
    eventTime: 'at',
    eventId: 'id',
    partitions: PARTITIONS,
    ...lateness,
  });
  const clicked = joinedSource({
    name: 'clicked',
    left: impressions,
    right: clicks,
    on: { user: 'user', ad: 'ad' },
    within: '2m',
    fields: { user: 'left.user', price: 'left.price', click: 'right.id', ok: 'right.ok' },
  });
  const again = sequenceSource({
    name: 'again',
    source: clicks,
    by: ['user'],
    first: 'ok == false',
    second: 'ok',
    within: '2m',
  });
  const byUser = aggregationView({
    name: 'clicked_by_user',
    entity: user,
    source: clicked,
    output: { topic: `${topics.clicks[0]}.values` },
    ...(batch ? {} : { batch: false as const }),
    features: {
      clicked_30m: count({ window: '30m' }),
      earned_30m: sum('price', { window: '30m', filter: 'ok' }),
      clicks_30m: distinctCount('click', { window: '30m', exact: 1_024 }),
      earned_7d: sum('price', { window: '7d' }),
    },
  });
  const agains = aggregationView({
    name: 'again_by_user',
    entity: user,
    source: again,
    ...(batch ? {} : { batch: false as const }),
    features: { again_30m: count({ window: '30m' }), again_7d: count({ window: '7d' }) },
  });
  const later = aggregationView({
    name: 'clicked_later',
    entity: user,
    source: clicked,
    batch: false,
    features: { later_30m: count({ window: '30m' }), latest_7d: sum('price', { window: '7d' }) },
  });
  return project({
    name: 'ads',
    entities: [user],
    eventSources: [impressions, clicks],
    joinedSources: [clicked],
    sequenceSources: [again],
    aggregationViews: withLaterView ? [byUser, agains, later] : [byUser, agains],
    featureServices: [featureService({ name: 'ads', features: [byUser, agains] })],
  });
}

export const pairedOf = ({ eventSources, joinedSources, sequenceSources }: Project, name: string) =>
  pairedSourceOf(
    { eventSources },
    [...joinedSources, ...sequenceSources].find((source) => source.name === name)!,
  );

export type Watched = 'clicked' | 'again';

export interface Sides {
  readonly impressions: readonly Fields[];
  readonly clicks: readonly Fields[];
}

export class PairScene {
  private constructor(
    readonly installation: Installation,
    readonly traits: PairTraits,
    readonly topics: PairTopics,
    readonly watched: Watched,
    readonly random: Random,
  ) {}

  static async begin(
    addresses: Addresses,
    random: Random,
    watched: Watched,
    traits: PairTraits = { batch: false },
  ): Promise<PairScene> {
    const topics = pairTopics(traits);
    if (traits.tellsArrivals === true) await createTopics(addresses, topics);
    const installation = await Installation.create(addresses, declarePairs(traits, topics), (compiled) =>
      pairedOf(compiled, watched),
    );
    await installation.start('serving');
    return new PairScene(installation, traits, topics, watched, random);
  }

  stream(more: Readonly<Record<string, string>> = {}): Promise<Service> {
    return this.installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms', ...more });
  }

  settled(view: string): Promise<void> {
    return this.installation.settled([this.installation.view(view)], 60_000);
  }

  /** Bounds are hit exactly; half of the clicks have an impression. */
  generate(n: number, untilMs: number, spanMs: number): Sides {
    const { random } = this;
    const impressions = Array.from({ length: n }, (_, i) => ({
      at: untilMs - random.integer(spanMs),
      id: `i${random.integer(1e6)}-${i}`,
      user: `user-${random.integer(20)}`,
      ad: random.chance(0.05) ? null : random.integer(3),
      price: random.integer(100),
    }));
    const clicks = Array.from({ length: n }, (_, i) => {
      const { at, user: who, ad } = random.pick(impressions);
      const afterMs = random.pick([0, -1, 1, WITHIN_MS - 1, WITHIN_MS, random.integer(2 * WITHIN_MS)]);
      return {
        at: Math.min(untilMs, at + afterMs),
        id: random.integer(1e6) * 10_000 + i,
        user: who,
        ad: random.chance(0.9) ? ad : random.integer(3),
        ok: random.chance(0.7) ? random.chance(0.5) : null,
      };
    });
    return { impressions, clicks };
  }

  /** Counts the events that all of it makes, each once. */
  truly({ impressions, clicks }: Sides): number {
    const { project: compiled, truth } = this.installation;
    const source = pairedOf(compiled, this.watched);
    const [left, right] = compiled.eventSources;
    const known = (events: readonly Fields[], { fields }: { fields: readonly { name: string }[] }) =>
      events.map((event) => ({
        row: fields.map(({ name }) => event[name] ?? null),
        eventTimeMs: event.at as number,
        knownAtMs: 0,
      }));
    const inputs = [known(impressions, left!), known(clicks, right!)] as const;
    const pairs = oraclePairs(source.pairing!, this.watched === 'clicked' ? inputs : [inputs[1], inputs[1]]);
    const place = source.fields.findIndex(({ name }) => name === source.eventId);
    const once = new Map(pairs.map((pair) => [pair.row[place], pair.row]));
    for (const [n, row] of [...once.values()].entries())
      truth.sent(Object.fromEntries(source.fields.map(({ name }, i) => [name, row[i]])) as Fields, 0, n);
    return once.size;
  }

  /**
   * To any of the topics of the input.
   * @param arrivedMs what topics that tell arrivals say of them; now if left out
   */
  async send(side: keyof Sides, events: readonly Fields[], arrivedMs?: number): Promise<void> {
    const topics = topicsOf(this.installation.project.eventSources.find(({ name }) => name === side)!);
    const records = events.map((event) => ({
      topic: this.random.pick(topics),
      key: String(event.user),
      value: JSON.stringify(event),
      ...(arrivedMs === undefined ? {} : { timestampMs: arrivedMs }),
    }));
    await (await this.installation.producer()).send(records);
  }

  async archived(side: keyof Sides): Promise<number> {
    return Number(await this.installation.sql(`SELECT uniqExact(_log, _offset) FROM ${side}`));
  }

  /** Waits until so many records of the inputs are in the values. */
  async paired(records: number, source = this.watched): Promise<void> {
    const { id } = pairedOf(this.installation.project, source);
    const isThere = async () => {
      const checkpoint = await oldestCheckpoint(await this.installation.servers.redis(), id);
      const offsets = [...(checkpoint?.offsets ?? [])];
      return offsets.reduce((total, offset) => total + Math.max(0, offset), 0) >= records;
    };
    await waitFor(isThere, {
      deadlineMs: 30_000,
      message: `${records} records of ${source} are in the values`,
    });
  }
}

/** So that a record may have arrived long ago. */
async function createTopics({ kafkaBrokers }: Addresses, topics: PairTopics): Promise<void> {
  const servers = new Servers(readCliConfiguration({ FOREBAY_KAFKA_BROKERS: kafkaBrokers }));
  try {
    const { admin } = await servers.eventLog();
    const config = { 'message.timestamp.type': 'CreateTime' };
    for (const topic of Object.values(topics).flat())
      await admin.ensureTopic(topic, { partitions: PARTITIONS, config });
  } finally {
    await servers.close();
  }
}

export const halves = <Item>(items: readonly Item[]) => {
  const at = Math.floor(items.length / 2);
  return [items.slice(0, at), items.slice(at)] as const;
};
