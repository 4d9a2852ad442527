/** What an output topic holds, read as any consumer would: records of Kafka, JSON or the contract's messages. */
import { decodeMessage, encodeEntityKey, type JoinKeyValue, type Message } from '@forebay/contract';
import type { AggregationView } from '@forebay/definitions';
import { readTopic } from '@forebay/event-log';
import type { Value } from '@forebay/expressions';
import type { Installation } from './installation';
import { describeWrong, type Wrong } from './truth';
import { waitFor } from './wait-for';

const SETTLE_WITHIN_MS = 40_000;

export interface Update {
  /** Of the record. */
  readonly key: string;
  readonly partition: number;
  readonly keys: Readonly<Record<string, Value>>;
  readonly asOfMs: number;
  /** By feature; what is left out is null. */
  readonly values: Readonly<Record<string, unknown>>;
  /** By feature. */
  readonly statuses: Readonly<Record<string, string>>;
  readonly reason: string | null;
}

/** Every record that is in the view's topic now, each partition in its order. */
export async function readUpdates(installation: Installation, view: AggregationView): Promise<Update[]> {
  const { topic = '', format } = view.output ?? {};
  const log = await installation.servers.eventLog();
  const held = await log.admin.watermarks(topic);
  const range = new Map([...held].map(([partition, { low, high }]) => [partition, { from: low, to: high }]));
  const updates: Update[] = [];
  await readTopic(log, topic, range, ({ partition, record }) => {
    const read = format === 'protobuf' ? fromMessage : fromJson;
    const update = read(record.value as Buffer, view);
    updates.push({ ...update, key: String(record.key), partition });
  });
  return updates;
}

export interface UpdateTerms {
  /** Whether two processes may have written an entity at once: then an earlier record may be of a later instant. */
  readonly mayBeShared?: boolean;
}

/** Of each entity the last one. Throws if an earlier one is of a later instant, or in another partition. */
export function lastUpdates(
  updates: readonly Update[],
  { mayBeShared = false }: UpdateTerms = {},
): Map<string, Update> {
  const last = new Map<string, Update>();
  for (const update of updates) {
    const before = last.get(update.key);
    const falls = before !== undefined && before.asOfMs > update.asOfMs && !mayBeShared;
    if (falls || (before !== undefined && before.partition !== update.partition))
      throw new Error(`"${update.key}": ${JSON.stringify(before)} stands before ${JSON.stringify(update)}`);
    last.set(update.key, update);
  }
  return last;
}

/** What the last records of the view's entities say that is not what all events before their instants give; and entities without a record. */
export async function wrongUpdates(
  installation: Installation,
  view: AggregationView,
  truth = installation.truth,
  terms: UpdateTerms = {},
): Promise<Wrong[]> {
  const { project } = installation;
  const last = lastUpdates(await readUpdates(installation, view), terms);
  const missing: Wrong[] = [];
  const answers = truth.keys(project, view).flatMap((key) => {
    const entity = encodeEntityKey(Object.values(key) as JoinKeyValue[]);
    const update = last.get(entity);
    if (update === undefined) {
      missing.push({ entity, feature: 'all', status: 'no record', served: null, expected: null });
      return [];
    }
    const features = Object.entries(update.values).map(([name, value]) => ({
      name,
      value,
      status: update.statuses[name] ?? '',
    }));
    return { key, asOfMs: update.asOfMs, features };
  });
  return [...missing, ...truth.wrongAnswers(view, answers)];
}

/** Waits until the last record of every entity is right. */
export async function updatesSettled(
  installation: Installation,
  view: AggregationView,
  isWrong: (wrong: Wrong) => boolean = () => true,
): Promise<void> {
  let wrong: Wrong[] = [];
  const isRight = async () => {
    wrong = (await wrongUpdates(installation, view)).filter(isWrong);
    return wrong.length === 0;
  };
  const message = `the records of view ${view.name} are right`;
  await waitFor(isRight, { deadlineMs: SETTLE_WITHIN_MS, message }).catch((error: Error) => {
    const logs = installation.services.map(({ log }) => log);
    throw new Error([error.message, describeWrong(wrong), ...logs].join('\n\n'));
  });
}

type Read = Omit<Update, 'key' | 'partition'>;

function fromJson(bytes: Buffer, view: AggregationView): Read {
  const {
    keys,
    as_of_ms,
    features,
    statuses,
    degraded_reason = null,
    ...head
  } = parseExactly(bytes.toString());
  if (head.view !== view.name || head.version !== view.version || head.entity !== view.entity)
    throw new Error(`a record of another view: ${bytes}`);
  const names = Object.keys(features);
  return {
    keys,
    asOfMs: as_of_ms,
    values: Object.fromEntries(
      view.features.flatMap((feature) =>
        feature.name in features ? [[feature.name, asTruth(features[feature.name], feature)]] : [],
      ),
    ),
    statuses: Object.fromEntries(names.map((name) => [name, statuses[name] ?? 'PRESENT'])),
    reason: degraded_reason,
  };
}

/** Integers beyond 2^53 stay exact. */
function parseExactly(text: string) {
  const marked = text.replace(/(?<=[:,[])-?\d{16,}(?=[,\]}])/g, '"$&n"');
  return JSON.parse(marked, (_name, value: unknown) => {
    if (typeof value !== 'string' || !/^-?\d{16,}n$/.test(value)) return value;
    const integer = BigInt(value.slice(0, -1));
    return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
  });
}

/** As the truth has it: a map, and of a sum beyond 2^53 the double that it is. */
function asTruth(value: unknown, { type, operation }: AggregationView['features'][number]): unknown {
  if (type.startsWith('map<') && value !== null) return new Map(Object.entries(value as object));
  return operation === 'sum' && typeof value === 'bigint' ? Number(value) : value;
}

function fromMessage(bytes: Buffer): Read {
  const update = decodeMessage('FeatureUpdate', bytes);
  return {
    keys: Object.fromEntries(
      update.keys.map(({ name, value, ...members }) => [name, members[value as 'text'] as Value]),
    ),
    asOfMs: update.as_of_ms,
    values: Object.fromEntries(update.features.map((feature) => [feature.name, messageValue(feature)])),
    statuses: Object.fromEntries(update.features.map(({ name, status }) => [name, status as string])),
    reason: update.degraded_reason || null,
  };
}

function messageValue({ value, list, map, ...scalars }: Message<'UpdatedFeature'>): unknown {
  if (value === undefined) return null;
  if (list) return [list.doubles, list.integers, list.strings].flat();
  if (!map) return scalars[value as 'number'];
  const keys = [...map.string_keys, ...map.integer_keys];
  const numbers = [...map.integers, ...map.doubles];
  return new Map(keys.map((key, i) => [key, numbers[i]]));
}
