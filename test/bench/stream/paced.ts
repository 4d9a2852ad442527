/** What an event costs when events come at a pace: then fetches cost more than events, for the floor too. */
import type { BenchCase } from '../report';
import { median } from '../serving/interleaved';
import { endChild, startChild } from '../support/child';
import type { Consumed } from './consumed';
import type { StreamInstallation } from './installation';
import type { ProducingOrder } from './producer-main';

const EVENTS_PER_SECOND = 20_000;
/** Until readers have joined, caught up, and are warm. */
const WARM_UP_S = 6;
const MAX_RATIO = 1.5;
const ENTITIES = 100_000;
/** As the service has it: larger than what comes in 50 ms, so that time decides. */
const FLUSH_EVENTS = 8_000;

export async function paced(
  installation: StreamInstallation,
  {
    rounds,
    seconds,
    node,
  }: { readonly rounds: number; readonly seconds: number; readonly node: readonly string[] },
): Promise<BenchCase[]> {
  const floors: number[] = [];
  const loops: number[] = [];
  const counts = { old: WARM_UP_S * EVENTS_PER_SECOND, recent: seconds * EVENTS_PER_SECOND };
  const measure = async (read: () => Promise<Consumed>) => {
    await installation.empty(counts);
    const order: ProducingOrder = {
      brokers: installation.stack.kafkaBrokers,
      eventsPerSecond: EVENTS_PER_SECOND,
      events: counts.old + counts.recent,
      entities: ENTITIES,
    };
    const { child } = await startChild('producer-main', [JSON.stringify(order)], __dirname);
    try {
      const { cpuUs, events } = await read();
      return cpuUs / events;
    } finally {
      await endChild(child);
    }
  };
  for (let round = 0; round < rounds; round++) {
    floors.push(await measure(() => installation.floor()));
    loops.push(
      await measure(() =>
        installation.loop({ name: 'paced' }, { archive: false, flushEvents: FLUSH_EVENTS, node }),
      ),
    );
  }
  return [
    {
      case: `paced, ${EVENTS_PER_SECOND / 1_000}k events/s, without archive`,
      ratio: median(loops.map((us, i) => us / (floors[i] as number))),
      unit: `× the floor at this pace; ${median(floors).toFixed(2)} / ${median(loops).toFixed(2)} µs`,
      target: { atMost: MAX_RATIO },
    },
  ];
}
