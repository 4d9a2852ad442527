import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault';
import { serverOf } from './support/servers';

const AWAY_MS = 60_000;
const SHORT_AWAY_MS = 5_000;

export const brokerAway: Fault = {
  name: 'broker-away',
  says: 'the broker does not answer for 60 s (SIGSTOP)',
  times: 1,
  shortTimes: 0,
  async disturb(scene, { isShort }) {
    await scene.produce(3_000);
    await scene.reachedSomewhere();
    const kafka = serverOf(scene.stack, 'kafka');
    kafka.pause();
    try {
      await sleep(isShort ? SHORT_AWAY_MS : AWAY_MS);
    } finally {
      kafka.resume();
    }
    await scene.produce(500);
  },
};
