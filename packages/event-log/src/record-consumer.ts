import { ForebayError } from '@forebay/contract';
import type { EachBatchPayload } from 'kafkajs';
import { Backoff } from './backoff';
import type { CompiledConsumerOptions, PartitionStart, RevokeReason, StartOffset } from './consumer-options';
import type { GroupMember, GroupMemberEvents } from './group-member';
import { eventLogError } from './kafka-errors';
import { OffsetCommitter } from './offset-committer';
import { PartitionCursor } from './partition-cursor';
import { partitionKey, type RecordBatch, type TopicPartition, type TopicPartitionOffset } from './record';
import { fetchedFrom, toRecordBatch } from './record-batch';
import type { TopicAdmin, Watermarks } from './topic-admin';

/** Bound of the wait for a broker that does not answer when a consumer stops. */
const LEAVE_LIMIT_MS = 5_000;

interface AssignedPartition extends TopicPartition {
  /** Null until it is known where to begin; only then records are delivered. */
  cursor: PartitionCursor | null;
}

type Assignment = ReadonlyMap<string, AssignedPartition>;

const NOTHING: Assignment = new Map();

/**
 * A member of a consumer group that begins where its owner says, not where the group has committed.
 *
 * What must take effect at once when something happens to the assignment (nothing is delivered any more) is done by
 * replacing `assignment`. What takes time (`onRevoked`, `onAssigned`) is a step, and one step follows the other. A step
 * or a batch that finds another assignment than its own has been overtaken, and leaves.
 */
export class RecordConsumer {
  private member: GroupMember | null = null;
  private assignment: Assignment = NOTHING;
  /** What `onAssigned` was called with, and `onRevoked` not since. */
  private owned: readonly TopicPartition[] = [];
  /** By the owner, for back-pressure: keys of partitions. */
  private readonly paused = new Set<string>();
  /** Of the group, when they were given to us; null: not known. */
  private ownedIn: number | null = null;
  private steps: Promise<void> = Promise.resolve();
  private handling: Promise<void> = Promise.resolve();
  /** Since the last batch a broker has refused to read: the topics may be others. */
  private isDoubtful = false;
  private state: 'running' | 'stopping' | 'failed' = 'running';
  private stopped: Promise<void> | null = null;
  private readonly backoff = new Backoff({ firstMs: 200, longestMs: 5_000 });
  private readonly committer: OffsetCommitter;

  private constructor(
    private readonly options: CompiledConsumerOptions,
    private readonly admin: TopicAdmin,
    private readonly createMember: (events: GroupMemberEvents) => GroupMember,
  ) {
    this.committer = new OffsetCommitter(options.logger);
  }

  /** Joins the group. @throws ForebayError when the first attempt to reach it fails; later ones are reported and repeated. */
  static async start(
    options: CompiledConsumerOptions,
    admin: TopicAdmin,
    createMember: (events: GroupMemberEvents) => GroupMember,
  ): Promise<RecordConsumer> {
    const consumer = new RecordConsumer(options, admin, createMember);
    await consumer.join();
    return consumer;
  }

  /** The next offset to be delivered; all before it were, and their `onBatch` has returned. Null when it is not being read. */
  position(topic: string, partition: number): number | null {
    return this.find(topic, partition)?.cursor?.next ?? null;
  }

  /**
   * Goes on at `offset`: what was fetched before is not delivered. May be called inside `onBatch`.
   * False if the partition is not being read (any more): then `onAssigned` will ask.
   */
  seek(topic: string, partition: number, offset: number): boolean {
    const cursor = this.find(topic, partition)?.cursor;
    if (cursor === null || cursor === undefined || this.member === null) return false;
    cursor.seek(offset);
    this.member.seek({ topic, partition, offset });
    return true;
  }

  /** No further batch of the partition is delivered until `resume`; forgotten when the partition is revoked. */
  pause(topic: string, partition: number): void {
    const assigned = this.find(topic, partition);
    if (assigned === undefined) return;
    this.paused.add(partitionKey(topic, partition));
    this.member?.pause([assigned]);
  }

  resume(topic: string, partition: number): void {
    this.paused.delete(partitionKey(topic, partition));
    const assigned = this.find(topic, partition);
    if (assigned !== undefined && assigned.cursor !== null) this.member?.resume([assigned]);
  }

  /** Tells the group how far we are, for display only: nothing waits for it, and a failure is only logged. */
  commit(offsets: readonly TopicPartitionOffset[]): void {
    if (this.member !== null) this.committer.commit(this.member, offsets);
  }

  /** Lets the batch that is being handled end, revokes everything, leaves the group. @throws what `onRevoked` throws. */
  stop(): Promise<void> {
    this.stopped ??= this.leave();
    return this.stopped;
  }

  private async leave(): Promise<void> {
    if (this.state === 'running') this.state = 'stopping';
    this.backoff.cancel();
    this.deliverNothing();
    try {
      await this.step(() => this.revoke('stop'));
    } finally {
      await this.committer.settled(LEAVE_LIMIT_MS);
      await this.giveUp(this.member);
    }
  }

  private async join(): Promise<void> {
    const ifOurs = (action: () => void) => {
      if (this.member === member) action();
    };
    const member: GroupMember = this.createMember({
      onJoined: (partitions, generation) => ifOurs(() => this.onJoined(member, partitions, generation)),
      onRebalancing: () => ifOurs(() => this.onRebalancing()),
      onCrashed: (error) => ifOurs(() => (isFinal(error) ? this.fail(error) : this.interrupt(error))),
      onPassedOver: ({ topic, partition }, first, last) =>
        ifOurs(() => this.find(topic, partition)?.cursor?.passOver(first, last)),
      onOutOfRange: (place) => ifOurs(() => this.onJumped(member, place)),
      onRefused: () => {
        this.isDoubtful = true;
      },
      onBatch: async (payload) => {
        if (this.member === member) await this.onBatch(member, payload);
      },
    });
    this.member = member;
    try {
      await member.start();
    } catch (thrown) {
      await this.giveUp(member);
      throw eventLogError(thrown, `joining group "${this.options.groupId}"`);
    }
  }

  private async rejoin(): Promise<void> {
    while (this.state === 'running') {
      await this.backoff.wait();
      if (this.state !== 'running') return;
      try {
        await this.join();
        return;
      } catch (thrown) {
        const error = ForebayError.from(thrown);
        if (isFinal(error)) return this.fail(error);
        if (this.state === 'running') this.options.handlers.onError(error, { fatal: false });
      }
    }
  }

  private async giveUp(member: GroupMember | null): Promise<void> {
    if (this.member === member) this.member = null;
    if (member === null || (await member.close(LEAVE_LIMIT_MS))) return;
    const { logger, groupId } = this.options;
    const message = `leaving group "${groupId}" took too long: its partitions are free after the session timeout`;
    logger.warn({ groupId }, message);
  }

  // What happens to the assignment.

  private onJoined(
    member: GroupMember,
    partitions: readonly TopicPartition[],
    generation: number | null,
  ): void {
    this.options.logger.info(
      { groupId: this.options.groupId, partitions },
      `joined, with ${partitions.length} partitions`,
    );
    const assignment = new Map<string, AssignedPartition>();
    for (const place of partitions) {
      assignment.set(partitionKey(place.topic, place.partition), { ...place, cursor: null });
    }
    this.assignment = assignment;
    // Before the client asks for the first record: where it would begin is not where we do.
    member.pause(partitions);
    this.inBackground(async () => {
      const isNext = generation !== null && this.ownedIn !== null && generation === this.ownedIn + 1;
      await this.revoke('rebalance', isNext ? assignment : NOTHING);
      this.ownedIn = generation;
      await this.assign(member, assignment);
    });
  }

  private onRebalancing(): void {
    this.deliverNothing();
    this.inBackground(async () => {
      await this.handling;
      if (this.owned.length > 0) await this.options.handlers.onRebalancing?.();
    });
  }

  /** The membership is lost, or a handler cannot go on for now: everything is revoked, and we join again. */
  private interrupt(error: ForebayError): void {
    if (this.state !== 'running') return;
    const lost = this.member;
    this.deliverNothing();
    this.member = null;
    this.options.handlers.onError(error, { fatal: false });
    this.inBackground(async () => {
      await this.revoke('interruption');
      await this.giveUp(lost);
      void this.rejoin();
    });
  }

  private fail(error: ForebayError): void {
    if (this.state !== 'running') return;
    this.state = 'failed';
    const lost = this.member;
    this.deliverNothing();
    this.member = null;
    const end = this.step(() => this.revoke('failure'))
      .catch((thrown: unknown) =>
        this.options.logger.error({ err: thrown }, 'giving up the partitions failed'),
      )
      .then(() => this.giveUp(lost));
    void end.then(() => this.options.handlers.onError(error, { fatal: true }));
  }

  private failOrInterrupt(thrown: unknown): void {
    const error = ForebayError.from(thrown);
    if (error.retryable) this.interrupt(error);
    else this.fail(error);
  }

  private deliverNothing(): void {
    const before = this.assignment;
    this.assignment = NOTHING;
    // Else the client would fetch what nobody takes, again and again.
    if (before.size > 0) this.member?.pause([...before.values()]);
  }

  /** All that is ours but what is in `kept`. */
  private async revoke(reason: RevokeReason, kept: Assignment = NOTHING): Promise<void> {
    await this.handling;
    const isKept = ({ topic, partition }: TopicPartition) => kept.has(partitionKey(topic, partition));
    const lost = this.owned.filter((place) => !isKept(place));
    this.owned = this.owned.filter(isKept);
    if (this.owned.length === 0) this.ownedIn = null;
    for (const { topic, partition } of lost) this.paused.delete(partitionKey(topic, partition));
    if (lost.length > 0) await this.options.handlers.onRevoked(lost, reason);
  }

  private async assign(member: GroupMember, assignment: Assignment): Promise<void> {
    if (this.assignment !== assignment || assignment.size === 0) return;
    const places = [...assignment.values()].map(({ topic, partition }) => ({ topic, partition }));
    this.owned = places;
    const starts = await this.options.handlers.onAssigned(places);
    for (const topic of new Set(places.map((place) => place.topic))) {
      const held = await this.admin.watermarks(topic);
      for (const assigned of assignment.values()) {
        if (assigned.topic !== topic) continue;
        if (this.assignment !== assignment) return;
        await this.begin(member, assigned, startOf(assigned, starts), held.get(assigned.partition));
      }
    }
    this.backoff.reset();
  }

  /** Starts delivery at `start` if the partition holds it; else the owner is asked. */
  private async begin(
    member: GroupMember,
    assigned: AssignedPartition,
    start: StartOffset,
    held: Watermarks | undefined,
  ): Promise<void> {
    const { topic, partition } = assigned;
    if (held === undefined)
      throw new ForebayError('unavailable', `${nameOf(assigned)}: its offsets are not known yet`);
    let offset = resolveStart(start, held);
    if (offset < held.low || offset > held.high) {
      const answer = await this.options.handlers.onOutOfRange({ topic, partition, offset, held });
      if (answer === 'leave') return;
      offset = resolveStart(answer, held);
      if (offset < held.low || offset > held.high) {
        const range = `[${held.low}, ${held.high}]`;
        throw new ForebayError(
          'failed_precondition',
          `${nameOf(assigned)}: offset ${offset} is not in ${range} either`,
        );
      }
    }
    if (this.find(topic, partition) !== assigned) return;
    assigned.cursor = new PartitionCursor(offset);
    member.seek({ topic, partition, offset });
    if (!this.isPaused(assigned)) member.resume([assigned]);
  }

  /** The client's position was not in the log, and it went elsewhere. */
  private onJumped(member: GroupMember, { topic, partition }: TopicPartition): void {
    const assigned = this.find(topic, partition);
    if (assigned === undefined || assigned.cursor === null) return;
    const expected = assigned.cursor.next;
    assigned.cursor = null;
    member.pause([assigned]);
    this.inBackground(async () => {
      await this.handling;
      const held = (await this.admin.watermarks(topic)).get(partition);
      if (this.find(topic, partition) === assigned) await this.begin(member, assigned, expected, held);
    });
  }

  // Records.

  private async onBatch(member: GroupMember, payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch;
    const assigned = this.find(topic, partition);
    const cursor = assigned?.cursor;
    // What is not resolved is fetched again, when the partition is resumed.
    if (assigned === undefined || cursor === null || cursor === undefined || this.isPaused(assigned)) return;
    const verdict = cursor.judge({ fetchedFrom: fetchedFrom(payload.batch), stale: payload.isStale() });
    switch (verdict.kind) {
      case 'drop':
        return;
      case 'seek_again':
        member.seek({ topic, partition, offset: verdict.offset });
        return;
      case 'jumped':
        this.onJumped(member, assigned);
        return;
      case 'deliver':
        await this.deliver(member, payload, assigned, cursor);
    }
  }

  private async deliver(
    member: GroupMember,
    payload: EachBatchPayload,
    assigned: AssignedPartition,
    cursor: PartitionCursor,
  ): Promise<void> {
    const { generation } = cursor;
    const batch = toRecordBatch(payload.batch, cursor.next);
    let trouble: unknown = null;
    const handling = member.whileAlive(payload, () => this.handle(batch));
    this.handling = handling.then(
      () => {},
      () => {},
    );
    try {
      trouble = await handling;
    } catch (thrown) {
      // Not to the client: it would repeat the batch for minutes, and then stop without a word.
      this.failOrInterrupt(thrown);
      return;
    }
    const stillOurs =
      this.find(assigned.topic, assigned.partition) === assigned && assigned.cursor === cursor;
    if (stillOurs && cursor.advance(generation, batch.nextOffset))
      payload.resolveOffset(payload.batch.lastOffset());
    if (trouble !== null) throw trouble;
  }

  private async handle(batch: RecordBatch): Promise<void> {
    if (this.isDoubtful) {
      this.isDoubtful = false;
      try {
        await this.options.handlers.onDoubt?.();
      } catch (thrown) {
        this.isDoubtful = true;
        throw thrown;
      }
    }
    await this.options.handlers.onBatch(batch);
  }

  private find(topic: string, partition: number): AssignedPartition | undefined {
    return this.assignment.get(partitionKey(topic, partition));
  }

  private isPaused({ topic, partition }: TopicPartition): boolean {
    return this.paused.has(partitionKey(topic, partition));
  }

  /** Runs after all steps before it. */
  private step(work: () => Promise<void>): Promise<void> {
    const done = this.steps.then(work);
    this.steps = done.catch(() => {});
    return done;
  }

  private inBackground(work: () => Promise<void>): void {
    this.step(work).catch((thrown: unknown) => this.failOrInterrupt(thrown));
  }
}

/** Whether joining again cannot help; the client itself also fails for good over things that pass. */
function isFinal(error: ForebayError): boolean {
  return !error.retryable && error.reason !== 'internal';
}

function startOf({ topic, partition }: TopicPartition, starts: readonly PartitionStart[]): StartOffset {
  const start = starts.find((one) => one.topic === topic && one.partition === partition);
  if (start !== undefined) return start.offset;
  throw new ForebayError(
    'internal',
    `${nameOf({ topic, partition })}: onAssigned did not say where to begin`,
  );
}

function resolveStart(start: StartOffset, held: Watermarks): number {
  if (start === 'beginning') return held.low;
  return start === 'end' ? held.high : start;
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `topic "${topic}" partition ${partition}`;
}
