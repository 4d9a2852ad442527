/** What members of the stream service say of themselves: records that expire soon after their member is gone. */
import { decodeMessage, encodeMessage, type Message, type MessageInput } from '@forebay/contract';
import type { RedisConnection } from './connection';
import { memberStatusKey, membersKey } from './keys';

/** The list of names is kept so long after the last member has written. */
const NAMES_TTL_MS = 86_400_000;

export interface MemberOfSource {
  readonly sourceId: number;
  /** Another one for each process: letters, digits, `-`, `_` and `.`. */
  readonly member: string;
}

/** @param ttlMs after which the record is gone, unless it is written again */
export async function writeMemberStatus(
  connection: RedisConnection,
  { sourceId, member }: MemberOfSource,
  status: MessageInput<'MemberStatus'>,
  ttlMs: number,
): Promise<void> {
  const { client } = connection;
  const bytes = Buffer.from(encodeMessage('MemberStatus', status));
  await connection.run('writing the status of a member', () =>
    Promise.all([
      client.set(memberStatusKey(sourceId, member), bytes, 'PX', ttlMs),
      client.sadd(membersKey(sourceId), member),
      client.pexpire(membersKey(sourceId), NAMES_TTL_MS),
    ]),
  );
}

export async function removeMemberStatus(
  connection: RedisConnection,
  { sourceId, member }: MemberOfSource,
): Promise<void> {
  const { client } = connection;
  await connection.run('removing the status of a member', () =>
    Promise.all([client.del(memberStatusKey(sourceId, member)), client.srem(membersKey(sourceId), member)]),
  );
}

/** By member, in the order of their names; those that have gone are forgotten. */
export async function readMemberStatuses(
  connection: RedisConnection,
  sourceId: number,
): Promise<ReadonlyMap<string, Message<'MemberStatus'>>> {
  const { client } = connection;
  return connection.run('reading the statuses of members', async () => {
    const members = (await client.smembers(membersKey(sourceId))).sort();
    if (members.length === 0) return new Map();
    const records = await client.mgetBuffer(members.map((member) => memberStatusKey(sourceId, member)));
    const gone = members.filter((_, i) => records[i] === null);
    // one that has come back since adds its name again with its next record
    if (gone.length > 0) await client.srem(membersKey(sourceId), ...gone);
    return new Map(
      members.flatMap((member, i) => {
        const record = records[i];
        return record == null ? [] : [[member, decodeMessage('MemberStatus', record)] as const];
      }),
    );
  });
}
