/** Records of one partition into memory: what is no event to the dead letters, the others to the values' states and to the archiver. */
import { faultPoint } from './fault-points';
import type { PartitionPositions } from './partition-positions';
import { type HeadedRecord, originsOf } from './replays';
import type { SourceWorkerOptions } from './source-worker-options';
import type { StoreSession } from './store-session';
import type { ValueFlushes } from './value-flushes';

export class PieceApplier<R extends HeadedRecord> {
  constructor(
    private readonly options: SourceWorkerOptions<R>,
    private readonly positions: PartitionPositions,
    private readonly session: StoreSession,
    private readonly flushes: Pick<ValueFlushes<R>, 'add'>,
  ) {}

  /**
   * Applies records that follow what is applied of the partition; reading goes on at `nextOffset`. Throws when the store or the archive
   * does not answer, or the store is another one: then memory is void.
   */
  async apply(partition: number, records: readonly R[], nextOffset: number): Promise<void> {
    const { reader, state, topic, flusher, archiver, metrics, clock, epoch } = this.options;
    const nowMs = clock();
    const origins = originsOf(records);
    // a dead letter may come again after its entity was erased
    if (origins !== null) await this.options.erased.refresh();
    const firstOffset = this.positions.applied.get(partition) as number;
    const read = reader.read({ partition, epoch, records, firstOffset, nextOffset }, nowMs);
    faultPoint('chunk-decoded');
    if (read.rejected.length > 0) {
      await topic.sendDeadLetters(partition, read.rejected);
      faultPoint('dead-letters-sent');
      metrics.deadLetters(read.rejected);
    }
    const admitted = await this.options.replays.admit(origins, read);
    await this.options.enrichment?.enrich(admitted.chunk);
    // after what was looked up, which may be what an entity is known by
    const { chunk, arrivedAtMs } = this.options.erased.without(records, admitted);
    const prepared = state.prepare(chunk, nowMs);
    await Promise.all(prepared.missing.map(({ view, keys }) => flusher.load(view, keys)));
    this.session.check();
    state.apply(prepared, clock());
    this.options.outputs?.note(prepared, state.views);
    faultPoint('chunk-applied');
    this.positions.advance(partition, chunk.nextOffset);
    this.flushes.add(records, chunk.events, arrivedAtMs);
    metrics.chunk({ ...read, events: chunk.events.length });
    archiver.add(chunk, arrivedAtMs);
  }
}
