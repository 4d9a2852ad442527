import { HOUR_MS } from '@forebay/contract';
import type { RedisConnection } from './connection';
import { OUTPUT_BUCKET, paceKey } from './keys';
import { RedisScript } from './redis-script';

const RESERVE = new RedisScript('reserve-pace');
/** A run that stands still for longer begins with a fresh allowance. */
const KEPT_MS = HOUR_MS;

/**
 * Takes part of what the workers of a run may do in a time: work that costs `costMs` of it begins when what was begun before has
 * had its time. Resolves to 0, or to the ms after which to ask again.
 */
export async function reservePace(
  connection: RedisConnection,
  run: string,
  { costMs, nowMs }: { readonly costMs: number; readonly nowMs: number },
): Promise<number> {
  const args = [nowMs, costMs, KEPT_MS].map((ms) => Buffer.from(String(Math.ceil(ms))));
  return (await RESERVE.run(connection, OUTPUT_BUCKET, [paceKey(run)], args)) as number;
}
