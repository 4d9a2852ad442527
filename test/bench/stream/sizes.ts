/** What entities and windows cost, and that memory stays within its bound however many events come. */
import type { BenchCase } from '../report';
import type { Backlog, LoopOptions, StreamInstallation } from './installation';

const SEED = 7;
const FLUSH_EVENTS = 2_000;
const FEW = 100_000;
const MANY = 1_000_000;
/** Half of what the entities would take. */
const BOUND_MEGABYTES = 48;
const MAX_GROWTH = 1.1;

const OPTIONS: LoopOptions = { archive: false, flushEvents: FLUSH_EVENTS, node: [] };

/** By windows, then by entities. */
export async function costsBySize(installation: StreamInstallation, backlog: Backlog): Promise<BenchCase[]> {
  const report: BenchCase[] = [];
  const show = async (text: string, windows: 4 | 8 | 16, floorUs: number) => {
    const loop = await installation.loop({ name: 'sizes', windows }, OPTIONS);
    const us = loop.cpuUs / loop.events;
    const segments = (loop.rows / loop.entities).toFixed(1);
    const bytes = Math.round((loop.heldBytes - loop.atStartBytes) / loop.entities);
    const unit = `× the floor; ${us.toFixed(2)} µs/event, ${segments} segments and ${bytes} bytes an entity`;
    report.push({ case: text, ratio: us / floorUs, unit, target: null });
  };
  for (const entities of [FEW, MANY]) {
    await installation.fill({ entities, seed: SEED }, backlog);
    const floor = await installation.floor();
    const floorUs = floor.cpuUs / floor.events;
    for (const windows of entities === FEW ? ([4, 8, 16] as const) : ([4] as const))
      await show(`${entities / 1_000}k entities, ${windows} windows`, windows, floorUs);
  }
  return report;
}

/** Memory after a full collection, half way and at the end, with a bound that makes entities be forgotten and read again. */
export async function memoryOver(installation: StreamInstallation, events: number): Promise<BenchCase[]> {
  await installation.fill({ entities: FEW, seed: SEED }, { old: events / 2, recent: events / 2 });
  const loop = await installation.loop({ name: 'memory' }, { ...OPTIONS, stateMegabytes: BOUND_MEGABYTES });
  const megabytes = (bytes: number) => Math.round(bytes / 1_048_576);
  return [
    {
      case: `memory after ${events / 1_000_000} million events`,
      ratio: loop.heldBytes / loop.halfWayBytes,
      unit: `× half way; ${megabytes(loop.halfWayBytes)} / ${megabytes(loop.heldBytes)} MB with a bound of ${BOUND_MEGABYTES} MB`,
      target: { atMost: MAX_GROWTH },
    },
  ];
}
