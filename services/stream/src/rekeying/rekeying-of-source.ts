/** What a running source has beyond the others when its topic is re-keyed: the stage that copies, and how copies are read. */
import { ForebayError } from '@forebay/contract';
import { asRead, type EventSource, type Rekeying } from '@forebay/definitions';
import { type ProbedEnds, rekeyGroup } from '@forebay/event-log';
import { archivedOrigins, noticeTopic } from '@forebay/offline-store';
import type { EventReader } from '../chunk-reader';
import type { RuntimeOptions } from '../source-runtime-options';
import type { StartPoint } from '../start-points';
import { enterTopicEpochs, epochsOf, type TopicEpochs } from '../topic-epoch-entry';
import { TopicsReader } from '../topics-reader';
import { OriginFences } from './origin-fences';
import { RekeyProgress } from './rekey-progress';
import { RekeyStage } from './rekey-stage';
import { RekeyedReader } from './rekeyed-reader';

export interface RekeyingOfSource {
  readonly stage: RekeyStage;
  readonly reader: EventReader;
  /** Reading of partitions of the internal topic (re)starts there; all before it must be in the archive. */
  begin(starts: readonly Pick<StartPoint, 'partition' | 'offset'>[]): Promise<void>;
  probe(clockMs: number): Promise<ProbedEnds>;
  /** Records of the topic that are not copied. */
  uncopied(): Promise<number>;
}

/** null: the topic is read as it is. `eventLog`: with offsets as they are kept. */
export function rekeyingOf(options: RuntimeOptions, epochs: TopicEpochs): RekeyingOfSource | null {
  const { source, offline, eventLog, schemas } = options;
  const { rekey } = source;
  if (rekey === undefined) return null;
  const fences = new OriginFences();
  const group = rekeyGroup(rekey.topic, epochsOf(epochs)(source.topic));
  const originals = () => eventLog.admin.endOffsets(source.topic);
  const copied = () => eventLog.admin.committedOffsets(group, source.topic);
  const progress = new RekeyProgress({
    originals,
    copied,
    copies: () => eventLog.admin.endOffsets(rekey.topic),
  });
  return {
    stage: new RekeyStage({ ...options, source: { ...source, rekey }, epochs }),
    reader: new RekeyedReader(new TopicsReader(asRead(source), schemas), fences),
    async begin(starts) {
      for (const { partition, offset } of starts)
        fences.begin(partition, await archivedOrigins(offline, source, { partition, offset }));
    },
    probe: (clockMs) => progress.probe(clockMs),
    async uncopied() {
      const known = await copied();
      const lows = await eventLog.admin.beginningOffsets(source.topic);
      let records = 0;
      for (const [partition, end] of await originals())
        records += Math.max(0, end - (known.get(partition) ?? lows.get(partition) ?? end));
      return records;
    },
  };
}

/** Of the topics that are read, and of the one that is re-keyed. */
export async function enterAllEpochs(options: RuntimeOptions): Promise<TopicEpochs> {
  const { source, offline, eventLog, clock } = options;
  const epochs = await enterTopicEpochs({ ...options, source: asRead(source) });
  if (source.rekey === undefined) return epochs;
  const id = await eventLog.topicId(source.topic);
  const terms = { isAnew: async () => false, nowMs: clock() };
  return new Map([...epochs, [source.topic, await noticeTopic(offline, source.topic, id, terms)]]);
}

/** Throws `failed_precondition`: with another number of partitions, copies of a record would come to different ones. */
export function checkInternalTopic(
  { name }: EventSource,
  { topic, partitions }: Rekeying,
  count: number,
): void {
  if (count === partitions) return;
  throw new ForebayError(
    'failed_precondition',
    `source "${name}": topic "${topic}" has ${count} partitions, and was declared with ${partitions}: its number of partitions stays; declare a source with another topic and table`,
  );
}
