import { deadLetterTopic } from '@forebay/event-log';
import type { Fault } from './fault';

const order = (change: Record<string, unknown>) => ({
  time: Date.now(),
  id: 1,
  user: 'user-1',
  card: 1,
  ...change,
});
const HOUR_MS = 3_600_000;
const REPEATS = 5;

/** Ten kinds of records that are no events. */
const KINDS: readonly (() => Buffer | string | null)[] = [
  () => null,
  () => '',
  () => 'not JSON',
  () => Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  () => '[1, 2]',
  () => '{"time": 1, "user": "cut off',
  () => JSON.stringify({ user: 'user-1' }),
  () => JSON.stringify(order({ time: 'yesterday' })),
  () => JSON.stringify(order({ time: Date.now() + 24 * HOUR_MS })),
  () => JSON.stringify(order({ units: '99999999999999999999' })),
];

export const poison: Fault = {
  name: 'poison',
  says: `${KINDS.length} kinds of records that are no events lie between the others, and a member dies among them`,
  times: 2,
  shortTimes: 1,
  scene: { hasIds: true },
  async disturb(scene) {
    for (let i = 0; i < REPEATS; i++) {
      await scene.produce(100);
      await scene.sendPoison(KINDS.map((kind) => kind()));
      await scene.produce(100);
    }
    await scene.reachedSomewhere();
    await scene.killMembers();
    await scene.start();
  },
  /** Each has come there; a record that was read again came again. */
  async expect(scene) {
    const { admin } = await scene.installation.servers.eventLog();
    const ends = await admin.endOffsets(deadLetterTopic(scene.topic));
    const letters = [...ends.values()].reduce((sum, end) => sum + end, 0);
    if (letters < scene.refused)
      throw new Error(`${letters} dead letters for ${scene.refused} refused records`);
    scene.notes.add(`${letters} dead letters for ${scene.refused} records`);
  },
};
