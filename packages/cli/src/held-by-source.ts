import { byReadPartition, type EventSource } from '@forebay/definitions';
import { keptWatermarks, type Watermarks } from '@forebay/event-log';
import { topicEpochOf } from '@forebay/offline-store';
import type { Servers } from './servers';

/**
 * What the topics of a source hold, by number of the partition, with offsets as they are kept (docs/CODEC.md). An archive that does not
 * answer is said elsewhere: topics then count as never made anew. Of a source that is re-keyed: what its internal topic holds; of one
 * that is made of others: what their topics hold.
 */
export async function heldBySource(
  servers: Servers,
  source: EventSource,
): Promise<ReadonlyMap<number, Watermarks>> {
  const { admin } = await servers.eventLog();
  const epochOf = (topic: string) =>
    servers
      .offline()
      .then((offline) => topicEpochOf(offline, topic))
      .catch(() => 0);
  return byReadPartition(source, async (topic) =>
    keptWatermarks(await epochOf(topic), await admin.watermarks(topic)),
  );
}
