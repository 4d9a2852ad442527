import type { Fault } from './fault';
import { serverOf } from './support/servers';

export const brokerRestarted: Fault = {
  name: 'broker-restarted',
  says: 'the broker is killed and started again',
  times: 2,
  shortTimes: 0,
  async disturb(scene) {
    await scene.produce(3_000);
    await scene.reachedSomewhere();
    const kafka = serverOf(scene.stack, 'kafka');
    await kafka.kill9();
    await kafka.restart();
    await scene.produce(500);
  },
};
