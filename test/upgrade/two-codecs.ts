/** Two releases that bring a codec: one that reads it and writes the one before, then one that writes it; and a version that does not know it. */
import { join, resolve } from 'node:path';
import type { LocalStack } from '@forebay/local-stack';
import { PARTS, partPrefix } from '@forebay/online-store';
import type { Random } from '@forebay/testkit';
import { Redis } from 'ioredis';
import { forebay } from '../faults/support/forebay-command';
import type { Scene } from '../faults/support/scene';
import { type ServiceVersion, THIS_VERSION } from '../support/service';
import { Fleet } from './fleet';
import type { Step } from './report';

const HOOK = join(resolve('.forebay/build/test/upgrade'), 'codec-version.js');

const later = (name: string, codec: 1 | 2): ServiceVersion => ({
  ...THIS_VERSION,
  name,
  environment: { NODE_OPTIONS: `--require=${HOOK}`, FOREBAY_TEST_STREAM_CODEC: String(codec) },
});

/** Of the next release, and of the one after it. */
const READS_BOTH = later('a release that reads both', 1);
const WRITES_NEW = later('a release that writes the new one', 2);

export async function twoCodecs(
  stack: LocalStack,
  random: Random,
  tell: (step: Step) => void,
): Promise<void> {
  const fleet = await Fleet.open(stack, random, THIS_VERSION, {}, async (it) => {
    await it.apply(it.declaration);
  });
  const { scene } = fleet;
  try {
    const reading = await fleet.whileEventsCome(async () => {
      await fleet.replaceServers(READS_BOTH);
      await fleet.replaceMembers(READS_BOTH);
    });
    tell({ name: 'a release that reads codec 2', seen: reading, compared: await scene.compare() });

    const writing = await fleet.whileEventsCome(async () => {
      await fleet.replaceServers(WRITES_NEW);
      await fleet.replaceMembers(WRITES_NEW);
    });
    const both = await codecs(scene);
    tell({
      name: `a release that writes it (${countsText(both)})`,
      seen: writing,
      compared: await scene.compare(),
      wrong: (both.get(2) ?? 0) === 0 ? ['no value has the new codec'] : [],
    });

    const back = await fleet.whileEventsCome(async () => {
      await fleet.replaceMembers(READS_BOTH);
      await fleet.replaceServers(READS_BOTH);
    });
    tell({ name: 'back to the one before', seen: back, compared: await scene.compare() });

    await fleet.whileEventsCome(() => fleet.replaceMembers(WRITES_NEW));
    const skipped = await fleet.whileWatched(() => fleet.replaceServers(THIS_VERSION));
    const { degraded, falselyExact, exact, told } = await scene.look();
    tell({
      name: `servers that do not know it (${degraded} values DEGRADED, ${exact} exact)`,
      seen: skipped,
      compared: {
        values: degraded + exact + falselyExact,
        archived: 0,
        differences: falselyExact,
        told: [told],
      },
      wrong: degraded === 0 ? ['no value is DEGRADED'] : [],
    });

    await scene.killMembers();
    await fleet.startMembers(THIS_VERSION);
    await forebay(scene, 'rebuild', '--all');
    tell({
      name: 'stream that does not know it, and its forebay rebuild --all',
      compared: await scene.compare(),
    });
  } finally {
    await fleet.close();
  }
}

/** How many stream lists have which codec: their last byte. */
async function codecs({ stack, installation }: Scene): Promise<Map<number, number>> {
  const redis = new Redis(stack.redisUrl);
  try {
    const counts = new Map<number, number>();
    for (const { id } of installation.project.aggregationViews) {
      for (const key of await redis.keys(`${partPrefix(0, id, PARTS.rows)}*`)) {
        const [codec = 0] = await redis.getrangeBuffer(key, -1, -1);
        counts.set(codec, (counts.get(codec) ?? 0) + 1);
      }
    }
    return counts;
  } finally {
    redis.disconnect();
  }
}

const countsText = (counts: ReadonlyMap<number, number>) =>
  [...counts].map(([codec, count]) => `${count} values of codec ${codec}`).join(', ');
